//! Android has devices whose memory pages have 16 KB, and loads no library there that is laid out for smaller ones. Linux is
//! linked alike, so that the layout is checked wherever the library is built.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "android" || os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,max-page-size=16384");
    }
}
