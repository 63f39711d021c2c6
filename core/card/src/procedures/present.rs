use crate::apdu::{CommandApdu, SecretAnswer};
use crate::application::SecretKind;
use crate::card::{Card, Support, Verify};
use crate::failure::{Failure, Reconciliation};
use crate::outcome::Tries;
use crate::procedures::Addressing;
use crate::step::Stage;

impl Card {
    /// Presents the secret: tries query, floor, then the one VERIFY of this consent.
    pub(crate) async fn present(&self, secret: SecretKind, addressing: Addressing) -> Result<(), Failure> {
        let tries = self.query_tries(secret, addressing).await?;
        let (command, before) = self.compose_verify(secret, tries, addressing)?;
        let stage = Stage::Verifying { secret };
        {
            let mut state = self.state();
            state.verify = Verify::Unanswered { before };
            state.tries.set(secret, Tries::Unknown);
        }
        let reply = match self.send(command, stage).await {
            Ok(reply) => reply,
            Err(Failure::NoStatusWord { .. } | Failure::AnswerTooLong { .. }) => {
                return Err(Failure::VerifyOutcomeUnknown { secret, before });
            }
            Err(failure @ Failure::ChannelRefused { .. }) => {
                self.withdraw_verify();
                return Err(failure);
            }
            Err(failure) => return Err(failure),
        };
        let (verify, tries, result) = match reply.sw.about_secret() {
            // A right secret puts the counter back to its maximum (docs/card-facts.md §3.2; agreed).
            SecretAnswer::Success => {
                (Verify::Accepted, Tries::Remaining(secret.max_tries().max(before.unwrap_or(0))), Ok(()))
            }
            SecretAnswer::Remaining(left) => (
                Verify::Refused,
                Tries::Remaining(left),
                Err(Failure::WrongSecret { secret, remaining: Some(left) }),
            ),
            SecretAnswer::NoCounter => {
                (Verify::Refused, Tries::Unknown, Err(Failure::WrongSecret { secret, remaining: None }))
            }
            SecretAnswer::Blocked => (Verify::Refused, Tries::Blocked, Err(Failure::Blocked { secret })),
            // Even after a refusal only the counter can tell whether a try was spent.
            SecretAnswer::Other => (
                Verify::Unanswered { before },
                Tries::Unknown,
                Err(Failure::VerifyOutcomeUnknown { secret, before }),
            ),
        };
        let mut state = self.state();
        state.verify = verify;
        state.tries.set(secret, tries);
        result
    }

    /// Applies the floor and spends the consent. Nothing of it is left in the state afterwards.
    fn compose_verify(
        &self,
        secret: SecretKind,
        tries: Tries,
        addressing: Addressing,
    ) -> Result<(CommandApdu, Option<u8>), Failure> {
        let mut state = self.state();
        let attempt = state.attempt.take().ok_or(Failure::PinNeeded { label: None })?;
        let before = match tries {
            Tries::Blocked => return Err(Failure::Blocked { secret }),
            Tries::Remaining(remaining) if remaining <= state.options.floor && !attempt.last_try => {
                return Err(Failure::LastTry { secret, remaining });
            }
            Tries::Remaining(remaining) => Some(remaining),
            _ if !attempt.last_try => return Err(Failure::TriesNotReported { secret }),
            _ => None,
        };
        let short = addressing == Addressing::ShortIfProven && state.short_ef_identifier == Support::Yes;
        let p2 = if short { secret.ef().short_identifier() } else { 0x80 };
        Ok((CommandApdu::short([0x00, 0x20, 0x00, p2], Some(&attempt.bytes), None)?, before))
    }

    /// Notes that the composed VERIFY never left.
    pub(crate) fn withdraw_verify(&self) {
        let mut state = self.state();
        let (Verify::Unanswered { before }, Stage::Verifying { secret }) = (state.verify, state.stage) else {
            return;
        };
        state.verify = Verify::NotSent;
        state.tries.set(secret, before.map_or(Tries::NotReported, Tries::Remaining));
    }

    /// CHANGE REFERENCE DATA with the new value only, after VERIFY, the secret's EF still current (docs/card-facts.md §3.2;
    /// two sources, one untested). Whatever is neither success nor a clear refusal leaves open which value is in force.
    pub(crate) async fn change(&self, secret: SecretKind, new: &[u8]) -> Result<(), Failure> {
        let stage = Stage::Changing { secret };
        let change = CommandApdu::short([0x00, 0x24, 0x01, 0x80], Some(new), None)?;
        let reply = self.send(change, stage).await.map_err(|failure| match failure {
            Failure::NoStatusWord { .. } | Failure::AnswerTooLong { .. } => {
                Failure::ChangeOutcomeUnknown { secret }
            }
            other => other,
        })?;
        match reply.sw.about_secret() {
            SecretAnswer::Success => Ok(()),
            SecretAnswer::Blocked => {
                self.state().tries.set(secret, Tries::Blocked);
                Err(Failure::Blocked { secret })
            }
            _ if reply.sw.refuses() => Err(Failure::UnexpectedStatus { stage, sw: reply.sw }),
            _ => Err(Failure::ChangeOutcomeUnknown { secret }),
        }
    }

    /// Finds out on a new tap what became of a VERIFY of unknown outcome, by the counter alone. Always ends the session: the
    /// consent is spent. Whatever keeps the counter from being read, another card included, leaves the outcome unknown.
    pub(crate) async fn reconcile(&self, secret: SecretKind, before: Option<u8>) -> Failure {
        match self.counter_of_same_card(secret).await {
            Ok(now) => Failure::Reconciled { secret, finding: compare(before, now, secret.max_tries()) },
            Err(_) => Failure::VerifyOutcomeUnknown { secret, before },
        }
    }

    /// Tries now; 0 when blocked, `None` when not reported.
    async fn counter_of_same_card(&self, secret: SecretKind) -> Result<Option<u8>, Failure> {
        self.select_application().await?;
        self.recognise().await?;
        Ok(match self.query_tries(secret, Addressing::ShortIfProven).await? {
            Tries::Remaining(remaining) => Some(remaining),
            Tries::Blocked => Some(0),
            _ => None,
        })
    }
}

fn compare(before: Option<u8>, now: Option<u8>, max: u8) -> Reconciliation {
    let (Some(was), Some(remaining)) = (before, now) else {
        return Reconciliation::Inconclusive { before, now };
    };
    if was == remaining {
        return if was >= max {
            Reconciliation::NothingSpent { remaining }
        } else {
            Reconciliation::NotCounted { remaining }
        };
    }
    match (was.checked_sub(1), remaining) {
        (Some(0), 0) => Reconciliation::Blocked,
        (Some(less), now) if less == now => Reconciliation::Counted { remaining },
        _ if remaining == max => Reconciliation::Right { remaining },
        _ => Reconciliation::Inconclusive { before, now },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_tells_what_happened() {
        use Reconciliation as R;
        assert_eq!(compare(Some(3), Some(3), 3), R::NothingSpent { remaining: 3 });
        assert_eq!(compare(Some(2), Some(2), 3), R::NotCounted { remaining: 2 });
        assert_eq!(compare(Some(3), Some(2), 3), R::Counted { remaining: 2 });
        assert_eq!(compare(Some(2), Some(1), 3), R::Counted { remaining: 1 });
        assert_eq!(compare(Some(1), Some(0), 3), R::Blocked);
        assert_eq!(compare(Some(2), Some(3), 3), R::Right { remaining: 3 });
        assert_eq!(compare(Some(1), Some(5), 5), R::Right { remaining: 5 });
        assert_eq!(compare(Some(3), Some(1), 3), R::Inconclusive { before: Some(3), now: Some(1) });
        assert_eq!(compare(Some(3), Some(0), 3), R::Inconclusive { before: Some(3), now: Some(0) });
        assert_eq!(compare(None, Some(3), 3), R::Inconclusive { before: None, now: Some(3) });
        assert_eq!(compare(Some(3), None, 3), R::Inconclusive { before: Some(3), now: None });
    }
}
