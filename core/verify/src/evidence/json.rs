//! JSON in one form only, so that it can be hashed: no member twice, integers only, and to be hashed the members sorted
//! and no space between (RFC 8785, which comes to that for ASCII names and integers).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::EvidenceError;

/// What it says, if that is unambiguous.
pub(super) fn parse(json: &[u8]) -> Result<Value, EvidenceError> {
    serde_json::from_slice::<Strict>(json).map(|strict| strict.0).map_err(|error| encoding(&error))
}

/// The parser's word on what is wrong, without what it found there.
pub(super) fn encoding(error: &serde_json::Error) -> EvidenceError {
    let reason = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown, twice, or not of its type",
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

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
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
        while let Some(Strict(value)) = all.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = all.next_entry::<String, Strict>()? {
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
    }
}
