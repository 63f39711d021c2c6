use kazasu_card as card;

/// What kind of token answers, by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TokenKind {
    /// `JPKIAPICCTOKEN2`, the My Number Card.
    MyNumberCard,
    /// `JPKIAPICCTOKEN`, the older resident register card.
    JukiCard,
    /// `JPKIAPGPSETOKEN`, an Android phone.
    AndroidPhone,
    /// `JPKIAPIOSTOKEN`, an iPhone.
    IPhone,
    /// Any other label.
    Other,
}

/// What the card says about itself without a secret.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CardInfo {
    /// Kind of token.
    pub kind: TokenKind,
    /// The token label without its padding; unprintable bytes shown as `?`.
    pub label: String,
    /// Whether the certificates are issued; absent where the card has no such file. A hint (one source), no proof.
    pub availability: Option<Availability>,
}

/// Which certificates the card says it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Availability {
    /// The signing certificate is issued.
    pub signing: bool,
    /// The authentication certificate is issued.
    pub authentication: bool,
}

impl From<card::CardInfo> for CardInfo {
    fn from(info: card::CardInfo) -> Self {
        Self {
            kind: match info.kind {
                card::TokenKind::MyNumberCard => TokenKind::MyNumberCard,
                card::TokenKind::JukiCard => TokenKind::JukiCard,
                card::TokenKind::AndroidPhone => TokenKind::AndroidPhone,
                card::TokenKind::IPhone => TokenKind::IPhone,
                _ => TokenKind::Other,
            },
            label: info.label,
            availability: info.availability.map(|card::Availability { signing, authentication }| {
                Availability { signing, authentication }
            }),
        }
    }
}
