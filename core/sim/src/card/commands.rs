//! The commands of the card, one function each (card-facts §2.3, §3.2, §4.1, §5.1).

use super::{
    Answer, Request, SimulatedCard,
    files::{Content, File, JPKI, SIGNING_KEY, SIGNING_PASSWORD, SecretId},
};
use crate::{der, pki::MODULUS_LEN, status};

/// Longest input of a signature: the modulus less the shortest type 1 padding (RFC 8017 §7.2.1).
const MAX_SIGN_INPUT: usize = MODULUS_LEN - 11;

/// A status word that ends a command.
type Outcome<T> = Result<T, u16>;

impl SimulatedCard {
    pub(super) fn execute(&mut self, request: &Request<'_>) -> Answer {
        let pending = self.volatile.pending.take();
        let outcome = match (request.cla, request.ins) {
            (0x00, 0xC0) => self.get_response(request, pending),
            (0x00, 0xA4) => self.select(request),
            (0x00, 0xB0) => self.read_binary(request),
            (0x00, 0x20) => self.verify(request),
            (0x00, 0x24) => self.change_reference_data(request),
            (0x80, 0x2A) => self.sign(request),
            (0x00, 0x88) => Err(self.internal_authenticate()),
            // Seen on one profile only, and always refused (card-facts §5.4).
            (0x80, 0xFC) => Err(status::WRONG_LENGTH),
            _ => Err(status::UNKNOWN_INSTRUCTION),
        };
        outcome.unwrap_or_else(Answer::from)
    }

    fn select(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        if !matches!(request.p2, 0x00 | 0x0C) {
            return Err(status::WRONG_P1_P2);
        }
        match request.p1 {
            0x00 => self.select_master_file(request.data),
            0x02 => self.select_file(request.data),
            0x04 => self.select_application(request),
            _ => Err(status::WRONG_P1_P2),
        }
    }

    /// There is no master file to go to: 6A86 right after reset, later 9000 without effect (one source).
    fn select_master_file(&self, data: &[u8]) -> Outcome<Answer> {
        let named = data.is_empty() || data == [0x3F, 0x00];
        if named && self.volatile.application.is_some() {
            Ok(status::SUCCESS.into())
        } else {
            Err(status::WRONG_P1_P2)
        }
    }

    /// By full or partial AID. A SELECT that finds nothing changes nothing.
    fn select_application(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        if !(1..=16).contains(&request.data.len()) {
            return Err(status::LC_AND_P1_P2);
        }
        let mut found = self.storage.applications.iter().enumerate();
        let (at, application) =
            found.find(|(_, one)| one.aid.starts_with(request.data)).ok_or(status::NOT_FOUND)?;
        let aid = application.aid;
        let clears = self.capabilities.select_clears;
        // After a warm reset nothing is selected, and what was verified stays so.
        let cleared =
            self.volatile.application.is_some_and(|now| if now == at { clears.same } else { clears.another });
        if cleared {
            self.forget_secrets();
        }
        self.volatile.application = Some(at);
        self.volatile.file = None;
        let (0x00, Some(ne)) = (request.p2, request.ne) else { return Ok(status::SUCCESS.into()) };
        let mut control_information = der::constructed(0x6F, &[der::tlv(0x84, aid)]);
        control_information.truncate(ne);
        Ok(self.first_part(control_information, status::SUCCESS))
    }

    fn select_file(&mut self, data: &[u8]) -> Outcome<Answer> {
        let id = u16::from_be_bytes(data.try_into().map_err(|_| status::LC_AND_P1_P2)?);
        let file = self.files().iter().find(|file| file.id == id).ok_or(status::NOT_FOUND)?;
        let sw = if file.deactivated { status::FILE_DEACTIVATED } else { status::SUCCESS };
        self.volatile.file = Some(id);
        Ok(sw.into())
    }

    fn read_binary(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        let (Some(ne), []) = (request.ne, request.data) else { return Err(status::WRONG_LENGTH) };
        let offset = if request.p1 & 0x80 == 0 {
            u16::from_be_bytes([request.p1, request.p2])
        } else {
            if !self.capabilities.sfi.read || request.p1 & 0x60 != 0 {
                return Err(status::WRONG_P1_P2);
            }
            let id = self.file_by_sfi(request.p1).ok_or(status::NOT_FOUND)?.id;
            self.volatile.file = Some(id);
            request.p2.into()
        };
        let file = self.current_file()?;
        let Content::Transparent(content) = &file.content else { return Err(status::WRONG_FILE_KIND) };
        if file.deactivated {
            return Err(status::FILE_DEACTIVATED);
        }
        self.check_access(file)?;
        let rest =
            content.get(offset.into()..).filter(|rest| !rest.is_empty()).ok_or(status::WRONG_OFFSET)?;
        if self.capabilities.wrong_le_6cxx && ne > rest.len() && rest.len() <= 256 {
            return Err(status::right_length(rest.len()));
        }
        let most = self.capabilities.short_reads.map_or(usize::MAX, usize::from);
        let data: Vec<u8> = rest.iter().copied().take(ne.min(most)).collect();
        let crosses_end = self.capabilities.end_of_file_6282 && ne > rest.len();
        let sw = if crosses_end { status::END_OF_FILE } else { status::SUCCESS };
        Ok(self.first_part(data, sw))
    }

    /// Without data: the counter. Only case 1 is a query; a trailing Le is refused (card-facts §3.2).
    fn verify(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        if request.p1 != 0x00 {
            return Err(status::WRONG_P1_P2);
        }
        if request.ne.is_some() {
            return Err(status::WRONG_LENGTH);
        }
        let id = self.addressed_secret(request.p2)?;
        let capabilities = self.capabilities.clone();
        let reference = self.reference_mut(id).ok_or(status::REFERENCE_NOT_FOUND)?;
        if request.data.is_empty() {
            return Ok(reference.query(&capabilities).into());
        }
        let sw = reference.verify(request.data, &capabilities);
        if id == SIGNING_PASSWORD {
            self.volatile.signed = false;
        }
        Ok(sw.into())
    }

    fn change_reference_data(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        if request.p1 != 0x01 {
            return Err(status::WRONG_P1_P2);
        }
        if request.ne.is_some() || request.data.is_empty() {
            return Err(status::WRONG_LENGTH);
        }
        let id = self.addressed_secret(request.p2)?;
        let reference = self.reference_mut(id).ok_or(status::REFERENCE_NOT_FOUND)?;
        Ok(reference.change(request.data).into())
    }

    /// PERFORM SECURITY OPERATION in the card's own class: pads the data as it is and signs (card-facts §5.1).
    fn sign(&mut self, request: &Request<'_>) -> Outcome<Answer> {
        if request.p1 != 0x00 || request.p2 & 0x80 == 0 {
            return Err(status::WRONG_P1_P2);
        }
        let Some(ne) = request.ne.filter(|_| !request.data.is_empty()) else {
            return Err(status::WRONG_LENGTH);
        };
        let file = if request.p2 == 0x80 {
            self.current_file()?
        } else if self.capabilities.sfi.sign {
            self.file_by_sfi(request.p2).ok_or(status::REFERENCE_NOT_FOUND)?
        } else {
            return Err(status::WRONG_P1_P2);
        };
        let Content::Key(key) = &file.content else { return Err(status::WRONG_FILE_KIND) };
        self.check_access(file)?;
        let is_signing_key = file.id == SIGNING_KEY;
        if is_signing_key && self.volatile.signed && self.capabilities.consent_per_signature {
            return Err(status::SECURITY_STATUS);
        }
        if request.data.len() > MAX_SIGN_INPUT {
            return Err(status::CONDITIONS_OF_USE);
        }
        if ne < MODULUS_LEN {
            return Err(status::right_length(MODULUS_LEN));
        }
        let signature = key.sign_padded(request.data).map_err(|_| status::CONDITIONS_OF_USE)?;
        self.volatile.signed |= is_signing_key;
        Ok(self.first_part(signature, status::SUCCESS))
    }

    /// Refused everywhere: by the JPKI keys with 6982, elsewhere with 6985 (card-facts §5.3, one source).
    fn internal_authenticate(&self) -> u16 {
        let selected = self.volatile.application.and_then(|at| self.storage.applications.get(at));
        match selected {
            Some(application) if application.aid == JPKI => status::SECURITY_STATUS,
            _ => status::CONDITIONS_OF_USE,
        }
    }

    /// GET RESPONSE (ISO 7816-4 §11.7.1), for the command right after the one that left something.
    fn get_response(&mut self, request: &Request<'_>, pending: Option<(Vec<u8>, u16)>) -> Outcome<Answer> {
        if (request.p1, request.p2) != (0x00, 0x00) {
            return Err(status::WRONG_P1_P2);
        }
        let (Some(ne), []) = (request.ne, request.data) else { return Err(status::WRONG_LENGTH) };
        let (data, sw) = pending.ok_or(status::CONDITIONS_OF_USE)?;
        let limit = self.capabilities.answers_61xx.filter(|limit| *limit > 0).map_or(256, usize::from);
        Ok(self.part(data, sw, ne.min(limit)))
    }

    /// An answer as far as the card hands it out at once.
    fn first_part(&mut self, data: Vec<u8>, sw: u16) -> Answer {
        let limit = self.capabilities.answers_61xx.map_or(usize::MAX, usize::from);
        self.part(data, sw, limit)
    }

    fn part(&mut self, mut data: Vec<u8>, sw: u16, most: usize) -> Answer {
        if data.len() <= most {
            return Answer { data, sw };
        }
        let rest = data.split_off(most);
        let more = status::more_data(rest.len());
        self.volatile.pending = Some((rest, sw));
        Answer { data, sw: more }
    }

    fn files(&self) -> &[File] {
        let selected = self.volatile.application.and_then(|at| self.storage.applications.get(at));
        selected.map_or(&[], |application| &application.files)
    }

    fn file_by_sfi(&self, parameter: u8) -> Option<&File> {
        let sfi = parameter & 0x1F;
        self.files().iter().find(|file| file.sfi() == sfi)
    }

    fn current_file(&self) -> Outcome<&File> {
        let id = self.volatile.file.ok_or(status::NO_CURRENT_FILE)?;
        self.files().iter().find(|file| file.id == id).ok_or(status::NO_CURRENT_FILE)
    }

    fn check_access(&self, file: &File) -> Outcome<()> {
        match file.access {
            Some(secret) if !self.is_verified(secret) => Err(status::SECURITY_STATUS),
            _ => Ok(()),
        }
    }

    /// The secret that P2 of VERIFY names: 80 is the current file, 80 with a short identifier another one.
    fn addressed_secret(&self, p2: u8) -> Outcome<SecretId> {
        let (file, otherwise) = match p2 {
            0x80 => (self.current_file()?, status::WRONG_FILE_KIND),
            0x81..=0x9E if self.capabilities.sfi.verify => {
                let file = self.file_by_sfi(p2).ok_or(status::REFERENCE_NOT_FOUND)?;
                (file, status::REFERENCE_NOT_FOUND)
            }
            _ => return Err(status::WRONG_P1_P2),
        };
        match file.content {
            Content::Secret(id) => Ok(id),
            Content::Transparent(_) | Content::Key(_) => Err(otherwise),
        }
    }
}
