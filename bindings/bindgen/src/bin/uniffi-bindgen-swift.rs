//! uniffi's own generator for Swift, of the version that the bindings are built with.

fn main() {
    uniffi::uniffi_bindgen_swift();
}
