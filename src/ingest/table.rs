//! Columns are found by name, never by position; a missing, new or doubled column stops the file by its name.

use super::error::FileError;
use super::fields::Fields;
use unicode_normalization::UnicodeNormalization;

/// One column that a layout knows.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// As the publisher prints it today.
    pub name: &'static str,
    /// Other names under which it was published.
    pub also: &'static [&'static str],
    pub required: bool,
}

/// What a table of one publisher looks like.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub code: &'static str,
    pub columns: &'static [Column],
    /// A plain file with a column more is another edition, and stops. Wide sheets are read for a few columns only.
    pub extras_allowed: bool,
}

/// A constant with the index of every column, and the list of them all in the same order.
macro_rules! columns {
    ($list:ident: $($id:ident $need:ident $name:literal $(| $also:literal)*),+ $(,)?) => {
        $(pub const $id: usize = $crate::ingest::table::index_of($list, $name);)+
        pub const $list: &[$crate::ingest::table::Column] = &[$($crate::ingest::table::Column {
            name: $name, also: &[$($also),*], required: $crate::ingest::table::columns!(@need $need),
        }),+];
    };
    (@need required) => { true };
    (@need optional) => { false };
}
pub(super) use columns;

/// Worked out when compiling; a name that is not in the list does not compile.
pub const fn index_of(columns: &[Column], name: &str) -> usize {
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
}

impl Table {
    pub fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    pub fn header(&self, column: usize) -> Option<String> {
        self.place(column).and_then(|index| self.headers.get(index)).cloned()
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

/// Case, accents, spaces, line breaks and punctuation forgiven: `Valor_Mínimo` is `ValorMinimo`.
pub fn fold(name: &str) -> String {
    name.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A control character in a header would go with every fault to where text cannot hold it.
fn on_one_line(name: &str) -> String {
    let words = name.split_whitespace().map(|word| word.replace(char::is_control, ""));
    words.collect::<Vec<_>>().join(" ")
}

impl Column {
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
        let required = self.columns.iter().filter(|column| column.required).count();
        self.recognised(fields) * 2 >= required.max(1)
    }

    /// Places every column or says which one is at fault. `place` names the sheet or the file in messages.
    pub fn match_header(&self, fields: &Fields, place: &str) -> Result<Table, FileError> {
        let headers: Vec<String> = fields.iter().map(on_one_line).collect();
        let names: Vec<String> = headers.iter().map(|header| fold(header)).collect();
        let mut places = vec![None; self.columns.len()];
        let mut unknown = Vec::new();
        for (index, name) in names.iter().enumerate() {
            match self.columns.iter().position(|column| column.is_named(name)) {
                Some(column) if places[column].is_some() => {
                    return Err(FileError::DuplicateColumn { place: place.to_owned(), column: headers[index].clone() });
                }
                Some(column) => places[column] = Some(index),
                None => unknown.push(index),
            }
        }
        let missing = self.columns.iter().zip(&places).find(|(column, at)| column.required && at.is_none());
        if let Some((column, _)) = missing {
            return Err(self.missing(column, &unknown, &headers, place));
        }
        match unknown.first() {
            Some(&index) if !self.extras_allowed => Err(self.unknown(&headers[index], index, place)),
            _ => Ok(Table { headers, places }),
        }
    }

    fn missing(&self, column: &Column, unknown: &[usize], headers: &[String], place: &str) -> FileError {
        let wanted = fold(column.name);
        let nearest = |indexes: &mut dyn Iterator<Item = usize>| {
            let scored = indexes.map(|index| (index, likeness(&wanted, &fold(&headers[index]))));
            scored.filter(|(_, score)| *score >= NEAR).max_by_key(|(_, score)| *score).map(|(index, _)| headers[index].clone())
        };
        if let Some(found) = nearest(&mut unknown.iter().copied()) {
            return FileError::RenamedColumn { place: place.to_owned(), expected: column.name, found };
        }
        FileError::MissingColumn { place: place.to_owned(), column: column.name, nearest: nearest(&mut (0..headers.len())) }
    }

    fn unknown(&self, header: &str, index: usize, place: &str) -> FileError {
        let folded = fold(header);
        let scored = self.columns.iter().map(|column| (column.name, likeness(&folded, &fold(column.name))));
        let nearest = scored.filter(|(_, score)| *score >= NEAR).max_by_key(|(_, score)| *score);
        let column = if header.is_empty() { format!("(no name, column {})", index + 1) } else { header.to_owned() };
        FileError::UnknownColumn { place: place.to_owned(), column, nearest: nearest.map(|(name, _)| name.to_owned()) }
    }
}

/// Out of a thousand.
const NEAR: usize = 600;

/// How alike two names are, out of a thousand, by edit distance.
pub fn likeness(left: &str, right: &str) -> usize {
    let longest = left.chars().count().max(right.chars().count());
    let edits = strsim::damerau_levenshtein(left, right).min(longest);
    (edits * 1000).checked_div(longest).map_or(0, |apart| 1000 - apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    columns!(COLUMNS: CUM required "cum", MINIMUM required "ValorMinimo" | "minimo", NOTE optional "nota");
    const LAYOUT: Layout = Layout { code: "test", columns: COLUMNS, extras_allowed: false };

    fn fields(names: &[&str]) -> Fields {
        let mut fields = Fields::default();
        names.iter().for_each(|name| fields.push(name));
        fields
    }

    fn message(names: &[&str]) -> String {
        LAYOUT.match_header(&fields(names), "the file").unwrap_err().to_string()
    }

    #[test]
    fn names_are_forgiven_their_dress() {
        for name in ["valor_minimo", "VALOR MÍNIMO", "Valor\nMinimo ", "\u{feff}ValorMinimo", "mínimo", "Valor\0Minimo"] {
            let table = LAYOUT.match_header(&fields(&[name, "CUM"]), "the file").unwrap();
            assert_eq!((table.place(MINIMUM), table.place(CUM), table.place(NOTE)), (Some(0), Some(1), None), "{name}");
            assert!(!table.headers[0].contains(char::is_control), "{name}");
        }
    }

    #[test]
    fn the_column_at_fault_is_named() {
        assert_eq!(message(&["cum"]), "the file: the column `ValorMinimo` is missing");
        assert!(message(&["cum", "ValorMinim"]).contains("`ValorMinimo` is missing and `ValorMinim`"));
        assert!(message(&["cum", "minimo", "notas"]).contains("`notas` is unknown to this layout; the nearest name is `nota`"));
        assert!(message(&["cum", "minimo", ""]).contains("(no name, column 3)"));
        assert!(message(&["cum", "minimo", "CUM"]).contains("`CUM` stands more than once"));
    }
}
