//! A table in a text file, read twice: once to detect its formats, once for its rows. Memory stays flat.

use super::{
    layout::{Header, Input, Recognise, Seen, TableLayout, TableReader, header_of, no_header, place_columns, printed},
    row::fault,
};
use crate::ingest::{
    error::{Empty, FileError, HeaderPlace},
    file_facts::FileFacts,
    format::{
        decode::{Decoded, Meter, TextEncoding, detect, sniff_format},
        fields::Fields,
        records::{Frame, Records},
    },
    tally::{Counts, Each, RowCounter},
};
use std::{fs::File, io};

/// Titles and notes may stand above the header; further down it is no header.
pub const HEADER_ROWS_MAX: usize = 15;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

pub fn read_text<T>(
    input: &Input<'_>,
    layouts: &[&TableLayout<T>],
    report: &dyn Fn(u64),
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: input.path.to_owned(), source };
    let mut file = File::open(input.path).map_err(unreadable)?;
    if let Some(why) = sniff_format(&mut file).map_err(unreadable)? {
        return Err(FileError::NotThisLayout { layout: layouts[0].layout.code, why });
    }
    let encoding = detect(&mut file).map_err(unreadable)?;
    let mut text = TextFile { file, encoding };
    let (header, start) = text.find_header(layouts, input.recognise).map_err(|error| error.or_unreadable(input))?;
    let seen = text.detect_layout(&header, &start).map_err(unreadable)?;
    let reading = TableReader::decide(header, seen, input)?;
    let facts = reading.facts(input, encoding.name, Some(start.delimiter));
    let (meter, mut tally) = (Meter::new(report), RowCounter::new(each));
    let mut records = text.records(&start, &meter).map_err(unreadable)?;
    records.set_widths(reading.table.named_width(), reading.table.headers.len());
    while let Some(frame) = records.next_frame().map_err(unreadable)? {
        match frame {
            Frame::Record(line) => reading.row(line, &records.fields, &mut tally)?,
            Frame::Broken { line, reason, text } => tally.row(line, Err(fault(None, line, None, &text, reason)))?,
        }
    }
    Ok((facts, tally.counts))
}

/// The line in which the header begins.
pub fn header_line<T>(input: &Input<'_>, layouts: &[&TableLayout<T>]) -> Result<u64, FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: input.path.to_owned(), source };
    let mut file = File::open(input.path).map_err(unreadable)?;
    let encoding = detect(&mut file).map_err(unreadable)?;
    let mut text = TextFile { file, encoding };
    let found = text.find_header(layouts, input.recognise).map_err(|error| error.or_unreadable(input))?;
    Ok(found.1.line)
}

struct TextFile {
    file: File,
    encoding: TextEncoding,
}

/// Where the header stands.
struct Start {
    delimiter: char,
    line: u64,
}

impl TextFile {
    /// The delimiter is the one under which a row names most of a layout's columns.
    fn find_header<'a, T>(
        &mut self,
        layouts: &[&'a TableLayout<T>],
        recognise: &Recognise,
    ) -> Result<(Header<'a, T>, Start), HeaderError> {
        let mut best: Option<(usize, &'a TableLayout<T>, Start, Fields)> = None;
        let (mut rows, mut any): (Vec<Fields>, bool) = (Vec::new(), false);
        for delimiter in DELIMITERS {
            let meter = Meter::silent();
            let mut records = Records::new(Decoded::new(&mut self.file, self.encoding, &meter)?, delimiter);
            for _ in 0..HEADER_ROWS_MAX {
                let Some(frame) = records.next_frame()? else { break };
                any = true;
                let Frame::Record(line) = frame else { continue };
                if let Some((recognised, layout)) = header_of(layouts, &records.fields) {
                    if best.as_ref().is_none_or(|(most, ..)| recognised > *most) {
                        best = Some((recognised, layout, Start { delimiter, line }, records.fields.clone()));
                    }
                    break;
                }
                rows.push(records.fields.clone());
            }
        }
        if let Some((_, layout, start, fields)) = best {
            return Ok((place_columns(layout, &fields, HeaderPlace::Header, false, recognise)?, start));
        }
        if !any {
            return Err(FileError::Empty(Empty::NoText).into());
        }
        let first = rows.iter().max_by_key(|row| row.count());
        Err(no_header(&layouts[0].layout, &rows, recognise, || match first {
            None => (
                "su primera línea no es el encabezado de una tabla (unas comillas sin cerrar, o no hay saltos de línea)"
                    .to_owned(),
                "its first line is no table header (a quote without its end, or no line break)".to_owned(),
            ),
            Some(first) => {
                let row = printed(first);
                let lines = HEADER_ROWS_MAX;
                (
                    format!("ninguna de sus primeras {lines} filas tiene los nombres de las columnas; una dice `{row}`"),
                    format!("none of its first {lines} rows has the names of the columns; one reads `{row}`"),
                )
            }
        })
        .into())
    }

    fn detect_layout<T>(&mut self, header: &Header<'_, T>, start: &Start) -> io::Result<Seen> {
        let meter = Meter::silent();
        let mut seen = Seen::default();
        let (least, most) = (header.table.named_width(), header.table.headers.len());
        let mut records = self.records(start, &meter)?;
        records.set_widths(least, most);
        while let Some(frame) = records.next_frame()? {
            seen.rows += 1;
            if matches!(frame, Frame::Record(_)) && (least..=most).contains(&records.fields.count()) {
                seen.see(header, &records.fields, &|_| false);
            }
        }
        Ok(seen)
    }

    /// What follows the header. Up to there the file is taken apart as it was when the header was looked for.
    fn records<'a>(&'a mut self, start: &Start, meter: &'a Meter<'a>) -> io::Result<Records<Decoded<'a>>> {
        let mut records = Records::new(Decoded::new(&mut self.file, self.encoding, meter)?, start.delimiter);
        while let Some(frame) = records.next_frame()? {
            if frame == Frame::Record(start.line) {
                break;
            }
        }
        Ok(records)
    }
}

enum HeaderError {
    Io(io::Error),
    File(FileError),
}

impl From<io::Error> for HeaderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<FileError> for HeaderError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl HeaderError {
    fn or_unreadable(self, input: &Input<'_>) -> FileError {
        match self {
            Self::Io(source) => FileError::Unreadable { path: input.path.to_owned(), source },
            Self::File(error) => error,
        }
    }
}
