import KazasuTestingFFI

/// What the test suites of all languages go through.
public typealias Scenario = KazasuTestingFFI.Scenario
/// What a scenario asks of the card.
public typealias ScenarioFlow = KazasuTestingFFI.ScenarioFlow
/// What scenarios type and sign.
public typealias ScenarioInputs = KazasuTestingFFI.ScenarioInputs

/// The scenarios of core/sim/scenarios.
public enum Scenarios {
    public static func all() throws -> [Scenario] { try scenarios() }

    public static var inputs: ScenarioInputs { scenarioInputs() }
}
