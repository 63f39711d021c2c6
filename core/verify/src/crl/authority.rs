//! Who has signed a list (docs/certificate-facts.md §5.4, step 2).

use kazasu_cert::{CryptoProvider, KeyUsage, SignatureScheme, UnixTime};

use super::extensions::AuthorityKeyId;
use super::facts::CrlFacts;
use super::list::ReadList;
use super::problem::CrlInvalidity;
use crate::algorithm::SHA_256_WITH_RSA_AND_NULL;
use crate::authority_name::authority_of;
use crate::{AnchorRecord, TrustAnchor, TrustAnchors};

impl ReadList {
    /// The facts of the list, if one of `anchors` has signed it while it was valid.
    ///
    /// The authority key identifier chooses among the generations. A list without one is tried against each of them:
    /// all are pinned, all are for this purpose, and which of them signs for certificates of an older generation is
    /// the CA's choice.
    pub(super) fn authenticate<'a>(
        self,
        anchors: &'a TrustAnchors,
        crypto: &dyn CryptoProvider,
    ) -> Result<(CrlFacts, &'a TrustAnchor), CrlInvalidity> {
        let (purpose, environment) = (anchors.purpose(), anchors.environment());
        if let Some((found, of)) = authority_of(&self.issuer)
            && found != purpose
            && of == environment
        {
            return Err(CrlInvalidity::WrongPurpose { expected: purpose, found });
        }
        let named = anchors.iter().filter(|anchor| anchor.certificate().subject_der() == self.issuer);
        let mut named = named.peekable();
        if named.peek().is_none() {
            return Err(CrlInvalidity::UnknownIssuer { purpose, environment });
        }
        if self.algorithms.iter().any(|algorithm| algorithm != SHA_256_WITH_RSA_AND_NULL) {
            return Err(CrlInvalidity::Algorithm);
        }
        let key_id = self.extensions.authority_key_id.as_ref();
        let mut candidates = named
            .filter(|anchor| key_id.is_none_or(|id| id.names(anchor)) && may_sign_lists(anchor))
            .peekable();
        if candidates.peek().is_none() {
            return Err(CrlInvalidity::UnknownKey);
        }
        let scheme = SignatureScheme::Pkcs1V15;
        let signed = |anchor: &&TrustAnchor| {
            crypto.check_signature(anchor.public_key(), scheme, &self.tbs_digest, &self.signature).is_ok()
        };
        let anchor = candidates.find(signed).ok_or(CrlInvalidity::BadSignature)?;
        if !valid_at(anchor, self.this_update) {
            return Err(CrlInvalidity::AnchorNotValid { at: self.this_update });
        }
        let facts = CrlFacts {
            issuer: self.issuer,
            partition: self.extensions.partition,
            this_update: self.this_update,
            next_update: self.next_update,
            crl_number: self.extensions.crl_number,
            signed_by: AnchorRecord::from(anchor),
            tbs_sha256: self.tbs_digest.as_bytes().try_into().unwrap_or_default(),
        };
        Ok((facts, anchor))
    }
}

impl AuthorityKeyId {
    /// Whether nothing in it contradicts `anchor`.
    fn names(&self, anchor: &TrustAnchor) -> bool {
        let certificate = anchor.certificate();
        let agrees = |part: &Option<Vec<u8>>, own: &[u8]| part.as_ref().is_none_or(|part| part == own);
        agrees(&self.key_identifier, anchor.key_identifier())
            && agrees(&self.issuer, certificate.issuer_der())
            && agrees(&self.serial, certificate.serial())
    }
}

fn may_sign_lists(anchor: &TrustAnchor) -> bool {
    let usage = anchor.certificate().key_usage().ok().flatten();
    usage.is_some_and(|extension| extension.value.contains(KeyUsage::CRL_SIGN))
}

/// Whether the certificate of `anchor` is valid at a time, both ends included.
pub(super) fn valid_at(anchor: &TrustAnchor, at: UnixTime) -> bool {
    (anchor.certificate().not_before()..=anchor.certificate().not_after()).contains(&at)
}
