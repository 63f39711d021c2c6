//! scratch
use kazasu_model::*;
fn main() -> anyhow::Result<()> {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let flows = Flow::ALL.to_vec();
    let few = Plan { settings: Setting::main()?, flows, counters: Counters::Few, second_tap: Counters::Few, every_word: false, stop_at_violation: false };
    let plans = match mode.as_str() {
        "full" => Plan::full()?.to_vec(),
        "few" => vec![few],
        _ => vec![Plan { settings: Setting::side()?, ..few }],
    };
    for plan in plans {
        let t = std::time::Instant::now();
        let tally = run(&plan, || Box::new(RightShell))?;
        println!("{} cases in {:?}: {:?}", tally.cases(), t.elapsed(), tally.violated);
        for v in &tally.violations {
            println!("{v:?}");
        }
    }
    Ok(())
}
