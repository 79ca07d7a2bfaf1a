//! Decodes a text file to a stream of UTF-8; the encoding is detected from the whole file.

use crate::ingest::words::Words;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, Read, Seek, SeekFrom},
};

const CHUNK_BYTES: usize = 64 * 1024;

/// The encoding, as it is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding {
    pub name: &'static str,
    encoding: &'static Encoding,
    bom_bytes: u64,
}

/// A byte-order mark decides; without one, UTF-8 unless the file's non-ASCII bytes are mostly not UTF-8.
/// So one damaged character does not turn a UTF-8 file into Windows-1252.
pub fn detect(file: &mut File) -> io::Result<TextEncoding> {
    file.seek(SeekFrom::Start(0))?;
    let mut start = [0; 3];
    let mut have = 0;
    while have < 3 {
        match file.read(&mut start[have..])? {
            0 => break,
            count => have += count,
        }
    }
    let known = |name, encoding, bom_bytes| Ok(TextEncoding { name, encoding, bom_bytes });
    match &start[..have] {
        [0xEF, 0xBB, 0xBF] => return known("utf-8-bom", UTF_8, 3),
        [0xFF, 0xFE, ..] => return known("utf-16le", UTF_16LE, 2),
        [0xFE, 0xFF, ..] => return known("utf-16be", UTF_16BE, 2),
        _ => {}
    }
    let (good, bad) = count_utf8(file)?;
    if bad == 0 || good > bad { known("utf-8", UTF_8, 0) } else { known("windows-1252", WINDOWS_1252, 0) }
}

/// Well-formed multi-byte characters, and malformed sequences.
fn count_utf8(file: &mut File) -> io::Result<(u64, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let (mut good, mut bad) = (0, 0);
    let meter = Meter::silent();
    let mut decoded = Decoded::new(file, TextEncoding { name: "", encoding: UTF_8, bom_bytes: 0 }, &meter)?;
    loop {
        let text = decoded.fill_buf()?;
        if text.is_empty() {
            return Ok((good, bad));
        }
        if !text.is_ascii() {
            let leads = text.iter().filter(|byte| **byte >= 0xC2).count() as u64;
            // A literal U+FFFD in the source reads as damage too, which it is.
            let marks = text.windows(3).filter(|three| *three == "\u{FFFD}".as_bytes()).count() as u64;
            good += leads - marks;
            bad += marks;
        }
        let length = text.len();
        decoded.consume(length);
    }
}

/// Counts the bytes read from a file, for the progress bar.
pub struct Meter<'a> {
    bytes: Cell<u64>,
    report: &'a dyn Fn(u64),
}

impl<'a> Meter<'a> {
    pub fn new(report: &'a dyn Fn(u64)) -> Self {
        Self { bytes: Cell::new(0), report }
    }

    /// For the passes that only look ahead.
    pub fn silent() -> Self {
        Self { bytes: Cell::new(0), report: &|_| {} }
    }

    pub fn add(&self, bytes: u64) {
        self.bytes.set(self.bytes.get() + bytes);
        (self.report)(self.bytes.get());
    }
}

/// Decodes as it reads; whatever cannot be decoded becomes U+FFFD, which quarantines the row that holds it.
pub struct Decoded<'a> {
    file: &'a mut File,
    decoder: Decoder,
    input: Vec<u8>,
    input_range: (usize, usize),
    output: Vec<u8>,
    output_range: (usize, usize),
    ended: bool,
    finished: bool,
    meter: &'a Meter<'a>,
}

impl<'a> Decoded<'a> {
    pub fn new(file: &'a mut File, encoding: TextEncoding, meter: &'a Meter<'a>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(encoding.bom_bytes))?;
        meter.add(encoding.bom_bytes);
        Ok(Self {
            file,
            decoder: encoding.encoding.new_decoder_without_bom_handling(),
            input: vec![0; CHUNK_BYTES],
            input_range: (0, 0),
            // Whole characters only leave the decoder, so that a chunk is valid UTF-8 by itself.
            output: vec![0; CHUNK_BYTES * 3],
            output_range: (0, 0),
            ended: false,
            finished: false,
            meter,
        })
    }
}

/// `Read` of what has a buffer.
pub(crate) fn read_buffered(source: &mut impl BufRead, into: &mut [u8]) -> io::Result<usize> {
    let mut available = source.fill_buf()?;
    let count = available.read(into)?;
    source.consume(count);
    Ok(count)
}

impl Read for Decoded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, into)
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.output_range.0 == self.output_range.1 && !self.finished {
            if self.input_range.0 == self.input_range.1 && !self.ended {
                let count = self.file.read(&mut self.input)?;
                self.meter.add(count as u64);
                self.input_range = (0, count);
                self.ended = count == 0;
            }
            let input = &self.input[self.input_range.0..self.input_range.1];
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.output, self.ended);
            self.input_range.0 += read;
            self.output_range = (0, written);
            self.finished = self.ended && result == CoderResult::InputEmpty;
        }
        Ok(&self.output[self.output_range.0..self.output_range.1])
    }

    fn consume(&mut self, count: usize) {
        self.output_range.0 = (self.output_range.0 + count).min(self.output_range.1);
    }
}

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    Text,
    /// Objects in an array, or an object a line.
    JsonArray,
    JsonLines,
    /// A zip archive, which a workbook is too.
    Zip,
    Gzip,
    /// An .xls, or a workbook with a password.
    Protected,
    Pdf,
    Markup,
}

pub fn shape(file: &mut File) -> io::Result<FileFormat> {
    let start = opening(file)?;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    Ok(match (&start[..], text.iter().find(|byte| !byte.is_ascii_whitespace())) {
        ([b'P', b'K', 3 | 5, ..], _) => FileFormat::Zip,
        ([0xD0, 0xCF, 0x11, 0xE0, ..], _) => FileFormat::Protected,
        ([0x1F, 0x8B, ..], _) => FileFormat::Gzip,
        ([b'%', b'P', b'D', b'F', ..], _) => FileFormat::Pdf,
        (_, Some(b'<')) => FileFormat::Markup,
        (_, Some(b'[')) => FileFormat::JsonArray,
        (_, Some(b'{')) => FileFormat::JsonLines,
        _ => FileFormat::Text,
    })
}

/// What the first bytes say of a file that is no text table at all.
pub fn sniff_format(file: &mut File) -> io::Result<Option<Words>> {
    Ok(match shape(file)? {
        FileFormat::JsonArray | FileFormat::JsonLines => {
            let (es, en) = ("es JSON: la descarga respondió otra cosa", "it is JSON: the download answered with something else");
            Some(Words::new(es, en))
        }
        other => foreign(other),
    })
}

/// What the first bytes say of a file that cannot be lines of JSON.
pub fn no_json(file: &mut File) -> io::Result<Option<Words>> {
    let wide = matches!(opening(file)?[..], [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let words = || Words::new("es UTF-16: el JSON se escribe en UTF-8", "it is UTF-16: JSON is written in UTF-8");
    Ok(foreign(shape(file)?).or_else(|| wide.then(words)))
}

fn opening(file: &mut File) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(512).read_to_end(&mut start)?;
    Ok(start)
}

/// What is neither text nor JSON.
pub fn foreign(shape: FileFormat) -> Option<Words> {
    let (es, en) = match shape {
        FileFormat::Zip => (
            "es un archivo zip o un libro de Excel, no una tabla de texto",
            "it is a zip archive or a workbook, not a text table",
        ),
        FileFormat::Protected => (
            "es un .xls antiguo o un libro protegido con contraseña, no una tabla de texto",
            "it is an old .xls or a password-protected workbook, not a text table",
        ),
        FileFormat::Gzip => ("está comprimido con gzip: descomprímalo primero", "it is gzip-compressed: unpack it first"),
        FileFormat::Pdf => ("es un documento PDF", "it is a PDF document"),
        FileFormat::Markup => (
            "es una página web o XML: la descarga respondió otra cosa",
            "it is a web page or XML: the download answered with something else",
        ),
        FileFormat::Text | FileFormat::JsonArray | FileFormat::JsonLines => return None,
    };
    Some(Words::new(es, en))
}
