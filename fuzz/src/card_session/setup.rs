use std::collections::BTreeSet;
use std::sync::LazyLock;

use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, CardSecret, ChangeSecret, Options, ReadCertificate, Request,
    Sign, SigningPassword, ToBeSigned,
};
use kazasu_cert::{Certificate, Digest, HashAlgorithm, UnixTime};
use kazasu_sim::{Persona, Purpose, SimulatedCard};

use super::{Act, Script};

/// Bits of the second byte.
pub(crate) mod option {
    pub(crate) const RECOGNISE_CARD: u8 = 0x01;
    pub(crate) const EXTENDED_LENGTH: u8 = 0x02;
    pub(crate) const APPLICATION_SELECTED: u8 = 0x04;
    pub(crate) const EVEN_IF_LAST_TRY: u8 = 0x08;
    /// Of the floor; two bits.
    pub(crate) const FLOOR: u8 = 0x10;
    pub(crate) const WRONG_SECRET: u8 = 0x40;
    pub(crate) const REPEAT: u8 = 0x80;
}

/// Each is one kind of card; the names are those of the persona deck.
pub(crate) const CARDS: [&str; 17] = [
    "ichiro",
    "hanako",
    "android-phone",
    "gets-61xx",
    "consent-per-signature",
    "last-try",
    "blocked-63c0",
    "blocked-6983",
    "blocked-6984",
    "tries-6300",
    "tries-9000",
    "cold-6f00",
    "filler-6282",
    "minor",
    "old-juki",
    "iphone",
    "long-address",
];

/// The first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    RemainingTries,
    CardInfo,
    ReadAuthentication,
    ReadAuthenticationWithPin,
    ReadSigningCa,
    ReadAuthenticationCa,
    ReadSigning,
    Authenticate,
    AuthenticateKnown,
    AuthenticateOther,
    OpenAccount,
    SignCms,
    SignThree,
    SignKnown,
    SignNothing,
    ChangePin,
    ChangePassword,
}

pub(crate) const FLOWS: [Flow; 17] = [
    Flow::RemainingTries,
    Flow::CardInfo,
    Flow::ReadAuthentication,
    Flow::ReadAuthenticationWithPin,
    Flow::ReadSigningCa,
    Flow::ReadAuthenticationCa,
    Flow::ReadSigning,
    Flow::Authenticate,
    Flow::AuthenticateKnown,
    Flow::AuthenticateOther,
    Flow::OpenAccount,
    Flow::SignCms,
    Flow::SignThree,
    Flow::SignKnown,
    Flow::SignNothing,
    Flow::ChangePin,
    Flow::ChangePassword,
];

/// SELECT of the JPKI application.
pub(super) const SELECT: [u8; 15] =
    [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

/// What a change of secret writes.
pub(super) const NEW_PIN: &[u8] = b"9753";
pub(super) const NEW_PASSWORD: &[u8] = b"NEWPASS99";

/// The input for these choices.
pub(crate) fn script(flow: Flow, bits: u8, card: &str, acts: &[Act]) -> Vec<u8> {
    let flow = FLOWS.iter().position(|one| *one == flow).unwrap();
    let card = CARDS.iter().position(|one| *one == card).unwrap();
    let head = [u8::try_from(flow).unwrap(), bits, u8::try_from(card).unwrap()];
    head.into_iter().chain(acts.iter().flat_map(Act::to_bytes)).collect()
}

struct Template {
    card: SimulatedCard,
    pin: Vec<u8>,
    password: Vec<u8>,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let template = |name| {
        let persona = Persona::named(name).unwrap();
        Template {
            card: SimulatedCard::new(&persona).unwrap(),
            pin: persona.secrets.authentication_pin.value.as_bytes().to_vec(),
            password: persona.secrets.signing_password.value.as_bytes().to_vec(),
        }
    };
    CARDS.into_iter().map(template).collect()
});

/// What truthful sessions have the cards sign, as data of the command. The simulated keys remember these signatures;
/// a fuzzer cannot wait for others.
pub(super) static TO_BE_SIGNED: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| {
    let flows = |card| [Flow::Authenticate, Flow::SignThree].map(|flow| (flow, card));
    let scripts = CARDS
        .into_iter()
        .flat_map(flows)
        .map(|(flow, card)| script(flow, option::RECOGNISE_CARD | option::EVEN_IF_LAST_TRY, card, &[]));
    scripts.flat_map(|script| super::drive(&script, None).to_be_signed).collect()
});

static DIGEST: LazyLock<Digest> = LazyLock::new(|| HashAlgorithm::Sha256.digest(b"document"));

/// The request, the options and the card.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) flow: Flow,
    bits: u8,
    card: usize,
    /// What the user types.
    pub(super) pin: Vec<u8>,
    pub(super) password: Vec<u8>,
}

impl Setup {
    pub(super) fn read(script: &mut Script<'_>) -> Self {
        let mut next = || usize::from(script.byte().unwrap_or(0));
        let (flow, bits, card) = (next() % FLOWS.len(), next(), next() % CARDS.len());
        let bits = u8::try_from(bits).unwrap_or(0);
        if bits & option::REPEAT != 0 {
            script.repeat();
        }
        let template = &TEMPLATES[card];
        let (pin, password) = if bits & option::WRONG_SECRET == 0 {
            (template.pin.clone(), template.password.clone())
        } else {
            (b"8642".to_vec(), b"WRONG0000".to_vec())
        };
        Self { flow: FLOWS[flow], bits, card, pin, password }
    }

    pub(super) fn has(&self, bit: u8) -> bool {
        self.bits & bit != 0
    }

    pub(super) fn card(&self) -> SimulatedCard {
        TEMPLATES[self.card].card.clone()
    }

    pub(super) fn other_card(&self) -> SimulatedCard {
        TEMPLATES[(self.card + 1) % CARDS.len()].card.clone()
    }

    pub(super) fn options(&self) -> Options {
        Options {
            recognise_card: self.has(option::RECOGNISE_CARD),
            extended_length: self.has(option::EXTENDED_LENGTH),
            application_selected: self.has(option::APPLICATION_SELECTED),
            floor: (self.bits / option::FLOOR) & 3,
        }
    }

    pub(super) fn attempt<S: CardSecret>(&self, secret: S) -> Attempt<S> {
        if self.has(option::EVEN_IF_LAST_TRY) {
            Attempt::even_if_last_try(secret)
        } else {
            Attempt::new(secret)
        }
    }

    /// Whether the secret of the request, if it has one, is the PIN.
    pub(super) fn uses_pin(&self) -> bool {
        matches!(
            self.flow,
            Flow::ReadAuthenticationWithPin
                | Flow::Authenticate
                | Flow::AuthenticateKnown
                | Flow::AuthenticateOther
                | Flow::ChangePin
        )
    }

    pub(super) fn uses_password(&self) -> bool {
        matches!(
            self.flow,
            Flow::ReadSigning
                | Flow::OpenAccount
                | Flow::SignCms
                | Flow::SignThree
                | Flow::SignKnown
                | Flow::SignNothing
                | Flow::ChangePassword
        )
    }

    pub(super) fn documents(&self) -> Vec<ToBeSigned> {
        let digest = || ToBeSigned::Digest(DIGEST.clone());
        let cms = || ToBeSigned::DetachedCms {
            content: DIGEST.clone(),
            signing_time: Some(UnixTime(1_790_000_000)),
        };
        match self.flow {
            Flow::OpenAccount | Flow::SignKnown => vec![digest()],
            Flow::SignCms => vec![cms()],
            Flow::SignThree => vec![digest(), cms(), digest()],
            _ => Vec::new(),
        }
    }

    pub(super) fn request(&self) -> Request {
        let pin = || self.attempt(AuthenticationPin::new(&self.pin).unwrap());
        let password = || self.attempt(SigningPassword::new(&self.password).unwrap());
        let known = |card: usize, purpose| {
            let der = TEMPLATES[card % CARDS.len()].card.certificate(purpose)?;
            Some(Certificate::from_der(der).unwrap())
        };
        let authenticate = |known_certificate| {
            Request::Authenticate(Authenticate { challenge: DIGEST.clone(), pin: pin(), known_certificate })
        };
        match self.flow {
            Flow::RemainingTries => Request::RemainingTries,
            Flow::CardInfo => Request::CardInfo,
            Flow::ReadAuthentication => Request::ReadCertificate(ReadCertificate::Authentication(None)),
            Flow::ReadAuthenticationWithPin => {
                Request::ReadCertificate(ReadCertificate::Authentication(Some(pin())))
            }
            Flow::ReadSigningCa => Request::ReadCertificate(ReadCertificate::SigningCa),
            Flow::ReadAuthenticationCa => Request::ReadCertificate(ReadCertificate::AuthenticationCa),
            Flow::ReadSigning => Request::ReadCertificate(ReadCertificate::Signing(password())),
            Flow::Authenticate => authenticate(None),
            Flow::AuthenticateKnown => authenticate(known(self.card, Purpose::Authentication)),
            Flow::AuthenticateOther => authenticate(known(self.card + 1, Purpose::Authentication)),
            Flow::OpenAccount | Flow::SignCms | Flow::SignThree | Flow::SignKnown | Flow::SignNothing => {
                let known_certificate = match self.flow {
                    Flow::SignKnown => known(self.card, Purpose::Signing),
                    _ => None,
                };
                Request::Sign(Sign { documents: self.documents(), password: password(), known_certificate })
            }
            Flow::ChangePin => Request::ChangeSecret(ChangeSecret::AuthenticationPin {
                present: pin(),
                new: AuthenticationPin::new(NEW_PIN).unwrap(),
            }),
            Flow::ChangePassword => Request::ChangeSecret(ChangeSecret::SigningPassword {
                present: password(),
                new: SigningPassword::new(NEW_PASSWORD).unwrap(),
            }),
        }
    }
}
