//! ISO 7816-4 command and response units.

mod command;
mod response;
mod status_word;

pub use command::{ApduError, CommandApdu, MAX_EXTENDED_LE, MAX_SHORT_DATA, MAX_SHORT_LE};
pub use response::{ResponseApdu, ResponseError};
pub use status_word::{SecretAnswer, StatusWord};
