//! Finds columns by name, never by position; a missing or repeated column stops the file by its name.

use crate::ingest::{
    error::{FileError, HeaderPlace},
    format::{
        fields::Fields,
        fold::{fold, likeness},
    },
};

/// One column that a layout knows.
#[derive(Clone, Copy, Debug)]
pub struct LayoutColumn {
    /// As the publisher prints it today.
    pub name: &'static str,
    /// Other names under which it was published.
    pub also: &'static [&'static str],
    pub need: Need,
}

/// Whether a file must have the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    /// A table must have it. Objects leave a blank value out, so that a column may be absent where all its cells are blank.
    Blank,
    Optional,
}

/// The treatment of columns that the layout does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extras {
    /// The file stops by their name: who sends it means something by them.
    Refused,
    /// Their names are reported, and their values where the layout keeps them.
    Reported,
    /// A wide sheet of which a few columns are read.
    Ignored,
}

/// The layout of a publisher's table.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub code: &'static str,
    pub columns: &'static [LayoutColumn],
    pub extras: Extras,
}

/// A constant with the index of every column, and the list of them all in the same order.
macro_rules! columns {
    ($list:ident: $($id:ident $need:ident $name:literal $(| $also:literal)*),+ $(,)?) => {
        $(pub const $id: usize = $crate::ingest::table::columns::index_of($list, $name);)+
        pub const $list: &[$crate::ingest::table::columns::LayoutColumn] = &[$($crate::ingest::table::columns::LayoutColumn {
            name: $name, also: &[$($also),*], need: $crate::ingest::table::columns::columns!(@need $need),
        }),+];
    };
    (@need required) => { $crate::ingest::table::columns::Need::Required };
    (@need blank) => { $crate::ingest::table::columns::Need::Blank };
    (@need optional) => { $crate::ingest::table::columns::Need::Optional };
}
pub(crate) use columns;

/// Worked out when compiling; a name that is not in the list does not compile.
pub const fn index_of(columns: &[LayoutColumn], name: &str) -> usize {
    let mut index = 0;
    while !same(columns[index].name.as_bytes(), name.as_bytes()) {
        index += 1;
    }
    index
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

/// A layout's columns placed in one file.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file's own headers, on one line each.
    pub headers: Vec<String>,
    /// For each column of the layout, where it stands.
    places: Vec<Option<usize>>,
    /// Where the columns stand that the layout does not know and that are to be reported.
    pub extras: Vec<usize>,
    /// Columns without a name: nothing, a numbering of the rows, or data. The rows show which.
    pub nameless: Vec<usize>,
}

impl Table {
    pub fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    pub fn header(&self, column: usize) -> Option<String> {
        self.place(column).and_then(|index| self.headers.get(index)).cloned()
    }

    /// Whether a column of the layout stands there.
    pub fn is_placed(&self, index: usize) -> bool {
        self.places.contains(&Some(index))
    }

    /// How many fields a row has at least: nameless columns at the end may be left out.
    pub fn named_width(&self) -> usize {
        (0..self.headers.len()).rev().find(|index| !self.nameless.contains(index)).map_or(0, |last| last + 1)
    }

    /// Rows of a sheet may go on to the right of the header: there stand columns without a name.
    pub fn widen(&mut self, width: usize) {
        for index in self.headers.len()..width {
            self.headers.push(String::new());
            self.nameless.push(index);
        }
    }

    pub fn extra_names(&self) -> Vec<String> {
        self.extras.iter().map(|&index| shown(&self.headers[index], index)).collect()
    }

    /// The cells of the columns that are to be reported, where something stands in them.
    pub fn extra_values(&self, fields: &Fields) -> Vec<(String, String)> {
        let cell = |index: usize| fields.get(index).trim();
        let full = self.extras.iter().filter(|&&index| !cell(index).is_empty());
        full.map(|&index| (shown(&self.headers[index], index), cell(index).to_owned())).collect()
    }

    /// The header row once more, as files glued together have it.
    pub fn is_repeated_header(&self, fields: &Fields) -> bool {
        // A header begins with a letter, nearly every row with a digit.
        let first = |text: &str| text.bytes().next();
        if let (Some(header), Some(field)) = (self.headers.first().and_then(|header| first(header)), first(fields.get(0)))
            && header.is_ascii_alphabetic()
            && field.is_ascii_digit()
        {
            return false;
        }
        self.headers.iter().any(|header| !header.is_empty())
            && self.headers.iter().zip(fields.iter()).all(|(header, field)| fold(header) == fold(field))
    }
}

/// A control character in a header would go with every fault to where text cannot hold it.
fn on_one_line(name: &str) -> String {
    let words = name.split_whitespace().map(|word| word.replace(char::is_control, ""));
    words.collect::<Vec<_>>().join(" ")
}

/// Blank, or what a program writes for a blank: `Unnamed: 0`.
fn is_nameless(header: &str) -> bool {
    let number = header.strip_prefix("Unnamed:").map(str::trim);
    header.is_empty() || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn shown(header: &str, index: usize) -> String {
    if is_nameless(header) { format!("(no name, column {})", index + 1) } else { header.to_owned() }
}

impl LayoutColumn {
    fn is_named(&self, folded: &str) -> bool {
        fold(self.name) == folded || self.also.iter().any(|also| fold(also) == folded)
    }
}

impl Layout {
    /// How many of the layout's columns a row names.
    pub fn recognised(&self, fields: &Fields) -> usize {
        let names: Vec<String> = fields.iter().map(fold).collect();
        self.columns.iter().filter(|column| names.iter().any(|name| column.is_named(name))).count()
    }

    /// Whether a row can be this layout's header at all, with a column or two gone.
    pub fn is_header(&self, fields: &Fields) -> bool {
        let required = self.required().count();
        // No row of one field names half of several columns.
        (required < 3 || fields.count() > 1) && self.recognised(fields) * 2 >= required.max(1)
    }

    /// Whether nothing that must be there is missing.
    pub fn is_whole(&self, fields: &Fields) -> bool {
        let names: Vec<String> = fields.iter().map(fold).collect();
        self.required().all(|column| names.iter().any(|name| column.is_named(name)))
    }

    /// How many of the columns that every file must have a row does not name.
    pub fn lacking(&self, fields: &Fields) -> usize {
        let names: Vec<String> = fields.iter().map(fold).collect();
        let needed = self.columns.iter().filter(|column| column.need == Need::Required);
        needed.filter(|column| !names.iter().any(|name| column.is_named(name))).count()
    }

    fn required(&self) -> impl Iterator<Item = &'static LayoutColumn> {
        self.columns.iter().filter(|column| column.need != Need::Optional)
    }

    /// Places every column or says which one is at fault. `place` names the sheet or the file in messages. Keys of objects are `sparse`:
    /// a column whose cells may all be blank need not be there.
    pub fn match_header(&self, fields: &Fields, place: &HeaderPlace, sparse: bool) -> Result<Table, FileError> {
        let headers: Vec<String> = fields.iter().map(on_one_line).collect();
        let names: Vec<String> = headers.iter().map(|header| fold(header)).collect();
        let mut places = vec![None; self.columns.len()];
        let (mut unknown, mut nameless) = (Vec::new(), Vec::new());
        for (index, name) in names.iter().enumerate() {
            match self.columns.iter().position(|column| column.is_named(name)) {
                Some(column) if places[column].is_some() => {
                    return Err(FileError::DuplicateColumn { place: place.clone(), column: headers[index].clone() });
                }
                Some(column) => places[column] = Some(index),
                None if is_nameless(&headers[index]) => nameless.push(index),
                None => unknown.push(index),
            }
        }
        for (column, at) in self.columns.iter().zip(&places) {
            if at.is_none() && column.need != Need::Optional {
                let error = self.missing(column, &unknown, &headers, place);
                if column.need == Need::Required || !sparse || matches!(error, FileError::RenamedColumn { .. }) {
                    return Err(error);
                }
            }
        }
        match unknown.first() {
            Some(&index) if self.extras == Extras::Refused => return Err(self.unknown(&headers[index], index, place)),
            _ if self.extras != Extras::Reported => unknown.clear(),
            _ => {}
        }
        Ok(Table { headers, places, extras: unknown, nameless })
    }

    /// After all rows were seen: a nameless column that numbers the rows or is empty is ignored, one with data is an extra column.
    pub fn settle(&self, table: &mut Table, holds_data: &dyn Fn(usize) -> bool, place: &HeaderPlace) -> Result<(), FileError> {
        for &index in table.nameless.iter().filter(|&&index| holds_data(index)) {
            match self.extras {
                Extras::Refused => return Err(self.unknown(&table.headers[index], index, place)),
                Extras::Reported => table.extras.push(index),
                Extras::Ignored => {}
            }
        }
        Ok(())
    }

    fn missing(&self, column: &LayoutColumn, unknown: &[usize], headers: &[String], place: &HeaderPlace) -> FileError {
        let wanted = fold(column.name);
        let nearest = |indexes: &mut dyn Iterator<Item = usize>| {
            let scored = indexes.map(|index| (index, likeness(&wanted, &fold(&headers[index]))));
            scored.filter(|(_, score)| *score >= NEAR).max_by_key(|(_, score)| *score).map(|(index, _)| headers[index].clone())
        };
        if let Some(found) = nearest(&mut unknown.iter().copied()) {
            return FileError::RenamedColumn { place: place.clone(), expected: column.name, found };
        }
        FileError::MissingColumn { place: place.clone(), column: column.name, nearest: nearest(&mut (0..headers.len())) }
    }

    fn unknown(&self, header: &str, index: usize, place: &HeaderPlace) -> FileError {
        let folded = fold(header);
        let scored = self.columns.iter().map(|column| (column.name, likeness(&folded, &fold(column.name))));
        let nearest = scored.filter(|(_, score)| *score >= NEAR).max_by_key(|(_, score)| *score);
        let column = shown(header, index);
        FileError::UnknownColumn { place: place.clone(), column, nearest: nearest.map(|(name, _)| name.to_owned()) }
    }
}

/// Out of a thousand.
const NEAR: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    columns!(COLUMNS: CUM required "cum", MINIMUM required "ValorMinimo" | "minimo", NOTE optional "nota");
    const LAYOUT: Layout = Layout { code: "test", columns: COLUMNS, extras: Extras::Refused };

    fn fields(names: &[&str]) -> Fields {
        let mut fields = Fields::default();
        names.iter().for_each(|name| fields.push(name));
        fields
    }

    /// A nameless column is taken to hold data.
    fn matched(layout: &Layout, names: &[&str]) -> Result<Table, FileError> {
        let mut table = layout.match_header(&fields(names), &HeaderPlace::Header, false)?;
        layout.settle(&mut table, &|_| true, &HeaderPlace::Header)?;
        Ok(table)
    }

    fn message(names: &[&str]) -> String {
        matched(&LAYOUT, names).unwrap_err().to_string()
    }

    #[test]
    fn names_are_forgiven_their_dress() {
        for name in ["valor_minimo", "VALOR MÍNIMO", "Valor\nMinimo ", "\u{feff}ValorMinimo", "mínimo", "Valor\0Minimo"] {
            let table = matched(&LAYOUT, &[name, "CUM"]).unwrap();
            assert_eq!((table.place(MINIMUM), table.place(CUM), table.place(NOTE)), (Some(0), Some(1), None), "{name}");
            assert!(!table.headers[0].contains(char::is_control), "{name}");
        }
    }

    #[test]
    fn the_column_at_fault_is_named() {
        assert_eq!(message(&["cum"]), "the header: the column `ValorMinimo` is missing");
        assert!(message(&["cum", "ValorMinim"]).contains("`ValorMinimo` is missing and `ValorMinim`"));
        assert!(message(&["cum", "minimo", "notas"]).contains("`notas` is unknown to this layout; the nearest name is `nota`"));
        assert!(message(&["cum", "minimo", ""]).contains("(no name, column 3)"));
        assert!(message(&["cum", "minimo", "CUM"]).contains("`CUM` stands more than once"));
    }

    #[test]
    fn what_the_layout_does_not_know_is_reported_where_it_may_stand() {
        let reported = Layout { extras: Extras::Reported, ..LAYOUT };
        let table = matched(&reported, &["Unnamed: 0", "cum", "GTIN", "minimo", ""]).unwrap();
        assert_eq!(table.extra_names(), ["GTIN", "(no name, column 1)", "(no name, column 5)"]);
        let expected = [("GTIN".to_owned(), "770".to_owned()), ("(no name, column 5)".to_owned(), "x".to_owned())];
        assert_eq!(table.extra_values(&fields(&[" ", "1-1", " 770", "5", "x"])), expected);
        assert_eq!((table.named_width(), table.headers.len()), (4, 5));
        let mut table = reported.match_header(&fields(&["", "cum", "minimo"]), &HeaderPlace::Header, false).unwrap();
        reported.settle(&mut table, &|_| false, &HeaderPlace::Header).unwrap();
        assert!(table.extras.is_empty());
        let ignored = Layout { extras: Extras::Ignored, ..LAYOUT };
        assert!(matched(&ignored, &["cum", "minimo", "x", ""]).unwrap().extras.is_empty());
        // A renamed column stops the file too.
        assert!(matches!(matched(&reported, &["cum", "ValorMinim"]), Err(FileError::RenamedColumn { .. })));
    }

    #[test]
    fn objects_leave_blank_columns_out() {
        columns!(SPARSE: CODE required "codigo", ENDED blank "fechainactivo");
        let layout = Layout { code: "test", columns: SPARSE, extras: Extras::Reported };
        let read = |names: &[&str], sparse| layout.match_header(&fields(names), &HeaderPlace::Header, sparse);
        assert_eq!(read(&["codigo", "x"], true).unwrap().place(ENDED), None);
        assert!(matches!(read(&["codigo", "x"], false), Err(FileError::MissingColumn { .. })));
        assert!(matches!(read(&["codigo", "fecha_inactiva"], true), Err(FileError::RenamedColumn { .. })));
        assert!(matches!(read(&["fechainactivo"], true), Err(FileError::MissingColumn { .. })));
        assert_eq!(read(&["codigo", "fechainactivo"], false).unwrap().place(CODE), Some(0));
    }
}
