//! Names and extensions of the certificates, in the shape of the real ones (docs/certificate-facts.md §1.3, §2).

use super::{Extension, Purpose, oids};
use crate::{Holder, der};

const SERVICE: &str = "公的個人認証サービス";
const AGENCY: &str = "地方公共団体情報システム機構";
/// Organisation of the test hierarchy; the production one says `JPKI`.
pub(super) const ORGANISATION: &str = "JPKI-TEST";
const CPS: &str = "http://www.jpki.go.jp/cps.html";
const OCSP_RESPONDER: &str = "http://test-ocspauthnorm.jpki.go.jp";

/// One relative distinguished name with one attribute `2.5.4.kind`.
fn rdn(kind: u32, value: Vec<u8>) -> Vec<u8> {
    der::set(&[der::sequence(&[der::oid(&[2, 5, 4, kind]), value])])
}

fn country() -> Vec<u8> {
    rdn(6, der::printable("JP"))
}

fn organisation(text: &str) -> Vec<u8> {
    rdn(10, der::utf8(text))
}

fn unit(text: &str) -> Vec<u8> {
    rdn(11, der::utf8(text))
}

fn locality(text: &str) -> Vec<u8> {
    rdn(7, der::utf8(text))
}

fn common_name(text: &str) -> Vec<u8> {
    rdn(3, der::utf8(text))
}

fn authority_unit(purpose: Purpose) -> Vec<u8> {
    unit(match purpose {
        Purpose::Signing => "JPKI for digital signature",
        Purpose::Authentication => "JPKI for user authentication",
    })
}

/// Distinguished name of a CA: the same in all its generations.
pub(super) fn authority_name(purpose: Purpose) -> Vec<u8> {
    der::sequence(&[
        country(),
        organisation(ORGANISATION),
        authority_unit(purpose),
        unit("Japan Agency for Local Authority Information Systems"),
    ])
}

/// Subject of a leaf (docs/certificate-facts.md §2.3).
pub(super) fn subject(purpose: Purpose, holder: &Holder) -> Vec<u8> {
    match purpose {
        Purpose::Signing => der::sequence(&[
            country(),
            locality(&holder.prefecture),
            locality(&holder.municipality),
            common_name(&format!("2025101617260000134{}003A", holder.municipality_code)),
        ]),
        Purpose::Authentication => der::sequence(&[
            country(),
            common_name(&format!("99T794E9AGCIEG{}003A", holder.municipality_code)),
        ]),
    }
}

/// Subject of an authority's OCSP responder. That of the real one is not known.
pub(crate) fn responder_name(purpose: Purpose) -> Vec<u8> {
    let unit = authority_unit(purpose);
    der::sequence(&[country(), organisation(ORGANISATION), unit, common_name("OCSP Responder")])
}

/// `GeneralName` of one directory name. Its CHOICE makes the context tag explicit.
fn directory_name(name: &[u8]) -> Vec<u8> {
    der::constructed(0xA4, &[name])
}

fn japanese_authority_name(purpose: Purpose) -> Vec<u8> {
    let kind = match purpose {
        Purpose::Signing => "署名用",
        Purpose::Authentication => "利用者証明用",
    };
    der::sequence(&[country(), organisation(SERVICE), unit(&format!("{SERVICE}{kind}")), unit(AGENCY)])
}

fn alternative_name(purpose: Purpose) -> Vec<u8> {
    der::sequence(&[directory_name(&japanese_authority_name(purpose))])
}

fn distribution_point(name: &[u8]) -> Vec<u8> {
    der::sequence(&[der::sequence(&[distribution_point_name(name)])])
}

/// `[0] DistributionPointName` with one directory name (a `Name`, DER): what cRLDistributionPoints and
/// issuingDistributionPoint have in common.
pub fn distribution_point_name(name: &[u8]) -> Vec<u8> {
    let full_name = der::constructed(0xA0, &[directory_name(name)]);
    der::constructed(0xA0, &[full_name])
}

/// `Name` of the CRL partition of a municipality (docs/certificate-facts.md §2.6).
pub fn partition_name(purpose: Purpose, prefecture: &str, municipality: &str) -> Vec<u8> {
    der::sequence(&[
        country(),
        organisation(ORGANISATION),
        authority_unit(purpose),
        unit("CRL Distribution Points"),
        unit(prefecture),
        common_name(&format!("{municipality} CRLDP")),
    ])
}

fn subject_key_identifier(identifier: &[u8; 20]) -> Extension {
    Extension::plain(oids::subject_key_identifier(), der::octet_string(identifier))
}

/// Extensions of a CA certificate (docs/certificate-facts.md §1.3).
pub(super) fn authority_extensions(purpose: Purpose, key_identifier: &[u8; 20]) -> Vec<Extension> {
    vec![
        Extension::critical(oids::key_usage(), der::bit_string(1, &[0x06])),
        Extension::plain(oids::subject_alt_name(), alternative_name(purpose)),
        Extension::critical(oids::basic_constraints(), der::sequence(&[der::tlv(0x01, &[0xFF])])),
        Extension::plain(oids::crl_distribution_points(), distribution_point(&authority_name(purpose))),
        subject_key_identifier(key_identifier),
    ]
}

/// What a leaf says about the CA that issued it.
pub(super) struct Issuer<'a> {
    pub(super) key_identifier: &'a [u8; 20],
    pub(super) serial_number: &'a [u8],
}

/// Extensions of a leaf, in their order on a real certificate (docs/certificate-facts.md §2.4).
pub(super) fn leaf_extensions(
    purpose: Purpose,
    holder: &Holder,
    issuer: &Issuer<'_>,
    key_identifier: &[u8; 20],
) -> Vec<Extension> {
    let key_usage = |unused, bits| Extension::critical(oids::key_usage(), der::bit_string(unused, &[bits]));
    let common = [
        Extension::plain(oids::issuer_alt_name(), alternative_name(purpose)),
        Extension::plain(
            oids::crl_distribution_points(),
            distribution_point(&partition_name(purpose, &holder.prefecture, &holder.municipality)),
        ),
    ];
    let mut all = match purpose {
        Purpose::Signing => vec![
            key_usage(6, 0xC0),
            Extension::plain(oids::subject_alt_name(), attributes(holder)),
            Extension::critical(oids::certificate_policies(), policies(&oids::policy(0, 20))),
        ],
        Purpose::Authentication => vec![
            key_usage(7, 0x80),
            Extension::plain(oids::extended_key_usage(), der::sequence(&[oids::client_auth()])),
            Extension::critical(oids::certificate_policies(), policies(&oids::policy(0, 30))),
        ],
    };
    all.extend(common);
    if purpose == Purpose::Authentication {
        let access = der::sequence(&[oids::ocsp(), der::tlv(0x86, OCSP_RESPONDER.as_bytes())]);
        all.push(Extension::plain(oids::authority_info_access(), der::sequence(&[access])));
    }
    all.push(Extension::plain(
        oids::authority_key_identifier(),
        authority_key_identifier(issuer.key_identifier, &authority_name(purpose), issuer.serial_number),
    ));
    all.push(subject_key_identifier(key_identifier));
    all
}

/// `certificatePolicies` with one policy (an object identifier TLV) and the qualifier every real certificate has.
pub fn policies(policy: &[u8]) -> Vec<u8> {
    let qualifier = der::sequence(&[oids::cps_qualifier(), der::ia5(CPS)]);
    der::sequence(&[der::sequence(&[policy, &der::sequence(&[qualifier])])])
}

/// `AuthorityKeyIdentifier` with all three members: key identifier, issuer `Name` (DER), serial number INTEGER (DER).
pub fn authority_key_identifier(key_identifier: &[u8], issuer: &[u8], serial_number: &[u8]) -> Vec<u8> {
    // The context tag [2] replaces the INTEGER tag, so only the octets after its one-byte header are kept.
    let serial = der::tlv(0x82, serial_number.get(2..).unwrap_or_default());
    der::sequence(&[
        der::tlv(0x80, key_identifier),
        der::constructed(0xA1, &[directory_name(issuer)]),
        serial,
    ])
}

/// `subjectAltName` of a signing certificate: the six otherNames in the order 1, 4, 3, 5, 2, 6.
pub fn attributes(holder: &Holder) -> Vec<u8> {
    der::sequence(&[
        other_name(1, &der::utf8(&holder.name)),
        other_name(4, &der::utf8(&holder.date_of_birth)),
        other_name(3, &der::utf8(&holder.sex)),
        other_name(5, &der::utf8(&holder.address)),
        other_name(2, &der::utf8(&holder.name_substitutes())),
        other_name(6, &der::utf8(&holder.address_substitutes())),
    ])
}

/// One `otherName` with attribute number `number` (see [`oids::attribute`]) around a value TLV.
pub fn other_name(number: u32, value: &[u8]) -> Vec<u8> {
    der::constructed(0xA0, &[oids::attribute(number), der::constructed(0xA0, &[value])])
}
