//! What is added to a file, row by row.

use std::collections::BTreeMap;

/// The cells of many rows, in little memory.
#[derive(Debug, Default)]
pub struct AddedRows(Vec<(u64, Box<str>)>);

/// Parts cells; no text of ours holds it.
const UNIT_SEPARATOR: char = '\u{1F}';

impl AddedRows {
    /// Rows come in their order.
    pub fn push(&mut self, row: u64, cells: &[String]) {
        self.0.push((row, cells.join("\u{1F}").into_boxed_str()));
    }

    pub fn of(&self, row: u64) -> Option<impl Iterator<Item = &str>> {
        let found = self.0.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.0.get(found).map(|(_, cells)| cells.split(UNIT_SEPARATOR))
    }
}

/// What is added to one sheet; a text has one, without a name.
#[derive(Debug, Default)]
pub struct AddedSheet {
    pub header_row: u64,
    pub header: Vec<String>,
    /// Which of its columns are numbers, from 0.
    pub numbers: &'static [usize],
    /// How many characters wide each is where a sheet shows it.
    pub widths: &'static [u32],
    pub rows: AddedRows,
}

pub type AddedSheets = BTreeMap<Option<String>, AddedSheet>;
