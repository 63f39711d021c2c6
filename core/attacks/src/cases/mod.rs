//! The attacks, in the order of the table, and the controls.
//!
//! | Cases | Where |
//! |---|---|
//! | 1 to 9, 27 to 30: time, anchor, issuer | `issuer` |
//! | 10 to 26, 31 to 35: profile, algorithms, keys | `profile`, `keys` |
//! | 36 to 38: PKCS#1 | `signature` |
//! | 39 to 41: encoding | `encoding` |
//! | 42 to 49: CMS | `signed_attributes`, `cms` |
//! | 54 to 59: CRL | `crl` |
//! | 60 to 65: OCSP | `ocsp` |
//! | 67 and 68: what the relying party hands over | `caller` |

mod caller;
mod cms;
mod controls;
mod crl;
mod encoding;
mod issuer;
mod keys;
mod ocsp;
mod profile;
mod signature;
mod signed_attributes;

use kazasu_cert::ObjectIdentifier;
use kazasu_verify::{Environment, Purpose, Rejection, Signed};

pub use self::controls::controls;
use crate::vector::Vector;
use crate::{Attack, Expected};

/// Every attack that a verifier of certificates, signatures, lists and answers can meet, by its number.
pub fn attacks() -> Vec<Attack> {
    let mut all = [
        issuer::attacks(),
        profile::attacks(),
        keys::attacks(),
        signature::attacks(),
        encoding::attacks(),
        signed_attributes::attacks(),
        cms::attacks(),
        crl::attacks(),
        ocsp::attacks(),
        caller::attacks(),
    ]
    .concat();
    all.sort_by_key(|attack| attack.case);
    all
}

/// One change to a signature.
fn signing(case: u8, title: &str, change: impl FnOnce(&mut Vector), expected: Rejection) -> Attack {
    changed(Purpose::Signing, case, title, change, Expected::Rejected(expected))
}

/// One change to a log-in.
fn login(case: u8, title: &str, change: impl FnOnce(&mut Vector), expected: Rejection) -> Attack {
    changed(Purpose::Authentication, case, title, change, Expected::Rejected(expected))
}

fn changed(
    purpose: Purpose,
    case: u8,
    title: &str,
    change: impl FnOnce(&mut Vector),
    expected: Expected,
) -> Attack {
    let mut vector = Vector::new(purpose);
    change(&mut vector);
    Attack::new(case, title, vector.question(), expected)
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const UNKNOWN: Rejection =
    Rejection::UnknownIssuer { purpose: Purpose::Signing, environment: Environment::Test };

const BAD_CERTIFICATE: Rejection = Rejection::BadSignature(Signed::Certificate);

const BAD_DOCUMENT: Rejection = Rejection::BadSignature(Signed::Document);
