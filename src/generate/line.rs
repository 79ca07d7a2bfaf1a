//! Builds one line of a file: numbers without an allocation, money without a float.

use std::io::{self, Write};

/// Lines in a buffer that is flushed when it is full.
pub struct Lines<W: Write> {
    out: W,
    bytes: Vec<u8>,
    written: u64,
}

const PIECE: usize = 1 << 16;

impl<W: Write> Lines<W> {
    pub fn new(out: W) -> Self {
        Self { out, bytes: Vec::with_capacity(2 * PIECE), written: 0 }
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// In quotes where the text would end its cell early.
    pub fn cell(&mut self, text: &str) -> &mut Self {
        if text.contains([',', '"']) { self.text("\"").text(&text.replace('"', "\"\"")).text("\"") } else { self.text(text) }
    }

    pub fn number(&mut self, number: u64) -> &mut Self {
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        self
    }

    pub fn comma(&mut self) -> &mut Self {
        self.bytes.push(b',');
        self
    }

    /// `scaled` over ten to the `places`, without closing zeros: `3752.5`.
    pub fn decimal(&mut self, scaled: u64, places: u32) -> &mut Self {
        self.marked(scaled, places, b'.')
    }

    /// The same with the comma of the lists' descriptions: `0,125`.
    pub fn decimal_comma(&mut self, scaled: u64, places: u32) -> &mut Self {
        self.marked(scaled, places, b',')
    }

    fn marked(&mut self, scaled: u64, places: u32, mark: u8) -> &mut Self {
        let unit = 10_u64.pow(places);
        self.number(scaled / unit);
        let (mut rest, mut place) = (scaled % unit, unit);
        if rest > 0 {
            self.bytes.push(mark);
        }
        while rest > 0 {
            place /= 10;
            self.bytes.push(b'0' + (rest / place) as u8);
            rest %= place;
        }
        self
    }

    /// Centavos as the open-data list prints pesos: `2,147,666.00`.
    pub fn grouped(&mut self, cents: u64) -> &mut Self {
        let mut buffer = itoa::Buffer::new();
        let pesos = buffer.format(cents / 100).as_bytes();
        for (index, digit) in pesos.iter().enumerate() {
            if index > 0 && (pesos.len() - index).is_multiple_of(3) {
                self.bytes.push(b',');
            }
            self.bytes.push(*digit);
        }
        self.bytes.extend_from_slice(&[b'.', b'0' + (cents / 10 % 10) as u8, b'0' + (cents % 10) as u8]);
        self
    }

    pub fn end(&mut self) -> io::Result<()> {
        self.bytes.push(b'\n');
        if self.bytes.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.bytes)?;
        self.written += self.bytes.len() as u64;
        self.bytes.clear();
        Ok(())
    }

    /// How many bytes the file has.
    pub fn finish(mut self) -> io::Result<u64> {
        self.flush()?;
        self.out.flush()?;
        Ok(self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_published() {
        let mut out = Vec::new();
        let mut line = Lines::new(&mut out);
        line.grouped(214_766_600).comma().grouped(123_405).comma().grouped(7).comma();
        line.decimal(375_250, 2).comma().decimal(100, 2).comma().decimal(5, 5).comma().decimal_comma(125, 3);
        line.comma().cell("a,\"b").comma().cell("c");
        line.end().unwrap();
        line.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "2,147,666.00,1,234.05,0.07,3752.5,1,0.00005,0,125,\"a,\"\"b\",c\n");
    }
}
