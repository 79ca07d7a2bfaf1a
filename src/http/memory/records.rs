//! Texts of which some parts are shared and the others are each one's own: a text is one run of bytes, so that reading it touches
//! little memory, and what many share stands once, in a part of memory that stays near the processor.

use super::arena::{Arena, Piece, Pieces};

/// Parts that fewer texts have are written into each of them.
const SHARED_MIN: u32 = 4;
/// Set in the number of a shared part; otherwise the number is how many bytes of its own follow.
const SHARED: u32 = 1 << 31;

/// Appends one text after the other.
pub struct Writer {
    pieces: Pieces,
    /// The new number of each piece that is shared.
    numbers: Vec<Option<Piece>>,
    shared: Pieces,
    bytes: Vec<u8>,
}

impl Writer {
    /// `used` are the pieces of all texts.
    pub fn new<'a>(pieces: Pieces, used: impl Iterator<Item = &'a Piece>) -> Self {
        let mut uses = vec![0_u32; pieces.count()];
        used.for_each(|piece| uses[*piece as usize] += 1);
        let mut shared = Pieces::default();
        let numbers = uses.iter().zip(0..).map(|(uses, piece)| {
            let often = *uses >= SHARED_MIN;
            often.then(|| shared.append(pieces.get(piece)))
        });
        let numbers = numbers.collect();
        Self { pieces, numbers, shared, bytes: Vec::new() }
    }

    /// How many bytes there are: where the next text begins.
    pub fn position(&self) -> usize {
        self.bytes.len()
    }

    pub fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Overwrites what was put at a position before.
    pub fn patch(&mut self, position: usize, bytes: &[u8]) {
        self.bytes[position..position + bytes.len()].copy_from_slice(bytes);
    }

    /// Writes a text, and returns how many bytes that took.
    pub fn write(&mut self, text: &[Piece]) -> usize {
        let start = self.position();
        let mut own: Option<usize> = None;
        for piece in text {
            if let Some(number) = self.numbers.get(*piece as usize).copied().flatten() {
                own = None;
                self.bytes.extend_from_slice(&(number | SHARED).to_le_bytes());
                continue;
            }
            let bytes = self.pieces.get(*piece);
            let header = *own.get_or_insert_with(|| {
                self.bytes.extend_from_slice(&[0; 4]);
                self.bytes.len() - 4
            });
            self.bytes.extend_from_slice(bytes);
            let length = u32::try_from(self.bytes.len() - header - 4).unwrap_or(0);
            self.bytes[header..header + 4].copy_from_slice(&length.to_le_bytes());
        }
        self.bytes.len() - start
    }

    /// The texts, and what they share.
    pub fn finish(mut self) -> Option<(Vec<u8>, Arena)> {
        self.bytes.shrink_to_fit();
        Some((self.bytes, self.shared.finish()?))
    }
}

/// Appends a part that is shared.
pub fn write_shared(number: Piece, out: &mut Vec<u8>) {
    out.extend_from_slice(&(number | SHARED).to_le_bytes());
}

/// Appends a part of the text's own.
pub fn write_own(part: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(part);
}

/// Puts a text together again.
pub fn read(mut text: &[u8], shared: &Arena, out: &mut Vec<u8>) {
    while let Some((number, rest)) = text.split_first_chunk() {
        let number = u32::from_le_bytes(*number);
        if number & SHARED != 0 {
            out.extend_from_slice(shared.get(number & !SHARED));
            text = rest;
        } else {
            let (own, rest) = rest.split_at_checked(number as usize).unwrap_or_default();
            out.extend_from_slice(own);
            text = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_whole() {
        let mut pieces = Pieces::default();
        let texts: Vec<Vec<Piece>> = (0..8)
            .map(|number| [format!("own {number},"), "also own,".repeat(number), "shared,".to_owned(), "end".to_owned()])
            .map(|parts| parts.iter().map(|part| pieces.intern(part.as_bytes())).collect())
            .collect();
        let plain: Vec<Vec<u8>> =
            texts.iter().map(|text| text.iter().flat_map(|piece| pieces.get(*piece).to_vec()).collect()).collect();
        let mut writer = Writer::new(pieces, texts.iter().flatten());
        let places: Vec<(usize, usize)> = texts.iter().map(|text| (writer.position(), writer.write(text))).collect();
        let (bytes, shared) = writer.finish().unwrap();
        for ((start, length), plain) in places.into_iter().zip(plain) {
            let mut out = Vec::new();
            read(&bytes[start..start + length], &shared, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(plain).unwrap());
        }
        assert_eq!(shared.get(0), b"shared,");
    }
}
