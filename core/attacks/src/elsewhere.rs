//! The cases that no certificate, signature, list or answer can hold.

/// An attack case for which there is no vector, or not only vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Elsewhere {
    /// Number in the table of docs/certificate-facts.md §4.4.
    pub case: u8,
    /// What it is.
    pub title: &'static str,
    /// What covers it, and why it is not here.
    pub place: &'static str,
}

const NO_PDF: &str = "outside: the SDK verifies bare and CMS signatures over a document's bytes and reads no PDF; a PDF \
                      reader in front of it has to cover this";

/// All of them, by number.
pub const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere {
        case: 20,
        title: "test policy under a production anchor",
        place: "core/verify/src/verifier.rs, unit test: nobody outside holds the key of a production CA",
    },
    Elsewhere { case: 50, title: "PDF: bytes after the signed range", place: NO_PDF },
    Elsewhere { case: 51, title: "PDF: second signature forged or hidden", place: NO_PDF },
    Elsewhere { case: 52, title: "PDF: byte ranges that overlap or leave gaps", place: NO_PDF },
    Elsewhere {
        case: 53,
        title: "XML: signature wrapping, entities, transforms",
        place: "outside: the SDK reads no XML signatures",
    },
    Elsewhere {
        case: 66,
        title: "challenge reused, expired, of another session, consumed twice",
        place: "examples/relying-party (planned): the challenges are the server's to keep",
    },
    Elsewhere {
        case: 67,
        title: "document differs from the one the server issued",
        place: "beside the vectors: core/verify, where `Submission::new` takes no signature without the relying party's \
                own document; examples/relying-party (planned), which keeps it",
    },
    Elsewhere {
        case: 69,
        title: "attributes from the form, not from the certificate",
        place: "core/verify/src/attributes.rs: `VerifiedAttributes` is made by the verifier alone; doctests that must \
                not compile",
    },
    Elsewhere {
        case: 70,
        title: "a person's old certificate after renewal",
        place: "examples/relying-party (planned): which certificate followed which is told by the platform operator",
    },
];
