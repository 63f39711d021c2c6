//! Attributes that may be relied on.

use std::ops::Deref;

use kazasu_cert::{BasicAttributes, Certificate};
use serde::Serialize;

/// The basic four attributes of a person whose signature was accepted. Only a
/// [`Verifier`](crate::Verifier) makes one, so that a function that takes `&VerifiedAttributes` cannot be given
/// what somebody typed into a form:
///
/// ```compile_fail,E0451
/// # fn forge(typed: kazasu_cert::BasicAttributes, certificate: kazasu_cert::Certificate) {
/// let forged = kazasu_verify::VerifiedAttributes { attributes: typed, certificate };
/// # }
/// ```
///
/// Nor can it be read from what somebody sent:
///
/// ```compile_fail,E0277
/// # fn forge(sent: &str) {
/// let forged: kazasu_verify::VerifiedAttributes = serde_json::from_str(sent).unwrap();
/// # }
/// ```
///
/// Reads like the [`BasicAttributes`] it holds and serializes like them. `Debug` shows none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct VerifiedAttributes {
    attributes: BasicAttributes,
    #[serde(skip)]
    certificate: Certificate,
}

impl VerifiedAttributes {
    pub(crate) const fn new(attributes: BasicAttributes, certificate: Certificate) -> Self {
        Self { attributes, certificate }
    }

    /// The certificate they were read from: the very bytes the verdict is about.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl Deref for VerifiedAttributes {
    type Target = BasicAttributes;

    fn deref(&self) -> &BasicAttributes {
        &self.attributes
    }
}
