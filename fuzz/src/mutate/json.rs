//! JSON: a change of one value or of what holds it.

use serde_json::Value;

use super::{Blind, Random};

/// Changes the JSON in the first `size` bytes of `data` and returns its new length, `max_size` at most.
///
/// What is not JSON is left to `blind`, and so is every fourth input.
pub(crate) fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, blind: Blind) -> usize {
    let mut random = Random::new(seed);
    let parsed = serde_json::from_slice(&data[..size]).ok();
    let Some(mut root) = parsed.filter(|_| random.below(4) != 0) else { return blind(data, size, max_size) };
    for _ in 0..=random.below(3) {
        let (from, to) = (random.below(count(&root)), random.below(count(&root)));
        let other = nth(&mut root, from).clone();
        change(nth(&mut root, to), other, &mut random, blind);
    }
    let json = root.to_string();
    if json.len() > max_size {
        return blind(data, size, max_size);
    }
    data[..json.len()].copy_from_slice(json.as_bytes());
    json.len()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The `number`-th value, counted from the outside in.
fn nth(value: &mut Value, mut number: usize) -> &mut Value {
    if number == 0 {
        return value;
    }
    number -= 1;
    let children: Vec<&mut Value> = match value {
        Value::Array(all) => all.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        let size = count(child);
        if number < size {
            return nth(child, number);
        }
        number -= size;
    }
    unreachable!("fewer values than counted")
}

fn change(value: &mut Value, other: Value, random: &mut Random, blind: Blind) {
    let pick = random.below(100);
    match (random.below(6), value) {
        (0, value) => *value = other,
        (1, value) => {
            let scalars = [
                Value::Null,
                true.into(),
                0.into(),
                (-1).into(),
                u64::MAX.into(),
                "".into(),
                Value::Array(vec![]),
            ];
            *value = scalars[pick % scalars.len()].clone();
        }
        (2, Value::Array(all)) if !all.is_empty() => drop(all.remove(pick % all.len())),
        (_, Value::Array(all)) => all.insert(pick % (all.len() + 1), other),
        (2, Value::Object(members)) if !members.is_empty() => {
            let name = members.keys().nth(pick % members.len()).cloned();
            name.map(|name| members.remove(&name));
        }
        (_, Value::Object(members)) => {
            let name = members.keys().nth(pick % members.len().max(1)).cloned();
            members.insert(name.unwrap_or_default(), other);
        }
        (_, Value::String(text)) => {
            let mut bytes = std::mem::take(text).into_bytes();
            let len = bytes.len();
            bytes.resize(len + 16, b'0');
            let max_len = bytes.len();
            let len = blind(&mut bytes, len, max_len);
            *text = String::from_utf8_lossy(&bytes[..len]).into_owned();
        }
        (_, Value::Number(number)) => *number = (number.as_i64().unwrap_or(0) ^ (1 << (pick % 63))).into(),
        (_, value) => *value = other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blind(data: &mut [u8], size: usize, _: usize) -> usize {
        data[0] = b'"';
        size.max(1)
    }

    #[test]
    fn what_comes_out_is_json_within_the_limit() {
        let json = br#"{"a":[1,2,{"b":"text","c":null}],"d":true}"#;
        let mut data = [0; 200];
        let mut read = 0;
        for seed in 0..1000 {
            data[..json.len()].copy_from_slice(json);
            let size = mutate(&mut data, json.len(), 100, seed, blind);
            assert!(size <= 100);
            read += usize::from(serde_json::from_slice::<Value>(&data[..size]).is_ok());
        }
        assert!(read > 700, "only {read} of 1000 are JSON");
    }
}
