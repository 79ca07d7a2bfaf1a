//! Which state of the data answers: the ETag's and `meta.data_version`'s source, and what `known_at` resolves to.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::{ReadModel, data_version::DataVersion, statements};
use crate::store::{
    connections::Lease,
    error::{StoreError, corrupt},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataVersion {
    pub version: i64,
    pub changed_at: Timestamp,
    /// Which kinds hold invented data.
    pub sample: SampleKinds,
}

impl DataVersion {
    /// From a row with the columns of `data_version`.
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        let kinds: Vec<String> = row.try_get("sample_kinds")?;
        Ok(Self { version: row.try_get("version")?, changed_at: row.try_get("changed_at")?, sample: SampleKinds::of(&kinds) })
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

impl ReadModel {
    pub async fn data_version(&self) -> Result<DataVersion, StoreError> {
        let known = self.database.newest.get();
        let mut lease = self.database.lease().await?;
        let row = lease.query_opt(statements::data_version, &[]).await?.ok_or_else(|| corrupt("data_version", "no row"))?;
        self.version_beside(&row, known)
    }

    /// The version that a statement read together with what it answers; `known` is what was known before it was asked.
    pub fn version_beside(&self, row: &Row, known: i64) -> Result<DataVersion, StoreError> {
        let version = DataVersion::of(row)?;
        self.hold_against(known, version.version)?;
        self.database.newest.saw(version.version);
        Ok(version)
    }
}

/// The newest import that was known at `known_at`; `None` (everything) when no instant is asked for.
pub async fn known_import(lease: &mut Lease, known_at: Option<Timestamp>) -> Result<Option<i64>, StoreError> {
    let Some(instant) = known_at else { return Ok(None) };
    let row = lease.query_opt(statements::newest_import_at, &[&instant]).await?;
    Ok(Some(row.map_or(Ok(0), |row| row.try_get("id"))?))
}
