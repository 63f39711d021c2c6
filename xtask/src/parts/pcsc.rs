//! `kazasu` and OpenSC against the simulated card behind a real pcscd.
//!
//! The tests start and end the daemon themselves; the machine must have none running, for there is
//! one socket for all.

use std::os::unix::net::UnixStream;

use anyhow::{Result, ensure};

use super::Part;
use crate::{
    command::{cargo, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "pcsc",
    about: "kazasu and OpenSC with the simulated card behind a real PC/SC daemon",
    needs: &[
        Need::Root { why: "pcscd opens its socket in /run" },
        Need::Program { name: "pcscd", package: "pcscd" },
        Need::File { path: "/usr/lib/pcsc/drivers/serial/libifdvpcd.so", package: "vsmartcard-vpcd" },
        Need::Program { name: "pkg-config", package: "pkg-config" },
        Need::Library { name: "libpcsclite", package: "libpcsclite-dev" },
        Need::Program { name: "pkcs15-tool", package: "opensc" },
        Need::Program { name: "pkcs11-tool", package: "opensc" },
        Need::File { path: "/usr/share/p11-kit/modules/opensc-pkcs11.module", package: "opensc-pkcs11" },
        Need::Program { name: "openssl", package: "openssl" },
    ],
    fetch: None,
    run: pcsc,
};

const SOCKET: &str = "/run/pcscd/pcscd.comm";

fn pcsc() -> Result<()> {
    ensure!(
        UnixStream::connect(SOCKET).is_err(),
        "a PC/SC daemon is running already ({SOCKET}): end it first"
    );
    run(cargo()
        .args(["test", "--package", "kazasu", "--locked", "--features", "pcsc-tests"])
        .args(["--bin", "kazasu", "--test", "pcsc"])
        .args(["--", "--test-threads=1"]))
}
