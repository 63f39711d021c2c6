use kazasu_cert as cert;

/// A hash function that signatures are made with. SHA-1 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum HashAlgorithm {
    /// 32 bytes; what to use unless there is a reason.
    Sha256,
    /// 48 bytes.
    Sha384,
    /// 64 bytes.
    Sha512,
}

impl From<HashAlgorithm> for cert::HashAlgorithm {
    fn from(value: HashAlgorithm) -> Self {
        match value {
            HashAlgorithm::Sha256 => Self::Sha256,
            HashAlgorithm::Sha384 => Self::Sha384,
            HashAlgorithm::Sha512 => Self::Sha512,
        }
    }
}

impl From<cert::HashAlgorithm> for HashAlgorithm {
    fn from(value: cert::HashAlgorithm) -> Self {
        match value {
            cert::HashAlgorithm::Sha384 => Self::Sha384,
            cert::HashAlgorithm::Sha512 => Self::Sha512,
            cert::HashAlgorithm::Sha256 => Self::Sha256,
        }
    }
}

/// The digest of `data`.
#[uniffi::export]
pub fn digest(algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8> {
    cert::HashAlgorithm::from(algorithm).digest(data).as_bytes().to_vec()
}
