//! CRLs of national size: `cargo bench -p kazasu-verify --bench crl`.
//!
//! Makes a list of 30 million entries (1.1 GB) in a temporary directory, once in the order of serial numbers and once
//! in that of revocation dates, and the same number of entries as 1,900 partitions. Takes them into an index, each in
//! a process of its own that reports its peak of resident memory, and looks serial numbers up. Everything is read
//! from the page cache. SHA-256 alone over the same file is the yardstick. Times are those on the CPU, so that a
//! machine with other work to do gives the same figures; beside the ingest stands what the clock on the wall said.
//!
//! Without `--bench`, as `cargo test --benches` has it, the lists are small and nothing is measured worth noting.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement that cannot go on ends"
)]

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use kazasu_cert::{Digest, HashAlgorithm, RustCrypto, UnixTime};
use kazasu_sim::pki::{Purpose, profile};
use kazasu_sim::{Generation, TestPki, der};
use kazasu_verify::{CrlIndex, CrlIngest, CrlName, CrlScope, TrustAnchors};
use sha2::{Digest as _, Sha256};

/// 2026-04-01T00:00:00Z, and one day.
const THIS_UPDATE: i64 = 1_775_001_600;
const NEXT_UPDATE: i64 = THIS_UPDATE + 86_400;

/// Serial numbers are spread over so many per entry (docs/certificate-facts.md §5.2 and §5.3).
const SPREAD: u32 = 6;
const FIRST_SERIAL: u32 = 20_000_000;

/// Revocations of five years.
const PERIOD: u64 = 5 * 365 * 86_400;

/// Every entry has a reason, one of those JPKI uses.
const REASONS: [u8; 7] = [0, 1, 2, 3, 4, 5, 6];

const ENTRY_LEN: usize = 37;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, directory, lists @ ..] = &arguments[..]
        && flag == "--ingest"
    {
        return ingest(Path::new(directory), lists);
    }
    let (entries, partitions) = if arguments.iter().any(|argument| argument == "--bench") {
        (30_000_000, 1900)
    } else {
        (30_000, 19)
    };

    let work = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = |name: &str| work.path().join(name);
    for (order, name) in [(Order::Serial, "by serial number"), (Order::Date, "by revocation date")] {
        let list = path("list.crl");
        let list_len = write_list(&list, order, None, 0..entries);
        println!("\n{entries} entries {name}, {list_len} bytes");
        println!("  SHA-256 alone      {:7.0} MB/s", rate(list_len, || sha256(&list)));
        let index = path(name);
        let spent = in_a_process_of_its_own(&index, &[list.clone()]);
        spent.print(list_len);
        println!(
            "  index              {:7.3} bytes per entry",
            index_len(&index) as f64 / f64::from(entries)
        );
        let opened = Moment::now();
        let index = CrlIndex::open(index).unwrap();
        println!("  open               {:7.0} ms", opened.seconds() * 1e3);
        let indexed = index.iter().next().unwrap();
        let serials = |offset: u32| {
            (0..2_000_000u32.min(entries)).map(move |i| serial_at(mix(i ^ 0xABCD) % entries) + offset)
        };
        for (what, offset) in [("lookup, listed", 0), ("lookup, not listed", SPREAD / 2)] {
            // Once to warm up.
            let _ = nanoseconds(serials(offset), |serial| indexed.lookup(serial).is_some() == (offset == 0));
            let each =
                nanoseconds(serials(offset), |serial| indexed.lookup(serial).is_some() == (offset == 0));
            println!("  {what:18} {each:7.0} ns");
        }
    }
    measure_partitions(work.path(), entries, partitions);
}

fn measure_partitions(work: &Path, entries: u32, partitions: u32) {
    let size = entries / partitions;
    let name =
        |number: u32| profile::partition_name(Purpose::Signing, "Tokyo-to", &format!("Test{number:04}-shi"));
    let lists: Vec<PathBuf> = (0..partitions).map(|number| work.join(format!("{number}.crl"))).collect();
    let mut list_len = 0;
    for (number, list) in (0..).zip(&lists) {
        // A certificate of a municipality can have any serial number: every so-manieth.
        let members = (0..size).map(move |i| i * partitions + number);
        list_len += write_list(list, Order::Serial, Some(&name(number)), members);
    }
    println!("\n{partitions} partitions of {size} entries, {list_len} bytes");
    let index = work.join("partitions");
    let spent = in_a_process_of_its_own(&index, &lists);
    spent.print(list_len);
    println!(
        "  index              {:7.3} bytes per entry",
        index_len(&index) as f64 / f64::from(size * partitions)
    );
    let opened = Moment::now();
    let index = CrlIndex::open(index).unwrap();
    println!("  open               {:7.0} ms", opened.seconds() * 1e3);
    let names: Vec<_> = (0..partitions).map(name).collect();
    for round in ["warm-up", "lookup, with name"] {
        let started = Moment::now();
        let count = 2_000_000u32.min(entries);
        let found = (0..count).filter(|i| {
            let which = mix(*i) % (size * partitions);
            let serial = serial_at(which).to_be_bytes();
            let name = CrlName::Partition(&names[(which % partitions) as usize]);
            black_box(index.lookup(name, &serial)).unwrap().is_some()
        });
        assert_eq!(found.count(), count as usize);
        println!("  {round:18} {:7.0} ns", started.nanoseconds() / f64::from(count));
    }
}

/// Takes lists into an index and tells how long that took and how much memory.
fn ingest(directory: &Path, lists: &[String]) {
    let anchors = TestPki::shared().unwrap().anchors_der(Purpose::Signing);
    let anchors = TrustAnchors::test(kazasu_verify::Purpose::Signing, anchors).unwrap();
    let at = UnixTime(THIS_UPDATE + 3600);
    let ingest = CrlIngest { anchors: &anchors, crypto: &RustCrypto, scope: CrlScope::Full, at };
    let (started, clock) = (Moment::now(), Instant::now());
    for list in lists {
        ingest.ingest(File::open(list).unwrap(), directory).unwrap();
    }
    let (seconds, wall) = (started.seconds(), clock.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    println!("{seconds} {wall} {}", peak.split_whitespace().next().unwrap_or("0"));
}

/// A moment, by the time this process has spent on the CPU.
struct Moment(u64);

impl Moment {
    fn now() -> Self {
        // Nanoseconds on the CPU come first.
        let spent = std::fs::read_to_string("/proc/self/schedstat").unwrap();
        Self(spent.split_whitespace().next().unwrap().parse().unwrap())
    }

    fn nanoseconds(&self) -> f64 {
        (Self::now().0 - self.0) as f64
    }

    fn seconds(&self) -> f64 {
        self.nanoseconds() / 1e9
    }
}

struct Spent {
    seconds: f64,
    wall: f64,
    peak: u64,
}

impl Spent {
    fn print(&self, list_len: u64) {
        let rate = |seconds| list_len as f64 / seconds / 1e6;
        println!(
            "  ingest             {:7.0} MB/s ({:.0} by the clock)",
            rate(self.seconds),
            rate(self.wall)
        );
        println!("  peak of memory     {:7} KiB", self.peak);
    }
}

fn in_a_process_of_its_own(directory: &Path, lists: &[PathBuf]) -> Spent {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.arg("--ingest").arg(directory).args(lists).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let [seconds, wall, peak] = text.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{text}") };
    Spent { seconds: seconds.parse().unwrap(), wall: wall.parse().unwrap(), peak: peak.parse().unwrap() }
}

/// The order of the entries on a list.
#[derive(Clone, Copy)]
enum Order {
    Serial,
    Date,
}

/// Writes a list of the entries numbered `members`, signed; says how long it is.
fn write_list(
    path: &Path,
    order: Order,
    partition: Option<&[u8]>,
    members: impl ExactSizeIterator<Item = u32>,
) -> u64 {
    let count = members.len();
    let authority = TestPki::shared().unwrap().authority(Purpose::Signing, Generation::G2023);
    let algorithm = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 11]), der::null()]);
    let time = |seconds| kazasu_sim::pki::utc_time(seconds).unwrap();
    let before = [
        der::integer(1),
        algorithm.clone(),
        authority.name().to_vec(),
        time(THIS_UPDATE),
        time(NEXT_UPDATE),
        header(0x30, count * ENTRY_LEN),
    ]
    .concat();
    let extension = |id: u32, critical: bool, value: &[u8]| {
        let critical = if critical { der::tlv(0x01, &[0xFF]) } else { Vec::new() };
        der::sequence(&[der::oid(&[2, 5, 29, id]), critical, der::octet_string(value)])
    };
    let key_identifier = der::sequence(&[der::tlv(0x80, &authority.key().key_identifier())]);
    let mut extensions = vec![extension(35, false, &key_identifier), extension(20, false, &der::integer(7))];
    extensions.extend(
        partition.map(|name| extension(28, true, &der::sequence(&[profile::distribution_point_name(name)]))),
    );
    let after = der::constructed(0xA0, &[der::sequence(&extensions)]);

    let tbs_len = before.len() + count * ENTRY_LEN + after.len();
    let tbs_header = header(0x30, tbs_len);
    let rest_len = algorithm.len() + der::bit_string(0, &[0; 256]).len();
    let list_header = header(0x30, tbs_header.len() + tbs_len + rest_len);

    let mut output = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut hasher = Sha256::new();
    let mut signed = Vec::with_capacity(1 << 16);
    output.write_all(&list_header).unwrap();
    signed.extend([tbs_header, before].concat());
    let (mut minute, mut template) = (0, Vec::new());
    for number in members {
        let (serial, age) = match order {
            Order::Serial => (serial_at(number), u64::from(mix(number)) * PERIOD >> 32),
            Order::Date => {
                (serial_at(shuffled(number, count)), PERIOD - PERIOD * u64::from(number) / count as u64)
            }
        };
        let seconds = THIS_UPDATE - 1 - i64::try_from(age).unwrap();
        if template.is_empty() || minute != seconds / 60 {
            minute = seconds / 60;
            template = time(minute * 60);
        }
        let second = u8::try_from(seconds % 60).unwrap();
        let reason = REASONS[mix(number ^ 0x5555) as usize % REASONS.len()];
        signed.extend_from_slice(&[0x30, 0x23, 0x02, 0x04]);
        signed.extend_from_slice(&serial.to_be_bytes());
        signed.extend_from_slice(&template[..12]);
        signed.extend_from_slice(&[b'0' + second / 10, b'0' + second % 10, b'Z']);
        signed.extend_from_slice(&[0x30, 0x0C, 0x30, 0x0A, 6, 3, 0x55, 0x1D, 0x15, 4, 3, 0x0A, 1, reason]);
        if signed.len() > 1 << 15 {
            hasher.update(&signed);
            output.write_all(&signed).unwrap();
            signed.clear();
        }
    }
    signed.extend_from_slice(&after);
    hasher.update(&signed);
    output.write_all(&signed).unwrap();
    let digest = Digest::new(HashAlgorithm::Sha256, &hasher.finalize()).unwrap();
    let signature = authority.key().sign_padded(&digest.digest_info()).unwrap();
    output.write_all(&[algorithm, der::bit_string(0, &signature)].concat()).unwrap();
    let file = output.into_inner().unwrap();
    // Dirty pages would be written back while the ingest is timed.
    file.sync_all().unwrap();
    file.metadata().unwrap().len()
}

/// Tag and length octets.
fn header(tag: u8, len: usize) -> Vec<u8> {
    match u32::try_from(len).unwrap().to_be_bytes() {
        [0, 0, 0, a @ 0..=0x7F] => vec![tag, a],
        [0, 0, 0, a] => vec![tag, 0x81, a],
        [0, 0, a, b] => vec![tag, 0x82, a, b],
        [0, a, b, c] => vec![tag, 0x83, a, b, c],
        [a, b, c, d] => vec![tag, 0x84, a, b, c, d],
    }
}

/// The serial number of the entry with this number: four octets, ascending, irregularly spread. Of the `SPREAD`
/// possible ones the upper half is never used.
fn serial_at(number: u32) -> u32 {
    FIRST_SERIAL + number * SPREAD + mix(number) % (SPREAD / 2)
}

/// Bits well mixed.
fn mix(number: u32) -> u32 {
    let number = (number ^ number >> 16).wrapping_mul(0x7FEB_352D);
    let number = (number ^ number >> 15).wrapping_mul(0x846C_A68B);
    number ^ number >> 16
}

/// A permutation of the numbers below `count`.
fn shuffled(number: u32, count: usize) -> u32 {
    let bits = usize::BITS - (count - 1).leading_zeros();
    let (mask, half) = ((1 << bits) - 1, bits / 2);
    let mut at = number;
    loop {
        // Each step can be undone, so no two numbers meet; what falls outside goes on.
        at = at.wrapping_mul(0x9E37_79B1) & mask;
        at ^= at >> half;
        at = at.wrapping_mul(0x85EB_CA6B) & mask;
        at ^= at >> half;
        if (at as usize) < count {
            return at;
        }
    }
}

fn sha256(path: &Path) {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 256 * 1024];
    let mut hasher = Sha256::new();
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    black_box(hasher.finalize());
}

/// The best of three, in MB/s.
fn rate(len: u64, run: impl Fn()) -> f64 {
    let seconds = (0..3).map(|_| {
        let started = Moment::now();
        run();
        started.seconds()
    });
    len as f64 / seconds.fold(f64::INFINITY, f64::min) / 1e6
}

/// What one lookup takes; each must say "yes".
fn nanoseconds(serials: impl Iterator<Item = u32>, lookup: impl Fn(&[u8]) -> bool) -> f64 {
    let serials: Vec<_> = serials.map(u32::to_be_bytes).collect();
    let started = Moment::now();
    let right = serials.iter().filter(|serial| black_box(lookup(&serial[..]))).count();
    let each = started.nanoseconds() / serials.len() as f64;
    assert_eq!(right, serials.len());
    each
}

fn index_len(directory: &Path) -> u64 {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
