//! Cases 36 to 38: PKCS#1 v1.5, of the document's signature and of the certificate's.

use kazasu_sim::{KeyName, TestKey, der};
use kazasu_verify::{Purpose, Rejection};

use super::{BAD_CERTIFICATE, BAD_DOCUMENT};
use crate::cms::Hash;
use crate::vector::{DOCUMENT, Vector, key};
use crate::{Attack, Expected};

pub(super) fn attacks() -> Vec<Attack> {
    [padding(), length_and_range()].concat()
}

/// The right block for a SHA-256 digest and a key of 2048 bits (RFC 8017 §9.2).
pub(super) fn block(digest: &[u8]) -> Vec<u8> {
    padded(202, &Hash::Sha256.digest_info(digest))
}

/// The whole 256-byte block that is put through the private operation.
fn padded(ps: usize, after: &[u8]) -> Vec<u8> {
    [&[0x00, 0x01][..], &vec![0xFF; ps], &[0x00], after].concat()
}

/// The same fault twice: in the signature of the document and in that of the certificate.
fn twice(case: u8, title: &str, sign: impl Fn(&TestKey, &[u8]) -> Vec<u8>) -> [Attack; 2] {
    let attack = |of, vector: &Vector, expected: Rejection| {
        Attack::new(case, format!("{title}, {of}"), vector.question(), Expected::Rejected(expected))
    };
    let vector = Vector::new(Purpose::Signing);
    let signature = sign(&vector.holder_key, DOCUMENT);
    let document = Vector { signature: Some(signature), ..vector.clone() };
    let tbs = vector.template.tbs();
    let certificate = vector.template.assemble(&tbs, &sign(&vector.issuer_key, &tbs));
    let certificate = Vector { certificate: Some(certificate), ..vector };
    [attack("document", &document, BAD_DOCUMENT), attack("certificate", &certificate, BAD_CERTIFICATE)]
}

fn padding() -> Vec<Attack> {
    type Block = fn(&[u8]) -> Vec<u8>;
    let blocks: [(u8, &str, Block); 9] = [
        (36, "short PS, garbage behind", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            padded(8, &[&info[..], &vec![0xAB; 256 - 11 - info.len()]].concat())
        }),
        (36, "garbage inside DigestInfo", |digest| {
            let algorithm = der::sequence(&[Hash::Sha256.oid(), der::null(), der::octet_string(&[0xAB; 64])]);
            let info = der::sequence(&[algorithm, der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        (36, "no NULL", |digest| {
            let info = der::sequence(&[der::sequence(&[Hash::Sha256.oid()]), der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        (36, "BER length", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            let info = [&[0x30, 0x81][..], &info[1..]].concat();
            padded(253 - info.len(), &info)
        }),
        (36, "block type 2", |digest| {
            let mut block = block(digest);
            block[1] = 2;
            block
        }),
        (36, "one byte of PS is not FF", |digest| {
            let mut block = block(digest);
            block[100] = 0xFE;
            block
        }),
        (36, "SHA-1 named over a SHA-256 digest", |digest| {
            let info = Hash::Sha1.digest_info(digest);
            padded(253 - info.len(), &info)
        }),
        (36, "the digest cut off", |digest| {
            let info = Hash::Sha256.digest_info(&digest[..20]);
            padded(253 - info.len(), &info)
        }),
        (38, "bare hash", |digest| padded(253 - 32, digest)),
    ];
    let sha1 = twice(36, "SHA-1 DigestInfo", |key, data| Hash::Sha1.sign(key, data));
    let by_block = blocks.into_iter().flat_map(|(case, title, block)| {
        twice(case, title, |key, data| {
            let block = block(&Hash::Sha256.digest(data));
            assert_eq!(block.len(), 256, "{title}");
            key.raw_private_operation(&block).unwrap()
        })
    });
    by_block.chain(sha1).collect()
}

fn length_and_range() -> Vec<Attack> {
    let good = |key: &TestKey, data: &[u8]| key.sign_sha256(data).unwrap();
    [
        twice(37, "257 bytes, a zero in front", |key, data| [&[0], &good(key, data)[..]].concat()),
        twice(37, "257 bytes, a zero behind", |key, data| [&good(key, data)[..], &[0]].concat()),
        twice(37, "255 bytes", |key, data| good(key, data)[1..].to_vec()),
        twice(37, "no signature", |_, _| Vec::new()),
        twice(37, "the modulus", |key, _| key.modulus()),
        twice(37, "as large as can be", |_, _| vec![0xFF; 256]),
        twice(37, "plus the modulus", |key, data| sum(good(key, data), &key.modulus())),
        twice(37, "one bit off", |key, data| {
            let mut bad = good(key, data);
            bad[255] ^= 1;
            bad
        }),
        twice(37, "another key's", |_, data| good(&key(KeyName::OtherLeaf), data)),
        twice(37, "signature of something else", |key, _| good(key, b"another document")),
    ]
    .concat()
}

fn sum(mut number: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    for (a, b) in number.iter_mut().zip(other).rev() {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        (*a, carry) = (sum.to_be_bytes()[1], sum >> 8);
    }
    if carry > 0 { [vec![1], number].concat() } else { number }
}
