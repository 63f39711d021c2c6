//! Applications and their files, made from a persona (card-facts §2).

use super::security::Reference;
use crate::{
    Blocked, BlockedStatus, Filler, Persona, Purpose, SigningCertificate, SimError, TestKey, TestPki, Token,
};

/// A selectable application.
#[derive(Clone)]
pub(super) struct Application {
    pub(super) aid: &'static [u8],
    pub(super) files: Vec<File>,
}

/// An elementary file.
#[derive(Clone)]
pub(super) struct File {
    pub(super) id: u16,
    pub(super) content: Content,
    /// The secret that must have been verified before the content can be used.
    pub(super) access: Option<SecretId>,
    pub(super) deactivated: bool,
}

impl File {
    /// The short identifier: the low five bits (card-facts §2.2).
    pub(super) fn sfi(&self) -> u8 {
        u8::try_from(self.id & 0x1F).unwrap_or(0)
    }
}

#[derive(Clone)]
pub(super) enum Content {
    Transparent(Vec<u8>),
    Secret(SecretId),
    Key(TestKey),
}

/// Position in the card's table of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecretId(pub(super) usize);

pub(super) const AUTHENTICATION_PIN: SecretId = SecretId(0);
pub(super) const SIGNING_PASSWORD: SecretId = SecretId(1);

/// The JPKI application.
pub(super) const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
const TEXT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
const VISUAL: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
const JUKI: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01];
const COMMON: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];
const ISSUER_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

pub(super) const SIGNING_KEY: u16 = 0x001A;

/// Everything that is stored on the card.
#[derive(Clone)]
pub(super) struct Storage {
    pub(super) applications: Vec<Application>,
    pub(super) secrets: Vec<Reference>,
    /// The two leaf certificates without filler; no signing certificate if none was issued.
    pub(super) signing_certificate: Option<Vec<u8>>,
    pub(super) authentication_certificate: Vec<u8>,
}

impl Storage {
    pub(super) fn new(persona: &Persona) -> Result<Self, SimError> {
        let certificates = &persona.certificates;
        let signing = persona.certificate(Purpose::Signing)?;
        let authentication = persona.certificate(Purpose::Authentication)?;
        let mut secrets = vec![
            Reference::new(&persona.secrets.authentication_pin, 4..=4),
            Reference::new(&persona.secrets.signing_password, 6..=16),
        ];
        let mut applications =
            vec![Application { aid: JPKI, files: jpki_files(persona, &signing, &authentication)? }];
        applications.extend(other_applications(persona.token, &mut secrets));
        let issued = certificates.signing == SigningCertificate::Issued;
        Ok(Self {
            applications,
            secrets,
            signing_certificate: issued.then_some(signing),
            authentication_certificate: authentication,
        })
    }
}

fn jpki_files(persona: &Persona, signing: &[u8], authentication: &[u8]) -> Result<Vec<File>, SimError> {
    let pki = TestPki::shared()?;
    let certificates = &persona.certificates;
    let filled = |certificate: &[u8]| with_filler(certificate, certificates.filler);
    let authority = |purpose| filled(pki.authority(purpose, certificates.generation).certificate());
    let authentication_access = persona.token.is_phone().then_some(AUTHENTICATION_PIN);
    let mut files = vec![
        free(0x0002, authority(Purpose::Signing)),
        free(0x0006, token_information(persona.token)),
        free(0x0008, certificates.availability.to_vec()),
        File { access: authentication_access, ..free(0x000A, filled(authentication)) },
        free(0x000B, authority(Purpose::Authentication)),
        key(0x0017, pki.leaf_key(Purpose::Authentication), AUTHENTICATION_PIN),
        secret(0x0018, AUTHENTICATION_PIN),
        key(SIGNING_KEY, pki.leaf_key(Purpose::Signing), SIGNING_PASSWORD),
        secret(0x001B, SIGNING_PASSWORD),
    ];
    let content = match certificates.signing {
        SigningCertificate::Issued => filled(signing),
        SigningCertificate::FillerOnly => vec![certificates.filler.byte; signing.len()],
        SigningCertificate::Empty | SigningCertificate::Deactivated | SigningCertificate::Absent => {
            Vec::new()
        }
    };
    if certificates.signing != SigningCertificate::Absent {
        files.push(File {
            access: Some(SIGNING_PASSWORD),
            deactivated: certificates.signing == SigningCertificate::Deactivated,
            ..free(0x0001, content)
        });
    }
    Ok(files)
}

/// The applications beside JPKI: to be selected, and their counters asked for. No data of theirs is modelled.
fn other_applications(token: Token, secrets: &mut Vec<Reference>) -> Vec<Application> {
    let mut application = |aid, references: &[(u16, Reference)]| {
        let files = references.iter().map(|(id, reference)| {
            secrets.push(reference.clone());
            secret(*id, SecretId(secrets.len() - 1))
        });
        Application { aid, files: files.collect() }
    };
    let pin = Reference::unknown(3);
    let blocked = Reference::issued_blocked(Blocked {
        query: BlockedStatus::NoTriesLeft63C0,
        verify: BlockedStatus::KeyBlocked6984,
    });
    let text = [(0x0011, pin.clone()), (0x0012, blocked), (0x0014, pin.clone()), (0x0015, pin.clone())];
    let visual = [(0x0011, pin.clone()), (0x0012, pin.clone()), (0x0013, pin.clone())];
    let resident = [(0x001C, pin)];
    match token {
        Token::Card => vec![
            application(TEXT, &text),
            application(VISUAL, &visual),
            application(JUKI, &resident),
            application(COMMON, &resident),
            application(ISSUER_DOMAIN, &[]),
        ],
        Token::OldCard => vec![application(JUKI, &resident), application(ISSUER_DOMAIN, &[])],
        Token::Android | Token::Iphone => vec![application(ISSUER_DOMAIN, &[])],
    }
}

fn free(id: u16, content: Vec<u8>) -> File {
    File { id, content: Content::Transparent(content), access: None, deactivated: false }
}

fn secret(id: u16, secret: SecretId) -> File {
    File { id, content: Content::Secret(secret), access: None, deactivated: false }
}

fn key(id: u16, key: &TestKey, access: SecretId) -> File {
    File { id, content: Content::Key(key.clone()), access: Some(access), deactivated: false }
}

fn with_filler(certificate: &[u8], filler: Filler) -> Vec<u8> {
    let mut content = certificate.to_vec();
    content.resize(certificate.len() + usize::from(filler.len), filler.byte);
    content
}

/// EF 0006, 160 bytes in the shape of `CK_TOKEN_INFO` with 32-bit big-endian numbers (card-facts §2.2).
fn token_information(token: Token) -> Vec<u8> {
    let mut out =
        format!("{:32}{:32}{:16}{:16}", token.label(), "KAZASU", "SIMULATED", "00000001").into_bytes();
    // Flags, five session counts and lengths, four memory counts: all but the PIN lengths unused.
    for number in [0_u32, 1, 0, 1, 0, 16, 4, 0, 0, 0, 0] {
        out.extend(number.to_be_bytes());
    }
    // Hardware and firmware version, then the clock the card does not have.
    out.extend([1, 0, 1, 0]);
    out.extend([b' '; 16]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_information_has_its_length() {
        let information = token_information(Token::Card);
        assert_eq!(information.len(), 160);
        assert_eq!(&information[..32], b"JPKIAPICCTOKEN2                 ");
    }
}
