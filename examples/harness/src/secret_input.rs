use std::io::{self, Read};

use kazasu_card::{AuthenticationPin, SecretError, SigningPassword};
use zeroize::Zeroizing;

use crate::failed::Failed;

/// Longest line taken; far longer than any secret, so that a file given by mistake is refused by its format.
const MOST_BYTES: usize = 1024;

/// Where secrets come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SecretSource {
    Terminal,
    StandardInput,
}

impl SecretSource {
    pub(crate) fn pin(self, prompt: &str) -> Result<AuthenticationPin, Failed> {
        Ok(AuthenticationPin::new(&self.read(prompt)?)?)
    }

    /// Lower case is folded to upper case here: the card knows upper case only.
    pub(crate) fn password(self, prompt: &str) -> Result<SigningPassword, Failed> {
        Ok(SigningPassword::from_upper_cased(&self.read(prompt)?)?)
    }

    /// A new secret; at a terminal it is asked for twice.
    pub(crate) fn new_secret<S>(
        self,
        prompt: &str,
        parse: impl Fn(&[u8]) -> Result<S, SecretError>,
    ) -> Result<S, Failed> {
        let entered = self.read(prompt)?;
        if matches!(self, Self::Terminal) && *self.read("Again: ")? != *entered {
            return Err(Failed::new(20, "malformed_secret", "The two entries differ. Nothing was sent to the card."));
        }
        Ok(parse(&entered)?)
    }

    fn read(self, prompt: &str) -> Result<Zeroizing<Vec<u8>>, Failed> {
        match self {
            Self::Terminal => rpassword::prompt_password(prompt)
                .map(|line| Zeroizing::new(line.into_bytes()))
                .map_err(|_| no_secret("there is no terminal to ask on; see --pin-stdin")),
            Self::StandardInput => read_line(&mut unbuffered_stdin()?),
        }
    }
}

fn no_secret(why: &str) -> Failed {
    Failed::new(2, "no_secret", format!("No secret was given: {why}. Nothing was sent to the card."))
}

/// One line without its CR LF, read byte by byte so that no buffer of ours holds more than the secret.
fn read_line(input: &mut impl Read) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let mut line = Zeroizing::new(Vec::with_capacity(MOST_BYTES));
    let mut byte = Zeroizing::new([0u8]);
    let mut ended = false;
    while line.len() < MOST_BYTES {
        match input.read(&mut *byte) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => {
                ended = true;
                break;
            }
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(no_secret(&format!("standard input: {error}"))),
        }
    }
    if line.is_empty() && !ended {
        return Err(no_secret("standard input is empty"));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

/// The library's own handle to standard input keeps what it read in a buffer that is not wiped.
#[cfg(unix)]
fn unbuffered_stdin() -> Result<std::fs::File, Failed> {
    use std::os::fd::AsFd;
    let owned = io::stdin().as_fd().try_clone_to_owned().map_err(|error| no_secret(&error.to_string()))?;
    Ok(owned.into())
}

#[cfg(not(unix))]
fn unbuffered_stdin() -> Result<io::Stdin, Failed> {
    Ok(io::stdin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(mut input: &[u8]) -> Result<Vec<u8>, &'static str> {
        read_line(&mut input).map(|line| line.to_vec()).map_err(|failed| failed.code)
    }

    #[test]
    fn one_line_without_its_end() {
        assert_eq!(line(b"1234\r\n5678\n"), Ok(b"1234".to_vec()));
        assert_eq!(line(b"1234"), Ok(b"1234".to_vec()));
        assert_eq!(line(b"1234\n"), Ok(b"1234".to_vec()));
        assert_eq!(line(b"\n"), Ok(Vec::new()));
        assert_eq!(line(b""), Err("no_secret"));
    }
}
