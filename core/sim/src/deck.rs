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
    "born-heisei-first",
    "born-showa-first",
    "born-showa-last",
    "born-taisho-last",
    "ca-2015",
    "ca-2019",
    "ca-2023",
    "cold-6f00",
    "consent-per-signature",
    "expired",
    "filler-6282",
    "foreign-resident",
    "gets-61xx",
    "hanako",
    "ichiro",
    "iphone",
    "last-try",
    "long-address",
    "minor",
    "mononym",
    "old-juki",
    "on-hold",
    "partial-birth-date",
    "renewed",
    "revoked",
    "short-length",
    "signing-not-issued",
    "slow-card",
    "substitute-address",
    "substitute-characters",
    "tries-6300",
    "tries-9000",
    "unknown-birth-date",
];

pub(crate) fn find(name: &str) -> Option<&'static str> {
    DECK.iter().find(|(one, _)| *one == name).map(|(_, json)| *json)
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DECK.iter().map(|(name, _)| *name)
}
