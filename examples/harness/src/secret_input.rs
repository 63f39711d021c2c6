use std::io::{self, Read};

use kazasu_card::{AuthenticationPin, SecretError, SigningPassword};
use zeroize::Zeroizing;

use crate::catalogue;
use crate::failed::Failed;
use crate::interrupt;

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
            return Err(Failed::new(20, "secrets_differ", catalogue::sentence("secrets_differ")));
        }
        Ok(parse(&entered)?)
    }

    fn read(self, prompt: &str) -> Result<Zeroizing<Vec<u8>>, Failed> {
        match self {
            Self::Terminal => prompt_for(prompt),
            Self::StandardInput => read_line(&mut unbuffered_stdin()?),
        }
    }
}

fn no_secret(why: &str) -> Failed {
    Failed::new(2, "no_secret", format!("No secret was given ({why}), so none was sent to the card."))
}

fn prompt_for(prompt: &str) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let line = rpassword::prompt_password(prompt)
        .map_err(|error| no_secret(&format!("asking at the terminal: {error}; see --pin-stdin")))?;
    let line = Zeroizing::new(line.into_bytes());
    // Where the card is in use already, Ctrl-C does not end the prompt but is noted.
    if interrupt::requested() {
        return Err(Failed::interrupted());
    }
    if line.is_empty() { Err(no_secret("the line is empty")) } else { Ok(line) }
}

/// One line without its CR LF, read byte by byte so that no buffer of ours holds more than the secret.
fn read_line(input: &mut impl Read) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let mut line = Zeroizing::new(Vec::with_capacity(MOST_BYTES));
    let mut byte = Zeroizing::new([0]);
    while line.len() < MOST_BYTES {
        match input.read(&mut *byte) {
            Ok(0) => break,
            Ok(_) if *byte == *b"\n" => break,
            Ok(_) => line.extend_from_slice(&*byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(no_secret(&format!("standard input: {error}"))),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() { Err(no_secret("the line on standard input is empty")) } else { Ok(line) }
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
        assert_eq!(line(b"1234\r"), Ok(b"1234".to_vec()));
        assert_eq!(line(b"1234\r\r\n"), Ok(b"1234\r".to_vec()));
    }

    #[test]
    fn an_empty_line_is_no_secret() {
        for input in [&b""[..], b"\n", b"\r\n", b"\n1234\n"] {
            assert_eq!(line(input), Err("no_secret"));
        }
    }
}
