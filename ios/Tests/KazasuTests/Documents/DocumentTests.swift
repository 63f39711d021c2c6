#if os(Linux)
    import Foundation
    import Testing

    /// Swift in the documents of this repository stands in a file that is compiled, word for word.
    struct DocumentTests {
        static let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
            path.deletingLastPathComponent()
        }
        static let documents = [
            "ios/README.md", "ios/Sample/README.md", "docs/ios-guide.md", "docs/ios-guide.ja.md",
            "ios/Sources/Kazasu/Kazasu.docc",
        ]
        static let compiled = ["ios/Tests/KazasuTests/Documents", "ios/Example", "ios/Sample/Sources"]

        @Test func everySnippetIsCompiled() throws {
            let compiled = try Self.compiled.flatMap { try Self.files(Self.root.appendingPathComponent($0), "swift") }
            let sources = try compiled.map { Self.lines(try String(contentsOf: $0, encoding: .utf8)) }
            var count = 0
            for document in try Self.documents.flatMap({ try Self.files(Self.root.appendingPathComponent($0), "md") }) {
                let text = try String(contentsOf: document, encoding: .utf8)
                for block in text.components(separatedBy: "\n```swift\n").dropFirst() {
                    let snippet = Self.lines(block.components(separatedBy: "\n```")[0])
                    let isCompiled = sources.contains { $0.contains(snippet) }
                    #expect(isCompiled, "\(document.lastPathComponent): \(snippet)")
                    count += 1
                }
            }
            #expect(count >= 12)
        }

        /// Words alone, and without `private`, which the documents leave out.
        static func lines(_ text: String) -> [[Substring]] {
            let words = text.split(separator: "\n").map { $0.split(separator: " ") }
            return words.map { $0.first == "private" ? Array($0.dropFirst()) : $0 }.filter { !$0.isEmpty }
        }

        static func files(_ path: URL, _ ending: String) throws -> [URL] {
            if path.pathExtension == ending { return [path] }
            let below = try FileManager.default.subpathsOfDirectory(atPath: path.path)
            return below.filter { $0.hasSuffix(".\(ending)") }.map { path.appendingPathComponent($0) }
        }
    }
#endif
