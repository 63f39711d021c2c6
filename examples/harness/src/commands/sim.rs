use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use kazasu_sim::vpcd::{self, Slot, VpcdError};
use serde_json::json;

use crate::channel::sim::{insert, persona};
use crate::cli::SimArgs;
use crate::failed::Failed;
use crate::interrupt;
use crate::output::{Finished, complain};
use crate::settings::Settings;

/// Serves the card until it is interrupted or the daemon goes away.
pub(super) fn run(settings: &Settings, args: &SimArgs) -> Result<Finished, Failed> {
    let name = args.persona.as_ref().or(settings.sim.as_ref()).map_or("ichiro", String::as_str);
    let mut card = insert(&persona(name)?)?;
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
    complain(&format!("{name} is going into the virtual reader at {address}; end with Ctrl-C"));
    vpcd::serve(&mut card, address, &slot).map_err(|error| match error {
        VpcdError::Connect { .. } => {
            Failed::new(10, "no_virtual_reader", format!("{error}. Is pcscd running with vpcd?"))
        }
        error => Failed::new(10, "virtual_reader_failed", error.to_string()),
    })?;
    if interrupt::requested() {
        return Err(Failed::interrupted());
    }
    Ok(Finished::new("The virtual reader has let go of the card.", json!({ "persona": name })))
}
