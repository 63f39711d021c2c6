//! Certificates and signed-data formats of JPKI, the public key service of Japan's My Number Card.
//!
//! Bytes become types and types become bytes; nothing here decides whether anybody may be trusted. A
//! [`Certificate`] that parses may be expired, revoked or forged: acceptance is the business of the crate
//! `kazasu-verify`. There is no I/O, no clock and no secret in this crate.
//!
//! * [`Certificate`] keeps the DER exactly as received, and every slice it returns is cut from those bytes.
//!   [`Certificate::check_strict_der`] tells whether they are DER at all.
//! * [`basic_attributes`] reads name, address, date of birth and sex from a signing certificate.
//! * [`Digest`] and [`HashAlgorithm`] cover the three hash functions a signature may use; SHA-1 has no name here.
//! * [`CryptoProvider`] is the seam at which another implementation of RSA and ECDSA can be plugged in;
//!   [`RustCrypto`] is the one that comes with the crate.
//! * [`SignedDataDraft`] builds a CMS `SignedData` around a signature that is made elsewhere, on a card.
//!
//! ```
//! use kazasu_cert::{HashAlgorithm, der_total_len};
//!
//! // The first bytes a card returns say how long the certificate is; what follows it is filler.
//! assert_eq!(der_total_len(&[0x30, 0x82, 0x06, 0xDA]), Some(1758));
//! assert_eq!(HashAlgorithm::Sha256.digest(b"document").as_bytes().len(), 32);
//! ```

mod attributes;
mod certificate;
mod cms;
mod crypto;
mod date_of_birth;
mod details;
mod digest;
mod extension;
mod key;
mod key_usage;
mod registered_text;
mod strict;
mod times;
mod tlv;
mod unix_time;

pub use attributes::{
    AttributeError, AttributeKind, AttributeWarning, BasicAttributes, OpaqueAttribute, Sex, basic_attributes,
};
pub use certificate::{Certificate, CertificateError, MAX_CERTIFICATE_LEN};
pub use cms::{CmsError, SignedDataDraft};
pub use const_oid::ObjectIdentifier;
pub use crypto::{CryptoProvider, RustCrypto, SignatureError, SignatureScheme};
pub use date_of_birth::{BirthDate, CalendarDate, DateOfBirth, DateOfBirthError, Era};
pub use digest::{Digest, DigestError, HashAlgorithm, Hasher, UnknownHashAlgorithm};
pub use extension::{AuthorityKeyId, DistributionPoint, Extension, ExtensionError, OtherName, RawExtension};
pub use key::{KeyError, MAX_MODULUS_BITS, PublicKey, RsaPublicKeyParts};
pub use key_usage::KeyUsage;
pub use registered_text::{RegisteredText, SubstituteFlags};
pub use strict::{DerRule, DerViolation};
pub use tlv::der_total_len;
pub use unix_time::{UnixTime, UnixTimeError};
pub use x509_cert::ext::pkix::BasicConstraints;
