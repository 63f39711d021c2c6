use kazasu_cert::{CryptoProvider, Digest, PublicKey, SignatureError, SignatureScheme};

/// Decides without computing, because RSA would take nearly all of a fuzzer's time and tell it nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FakeCrypto {
    /// Every signature of the right form is right.
    AcceptsAll,
    /// None is.
    RefusesAll,
    /// The lowest bit of the signature decides.
    AcceptsOdd,
}

impl CryptoProvider for FakeCrypto {
    fn check_signature(
        &self,
        key: &PublicKey,
        scheme: SignatureScheme,
        _: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        key.check_signature_form(scheme, signature)?;
        let accepts = match self {
            Self::AcceptsAll => true,
            Self::RefusesAll => false,
            Self::AcceptsOdd => signature.last().is_some_and(|last| last & 1 == 1),
        };
        if accepts { Ok(()) } else { Err(SignatureError::Mismatch) }
    }
}
