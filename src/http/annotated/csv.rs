//! A caller's own CSV with cells added at the end of its records. The bytes of the file stay as they are; only UTF-16 is written as UTF-8.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use encoding_rs::WINDOWS_1252;

use super::added::AddedSheet;
use crate::{
    exports::{cell_text::push_parted_cell, people_rows::BYTE_ORDER_MARK},
    ingest::format::{
        decode::{self, Decoded, Meter},
        records::{Frame, Records},
    },
};

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// A record of the file: its first line, and how many fields it has.
struct RecordPlace {
    line: u64,
    fields: usize,
}

pub fn write(original: &Path, added: &AddedSheet, out: File) -> io::Result<()> {
    let mut file = File::open(original)?;
    let encoding = decode::detect(&mut file)?;
    let (delimiter, places) = best_split(&mut file, added.header_row)?;
    let width = places.iter().filter(|place| place.line == added.header_row || added.rows.of(place.line).is_some());
    let width = width.map(|place| place.fields).max().unwrap_or(0);
    let mut out = BufWriter::new(out);
    let meter = Meter::silent();
    let transcoded = encoding.name.starts_with("utf-16");
    let mut source: Box<dyn BufRead + '_> = if transcoded {
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        Box::new(Decoded::new(&mut file, encoding, &meter)?)
    } else {
        Box::new(BufReader::new(File::open(original)?))
    };
    let is_latin = encoding.name == "windows-1252";
    let mut next = places.iter().peekable();
    // Lines of the record that is open, each with its end.
    let (mut number, mut open, mut of) = (0_u64, Vec::<(Vec<u8>, Vec<u8>)>::new(), None::<&RecordPlace>);
    while let Some(line) = next_line(&mut *source)? {
        number += 1;
        if next.peek().is_some_and(|place| place.line == number) {
            flush(&mut out, &mut open, of.and_then(|place| text(place, added, delimiter, width)), is_latin)?;
            of = next.next();
        }
        open.push(line);
    }
    flush(&mut out, &mut open, of.and_then(|place| text(place, added, delimiter, width)), is_latin)?;
    out.flush()
}

/// What is added to a record: fields that it lacks, then ours.
fn text(place: &RecordPlace, added: &AddedSheet, delimiter: char, width: usize) -> Option<String> {
    let mut text = String::new();
    let lacking = width.saturating_sub(place.fields);
    text.extend(std::iter::repeat_n(delimiter, lacking));
    let mut push = |cell: &str| {
        text.push(delimiter);
        push_parted_cell(&mut text, cell, delimiter);
    };
    if place.line == added.header_row {
        added.header.iter().for_each(|name| push(name));
        return Some(text);
    }
    for (column, cell) in added.rows.of(place.line)?.enumerate() {
        // Who parts cells by a semicolon writes a comma in numbers.
        match added.numbers.contains(&column) && delimiter == ';' {
            true => push(&cell.replace('.', ",")),
            false => push(cell),
        }
    }
    Some(text)
}

/// Writes the lines of a record, with what is added behind the last one that holds something.
fn flush(out: &mut impl Write, open: &mut Vec<(Vec<u8>, Vec<u8>)>, added: Option<String>, is_latin: bool) -> io::Result<()> {
    let last = open.iter().rposition(|(line, _)| !line.iter().all(u8::is_ascii_whitespace));
    for (place, (line, end)) in open.drain(..).enumerate() {
        out.write_all(&line)?;
        if Some(place) == last
            && let Some(text) = &added
        {
            match is_latin {
                true => out.write_all(&WINDOWS_1252.encode(text).0)?,
                false => out.write_all(text.as_bytes())?,
            }
        }
        out.write_all(&end)?;
    }
    Ok(())
}

/// The delimiter by which the header has most fields, and the records as it parts them.
fn best_split(file: &mut File, header_row: u64) -> io::Result<(char, Vec<RecordPlace>)> {
    let mut best: (char, usize, Vec<RecordPlace>) = (',', 0, Vec::new());
    for delimiter in DELIMITERS {
        let places = records(file, delimiter)?;
        let fields = places.iter().find(|place| place.line == header_row).map_or(0, |place| place.fields);
        if fields > best.1 {
            best = (delimiter, fields, places);
        }
    }
    Ok((best.0, best.2))
}

fn records(file: &mut File, delimiter: char) -> io::Result<Vec<RecordPlace>> {
    let encoding = decode::detect(file)?;
    let meter = Meter::silent();
    let mut records = Records::new(Decoded::new(file, encoding, &meter)?, delimiter);
    let mut places = Vec::new();
    while let Some(frame) = records.next_frame()? {
        places.push(match frame {
            Frame::Record(line) => RecordPlace { line, fields: records.fields.count() },
            Frame::Broken { line, .. } => RecordPlace { line, fields: 0 },
        });
    }
    Ok(places)
}

/// A line and its end as it is: LF, CR LF or CR.
fn next_line(source: &mut dyn BufRead) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut line = Vec::new();
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            return Ok((!line.is_empty()).then_some((line, Vec::new())));
        }
        let Some(end) = memchr::memchr2(b'\n', b'\r', chunk) else {
            let length = chunk.len();
            line.extend_from_slice(chunk);
            source.consume(length);
            continue;
        };
        line.extend_from_slice(chunk.get(..end).unwrap_or_default());
        let mut mark = vec![chunk.get(end).copied().unwrap_or(b'\n')];
        source.consume(end + 1);
        if mark == b"\r" && source.fill_buf()?.first() == Some(&b'\n') {
            mark.push(b'\n');
            source.consume(1);
        }
        return Ok(Some((line, mark)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::annotated::added::AddedRows;

    fn annotated(name: &str, bytes: &[u8], header_row: u64, rows: &[(u64, &str)]) -> Vec<u8> {
        let folder = std::env::temp_dir();
        let (from, to) = ["in", "out"].map(|end| folder.join(format!("termometro-{name}-{}-{end}", std::process::id()))).into();
        std::fs::write(&from, bytes).unwrap();
        let header = vec!["Veredicto".to_owned(), "Techo".to_owned()];
        let mut added = AddedSheet { header_row, header, numbers: &[1], widths: &[], rows: AddedRows::default() };
        for (row, verdict) in rows {
            added.rows.push(*row, &[(*verdict).to_owned(), "12.50".to_owned()]);
        }
        write(&from, &added, File::create(&to).unwrap()).unwrap();
        let written = std::fs::read(&to).unwrap();
        let _ = (std::fs::remove_file(from), std::fs::remove_file(to));
        written
    }

    #[test]
    fn every_byte_stays_and_cells_are_added_at_the_end() {
        let file = "Hospital;;\r\n\r\nnombre;precio\r\n\"a \"\"b\"\"\nc\";33.052,00\r\nTOTAL;1\r\n\r\nd;2;x";
        let written = annotated("csv", file.as_bytes(), 3, &[(4, "dentro"), (8, "por; encima")]);
        let expected = "Hospital;;\r\n\r\nnombre;precio;;Veredicto;Techo\r\n\"a \"\"b\"\"\nc\";33.052,00;;dentro;12,50\r\nTOTAL;1\r\n\r\nd;2;x;\"por; encima\";12,50";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn the_file_keeps_its_encoding() {
        let latin = annotated("latin", b"descripci\xF3n,precio\na\xF1o,5\n", 1, &[(2, "no se leyó")]);
        assert_eq!(latin, b"descripci\xF3n,precio,Veredicto,Techo\na\xF1o,5,no se ley\xF3,12.50\n");
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a,b\nñ,2\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let text = String::from_utf8(annotated("wide", &wide, 1, &[(2, "ok")])).unwrap();
        assert_eq!(text, "\u{FEFF}a,b,Veredicto,Techo\nñ,2,ok,12.50\n");
        let marked = annotated("marked", "\u{FEFF}a,b\r1,2\r".as_bytes(), 1, &[(2, "ok")]);
        assert_eq!(String::from_utf8(marked).unwrap(), "\u{FEFF}a,b,Veredicto,Techo\r1,2,ok,12.50\r");
    }
}
