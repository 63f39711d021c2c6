//! CMS SignedData before the verifier.
//!
//! The first byte of the input chooses: bits 0 to 5 are the verifier (`verifier.rs`), bit 6 gives the signer's certificate
//! separately, bit 7 gives the document as digests. The rest is the CMS.

use std::sync::LazyLock;

use kazasu_cert::{Digest, HashAlgorithm};
use kazasu_verify::{Document, SignatureInput, Submission, Verdict};

use crate::BerMutator;
use crate::verifier::{Choice, DOCUMENT, NOW, certificate};

/// How inputs are mutated.
pub const MUTATOR: BerMutator = BerMutator { prefix: 1 };

pub(crate) const SEPARATE_CERTIFICATE: u8 = 64;
pub(crate) const DIGESTS: u8 = 128;

static DOCUMENT_DIGESTS: LazyLock<Vec<Digest>> =
    LazyLock::new(|| HashAlgorithm::ALL.map(|algorithm| algorithm.digest(DOCUMENT)).to_vec());

/// The verifier and the submission that an input stands for.
pub(crate) fn submission(input: &[u8]) -> Option<(Choice, Submission<'_>)> {
    let (options, cms) = input.split_first()?;
    let choice = Choice(options & 63);
    let certificate = (options & SEPARATE_CERTIFICATE != 0).then(|| certificate(choice.purpose()).as_der());
    let document =
        if options & DIGESTS == 0 { Document::Bytes(DOCUMENT) } else { Document::Digests(&DOCUMENT_DIGESTS) };
    Some((choice, Submission::new(document, SignatureInput::Cms { cms, certificate })))
}

/// Every report holds together, and who is accepted is who was to be.
pub fn run(input: &[u8]) {
    let Some((choice, submission)) = submission(input) else { return };
    let report = choice.check(&submission, NOW);
    if let (Verdict::Accepted, SignatureInput::Cms { certificate: Some(certificate), .. }) =
        (report.verdict, submission.signature)
    {
        let sha256 = HashAlgorithm::Sha256.digest(certificate);
        let mut signers = report.signers.iter().flat_map(|signer| &signer.certificate);
        assert!(signers.all(|signer| signer.sha256 == sha256.as_bytes()));
    }
}
