//! A table of any kind as rows of cells, read as often as it is needed.

use super::{fault::FaultKind, piece::End};
use crate::ingest::{
    error::FileError,
    format::{
        decode::{Decoded, Meter, TextEncoding, detect},
        fields::Fields,
        records::{Frame, Records},
        xlsx::{Cells, Workbook, WorkbookLimits},
    },
};
use std::{fs::File, io, ops::ControlFlow, path::Path};

const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];
/// So many rows show how a text is parted.
const SHOWING_ROWS: usize = 30;
/// What a spreadsheet writes above a text, to say how it is parted.
const DELIMITER_LINE: &str = "sep=";
const LIMITS: WorkbookLimits =
    WorkbookLimits { part_bytes_max: 96 << 20, total_bytes_max: 192 << 20, ratio_max: 100, shared_texts_bytes_max: 32 << 20 };
const LAYOUT: &str = "lista de compras";

/// A row, or a line that is none.
pub struct GridRow<'a> {
    /// As an editor or a spreadsheet counts it.
    pub number: u64,
    fields: &'a Fields,
    cells: Option<&'a Cells>,
    /// Why it is none.
    pub broken: Option<&'static str>,
}

impl GridRow<'_> {
    pub fn count(&self) -> usize {
        self.fields.count()
    }

    pub fn get(&self, index: usize) -> &str {
        self.fields.get(index).trim()
    }

    /// A cell that holds a number, not a text that looks like one.
    pub fn is_number(&self, index: usize) -> bool {
        self.cells.is_some_and(|cells| cells.is_number(index))
    }

    pub fn is_formula(&self, index: usize) -> bool {
        self.cells.is_some_and(|cells| cells.is_formula(index))
    }
}

/// Takes the rows, and says whether it wants more.
pub type EachGridRow<'a> = dyn FnMut(&GridRow<'_>) -> Result<ControlFlow<()>, End> + 'a;

pub enum Grid<'m> {
    Text { file: File, encoding: TextEncoding, delimiter: char },
    Sheet { workbook: Box<Workbook<'m>>, sheet: String },
}

impl<'m> Grid<'m> {
    pub fn of_text(path: &Path, name: &str) -> Result<Self, End> {
        let unreadable = |_: io::Error| End::of(name, FaultKind::Unreadable);
        let mut file = File::open(path).map_err(unreadable)?;
        let encoding = detect(&mut file).map_err(unreadable)?;
        let delimiter = delimiter_of(&mut file, encoding).map_err(unreadable)?;
        Ok(Self::Text { file, encoding, delimiter })
    }

    pub fn of_workbook(path: &Path, name: &str, meter: &'m Meter<'m>) -> Result<Self, End> {
        let workbook = Workbook::open_within(path, LAYOUT, meter, &LIMITS).map_err(|error| End::of_error(name, error))?;
        Ok(Self::Sheet { workbook: Box::new(workbook), sheet: String::new() })
    }

    /// The sheets of a workbook; a text is one without a name.
    pub fn sheets(&self) -> Vec<Option<String>> {
        match self {
            Self::Text { .. } => vec![None],
            Self::Sheet { workbook, .. } => workbook.sheets().into_iter().map(Some).collect(),
        }
    }

    /// Rows are of this sheet from now on.
    pub fn choose(&mut self, wanted: Option<&str>) {
        if let (Self::Sheet { sheet, .. }, Some(wanted)) = (self, wanted) {
            wanted.clone_into(sheet);
        }
    }

    pub fn is_workbook(&self) -> bool {
        matches!(self, Self::Sheet { .. })
    }

    /// `widths`: least and largest number of fields, once the header is known.
    pub fn rows(&mut self, name: &str, widths: Option<(usize, usize)>, each: &mut EachGridRow<'_>) -> Result<(), End> {
        match self {
            Self::Text { file, encoding, delimiter } => text_rows(file, *encoding, *delimiter, name, widths, each),
            Self::Sheet { workbook, sheet } => {
                // A failure of the caller passes through the workbook's reader untouched.
                let mut failed = None;
                let read = workbook.cells_and_formulas(sheet, &mut |number, cells| {
                    let row = GridRow { number, fields: &cells.fields, cells: Some(cells), broken: None };
                    Ok(each(&row).unwrap_or_else(|end| {
                        failed = Some(end);
                        ControlFlow::Break(())
                    }))
                });
                match (failed, read) {
                    (Some(end), _) => Err(end),
                    (None, Err(error)) => Err(End::of_error(name, damaged(error))),
                    (None, Ok(())) => Ok(()),
                }
            }
        }
    }
}

/// A sheet that cannot be read is the workbook's fault; its own words may quote cells.
fn damaged(error: FileError) -> FileError {
    match error {
        FileError::Workbook(_) => FileError::Workbook("xl/worksheets".to_owned()),
        other => other,
    }
}

fn text_rows(
    file: &mut File,
    encoding: TextEncoding,
    delimiter: char,
    name: &str,
    widths: Option<(usize, usize)>,
    each: &mut EachGridRow<'_>,
) -> Result<(), End> {
    let unreadable = |_: io::Error| End::of(name, FaultKind::Unreadable);
    let meter = Meter::silent();
    let mut records = Records::new(Decoded::new(file, encoding, &meter).map_err(unreadable)?, delimiter);
    if let Some((least, most)) = widths {
        records.set_widths(least, most);
    }
    while let Some(frame) = records.next_frame().map_err(unreadable)? {
        let (number, broken) = match frame {
            Frame::Record(line) => (line, None),
            Frame::Broken { line, reason, .. } => (line, Some(reason)),
        };
        let is_delimiter_line = number == 1 && records.fields.text().to_ascii_lowercase().starts_with(DELIMITER_LINE);
        let is_blank = broken.is_none() && records.fields.iter().all(|field| field.trim().is_empty());
        if is_delimiter_line || is_blank {
            continue;
        }
        if each(&GridRow { number, fields: &records.fields, cells: None, broken })?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// The one under which the most rows have the same number of fields, and many of them.
fn delimiter_of(file: &mut File, encoding: TextEncoding) -> io::Result<char> {
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let meter = Meter::silent();
        let mut records = Records::new(Decoded::new(file, encoding, &meter)?, delimiter);
        let mut widths: Vec<usize> = Vec::new();
        for _ in 0..SHOWING_ROWS {
            match records.next_frame()? {
                None => break,
                Some(Frame::Record(1))
                    if records.fields.text().to_ascii_lowercase() == format!("{DELIMITER_LINE}{delimiter}") =>
                {
                    return Ok(delimiter);
                }
                Some(Frame::Record(_)) => widths.push(records.fields.count()),
                Some(Frame::Broken { .. }) => {}
            }
        }
        let score = |width: usize| widths.iter().filter(|other| **other == width).count() * (width - 1);
        let most = widths.iter().filter(|width| **width > 1).map(|width| score(*width)).max().unwrap_or_default();
        if most > best.0 {
            best = (most, delimiter);
        }
    }
    Ok(best.1)
}
