//! Cases 31 to 35: algorithms and keys.

use kazasu_sim::{KeyName, der};
use kazasu_verify::{AlgorithmOf, Rejection};

use super::{oid, signing};
use crate::Attack;
use crate::cms::Hash;
use crate::vector::{DOCUMENT, Vector, key};

pub(super) fn attacks() -> Vec<Attack> {
    [algorithms(), key_kinds(), key_sizes()].concat()
}

const SHA256_WITH_RSA: [u32; 7] = [1, 2, 840, 113_549, 1, 1, 11];

fn algorithm(arcs: &[u32], parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::oid(arcs), parameters])
}

/// Both fields that name the algorithm.
fn both(vector: &mut Vector, algorithm: &[u8]) {
    vector.template.inner_algorithm = algorithm.to_vec();
    vector.template.outer_algorithm = algorithm.to_vec();
}

/// Signed by the real CA with another hash function.
fn signed_with(vector: &mut Vector, hash: Hash) {
    both(vector, &hash.with_rsa());
    let tbs = vector.template.tbs();
    let signature = hash.sign(&vector.issuer_key, &tbs);
    vector.certificate = Some(vector.template.assemble(&tbs, &signature));
}

fn alg(of: AlgorithmOf, text: &str) -> Rejection {
    Rejection::Alg { of, oid: oid(text) }
}

fn algorithms() -> Vec<Attack> {
    vec![
        signing(
            31,
            "sha512 outside, sha256 inside",
            |v| v.template.outer_algorithm = Hash::Sha512.with_rsa(),
            Rejection::AlgMismatch,
        ),
        signing(
            31,
            "NULL inside, no parameters outside",
            |v| v.template.outer_algorithm = algorithm(&SHA256_WITH_RSA, &[]),
            Rejection::AlgMismatch,
        ),
        signing(
            31,
            "no parameters in either",
            |v| both(v, &algorithm(&SHA256_WITH_RSA, &[])),
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.11"),
        ),
        signing(
            32,
            "signed with SHA-1",
            |v| signed_with(v, Hash::Sha1),
            Rejection::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
        ),
        signing(
            33,
            "RSASSA-PSS with parameters left to their defaults",
            |v| both(v, &algorithm(&[1, 2, 840, 113_549, 1, 1, 10], &der::sequence::<&[u8]>(&[]))),
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.10"),
        ),
        signing(
            33,
            "signed with SHA-512, by the real CA",
            |v| signed_with(v, Hash::Sha512),
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.13"),
        ),
    ]
}

fn key_kinds() -> Vec<Attack> {
    vec![
        signing(
            33,
            "rsaEncryption without NULL in the key",
            |v| {
                let key = v.holder_key.public_key_der();
                let algorithm = algorithm(&[1, 2, 840, 113_549, 1, 1, 1], &[]);
                v.template.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &key)]);
            },
            alg(AlgorithmOf::PublicKey, "1.2.840.113549.1.1.1"),
        ),
        signing(
            33,
            "a P-256 key",
            |v| {
                let algorithm =
                    algorithm(&[1, 2, 840, 10_045, 2, 1], &der::oid(&[1, 2, 840, 10_045, 3, 1, 7]));
                let point = [&[0x04][..], &[0x11; 64]].concat();
                v.template.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &point)]);
            },
            alg(AlgorithmOf::PublicKey, "1.2.840.10045.2.1"),
        ),
    ]
}

/// The CA has certified a key that no card has, and its holder signs with it.
fn other_key(vector: &mut Vector, name: KeyName) {
    vector.holder_key = key(name);
    vector.template.set_public_key(&vector.holder_key);
}

/// A key of these numbers, to which nobody has the private one. The signature is as long as the modulus.
fn rsa(vector: &mut Vector, modulus: &[u8], exponent: u64) {
    let key = der::sequence(&[der::unsigned(modulus), der::integer(exponent)]);
    let algorithm = algorithm(&[1, 2, 840, 113_549, 1, 1, 1], &der::null());
    vector.template.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &key)]);
}

fn key_sizes() -> Vec<Attack> {
    vec![
        signing(34, "1024 bit", |v| other_key(v, KeyName::Rsa1024), Rejection::KeySize { bits: 1024 }),
        signing(34, "2047 bit", |v| other_key(v, KeyName::Rsa2047), Rejection::KeySize { bits: 2047 }),
        signing(34, "4096 bit", |v| other_key(v, KeyName::Rsa4096), Rejection::KeySize { bits: 4096 }),
        signing(34, "even modulus", |v| rsa(v, &[0xC2; 256], 65_537), Rejection::KeySize { bits: 2048 }),
        signing(
            35,
            "e = 1, so that the padded document is its own signature",
            |v| {
                rsa(v, &v.holder_key.modulus(), 1);
                v.signature = Some(super::signature::block(&Hash::Sha256.digest(DOCUMENT)));
            },
            Rejection::Exponent,
        ),
        signing(35, "e = 3", |v| other_key(v, KeyName::ExponentThree), Rejection::Exponent),
        signing(35, "even e", |v| rsa(v, &v.holder_key.modulus(), 65_536), Rejection::Exponent),
    ]
}
