//! What each file is, what is asked about it, and what the answer must be. `manifest.schema.json` says the same for
//! machines.

use kazasu_cert::UnixTime;
use kazasu_verify::{
    AcceptedHashes, ClockSkew, CrlMark, CrlScope, Environment, EvidenceKind, NonceEcho, OnUnknownStatus,
    Policy, Purpose, RevocationPolicy, Scheme, SignedAttributesPolicy, Verdict,
};
use serde::{Serialize, Serializer};

use crate::status::Evidence;
use crate::{Attack, Elsewhere, Expected, Question, Signature};

/// The file `manifest.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    format: &'static str,
    version: u8,
    /// One for each attack and each control.
    pub vectors: Vec<Entry>,
    /// The cases for which there is no vector, or not only vectors.
    pub not_applicable_here: &'static [Elsewhere],
}

impl Manifest {
    pub(super) fn new(vectors: Vec<Entry>, not_applicable_here: &'static [Elsewhere]) -> Self {
        Self { format: "kazasu-attack-corpus", version: 1, vectors, not_applicable_here }
    }
}

/// One vector. Paths are relative to the manifest.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its name, which is that of its folder.
    pub id: String,
    /// The case of docs/certificate-facts.md §4.4; null for a control.
    pub case: Option<u8>,
    /// What is wrong with it; of a control, what is special.
    pub title: String,
    /// What a verifier reads.
    pub files: Files,
    /// `raw` or `cms`.
    pub signature_format: &'static str,
    /// What the signature is for.
    pub purpose: Purpose,
    /// Whose CAs are relied on.
    pub environment: Environment,
    /// The time in question, which is also "now" for freshness.
    #[serde(serialize_with = "displayed")]
    pub at: UnixTime,
    /// The rules to judge by.
    pub policy: Policy,
    /// The relying party has asked the OCSP responder, and nothing came back.
    #[serde(skip_serializing_if = "is_false")]
    pub ocsp_not_received: bool,
    /// The nonce that was sent to the OCSP responder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocsp_nonce: Option<String>,
    /// The newest CRL the relying party has used so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_crl: Option<CrlMark>,
    /// The verifier is to know the SHA-256 of the document only.
    #[serde(skip_serializing_if = "is_false")]
    pub document_by_digest: bool,
    /// What `kazasu` is called with, in the folder of the manifest; null if its command line cannot ask this.
    pub arguments: Option<Vec<String>>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library_only: Option<&'static str>,
    /// What has to come out.
    pub expected: Answer,
}

/// The files of a vector.
#[derive(Clone, Debug, Serialize)]
pub struct Files {
    /// The relying party's copy of the document.
    pub document: String,
    /// The signature.
    pub signature: String,
    /// The certificate beside it.
    pub certificate: Option<String>,
    /// The CA certificates of the purpose that are relied on, each self-signed.
    pub anchors: Vec<String>,
    /// CRLs.
    pub crl: Vec<String>,
    /// OCSP answers.
    pub ocsp: Vec<String>,
}

/// What has to come out.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// Of `kazasu verify`.
    pub exit_code: u8,
    /// The first of these codes comes first, the others come somewhere.
    pub errors: Vec<&'static str>,
    /// Whether the holder's attributes are returned.
    pub attributes: bool,
}

impl Entry {
    pub(super) fn new(attack: &Attack, id: String, files: Files) -> Self {
        let question = &attack.question;
        let library_only = library_only(attack);
        let nonce = question.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Ocsp(_, nonce) => {
                nonce.map(|nonce| nonce.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat())
            }
            _ => None,
        });
        Self {
            id,
            case: attack.case,
            title: attack.title.clone(),
            signature_format: match question.signature {
                Signature::Raw(_) => "raw",
                Signature::Cms(_) => "cms",
            },
            purpose: question.purpose,
            environment: question.environment,
            at: question.at,
            policy: question.policy,
            ocsp_not_received: not_received(question),
            ocsp_nonce: nonce,
            seen_crl: question.seen_crl,
            document_by_digest: question.by_digest,
            arguments: library_only.is_none().then(|| arguments(question, &files)),
            library_only,
            expected: Answer::new(attack, library_only.is_none()),
            files,
        }
    }
}

impl Answer {
    fn new(attack: &Attack, on_command_line: bool) -> Self {
        let verdict = attack.expected.verdict();
        let mut errors: Vec<_> = attack.expected.code().into_iter().collect();
        let signature = &attack.question.signature;
        if on_command_line && matches!(signature, Signature::Raw(_)) && !attack.question.is_raw_by_length() {
            // Told apart by length alone, this is no bare signature any more.
            errors = vec!["cms_encoding"];
        }
        errors.extend(matches!(attack.expected, Expected::Open(_)).then_some("indeterminate"));
        Self {
            verdict,
            exit_code: match verdict {
                Verdict::Accepted => 0,
                Verdict::Rejected => 41,
                Verdict::Indeterminate => 42,
            },
            errors,
            attributes: attack.expected == (Expected::Accepted { attributes: true }),
        }
    }
}

fn not_received(question: &Question) -> bool {
    let is_missing = |one: &Evidence| matches!(one, Evidence::NotReceived(EvidenceKind::Ocsp));
    question.evidence.iter().any(is_missing)
}

/// What the command line has no option for.
fn library_only(attack: &Attack) -> Option<&'static str> {
    let question = &attack.question;
    let Policy { revocation, hashes, clock_skew, .. } = question.policy;
    if question.by_digest {
        return Some("the document is handed over as a digest");
    }
    if question.seen_crl.is_some() {
        return Some("the newest CRL used so far is handed over");
    }
    if not_received(question) {
        return Some("a responder that does not answer");
    }
    if attack.expected.code() == Some("ocsp_nonce") {
        return Some("the nonce of the request is handed over");
    }
    if hashes != AcceptedHashes::SHA2 {
        return Some("another policy about hash functions");
    }
    if clock_skew != ClockSkew::FIVE_MINUTES {
        return Some("another policy about the clock");
    }
    match revocation {
        RevocationPolicy::Required(rules) if rules.unknown_status != OnUnknownStatus::Indeterminate => {
            Some("another policy about OCSP status unknown")
        }
        RevocationPolicy::Required(rules) if rules.ocsp_nonce != NonceEcho::Optional => {
            Some("another policy about OCSP nonces")
        }
        _ => None,
    }
}

fn arguments(question: &Question, files: &Files) -> Vec<String> {
    let mut all: Vec<&str> = vec!["verify", "--in", &files.document, "--signature", &files.signature];
    if let Some(certificate) = &files.certificate {
        all.extend(["--cert", certificate]);
    }
    let purpose = match question.purpose {
        Purpose::Signing => "sign",
        Purpose::Authentication => "auth",
    };
    all.extend(["--purpose", purpose]);
    match question.environment {
        Environment::Production => all.extend(["--environment", "production"]),
        Environment::Test => {
            all.extend(["--environment", "test", "--anchor"]);
            all.extend(files.anchors.iter().map(String::as_str));
        }
    }
    let at = question.at.to_string();
    all.extend(["--at", &at]);
    match question.policy.revocation {
        RevocationPolicy::Required(rules) => {
            for (option, paths) in [("--crl", &files.crl), ("--ocsp", &files.ocsp)] {
                if !paths.is_empty() {
                    all.push(option);
                    all.extend(paths.iter().map(String::as_str));
                }
            }
            if rules.crl_scope == CrlScope::Full {
                all.extend(["--crl-scope", "full"]);
            }
        }
        _ => all.push("--no-revocation"),
    }
    if question.policy.scheme == Scheme::BareHash {
        all.extend(["--scheme", "bare-hash"]);
    }
    if question.policy.signed_attributes == SignedAttributesPolicy::Optional {
        all.push("--allow-no-signed-attrs");
    }
    all.push("--json");
    all.into_iter().map(str::to_owned).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn displayed<S: Serializer>(time: &UnixTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
