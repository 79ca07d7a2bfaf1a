//! The log against the recursive definitions of the RFC, its published vectors, and proofs with something changed.

use proptest::prelude::*;

use super::*;
use crate::domain::merkle::{
    hash::{empty_root, leaf_hash},
    tree::{Edge, Subtree, fold},
};

/// MTH of RFC 9162, 2.1.1, as it is written there.
fn reference_root(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => leaf_hash(only),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&reference_root(left), &reference_root(right))
        }
    }
}

/// PATH of 2.1.3.1.
fn reference_path(index: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, beside) = if index < left.len() {
        (reference_path(index, left), reference_root(right))
    } else {
        (reference_path(index - left.len(), right), reference_root(left))
    };
    path.push(beside);
    path
}

/// SUBPROOF of 2.1.4.1.
fn reference_consistency(first: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Hash> {
    if first == leaves.len() {
        return if whole { Vec::new() } else { vec![reference_root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, beside) = if first <= left.len() {
        (reference_consistency(first, left, whole), reference_root(right))
    } else {
        (reference_consistency(first - left.len(), right, false), reference_root(left))
    };
    path.push(beside);
    path
}

fn split(length: usize) -> usize {
    let mut power = 1;
    while power * 2 < length {
        power *= 2;
    }
    power
}

fn leaves(count: usize, seed: u8) -> Vec<Vec<u8>> {
    (0..count).map(|n| vec![seed; n % 7].into_iter().chain(n.to_be_bytes()).collect()).collect()
}

/// The hashes that a log keeps, by subtree.
struct Kept(std::collections::BTreeMap<Subtree, Hash>);

impl Kept {
    fn of(leaves: &[Vec<u8>]) -> (Self, Edge) {
        let (mut edge, mut kept) = (Edge::default(), std::collections::BTreeMap::new());
        for leaf in leaves {
            kept.extend(edge.append(leaf));
        }
        (Self(kept), edge)
    }

    fn hashes(&self, ranges: &[LeafRange]) -> Vec<Hash> {
        let range = |range: &LeafRange| fold(&range.subtrees().iter().map(|place| self.0[place]).collect::<Vec<_>>());
        ranges.iter().map(range).collect()
    }

    fn edge(&self, size: u64) -> Edge {
        Edge::new(size, Edge::needs(size).iter().map(|place| self.0[place]).collect()).unwrap()
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The eight inputs, and the roots of their prefixes, with which implementations of RFC 6962 are tested.
const INPUTS: [&str; 8] = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
/// Leaf (from 1), size, and the proof, of the same set.
const INCLUSIONS: [(u64, u64, &[&str]); 3] = [
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
];
const CONSISTENCIES: [(u64, u64, &[&str]); 3] = [
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

#[test]
fn the_published_vectors_come_out() {
    let inputs = INPUTS.map(bytes);
    let (kept, _) = Kept::of(&inputs);
    for (size, root) in (0..).zip(ROOTS) {
        assert_eq!(kept.edge(size).root().to_vec(), bytes(root), "{size} leaves");
    }
    for (leaf, size, proof) in INCLUSIONS {
        let hashes = kept.hashes(&inclusion(leaf - 1, size).unwrap());
        assert_eq!(
            hashes.iter().map(|hash| hash.to_vec()).collect::<Vec<_>>(),
            proof.iter().map(|hex| bytes(hex)).collect::<Vec<_>>()
        );
    }
    for (first, second, proof) in CONSISTENCIES {
        let hashes = kept.hashes(&consistency(first, second).unwrap());
        assert_eq!(
            hashes.iter().map(|hash| hash.to_vec()).collect::<Vec<_>>(),
            proof.iter().map(|hex| bytes(hex)).collect::<Vec<_>>()
        );
    }
}

/// Every leaf of every log of up to seventy leaves, and every pair of sizes.
#[test]
fn small_logs_are_those_of_the_definition() {
    let all = leaves(70, 3);
    let (kept, _) = Kept::of(&all);
    for size in 0..=all.len() {
        let until = size as u64;
        let root = reference_root(&all[..size]);
        assert_eq!(kept.edge(until).root(), root, "{size} leaves");
        for index in 0..size {
            let proof = kept.hashes(&inclusion(index as u64, until).unwrap());
            assert_eq!(proof, reference_path(index, &all[..size]), "leaf {index} of {size}");
            assert_eq!(root_by_inclusion(&leaf_hash(&all[index]), index as u64, until, &proof), Some(root));
        }
        for first in 1..=size {
            let proof = kept.hashes(&consistency(first as u64, until).unwrap());
            assert_eq!(proof, reference_consistency(first, &all[..size], true), "{first} of {size}");
            let old = reference_root(&all[..first]);
            assert!(is_consistent((first as u64, &old), (until, &root), &proof), "{first} of {size}");
        }
    }
    assert_eq!(inclusion(70, 70), None);
    assert_eq!(consistency(70, 69), None);
    assert!(is_consistent((0, &empty_root()), (70, &reference_root(&all)), &[]));
    assert!(!is_consistent((0, &[0; 32]), (70, &reference_root(&all)), &[]));
}

/// Each way in which a list of hashes may be wrong: another bit, one less, one more, two exchanged.
fn mutations(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut found = vec![[proof, &[[7; 32]]].concat(), [&[[7; 32]], proof].concat()];
    for at in 0..proof.len() {
        let mut flipped = proof.to_vec();
        flipped[at][at % 32] ^= 1 << (at % 8);
        found.push(flipped);
        found.push([&proof[..at], &proof[at + 1..]].concat());
        if at > 0 {
            let mut exchanged = proof.to_vec();
            exchanged.swap(at - 1, at);
            found.push(exchanged);
        }
    }
    found
}

proptest! {
    #[test]
    fn appending_goes_on_from_any_edge(size in 0_usize..600, more in 1_usize..40, seed: u8) {
        let all = leaves(size + more, seed);
        let (kept, whole) = Kept::of(&all);
        let mut edge = kept.edge(size as u64);
        for leaf in &all[size..] {
            for (place, hash) in edge.append(leaf) {
                prop_assert_eq!(kept.0[&place], hash);
            }
        }
        prop_assert_eq!(&edge, &whole);
        prop_assert_eq!(edge.root(), reference_root(&all));
        prop_assert_eq!(Edge::new(size as u64, vec![[0; 32]; size.count_ones() as usize + 1]), None);
    }

    #[test]
    fn a_wrong_proof_of_inclusion_gives_another_root_or_none(size in 1_usize..400, at: prop::sample::Index, other: prop::sample::Index, seed: u8) {
        let all = leaves(size, seed);
        let (index, other) = (at.index(size), other.index(size));
        let (kept, edge) = Kept::of(&all);
        let (root, until) = (edge.root(), size as u64);
        let proof = kept.hashes(&inclusion(index as u64, until).unwrap());
        let leaf = leaf_hash(&all[index]);
        prop_assert_eq!(root_by_inclusion(&leaf, index as u64, until, &proof), Some(root));
        for wrong in mutations(&proof) {
            prop_assert_ne!(root_by_inclusion(&leaf, index as u64, until, &wrong), Some(root));
        }
        prop_assert_ne!(root_by_inclusion(&leaf_hash(b"another"), index as u64, until, &proof), Some(root));
        if other != index {
            prop_assert_ne!(root_by_inclusion(&leaf, other as u64, until, &proof), Some(root));
        }
        // A node inside the tree is no leaf, and a leaf is no node.
        prop_assert_ne!(root_by_inclusion(&root, 0, 1, &[]), Some(leaf_hash(&root)));
        prop_assert_eq!(root_by_inclusion(&leaf, until, until, &proof), None);
    }

    #[test]
    fn a_wrong_proof_of_consistency_is_refused(second in 2_usize..400, at: prop::sample::Index, changed: prop::sample::Index, seed: u8) {
        let all = leaves(second, seed);
        let first = 1 + at.index(second - 1);
        let (kept, edge) = Kept::of(&all);
        let (old, new) = (kept.edge(first as u64).root(), edge.root());
        let sizes = (first as u64, second as u64);
        let proof = kept.hashes(&consistency(sizes.0, sizes.1).unwrap());
        prop_assert!(is_consistent((sizes.0, &old), (sizes.1, &new), &proof));
        for wrong in mutations(&proof) {
            prop_assert!(!is_consistent((sizes.0, &old), (sizes.1, &new), &wrong));
        }
        // A log in which an earlier leaf was changed has no proof, whatever it offers.
        let mut rewritten = all.clone();
        rewritten[changed.index(first)].push(1);
        let (other, edge) = Kept::of(&rewritten);
        let offered = other.hashes(&consistency(sizes.0, sizes.1).unwrap());
        for proof in [&proof, &offered] {
            prop_assert!(!is_consistent((sizes.0, &old), (sizes.1, &edge.root()), proof));
        }
        prop_assert!(!is_consistent((sizes.1, &new), (sizes.0, &old), &proof));
    }
}
