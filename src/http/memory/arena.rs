//! Pieces of JSON in one block of memory, each kept once however often it is used.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// A piece's number.
pub type Piece = u32;

/// Immutable once built.
#[derive(Default)]
pub struct Arena {
    bytes: Vec<u8>,
    /// Where each piece ends; it begins where the one before it ends.
    ends: Vec<u32>,
}

impl Arena {
    pub fn get(&self, piece: Piece) -> &[u8] {
        self.run(piece, piece + 1)
    }

    /// Pieces that stand one behind the other, from `first` to before `end`.
    pub fn run(&self, first: Piece, end: Piece) -> &[u8] {
        let ends = |piece: Piece| self.ends.get(piece as usize).map_or(self.bytes.len(), |end| *end as usize);
        let start = if first == 0 { 0 } else { ends(first - 1) };
        if end <= first { &[] } else { self.bytes.get(start..ends(end - 1)).unwrap_or_default() }
    }

    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    fn push(&mut self, piece: &[u8]) -> Option<Piece> {
        let number = Piece::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(piece);
        self.ends.push(u32::try_from(self.bytes.len()).ok()?);
        Some(number)
    }
}

/// Fills an arena.
#[derive(Default)]
pub struct Pieces {
    arena: Arena,
    hasher: RandomState,
    known: HashMap<u64, Piece>,
    /// The arena can hold four gigabytes.
    overflowed: bool,
}

impl Pieces {
    /// The number of this very piece, which is stored if it is new.
    pub fn intern(&mut self, piece: &[u8]) -> Piece {
        let hash = self.hasher.hash_one(piece);
        if let Some(known) = self.known.get(&hash)
            && self.arena.get(*known) == piece
        {
            return *known;
        }
        let number = self.append(piece);
        self.known.insert(hash, number);
        number
    }

    /// Stores it behind the piece stored before it, known or not.
    pub fn append(&mut self, piece: &[u8]) -> Piece {
        self.arena.push(piece).unwrap_or_else(|| {
            self.overflowed = true;
            0
        })
    }

    pub fn get(&self, piece: Piece) -> &[u8] {
        self.arena.get(piece)
    }

    pub fn count(&self) -> usize {
        self.arena.ends.len()
    }

    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    /// Cuts a long text before each mark and keeps each part once. Where it is cut changes how much is saved, never the text.
    pub fn shred(&mut self, text: &[u8], marks: &[&[u8]]) -> Vec<Piece> {
        let (mut shreds, mut start) = (Vec::new(), 0);
        for at in 1..=text.len() {
            if at == text.len() || marks.iter().any(|mark| text[at..].starts_with(mark)) {
                shreds.push(self.intern(&text[start..at]));
                start = at;
            }
        }
        shreds
    }

    /// `None` when there was more than an arena holds.
    pub fn finish(mut self) -> Option<Arena> {
        self.arena.bytes.shrink_to_fit();
        self.arena.ends.shrink_to_fit();
        (!self.overflowed).then_some(self.arena)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_kept_once_and_runs_are_whole() {
        let mut pieces = Pieces::default();
        let (one, two) = (pieces.intern(b"one,"), pieces.intern(b"two,"));
        assert_eq!(pieces.intern(b"one,"), one);
        let three = pieces.append(b"one,");
        let arena = pieces.finish().unwrap();
        assert_eq!((arena.get(one), arena.get(two), arena.get(three)), (&b"one,"[..], &b"two,"[..], &b"one,"[..]));
        assert_eq!(arena.run(one, three + 1), b"one,two,one,");
        assert_eq!(arena.run(two, two), b"");
    }

    #[test]
    fn a_shredded_text_is_whole_again() {
        let mut pieces = Pieces::default();
        for text in [&b"[{\"a\":1,\"b\":2},{\"a\":1,\"b\":3}]"[..], b"{,\"b\":1,\"b\":1", b""] {
            let shreds = pieces.shred(text, &[b",\"b\":", b"},{"]);
            let whole: Vec<u8> = shreds.iter().flat_map(|piece| pieces.get(*piece).to_vec()).collect();
            assert_eq!(whole, text);
        }
    }
}
