//! A publisher's text table, read twice: once to decide how it is written, once for its rows. Memory stays flat.

use super::error::FileError;
use super::fields::Fields;
use super::number::{Evidence, NumberFormat, Numbers};
use super::records::{Frame, Records};
use super::row::{Row, fault};
use super::table::{Layout, Table};
use super::tally::{Counts, Each, Tally};
use super::text::{Decoded, Meter, TextEncoding, detect, disguise};
use super::{FileFacts, dates};
use crate::domain::source_row::Fault;
use std::{fs::File, io, path::Path};

/// What distinguishes one publisher's table from another's.
pub struct TextLayout<T> {
    pub layout: Layout,
    /// The columns whose values show how the file writes numbers.
    pub numbers: &'static [usize],
    pub usual_format: NumberFormat,
    /// SISMED names its files by expediente, which looks like a date.
    pub dated_file_name: bool,
    pub read: fn(&Row<'_>) -> Result<T, Fault>,
}

const PLACE: &str = "the header";

pub fn read_text<T>(
    path: &Path,
    layout: &TextLayout<T>,
    report: &dyn Fn(u64),
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    if let Some(why) = disguise(&mut file).map_err(unreadable)? {
        return Err(FileError::NotThisLayout { layout: layout.layout.code, why: why.to_owned() });
    }
    let encoding = detect(&mut file).map_err(unreadable)?;
    let look = look_ahead(&mut file, encoding, layout).map_err(|error| error.or_unreadable(path))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let facts = FileFacts {
        layout: layout.layout.code,
        encoding: encoding.name,
        delimiter: Some(look.delimiter),
        number_format: look.numbers.format.label(),
        cut_date: if layout.dated_file_name { dates::in_file_name(&name) } else { None },
    };
    let meter = Meter::new(report);
    let decoded = Decoded::new(&mut file, encoding, &meter).map_err(unreadable)?;
    let mut records = Records::new(decoded, look.delimiter, Some(look.table.headers.len()));
    let mut tally = Tally::new(each);
    records.next_frame().map_err(unreadable)?;
    while let Some(frame) = records.next_frame().map_err(unreadable)? {
        row(frame, &records.fields, &look, layout, &mut tally)?;
    }
    Ok((facts, tally.counts))
}

fn row<T>(
    frame: Frame,
    fields: &Fields,
    look: &LookAhead,
    layout: &TextLayout<T>,
    tally: &mut Tally<'_, '_, T>,
) -> Result<(), FileError> {
    let line = match frame {
        Frame::Record(line) => line,
        Frame::Broken { line, reason, text } => return tally.row(line, Err(fault(None, line, None, &text, reason))),
    };
    let row = Row { fields, table: &look.table, numbers: look.numbers, sheet: None, line };
    if fields.iter().all(|field| field.trim().is_empty()) {
        return tally.refuse(row.row_fault("blank_row"));
    }
    if fields.count() != look.table.headers.len() {
        return tally.row(line, Err(row.row_fault("wrong_number_of_fields")));
    }
    if look.table.is_repeated_header(fields) {
        return tally.refuse(row.row_fault("repeated_header"));
    }
    let read = row.damage().map_or_else(|| (layout.read)(&row), Err);
    tally.row(line, read)
}

/// What the first pass found out.
struct LookAhead {
    delimiter: char,
    table: Table,
    numbers: Numbers,
}

enum LookError {
    Io(io::Error),
    File(FileError),
}

impl From<io::Error> for LookError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl LookError {
    fn or_unreadable(self, path: &Path) -> FileError {
        match self {
            Self::Io(source) => FileError::Unreadable { path: path.to_owned(), source },
            Self::File(error) => error,
        }
    }
}

fn look_ahead<T>(file: &mut File, encoding: TextEncoding, layout: &TextLayout<T>) -> Result<LookAhead, LookError> {
    let (delimiter, table) = find_header(file, encoding, &layout.layout)?;
    let meter = Meter::silent();
    let mut records = Records::new(Decoded::new(file, encoding, &meter)?, delimiter, Some(table.headers.len()));
    let mut evidence = Evidence::default();
    let mut rows = 0_u64;
    records.next_frame()?;
    while let Some(frame) = records.next_frame()? {
        rows += 1;
        if matches!(frame, Frame::Record(_)) && records.fields.count() == table.headers.len() {
            let places = layout.numbers.iter().filter_map(|&column| table.place(column));
            places.for_each(|index| evidence.see(records.fields.get(index)));
        }
    }
    if rows == 0 {
        return Err(LookError::File(FileError::Empty("it has a header and no rows")));
    }
    Ok(LookAhead { delimiter, table, numbers: evidence.decide(layout.usual_format) })
}

/// The delimiter is the one under which the first row names more of the layout's columns.
fn find_header(file: &mut File, encoding: TextEncoding, layout: &Layout) -> Result<(char, Table), LookError> {
    let mut best: Option<(usize, char, Fields)> = None;
    for delimiter in [',', ';', '\t'] {
        let meter = Meter::silent();
        let mut records = Records::new(Decoded::new(file, encoding, &meter)?, delimiter, None);
        match records.next_frame()? {
            None => return Err(LookError::File(FileError::Empty("it has no text at all"))),
            Some(Frame::Record(_)) => {
                let recognised = layout.recognised(&records.fields);
                if best.as_ref().is_none_or(|(most, ..)| recognised > *most) {
                    best = Some((recognised, delimiter, records.fields.clone()));
                }
            }
            Some(Frame::Broken { .. }) => {}
        }
    }
    let not_this = |why: String| LookError::File(FileError::NotThisLayout { layout: layout.code, why });
    let Some((_, delimiter, fields)) = best else {
        return Err(not_this("its first line is no table header (a quote without its end, or no line break)".to_owned()));
    };
    if !layout.is_header(&fields) {
        let printed = |field: &str| field.chars().filter(|letter| !letter.is_control()).take(40).collect();
        let found: Vec<String> = fields.iter().take(8).map(printed).collect();
        return Err(not_this(format!("its first row reads `{}`, not the names of the columns", found.join(" | "))));
    }
    let table = layout.match_header(&fields, PLACE).map_err(LookError::File)?;
    Ok((delimiter, table))
}
