//! What a record keeps, and what it does not.

use kazasu_sim::der;
use kazasu_verify::{Keep, Purpose, Retention};

use crate::common::DOCUMENT;
use crate::common::cms::{CmsTemplate, attribute};
use crate::common::status::checked;
use crate::evidence::Checked;

/// A CMS is more than a signature, and one that cannot be read may be anything.
#[test]
fn a_cms_is_kept_only_with_all_that_it_carries() {
    let vector = checked(Purpose::Signing);
    let usual = Checked::cms(&vector, Vec::new());
    let certificate = &usual.certificate;
    let built = |change: &dyn Fn(&mut CmsTemplate)| {
        let mut cms = CmsTemplate::new(certificate);
        cms.certificates.clear();
        change(&mut cms);
        cms.build()
    };
    let all = Retention::EVERYTHING;
    let no_document = Retention { document: Keep::HashOnly, ..all };
    let no_certificate = Retention { certificate: Keep::HashOnly, ..all };
    let no_revocation = Retention { revocation: Keep::HashOnly, ..all };
    let detached = built(&|_| ());
    let attached = built(&|cms| cms.content = Some(DOCUMENT.to_vec()));
    let carrying = built(&|cms| cms.certificates = vec![certificate.clone()]);
    let trailing = [&carrying[..], &[0]].concat();
    let too_many = built(&|cms| cms.certificates = vec![certificate.clone(); 65]);
    // An attribute certificate, say.
    let other_kind = built(&|cms| cms.certificates = vec![der::constructed(0xA2, &[certificate])]);
    let timestamp = built(&|cms| {
        cms.signer().unsigned_attributes = vec![attribute(14, std::slice::from_ref(certificate))];
    });
    for (what, cms, kept, not_kept) in [
        ("detached", detached, vec![no_document, no_certificate, no_revocation], vec![]),
        ("attached", attached, vec![no_certificate, no_revocation], vec![no_document]),
        ("carrying", carrying, vec![no_document, no_revocation], vec![no_certificate]),
        ("trailing", trailing, vec![], vec![no_document, no_certificate, no_revocation]),
        ("too many", too_many, vec![], vec![no_document, no_certificate, no_revocation]),
        ("other kind", other_kind, vec![no_document, no_revocation], vec![no_certificate]),
        ("timestamp", timestamp, vec![no_document], vec![no_certificate, no_revocation]),
    ] {
        let checked = Checked { signature: cms, ..Checked::cms(&vector, Vec::new()) };
        let is_kept = |retention| checked.record(retention).1.to_json().contains("\"signature\": \"M");
        assert!(is_kept(all), "{what}");
        assert!(kept.into_iter().all(is_kept), "{what}");
        assert!(!not_kept.into_iter().any(is_kept), "{what}");
    }
}
