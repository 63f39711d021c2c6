//! docs/pin-safety.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::fault::{self, FaultClass};
use crate::flow::Flow;
use crate::rules::Rule;
use crate::run::{Lost, Plan, Tally, TapOfFault};

type Outcomes = BTreeMap<String, u64>;

/// The page for a run of these plans.
pub fn markdown(plans: &[Plan], tally: &Tally) -> String {
    let mut page = String::from(INTRODUCTION);
    totals(&mut page, tally);
    rules(&mut page, tally);
    settings(&mut page, plans, tally);
    faults(&mut page);
    first_tap(&mut page, tally);
    every_word(&mut page, tally);
    second_tap(&mut page, tally);
    page.push_str(LIMITS);
    page
}

const INTRODUCTION: &str = "\
# PIN safety: the model run

Written by `cargo xtask pin-safety`; `cargo xtask test --only pin-safety` fails where this page is not what the run gives.
How the machine keeps a card from being blocked stands in [ADR 0003](adr/0003-pin-safety.md).

The run is no sample. It drives the card machine through every flow, with every fault at every exchange, from every
starting counter, with the right and with a wrong secret, without and with consent to the last try where it decides, and
on through the second tap. An observer on the link decodes the commands itself and compares what the session says with
what the simulated card knows.

";

const LIMITS: &str = "\
## What the run does not show

* The cards are simulated after docs/card-facts.md. A real card may differ where that page says so.
* One fault a tap, two taps with faults. Two faults in one tap are left to the property tests and to fuzzing.
* Whoever uses the card between two taps changes its counter. The look at the counter then cannot tell what became of the
  VERIFY; the session has no way to notice.
* A warm reset that nobody reports keeps a secret unlocked, by one source (docs/card-facts.md §1.5). The machine leaves the
  application as always, which may then close nothing: only power-down does. So the shell powers down, whatever the
  outcome; the run asserts that nothing is unlocked afterwards.
* A card that answers the fingerprint with `6982` looks like a phone and is not recognised. The session then accepts no
  re-tap once it holds a consent, unless the first card had shown itself before.
* A consent is bound to a card from the moment that the card shows itself. Before that nothing tells it from another one.
";

fn totals(page: &mut String, tally: &Tally) {
    let violations: u64 = tally.violated.values().sum();
    let _ = write!(
        page,
        "**{} cases, {} violations.** In {} cases a secret stayed unlocked until the power was down (nothing could be \
         selected to leave, an answer lied, or a warm reset had come), in none longer.\n\n",
        number(tally.cases()),
        number(violations),
        number(tally.open_until_power_down)
    );
}

fn rules(page: &mut String, tally: &Tally) {
    page.push_str("## Rules\n\nAsserted in every case:\n\n| Rule | Asserts | Violations |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let violations = tally.violated.get(&rule).copied().unwrap_or(0);
        let _ = writeln!(page, "| {rule} | {} | {} |", rule.text(), number(violations));
    }
    page.push_str(
        "\nAn answer *lies* if it says of a secret, a selection or a change what is not so, such as `63C1` where three tries \
         remain. A word that leaves open what happened is no lie: it is held against the machine if it concludes too much.\n\n\
         That the rules can fail is shown by deliberate bugs, kept in `core/model/tests/deliberate_bugs.rs`; what \
         mutations of the machine itself come to stands in [mutation-testing.md](mutation-testing.md).\n\n",
    );
}

fn settings(page: &mut String, plans: &[Plan], tally: &Tally) {
    page.push_str("## Cards and options\n\n| Setting | What is special | Scenarios | First tap | Every status word | Second tap |\n|---|---|--:|--:|--:|--:|\n");
    for setting in plans.iter().flat_map(|plan| &plan.settings) {
        let counts = tally.settings.get(setting.name).copied().unwrap_or_default();
        let [scenarios, first, every, second] =
            [counts.scenarios, counts.first_tap, counts.every_word, counts.second_tap].map(number);
        let _ = writeln!(
            page,
            "| {} | {} | {scenarios} | {first} | {every} | {second} |",
            setting.name, setting.about
        );
    }
    page.push_str(
        "\nThe first three go through every flow, the others through those that no other flow resembles: account opening and \
         the signature with a known certificate go the way of the two signatures, the freely readable files that of the \
         authentication certificate.\n\n\
         Starting counters: of the secret in use each one from 0 to its maximum, on the first three cards each with the \
         other secret at 0 and at its maximum, elsewhere with the other at its maximum; of the flow that asks for both, \
         every pair. The second tap is gone through from every counter of the secret in use on the first two cards, from \
         full counters on the others, and left out with 61xx and 6Cxx, where one certificate takes a dozen exchanges.\n\n",
    );
}

fn faults(page: &mut String) {
    page.push_str("## Faults\n\n| Class | On the first tap | On the second tap |\n|---|--:|---|\n");
    let (first, second) = (fault::first_tap(), fault::second_tap());
    let classes: BTreeSet<FaultClass> = first.iter().map(|fault| fault.class).collect();
    for class in classes {
        let count = first.iter().filter(|fault| fault.class == class).count();
        let named: Vec<String> =
            second.iter().filter(|fault| fault.class == class).map(|fault| fault.event.name()).collect();
        let _ = writeln!(page, "| {} | {count} | {} |", class.name(), named.join("; "));
    }
    page.push_str(
        "\nStatus words are those of docs/card-facts.md §6 and ten that stand in no table; each comes once with the card having \
         done nothing, and once with the card having carried out the command.\n\n",
    );
}

fn first_tap(page: &mut String, tally: &Tally) {
    page.push_str(
        "## First tap\n\nOne fault at each exchange, the leaving included. A card lost is tapped again without a fault, with a \
         new consent where one is due. The word in code is what the session ended with.\n",
    );
    for flow in Flow::ALL {
        let _ = write!(page, "\n### {}\n\n", capitalised(flow.name()));
        table(
            page,
            "Fault",
            rows(
                tally,
                |tap, of| (tap == TapOfFault::First && of == flow).then_some(()),
                |class, ()| class.name().to_owned(),
            ),
        );
    }
    page.push('\n');
}

fn every_word(page: &mut String, tally: &Tally) {
    page.push_str(
        "## Every status word\n\nEach of the 65 536 words as answer to the tries query, to VERIFY and to CHANGE, with the card \
         having done nothing and having carried out the command.\n\n",
    );
    table(
        page,
        "Flow and fault",
        rows(
            tally,
            |tap, flow| (tap == TapOfFault::EveryWord).then_some(flow),
            |class, flow| format!("{}: {}", flow.name(), class.name()),
        ),
    );
    page.push('\n');
}

fn second_tap(page: &mut String, tally: &Tally) {
    page.push_str(
        "## After a lost card\n\nThe first tap ended with a lost card. What is done then, with one fault of the list above at \
         each exchange of the second tap; a third tap is free of faults.\n",
    );
    let parts: BTreeSet<TapOfFault> = tally.cells.keys().map(|cell| cell.tap).collect();
    for part in parts {
        let TapOfFault::Second(lost, retap) = part else { continue };
        let known = match lost {
            Lost::NothingSpent => "Nothing was spent",
            Lost::VerifyOutcomeUnknown => "The outcome of the VERIFY was unknown",
            Lost::SecretAccepted => "The secret had been accepted",
        };
        let _ = write!(page, "\n### {known}; {}\n\n", retap.name());
        table(
            page,
            "Fault on the second tap",
            rows(tally, |tap, _| (tap == part).then_some(()), |class, ()| class.name().to_owned()),
        );
    }
    page.push('\n');
}

/// The cells that `chosen` keeps, joined by fault class and by what `chosen` gave.
fn rows<K: Ord + Copy>(
    tally: &Tally,
    chosen: impl Fn(TapOfFault, Flow) -> Option<K>,
    name: impl Fn(FaultClass, K) -> String,
) -> Vec<(String, Outcomes)> {
    let mut rows: BTreeMap<(K, FaultClass), Outcomes> = BTreeMap::new();
    for (cell, outcomes) in &tally.cells {
        let Some(key) = chosen(cell.tap, cell.flow) else { continue };
        let row = rows.entry((key, cell.class)).or_default();
        for (outcome, count) in outcomes {
            *row.entry(outcome.clone()).or_default() += count;
        }
    }
    rows.into_iter().map(|((key, class), outcomes)| (name(class, key), outcomes)).collect()
}

fn table(page: &mut String, head: &str, rows: Vec<(String, Outcomes)>) {
    let _ = write!(page, "| {head} | Cases | Outcomes |\n|---|--:|---|\n");
    for (name, outcomes) in rows {
        let cases: u64 = outcomes.values().sum();
        let mut outcomes: Vec<_> = outcomes.into_iter().collect();
        outcomes.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
        let cells: Vec<String> =
            outcomes.iter().map(|(outcome, count)| format!("`{outcome}` {}", number(*count))).collect();
        let _ = writeln!(page, "| {name} | {} | {} |", number(cases), cells.join(", "));
    }
}

/// Digits in groups of three.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1 000", "1 234 567"]);
    }
}
