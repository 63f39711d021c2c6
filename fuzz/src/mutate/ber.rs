//! Mutation that knows tags and lengths: a change in the depth of a structure leaves the lengths around it right, so that
//! the parsers get to see it.

use super::{Blind, Random};

/// BER behind a prefix of option bytes.
#[derive(Clone, Copy, Debug)]
pub struct BerMutator {
    /// Bytes before the first element.
    pub prefix: usize,
}

impl BerMutator {
    /// Changes the input that is in the first `size` bytes of `data` and returns its new length, `max_size` at most.
    ///
    /// Bytes that are not BER are left to `blind`, and so is every fourth input.
    pub fn mutate(self, data: &mut [u8], size: usize, max_size: usize, seed: u32, blind: Blind) -> usize {
        let mut random = Random::new(seed);
        let Some((prefix, body)) = data[..size].split_at_checked(self.prefix) else {
            return blind(data, size, max_size);
        };
        if !prefix.is_empty() && random.below(16) == 0 {
            data[random.below(self.prefix)] = random.byte();
            return size;
        }
        let Some(mut roots) = parse_all(body, 0).filter(|roots| !roots.is_empty() && random.below(4) != 0)
        else {
            return blind(data, size, max_size);
        };
        for _ in 0..=random.below(3) {
            change(&mut roots, &mut random, blind);
        }
        let encoded = encode_all(&roots);
        let end = self.prefix + encoded.len();
        if end > max_size {
            return blind(data, size, max_size);
        }
        data[self.prefix..end].copy_from_slice(&encoded);
        end
    }
}

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    tag: u8,
    length: Length,
    content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Minimal,
    /// In four octets.
    Padded,
    Indefinite,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Bytes(Vec<u8>),
    /// Elements, behind the unused-bits octet if this is a BIT STRING.
    Nested {
        bit_string: bool,
        children: Vec<Node>,
    },
}

const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;
const MAX_DEPTH: usize = 40;

fn parse_all(mut input: &[u8], depth: usize) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !input.is_empty() {
        nodes.push(parse(&mut input, depth)?);
    }
    Some(nodes)
}

fn parse(input: &mut &[u8], depth: usize) -> Option<Node> {
    let (&tag, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    if tag & 0x1F == 0x1F || depth > MAX_DEPTH {
        return None;
    }
    if first == 0x80 && tag & CONSTRUCTED != 0 {
        let mut children = Vec::new();
        loop {
            if let Some(after) = rest.strip_prefix(&[0, 0]) {
                *input = after;
                let content = Content::Nested { bit_string: false, children };
                return Some(Node { tag, length: Length::Indefinite, content });
            }
            children.push(parse(&mut rest, depth + 1)?);
        }
    }
    let octets = if first < 0x80 { 0 } else { usize::from(first & 0x7F) };
    let (length_octets, rest) = rest.split_at_checked(octets).filter(|_| octets <= 4)?;
    let len = match octets {
        0 => usize::from(first),
        _ => length_octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet)),
    };
    let (content, rest) = rest.split_at_checked(len)?;
    *input = rest;
    let minimal = encode_length(len).len() == 1 + octets;
    let length = if minimal { Length::Minimal } else { Length::Padded };
    Some(Node { tag, length, content: parse_content(tag, content, depth + 1) })
}

fn parse_content(tag: u8, content: &[u8], depth: usize) -> Content {
    let bit_string = tag == BIT_STRING && content.first() == Some(&0);
    let nested = if tag & CONSTRUCTED != 0 || tag == OCTET_STRING {
        parse_all(content, depth)
    } else if bit_string {
        parse_all(&content[1..], depth)
    } else {
        None
    };
    match nested {
        Some(children) if tag & CONSTRUCTED != 0 || !children.is_empty() => {
            Content::Nested { bit_string, children }
        }
        _ => Content::Bytes(content.to_vec()),
    }
}

fn encode_all(nodes: &[Node]) -> Vec<u8> {
    let mut out = Vec::new();
    for node in nodes {
        encode(node, &mut out);
    }
    out
}

fn encode(node: &Node, out: &mut Vec<u8>) {
    let start = out.len();
    match &node.content {
        Content::Bytes(bytes) => out.extend_from_slice(bytes),
        Content::Nested { bit_string, children } => {
            out.extend(bit_string.then_some(0));
            for child in children {
                encode(child, out);
            }
        }
    }
    let len = out.len() - start;
    match node.length {
        Length::Minimal => {
            out.splice(start..start, std::iter::once(node.tag).chain(encode_length(len)));
        }
        Length::Padded => {
            let [a, b, c, d] = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
            out.splice(start..start, [node.tag, 0x84, a, b, c, d]);
        }
        Length::Indefinite => {
            out.splice(start..start, [node.tag | CONSTRUCTED, 0x80]);
            out.extend([0, 0]);
        }
    }
}

fn encode_length(len: usize) -> Vec<u8> {
    let octets: Vec<u8> = len.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
    match (u8::try_from(len), u8::try_from(octets.len())) {
        (Ok(short @ 0..0x80), _) => vec![short],
        (_, Ok(count)) => [&[0x80 | count], &octets[..]].concat(),
        _ => Vec::new(),
    }
}

fn count(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| 1 + count(node.children())).sum()
}

impl Node {
    fn children(&self) -> &[Node] {
        match &self.content {
            Content::Nested { children, .. } => children,
            Content::Bytes(_) => &[],
        }
    }
}

/// The `number`-th element, counted from the outside in, and those beside it.
fn nth(siblings: &mut Vec<Node>, mut number: usize) -> (&mut Vec<Node>, usize) {
    for at in 0..siblings.len() {
        let below = count(siblings[at].children());
        if number == 0 {
            return (siblings, at);
        }
        if number <= below {
            let Content::Nested { children, .. } = &mut siblings[at].content else { unreachable!() };
            return nth(children, number - 1);
        }
        number -= 1 + below;
    }
    unreachable!("fewer elements than counted")
}

/// Tags of what certificates, lists, answers and messages consist of.
const TAGS: [u8; 24] = [
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1E, 0x24, 0x30, 0x31,
    0x80, 0x81, 0x82, 0xA0, 0xA1, 0xA3, 0xA4,
];

/// Contents at the edge of some rule.
const CONTENTS: [&[u8]; 10] =
    [&[], &[0], &[1], &[0x7F], &[0x80], &[0xFF], &[0, 0], &[0, 0x80], b"20491231235959Z", &[0xFF; 32]];

fn change(roots: &mut Vec<Node>, random: &mut Random, blind: Blind) {
    let total = count(roots);
    if total == 0 {
        return;
    }
    let other = {
        let (siblings, at) = nth(roots, random.below(total));
        siblings[at].clone()
    };
    let (siblings, at) = nth(roots, random.below(total));
    let len = siblings.len();
    match random.below(13) {
        0 => drop(siblings.remove(at)),
        1 => siblings.insert(at, siblings[at].clone()),
        2 => siblings.swap(at, random.below(len)),
        3 => siblings.insert(at, other),
        4 => siblings[at] = other,
        5 => siblings[at].tag = TAGS[random.below(TAGS.len())],
        6 => siblings[at].content = Content::Bytes(CONTENTS[random.below(CONTENTS.len())].to_vec()),
        7 => {
            siblings[at].length = [Length::Minimal, Length::Padded, Length::Indefinite][random.below(3)];
        }
        8 => {
            let inner = vec![siblings[at].clone()];
            let content = Content::Nested { bit_string: false, children: inner };
            siblings[at] = Node { tag: TAGS[random.below(TAGS.len())], length: Length::Minimal, content };
        }
        9 => {
            let children = siblings[at].children().to_vec();
            siblings.splice(at..=at, children);
        }
        _ => mutate_content(&mut siblings[at], random, blind),
    }
}

fn mutate_content(node: &mut Node, random: &mut Random, blind: Blind) {
    let mut bytes = match &node.content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Nested { bit_string, children } => {
            let lead = if *bit_string { &[0][..] } else { &[] };
            [lead, &encode_all(children)].concat()
        }
    };
    let len = bytes.len();
    bytes.resize(len + 1 + random.below(16), 0);
    let max_len = bytes.len();
    let len = blind(&mut bytes, len, max_len);
    bytes.truncate(len);
    node.content = parse_content(node.tag, &bytes, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inverts one byte, or adds the first.
    fn blind(data: &mut [u8], size: usize, _: usize) -> usize {
        data[0] = !data[0];
        size.max(1)
    }

    #[test]
    fn what_is_parsed_encodes_to_itself() {
        let certificate = crate::verifier::certificate(kazasu_verify::Purpose::Signing).as_der();
        let indefinite = [0x30, 0x80, 0x02, 0x01, 0x05, 0x24, 0x80, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00];
        let padded = [0x30, 0x84, 0, 0, 0, 2, 0x05, 0x00];
        for input in [certificate, &indefinite, &padded, &[0x03, 0x03, 0x00, 0x05, 0x00], &[]] {
            assert_eq!(encode_all(&parse_all(input, 0).unwrap()), input);
        }
        assert_eq!(parse_all(&[0x30, 0x02, 0x05], 0), None);
        assert!(count(&parse_all(certificate, 0).unwrap()) > 150);
    }

    #[test]
    fn a_change_keeps_the_lengths_around_it_right() {
        let certificate = crate::verifier::certificate(kazasu_verify::Purpose::Signing).as_der();
        let mut data = vec![0; 8192];
        let mut nested = 0;
        for seed in 0..2000 {
            data[1..=certificate.len()].copy_from_slice(certificate);
            let size = BerMutator { prefix: 1 }.mutate(&mut data, 1 + certificate.len(), 8192, seed, blind);
            assert!((1..=8192).contains(&size));
            nested += usize::from(parse_all(&data[1..size], 0).is_some());
        }
        assert!(nested > 1500, "only {nested} of 2000 are BER");
    }

    #[test]
    fn nothing_grows_beyond_the_limit() {
        for seed in 0..2000 {
            let mut data = [0x30, 0x02, 0x05, 0x00];
            assert!(BerMutator { prefix: 0 }.mutate(&mut data, 4, 4, seed, blind) <= 4);
        }
    }
}
