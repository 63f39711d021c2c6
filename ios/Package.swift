// swift-tools-version: 6.0
import PackageDescription

// The generated half, `Generated`, is written by `cargo xtask bindings`.
var targets: [Target] = [
    .systemLibrary(name: "KazasuFFIC", path: "Generated/KazasuFFIC"),
    .systemLibrary(name: "KazasuTestingFFIC", path: "Generated/KazasuTestingFFIC"),
    .target(name: "KazasuFFI", dependencies: ["KazasuFFIC"], path: "Generated/KazasuFFI"),
    .target(name: "KazasuTestingFFI", dependencies: ["KazasuTestingFFIC"], path: "Generated/KazasuTestingFFI"),
    .target(name: "KazasuTesting", dependencies: ["Kazasu", "KazasuFFI", "KazasuTestingFFI"]),
]
var platform: [Target.Dependency] = []

#if os(Linux)
    // In place of Apple's frameworks, so that the channels are compiled and tested here.
    for name in ["CoreNFC", "CryptoTokenKit"] {
        targets.append(.target(name: name, path: "StandIns/\(name)", exclude: ["README.md"]))
        platform.append(.byName(name: name))
    }
#endif

let package = Package(
    name: "Kazasu",
    platforms: [.iOS(.v15), .macOS(.v13)],
    products: [
        .library(name: "Kazasu", targets: ["Kazasu"]),
        .library(name: "KazasuTesting", targets: ["KazasuTesting"]),
    ],
    targets: targets + [
        .target(name: "Kazasu", dependencies: ["KazasuFFI"] + platform),
        .testTarget(name: "KazasuTests", dependencies: ["Kazasu", "KazasuTesting"] + platform),
    ],
    swiftLanguageModes: [.v6]
)
