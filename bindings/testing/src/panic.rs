/// Panics on purpose: a test asks for this to see that a panic arrives as an exception and the process lives.
///
/// # Panics
/// Always.
#[uniffi::export]
#[expect(clippy::panic, reason = "what it is for")]
pub fn panics() {
    panic!("on purpose");
}
