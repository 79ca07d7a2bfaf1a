//! An automaton for `fst` that accepts words, or prefixes of words, within a few edits of one: insert, delete, replace, swap.

use super::words::BYTES_MAX;
use fst::Automaton;

const CELLS: usize = BYTES_MAX + 1;

pub struct Near<'a> {
    pub word: &'a [u8],
    pub slips: u8,
    /// Accept what goes on after a near beginning.
    pub begins: bool,
    /// Only words with this first letter.
    pub first: Option<u8>,
}

/// Two rows of the edit-distance table, and the letter between them.
#[derive(Clone)]
pub struct Rows {
    row: [u8; CELLS],
    before: [u8; CELLS],
    last: u8,
    depth: u8,
    /// A beginning was near already.
    begun: bool,
    dead: bool,
}

impl Automaton for Near<'_> {
    type State = Rows;

    fn start(&self) -> Rows {
        let row = std::array::from_fn(|cell| u8::try_from(cell).unwrap_or(u8::MAX));
        Rows { row, before: row, last: 0, depth: 0, begun: false, dead: false }
    }

    fn is_match(&self, state: &Rows) -> bool {
        state.begun || self.whole(state)
    }

    fn can_match(&self, state: &Rows) -> bool {
        !state.dead
    }

    fn will_always_match(&self, state: &Rows) -> bool {
        state.begun
    }

    fn accept(&self, state: &Rows, byte: u8) -> Rows {
        let mut next = state.clone();
        if state.begun || state.dead {
            return next;
        }
        next.depth = state.depth.saturating_add(1);
        if state.depth == 0 && self.first.is_some_and(|first| first != byte) {
            next.dead = true;
            return next;
        }
        self.step(state, byte, &mut next);
        next.begun = self.begins && self.whole(&next);
        next
    }
}

impl Near<'_> {
    fn whole(&self, state: &Rows) -> bool {
        !state.dead && state.row.get(self.word.len()).is_some_and(|slips| *slips <= self.slips)
    }

    fn step(&self, state: &Rows, byte: u8, next: &mut Rows) {
        next.before = state.row;
        next.last = byte;
        next.row[0] = next.depth;
        let mut least = next.row[0];
        for (at, letter) in self.word.iter().take(BYTES_MAX).enumerate() {
            let replaced = state.row[at] + u8::from(*letter != byte);
            let mut cost = replaced.min(state.row[at + 1] + 1).min(next.row[at] + 1);
            let swapped = at > 0 && state.depth > 0 && *letter == state.last && self.word[at - 1] == byte;
            if swapped {
                cost = cost.min(state.before[at - 1] + 1);
            }
            next.row[at + 1] = cost;
            least = least.min(cost);
        }
        // A swap reaches two rows back, so a row just past the limit may still match.
        next.dead = least > self.slips && state.row.iter().take(self.word.len() + 1).all(|slips| *slips >= self.slips);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fst::{IntoStreamer, Set, Streamer};

    fn found(word: &str, slips: u8, begins: bool) -> Vec<String> {
        let set = Set::from_iter(["dolex", "dolexito", "duplex", "omeprazol", "xolair"]).unwrap();
        let near = Near { word: word.as_bytes(), slips, begins, first: None };
        let mut stream = set.search(near).into_stream();
        let mut found = Vec::new();
        while let Some(key) = stream.next() {
            found.push(String::from_utf8(key.to_vec()).unwrap());
        }
        found
    }

    #[test]
    fn one_slip_of_any_kind_is_near() {
        for word in ["dolex", "dolx", "doolex", "dloex", "odlex", "dolez"] {
            assert_eq!(found(word, 1, false), ["dolex"], "{word}");
        }
        assert_eq!(found("doelx", 1, true), ["dolex", "dolexito"]);
        assert_eq!(found("ompraxol", 2, false), ["omeprazol"]);
        assert_eq!(found("ompraxol", 1, false), Vec::<String>::new());
    }
}
