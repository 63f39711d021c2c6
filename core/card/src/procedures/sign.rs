use kazasu_cert::{Certificate, CryptoProvider, Digest, RustCrypto, SignatureScheme};

use crate::apdu::{CommandApdu, MAX_SHORT_LE};
use crate::application::SecretKind;
use crate::card::{Card, Support};
use crate::failure::Failure;
use crate::judgement::Question;
use crate::step::Stage;

impl Card {
    /// Signs a digest with the key that `secret` opened and checks the signature against the certificate's key.
    ///
    /// The card would sign any bytes, so it gets a DigestInfo built here and nothing else (docs/card-facts.md §5.1).
    pub(crate) async fn sign(
        &self,
        secret: SecretKind,
        digest: &Digest,
        certificate: &Certificate,
        stage: Stage,
    ) -> Result<Vec<u8>, Failure> {
        let signature = self.compute_signature(secret, digest, stage).await?;
        let key = certificate.public_key()?;
        let fits = RustCrypto.check_signature(&key, SignatureScheme::Pkcs1V15, digest, &signature);
        if self.state().judge(Question::SignatureFits, fits.is_ok()) {
            Ok(signature)
        } else {
            Err(Failure::SignatureMismatch)
        }
    }

    async fn compute_signature(
        &self,
        secret: SecretKind,
        digest: &Digest,
        stage: Stage,
    ) -> Result<Vec<u8>, Failure> {
        let digest_info = digest.digest_info();
        let key = secret.key();
        let command = |p2| CommandApdu::short([0x80, 0x2A, 0x00, p2], Some(&digest_info), Some(MAX_SHORT_LE));
        if self.state().short_ef_identifier == Support::Yes {
            self.state().current_ef = None;
            // Naming the key by short identifier rests on one source; a word about addressing leads to the classic form,
            // which costs no try.
            let reply = self.send_collecting(command(key.short_identifier())?, MAX_SHORT_LE, stage).await?;
            if !matches!(reply.sw.0, 0x6981 | 0x6985 | 0x6986 | 0x6A82 | 0x6A86 | 0x6A88 | 0x6B00) {
                return reply.ok(stage);
            }
            self.state().short_ef_identifier = Support::No;
        }
        self.select_ef(key, stage).await?;
        self.send_collecting(command(0x80)?, MAX_SHORT_LE, stage).await?.ok(stage)
    }
}
