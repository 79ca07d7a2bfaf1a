//! The state of the data that answers, and which kinds of data are sample data.

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::store::postgres::error::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataVersion {
    pub version: i64,
    /// The newest version that changed anything but reports: what does not depend on reports is the same since then.
    pub lists_version: i64,
    pub changed_at: Timestamp,
    /// When that version came to be.
    pub lists_changed_at: Timestamp,
    /// Which kinds hold invented data.
    pub sample: SampleKinds,
}

impl DataVersion {
    /// From a row with the columns of `data_version`.
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        let kinds: Vec<String> = row.try_get("sample_kinds")?;
        let (version, lists_version) = (row.try_get("version")?, row.try_get("lists_version")?);
        let (changed_at, lists_changed_at) = (row.try_get("changed_at")?, row.try_get("lists_changed_at")?);
        Ok(Self { version, lists_version, changed_at, lists_changed_at, sample: SampleKinds::of(&kinds) })
    }

    /// For what does not depend on reports: the same as long as they alone change.
    pub fn of_lists(&self) -> Self {
        Self { version: self.lists_version, changed_at: self.lists_changed_at, ..*self }
    }
}

/// Kinds of file whose data in force are the sample's, hence invented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleKinds(u8);

impl SampleKinds {
    /// In the order of the bits.
    const KINDS: [&str; 4] = ["ceilings", "sismed", "thermometer", "catalogue"];

    pub fn of(kinds: &[String]) -> Self {
        let bit = |kind: &String| Self::KINDS.iter().position(|known| known == kind).map_or(0, |at| 1 << at);
        Self(kinds.iter().fold(0, |bits, kind| bits | bit(kind)))
    }

    /// Nothing published counts.
    pub fn is_all(self) -> bool {
        self.iter().count() == Self::KINDS.len()
    }

    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        Self::KINDS.into_iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, kind)| kind)
    }

    /// Those among some kinds.
    pub fn among(self, kinds: &[&str]) -> Vec<&'static str> {
        self.iter().filter(|kind| kinds.contains(kind)).collect()
    }
}
