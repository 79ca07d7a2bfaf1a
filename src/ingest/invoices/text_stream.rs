//! Any encoding as a stream of UTF-8, in one pass. Senders declare UTF-8 and write Latin-1: a byte that is no UTF-8 is read as
//! Windows-1252, wherever it stands.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, BufRead, Read};

use crate::ingest::format::decode::read_buffered;

const CHUNK_BYTES: usize = 32 * 1024;
/// A declaration of XML stands within so many bytes.
const START_BYTES: usize = 512;

pub struct TextStream<R> {
    source: R,
    /// Read and not decoded yet.
    raw: Vec<u8>,
    decoded: Vec<u8>,
    at: usize,
    decoding: Option<Decoding>,
    ended: bool,
    finished: bool,
    /// It is not written in the encoding that it declares.
    pub encoding_differs: bool,
}

enum Decoding {
    /// UTF-8 or an 8-bit encoding, whichever it says.
    Narrow {
        says_utf8: bool,
    },
    Other(Decoder),
}

impl<R: Read> TextStream<R> {
    pub fn new(source: R) -> Self {
        Self {
            source,
            raw: Vec::new(),
            decoded: Vec::new(),
            at: 0,
            decoding: None,
            ended: false,
            finished: false,
            encoding_differs: false,
        }
    }

    fn read_some(&mut self) -> io::Result<()> {
        let have = self.raw.len();
        self.raw.resize(have + CHUNK_BYTES, 0);
        let read = loop {
            match self.source.read(&mut self.raw[have..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = *read.as_ref().unwrap_or(&0);
        self.raw.truncate(have + count);
        self.ended = read? == 0;
        Ok(())
    }

    fn refill(&mut self) -> io::Result<()> {
        self.read_some()?;
        while self.decoding.is_none() && self.raw.len() < START_BYTES && !self.ended {
            self.read_some()?;
        }
        let (raw, says) = (&self.raw, &mut self.decoding);
        let (decoding, mark_bytes) = match says.take() {
            Some(decoding) => (decoding, 0),
            None => decoding_of(raw),
        };
        self.raw.drain(..mark_bytes.min(self.raw.len()));
        self.decoding = Some(match decoding {
            Decoding::Narrow { says_utf8 } => {
                self.decode_narrow(says_utf8);
                Decoding::Narrow { says_utf8 }
            }
            Decoding::Other(mut decoder) => {
                self.decode_other(&mut decoder);
                Decoding::Other(decoder)
            }
        });
        Ok(())
    }

    fn decode_narrow(&mut self, says_utf8: bool) {
        let mut rest = &self.raw[..];
        let (mut wide, mut foreign) = (false, false);
        while !rest.is_empty() {
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(_) => (rest, &rest[rest.len()..]),
                Err(error) => {
                    let cut = error.error_len().is_none() && !self.ended;
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    if cut {
                        // The rest of the character comes with the next bytes.
                        wide |= !good.is_ascii();
                        self.decoded.extend_from_slice(good);
                        rest = bad;
                        break;
                    }
                    (good, bad)
                }
            };
            wide |= !good.is_ascii();
            self.decoded.extend_from_slice(good);
            rest = bad;
            if let Some((byte, after)) = bad.split_first() {
                foreign = true;
                let (letter, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
                self.decoded.extend_from_slice(letter.as_bytes());
                rest = after;
            }
        }
        self.encoding_differs |= if says_utf8 { foreign } else { wide };
        let done = self.raw.len() - rest.len();
        self.raw.drain(..done);
        self.finished = self.ended;
    }

    fn decode_other(&mut self, decoder: &mut Decoder) {
        let mut done = 0;
        loop {
            let start = self.decoded.len();
            self.decoded.resize(start + CHUNK_BYTES, 0);
            let (result, read, written, _) = decoder.decode_to_utf8(&self.raw[done..], &mut self.decoded[start..], self.ended);
            self.decoded.truncate(start + written);
            done += read;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.raw.drain(..done);
        self.finished = self.ended;
    }
}

/// How it is written, and how many bytes of a byte-order mark stand before it.
fn decoding_of(start: &[u8]) -> (Decoding, usize) {
    let other = |encoding: &'static Encoding| Decoding::Other(encoding.new_decoder_without_bom_handling());
    match start {
        [0xEF, 0xBB, 0xBF, ..] => return (Decoding::Narrow { says_utf8: true }, 3),
        [0xFF, 0xFE, ..] => return (other(UTF_16LE), 2),
        [0xFE, 0xFF, ..] => return (other(UTF_16BE), 2),
        [b'<' | b'{' | b'[', 0, ..] => return (other(UTF_16LE), 0),
        [0, b'<' | b'{' | b'[', ..] => return (other(UTF_16BE), 0),
        _ => {}
    }
    match declared(start).and_then(|label| Encoding::for_label(label.as_bytes())) {
        None => (Decoding::Narrow { says_utf8: true }, 0),
        Some(encoding) if encoding == UTF_8 => (Decoding::Narrow { says_utf8: true }, 0),
        // It declares two bytes a letter and has one.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => (Decoding::Narrow { says_utf8: true }, 0),
        Some(encoding) if encoding.is_single_byte() => (Decoding::Narrow { says_utf8: false }, 0),
        Some(encoding) => (other(encoding), 0),
    }
}

/// The encoding that a declaration of XML names.
fn declared(start: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&start[..start.len().min(START_BYTES)]).into_owned();
    let declaration = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0.to_owned();
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.trim().to_owned())
}

impl<R: Read> Read for TextStream<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, into)
    }
}

impl<R: Read> BufRead for TextStream<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.decoded.len() && !self.finished {
            self.decoded.clear();
            self.at = 0;
            self.refill()?;
        }
        Ok(&self.decoded[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.decoded.len());
    }
}

/// Counts lines and columns, and lets one piece of the text be only so long.
pub struct Gauge<R> {
    pub source: TextStream<R>,
    pub line: u64,
    pub column: u64,
    left: usize,
    pub exceeded: bool,
}

impl<R: Read> Gauge<R> {
    pub fn new(source: R) -> Self {
        Self { source: TextStream::new(source), line: 1, column: 1, left: usize::MAX, exceeded: false }
    }

    /// The next piece may have so many bytes.
    pub fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }
}

impl<R: Read> Read for Gauge<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, into)
    }
}

impl<R: Read> BufRead for Gauge<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            self.exceeded = true;
            return Err(io::Error::other("a piece of the text is too long"));
        }
        let text = self.source.fill_buf()?;
        Ok(&text[..text.len().min(self.left)])
    }

    fn consume(&mut self, count: usize) {
        let passed = &self.source.decoded[self.source.at..];
        let passed = &passed[..count.min(passed.len())];
        let breaks = memchr::memchr_iter(b'\n', passed).count();
        self.line += breaks as u64;
        let behind = memchr::memrchr(b'\n', passed).map_or(passed.len(), |at| passed.len() - at - 1);
        self.column = if breaks > 0 { 1 } else { self.column } + behind as u64;
        self.left = self.left.saturating_sub(count);
        self.source.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(into.len()).min(1);
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decoded(bytes: &[u8]) -> (String, bool) {
        let read = |source: &mut dyn Read| {
            let mut stream = TextStream::new(source);
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            (text, stream.encoding_differs)
        };
        let (mut fast, mut slow) = (bytes, Slow(bytes));
        let whole = read(&mut fast);
        assert_eq!(whole, read(&mut slow), "however it comes");
        whole
    }

    fn with(declaration: &str, text: &[u8]) -> Vec<u8> {
        [declaration.as_bytes(), text].concat()
    }

    #[test]
    fn what_is_declared_and_what_is_written_may_differ() {
        const UTF8: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        const LATIN: &str = "<?xml version='1.0' encoding = 'ISO-8859-1' ?>";
        for (declaration, written, differs) in [
            (UTF8, &b"a\xF1o \xB5g"[..], true),
            (UTF8, "año µg".as_bytes(), false),
            (LATIN, &b"a\xF1o \xB5g"[..], false),
            (LATIN, "año µg".as_bytes(), true),
            ("", &b"a\xF1o \xB5g"[..], true),
            ("\u{FEFF}", "año µg".as_bytes(), false),
        ] {
            let (text, found) = decoded(&with(declaration, written));
            assert_eq!(
                (text.trim_start_matches('\u{FEFF}'), found),
                (format!("{}año µg", declaration.trim_start_matches('\u{FEFF}')).as_str(), differs)
            );
        }
    }

    #[test]
    fn two_bytes_a_letter_are_read_with_and_without_a_mark() {
        let text = "<a>año</a>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little.clone(), big.clone(), [&[0xFF, 0xFE], &little[..]].concat(), [&[0xFE, 0xFF], &big[..]].concat()] {
            assert_eq!(decoded(&bytes).0, text);
        }
    }

    #[test]
    fn a_character_that_is_cut_off_at_the_end_is_no_reason_to_wait() {
        assert_eq!(decoded(b"a\xC3").0, "aÃ");
        assert_eq!(decoded(b"").0, "");
    }

    #[test]
    fn lines_are_counted_and_pieces_have_an_end() {
        let mut gauge = Gauge::new(&b"ab\ncd\n\nefgh"[..]);
        let mut byte = [0];
        for expected in [(1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1), (4, 2)] {
            gauge.read_exact(&mut byte).unwrap();
            assert_eq!((gauge.line, gauge.column), expected);
        }
        gauge.allow(2);
        assert_eq!(gauge.read(&mut [0; 9]).unwrap(), 2);
        assert!(gauge.read(&mut byte).is_err() && gauge.exceeded);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            decoded(&bytes);
        }
    }
}
