//! The stored hashes of complete subtrees, and what is folded from them.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use crate::{
    domain::merkle::{
        hash::Hash,
        tree::{Edge, LeafRange, Subtree, fold},
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

/// What the statement `log_subtrees` asks for: levels and ordinals, in parallel lists.
pub(crate) struct SubtreeQuery {
    pub(crate) levels: Vec<i16>,
    pub(crate) ordinals: Vec<i64>,
}

impl SubtreeQuery {
    pub(crate) fn of(places: impl IntoIterator<Item = Subtree>) -> Self {
        let (levels, ordinals) = places.into_iter().map(|place| (i16::from(place.level), signed(place.ordinal))).unzip();
        Self { levels, ordinals }
    }

    pub(crate) fn of_ranges(ranges: &[LeafRange]) -> Self {
        Self::of(ranges.iter().flat_map(|range| range.subtrees()))
    }
}

/// Hashes by their place.
pub(crate) struct StoredHashes(BTreeMap<Subtree, Hash>);

impl StoredHashes {
    pub(crate) fn read(rows: &[Row]) -> Result<Self, StoreError> {
        let mut found = BTreeMap::new();
        for row in rows {
            let (level, ordinal): (i16, i64) = (row.try_get("level")?, row.try_get("ordinal")?);
            let hash: Option<Vec<u8>> = row.try_get("hash")?;
            let hash = hash.ok_or_else(|| corrupt("log_node", format!("level {level}, ordinal {ordinal} is not there")))?;
            let place = Subtree { level: u8::try_from(level).unwrap_or(u8::MAX), ordinal: unsigned(ordinal) };
            found.insert(place, hash_of(&hash)?);
        }
        Ok(Self(found))
    }

    /// The hash of each range.
    pub(crate) fn of_ranges(&self, ranges: &[LeafRange]) -> Result<Vec<Hash>, StoreError> {
        ranges.iter().map(|range| Ok(fold(&self.of_places(&range.subtrees())?))).collect()
    }

    pub(crate) fn edge(&self, size: u64) -> Result<Edge, StoreError> {
        let edge = Edge::new(size, self.of_places(&Edge::needs(size))?);
        edge.ok_or_else(|| corrupt("log_node", format!("no right edge of {size} leaves")))
    }

    fn of_places(&self, places: &[Subtree]) -> Result<Vec<Hash>, StoreError> {
        let one =
            |place: &Subtree| self.0.get(place).copied().ok_or_else(|| corrupt("log_node", format!("{place:?} was not read")));
        places.iter().map(one).collect()
    }
}

/// How many leaves the log has in this state, and its root.
pub(crate) async fn size_and_root(tx: &Transaction<'_>) -> Result<(u64, Hash), StoreError> {
    let size = unsigned(tx.query_one(statements::log_head_of, &[]).await?.try_get("log_size")?);
    let wanted = SubtreeQuery::of(Edge::needs(size));
    let rows = tx.query(statements::log_subtrees, &[&wanted.levels, &wanted.ordinals]).await?;
    Ok((size, StoredHashes::read(&rows)?.edge(size)?.root()))
}

pub(crate) fn hash_of(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| corrupt("log_node", format!("a hash of {} bytes", bytes.len())))
}

/// Sizes and ordinals are far below 2^63.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
