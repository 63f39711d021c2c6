//! Application and file identifiers on the card. Sources and confidence: docs/card-facts.md §2.

use serde::{Deserialize, Serialize};

/// AID of the JPKI application (docs/card-facts.md §2.1; all sources agree).
pub const JPKI_AID: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

/// An application that a session selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// The JPKI application, [`JPKI_AID`].
    Jpki,
    /// The text application, 券面入力補助. On every card (agreed) but not on a phone.
    Text,
    /// The GlobalPlatform issuer domain; one source's observation.
    IssuerDomain,
}

impl Application {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jpki, Self::Text, Self::IssuerDomain];
    /// Those selected to leave the JPKI application, in this order (docs/card-facts.md §2.1).
    pub(crate) const OTHERS: [Self; 2] = [Self::Text, Self::IssuerDomain];

    pub(crate) const fn aid(self) -> &'static [u8] {
        match self {
            Self::Jpki => &JPKI_AID,
            Self::Text => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
            Self::IssuerDomain => &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00],
        }
    }
}

/// An elementary file of the JPKI application (docs/card-facts.md §2.2; agreed unless a variant says otherwise).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Ef {
    /// 署名用電子証明書.
    SigningCertificate = 0x01,
    /// Certificate of the CA that issued it.
    SigningCaCertificate = 0x02,
    /// Token information, 160 bytes; the label is the first 32.
    TokenInfo = 0x06,
    /// Certificate availability, 3 bytes; one source.
    Availability = 0x08,
    /// 利用者証明用電子証明書.
    AuthenticationCertificate = 0x0A,
    /// Certificate of the CA that issued it.
    AuthenticationCaCertificate = 0x0B,
    /// Private key of the authentication certificate.
    AuthenticationKey = 0x17,
    /// 利用者証明用暗証番号.
    AuthenticationPin = 0x18,
    /// Private key of the signing certificate.
    SigningKey = 0x1A,
    /// 署名用パスワード.
    SigningPassword = 0x1B,
}

impl Ef {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SigningCertificate,
        Self::SigningCaCertificate,
        Self::TokenInfo,
        Self::Availability,
        Self::AuthenticationCertificate,
        Self::AuthenticationCaCertificate,
        Self::AuthenticationKey,
        Self::AuthenticationPin,
        Self::SigningKey,
        Self::SigningPassword,
    ];

    /// Two-byte file identifier for SELECT.
    pub(crate) const fn file_id(self) -> [u8; 2] {
        [0x00, self as u8]
    }

    /// `80 | SFI`: the short EF identifier is the low five bits of the file identifier (two sources).
    pub(crate) const fn short_identifier(self) -> u8 {
        0x80 | self as u8
    }
}

/// One of the four certificates of the JPKI application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// 署名用電子証明書, EF 0001; readable after the signing password.
    Signing,
    /// Certificate of the CA that issued the signing certificate, EF 0002; freely readable. Data, never an anchor.
    SigningCa,
    /// 利用者証明用電子証明書, EF 000A; freely readable on a card, after the PIN on a phone.
    Authentication,
    /// Certificate of the CA that issued the authentication certificate, EF 000B; freely readable.
    AuthenticationCa,
}

impl CertificateKind {
    pub(crate) const fn ef(self) -> Ef {
        match self {
            Self::Signing => Ef::SigningCertificate,
            Self::SigningCa => Ef::SigningCaCertificate,
            Self::Authentication => Ef::AuthenticationCertificate,
            Self::AuthenticationCa => Ef::AuthenticationCaCertificate,
        }
    }
}

/// One of the two secrets of the JPKI application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// 利用者証明用暗証番号: four digits, three tries.
    AuthenticationPin,
    /// 署名用パスワード: 6 to 16 characters, five tries.
    SigningPassword,
}

impl SecretKind {
    /// The counter of an untouched secret: 3 or 5 (docs/card-facts.md §3.1; agreed).
    pub const fn max_tries(self) -> u8 {
        match self {
            Self::AuthenticationPin => 3,
            Self::SigningPassword => 5,
        }
    }

    pub(crate) const fn ef(self) -> Ef {
        match self {
            Self::AuthenticationPin => Ef::AuthenticationPin,
            Self::SigningPassword => Ef::SigningPassword,
        }
    }

    /// The private key this secret opens.
    pub(crate) const fn key(self) -> Ef {
        match self {
            Self::AuthenticationPin => Ef::AuthenticationKey,
            Self::SigningPassword => Ef::SigningKey,
        }
    }
}
