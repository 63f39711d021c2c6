//! The test PKI's revocation services: lists, a responder, and both over real HTTP on this machine.
//!
//! Like certificates, lists and answers are made of finished DER parts: [`CrlTemplate`] and [`OcspTemplate`] follow
//! RFC 5280 §5 and RFC 6960 §4.2 until a part is replaced, and sign whatever stands there. What J-LIS really serves is
//! known to its registered relying parties only (docs/certificate-facts.md §5.5), so this is the plain shape of the
//! standards.
//!
//! ```
//! use kazasu_sim::status_services::{CertificateStatus, CrlIssuer, OcspResponder, RevocationReason, StatusServer};
//! use kazasu_sim::{Generation, Purpose, TestPki};
//!
//! let authority = TestPki::shared()?.authority(Purpose::Signing, Generation::G2023);
//! let now = 1_775_000_000;
//!
//! let mut list = CrlIssuer::new(authority).full(7, now, now + 86_400)?;
//! list.revoke(2_025_991, now - 3_600, Some(RevocationReason::KeyCompromise))?;
//! let crl: Vec<u8> = list.sign(authority.key())?;
//!
//! let mut responder = OcspResponder::new(authority)?;
//! responder.statuses.insert(2_025_991, CertificateStatus::hold(now - 3_600));
//! let server = StatusServer::ocsp(responder, move || now)?;
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod crl;
mod http;
mod ocsp_responder;
mod ocsp_response;
mod reason;
mod signature;

pub use crl::{CrlEntry, CrlIssuer, CrlTemplate, IssuingDistributionPoint};
pub use http::{HttpAnswer, HttpRequest, MAX_BODY_LEN, StatusServer};
pub use ocsp_responder::{Failure, NonceAnswer, OcspResponder, OcspSigner, delegate};
pub use ocsp_response::{CertId, ErrorStatus, OcspTemplate, SingleResponse};
pub use reason::{CertificateStatus, RevocationReason};
pub use signature::SignatureHash;
