//! A small certificate authority. It writes DER itself, so that a mistake in the crate under test cannot hide here,
//! and every field can be replaced by a wrong one.

use std::sync::OnceLock;

use hex_literal::hex;
use kazasu_cert::{Certificate, HashAlgorithm, ObjectIdentifier};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use signer_rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey, traits::PublicKeyParts};

pub(crate) const NAME: &str = "見本　花子";
pub(crate) const ADDRESS: &str = "東京都千代田区架空町１－２－３";
/// 2026-04-01T00:00:00Z, inside the validity of every certificate made here.
pub(crate) const VALID_AT: i64 = 1_775_001_600;

pub(crate) const SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.0.20";
pub(crate) const KEY_ID: [u8; 20] = [0x5A; 20];
pub(crate) const CRL_PARTITION: &str = "Chiyoda-ku CRLDP";

pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, len @ ..=0x7F] => der.push(len),
        [0, len] => der.extend([0x81, len]),
        [high, low] => der.extend([0x82, high, low]),
    }
    der.extend(content);
    der
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn oid(text: &str) -> Vec<u8> {
    tlv(0x06, ObjectIdentifier::new_unwrap(text).as_bytes())
}

/// One attribute per RDN; C is a PrintableString, all others are UTF8String.
pub(crate) fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    let rdns = attributes.iter().map(|(id, value)| {
        let tag = if *id == "2.5.4.6" { 0x13 } else { 0x0C };
        tlv(0x31, &sequence(&[&oid(id), &tlv(tag, value.as_bytes())]))
    });
    tlv(0x30, &rdns.collect::<Vec<_>>().concat())
}

pub(crate) fn ca_name() -> Vec<u8> {
    name(&[
        ("2.5.4.6", "JP"),
        ("2.5.4.10", "JPKI-TEST"),
        ("2.5.4.11", "JPKI for digital signature"),
        ("2.5.4.11", "Japan Agency for Local Authority Information Systems"),
    ])
}

pub(crate) fn crl_partition() -> Vec<u8> {
    name(&[
        ("2.5.4.6", "JP"),
        ("2.5.4.10", "JPKI-TEST"),
        ("2.5.4.11", "JPKI for digital signature"),
        ("2.5.4.11", "CRL Distribution Points"),
        ("2.5.4.11", "Tokyo-to"),
        ("2.5.4.3", CRL_PARTITION),
    ])
}

pub(crate) fn directory_name(name: &[u8]) -> Vec<u8> {
    tlv(0xA4, name)
}

pub(crate) fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xFF] } else { &[] };
    sequence(&[&oid(id), critical, &tlv(0x04, value)])
}

/// An otherName with the value in a UTF8String, or whatever `tag` says.
pub(crate) fn other_name(id: &str, tag: u8, value: &[u8]) -> Vec<u8> {
    tlv(0xA0, &[oid(id), tlv(0xA0, &tlv(tag, value))].concat())
}

pub(crate) fn attribute(arc: u8, value: &str) -> Vec<u8> {
    other_name(&format!("1.2.392.200149.8.5.5.{arc}"), 0x0C, value.as_bytes())
}

/// The attributes in the order a JPKI certificate has them.
pub(crate) fn attributes() -> Vec<Vec<u8>> {
    vec![
        attribute(1, NAME),
        attribute(4, "419900401"),
        attribute(3, "2"),
        attribute(5, ADDRESS),
        attribute(2, "00000"),
        attribute(6, "000000000100000"),
    ]
}

pub(crate) fn subject_alt_name(names: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.17", false, &tlv(0x30, &names.concat()))
}

/// The key of the authority, and of every RSA certificate as well.
pub(crate) fn key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut ChaCha8Rng::seed_from_u64(1), 2048).unwrap())
}

/// RSASSA-PKCS1-v1_5, with the prefixes of RFC 8017 §9.2.
pub(crate) fn sign(algorithm: HashAlgorithm, digest: &[u8]) -> Vec<u8> {
    let prefix: &[u8] = match algorithm {
        HashAlgorithm::Sha256 => &hex!("3031300d060960864801650304020105000420"),
        HashAlgorithm::Sha384 => &hex!("3041300d060960864801650304020205000430"),
        HashAlgorithm::Sha512 => &hex!("3051300d060960864801650304020305000440"),
    };
    key().sign(Pkcs1v15Sign::new_unprefixed(), &[prefix, digest].concat()).unwrap()
}

fn unsigned(number: &BigUint) -> Vec<u8> {
    tlv(0x02, &[vec![0], number.to_bytes_be()].concat()[usize::from(!number.bits().is_multiple_of(8))..])
}

pub(crate) fn rsa_key_der() -> Vec<u8> {
    sequence(&[&unsigned(key().n()), &unsigned(key().e())])
}

pub(crate) fn public_key_info(algorithm: &str, parameters: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[&oid(algorithm), parameters]), &tlv(0x03, &[&[0], key].concat())])
}

/// The parts of a certificate, each as DER with its tag.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) version: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key_info: Vec<u8>,
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl Parts {
    /// A signing certificate: the seven extensions in their order, two of them critical.
    pub(crate) fn signing() -> Self {
        let cps = sequence(&[&oid("1.3.6.1.5.5.7.2.1"), &tlv(0x16, b"http://www.jpki.go.jp/cps.html")]);
        let policy = sequence(&[&oid(SIGNING_POLICY), &sequence(&[&cps])]);
        let issuer_alt_name = directory_name(&name(&[
            ("2.5.4.6", "JP"),
            ("2.5.4.10", "公的個人認証サービス"),
            ("2.5.4.11", "公的個人認証サービス署名用"),
        ]));
        let partition = tlv(0xA0, &tlv(0xA0, &directory_name(&crl_partition())));
        let authority =
            sequence(&[&tlv(0x80, &KEY_ID), &tlv(0xA1, &directory_name(&ca_name())), &tlv(0x82, &[0x01])]);
        Self {
            version: tlv(0xA0, &[0x02, 0x01, 0x02]),
            serial: tlv(0x02, &[0x00, 0xC1, 0x39]),
            algorithm: sequence(&[&oid("1.2.840.113549.1.1.11"), &[0x05, 0x00]]),
            issuer: ca_name(),
            not_before: tlv(0x17, b"251027033015Z"),
            not_after: tlv(0x17, b"300401145959Z"),
            subject: name(&[
                ("2.5.4.6", "JP"),
                ("2.5.4.7", "Tokyo-to"),
                ("2.5.4.7", "Chiyoda-ku"),
                ("2.5.4.3", "202510161726000000113101003A"),
            ]),
            public_key_info: public_key_info("1.2.840.113549.1.1.1", &[0x05, 0x00], &rsa_key_der()),
            extensions: vec![
                extension("2.5.29.15", true, &[0x03, 0x02, 0x06, 0xC0]),
                subject_alt_name(&attributes()),
                extension("2.5.29.32", true, &sequence(&[&policy])),
                extension("2.5.29.18", false, &sequence(&[&issuer_alt_name])),
                extension("2.5.29.31", false, &sequence(&[&sequence(&[&partition])])),
                extension("2.5.29.35", false, &authority),
                extension("2.5.29.14", false, &tlv(0x04, &KEY_ID)),
            ],
        }
    }

    pub(crate) fn authority() -> Self {
        Self {
            serial: tlv(0x02, &[0x01]),
            not_before: tlv(0x17, b"230716005027Z"),
            not_after: tlv(0x17, b"330715145959Z"),
            subject: ca_name(),
            extensions: vec![
                extension("2.5.29.15", true, &[0x03, 0x02, 0x01, 0x06]),
                extension("2.5.29.19", true, &sequence(&[&[0x01, 0x01, 0xFF]])),
                extension("2.5.29.14", false, &tlv(0x04, &KEY_ID)),
            ],
            ..Self::signing()
        }
    }

    /// Replaces the first extension with this identifier, or adds it.
    pub(crate) fn with_extension(mut self, id: &str, new: Vec<u8>) -> Self {
        let id = oid(id);
        let same = |extension: &&mut Vec<u8>| extension.windows(id.len()).any(|window| window == id);
        match self.extensions.iter_mut().find(same) {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
        self
    }

    pub(crate) fn with_attributes(self, names: &[Vec<u8>]) -> Self {
        self.with_extension("2.5.29.17", subject_alt_name(names))
    }

    pub(crate) fn tbs(&self) -> Vec<u8> {
        sequence(&[
            &self.version,
            &self.serial,
            &self.algorithm,
            &self.issuer,
            &sequence(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.public_key_info,
            &tlv(0xA3, &tlv(0x30, &self.extensions.concat())),
        ])
    }

    /// The certificate, signed by the authority's key.
    pub(crate) fn der(&self) -> Vec<u8> {
        let tbs = self.tbs();
        let digest = HashAlgorithm::Sha256.digest(&tbs);
        let signature = sign(HashAlgorithm::Sha256, digest.as_bytes());
        sequence(&[&tbs, &self.algorithm, &tlv(0x03, &[vec![0], signature].concat())])
    }

    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::from_der(&self.der()).unwrap()
    }
}
