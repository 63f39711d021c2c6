//! OCSP (RFC 6960): the question to a responder, and what its answer is worth.
//!
//! Nothing here opens a connection. The caller sends an [`OcspRequest`] to the [`ocsp_address`], by whatever means it
//! has, and hands the body of the answer to [`check_ocsp`]. An answer is signed, so plain HTTP is enough.

mod address;
mod answer;
mod cert_id;
mod check;
mod policy;
mod problem;
mod request;
mod responder;
mod response;

pub use address::{OcspAddressError, ocsp_address};
pub use answer::{NonceRecord, OcspAnswer, OcspStatus};
pub use cert_id::CertIdHash;
pub use check::check_ocsp;
pub use policy::{MaxAge, NoncePolicy, OcspNonce, OcspPolicy};
pub use problem::{
    CertIdProblem, NonceProblem, OCSP_PROBLEM_CODES, OcspEncodingProblem, OcspErrorStatus, OcspProblem,
    ResponderProblem, StaleProblem,
};
pub use request::{OCSP_REQUEST_MEDIA_TYPE, OCSP_RESPONSE_MEDIA_TYPE, OcspRequest};
pub use response::MAX_OCSP_RESPONSE_LEN;
