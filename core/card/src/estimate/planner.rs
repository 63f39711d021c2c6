//! The flows once more, as the exchanges they lead to. Follows `flows` and `procedures` step by step; the tests compare
//! the two on every ordinary card of the deck.

use super::{CardProfile, PlannedExchange, Work};
use crate::apdu::MAX_SHORT_LE;
use crate::application::{Application, CertificateKind, Ef, SecretKind};
use crate::procedures::Addressing;
use crate::request::Options;
use crate::step::Stage;

/// Header, and one byte of Lc or Le.
const SHORT: usize = 5;
/// Header, zero, two bytes of Le.
const EXTENDED: usize = 7;
/// DigestInfo of SHA-256 (RFC 8017 §9.2), in bytes.
const DIGEST_INFO: usize = 51;
const SIGNATURE: usize = 256;

pub(super) struct Planner {
    options: Options,
    card: CardProfile,
    /// As the session knows it: not known to be missing.
    try_short_identifiers: bool,
    proven_short_identifiers: bool,
    try_extended: bool,
    current: Option<Ef>,
    plan: Vec<PlannedExchange>,
}

impl Planner {
    pub(super) fn new(options: Options, card: CardProfile) -> Self {
        Self {
            options,
            card,
            try_short_identifiers: true,
            proven_short_identifiers: false,
            try_extended: options.extended_length,
            current: None,
            plan: Vec::new(),
        }
    }

    pub(super) fn plan(mut self, work: Work) -> Vec<PlannedExchange> {
        if !self.options.application_selected {
            self.select_by_aid(Application::Jpki, Stage::Selecting);
        }
        match work {
            Work::RemainingTries => {
                for secret in [SecretKind::AuthenticationPin, SecretKind::SigningPassword] {
                    self.query_tries(secret, Addressing::ShortIfProven);
                }
            }
            Work::CardInfo => {
                self.read_small(Ef::TokenInfo, 32);
                self.read_small(Ef::Availability, 3);
            }
            Work::ReadCertificate { certificate } => {
                if certificate == CertificateKind::Signing {
                    self.recognise();
                    self.present(SecretKind::SigningPassword, Addressing::ShortIfProven);
                }
                self.read_freely_or_after_pin(certificate, false);
            }
            Work::Authenticate { known_certificate } => {
                let secret = SecretKind::AuthenticationPin;
                if known_certificate {
                    self.recognise();
                    self.present(secret, Addressing::ShortIfProven);
                } else {
                    self.read_freely_or_after_pin(CertificateKind::Authentication, true);
                }
                self.sign(secret, Stage::Signing { document: 1, of: 1 });
            }
            Work::Sign { documents, known_certificate } => {
                let secret = SecretKind::SigningPassword;
                self.recognise();
                self.present(secret, Addressing::ShortIfProven);
                if !known_certificate {
                    self.read_certificate(CertificateKind::Signing);
                }
                for document in 1..=documents {
                    self.sign(secret, Stage::Signing { document, of: documents });
                }
            }
            Work::ChangeSecret { secret } => {
                self.recognise();
                self.present(secret, Addressing::CurrentEf);
                let len = SHORT + self.card.secret(secret);
                self.push(Stage::Changing { secret }, [0x00, 0x24, 0x01, 0x80], len, 0);
            }
        }
        self.leave();
        self.plan
    }

    /// The authentication certificate of a phone comes after the PIN, that of a card before it.
    fn read_freely_or_after_pin(&mut self, kind: CertificateKind, pin_in_any_case: bool) {
        let closed = self.card.phone && kind == CertificateKind::Authentication;
        if closed {
            self.refused_read(kind);
        } else {
            self.read_certificate(kind);
        }
        if closed || pin_in_any_case {
            self.present(SecretKind::AuthenticationPin, Addressing::ShortIfProven);
        }
        if closed {
            self.read_certificate(kind);
        }
    }

    fn present(&mut self, secret: SecretKind, addressing: Addressing) {
        self.query_tries(secret, addressing);
        let short = addressing == Addressing::ShortIfProven && self.proven_short_identifiers;
        let p2 = if short { secret.ef().short_identifier() } else { 0x80 };
        let len = SHORT + self.card.secret(secret);
        self.push(Stage::Verifying { secret }, [0x00, 0x20, 0x00, p2], len, 0);
    }

    fn query_tries(&mut self, secret: SecretKind, addressing: Addressing) {
        let stage = Stage::QueryingTries { secret };
        if addressing == Addressing::ShortIfProven && self.try_short_identifiers {
            self.current = None;
            self.push(stage, [0x00, 0x20, 0x00, secret.ef().short_identifier()], 4, 0);
            self.proven_short_identifiers = self.card.short_ef_identifiers;
            self.try_short_identifiers = self.card.short_ef_identifiers;
            if self.card.short_ef_identifiers {
                return;
            }
        }
        self.select_ef(secret.ef(), stage);
        self.push(stage, [0x00, 0x20, 0x00, 0x80], 4, 0);
    }

    fn recognise(&mut self) {
        if !self.options.recognise_card {
            return;
        }
        let (ef, stage) = (Ef::AuthenticationCertificate, Stage::Recognising);
        let file = self.card.authentication_certificate + self.card.filler;
        let shown = if self.card.phone { 0 } else { file.min(MAX_SHORT_LE) };
        if self.try_short_identifiers {
            let answered = if self.card.short_ef_identifiers { shown } else { 0 };
            self.push(stage, [0x00, 0xB0, ef.short_identifier(), 0x00], SHORT, answered);
            if self.card.short_ef_identifiers {
                if shown > 0 {
                    self.current = Some(ef);
                }
                return;
            }
            self.try_short_identifiers = false;
        }
        self.select_ef(ef, stage);
        self.push(stage, [0x00, 0xB0, 0x00, 0x00], SHORT, shown);
    }

    fn read_certificate(&mut self, kind: CertificateKind) {
        let total = self.card.certificate(kind);
        let mut read = self.read_start(kind, total + self.card.filler);
        while read < total {
            let [high, low] = u16::try_from(read).unwrap_or(0x7FFF).to_be_bytes();
            let chunk = (total - read).min(MAX_SHORT_LE);
            let stage = Stage::ReadingCertificate { certificate: kind, read, total: Some(total) };
            self.push(stage, [0x00, 0xB0, high & 0x7F, low], SHORT, chunk);
            read += chunk;
        }
    }

    /// The first READ of a file that is closed; what it answers to is access, not addressing.
    fn refused_read(&mut self, kind: CertificateKind) {
        self.read_start(kind, 0);
    }

    /// How many bytes of the file come with the first READ.
    fn read_start(&mut self, kind: CertificateKind, file: usize) -> usize {
        let ef = kind.ef();
        let stage = Stage::ReadingCertificate { certificate: kind, read: 0, total: None };
        if self.try_short_identifiers {
            let header = [0x00, 0xB0, ef.short_identifier(), 0x00];
            let extended = self.try_extended;
            let most = if extended { file } else { file.min(MAX_SHORT_LE) };
            let understood = self.card.short_ef_identifiers && (self.card.extended_length || !extended);
            let len = if extended { EXTENDED } else { SHORT };
            self.push(stage, header, len, if understood { most } else { 0 });
            if understood {
                if file > 0 {
                    self.current = Some(ef);
                }
                return most;
            }
            self.current = None;
            self.try_extended = false;
            // A card that does not know the length says so first, and nothing about the addressing.
            if !self.proven_short_identifiers && (!extended || self.card.extended_length) {
                self.try_short_identifiers = false;
            }
        }
        self.select_ef(ef, stage);
        let first = file.min(MAX_SHORT_LE);
        self.push(stage, [0x00, 0xB0, 0x00, 0x00], SHORT, first);
        first
    }

    fn read_small(&mut self, ef: Ef, len: usize) {
        let stage = Stage::ReadingInfo;
        if self.try_short_identifiers {
            let answered = if self.card.short_ef_identifiers { len } else { 0 };
            self.push(stage, [0x00, 0xB0, ef.short_identifier(), 0x00], SHORT, answered);
            if self.card.short_ef_identifiers {
                return;
            }
            self.try_short_identifiers = false;
        }
        self.select_ef(ef, stage);
        self.push(stage, [0x00, 0xB0, 0x00, 0x00], SHORT, len);
    }

    fn sign(&mut self, secret: SecretKind, stage: Stage) {
        let key = secret.key();
        let p2 = if self.proven_short_identifiers {
            self.current = None;
            key.short_identifier()
        } else {
            self.select_ef(key, stage);
            0x80
        };
        self.push(stage, [0x80, 0x2A, 0x00, p2], SHORT + DIGEST_INFO + 1, SIGNATURE);
        if let Some(last) = self.plan.last_mut() {
            last.signs = true;
        }
    }

    fn select_ef(&mut self, ef: Ef, stage: Stage) {
        if self.current != Some(ef) {
            self.current = Some(ef);
            self.push(stage, [0x00, 0xA4, 0x02, 0x0C], SHORT + 2, 0);
        }
    }

    fn select_by_aid(&mut self, application: Application, stage: Stage) {
        self.push(stage, [0x00, 0xA4, 0x04, 0x0C], SHORT + application.aid().len(), 0);
    }

    fn leave(&mut self) {
        if self.plan.iter().any(|exchange| matches!(exchange.stage, Stage::Verifying { .. })) {
            let tried = if self.card.card_face { 1 } else { Application::OTHERS.len() };
            for application in Application::OTHERS.into_iter().take(tried) {
                self.select_by_aid(application, Stage::Leaving);
            }
        }
    }

    fn push(&mut self, stage: Stage, header: [u8; 4], command_len: usize, answer_len: usize) {
        self.plan.push(PlannedExchange { stage, header, command_len, answer_len, signs: false });
    }
}
