//! Complete subtrees: what a log keeps so that appending a leaf costs as many hashes as there are levels.

use super::hash::{Hash, empty_root, leaf_hash, node_hash};

/// A complete subtree: the 2^level leaves from `ordinal` * 2^level on. A leaf is one of level 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    pub level: u8,
    pub ordinal: u64,
}

/// The leaves from `from` until before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafRange {
    pub from: u64,
    pub until: u64,
}

impl LeafRange {
    /// The fewest complete subtrees that hold these leaves, from left to right. `from` must be a multiple of the largest power of two
    /// that is no larger than the length, as it is for every node of a tree.
    pub fn subtrees(self) -> Vec<Subtree> {
        let (mut at, mut found) = (self.from, Vec::new());
        while at < self.until {
            let level = (self.until - at).ilog2();
            found.push(Subtree { level: u8::try_from(level).unwrap_or(u8::MAX), ordinal: at >> level });
            at += 1 << level;
        }
        found
    }
}

/// The hash of a range from the hashes of its subtrees, from left to right.
pub fn fold(subtrees: &[Hash]) -> Hash {
    let mut from_right = subtrees.iter().rev();
    let Some(last) = from_right.next() else { return empty_root() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}

/// The right edge of a log: its size and the hashes of the complete subtrees that make it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Edge {
    /// The subtrees whose hashes make up the edge of a log of this size.
    pub fn needs(size: u64) -> Vec<Subtree> {
        LeafRange { from: 0, until: size }.subtrees()
    }

    /// `None` when these are not as many hashes as `needs` names.
    pub fn new(size: u64, subtrees: Vec<Hash>) -> Option<Self> {
        (subtrees.len() == size.count_ones() as usize).then_some(Self { size, subtrees })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn root(&self) -> Hash {
        fold(&self.subtrees)
    }

    /// Adds a leaf with this content; every subtree that is complete by it, the leaf first.
    pub fn append(&mut self, data: &[u8]) -> Vec<(Subtree, Hash)> {
        let mut hash = leaf_hash(data);
        let mut place = Subtree { level: 0, ordinal: self.size };
        let mut complete = vec![(place, hash)];
        // Each pair of equal subtrees becomes one of the next level.
        while place.ordinal & 1 == 1 {
            let Some(left) = self.subtrees.pop() else { break };
            hash = node_hash(&left, &hash);
            place = Subtree { level: place.level + 1, ordinal: place.ordinal >> 1 };
            complete.push((place, hash));
        }
        self.subtrees.push(hash);
        self.size += 1;
        complete
    }
}
