//! Cases 36 to 38: PKCS#1 v1.5, of the document's signature and of the certificate's.

use kazasu_sim::{KeyName, der};
use kazasu_verify::Purpose;

use super::{BAD_CERTIFICATE, BAD_DOCUMENT};
use crate::common::cms::Hash;
use crate::common::{DOCUMENT, Vector, assert_accepted, assert_rejected, key};

/// The whole 256-byte block that is put through the private operation.
fn padded(ps: usize, after: &[u8]) -> Vec<u8> {
    [&[0x00, 0x01][..], &vec![0xFF; ps], &[0x00], after].concat()
}

#[test]
fn padding() {
    type Block = fn(&[u8]) -> Vec<u8>;
    let blocks: [(&str, Block); 8] = [
        ("short PS, garbage behind", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            padded(8, &[&info[..], &vec![0xAB; 256 - 11 - info.len()]].concat())
        }),
        ("garbage inside DigestInfo", |digest| {
            let algorithm = der::sequence(&[Hash::Sha256.oid(), der::null(), der::octet_string(&[0xAB; 64])]);
            let info = der::sequence(&[algorithm, der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        ("no NULL", |digest| {
            let info = der::sequence(&[der::sequence(&[Hash::Sha256.oid()]), der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        ("BER length", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            let info = [&[0x30, 0x81][..], &info[1..]].concat();
            padded(253 - info.len(), &info)
        }),
        ("block type 2", |digest| {
            let mut block = padded(202, &Hash::Sha256.digest_info(digest));
            block[1] = 2;
            block
        }),
        ("one byte of PS is not FF", |digest| {
            let mut block = padded(202, &Hash::Sha256.digest_info(digest));
            block[100] = 0xFE;
            block
        }),
        ("SHA-1 DigestInfo", |_| {
            let info = Hash::Sha1.digest_info(&Hash::Sha1.digest(DOCUMENT));
            padded(253 - info.len(), &info)
        }),
        ("bare hash (case 38)", |digest| padded(253 - 32, digest)),
    ];
    for (what, block) in blocks {
        let mut vector = Vector::new(Purpose::Signing);
        let block_of = |data| {
            let block = block(&Hash::Sha256.digest(data));
            assert_eq!(block.len(), 256, "{what}");
            block
        };
        vector.signature = Some(vector.holder_key.raw_private_operation(&block_of(DOCUMENT)).unwrap());
        assert_rejected(&vector.report(), &BAD_DOCUMENT, what);

        let mut vector = Vector::new(Purpose::Signing);
        let tbs = vector.template.tbs();
        let signature = vector.issuer_key.raw_private_operation(&block_of(&tbs)).unwrap();
        vector.certificate = Some(vector.template.assemble(&tbs, &signature));
        assert_rejected(&vector.report(), &BAD_CERTIFICATE, what);
    }
    // The right block by the same road is accepted.
    let mut vector = Vector::new(Purpose::Signing);
    let block = padded(202, &Hash::Sha256.digest_info(&Hash::Sha256.digest(DOCUMENT)));
    vector.signature = Some(vector.holder_key.raw_private_operation(&block).unwrap());
    assert_accepted(&vector.report(), "the right block");
}

#[test]
fn length_and_range_of_signatures() {
    let vector = Vector::new(Purpose::Signing);
    let good = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let sum = |mut number: Vec<u8>, other: &[u8]| {
        let mut carry = 0;
        for (a, b) in number.iter_mut().zip(other).rev() {
            let sum = u16::from(*a) + u16::from(*b) + carry;
            (*a, carry) = (sum.to_be_bytes()[1], sum >> 8);
        }
        if carry > 0 { [vec![1], number].concat() } else { number }
    };
    let bad = [
        ("257 bytes, a zero in front", [&[0], &good[..]].concat()),
        ("257 bytes, a zero behind", [&good[..], &[0]].concat()),
        ("255 bytes", good[1..].to_vec()),
        ("nothing", Vec::new()),
        ("the modulus", vector.holder_key.modulus()),
        ("as large as can be", vec![0xFF; 256]),
        ("plus the modulus", sum(good.clone(), &vector.holder_key.modulus())),
        ("one bit off", {
            let mut bad = good.clone();
            bad[255] ^= 1;
            bad
        }),
        ("another key's", key(KeyName::OtherLeaf).sign_sha256(DOCUMENT).unwrap()),
    ];
    for (what, signature) in bad {
        let document = Vector { signature: Some(signature.clone()), ..vector.clone() };
        assert_rejected(&document.report(), &BAD_DOCUMENT, what);
        let assembled = vector.template.assemble(&vector.template.tbs(), &signature);
        let certificate = Vector { certificate: Some(assembled), ..vector.clone() };
        assert_rejected(&certificate.report(), &BAD_CERTIFICATE, what);
    }
    let swapped =
        Vector { signature: Some(vector.holder_key.sign_sha256(b"another document").unwrap()), ..vector };
    assert_rejected(&swapped.report(), &BAD_DOCUMENT, "another document");
}
