//! The distinguished names of the CAs: the same in every generation (docs/certificate-facts.md §1.3).

use std::sync::LazyLock;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{C, O, OU};
use der::{Encode, Tag};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use crate::cms::encode;
use crate::{Environment, Purpose};

/// DER of each name there is, with whose it is: made once, compared with every certificate.
static NAMES: LazyLock<Vec<(Vec<u8>, Purpose, Environment)>> = LazyLock::new(|| {
    let environments = [Environment::Production, Environment::Test];
    let all = Purpose::ALL.into_iter().flat_map(|purpose| environments.map(|of| (purpose, of)));
    all.filter_map(|(purpose, of)| Some((encoded(purpose, of)?, purpose, of))).collect()
});

/// Whose name this is, if it is one of a CA.
pub(crate) fn authority_of(name: &[u8]) -> Option<(Purpose, Environment)> {
    NAMES.iter().find(|known| known.0 == name).map(|known| (known.1, known.2))
}

/// DER of the name of the CA for a purpose in an environment.
fn encoded(purpose: Purpose, environment: Environment) -> Option<Vec<u8>> {
    let organization = match environment {
        Environment::Production => "JPKI",
        Environment::Test => "JPKI-TEST",
    };
    let unit = match purpose {
        Purpose::Signing => "JPKI for digital signature",
        Purpose::Authentication => "JPKI for user authentication",
    };
    let name = [
        rdn(C, Tag::PrintableString, "JP"),
        rdn(O, Tag::Utf8String, organization),
        rdn(OU, Tag::Utf8String, unit),
        rdn(OU, Tag::Utf8String, "Japan Agency for Local Authority Information Systems"),
    ];
    encode(Tag::Sequence, &name.into_iter().collect::<der::Result<Vec<_>>>().ok()?.concat()).ok()
}

/// Whether two names read alike although their encodings may differ. A diagnosis, never a reason to accept.
pub(crate) fn reads_alike(a: &Name, b: &Name) -> bool {
    let flat = |name: &Name| {
        let attributes = name.0.iter().flat_map(|rdn| rdn.0.iter());
        let text = |of: &AttributeTypeAndValue| {
            [of.oid.to_string().as_bytes(), b" ", &of.value.value().to_ascii_lowercase()].concat()
        };
        let mut texts: Vec<Vec<u8>> = attributes.map(text).collect();
        texts.sort();
        texts
    };
    flat(a) == flat(b)
}

fn rdn(oid: ObjectIdentifier, tag: Tag, value: &str) -> der::Result<Vec<u8>> {
    let attribute = [oid.to_der()?, encode(tag, value.as_bytes())?].concat();
    encode(Tag::Set, &encode(Tag::Sequence, &attribute)?)
}
