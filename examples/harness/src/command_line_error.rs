//! What is wrong with a command line, told without repeating what was typed: a PIN typed in the wrong place is not to end
//! up in a log.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The sentence, and how the command is used.
pub(crate) fn told(error: &Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let ours = || text(ContextKind::InvalidArg).join(", ");
    let told = match error.kind() {
        // Here the argument is what was typed.
        ErrorKind::UnknownArgument => format!("unexpected argument{}", option_name(&ours())),
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("this is no value for {}{}", ours(), reason(error))
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("wrong number of values for {}", ours())
        }
        ErrorKind::NoEquals => format!("{} is followed by = and its value", ours()),
        ErrorKind::MissingRequiredArgument => format!("missing: {}", ours()),
        ErrorKind::MissingSubcommand => "there is no command".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("{} cannot be used with {}", ours(), text(ContextKind::PriorArg).join(", "))
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        _ => "the command line cannot be understood".to_owned(),
    };
    let mut parts = vec![told];
    for kind in [ContextKind::ValidValue, ContextKind::ValidSubcommand] {
        let choices = text(kind);
        if !choices.is_empty() {
            parts.push(format!("\n  there are: {}", choices.join(", ")));
        }
    }
    for usage in text(ContextKind::Usage) {
        parts.push(format!("\n\n{}", usage.trim_end()));
    }
    parts.push("\n\nFor more information, try '--help'.".to_owned());
    parts.concat()
}

/// The name of an option, if that is all it is: a secret has a digit in it.
fn option_name(typed: &str) -> String {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if typed.strip_prefix("--").is_some_and(is_name) { format!(" '{typed}'") } else { String::new() }
}

/// Our own reason; a library's might repeat the value.
fn reason(error: &Error) -> String {
    let Some(source) = std::error::Error::source(error) else { return String::new() };
    let reason = source.to_string();
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) if !value.is_empty() && reason.contains(value.as_str()) => {
            String::new()
        }
        _ => format!(": {reason}"),
    }
}
