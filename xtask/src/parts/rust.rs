//! Every unit test, integration test and doctest that needs no daemon, and the harness built both ways.

use anyhow::Result;

use super::Part;
use crate::{
    command::{cargo, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "rust",
    about: "unit, integration and documentation tests; the harness with and without PC/SC",
    needs: &[
        Need::Program { name: "openssl", package: "openssl" },
        Need::Program { name: "pkg-config", package: "pkg-config" },
        Need::Library { name: "libpcsclite", package: "libpcsclite-dev" },
    ],
    fetch: None,
    run: rust,
};

fn rust() -> Result<()> {
    let build = ["build", "--package", "kazasu", "--locked"];
    run(cargo().args(build))?;
    run(cargo().args(build).args(["--features", "pcsc"]))?;
    run(cargo().args(["test", "--workspace", "--locked"]))
}
