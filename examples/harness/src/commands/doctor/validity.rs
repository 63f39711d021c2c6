//! Dates of a certificate against the clock, and the clock against what is certain.

use kazasu_card::CertificateKind;
use kazasu_cert::{Certificate, UnixTime};

use super::finding::{Check, Finding, Status};
use crate::failed::Failed;
use crate::language::Both;

/// 2026-11-01: this version is not older, so that an earlier time is wrong. Moved on with each release.
const RELEASED: UnixTime = UnixTime(1_793_491_200);
/// Renewal begins three months before the end (docs/certificate-facts.md §2).
const SOON: i64 = 90 * 24 * 60 * 60;

pub(super) fn of_clock(now: UnixTime) -> Finding {
    if now < RELEASED {
        let failed = Failed::new(
            14,
            "clock_wrong",
            format!(
                "This machine says it is {now}, but this version of kazasu was released after {RELEASED}."
            ),
        );
        return Finding::failed(Check::Clock, failed).with("now", now.to_string());
    }
    let said = Both::new(format!("{now}, which is plausible"), format!("{now}（不自然ではありません）"));
    Finding::ok(Check::Clock, said).with("now", now.to_string())
}

/// By the clock of this machine, if that can be right.
pub(super) fn of_certificate(der: &[u8], now: UnixTime) -> Finding {
    let check = Check::AuthenticationCertificate;
    let Ok(certificate) = Certificate::from_der(der) else {
        return Finding::problem(check, 32, UNUSABLE);
    };
    let (from, to) = (certificate.not_before(), certificate.not_after());
    let dates = Both::new(format!("valid from {from} to {to}"), format!("有効期間は {from} から {to} まで"));
    let with =
        |text: &Both, en: &str, ja: &str| Both::new(format!("{}{en}", text.en), format!("{}{ja}", text.ja));
    let finding = if now < RELEASED {
        Finding::ok(check, with(&dates, "; not compared with the clock", "（時計との比較はしていません）"))
    } else if now < from {
        let said = with(
            &dates,
            ": not yet, by the clock of this machine",
            "。この端末の時計では、まだ始まっていません",
        );
        Finding::new(check, Status::Problem { exit: 14 }, NOT_YET_VALID, said)
    } else if now > to {
        let said = with(
            &dates,
            ": expired, by the clock of this machine",
            "。この端末の時計では、期限が切れています",
        );
        Finding::new(check, Status::Problem { exit: 14 }, EXPIRED, said)
    } else if to.0.saturating_sub(now.0) < SOON {
        Finding::new(check, Status::Note, "expires_soon", dates)
    } else {
        Finding::ok(check, dates)
    };
    finding
        .with("certificate", serde_json::json!(CertificateKind::Authentication))
        .with("not_before", from.to_string())
        .with("not_after", to.to_string())
}

/// Codes of the card and of the verifier in the error catalogue.
const UNUSABLE: &str = "certificate_unusable";
const NOT_YET_VALID: &str = "not_yet_valid";
const EXPIRED: &str = "expired";

#[cfg(test)]
mod tests {
    use kazasu_sim::{Persona, Purpose};

    use super::*;

    #[test]
    fn a_clock_before_the_release_is_wrong() {
        for (now, status, code) in [
            (UnixTime(0), Status::Problem { exit: 14 }, "clock_wrong"),
            (UnixTime(RELEASED.0 - 1), Status::Problem { exit: 14 }, "clock_wrong"),
            (RELEASED, Status::Ok, "ok"),
            (UnixTime(4_000_000_000), Status::Ok, "ok"),
        ] {
            let finding = of_clock(now);
            assert_eq!((finding.status, finding.code), (status, code), "{now}");
        }
        assert_eq!(of_clock(crate::commands::now()).status, Status::Ok, "RELEASED is in the future");
    }

    #[test]
    fn dates_are_compared_to_the_second() {
        let persona = Persona::named("ichiro").unwrap();
        let der = persona.certificate(Purpose::Authentication).unwrap();
        let certificate = Certificate::from_der(&der).unwrap();
        let (from, to) = (certificate.not_before().0, certificate.not_after().0);
        assert!(from < RELEASED.0, "the persona's certificate is older than this version");
        let found = |now| of_certificate(&der, UnixTime(now)).code;
        assert_eq!(found(RELEASED.0 - 1), "ok");
        assert_eq!(found(RELEASED.0), "ok");
        assert_eq!(found(to - SOON), "ok");
        assert_eq!(found(to - SOON + 1), "expires_soon");
        assert_eq!(found(to), "expires_soon");
        assert_eq!(found(to + 1), "expired");
        assert_eq!(of_certificate(&der[1..], RELEASED).code, "certificate_unusable");
    }
}
