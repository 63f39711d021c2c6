//! JSON in one form only, so that it can be hashed: no member twice, integers only, and to be hashed the members sorted
//! and no space between (RFC 8785, which comes to that for ASCII names and integers).

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::EvidenceError;

/// A value takes many times the memory of its two bytes of JSON, so there is an end to their number. A check of one
/// signer with a list for every municipality has a fifth of this.
const MAX_VALUES: usize = 1 << 18;

/// What it says, if that is unambiguous.
pub(super) fn parse(json: &[u8]) -> Result<Value, EvidenceError> {
    read(json, MAX_VALUES).map_err(|error| encoding(&error))
}

fn read(json: &[u8], most: usize) -> serde_json::Result<Value> {
    let left = Cell::new(most);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Strict(&left).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// What is written, as a value. By way of the text, because the serializer that makes values would be in every app beside
/// the one that makes text.
///
/// # Panics
/// Never, for a type of this crate: each can be written, without fractions and without a member twice.
pub(super) fn value(written: &impl Serialize) -> Value {
    #[expect(clippy::expect_used, reason = "this crate writes and reads it")]
    serde_json::to_vec(written).and_then(|json| read(&json, usize::MAX)).expect("JSON that was just written")
}

/// An object with these members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// The parser's word on what is wrong, without what it found there.
pub(super) fn encoding(error: &serde_json::Error) -> EvidenceError {
    let reason = match error.classify() {
        serde_json::error::Category::Data => {
            "a field is missing, unknown, twice, or not of its type, or there are too many"
        }
        serde_json::error::Category::Eof => "it is cut off",
        _ => "it is not JSON",
    };
    let place = if error.line() > 0 {
        format!(" (line {}, column {})", error.line(), error.column())
    } else {
        String::new()
    };
    EvidenceError::Encoding { reason: format!("{reason}{place}") }
}

/// The one form that is hashed.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let member = |(name, value)| format!("{}:{}", Value::from(String::clone(name)), canonical(value));
            format!("{{{}}}", members.into_iter().map(member).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// One value; how many more there may be.
#[derive(Clone, Copy)]
struct Strict<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.0.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        self.0.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without fractions and without a member twice")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = all.next_element_seed(self)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = all.next_entry_seed(PhantomData, self)? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form() {
        let value =
            parse(br#" { "b" : [ 1, -2, true, null ], "a" : { "z": "\u00e9\"\n", "y": {} } } "#).unwrap();
        assert_eq!(canonical(&value), "{\"a\":{\"y\":{},\"z\":\"é\\\"\\n\"},\"b\":[1,-2,true,null]}");
        assert_eq!(parse(canonical(&value).as_bytes()).unwrap(), value);
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            "1.0",
            "[1e3]",
            "",
            "{",
            "<html>",
            "[] []",
            "\u{feff}{}",
        ] {
            assert!(matches!(parse(json.as_bytes()), Err(EvidenceError::Encoding { .. })), "{json}");
        }
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
        let values = |count| format!("[0{}]", ",0".repeat(count - 2));
        assert!(parse(values(MAX_VALUES).as_bytes()).is_ok());
        let error = parse(values(MAX_VALUES + 1).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("too many"), "{error}");
    }
}
