//! Secrets, their counters, and whether they have been verified.

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::{Blocked, Capabilities, SecretState, TriesQuery, status};

/// One secret on the card. The counter survives power loss, the verified state does not.
#[derive(Clone)]
pub(super) struct Reference {
    /// `None` for a secret of another application, which nothing matches.
    value: Option<Zeroizing<Vec<u8>>>,
    lengths: RangeInclusive<usize>,
    maximum: u8,
    left: u8,
    verified: bool,
    /// Told in this way whatever the persona says.
    blocked: Option<Blocked>,
}

impl Reference {
    pub(super) fn new(state: &SecretState, lengths: RangeInclusive<usize>) -> Self {
        Self {
            value: Some(Zeroizing::new(state.value.as_bytes().to_vec())),
            lengths,
            maximum: state.maximum,
            left: state.tries,
            verified: false,
            blocked: None,
        }
    }

    /// A secret of another application: its counter can be asked for, its value is not known here.
    pub(super) fn unknown(maximum: u8) -> Self {
        Self { value: None, lengths: 0..=0, maximum, left: maximum, verified: false, blocked: None }
    }

    /// A secret that was issued blocked (card-facts §3.2).
    pub(super) fn issued_blocked(blocked: Blocked) -> Self {
        Self { left: 0, blocked: Some(blocked), ..Self::unknown(3) }
    }

    pub(super) fn left(&self) -> u8 {
        self.left
    }

    pub(super) fn is_verified(&self) -> bool {
        self.verified
    }

    pub(super) fn forget(&mut self) {
        self.verified = false;
    }

    /// VERIFY without data (card-facts §3.2). The verified state does not show.
    pub(super) fn query(&self, card: &Capabilities) -> u16 {
        match card.tries_query {
            TriesQuery::NoInformation9000 => status::SUCCESS,
            TriesQuery::NoInformation6300 => status::WRONG_SECRET,
            TriesQuery::Counter if self.left == 0 => self.blocked.unwrap_or(card.blocked).query.status(),
            TriesQuery::Counter => status::TRIES_LEFT | u16::from(self.left),
        }
    }

    /// VERIFY with data. A wrong one costs a try, whatever its length; a right one resets the counter.
    pub(super) fn verify(&mut self, offered: &[u8], card: &Capabilities) -> u16 {
        if self.left == 0 {
            return self.blocked.unwrap_or(card.blocked).verify.status();
        }
        self.verified = self.value.as_ref().is_some_and(|value| value.as_slice() == offered);
        if self.verified {
            self.left = self.maximum;
            return status::SUCCESS;
        }
        self.left = self.left.saturating_sub(1);
        if card.wrong_secret_6300 { status::WRONG_SECRET } else { status::TRIES_LEFT | u16::from(self.left) }
    }

    /// CHANGE REFERENCE DATA with the new value alone (card-facts §3.2).
    pub(super) fn change(&mut self, new: &[u8]) -> u16 {
        if !self.verified {
            return status::SECURITY_STATUS;
        }
        if !self.lengths.contains(&new.len()) {
            return status::WRONG_DATA;
        }
        self.value = Some(Zeroizing::new(new.to_vec()));
        self.left = self.maximum;
        status::SUCCESS
    }
}
