//! Proofs that a leaf is in a log, and that a log only grew: what they consist of, and how they are checked (RFC 9162, 2.1.3 and 2.1.4).

use super::{
    hash::{Hash, node_hash},
    tree::LeafRange,
};

/// The ranges whose hashes prove that the leaf `index` is in the log of the first `size` leaves, from the leaf's sister upwards.
/// `None` when there is no such leaf.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<LeafRange>> {
    if index >= size {
        return None;
    }
    let (mut range, mut path) = (LeafRange { from: 0, until: size }, Vec::new());
    while range.until - range.from > 1 {
        let (left, right) = halves(range);
        let (inside, beside) = if index < left.until { (left, right) } else { (right, left) };
        path.push(beside);
        range = inside;
    }
    path.reverse();
    Some(path)
}

/// The ranges whose hashes prove that the log of `second` leaves begins with the log of the first `first` ones.
/// `None` when the first is not the smaller or the same; nothing needs a proof from an empty log or to the same size.
pub fn consistency(first: u64, second: u64) -> Option<Vec<LeafRange>> {
    if first > second {
        return None;
    }
    if first == 0 || first == second {
        return Some(Vec::new());
    }
    let (mut range, mut path, mut whole) = (LeafRange { from: 0, until: second }, Vec::new(), true);
    while range.until != first {
        let (left, right) = halves(range);
        if first <= left.until {
            path.push(right);
            range = left;
        } else {
            path.push(left);
            range = right;
            // What remains is no longer the whole first log, whose hash the reader has.
            whole = false;
        }
    }
    if !whole {
        path.push(range);
    }
    path.reverse();
    Some(path)
}

/// A range splits at the largest power of two that is smaller than its length.
fn halves(range: LeafRange) -> (LeafRange, LeafRange) {
    let middle = range.from + (1 << (range.until - range.from - 1).ilog2());
    (LeafRange { until: middle, ..range }, LeafRange { from: middle, ..range })
}

/// The root that a log of `size` leaves must have if this proof holds for the leaf. `None` for a proof of another length.
pub fn root_by_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut root) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node_hash(beside, &root);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            root = node_hash(&root, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

/// Whether the log of `second` leaves with this root begins with the log of `first` leaves with that one.
pub fn is_consistent(first: (u64, &Hash), second: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((first, first_root), (second, second_root)) = (first, second);
    if first == second {
        return proof.is_empty() && first_root == second_root;
    }
    if first == 0 || first > second {
        return first == 0 && proof.is_empty() && *first_root == super::hash::empty_root();
    }
    // A first log of a power of two is a subtree of the second, and stands for itself.
    let mut path = first.is_power_of_two().then_some(first_root).into_iter().chain(proof);
    let Some(start) = path.next() else { return false };
    let shared = (first - 1).trailing_ones();
    let (mut at, mut last) = ((first - 1) >> shared, (second - 1) >> shared);
    let (mut old, mut new) = (*start, *start);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (old, new) = (node_hash(beside, &old), node_hash(beside, &new));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *first_root && new == *second_root
}

#[cfg(test)]
mod tests;
