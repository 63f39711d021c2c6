//! The personas that come with the crate.

macro_rules! deck {
    ($($name:literal),* $(,)?) => {
        const DECK: &[(&str, &str)] = &[$(($name, include_str!(concat!("../personas/", $name, ".json")))),*];
    };
}

deck![
    "android-phone",
    "blocked-63c0",
    "blocked-6983",
    "blocked-6984",
    "cold-6f00",
    "consent-per-signature",
    "expired",
    "filler-6282",
    "gets-61xx",
    "hanako",
    "ichiro",
    "iphone",
    "last-try",
    "long-address",
    "minor",
    "old-juki",
    "substitute-characters",
    "tries-6300",
    "tries-9000",
];

pub(crate) fn find(name: &str) -> Option<&'static str> {
    DECK.iter().find(|(one, _)| *one == name).map(|(_, json)| *json)
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DECK.iter().map(|(name, _)| *name)
}
