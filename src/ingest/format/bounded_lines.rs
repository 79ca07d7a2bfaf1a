//! Reads the lines of a stream one by one, with a limit on the length of a line.

use std::io::{self, BufRead};

/// How much of a line that is too long is kept, to show where it is.
const START_BYTES: usize = 800;

pub struct BoundedLines<R> {
    source: R,
    bytes_max: usize,
    held: Vec<u8>,
    /// Bytes taken from the source so far.
    pub bytes: u64,
}

pub enum Line {
    /// Without its line break; what is not UTF-8 became U+FFFD.
    Whole(String),
    /// How a line begins that is longer than it may be.
    TooLong(String),
}

impl<R: BufRead> BoundedLines<R> {
    pub fn new(source: R, bytes_max: usize) -> Self {
        Self { source, bytes_max, held: Vec::new(), bytes: 0 }
    }

    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        self.held.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let chunk = self.source.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            too_long |= self.held.len() + part.len() > self.bytes_max;
            if !too_long {
                self.held.extend_from_slice(part);
            } else if self.held.len() < START_BYTES {
                self.held.extend_from_slice(&part[..part.len().min(START_BYTES)]);
            }
            let used = end.map_or(chunk.len(), |index| index + 1);
            self.source.consume(used);
            self.bytes += used as u64;
            if end.is_some() {
                break;
            }
        }
        let text = || String::from_utf8_lossy(&self.held).into_owned();
        Ok(any.then(|| if too_long { Line::TooLong(text()) } else { Line::Whole(text()) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &[u8], buffer: usize, bytes_max: usize) -> (Vec<Result<String, usize>>, u64) {
        let mut lines = BoundedLines::new(BufReader::with_capacity(buffer, text), bytes_max);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push(match line {
                Line::Whole(text) => Ok(text),
                Line::TooLong(start) => Err(start.len()),
            });
        }
        assert!(lines.held.capacity() <= 4 * (bytes_max + START_BYTES), "{}", lines.held.capacity());
        (found, lines.bytes)
    }

    #[test]
    fn every_byte_is_counted_and_the_last_line_needs_no_break() {
        let ok = |texts: &[&str]| texts.iter().map(|text| Ok((*text).to_owned())).collect::<Vec<_>>();
        for buffer in [1, 2, 3, 64] {
            assert_eq!(lines(b"", buffer, 8), (ok(&[]), 0));
            assert_eq!(lines(b"a\n\nbc", buffer, 8), (ok(&["a", "", "bc"]), 5));
            assert_eq!(lines(b"a\r\n\xFF\n", buffer, 8), (ok(&["a\r", "\u{FFFD}"]), 5));
            assert_eq!(
                lines(b"12345678\n123456789\nx\n", buffer, 8).0.iter().map(Result::is_ok).collect::<Vec<_>>(),
                [true, false, true]
            );
        }
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let (found, bytes) = lines(&vec![b'x'; 3 << 20], 4096, 64 * 1024);
        assert_eq!((found.len(), bytes), (1, 3 << 20));
        assert!(found[0].is_err());
    }
}
