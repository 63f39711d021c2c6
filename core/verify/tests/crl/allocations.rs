//! A lookup allocates nothing, whatever it finds.

use kazasu_verify::{CrlIndex, CrlName};

use crate::common::{NOW, full_list, ingest};

#[test]
fn a_lookup_allocates_nothing() {
    let mut list = full_list(1, NOW - 3600);
    // In order, out of order, and too long for the packed form.
    for serial in (1..5_000).chain([77, 20_000, 10_000, 1 << 40, (1 << 40) + 5]) {
        list.revoke(serial * 3, NOW - 86_400, None).unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    ingest(&list, directory.path()).unwrap();
    let index = CrlIndex::open(&directory).unwrap();
    let issuer = index.iter().next().unwrap().facts().issuer.clone();
    let mut found = 0;
    let counted = allocation_counter::measure(|| {
        for serial in (0..70_000u64).chain([3 << 40, (3 << 40) + 15, u64::MAX >> 1]) {
            let name = CrlName::Full(&issuer);
            let octets = serial.to_be_bytes();
            found += usize::from(matches!(index.lookup(name, &octets), Ok(Some(_))));
            found += usize::from(index.iter().any(|list| list.lookup(&octets).is_some()));
        }
    });
    assert_eq!(found, 2 * (4_999 + 4));
    assert_eq!(counted.count_total, 0);
    let control = allocation_counter::measure(|| drop(issuer.clone()));
    assert!(control.count_total > 0, "the counter counts");
}
