import Foundation
import Kazasu
import KazasuTesting
import Testing

/// The scenarios that all languages share, core/sim/scenarios.
struct ScenarioTests {
    @Test func everyScenarioComesToWhatItSays() async throws {
        let scenarios = try Scenarios.all()
        var run = Set<String>()
        for scenario in scenarios {
            let ended = try await ScenarioRun(scenario).run()
            let expected = scenario.expected
            let about = Comment(rawValue: scenario.name)
            #expect(ended.code == expected.code, about)
            #expect(ended.pinTries == Int(expected.pinTries), about)
            #expect(ended.passwordTries == Int(expected.passwordTries), about)
            #expect(ended.verifies == Int(expected.verifies), about)
            #expect(ended.verifiesOnOther == Int(expected.verifiesOnOther), about)
            #expect(ended.taps == Int(expected.taps), about)
            #expect(run.insert(scenario.name).inserted, "two scenarios are called \(scenario.name)")
        }
        print("\(run.count) scenarios")
        #expect(try run == Self.names(), "a scenario was left out")
    }

    /// The names as they stand in the files.
    static func names() throws -> Set<String> {
        let here = URL(fileURLWithPath: #filePath)
        let root = (0..<5).reduce(here) { path, _ in path.deletingLastPathComponent() }
        let folder = root.appendingPathComponent("core/sim/scenarios")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let names = try files.filter { $0.lastPathComponent != "schema.json" }.flatMap { file in
            try JSONDecoder().decode([Named].self, from: Data(contentsOf: file)).map(\.name)
        }
        return Set(names)
    }

    private struct Named: Decodable {
        let name: String
    }
}

private struct ScenarioRun {
    struct Result {
        let code: String
        let pinTries, passwordTries, verifies, verifiesOnOther, taps: Int
    }

    let scenario: Scenario
    let card: SimulatedCard
    let other: SimulatedCard?

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        card = try SimulatedCard(scenario.persona)
        other = try scenario.otherPersona.map { try SimulatedCard($0) }
        if other == nil { card.setFaults(scenario.faults) } else { card.setFaults(Array(scenario.faults.prefix(1))) }
        other?.setFaults(Array(scenario.faults.dropFirst()))
    }

    func run() async throws -> Result {
        let typed = Typed(
            card: card, isRight: scenario.rightSecret, evenIfLastTry: scenario.evenIfLastTry,
            goesOn: scenario.retap != .never, cancels: scenario.retap == .cancel,
            newConsentRight: scenario.newConsentRight)
        let channel: any CardChannel = other.map { CardSequence(card, $0) } ?? card
        let flow = scenario.flow
        let task = Task { try await flow.run(Kazasu(channel), typed) }
        if let tap = scenario.cancelTap, let at = scenario.cancelAt {
            let card = card
            card.beforeExchange { number in
                // The command before it is under way when the user cancels.
                if card.taps.opened == Int(tap) + 1, number + 1 == Int(at) || at == 0 { task.cancel() }
            }
        }
        let code: String
        do {
            code = try await task.value.code
        } catch let error as KazasuError {
            code = error.code
        }
        return Result(
            code: code, pinTries: card.triesLeft(.authenticationPin), passwordTries: card.triesLeft(.signingPassword),
            verifies: card.verifyCount, verifiesOnOther: other?.verifyCount ?? 0,
            taps: card.taps.opened + (other?.taps.opened ?? 0))
    }
}
