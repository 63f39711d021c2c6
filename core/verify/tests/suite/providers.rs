//! The verdict does not depend on who computes.

use std::sync::Arc;

use kazasu_attacks::{attacks, controls};
use kazasu_aws_lc::AwsLc;
use kazasu_verify::TrustAnchor;

use crate::common::anchors;

#[test]
fn aws_lc_gives_the_same_report_about_every_vector() {
    let all = [attacks(), controls()].concat();
    assert!(all.len() > 70);
    for attack in all {
        let question = &attack.question;
        let expected = question.report();
        assert_eq!(question.report_by(Arc::new(AwsLc::default())), expected, "{}", attack.title);
        let anchors = anchors(question.purpose);
        let known = AwsLc::knowing(anchors.iter().map(TrustAnchor::public_key));
        assert_eq!(question.report_by(Arc::new(known)), expected, "{}", attack.title);
    }
}
