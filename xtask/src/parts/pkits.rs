//! NIST's Public Key Interoperability Test Suite, as far as it is about one certificate, its issuer and a CRL.
//!
//! What applies, and why the rest does not, stands in `core/verify/tests/pkits/cases.toml`.

use anyhow::Result;

use super::Part;
use crate::{
    command::{cargo, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "pkits",
    about: "the verifier against NIST PKITS: 224 messages, 405 certificates, 173 CRLs",
    needs: &[Need::File {
        path: "/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data/ReadMe.txt",
        package: "python3-cryptography-vectors",
    }],
    fetch: None,
    run: pkits,
};

fn pkits() -> Result<()> {
    run(cargo()
        .args(["test", "--package", "kazasu-verify", "--locked", "--features", "pkits-tests"])
        .args(["--lib", "pkits::"]))
}
