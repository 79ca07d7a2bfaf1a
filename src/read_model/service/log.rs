//! The Merkle log as anybody may read it: the newest signed head, leaves, and proofs from the stored subtrees.

pub use crate::store::log::heads::SignedHead;
use crate::{
    domain::merkle::{
        hash::{Hash, leaf_hash},
        proof,
        tree::LeafRange,
    },
    read_model::{ReadModel, statements},
    store::{
        log::subtrees::{StoredHashes, SubtreeQuery, signed, unsigned},
        postgres::{error::StoreError, statements as stored},
    },
};

/// A leaf: its bytes are those of `entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub index: i64,
    pub entry: String,
    pub hash: Vec<u8>,
}

/// That a leaf is in the log of the first `size` leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    pub index: u64,
    pub size: u64,
    pub leaf: Hash,
    pub root: Hash,
    pub hashes: Vec<Hash>,
}

/// That the log of `second` leaves begins with that of `first`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    pub first: u64,
    pub second: u64,
    pub first_root: Hash,
    pub second_root: Hash,
    pub hashes: Vec<Hash>,
}

impl ReadModel {
    /// The newest signed head, and how many leaves there are now.
    pub async fn log_head(&self) -> Result<(Option<SignedHead>, u64), StoreError> {
        let rows = self.database.read_connection().await?.query(stored::log_head_of, &[]).await?;
        let Some(row) = rows.first() else { return Ok((None, 0)) };
        Ok((SignedHead::of(row)?, unsigned(row.try_get("log_size")?)))
    }

    pub async fn log_entries(&self, from: i64, limit: i64) -> Result<Vec<LogEntry>, StoreError> {
        let rows = self.database.read_connection().await?.query(statements::log_entries, &[&from, &limit]).await?;
        let one = |row: &tokio_postgres::Row| -> Result<_, StoreError> {
            Ok(LogEntry { index: row.try_get("leaf_index")?, entry: row.try_get("entry")?, hash: row.try_get("hash")? })
        };
        rows.iter().map(one).collect()
    }

    pub async fn log_leaf_by_hash(&self, hash: &Hash) -> Result<Option<u64>, StoreError> {
        let hash = hash.as_slice();
        let row = self.database.read_connection().await?.query_opt(statements::log_leaf_by_hash, &[&hash]).await?;
        row.map(|row| Ok(unsigned(row.try_get("leaf_index")?))).transpose()
    }

    /// `None` when there is no such leaf among the first `size`, or there are not so many.
    pub async fn log_inclusion(&self, index: u64, size: u64) -> Result<Option<InclusionProof>, StoreError> {
        let Some(mut ranges) = proof::inclusion(index, size) else { return Ok(None) };
        ranges.push(LeafRange { from: 0, until: size });
        let leaf = self.log_entries(signed(index), 1).await?.into_iter().next().filter(|leaf| unsigned(leaf.index) == index);
        let (Some(leaf), Some(mut hashes)) = (leaf, self.hashes(&ranges, size).await?) else { return Ok(None) };
        let root = hashes.pop().unwrap_or_default();
        Ok(Some(InclusionProof { index, size, leaf: leaf_hash(leaf.entry.as_bytes()), root, hashes }))
    }

    /// `None` when the first is larger than the second, or there are not so many leaves.
    pub async fn log_consistency(&self, first: u64, second: u64) -> Result<Option<ConsistencyProof>, StoreError> {
        let Some(mut ranges) = proof::consistency(first, second) else { return Ok(None) };
        ranges.extend([first, second].map(|until| LeafRange { from: 0, until }));
        let Some(mut hashes) = self.hashes(&ranges, second).await? else { return Ok(None) };
        let (second_root, first_root) = (hashes.pop().unwrap_or_default(), hashes.pop().unwrap_or_default());
        Ok(Some(ConsistencyProof { first, second, first_root, second_root, hashes }))
    }

    /// As many hashes as the tree has levels, twice over; `None` when the log has not `size` leaves.
    async fn hashes(&self, ranges: &[LeafRange], size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if self.log_head().await?.1 < size {
            return Ok(None);
        }
        let wanted = SubtreeQuery::of_ranges(ranges);
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(stored::log_subtrees, &[&wanted.levels, &wanted.ordinals]).await?;
        StoredHashes::read(&rows)?.of_ranges(ranges).map(Some)
    }
}
