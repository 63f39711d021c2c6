use crate::apdu::StatusWord;
use crate::application::Ef;
use crate::card::{Card, Identity, Support};
use crate::failure::Failure;
use crate::judgement::Question;
use crate::step::Stage;

/// Bytes of the authentication certificate that tell cards apart: serial number, issuer and validity stand in them.
const IDENTITY_LEN: usize = 256;
/// Fewer bytes than this end before the serial number does.
const LEAST_IDENTITY_LEN: usize = 64;

impl Card {
    /// Reads which card this is (one exchange on a card that knows short EF identifiers) and compares it with the card of
    /// the tap before, or with the certificate that the caller named. Comes before any VERIFY.
    ///
    /// A phone does not show its authentication certificate yet; then there is nothing to compare, and a later tap cannot
    /// continue the session.
    pub(crate) async fn recognise(&self) -> Result<(), Failure> {
        if matches!(self.state().identity, Identity::Unreadable) {
            return Ok(());
        }
        let named = matches!(self.state().identity, Identity::Expected(_));
        let shown = match self.read_identity().await {
            Ok(shown) if self.state().judge(Question::TellsApart, tells_apart(&shown)) => Some(shown),
            Err(Failure::UnexpectedStatus { sw: StatusWord::SECURITY_STATUS, .. }) => None,
            // Not a phone that keeps it closed: a card that carries the named certificate would have shown it.
            Ok(_) | Err(Failure::UnexpectedStatus { .. } | Failure::NoStatusWord { .. }) if named => {
                return Err(Failure::NotTheKnownCertificate);
            }
            Ok(_) | Err(Failure::UnexpectedStatus { .. } | Failure::NoStatusWord { .. }) => None,
            Err(failure) => return Err(failure),
        };
        self.compare_identity(shown)
    }

    /// Takes the beginning of the authentication certificate, or all of it, as what tells the card apart.
    pub(crate) fn recognise_by(&self, certificate: &[u8]) -> Result<(), Failure> {
        self.compare_identity(Some(identity_of(certificate)))
    }

    /// Notes that the card keeps its authentication certificate to itself until a secret is verified, as a phone does.
    pub(crate) fn recognise_by_refusal(&self) -> Result<(), Failure> {
        self.compare_identity(None)
    }

    /// Names the certificate that the card has to carry.
    pub(crate) fn expect_certificate(&self, certificate: &[u8]) {
        let mut state = self.state();
        if state.options.recognise_card {
            state.identity = Identity::Expected(identity_of(certificate));
        }
    }

    fn compare_identity(&self, shown: Option<Vec<u8>>) -> Result<(), Failure> {
        let mut state = self.state();
        let seen_before = matches!(state.identity, Identity::Seen(_));
        let Some(shown) = shown else {
            if seen_before {
                return Err(Failure::OtherCard);
            }
            state.identity = Identity::Unreadable;
            return Ok(());
        };
        let compared = match &state.identity {
            Identity::Seen(known) => Some((same_card(known, &shown), Failure::OtherCard)),
            Identity::Expected(known) => Some((same_card(known, &shown), Failure::NotTheKnownCertificate)),
            Identity::Unread | Identity::Unreadable => None,
        };
        if let Some((same, failure)) = compared
            && !state.judge(Question::SameCard, same)
        {
            return Err(failure);
        }
        if !seen_before {
            let tells_apart = state.judge(Question::TellsApart, tells_apart(&shown));
            state.identity = if tells_apart { Identity::Seen(shown) } else { Identity::Unreadable };
        }
        Ok(())
    }

    async fn read_identity(&self) -> Result<Vec<u8>, Failure> {
        let ef = Ef::AuthenticationCertificate;
        if self.state().short_ef_identifier != Support::No {
            match self
                .read_binary([0x00, 0xB0, ef.short_identifier(), 0x00], IDENTITY_LEN, Stage::Recognising)
                .await
            {
                Ok(shown) if !shown.is_empty() => {
                    self.state().current_ef = Some(ef);
                    return Ok(shown);
                }
                Ok(_) | Err(Failure::NoStatusWord { .. }) => {}
                Err(Failure::UnexpectedStatus { sw, .. }) if !sw.concerns_access() => {}
                Err(failure) => return Err(failure),
            }
            self.state().short_ef_identifier = Support::No;
        }
        self.select_ef(ef, Stage::Recognising).await?;
        self.read_binary([0x00, 0xB0, 0x00, 0x00], IDENTITY_LEN, Stage::Recognising).await
    }
}

fn identity_of(certificate: &[u8]) -> Vec<u8> {
    certificate.get(..IDENTITY_LEN).unwrap_or(certificate).to_vec()
}

/// Whether it is the start of a certificate and reaches past the serial number.
fn tells_apart(shown: &[u8]) -> bool {
    shown.len() >= LEAST_IDENTITY_LEN && shown.first() == Some(&0x30)
}

/// A card may answer fewer bytes than asked, so the shorter of the two decides.
fn same_card(a: &[u8], b: &[u8]) -> bool {
    let common = a.len().min(b.len());
    common >= LEAST_IDENTITY_LEN && a.get(..common) == b.get(..common)
}
