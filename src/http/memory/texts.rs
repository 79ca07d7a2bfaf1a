//! Texts that are learned one by one, of which the parts that many have are kept once.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::{
    arena::{Arena, Pieces},
    records,
};

#[derive(Default)]
pub struct Texts(RwLock<Pieces>);

/// Whoever asks for other days all the time must not fill the memory with what only they share.
const SHARED_MAX: usize = 4_096;

/// Where a new part begins, and whether many have it. Where it is cut changes how much is saved, never the text.
pub type Mark = (&'static [u8], bool);

impl Texts {
    /// Appends a text in the form that `Shared::read` reads.
    pub fn pack(&self, text: &[u8], marks: &[Mark], out: &mut Vec<u8>) {
        let (mut start, mut common) = (0, false);
        for at in 0..=text.len() {
            let mark = marks.iter().find(|(mark, _)| text[at..].starts_with(mark));
            if at == text.len() || mark.is_some() {
                self.put(&text[start..at], common, out);
                (start, common) = (at, mark.is_some_and(|(_, common)| *common));
            }
        }
    }

    fn put(&self, part: &[u8], common: bool, out: &mut Vec<u8>) {
        if part.is_empty() {
            return;
        }
        let number = if common { self.number(part) } else { None };
        match number {
            Some(number) => records::write_shared(number, out),
            None => records::write_own(part, out),
        }
    }

    fn number(&self, part: &[u8]) -> Option<u32> {
        let mut pieces = self.0.write().unwrap_or_else(PoisonError::into_inner);
        (pieces.count() < SHARED_MAX).then(|| pieces.intern(part))
    }

    pub fn shared(&self) -> Shared<'_> {
        Shared(self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// To read texts while nothing is learned.
pub struct Shared<'a>(RwLockReadGuard<'a, Pieces>);

impl Shared<'_> {
    pub fn read(&self, text: &[u8], out: &mut Vec<u8>) {
        let arena: &Arena = self.0.arena();
        records::read(text, arena, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_text_is_whole_again_and_common_parts_are_kept_once() {
        let (texts, marks): (_, [Mark; 2]) = (Texts::default(), [(b"\"a\":", true), (b"\"b\":", false)]);
        for round in 0..5_000 {
            for text in
                [format!("{{\"a\":1,\"b\":{round},\"a\":2}}"), format!("{{\"a\":{round}}}"), "\"a\":".to_owned(), String::new()]
            {
                let (mut packed, mut out) = (Vec::new(), Vec::new());
                texts.pack(text.as_bytes(), &marks, &mut packed);
                texts.shared().read(&packed, &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), text);
            }
        }
        assert_eq!(texts.0.read().unwrap().count(), SHARED_MAX, "and no more");
    }
}
