//! Rule 16: is the certificate proved not to be revoked? (docs/certificate-facts.md §4.1, §5)
//!
//! Each piece of evidence is judged by itself, by the modules for CRLs and OCSP; here they are weighed against each
//! other. A list or answer that is not about the certificate, or cannot be relied on, proves nothing in either
//! direction. One that is merely too old, or older than one seen before, proves nobody good, but a revocation still: JPKI takes none back, not even a
//! hold (docs/certificate-facts.md §5.1).

mod evidence;
mod status;
mod weigh;

pub use evidence::{CrlStream, EvidenceKind, EvidenceProblem, RevocationEvidence};
pub use status::{Finding, Outcome, RevocationStatus, SignerRevocation};
pub(crate) use weigh::Inquest;
