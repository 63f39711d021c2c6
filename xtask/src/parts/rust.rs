//! Every unit test, integration test and doctest that needs no daemon.
//!
//! NIST's Public Key Interoperability Test Suite is among them, as far as it is about one certificate, its issuer and a
//! CRL: what applies, and why the rest does not, stands in `core/verify/tests/pkits/cases.toml`.

use anyhow::Result;

use super::Part;
use crate::{
    command::{cargo, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "rust",
    about: "unit, integration and documentation tests, NIST PKITS among them",
    needs: &[
        Need::Program { name: "openssl", package: "openssl" },
        Need::File {
            path: "/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data/ReadMe.txt",
            package: "python3-cryptography-vectors",
        },
    ],
    fetch: None,
    run: rust,
};

fn rust() -> Result<()> {
    run(cargo().args(["test", "--workspace", "--locked", "--features", "kazasu-verify/pkits-tests"]))
}
