use crate::apdu::{CommandApdu, SecretAnswer, StatusWord};
use crate::application::SecretKind;
use crate::card::{Card, Reply, Support};
use crate::failure::Failure;
use crate::outcome::Tries;
use crate::step::Stage;

/// How a secret may be named in P2.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addressing {
    /// By short EF identifier if this query proves it, else as the current EF.
    ShortIfProven,
    /// As the current EF, because a CHANGE follows that is only known in this form.
    CurrentEf,
}

/// VERIFY without data: four bytes, no Lc and no Le. With a trailing `00` the card answers 6700 (docs/card-facts.md §3.2).
fn query(p2: u8) -> Result<CommandApdu, Failure> {
    Ok(CommandApdu::short([0x00, 0x20, 0x00, p2], None, None)?)
}

impl Card {
    /// Reads the remaining tries; costs none.
    ///
    /// Asked by short EF identifier first. The command carries no data, so that it can spend nothing, and only `63Cx` proves
    /// that this card understands the addressing; anything else is asked again about the selected EF.
    pub(crate) async fn query_tries(
        &self,
        secret: SecretKind,
        addressing: Addressing,
    ) -> Result<Tries, Failure> {
        let stage = Stage::QueryingTries { secret };
        if addressing == Addressing::ShortIfProven && self.state().short_ef_identifier != Support::No {
            // Whether naming an EF this way makes it current is not known.
            self.state().current_ef = None;
            match self.send(query(secret.ef().short_identifier())?, stage).await {
                Ok(Reply { sw, .. }) if sw.0 & 0xFFF0 == 0x63C0 => {
                    self.state().short_ef_identifier = Support::Yes;
                    return self.note_tries(secret, sw);
                }
                Ok(_) | Err(Failure::NoStatusWord { .. } | Failure::AnswerTooLong { .. }) => {
                    self.state().short_ef_identifier = Support::No;
                }
                Err(failure) => return Err(failure),
            }
        }
        self.select_ef(secret.ef(), stage).await?;
        let reply = self.send(query(0x80)?, stage).await?;
        self.note_tries(secret, reply.sw)
    }

    fn note_tries(&self, secret: SecretKind, sw: StatusWord) -> Result<Tries, Failure> {
        let tries = match sw.about_secret() {
            SecretAnswer::Remaining(remaining) => Tries::Remaining(remaining),
            SecretAnswer::Blocked => Tries::Blocked,
            SecretAnswer::Success | SecretAnswer::NoCounter => Tries::NotReported,
            SecretAnswer::Other => {
                return Err(Failure::UnexpectedStatus { stage: Stage::QueryingTries { secret }, sw });
            }
        };
        self.state().tries.set(secret, tries);
        Ok(tries)
    }
}
