//! The attack cases of docs/certificate-facts.md §4.4 that a certificate or a signature can hold, each as one change to
//! a vector that is accepted without it, signed with the real key wherever the attacker could have it signed.
//!
//! | Cases | Where |
//! |---|---|
//! | 1 to 9, 27 to 30: time, anchor, issuer | `issuer` |
//! | 10 to 26, 31 to 35: profile, algorithms, keys | `profile`; 26 stands in `accepted`, half of 20 in the crate |
//! | 36 to 38: PKCS#1 | `signature` |
//! | 39 to 41: encoding | `encoding` |
//! | 42 to 49: CMS | `cms` |
//! | 54 to 59: CRL | `crl` |
//! | 60 to 65: OCSP | `ocsp` |

mod cms;
mod crl;
mod encoding;
mod issuer;
mod ocsp;
mod profile;
mod signature;

use kazasu_cert::ObjectIdentifier;
use kazasu_verify::{Environment, Purpose, Rejection, Signed};

use crate::common::{Vector, assert_accepted, assert_rejected, holder};

/// One attack: the number in the table, the purpose asked about, what is changed, and what must be said first.
struct Attack {
    number: u8,
    purpose: Purpose,
    what: &'static str,
    change: fn(&mut Vector),
    expected: Rejection,
}

const fn signing(number: u8, what: &'static str, change: fn(&mut Vector), expected: Rejection) -> Attack {
    Attack { number, purpose: Purpose::Signing, what, change, expected }
}

const fn login(number: u8, what: &'static str, change: fn(&mut Vector), expected: Rejection) -> Attack {
    Attack { number, purpose: Purpose::Authentication, what, change, expected }
}

#[track_caller]
fn run(attacks: Vec<Attack>) {
    for Attack { number, purpose, what, change, expected } in attacks {
        let what = format!("case {number}: {what}");
        let mut vector = Vector::new(purpose);
        assert_accepted(&vector.report(), &what);
        change(&mut vector);
        assert_rejected(&vector.report(), &expected, &what);
    }
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const UNKNOWN: Rejection =
    Rejection::UnknownIssuer { purpose: Purpose::Signing, environment: Environment::Test };

const BAD_CERTIFICATE: Rejection = Rejection::BadSignature(Signed::Certificate);

const BAD_DOCUMENT: Rejection = Rejection::BadSignature(Signed::Document);

/// Neither a rejection nor the `Debug` of any report shows who it was.
#[test]
fn no_message_holds_personal_data() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.key_usage(7, &[0x80]);
    vector.signature = Some(vec![1; 256]);
    let report = vector.report();
    let shown = format!("{report:?} {}", serde_json::to_string(&report).unwrap());
    let accepted = format!("{:?}", Vector::new(Purpose::Signing).report());
    for secret in [holder().name, holder().address, holder().date_of_birth] {
        assert!(!shown.contains(&secret) && !accepted.contains(&secret));
    }
}
