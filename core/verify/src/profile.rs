//! The certificate profiles, as data (docs/certificate-facts.md §2).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_KP_CLIENT_AUTH;
use kazasu_cert::KeyUsage;

use crate::{Carrier, Environment, Purpose};

/// What a certificate of one purpose, environment and carrier must look like. Whatever is not written here is refused.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The purpose.
    pub purpose: Purpose,
    /// The environment.
    pub environment: Environment,
    /// Where the key lives.
    pub carrier: Carrier,
    /// The one certificate policy (2.5.29.32).
    pub policy: ObjectIdentifier,
    /// The exact key usage (2.5.29.15): these bits and no other.
    pub key_usage: &'static [KeyUsage],
    /// The exact extended key usages (2.5.29.37). Empty: the extension is absent.
    pub extended_key_usage: &'static [ObjectIdentifier],
    /// Exact length of the RSA modulus in bits.
    pub modulus_bits: usize,
    /// The RSA public exponent, big-endian.
    pub exponent: &'static [u8],
}

/// Every profile there is. Mobile certificates are missing until their profile is confirmed
/// (docs/certificate-facts.md §1.6, §2.4).
pub const PROFILES: &[Profile] = &[
    signing(Environment::Production, "1.2.392.200149.8.5.1.1.20"),
    authentication(Environment::Production, "1.2.392.200149.8.5.1.3.30"),
    signing(Environment::Test, "1.2.392.200149.8.5.1.0.20"),
    authentication(Environment::Test, "1.2.392.200149.8.5.1.0.30"),
];

const fn signing(environment: Environment, policy: &str) -> Profile {
    Profile {
        purpose: Purpose::Signing,
        environment,
        carrier: Carrier::Card,
        policy: ObjectIdentifier::new_unwrap(policy),
        key_usage: &[KeyUsage::DIGITAL_SIGNATURE, KeyUsage::NON_REPUDIATION],
        extended_key_usage: &[],
        modulus_bits: 2048,
        exponent: &[1, 0, 1],
    }
}

const fn authentication(environment: Environment, policy: &str) -> Profile {
    Profile {
        purpose: Purpose::Authentication,
        policy: ObjectIdentifier::new_unwrap(policy),
        key_usage: &[KeyUsage::DIGITAL_SIGNATURE],
        extended_key_usage: &[ID_KP_CLIENT_AUTH],
        ..signing(environment, policy)
    }
}

impl Profile {
    /// The profiles of a purpose in an environment, one for each carrier known.
    pub fn of(purpose: Purpose, environment: Environment) -> impl Iterator<Item = &'static Self> {
        PROFILES.iter().filter(move |p| p.purpose == purpose && p.environment == environment)
    }
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn policies_have_the_der_seen_on_certificates() {
        let content: [&[u8]; 4] = [
            &hex!("2A83088C9B550805010114"),
            &hex!("2A83088C9B55080501031E"),
            &hex!("2A83088C9B550805010014"),
            &hex!("2A83088C9B55080501001E"),
        ];
        for (profile, content) in PROFILES.iter().zip(content) {
            assert_eq!(profile.policy.as_bytes(), content);
        }
    }

    #[test]
    fn one_profile_for_each_purpose_and_environment() {
        for purpose in Purpose::ALL {
            for environment in [Environment::Production, Environment::Test] {
                let carriers: Vec<_> = Profile::of(purpose, environment).map(|p| p.carrier).collect();
                assert_eq!(carriers, [Carrier::Card]);
            }
        }
    }
}
