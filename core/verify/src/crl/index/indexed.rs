//! One list of an index.

use std::cmp::Ordering;
use std::path::Path;

use super::file::{IndexError, Sections};
use super::record::{Wide, epoch, short_serial};
use super::segment::{self, Segment};
use super::sort::Record;
use crate::crl::entry::RevokedEntry;
use crate::crl::facts::CrlFacts;
use crate::crl::number::{Unsigned, significant};

/// A list in an index, ready to be asked. Its file is mapped, and was checked against its hashes when it was opened.
#[derive(Debug)]
pub struct IndexedCrl {
    facts: CrlFacts,
    generation: u64,
    entries: u64,
    epoch: i64,
    ascending: Vec<Segment>,
    others: Vec<Segment>,
    wide: usize,
    sections: Sections,
}

impl IndexedCrl {
    pub(super) fn open(path: &Path) -> Result<Self, IndexError> {
        let (footer, sections) = Sections::open(path)?;
        let facts = footer.facts();
        Ok(Self {
            generation: footer.generation,
            entries: footer.entries,
            epoch: epoch(facts.this_update),
            ascending: footer.ascending,
            others: footer.others,
            wide: footer.wide,
            facts,
            sections,
        })
    }

    /// What the list says about itself.
    pub fn facts(&self) -> &CrlFacts {
        &self.facts
    }

    /// How many lists with this name were taken in up to this one.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many entries the list has.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Length of the file in bytes.
    pub fn file_len(&self) -> usize {
        self.sections.file_len()
    }

    /// The entry of a certificate, by the content octets of its serial number
    /// ([`Certificate::serial`](kazasu_cert::Certificate::serial)); compared as an integer. Allocates nothing.
    ///
    /// `None` means "not on this list"; octets that are not a positive integer are on none. Whether the list counts
    /// for the certificate, and at which time, is for [`CrlCheck`](crate::CrlCheck) to say.
    pub fn lookup(&self, serial: &[u8]) -> Option<RevokedEntry> {
        let serial = significant(serial).ok()?;
        let packed = short_serial(serial).map(|serial| {
            let ascending = segment::find(&self.ascending, self.sections.ascending(), serial);
            let others = segment::find(&self.others, self.sections.others(), serial);
            // Listed twice: the earlier revocation counts.
            ascending.into_iter().chain(others).min()
        });
        let packed = packed.flatten().map(|packed| packed.entry(self.epoch));
        let wide =
            if self.wide == 0 { None } else { self.find_wide(Unsigned::from_significant(serial).ok()?) };
        packed.into_iter().chain(wide).min()
    }

    fn find_wide(&self, serial: Unsigned) -> Option<RevokedEntry> {
        let records = self.sections.wide();
        let (mut from, mut to) = (0, self.wide);
        while from < to {
            let middle = from.midpoint(to);
            let record = Wide::read(records.get(middle * Wide::LEN..)?.get(..Wide::LEN)?)?;
            match record.serial.cmp(&serial) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
                Ordering::Equal => return Some(record.entry),
            }
        }
        None
    }
}
