//! A small part of the model, for `cargo test`; the whole of it is `cargo xtask test --only pin-safety`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not cover"
)]

use kazasu_model::{Counters, Flow, Plan, RightShell, Setting, Tally, markdown, run};

fn small() -> (Vec<Plan>, Tally) {
    let [_, classic, phone] = Setting::main().unwrap();
    let plan = Plan {
        settings: vec![classic, phone],
        flows: vec![Flow::AuthenticateKnown],
        counters: Counters::InUse,
        second_tap: Counters::Full,
        every_word: false,
        stop_at_violation: false,
    };
    let tally = run(&plan, || Box::new(RightShell)).unwrap();
    (vec![plan], tally)
}

#[test]
fn a_part_of_the_model_holds_and_its_page_is_the_same_each_time() {
    let (plans, tally) = small();
    assert_eq!(tally.violations, []);
    let page = markdown(&plans, &tally);
    for outcome in ["Completed", "WrongSecret", "Reconciled(Counted)", "OtherCard", "LastTry", "Cancelled"] {
        assert!(page.contains(&format!("`{outcome}`")), "no case ended in {outcome}");
    }
    let (plans, again) = small();
    assert_eq!(markdown(&plans, &again), page);
}

#[test]
fn the_whole_model_has_every_flow_and_the_three_kinds_of_card_from_every_counter() {
    let plans = Plan::full().unwrap();
    assert!(plans.iter().all(|plan| plan.flows.len() >= 9 && !plan.stop_at_violation));
    let all = plans.iter().filter(|plan| plan.counters == Counters::All && plan.flows == Flow::ALL);
    let names: Vec<&str> = all.flat_map(|plan| &plan.settings).map(|setting| setting.name).collect();
    assert_eq!(names, ["capable", "phone", "classic"]);
    let on_both_taps = plans.iter().filter(|plan| plan.second_tap == Counters::InUse);
    assert!(on_both_taps.flat_map(|plan| &plan.settings).count() >= 2);
    assert!(plans.iter().any(|plan| plan.every_word));
}
