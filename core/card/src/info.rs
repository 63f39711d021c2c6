use serde::Serialize;

/// What kind of token answers, by its label (EF 0006; docs/card-facts.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenKind {
    /// `JPKIAPICCTOKEN2`, the My Number Card (agreed).
    MyNumberCard,
    /// `JPKIAPICCTOKEN`, the older resident register card (two sources).
    JukiCard,
    /// `JPKIAPGPSETOKEN`, an Android phone (two sources).
    AndroidPhone,
    /// `JPKIAPIOSTOKEN`, an iPhone (one source).
    IPhone,
    /// Any other label.
    Other,
}

impl TokenKind {
    /// Compares exactly, because one label is the beginning of another.
    fn from_label(label: &str) -> Self {
        match label {
            "JPKIAPICCTOKEN2" => Self::MyNumberCard,
            "JPKIAPICCTOKEN" => Self::JukiCard,
            "JPKIAPGPSETOKEN" => Self::AndroidPhone,
            "JPKIAPIOSTOKEN" => Self::IPhone,
            _ => Self::Other,
        }
    }
}

/// What the card says about itself without a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardInfo {
    /// Kind of token.
    pub kind: TokenKind,
    /// The token label without its padding; unprintable bytes shown as `?`.
    pub label: String,
    /// Whether the certificates are issued; `None` where the card has no such file. A hint (one source), no proof.
    pub availability: Option<Availability>,
}

impl CardInfo {
    pub(crate) fn new(token_info: &[u8], availability: Option<&[u8]>) -> Self {
        let label = token_label(token_info);
        Self {
            kind: TokenKind::from_label(&label),
            label,
            availability: availability.and_then(Availability::from_ef),
        }
    }
}

/// EF 0008 (docs/card-facts.md §2.2, one source): `8F` says that the certificate is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// The signing certificate is issued.
    pub signing: bool,
    /// The authentication certificate is issued.
    pub authentication: bool,
}

impl Availability {
    fn from_ef(content: &[u8]) -> Option<Self> {
        match content {
            [signing, authentication, ..] => {
                Some(Self { signing: *signing == 0x8F, authentication: *authentication == 0x8F })
            }
            _ => None,
        }
    }
}

/// The label is the first 32 bytes of EF 0006, padded with spaces (NUL was seen too).
pub(crate) fn token_label(token_info: &[u8]) -> String {
    let label = token_info.get(..32).unwrap_or(token_info);
    let text: String = label
        .iter()
        .map(|&b| if b == 0 || b == b' ' || b.is_ascii_graphic() { b as char } else { '?' })
        .collect();
    text.trim_matches([' ', '\0']).replace('\0', "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_whole() {
        let kind = |label: &[u8]| CardInfo::new(label, None).kind;
        assert_eq!(kind(b"JPKIAPICCTOKEN2                 more"), TokenKind::MyNumberCard);
        assert_eq!(kind(b"JPKIAPICCTOKEN                  "), TokenKind::JukiCard);
        assert_eq!(kind(b"JPKIAPGPSETOKEN\0\0\0"), TokenKind::AndroidPhone);
        assert_eq!(kind(b"JPKIAPIOSTOKEN"), TokenKind::IPhone);
        assert_eq!(kind(b"JPKIAPICCTOKEN3"), TokenKind::Other);
        assert_eq!(kind(b""), TokenKind::Other);
        assert_eq!(token_label(b"\xFFab\0c  "), "?ab?c");
    }

    #[test]
    fn availability_needs_two_bytes() {
        let availability = |content: &[u8]| CardInfo::new(b"", Some(content)).availability;
        assert_eq!(
            availability(&[0x8F, 0x8F, 0]),
            Some(Availability { signing: true, authentication: true })
        );
        assert_eq!(availability(&[0x0F, 0x8F]), Some(Availability { signing: false, authentication: true }));
        assert_eq!(availability(&[0x8F]), None);
    }
}
