use super::assumptions::{AUTHENTICATION_CERTIFICATE, CA_CERTIFICATE, SIGNING_CERTIFICATE};
use crate::application::{CertificateKind, SecretKind};

/// What is assumed of a card, as far as it changes the exchanges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts about a card, which combine freely")]
pub struct CardProfile {
    /// Short EF identifiers in READ BINARY, VERIFY and the signature command (docs/card-facts.md §2.2).
    pub short_ef_identifiers: bool,
    /// READ BINARY in extended form (docs/card-facts.md §1.2).
    pub extended_length: bool,
    /// A phone in place of a card: it gives its authentication certificate after the PIN only (docs/card-facts.md §8.1).
    pub phone: bool,
    /// The text application, which is selected to leave. Phones and the older resident register card have none.
    pub card_face: bool,
    /// DER length of the authentication certificate, in bytes.
    pub authentication_certificate: usize,
    /// DER length of the signing certificate, in bytes.
    pub signing_certificate: usize,
    /// DER length of either CA certificate, in bytes.
    pub ca_certificate: usize,
    /// Bytes behind the certificate in its EF.
    pub filler: usize,
    /// Length of the signing password, 6 to 16.
    pub password: usize,
}

impl CardProfile {
    /// A card that can do everything: the fewest exchanges.
    pub const CAPABLE: Self = Self {
        short_ef_identifiers: true,
        extended_length: true,
        phone: false,
        card_face: true,
        authentication_certificate: AUTHENTICATION_CERTIFICATE.value as usize,
        signing_certificate: SIGNING_CERTIFICATE.value as usize,
        ca_certificate: CA_CERTIFICATE.value as usize,
        filler: 0,
        password: 16,
    };

    /// A card without short EF identifiers and extended length: the most exchanges.
    pub const CLASSIC: Self = Self { short_ef_identifiers: false, extended_length: false, ..Self::CAPABLE };

    pub(super) const fn certificate(&self, kind: CertificateKind) -> usize {
        match kind {
            CertificateKind::Signing => self.signing_certificate,
            CertificateKind::Authentication => self.authentication_certificate,
            CertificateKind::SigningCa | CertificateKind::AuthenticationCa => self.ca_certificate,
        }
    }

    pub(super) const fn set_certificate(&mut self, kind: CertificateKind, len: usize) {
        match kind {
            CertificateKind::Signing => self.signing_certificate = len,
            CertificateKind::Authentication => self.authentication_certificate = len,
            CertificateKind::SigningCa | CertificateKind::AuthenticationCa => self.ca_certificate = len,
        }
    }

    pub(super) const fn secret(&self, kind: SecretKind) -> usize {
        match kind {
            SecretKind::AuthenticationPin => 4,
            SecretKind::SigningPassword => self.password,
        }
    }
}
