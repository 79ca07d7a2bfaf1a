//! A publisher's table in any kind of file: first its formats are detected from all rows, then the rows are read.

use super::{
    columns::{Extras, Layout, Table},
    row::Row,
};
use crate::{
    domain::reports::source_row::RowFault,
    ingest::{
        error::{Empty, FileError, HeaderPlace},
        file_facts::FileFacts,
        format::{
            dates::{self, DayEvidence, DayOrder},
            fields::Fields,
            number::{Evidence, NumberFormat, Numbers},
        },
        layout_name::LayoutName,
        tally::RowCounter,
    },
};
use std::path::Path;

/// The name and the value of what stays behind.
type LeftOver = fn(&Row<'_>) -> Option<(String, String)>;

/// The properties of one publisher's table.
pub struct TableLayout<T> {
    pub layout: Layout,
    /// The columns whose values show how the file writes numbers.
    pub numbers: &'static [usize],
    /// The columns that hold dates, which show whether the day or the month stands first.
    pub days: &'static [usize],
    pub usual_format: NumberFormat,
    /// Whose value in the first row tells what the file is of.
    pub key: Option<usize>,
    /// The layout of another table with the same header, from that value.
    pub other: fn(&str) -> Option<&'static LayoutName>,
    /// Whether the values of extra columns are handed out, or their names only.
    pub extra_values: bool,
    /// What the row holds and the layout's own reading does not take over.
    pub left_over: Option<LeftOver>,
    pub read: fn(&Row<'_>) -> Result<T, RowFault>,
}

impl<T> TableLayout<T> {
    /// Everything but the reading as most tables have it.
    pub const fn with(read: fn(&Row<'_>) -> Result<T, RowFault>) -> Self {
        Self {
            layout: Layout { code: "", columns: &[], extras: Extras::Reported },
            numbers: &[],
            days: &[],
            usual_format: NumberFormat::Plain,
            key: None,
            other: |_| None,
            extra_values: true,
            left_over: None,
            read,
        }
    }
}

/// Names another layout that a file is of, so that its owner learns what it is.
pub struct Recognise {
    /// By a row of names, with how many of them are columns of that layout.
    pub header: fn(&Fields) -> Option<(usize, &'static LayoutName)>,
    /// By the names of a workbook's sheets.
    pub sheets: fn(&[String]) -> Option<&'static LayoutName>,
}

/// A file to be read.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub path: &'a Path,
    /// As the publisher named it, whatever copy is read.
    pub name: &'a str,
    /// A header without rows is an error.
    pub rows_needed: bool,
    pub recognise: &'static Recognise,
}

impl<'a> Input<'a> {
    pub fn of(path: &'a Path, name: &'a str, recognise: &'static Recognise) -> Self {
        Self { path, name, rows_needed: true, recognise }
    }
}

/// A header that was found, and the layout that it is of.
pub struct Header<'a, T> {
    pub layout: &'a TableLayout<T>,
    pub table: Table,
    pub place: HeaderPlace,
}

/// Evidence from all rows, gathered in a first pass over the file.
#[derive(Default)]
pub struct Seen {
    pub rows: u64,
    columns: Vec<ColumnSeen>,
    first: Fields,
}

/// Evidence from the cells of one column.
#[derive(Clone, Copy, Default)]
pub struct ColumnSeen {
    numbers: Evidence,
    days: DayEvidence,
    any: bool,
    /// Something stands in it that is no whole number.
    other: bool,
}

impl ColumnSeen {
    /// `is_number` tells of a cell that is no text: it shows nothing of how texts are written.
    pub fn see(&mut self, cell: &str, is_number: bool) {
        if !is_number {
            self.numbers.see(cell);
            self.days.see(cell);
        }
        self.see_data(cell);
    }

    fn see_data(&mut self, cell: &str) {
        let cell = cell.trim();
        self.any |= !cell.is_empty();
        self.other |= !cell.bytes().all(|byte| byte.is_ascii_digit());
    }
}

impl Seen {
    /// A column, whether it was seen before or not.
    pub fn column(&mut self, index: usize) -> &mut ColumnSeen {
        if self.columns.len() <= index {
            self.columns.resize(index + 1, ColumnSeen::default());
        }
        &mut self.columns[index]
    }

    /// Of one row, the cells that matter.
    pub fn see<T>(&mut self, header: &Header<'_, T>, fields: &Fields, is_number: &dyn Fn(usize) -> bool) {
        let Header { layout, table, .. } = header;
        for index in layout.numbers.iter().filter_map(|&column| table.place(column)) {
            if !is_number(index) {
                self.column(index).numbers.see(fields.get(index));
            }
        }
        for index in layout.days.iter().filter_map(|&column| table.place(column)) {
            self.column(index).days.see(fields.get(index));
        }
        for &index in &table.nameless {
            self.column(index).see_data(fields.get(index));
        }
        self.see_first(fields);
    }

    pub fn see_first(&mut self, fields: &Fields) {
        if self.first.count() == 0 {
            self.first = fields.clone();
        }
    }

    fn numbers<T>(&self, layout: &TableLayout<T>, table: &Table) -> Numbers {
        let mut all = Evidence::default();
        self.of(layout.numbers, table).for_each(|column| all.add(column.numbers));
        all.decide(layout.usual_format)
    }

    fn days<T>(&self, layout: &TableLayout<T>, table: &Table) -> DayOrder {
        let mut all = DayEvidence::default();
        self.of(layout.days, table).for_each(|column| all.add(column.days));
        all.decide()
    }

    fn of(&self, columns: &'static [usize], table: &Table) -> impl Iterator<Item = &ColumnSeen> {
        columns.iter().filter_map(|&column| table.place(column)).filter_map(|index| self.columns.get(index))
    }

    /// A numbering of the rows stands before them, and is no data.
    fn holds_data(&self, index: usize) -> bool {
        self.columns.get(index).is_some_and(|column| column.any && (index > 0 || column.other))
    }
}

/// A table whose rows can be read.
pub struct TableReader<'a, T> {
    pub layout: &'a TableLayout<T>,
    pub table: Table,
    pub numbers: Numbers,
    days: DayOrder,
    sheet: Option<String>,
    /// Rows end at their last full cell.
    ragged: bool,
    key: Option<String>,
}

impl<'a, T> TableReader<'a, T> {
    pub fn decide(header: Header<'a, T>, seen: Seen, input: &Input<'_>) -> Result<Self, FileError> {
        let Header { layout, mut table, place } = header;
        if seen.rows == 0 && input.rows_needed {
            return Err(FileError::Empty(Empty::NoRows));
        }
        layout.layout.settle(&mut table, &|index| seen.holds_data(index), &place)?;
        let key = layout.key.and_then(|key| table.place(key)).map(|index| seen.first.get(index).trim().to_owned());
        if let Some(found) = key.as_deref().and_then(layout.other) {
            return Err(FileError::OtherLayout { layout: layout.layout.code, found });
        }
        let sheet = if let HeaderPlace::Sheet(name) = place { Some(name) } else { None };
        let (numbers, days) = (seen.numbers(layout, &table), seen.days(layout, &table));
        Ok(Self { layout, table, numbers, days, ragged: sheet.is_some(), sheet, key })
    }

    pub fn facts(&self, input: &Input<'_>, encoding: &'static str, delimiter: Option<char>) -> FileFacts {
        let named = dates::in_file_name(input.name);
        let day = named.filter(|(_, printed)| self.key.as_deref() != Some(*printed)).map(|(day, _)| day);
        FileFacts {
            layout: self.layout.layout.code,
            encoding,
            delimiter,
            number_format: self.numbers.format.label(),
            cut_date: day,
            extra_columns: self.table.extra_names(),
        }
    }

    pub fn row(&self, line: u64, fields: &Fields, tally: &mut RowCounter<'_, '_, T>) -> Result<(), FileError> {
        let Self { layout, table, numbers, days, .. } = self;
        let row = Row { fields, table, numbers: *numbers, days: *days, sheet: self.sheet.as_deref(), line };
        if fields.iter().all(|field| field.trim().is_empty()) {
            return tally.refuse(row.row_fault("blank_row"));
        }
        if !self.ragged && (fields.count() < table.named_width() || fields.count() > table.headers.len()) {
            return tally.row(line, Err(row.row_fault("wrong_number_of_fields")));
        }
        if table.is_repeated_header(fields) {
            return tally.refuse(row.row_fault("repeated_header"));
        }
        let read = row.damage().map_or_else(|| (layout.read)(&row), Err);
        if read.is_ok() {
            self.extra(&row, tally)?;
        }
        tally.row(line, read)
    }

    fn extra(&self, row: &Row<'_>, tally: &mut RowCounter<'_, '_, T>) -> Result<(), FileError> {
        let Self { layout, table, .. } = self;
        let mut values = Vec::new();
        if layout.extra_values && !table.extras.is_empty() {
            values = table.extra_values(row.fields);
        }
        values.extend(layout.left_over.and_then(|left_over| left_over(row)));
        if values.is_empty() { Ok(()) } else { tally.extra(row.line, values) }
    }
}

/// The layout that a row names most columns of, where it can be its header at all.
pub fn header_of<'a, T>(layouts: &[&'a TableLayout<T>], fields: &Fields) -> Option<(usize, &'a TableLayout<T>)> {
    let headed = layouts.iter().filter(|layout| layout.layout.is_header(fields));
    headed.map(|layout| (layout.layout.recognised(fields), *layout)).max_by_key(|(recognised, _)| *recognised)
}

/// A header's columns in their places; of a header that is another layout's, that layout.
pub fn place_columns<'a, T>(
    layout: &'a TableLayout<T>,
    fields: &Fields,
    place: HeaderPlace,
    sparse: bool,
    recognise: &Recognise,
) -> Result<Header<'a, T>, FileError> {
    let table = layout.layout.match_header(fields, &place, sparse).map_err(|error| {
        // With more than one column gone it is not the layout asked for, whatever further columns the file has.
        let is_another = match error {
            FileError::MissingColumn { .. } => layout.layout.lacking(fields) > 1,
            FileError::RenamedColumn { .. } => false,
            _ => return error,
        };
        // Another layout, also where it accounts for as many of the columns as the one asked for.
        let own = layout.layout.recognised(fields);
        let known = (recognise.header)(fields).filter(|(recognised, _)| is_another || *recognised >= own);
        known.map_or(error, |(_, found)| FileError::OtherLayout { layout: layout.layout.code, found })
    })?;
    Ok(Header { layout, table, place })
}

/// The rows of a file that has no header of the layouts asked for.
pub fn no_header(layout: &Layout, rows: &[Fields], recognise: &Recognise, why: impl FnOnce() -> (String, String)) -> FileError {
    if let Some((_, found)) = rows.iter().find_map(|row| (recognise.header)(row)) {
        return FileError::OtherLayout { layout: layout.code, found };
    }
    let (es, en) = why();
    FileError::not_this(layout.code, es, en)
}

/// How a row reads that should have been a header.
pub fn printed(fields: &Fields) -> String {
    let short = |field: &str| field.chars().filter(|letter| !letter.is_control()).take(40).collect();
    let found: Vec<String> = fields.iter().take(8).map(short).collect();
    found.join(" | ")
}
