//! A CSV answer (RFC 4180), guarded against spreadsheets that would read a cell as a formula.

use bytes::Bytes;

use crate::exports::cell_text::{is_formula, push_cell};

/// Rows of cells; text cells are neutralised, number cells are ours and stay as they are.
#[derive(Debug, Default)]
pub struct CsvText {
    text: String,
    row_started: bool,
}

impl CsvText {
    pub fn new<C: AsRef<str>>(columns: &[C]) -> CsvText {
        let mut csv = CsvText::default();
        for column in columns {
            csv.number(column.as_ref());
        }
        csv.end_row();
        csv
    }

    /// A cell that came from outside: one that begins like a formula is marked as text with a leading apostrophe.
    pub fn text(&mut self, cell: &str) -> &mut CsvText {
        if is_formula(cell) { self.cell(&format!("'{cell}")) } else { self.cell(cell) }
    }

    /// A cell this service wrote itself: a number, a date, a code.
    pub fn number(&mut self, cell: &str) -> &mut CsvText {
        self.cell(cell)
    }

    pub fn empty(&mut self) -> &mut CsvText {
        self.cell("")
    }

    pub fn end_row(&mut self) {
        self.text.push_str("\r\n");
        self.row_started = false;
    }

    pub fn into_bytes(self) -> Bytes {
        self.text.into()
    }

    fn cell(&mut self, cell: &str) -> &mut CsvText {
        if std::mem::replace(&mut self.row_started, true) {
            self.text.push(',');
        }
        push_cell(&mut self.text, cell);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::CsvText;

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        let mut csv = CsvText::new(&["name", "amount", "note"]);
        csv.text("=1+1").number("-2.50").text("a \"b\", c").end_row();
        csv.text("@x").empty().text("\tz").end_row();
        let expected = "name,amount,note\r\n'=1+1,-2.50,\"a \"\"b\"\", c\"\r\n'@x,,'\tz\r\n";
        assert_eq!(String::from_utf8(csv.into_bytes().to_vec()).unwrap(), expected);
    }
}
