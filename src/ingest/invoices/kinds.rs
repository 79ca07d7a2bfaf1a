//! What a file is, by its content, whatever its name says.

use super::{
    fault::{FaultKind, FileFault},
    text_stream::TextStream,
};
use crate::ingest::submission::med100;
use std::{
    fs::File,
    io::{self, BufReader, Read, Seek},
    path::Path,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvoiceFormat {
    /// `Invoice`, `CreditNote`, `DebitNote` or `AttachedDocument`.
    Dian,
    Zip,
    Csv,
    Xlsx,
    Rips,
    /// The published table of SISMED, in any of the forms that an import takes.
    Sismed,
    /// The file that goes to PISIS.
    Med100,
}

impl InvoiceFormat {
    pub const ALL: [Self; 7] = [Self::Dian, Self::Zip, Self::Csv, Self::Xlsx, Self::Rips, Self::Sismed, Self::Med100];

    pub fn code(self) -> &'static str {
        match self {
            Self::Dian => "dian",
            Self::Zip => "zip",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Rips => "rips",
            Self::Sismed => "sismed",
            Self::Med100 => "med100",
        }
    }
}

/// So much of the beginning is looked at.
const START_BYTES: usize = 8 << 10;
/// A JSON with one of these is of RIPS.
const OF_RIPS: &[&str] = &["\"usuarios\"", "\"numFactura\"", "\"numDocumentoIdObligado\"", "\"rips\"", "\"xmlFevFile\""];
/// A JSON with one of these is SISMED's table.
const OF_SISMED: &[&str] =
    &["\"NoExpediente\"", "\"CodTipoTransaccion\"", "\"tiporeportepreciodesc\"", "\"transaccionsismeddesc\""];

/// A list whose header is SISMED's is `Csv` or `Xlsx` here: that shows when it is read.
pub fn detect(path: &Path, name: &str) -> Result<InvoiceFormat, FileFault> {
    let unreadable = |_: io::Error| FileFault::new(name, FaultKind::Unreadable);
    let mut file = File::open(path).map_err(unreadable)?;
    let start = beginning(&mut file).map_err(unreadable)?;
    let kind = kind_of(&start).map_err(|kind| FileFault::new(name, kind))?;
    if kind != InvoiceFormat::Zip {
        return Ok(kind);
    }
    file.rewind().map_err(unreadable)?;
    let archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|_| FileFault::new(name, FaultKind::DamagedZip))?;
    let is_workbook = archive.file_names_raw().any(|entry| entry == b"xl/workbook.xml" || entry == b"[Content_Types].xml");
    Ok(if is_workbook { InvoiceFormat::Xlsx } else { InvoiceFormat::Zip })
}

pub(super) fn beginning(source: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    source.take(START_BYTES as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// By the first bytes. `Zip` may be a workbook, and `Csv` any table in text.
pub(super) fn kind_of(start: &[u8]) -> Result<InvoiceFormat, FaultKind> {
    match start {
        [b'P', b'K', 3 | 5, ..] => return Ok(InvoiceFormat::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(FaultKind::Protected),
        [0x1F, 0x8B, ..] => return Err(FaultKind::Gzip),
        [b'%', b'P', b'D', b'F', ..] => return Err(FaultKind::Pdf),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] | [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => {
            return Err(FaultKind::Image);
        }
        [b'G', b'I', b'F', b'8', ..] | [_, _, _, _, b'f', b't', b'y', b'p', ..] => return Err(FaultKind::Image),
        _ => {}
    }
    if med100::begins(start) {
        return Ok(InvoiceFormat::Med100);
    }
    let mut text = String::new();
    TextStream::new(start).read_to_string(&mut text).map_err(|_| FaultKind::Unreadable)?;
    let text = text.trim_start();
    let has = |names: &[&str]| names.iter().any(|name| text.contains(name));
    match text.chars().next() {
        None => Err(FaultKind::Empty),
        Some('<') if is_web_page(text) => Err(FaultKind::WebPage),
        Some('<') => Ok(InvoiceFormat::Dian),
        Some('{' | '[') if has(OF_SISMED) => Ok(InvoiceFormat::Sismed),
        Some('{') if has(OF_RIPS) => Ok(InvoiceFormat::Rips),
        Some('{' | '[') => Err(FaultKind::NotRips),
        Some(_) if text.contains('\0') => Err(FaultKind::NotSupported),
        Some(_) => Ok(InvoiceFormat::Csv),
    }
}

fn is_web_page(text: &str) -> bool {
    let lower = text.get(..text.len().min(512)).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("<!doctype html") || lower.contains("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_says_what_a_file_is() {
        use InvoiceFormat::{Csv, Dian, Med100, Rips, Sismed, Zip};
        for (start, expected) in [
            (&b"PK\x03\x04"[..], Ok(Zip)),
            (b"\xEF\xBB\xBF <?xml version='1.0'?><Invoice/>", Ok(Dian)),
            (b"\xFF\xFE<\0a\0", Ok(Dian)),
            (b"<!DOCTYPE html><p>", Err(FaultKind::WebPage)),
            (b"<HTML><p>", Err(FaultKind::WebPage)),
            (b"<!DOCTYPE a SYSTEM 'x'><a/>", Ok(Dian)),
            (b"{\"numFactura\":\"FE1\"", Ok(Rips)),
            (b"[{\"tiporeportepreciodesc\":\"VENTA\"", Ok(Sismed)),
            (b"{\"a\":1}", Err(FaultKind::NotRips)),
            (b"1|NI|899999063|2020-01-01|2020-03-31|1|1\r\n", Ok(Med100)),
            (b"cum;precio\n", Ok(Csv)),
            (b"%PDF-1.7", Err(FaultKind::Pdf)),
            (b"\x89PNG\r\n", Err(FaultKind::Image)),
            (b"\xFF\xD8\xFF\xE0", Err(FaultKind::Image)),
            (b"\xD0\xCF\x11\xE0\xA1", Err(FaultKind::Protected)),
            (b"\x1F\x8B\x08", Err(FaultKind::Gzip)),
            (b" \r\n", Err(FaultKind::Empty)),
            (b"", Err(FaultKind::Empty)),
            (b"MZ\x90\0\x03", Err(FaultKind::NotSupported)),
        ] {
            assert_eq!(kind_of(start), expected, "{}", String::from_utf8_lossy(start));
        }
    }
}
