//! `kazasu lint-app`: property lists in binary.

use std::fs;
use std::process::Command;

use crate::lint_app::{App, ENTITLEMENTS, INFO};

#[test]
fn a_binary_property_list_is_read() {
    let app = App::good();
    for path in [INFO, ENTITLEMENTS] {
        let value = plist::Value::from_file(app.path(path)).unwrap();
        value.to_file_binary(app.path(path)).unwrap();
        assert!(fs::read(app.path(path)).unwrap().starts_with(b"bplist00"));
    }
    assert_eq!(app.found(), []);
    let mut value = plist::Value::from_file(app.path(INFO)).unwrap();
    value.as_dictionary_mut().unwrap().insert("MinimumOSVersion".to_owned(), "13.0".into());
    value.to_file_binary(app.path(INFO)).unwrap();
    app.finds("deployment_target_low", "problem");
}

/// A binary property list of arrays that each hold the next one twice, and a leaf at the end.
fn shared(arrays: u8, leaf: &[u8]) -> Vec<u8> {
    let mut plist = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    let mut object = |plist: &mut Vec<u8>, bytes: &[u8]| {
        offsets.push(u8::try_from(plist.len()).unwrap());
        plist.extend(bytes);
    };
    for next in 1..=arrays {
        object(&mut plist, &[0xA2, next, next]);
    }
    object(&mut plist, leaf);
    let table = u64::try_from(plist.len()).unwrap();
    let objects = u64::from(arrays) + 1;
    plist.extend(offsets);
    plist.extend([0, 0, 0, 0, 0, 0, 1, 1]);
    for number in [objects, 0, table] {
        plist.extend(number.to_be_bytes());
    }
    plist
}

/// A short file that stands for values without end, or for a long string again and again.
#[test]
fn what_a_binary_property_list_may_not_stand_for() {
    let long = [b"\x5F\x11\x80\x00".as_slice(), &vec![b'x'; 0x8000]].concat();
    for plist in [shared(40, b"\x51x"), shared(14, &long)] {
        let app = App::good();
        app.write(INFO, plist);
        let failed = app.0.refused("lint-app app", "", 2, "unreadable_input");
        assert!(failed.to_string().contains("more in it"), "{failed}");
    }
}

/// What is referred to more than once is no harm in itself.
#[test]
fn a_binary_property_list_may_share_what_is_in_it() {
    let app = App::good();
    app.write(INFO, shared(10, b"\x51x"));
    let failed = app.0.refused("lint-app app", "", 2, "unreadable_input");
    assert!(failed.to_string().contains("no dictionary"), "{failed}");
}

/// Forty million references of one byte each, for which eight times as much memory is never taken.
#[test]
fn references_are_paid_for_before_they_are_kept() {
    const COUNT: usize = 40_000_000;
    let mut plist = b"bplist00\xAF\x12".to_vec();
    plist.extend(u32::try_from(COUNT).unwrap().to_be_bytes());
    plist.resize(plist.len() + COUNT, 0);
    let table = u64::try_from(plist.len()).unwrap();
    plist.push(8);
    plist.extend([0, 0, 0, 0, 0, 0, 1, 1]);
    for number in [1, 0, table] {
        plist.extend(number.to_be_bytes());
    }
    let app = App::good();
    app.write(INFO, plist);
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -v 393216 && exec "$0" lint-app app --json"#]);
    command.arg(env!("CARGO_BIN_EXE_kazasu")).current_dir(app.0.path("."));
    let json = app.0.run_command(&mut command, "").json(2);
    assert!(json["message"].as_str().unwrap().contains("more in it"), "{json}");
}
