//! CRLs of national size: `cargo bench -p kazasu-verify --bench crl`.
//!
//! Makes a list of 30 million entries (1.1 GB) in a temporary directory, once in the order of serial numbers and once
//! in that of revocation dates, and the same entries as 1,900 partitions. Takes them into an index, each in a process
//! of its own that reports its peak of resident memory, and looks serial numbers up. Everything is read from the page
//! cache. The yardsticks are SHA-256 alone over the same file, and reading one byte of the mapped index at random.
//! Times are those on the CPU, so that a machine with other work to do disturbs them less; beside the ingest stands
//! what the clock on the wall said.
//!
//! Without `--bench`, as `cargo test --benches` has it, the lists are small and the times mean nothing.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a measurement that cannot go on ends"
)]

mod moment;

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use kazasu_cert::{Digest, HashAlgorithm, RustCrypto, UnixTime};
use kazasu_sim::pki::{Purpose, profile};
use kazasu_sim::{Generation, TestPki, der};
use kazasu_verify::{CrlIndex, CrlIngest, CrlName, CrlScope, TrustAnchors};
use moment::Moment;
use sha2::{Digest as _, Sha256};

/// 2026-04-01T00:00:00Z, and one day.
const THIS_UPDATE: i64 = 1_775_001_600;
const NEXT_UPDATE: i64 = THIS_UPDATE + 86_400;

/// One of so many serial numbers is revoked, at random (docs/certificate-facts.md §5.2 and §5.3).
const SPREAD: u32 = 6;
const FIRST_SERIAL: u32 = 20_000_000;

/// Revocations of five years.
const PERIOD: u64 = 5 * 365 * 86_400;

/// Every entry has a reason, one of those JPKI uses.
const REASONS: [u8; 7] = [0, 1, 2, 3, 4, 5, 6];

const ENTRY_LEN: usize = 37;

/// Serial numbers whose entries a processor's cache holds.
const FEW: usize = 10_000;

/// In a round; and so many rounds, so that one meets the machine at its best.
const LOOKUPS: usize = 2_000_000;
const ROUNDS: usize = 7;

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
    let mut serials: Vec<u32> = (FIRST_SERIAL..).filter(|serial| is_revoked(*serial)).take(entries).collect();
    let range = FIRST_SERIAL..serials[entries - 1];

    let work = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    measure_partitions(work.path(), &serials, partitions);
    for order in ["serial number", "revocation date"] {
        println!("\n{entries} entries in the order of their {order}");
        let list = work.path().join("list.crl");
        let list_len = write_list(&list, &serials, None);
        println!("  list               {list_len:>12} bytes");
        println!("  SHA-256 alone      {:7.0} MB/s", rate(list_len, || sha256(&list)));
        let index = work.path().join(order);
        measure_ingest(&index, &[list], list_len, entries);
        println!("  random byte        {:7.0} ns", random_byte(&index));
        let index = open(&index);
        let indexed = index.iter().next().unwrap();
        let is_right = |serial: u32| indexed.lookup(&serial.to_be_bytes()).is_some() == is_revoked(serial);
        for (what, listed) in [("lookup, listed", true), ("lookup, not listed", false)] {
            let serials = some_serials(&range, |serial| is_revoked(serial) == listed);
            println!("  {what:18} {:7.0} ns", nanoseconds(&serials, is_right));
        }
        let serials_in_use = some_serials(&range, |_| true);
        println!("  lookup, 10,000     {:7.0} ns", nanoseconds(&serials_in_use[..FEW], is_right));
        let few = range.start..range.start + (range.end - range.start) / 100;
        println!("  lookup, 1% in use  {:7.0} ns", nanoseconds(&some_serials(&few, |_| true), is_right));
        // For the second round: a date has nothing to do with the serial number.
        shuffle(&mut serials);
    }
}

fn measure_partitions(work: &Path, serials: &[u32], partitions: u32) {
    println!("\n{} entries in {partitions} partitions", serials.len());
    let name =
        |number: u32| profile::partition_name(Purpose::Signing, "Tokyo-to", &format!("Test{number:04}-shi"));
    let mut members = vec![Vec::new(); partitions as usize];
    serials.iter().for_each(|serial| members[(mix(!serial) % partitions) as usize].push(*serial));
    let mut list_len = 0;
    let lists: Vec<PathBuf> = (0..partitions)
        .zip(&members)
        .map(|(number, members)| {
            let list = work.join(format!("{number}.crl"));
            list_len += write_list(&list, members, Some(&name(number)));
            list
        })
        .collect();
    println!("  lists              {list_len:>12} bytes");
    let index = work.join("partitions");
    measure_ingest(&index, &lists, list_len, serials.len());
    lists.iter().for_each(|list| std::fs::remove_file(list).unwrap());
    let index = open(&index);
    let names: Vec<_> = (0..partitions).map(name).collect();
    let range = FIRST_SERIAL..serials[serials.len() - 1];
    let serials = some_serials(&range, is_revoked);
    let each = nanoseconds(&serials, |serial| {
        let name = CrlName::Partition(&names[(mix(!serial) % partitions) as usize]);
        index.lookup(name, &serial.to_be_bytes()).unwrap().is_some()
    });
    println!("  lookup by name     {each:7.0} ns");
}

/// The best of three rounds, each into an index of its own, and the greatest need of memory; leaves one index.
fn measure_ingest(index: &Path, lists: &[PathBuf], list_len: u64, entries: usize) {
    let (mut seconds, mut wall, mut peak) = (f64::INFINITY, f64::INFINITY, 0.0f64);
    for _ in 0..3 {
        if index.exists() {
            std::fs::remove_dir_all(index).unwrap();
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.arg("--ingest").arg(index).args(lists).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        let [on_the_cpu, by_the_clock, kib] = figures[..] else { panic!("{text}") };
        (seconds, wall, peak) = (seconds.min(on_the_cpu), wall.min(by_the_clock), peak.max(kib));
    }
    let rate = |seconds: f64| list_len as f64 / seconds / 1e6;
    println!("  ingest             {:7.0} MB/s ({:.0} by the clock)", rate(seconds), rate(wall));
    println!("  peak of memory     {peak:7.0} KiB");
    println!("  index              {:7.3} bytes per entry", index_len(index) as f64 / entries as f64);
}

fn open(index: &Path) -> CrlIndex {
    let started = Moment::now();
    let index = CrlIndex::open(index).unwrap();
    println!("  open               {:7.0} ms", started.seconds() * 1e3);
    index
}

fn is_revoked(serial: u32) -> bool {
    mix(serial).is_multiple_of(SPREAD)
}

/// Serial numbers at random.
fn some_serials(range: &Range<u32>, which: impl Fn(u32) -> bool) -> Vec<u32> {
    let random = (0..).map(|i| range.start + mix(i) % (range.end - range.start));
    random.filter(|serial| which(*serial)).take(LOOKUPS).collect()
}

fn shuffle(serials: &mut [u32]) {
    for last in (1..serials.len()).rev() {
        serials.swap(last, mix(u32::try_from(last).unwrap()) as usize % (last + 1));
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

/// Writes a list of these entries in this order, signed; says how long it is. If they are not in the order of their
/// numbers, the dates go backwards as the list goes on.
fn write_list(path: &Path, serials: &[u32], partition: Option<&[u8]>) -> u64 {
    let count = serials.len();
    let by_date = !serials.is_sorted();
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
    for (number, serial) in (0..).zip(serials) {
        let age = if by_date {
            PERIOD * number / count as u64
        } else {
            (u64::from(mix(serial ^ 0x1234)) * PERIOD) >> 32
        };
        let seconds = THIS_UPDATE - 1 - i64::try_from(age).unwrap();
        if template.is_empty() || minute != seconds / 60 {
            minute = seconds / 60;
            template = time(minute * 60);
        }
        let second = u8::try_from(seconds % 60).unwrap();
        let reason = REASONS[mix(serial ^ 0x5555) as usize % REASONS.len()];
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

/// Bits well mixed.
fn mix(number: u32) -> u32 {
    let number = (number ^ number >> 16).wrapping_mul(0x7FEB_352D);
    let number = (number ^ number >> 15).wrapping_mul(0x846C_A68B);
    number ^ number >> 16
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

/// What one lookup takes once all have been made before, in the best of several rounds; each must be right.
fn nanoseconds(serials: &[u32], is_right: impl Fn(u32) -> bool) -> f64 {
    // The kernel accounts for time a few milliseconds late.
    let all = || serials.iter().cycle().take(LOOKUPS);
    let run = || assert!(all().all(|serial| black_box(is_right(*serial))));
    run();
    let rounds = (0..ROUNDS).map(|_| {
        let started = Moment::now();
        run();
        started.nanoseconds()
    });
    rounds.fold(f64::INFINITY, f64::min) / LOOKUPS as f64
}

/// What it takes to read a byte somewhere in the one file of an index, when where depends on the byte before.
fn random_byte(index: &Path) -> f64 {
    let file = std::fs::read_dir(index).unwrap().next().unwrap().unwrap().path();
    let map = kazasu_mmap::MappedFile::new(&File::open(file).unwrap()).unwrap();
    let run =
        |count: u32| (0..count).fold(0, |byte, i| map[mix(i ^ u32::from(byte & 1)) as usize % map.len()]);
    black_box(run(2_000_000));
    let rounds = (0..ROUNDS).map(|_| {
        let started = Moment::now();
        black_box(run(2_000_000));
        started.nanoseconds()
    });
    rounds.fold(f64::INFINITY, f64::min) / 2e6
}

fn index_len(directory: &Path) -> u64 {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
