use der::Decode;
use kazasu_cert::{Extension, ExtensionError, KeyUsage, ObjectIdentifier};
use proptest::{option, prelude::*, sample::Index};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, BasicConstraints, ExtendedKeyUsage, name::GeneralName,
};

use crate::fixture::{
    CRL_PARTITION, KEY_ID, Parts, SIGNING_POLICY, ca_name, crl_partition, directory_name, extension, oid,
    other_name, sequence, tlv,
};

const KEY_USAGE: &str = "2.5.29.15";

fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

#[test]
fn a_signing_certificate() {
    let certificate = Parts::signing().certificate();
    let usage = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION;
    assert_eq!(certificate.key_usage(), Ok(Some(Extension { critical: true, value: usage })));
    let policies = Extension { critical: true, value: vec![id(SIGNING_POLICY)] };
    assert_eq!(certificate.certificate_policies(), Ok(Some(policies)));
    assert_eq!(certificate.extended_key_usage(), Ok(None));
    assert_eq!(certificate.basic_constraints(), Ok(None));
    assert_eq!(certificate.ocsp_uris(), Ok(None));

    let key_id = certificate.subject_key_identifier().unwrap().unwrap();
    assert_eq!((key_id.critical, key_id.value), (false, &KEY_ID[..]));
    let authority = certificate.authority_key_identifier().unwrap().unwrap().value;
    assert_eq!(authority.key_identifier, Some(&KEY_ID[..]));
    assert_eq!(authority.authority_cert_issuer, Some(&directory_name(&ca_name())[..]));
    assert_eq!(authority.issuer_name_der(), Some(&ca_name()[..]));
    assert_eq!(authority.authority_cert_serial_number, Some(&[0x01][..]));

    let points = certificate.crl_distribution_points().unwrap().unwrap().value;
    let [point] = points[..] else { panic!() };
    assert_eq!(point.directory_name_der(), Some(&crl_partition()[..]));
    assert!(point.directory_name_der().unwrap().ends_with(CRL_PARTITION.as_bytes()));
    assert_eq!((point.reasons, point.crl_issuer, point.name_relative_to_crl_issuer), (None, None, None));

    let names = certificate.subject_other_names().unwrap().unwrap();
    let arcs: Vec<_> = names.value.iter().filter_map(|name| name.type_id.arcs().last()).collect();
    assert_eq!((names.critical, arcs), (false, vec![1, 4, 3, 5, 2, 6]));
    let issuer_alt_name = certificate.issuer_alt_name().unwrap().unwrap().value;
    assert!(Parts::signing().der().windows(issuer_alt_name.len()).any(|window| window == issuer_alt_name));

    assert_eq!(certificate.extensions().count(), 7);
    assert_eq!(certificate.duplicate_extension(), None);
    let handled = [id(KEY_USAGE), id("2.5.29.32")];
    assert_eq!(certificate.unhandled_critical_extension(&handled), None);
    assert_eq!(certificate.unhandled_critical_extension(&handled[..1]), Some(id("2.5.29.32")));
}

#[test]
fn an_authentication_certificate_has_purposes_and_an_ocsp_address() {
    let client_auth = "1.3.6.1.5.5.7.3.2";
    let address = b"http://ocsp.example.jp";
    let ocsp = sequence(&[&oid("1.3.6.1.5.5.7.48.1"), &tlv(0x86, address)]);
    let issuers = sequence(&[&oid("1.3.6.1.5.5.7.48.2"), &tlv(0x86, b"http://ca.example.jp")]);
    let certificate = Parts::signing()
        .with_extension("2.5.29.37", extension("2.5.29.37", false, &sequence(&[&oid(client_auth)])))
        .with_extension(
            "1.3.6.1.5.5.7.1.1",
            extension("1.3.6.1.5.5.7.1.1", false, &sequence(&[&issuers, &ocsp])),
        )
        .certificate();
    let purposes = certificate.extended_key_usage().unwrap().unwrap();
    assert_eq!((purposes.critical, purposes.value), (false, vec![id(client_auth)]));
    assert_eq!(certificate.ocsp_uris().unwrap().unwrap().value, ["http://ocsp.example.jp"]);
}

#[test]
fn an_authority() {
    let certificate = Parts::authority().certificate();
    let constraints = certificate.basic_constraints().unwrap().unwrap();
    assert!(constraints.critical && constraints.value.ca && constraints.value.path_len_constraint.is_none());
    let usage = certificate.key_usage().unwrap().unwrap().value;
    assert_eq!(usage, KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    assert_eq!(certificate.authority_key_identifier(), Ok(None));
}

#[test]
fn a_key_usage_bit_without_a_name_is_seen() {
    let usage = extension(KEY_USAGE, true, &[0x03, 0x03, 0x06, 0xC0, 0x40]);
    let certificate = Parts::signing().with_extension(KEY_USAGE, usage).certificate();
    let usage = certificate.key_usage().unwrap().unwrap().value;
    assert_ne!(usage, KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION);
}

#[test]
fn an_extension_twice_is_an_error_of_its_own() {
    let mut parts = Parts::signing();
    parts.extensions.push(parts.extensions[0].clone());
    let certificate = parts.certificate();
    assert_eq!(certificate.duplicate_extension(), Some(id(KEY_USAGE)));
    assert_eq!(certificate.key_usage(), Err(ExtensionError::Duplicate { oid: id(KEY_USAGE) }));
    assert!(certificate.certificate_policies().is_ok());
}

#[test]
fn malformed_extensions() {
    let ids = [
        KEY_USAGE,
        "2.5.29.37",
        "2.5.29.19",
        "2.5.29.32",
        "2.5.29.17",
        "2.5.29.18",
        "2.5.29.35",
        "2.5.29.14",
        "2.5.29.31",
        "1.3.6.1.5.5.7.1.1",
    ];
    let errors = |id: &str, value: &[u8]| {
        let certificate = Parts::signing().with_extension(id, extension(id, false, value)).certificate();
        [
            certificate.key_usage().err(),
            certificate.extended_key_usage().err(),
            certificate.basic_constraints().err(),
            certificate.certificate_policies().err(),
            certificate.subject_other_names().err(),
            certificate.issuer_alt_name().err(),
            certificate.authority_key_identifier().err(),
            certificate.subject_key_identifier().err(),
            certificate.crl_distribution_points().err(),
            certificate.ocsp_uris().err(),
        ]
    };
    for (index, text) in ids.into_iter().enumerate() {
        let mut expected = [None; 10];
        expected[index] = Some(ExtensionError::Malformed { oid: id(text) });
        for value in [&[][..], &[0x02, 0x01, 0x00], &[0x30, 0x05], &[0x30, 0x00, 0x00]] {
            assert_eq!(errors(text, value), expected, "{text} {value:02X?}");
        }
    }
}

#[test]
fn a_directory_name_must_stand_alone() {
    let uri = tlv(0x86, b"http://crl.example.jp");
    let names = [directory_name(&ca_name()), uri].concat();
    let point = sequence(&[&tlv(0xA0, &tlv(0xA0, &names)), &tlv(0x81, &[6, 0x40]), &tlv(0xA2, &names)]);
    let certificate = Parts::signing()
        .with_extension("2.5.29.31", extension("2.5.29.31", false, &sequence(&[&point])))
        .certificate();
    let points = certificate.crl_distribution_points().unwrap().unwrap().value;
    assert_eq!(points[0].directory_name_der(), None);
    assert_eq!(points[0].full_name, Some(&names[..]));
    assert_eq!(points[0].reasons, Some(&[6, 0x40][..]));
    assert_eq!(points[0].crl_issuer, Some(&names[..]));
}

/// Where [`accesses`] has the one with an otherName.
const OTHER_NAME: usize = 6;

/// With the address of one kind of GeneralName after another.
fn accesses() -> Vec<Vec<u8>> {
    let names = [
        tlv(0x86, b"http://ocsp.example.jp"),
        tlv(0x81, b"a@example.jp"),
        tlv(0x82, b"example.jp"),
        directory_name(&ca_name()),
        tlv(0x87, &[192, 0, 2, 1]),
        tlv(0x88, id("1.2.392.200149").as_bytes()),
        other_name("1.2.392.200149", 0x0C, b"name"),
    ];
    let access = |method: &str, name: &Vec<u8>| sequence(&[&oid(method), name]);
    let each = |name: &Vec<u8>| {
        sequence(&[&access("1.3.6.1.5.5.7.48.2", name), &access("1.3.6.1.5.5.7.48.1", name)])
    };
    names.iter().map(each).collect()
}

proptest! {
    /// A reading is that of `x509-cert`, and what that refuses is refused.
    #[test]
    fn another_decoder_reads_the_same(
        which in 0..10usize,
        change in option::weighted(0.8, (any::<Index>(), any::<u8>())),
    ) {
        let mut values = accesses();
        values.push(sequence(&[&oid("1.3.6.1.5.5.7.3.2"), &oid("1.3.6.1.5.5.7.3.4")]));
        values.push(sequence(&[&[1, 1, 0xFF], &[2, 1, 7]]));
        values.push(sequence(&[&[2, 2, 0, 0x80]]));
        let mut value = values.swap_remove(which);
        let unchanged = change.is_none();
        if let Some((at, octet)) = change {
            let at = at.index(value.len());
            value[at] = octet;
        }
        let read = ["1.3.6.1.5.5.7.1.1", "2.5.29.37", "2.5.29.19"].map(|id| extension(id, false, &value));
        let mut parts = Parts::signing();
        parts.extensions.extend(read);
        let certificate = parts.certificate();

        let uris = certificate.ocsp_uris().ok().flatten().map(|uris| uris.value);
        let theirs = AuthorityInfoAccessSyntax::from_der(&value).ok().map(|all| {
            let ocsp = all.0.into_iter().filter(|one| one.access_method == id("1.3.6.1.5.5.7.48.1"));
            let uri = |one: AccessDescription| match one.access_location {
                GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str().to_owned()),
                _ => None,
            };
            ocsp.filter_map(uri).collect::<Vec<_>>()
        });
        // Of the kinds of names nobody uses it takes one that we do not. The value of an otherName may be of any type:
        // it lacks some, and we do not look inside.
        let fewer = uris.is_none() && !unchanged;
        let more = which == OTHER_NAME && theirs.is_none() && uris.as_ref().is_some_and(Vec::is_empty);
        prop_assert!(fewer || more || uris == theirs, "{uris:?} {theirs:?}");

        let purposes = certificate.extended_key_usage().ok().flatten().map(|purposes| purposes.value);
        prop_assert_eq!(&purposes, &ExtendedKeyUsage::from_der(&value).ok().map(|theirs| theirs.0));

        let constraints = certificate.basic_constraints().ok().flatten().map(|constraints| constraints.value);
        prop_assert_eq!(&constraints, &BasicConstraints::from_der(&value).ok());
        prop_assert!(!unchanged || uris.is_some() || purposes.is_some() || constraints.is_some());
    }
}
