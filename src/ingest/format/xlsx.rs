//! An .xlsx workbook as a stream of rows of text cells. A sheet is never held whole, whatever range it claims to use.

use super::{
    decode::Meter,
    fields::Fields,
    fold::{fold, likeness},
};
use crate::ingest::{error::FileError, words::Words};
use calamine::{DataRef, Reader, Xlsx, XlsxError};
use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    ops::ControlFlow,
    panic::{self, AssertUnwindSafe},
    path::Path,
};

/// How much a workbook may unpack to.
pub struct WorkbookLimits {
    pub part_bytes_max: u64,
    pub total_bytes_max: u64,
    pub ratio_max: u64,
    /// The texts that its cells share, which are held.
    pub shared_texts_bytes_max: u64,
}

/// Real workbooks unpack to a few megabytes; these bounds keep a hostile one from taking the machine.
const OF_PUBLISHERS: WorkbookLimits =
    WorkbookLimits { part_bytes_max: 256 << 20, total_bytes_max: 512 << 20, ratio_max: 200, shared_texts_bytes_max: 256 << 20 };
const SHARED_TEXTS: &str = "xl/sharedStrings.xml";
/// Small parts may compress well without being an attack.
const RATIO_FROM_BYTES: u64 = 8 << 20;
const PARTS_MAX: usize = 2000;
/// A row wider than any list; cells beyond are not looked at.
const COLUMNS_MAX: u32 = 256;

/// Reads the file and counts what was read, for the progress.
struct Metered<'a> {
    file: BufReader<File>,
    meter: &'a Meter<'a>,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Takes a sheet's rows with their numbers, and says whether it wants more.
pub type EachRow<'a> = dyn FnMut(u64, &Cells) -> Result<ControlFlow<()>, FileError> + 'a;

pub struct Workbook<'a> {
    xlsx: Xlsx<Metered<'a>>,
}

impl<'a> Workbook<'a> {
    pub fn open(path: &Path, layout: &'static str, meter: &'a Meter<'a>) -> Result<Self, FileError> {
        Self::open_within(path, layout, meter, &OF_PUBLISHERS)
    }

    pub fn open_within(
        path: &Path,
        layout: &'static str,
        meter: &'a Meter<'a>,
        limits: &WorkbookLimits,
    ) -> Result<Self, FileError> {
        let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
        refuse_bombs(File::open(path).map_err(unreadable)?, limits)?;
        let file = BufReader::new(File::open(path).map_err(unreadable)?);
        let xlsx = contained(|| Ok(Xlsx::new(Metered { file, meter })))?.map_err(|error| match error {
            XlsxError::Password => FileError::Protected,
            XlsxError::FileNotFound(part) => {
                let (es, en) = ("es un archivo zip sin", "it is an archive without");
                FileError::not_this(layout, format!("{es} `{part}`: no es un libro"), format!("{en} `{part}`, so no workbook"))
            }
            other => damaged(other),
        })?;
        Ok(Self { xlsx })
    }

    /// The workbook's own spelling of a sheet's name.
    pub fn sheet(&self, wanted: &'static str) -> Result<String, FileError> {
        let names = self.xlsx.sheet_names();
        if let Some(name) = names.iter().find(|name| fold(name) == fold(wanted)) {
            return Ok(name.clone());
        }
        let nearest = names.into_iter().max_by_key(|name| likeness(&fold(name), &fold(wanted)));
        Err(FileError::MissingSheet { sheet: wanted, nearest })
    }

    /// The names of all sheets, in the workbook's order.
    pub fn sheets(&self) -> Vec<String> {
        self.xlsx.sheet_names()
    }

    /// Hands out every row that holds something, with its number as the spreadsheet shows it. Empty rows cost nothing.
    pub fn rows(&mut self, sheet: &str, each: &mut dyn FnMut(u64, &Fields) -> Result<(), FileError>) -> Result<(), FileError> {
        self.cells(sheet, &mut |row, cells| each(row, &cells.fields).map(ControlFlow::Continue))
    }

    /// The same with what each cell is, until the caller has seen enough.
    pub fn cells(&mut self, sheet: &str, each: &mut EachRow<'_>) -> Result<(), FileError> {
        let mut reader = contained(|| self.xlsx.worksheet_cells_reader(sheet).map_err(damaged))?;
        rows_of(
            &mut || {
                let cell = contained(|| reader.next_cell().map_err(damaged))?;
                Ok(cell.map(|cell| FoundCell::of(cell.get_position(), cell.get_value(), false)))
            },
            each,
        )
    }

    /// The same, and whether a cell's value is what a formula gave when the workbook was saved.
    pub fn cells_and_formulas(&mut self, sheet: &str, each: &mut EachRow<'_>) -> Result<(), FileError> {
        let mut reader = contained(|| self.xlsx.worksheet_cells_reader(sheet).map_err(damaged))?;
        rows_of(
            &mut || {
                let cell = contained(|| reader.next_cell_with_formula_metadata().map_err(damaged))?;
                Ok(cell.map(|cell| FoundCell::of(cell.pos, &cell.value, cell.formula.is_some())))
            },
            each,
        )
    }
}

struct FoundCell {
    row: u32,
    column: u32,
    text: String,
    is_number: bool,
    is_formula: bool,
}

impl FoundCell {
    fn of((row, column): (u32, u32), value: &DataRef<'_>, is_formula: bool) -> Self {
        let is_number = matches!(value, DataRef::Int(_) | DataRef::Float(_));
        Self { row, column, text: text_of(value), is_number, is_formula }
    }
}

/// Puts cells together to rows.
fn rows_of(next: &mut dyn FnMut() -> Result<Option<FoundCell>, FileError>, each: &mut EachRow<'_>) -> Result<(), FileError> {
    let mut cells = Cells::default();
    let mut current = None;
    while let Some(cell) = next()? {
        if cell.text.trim().is_empty() || cell.column >= COLUMNS_MAX {
            continue;
        }
        if current != Some(cell.row) {
            if let Some(done) = current
                && each(u64::from(done) + 1, &cells)?.is_break()
            {
                return Ok(());
            }
            current = Some(cell.row);
            cells.clear();
        }
        // A cell out of order has no place left; the row then lacks a value and is set aside.
        while cells.fields.count() < cell.column as usize {
            cells.push("", false, false);
        }
        if cells.fields.count() == cell.column as usize {
            cells.push(&cell.text, cell.is_number, cell.is_formula);
        }
    }
    match current {
        Some(done) => each(u64::from(done) + 1, &cells).map(|_| ()),
        None => Ok(()),
    }
}

/// A row of a sheet.
#[derive(Default)]
pub struct Cells {
    pub fields: Fields,
    numbers: Vec<bool>,
    formulas: Vec<bool>,
}

impl Cells {
    fn push(&mut self, text: &str, is_number: bool, is_formula: bool) {
        self.fields.push(text);
        self.numbers.push(is_number);
        self.formulas.push(is_formula);
    }

    fn clear(&mut self) {
        self.fields.clear();
        self.numbers.clear();
        self.formulas.clear();
    }

    /// Whether the value is what a formula gave; only where formulas were read.
    pub fn is_formula(&self, index: usize) -> bool {
        self.formulas.get(index).copied().unwrap_or_default()
    }

    /// Whether the cell holds a number, not a text that looks like one.
    pub fn is_number(&self, index: usize) -> bool {
        self.numbers.get(index).copied().unwrap_or_default()
    }
}

/// Numbers as their shortest decimal text, dates as ISO days: from here on a cell is a text like any other.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // The shortest text that reads back as the same float: what a person sees in the cell. It goes no further as a float.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTime(duration) => duration.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Unpacks every part into nothing, counting: sizes declared in the archive can lie.
fn refuse_bombs(file: File, limits: &WorkbookLimits) -> Result<(), FileError> {
    let WorkbookLimits { part_bytes_max, total_bytes_max, ratio_max, shared_texts_bytes_max } = *limits;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > PARTS_MAX {
        let parts = archive.len();
        let what = Words::new(format!("{parts} partes"), format!("{parts} parts"));
        return Err(FileError::Bomb { entry: ".xlsx".to_owned(), what });
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let (entry, packed) = (part.name().map_err(damaged)?.into_owned(), part.compressed_size());
        let part_bytes_max = if entry == SHARED_TEXTS { shared_texts_bytes_max } else { part_bytes_max };
        let unpacked = io::copy(&mut part.take(part_bytes_max + 1), &mut io::sink())
            .map_err(|error| damaged(format!("its part `{entry}` does not unpack: {error}")))?;
        total += unpacked;
        let what = if unpacked > part_bytes_max {
            Words::new(format!("más de {part_bytes_max} bytes"), format!("more than {part_bytes_max} bytes"))
        } else if unpacked > RATIO_FROM_BYTES && unpacked / packed.max(1) > ratio_max {
            Words::new(format!("más de {ratio_max} veces su tamaño"), format!("more than {ratio_max} times its size"))
        } else if total > total_bytes_max {
            let (es, en) = ("bytes con las partes anteriores", "bytes with the parts before it");
            Words::new(format!("más de {total_bytes_max} {es}"), format!("more than {total_bytes_max} {en}"))
        } else {
            continue;
        };
        return Err(FileError::Bomb { entry, what });
    }
    Ok(())
}

/// The library that takes workbooks apart panics on some that are forged: a damage of the file as any other.
fn contained<T>(work: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
}

fn damaged(error: impl ToString) -> FileError {
    FileError::Workbook(error.to_string())
}
