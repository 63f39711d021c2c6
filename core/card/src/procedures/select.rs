use crate::apdu::{CommandApdu, StatusWord};
use crate::application::{Application, Ef};
use crate::card::{Card, Verify};
use crate::failure::Failure;
use crate::outcome::Leaving;
use crate::step::Stage;

/// SELECT by AID, no FCI wanted (docs/card-facts.md §2.3; agreed).
fn select_by_aid(application: Application) -> Result<CommandApdu, Failure> {
    Ok(CommandApdu::short([0x00, 0xA4, 0x04, 0x0C], Some(application.aid()), None)?)
}

impl Card {
    /// Begins a tap: SELECT of the JPKI application, unless the platform has done it.
    ///
    /// The first command after power-up was seen to answer `6F00` (one source), so that answer is given a second chance.
    pub(crate) async fn select_application(&self) -> Result<(), Failure> {
        let selected = {
            let mut state = self.state();
            state.current_ef = None;
            state.options.application_selected
        };
        if selected {
            return Ok(());
        }
        let mut reply = self.send(select_by_aid(Application::Jpki)?, Stage::Selecting).await?;
        if reply.sw == StatusWord::NO_DIAGNOSIS {
            reply = self.send(select_by_aid(Application::Jpki)?, Stage::Selecting).await?;
        }
        match reply.sw.0 {
            // Not found; the others are how cards without selection by AID refuse it.
            0x6A82 | 0x6A81 | 0x6A86 | 0x6D00 | 0x6E00 | 0x6999 => Err(Failure::NotJpki { sw: reply.sw }),
            _ => reply.ok(Stage::Selecting).map(drop),
        }
    }

    /// SELECT of an EF of the application, unless it is the current one.
    pub(crate) async fn select_ef(&self, ef: Ef, stage: Stage) -> Result<(), Failure> {
        if self.state().current_ef == Some(ef) {
            return Ok(());
        }
        let select = CommandApdu::short([0x00, 0xA4, 0x02, 0x0C], Some(&ef.file_id()), None)?;
        self.state().current_ef = None;
        self.send(select, stage).await?.ok(stage)?;
        self.state().current_ef = Some(ef);
        Ok(())
    }

    /// Ends a session in which a VERIFY was sent, whatever came of it: another application is selected, so that no key stays
    /// usable if the card keeps its power (docs/card-facts.md §3.4; whether selecting the same application again would do
    /// is disputed between the sources). A failure here does not undo the result.
    pub(crate) async fn leave(&self) {
        if self.state().verify == Verify::NotSent {
            return;
        }
        let mut leaving = Leaving::Refused(None);
        for application in Application::OTHERS {
            let Ok(select) = select_by_aid(application) else { continue };
            match self.send(select, Stage::Leaving).await {
                Ok(reply) if reply.sw == StatusWord::OK => {
                    leaving = Leaving::Left;
                    break;
                }
                Ok(reply) => leaving = Leaving::Refused(Some(reply.sw)),
                Err(_) => {}
            }
        }
        self.state().leaving = leaving;
    }
}
