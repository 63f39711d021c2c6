use std::sync::{Arc, LazyLock};

use kazasu_cert::{Certificate, UnixTime};
use kazasu_sim::{Generation, Persona, TestPki};
use kazasu_verify::{
    AcceptedHashes, ClockSkew, CrlScope, MaxAge, NonceEcho, OnUnknownStatus, Policy, Purpose, Report,
    RevocationPolicy, RevocationRules, Scheme, SignedAttributesPolicy, Submission, TrustAnchors,
    ValidationTime, Verdict, Verifier,
};

use crate::crypto::FakeCrypto;

/// What is said to have been signed.
pub(crate) const DOCUMENT: &[u8] = "申込書 / application, nonce 7c1f".as_bytes();

/// 2026-04-01T00:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime(1_775_001_600);

/// Which verifier, in six bits: two for the crypto, one each for purpose, revocation, signed attributes and hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice(pub(crate) u8);

impl Choice {
    pub(crate) const ACCEPTS_ALL: u8 = 0;
    pub(crate) const REFUSES_ALL: u8 = 1;
    pub(crate) const AUTHENTICATION: u8 = 4;
    pub(crate) const REVOCATION: u8 = 8;
    pub(crate) const ATTRIBUTES_OPTIONAL: u8 = 16;
    const COUNT: u8 = 64;

    pub(crate) fn crypto(self) -> FakeCrypto {
        match self.0 & 3 {
            Self::ACCEPTS_ALL => FakeCrypto::AcceptsAll,
            Self::REFUSES_ALL => FakeCrypto::RefusesAll,
            _ => FakeCrypto::AcceptsOdd,
        }
    }

    pub(crate) fn purpose(self) -> Purpose {
        if self.has(Self::AUTHENTICATION) { Purpose::Authentication } else { Purpose::Signing }
    }

    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    fn policy(self) -> Policy {
        let rules = RevocationRules {
            crl_scope: CrlScope::Partition,
            max_ocsp_age: MaxAge::THIRTY_MINUTES,
            ocsp_nonce: NonceEcho::Optional,
            unknown_status: OnUnknownStatus::Indeterminate,
        };
        Policy {
            revocation: if self.has(Self::REVOCATION) {
                RevocationPolicy::Required(rules)
            } else {
                RevocationPolicy::NotChecked
            },
            signed_attributes: if self.has(Self::ATTRIBUTES_OPTIONAL) {
                SignedAttributesPolicy::Optional
            } else {
                SignedAttributesPolicy::Required
            },
            hashes: if self.has(32) { AcceptedHashes::SHA256 } else { AcceptedHashes::SHA2 },
            scheme: Scheme::Pkcs1,
            clock_skew: ClockSkew::FIVE_MINUTES,
        }
    }

    pub(crate) fn verifier(self) -> &'static Verifier {
        static ALL: LazyLock<Vec<Verifier>> =
            LazyLock::new(|| Choice::each(|choice| choice.relying_on(anchors(choice.purpose()).clone())));
        &ALL[self.position()]
    }

    pub(crate) fn each<T>(make: impl FnMut(Self) -> T) -> Vec<T> {
        (0..Self::COUNT).map(Self).map(make).collect()
    }

    pub(crate) fn position(self) -> usize {
        usize::from(self.0 % Self::COUNT)
    }

    pub(crate) fn relying_on(self, anchors: TrustAnchors) -> Verifier {
        Verifier::with_crypto(anchors, self.policy(), Arc::new(self.crypto()))
    }

    /// The report, checked for what must hold in every report.
    pub(crate) fn check(self, submission: &Submission<'_>, at: UnixTime) -> Report {
        let report = self.verifier().check(submission, ValidationTime::now(at));
        let accepted = report.verdict == Verdict::Accepted;
        assert_eq!(report.verdict == Verdict::Rejected, !report.errors.is_empty());
        assert_eq!(
            report.verdict == Verdict::Indeterminate,
            report.errors.is_empty() && !report.undecided.is_empty()
        );
        assert_eq!(report.purpose, self.purpose());
        assert!(report.attributes.is_none() || (accepted && report.purpose == Purpose::Signing));
        if accepted {
            assert!(!matches!(self.crypto(), FakeCrypto::RefusesAll), "accepted without a signature");
            assert!(!report.signers.is_empty());
            for signer in &report.signers {
                assert!(signer.certificate.is_some() && signer.anchor.is_some() && signer.hash.is_some());
            }
            assert!(
                report.signers.len() > 1
                    || report.attributes.is_some() == (report.purpose == Purpose::Signing)
            );
        }
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["errors"].as_array().is_some_and(Vec::is_empty), accepted);
        assert_eq!(json.get("attributes").is_some(), report.attributes.is_some());
        report
    }
}

/// The CAs of the test PKI.
pub(crate) fn anchors(purpose: Purpose) -> &'static TrustAnchors {
    static ALL: LazyLock<[TrustAnchors; 2]> = LazyLock::new(|| {
        [Purpose::Signing, Purpose::Authentication].map(|purpose| {
            TrustAnchors::test(purpose, TestPki::shared().unwrap().anchors_der(sim(purpose))).unwrap()
        })
    });
    &ALL[usize::from(purpose == Purpose::Authentication)]
}

/// The certificate of the simulated cards' key for a purpose.
pub(crate) fn certificate(purpose: Purpose) -> &'static Certificate {
    static ALL: LazyLock<[Certificate; 2]> = LazyLock::new(|| {
        let pki = TestPki::shared().unwrap();
        let holder = Persona::named("ichiro").unwrap().holder;
        [Purpose::Signing, Purpose::Authentication].map(|purpose| {
            let ca = pki.authority(sim(purpose), Generation::G2023);
            let leaf = pki.leaf(sim(purpose), Generation::G2023, &holder).unwrap();
            Certificate::from_der(&leaf.sign(ca.key()).unwrap()).unwrap()
        })
    });
    &ALL[usize::from(purpose == Purpose::Authentication)]
}

pub(crate) fn sim(purpose: Purpose) -> kazasu_sim::Purpose {
    match purpose {
        Purpose::Signing => kazasu_sim::Purpose::Signing,
        Purpose::Authentication => kazasu_sim::Purpose::Authentication,
    }
}
