//! One HTTP POST.

use std::time::Duration;

use kazasu_verify::{OCSP_REQUEST_MEDIA_TYPE, OCSP_RESPONSE_MEDIA_TYPE};
use ureq::http::{StatusCode, Uri};

/// For the whole exchange.
const PATIENCE: Duration = Duration::from_secs(15);

/// Whether this is the address of a responder that can be asked here: without TLS, because answers are signed.
pub(super) fn check_url(url: &str) -> Result<(), &'static str> {
    let uri: Uri = url.parse().map_err(|_| "not an address")?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(host)) if !host.is_empty() => Ok(()),
        (Some("http"), _) => Err("no host"),
        _ => Err("only http: is spoken here; OCSP answers are signed"),
    }
}

/// Sends an OCSP request (RFC 6960 §A.1). The body that comes back may be anything, up to `limit` bytes.
pub(super) fn post_ocsp(url: &str, request: &[u8], limit: usize) -> Result<Vec<u8>, ureq::Error> {
    let config =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).proxy(None).build();
    let mut response = ureq::Agent::new_with_config(config)
        .post(url)
        .content_type(OCSP_REQUEST_MEDIA_TYPE)
        .header("Accept", OCSP_RESPONSE_MEDIA_TYPE)
        .send(request)?;
    if response.status() != StatusCode::OK {
        return Err(ureq::Error::StatusCode(response.status().as_u16()));
    }
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    response.body_mut().with_config().limit(limit).read_to_vec()
}
