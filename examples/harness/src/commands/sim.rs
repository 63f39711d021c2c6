use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use kazasu_card::TriesReport;
use kazasu_sim::SimulatedCard;
use kazasu_sim::vpcd::{self, Slot, VpcdError};
use serde_json::json;

use crate::channel::sim::persona;
use crate::cli::SimArgs;
use crate::failed::Failed;
use crate::interrupt;
use crate::output::Finished;

/// Serves the card until it is interrupted or the daemon goes away.
pub(super) fn run(args: &SimArgs) -> Result<Finished, Failed> {
    let mut card = SimulatedCard::new(&persona(&args.persona)?)
        .map_err(|error| Failed::new(2, "persona", error.to_string()))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    interrupt::watch()?;
    let slot = Arc::new(Slot::new());
    let watched = Arc::clone(&slot);
    std::thread::spawn(move || {
        while !interrupt::requested() {
            std::thread::sleep(Duration::from_millis(50));
        }
        watched.pull();
    });
    eprintln!("{} is going into the virtual reader at {address}; end with Ctrl-C", args.persona);
    vpcd::serve(&mut card, address, &slot).map_err(|error| match error {
        VpcdError::Connect { .. } => Failed::new(10, "no_virtual_reader", format!("{error}. Is pcscd running with vpcd?")),
        error => Failed::new(10, "virtual_reader_failed", error.to_string()),
    })?;
    if interrupt::requested() {
        return Err(Failed::interrupted(TriesReport::default()));
    }
    Ok(Finished::new("The virtual reader has let go of the card.", json!({ "persona": args.persona })))
}
