//! The test certificates against OpenSSL, and against the shape of the real ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::{path::Path, process::Command};

use hex_literal::hex;
use kazasu_sim::{
    CertificateTemplate, Extension, Generation, Holder, KeyName, Persona, Purpose, SimulatedCard, TestKey,
    TestPki, der, pki,
};

const PURPOSES: [Purpose; 2] = [Purpose::Signing, Purpose::Authentication];

fn openssl(directory: &Path, arguments: &str) -> (bool, String) {
    let output = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(directory)
        .output()
        .unwrap_or_else(|error| panic!("openssl (Debian package openssl) is needed: {error}"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn holder() -> Holder {
    Persona::named("ichiro").unwrap().holder
}

fn leaf(purpose: Purpose, generation: Generation) -> CertificateTemplate {
    TestPki::shared().unwrap().leaf(purpose, generation, &holder()).unwrap()
}

fn sign(template: &CertificateTemplate, purpose: Purpose, generation: Generation) -> Vec<u8> {
    template.sign(TestPki::shared().unwrap().authority(purpose, generation).key()).unwrap()
}

/// Tag, depth and value of each element, as `openssl asn1parse` prints them; offsets and lengths left out.
fn outline(certificate: &[u8]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("certificate"), certificate).unwrap();
    let (ok, text) = openssl(directory.path(), "asn1parse -inform DER -in certificate");
    assert!(ok, "{text}");
    text.lines()
        .map(|line| {
            let (position, element) = line.split_at(line.find("cons: ").or(line.find("prim: ")).unwrap());
            let depth = position.split_once("d=").unwrap().1.split_once(' ').unwrap().0;
            format!("{depth} {}", element.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn extensions(outline: &[String]) -> Vec<String> {
    // Each extension is a SEQUENCE at depth 4; its members follow at depth 5.
    let mut all: Vec<String> = Vec::new();
    for line in outline {
        match line.split_once(' ').unwrap() {
            ("4", "cons: SEQUENCE") => all.push(String::new()),
            ("5", element) if !all.is_empty() => {
                let member = element.trim_start_matches("prim: ").replace(" :", "=");
                let last = all.last_mut().unwrap();
                last.push_str(&member);
                last.push(' ');
            }
            _ => {}
        }
    }
    all.retain(|extension| extension.contains("OCTET STRING"));
    all
}

#[test]
fn openssl_accepts_every_leaf_under_its_own_authority_alone() {
    let pki = TestPki::shared().unwrap();
    let directory = tempfile::tempdir().unwrap();
    for purpose in PURPOSES {
        for generation in Generation::ALL {
            let name = format!("{purpose:?}-{generation:?}");
            for (suffix, der) in [
                ("ca", pki.authority(purpose, generation).certificate().to_vec()),
                ("leaf", sign(&leaf(purpose, generation), purpose, generation)),
            ] {
                std::fs::write(directory.path().join("der"), der).unwrap();
                let (ok, text) =
                    openssl(directory.path(), &format!("x509 -inform DER -in der -out {name}-{suffix}.pem"));
                assert!(ok, "{text}");
            }
        }
    }
    for purpose in PURPOSES {
        for issuer in Generation::ALL {
            for anchor in Generation::ALL {
                // 2025-10-18 lies in the life of every generation, and before that of the leaf.
                let command = format!(
                    "verify -x509_strict -check_ss_sig -no_check_time -trusted {purpose:?}-{anchor:?}-ca.pem \
                     {purpose:?}-{issuer:?}-leaf.pem"
                );
                let (ok, text) = openssl(directory.path(), &command);
                assert_eq!(ok, issuer == anchor, "{command}: {text}");
            }
        }
    }
}

#[test]
fn policies_and_purposes_are_those_of_the_real_pair() {
    let directory = tempfile::tempdir().unwrap();
    let pki = TestPki::shared().unwrap();
    for purpose in PURPOSES {
        let generation = Generation::G2023;
        for (file, der) in [
            ("ca", pki.authority(purpose, generation).certificate().to_vec()),
            ("leaf", sign(&leaf(purpose, generation), purpose, generation)),
        ] {
            std::fs::write(directory.path().join("der"), der).unwrap();
            let (ok, text) = openssl(directory.path(), &format!("x509 -inform DER -in der -out {file}.pem"));
            assert!(ok, "{text}");
        }
        let signing = purpose == Purpose::Signing;
        let expected = [
            ("-policy_check -explicit_policy -policy 1.2.392.200149.8.5.1.0.20", signing),
            ("-policy_check -explicit_policy -policy 1.2.392.200149.8.5.1.0.30", !signing),
            ("-purpose smimesign", signing),
            ("-purpose sslclient", true),
        ];
        for (options, accepted) in expected {
            let command =
                format!("verify -x509_strict -attime 1800000000 {options} -trusted ca.pem leaf.pem");
            let (ok, text) = openssl(directory.path(), &command);
            assert_eq!(ok, accepted, "{purpose:?} {options}: {text}");
        }
    }
}

/// The outline of a real test-card signing certificate: field order, tags, string types (certificate-facts §2).
#[test]
fn signing_certificate_outline() {
    let outline =
        outline(&sign(&leaf(Purpose::Signing, Generation::G2023), Purpose::Signing, Generation::G2023));
    let head = [
        "0 cons: SEQUENCE",
        "1 cons: SEQUENCE",
        "2 cons: cont [ 0 ]",
        "3 prim: INTEGER :02",
        "2 prim: INTEGER :1EEA07",
        "2 cons: SEQUENCE",
        "3 prim: OBJECT :sha256WithRSAEncryption",
        "3 prim: NULL",
        "2 cons: SEQUENCE",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :countryName",
        "5 prim: PRINTABLESTRING :JP",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :organizationName",
        "5 prim: UTF8STRING :JPKI-TEST",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :organizationalUnitName",
        "5 prim: UTF8STRING :JPKI for digital signature",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :organizationalUnitName",
        "5 prim: UTF8STRING :Japan Agency for Local Authority Information Systems",
        "2 cons: SEQUENCE",
        "3 prim: UTCTIME :251027013557Z",
        "3 prim: UTCTIME :450217145959Z",
        "2 cons: SEQUENCE",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :countryName",
        "5 prim: PRINTABLESTRING :JP",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :localityName",
        "5 prim: UTF8STRING :Tokyo-to",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :localityName",
        "5 prim: UTF8STRING :Kasumi-machi",
        "3 cons: SET",
        "4 cons: SEQUENCE",
        "5 prim: OBJECT :commonName",
        "5 prim: UTF8STRING :202510161726000013413999003A",
        "2 cons: SEQUENCE",
        "3 cons: SEQUENCE",
        "4 prim: OBJECT :rsaEncryption",
        "4 prim: NULL",
        "3 prim: BIT STRING",
        "2 cons: cont [ 3 ]",
        "3 cons: SEQUENCE",
    ];
    assert_eq!(outline[..head.len()], head);
    let tail =
        ["1 cons: SEQUENCE", "2 prim: OBJECT :sha256WithRSAEncryption", "2 prim: NULL", "1 prim: BIT STRING"];
    assert_eq!(outline[outline.len() - tail.len()..], tail);
}

#[test]
fn leaf_extensions_are_in_the_real_order() {
    let names = |purpose| -> Vec<String> {
        let certificate = sign(&leaf(purpose, Generation::G2019), purpose, Generation::G2019);
        extensions(&outline(&certificate))
            .iter()
            .map(|extension| extension.split(" OCTET").next().unwrap().replace("OBJECT=", ""))
            .collect()
    };
    assert_eq!(
        names(Purpose::Signing),
        [
            "X509v3 Key Usage BOOLEAN=255",
            "X509v3 Subject Alternative Name",
            "X509v3 Certificate Policies BOOLEAN=255",
            "X509v3 Issuer Alternative Name",
            "X509v3 CRL Distribution Points",
            "X509v3 Authority Key Identifier",
            "X509v3 Subject Key Identifier",
        ]
    );
    assert_eq!(
        names(Purpose::Authentication),
        [
            "X509v3 Key Usage BOOLEAN=255",
            "X509v3 Extended Key Usage",
            "X509v3 Certificate Policies BOOLEAN=255",
            "X509v3 Issuer Alternative Name",
            "X509v3 CRL Distribution Points",
            "Authority Information Access",
            "X509v3 Authority Key Identifier",
            "X509v3 Subject Key Identifier",
        ]
    );
}

/// Values that depend on nothing, against the bytes of a real test certificate (certificate-facts §2.4, §2.5).
#[test]
fn constant_extension_values() {
    let value = |purpose, id: Vec<u8>| -> String {
        let mut template = leaf(purpose, Generation::G2023);
        let value = template.extension_mut(&id).unwrap().value.clone();
        value.iter().fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
    };
    assert_eq!(value(Purpose::Signing, pki::oids::key_usage()), "030206C0");
    assert_eq!(value(Purpose::Authentication, pki::oids::key_usage()), "03020780");
    assert_eq!(value(Purpose::Authentication, pki::oids::extended_key_usage()), "300A06082B06010505070302");
    assert_eq!(
        value(Purpose::Signing, pki::oids::certificate_policies()),
        "303D303B060B2A83088C9B550805010014302C302A06082B06010505070201161E\
         687474703A2F2F7777772E6A706B692E676F2E6A702F6370732E68746D6C"
    );
    assert_eq!(
        value(Purpose::Authentication, pki::oids::authority_info_access()),
        "3031302F06082B060105050730018623\
         687474703A2F2F746573742D6F637370617574686E6F726D2E6A706B692E676F2E6A70"
    );
    let names = value(Purpose::Signing, pki::oids::issuer_alt_name());
    assert!(
        names.starts_with("3081A3A481A030819D310B3009060355040613024A5031273025060355040A0C1E"),
        "{names}"
    );
    let point = value(Purpose::Signing, pki::oids::crl_distribution_points());
    assert!(point.starts_with("3081") && point.contains("A4819"), "{point}");
    assert!(point.contains("0C1743524C20446973747269627574696F6E20506F696E7473"), "{point}");
    let aki = value(Purpose::Signing, pki::oids::authority_key_identifier());
    assert!(aki.starts_with("3081A98014") && aki.ends_with("82031EC303"), "{aki}");
}

/// Whole `GeneralName` encodings as found on a real test certificate (certificate-facts §2.5).
#[test]
fn six_attributes_in_the_order_of_a_real_certificate() {
    let holder = holder();
    let name = [hex!("A01F060A2A83088C9B5508050501A0110C0F").as_slice(), holder.name.as_bytes()].concat();
    let address_len = u8::try_from(holder.address.len()).unwrap();
    assert_eq!((holder.name.chars().count(), address_len), (5, 42));
    let address =
        [hex!("A03A060A2A83088C9B5508050505A02C0C2A").as_slice(), holder.address.as_bytes()].concat();
    let parts = [
        name,
        hex!("A019060A2A83088C9B5508050504A00B0C09333139383030323137").to_vec(),
        hex!("A011060A2A83088C9B5508050503A0030C0131").to_vec(),
        address,
        hex!("A015060A2A83088C9B5508050502A0070C053030303030").to_vec(),
        [hex!("A01E060A2A83088C9B5508050506A0100C0E").as_slice(), &[b'0'; 14]].concat(),
    ];
    assert_eq!(pki::profile::attributes(&holder), [hex!("3081C2").to_vec(), parts.concat()].concat());
}

#[test]
fn a_second_build_gives_the_same_bytes() {
    let (one, other) = (TestPki::new().unwrap(), TestPki::new().unwrap());
    for purpose in PURPOSES {
        assert_eq!(one.anchors_der(purpose), other.anchors_der(purpose));
    }
    let signed = || sign(&leaf(Purpose::Signing, Generation::G2023), Purpose::Signing, Generation::G2023);
    assert_eq!(signed(), signed());
}

#[test]
fn authorities_share_a_name_and_nothing_else() {
    let pki = TestPki::shared().unwrap();
    for purpose in PURPOSES {
        let all: Vec<_> =
            Generation::ALL.iter().map(|generation| pki.authority(purpose, *generation)).collect();
        assert!(all.windows(2).all(|pair| pair[0].name() == pair[1].name()));
        assert!(all.windows(2).all(|pair| pair[0].key().modulus() != pair[1].key().modulus()));
        assert!(
            all.windows(2).all(|pair| pair[0].template().serial_number != pair[1].template().serial_number)
        );
    }
    let name = |purpose| pki.authority(purpose, Generation::G2023).name();
    assert_ne!(name(Purpose::Signing), name(Purpose::Authentication));
}

#[test]
fn every_part_can_be_made_wrong() {
    let good = leaf(Purpose::Signing, Generation::G2023);
    let mut bad = good.clone();
    assert!(bad.remove_extension(&pki::oids::certificate_policies()));
    assert!(!bad.remove_extension(&pki::oids::certificate_policies()));
    bad.extension_mut(&pki::oids::key_usage()).unwrap().critical = None;
    bad.extensions.push(Extension::critical(der::oid(&[1, 2, 3]), der::null()));
    bad.set_public_key(&TestKey::load(KeyName::OtherLeaf).unwrap());
    let certificate = sign(&bad, Purpose::Signing, Generation::G2023);
    let all = extensions(&outline(&certificate));
    assert!(all[0].starts_with("OBJECT=X509v3 Key Usage OCTET"), "{all:?}");
    assert!(all.last().unwrap().starts_with("OBJECT=1.2.3 BOOLEAN=255"), "{all:?}");
    assert!(!all.iter().any(|extension| extension.contains("Policies")), "{all:?}");

    // A signed part edited by hand carries a good signature; a signature edited by hand does not.
    let tbs = [good.tbs(), vec![0]].concat();
    let key = TestPki::shared().unwrap().authority(Purpose::Signing, Generation::G2023).key();
    let edited = good.sign_tbs(&tbs, key).unwrap();
    assert!(edited.ends_with(&key.sign_sha256(&tbs).unwrap()));
    assert!(good.assemble(&good.tbs(), &[0; 256]).ends_with(&[0; 256]));
}

#[test]
fn certificate_lengths() {
    let length = |name, purpose| {
        let card = SimulatedCard::new(&Persona::named(name).unwrap()).unwrap();
        card.certificate(purpose).unwrap().len()
    };
    assert!((1500..=1792).contains(&length("hanako", Purpose::Authentication)));
    assert!(
        (1900..=2048).contains(&length("hanako", Purpose::Signing)),
        "{}",
        length("hanako", Purpose::Signing)
    );
    assert!((1500..=1792).contains(&length("ichiro", Purpose::Authentication)));
    assert!(length("long-address", Purpose::Signing) > 2048);
}
