//! Rules about the crates of the workspace and those it pulls in, checked over `cargo metadata`.

mod direction;
mod metadata;
mod private_keys;
mod third_party;

pub(crate) use metadata::Metadata;
pub(crate) use private_keys::private_keys;
pub(crate) use third_party::Policy;

/// Every breach, one line each.
pub(crate) fn violations(metadata: &Metadata, policy: &Policy) -> Vec<String> {
    let mut found = policy.violations(metadata);
    found.extend(direction::violations(metadata));
    found
}
