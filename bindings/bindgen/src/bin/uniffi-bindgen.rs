//! uniffi's own generator for Kotlin and Python, of the version that the bindings are built with.

fn main() {
    uniffi::uniffi_bindgen_main();
}
