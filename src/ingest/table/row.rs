//! One row under its columns: reading a cell succeeds or says which cell is at fault and why.

use super::columns::Table;
use crate::{
    domain::{identifier::characters::is_noncharacter, reports::source_row::RowFault},
    ingest::format::{
        dates::{self, DayOrder},
        fields::Fields,
        fold::fold,
        number::{self, Numbers},
    },
};
use jiff::civil::Date;
use rust_decimal::Decimal;

const VALUE_CHARS_MAX: usize = 200;
/// The longest real description has under 1,000 letters.
const TEXT_CHARS_MAX: usize = 4000;

pub struct Row<'a> {
    pub fields: &'a Fields,
    pub table: &'a Table,
    pub numbers: Numbers,
    pub days: DayOrder,
    /// `None` for text files, whose numbers are exact as they stand.
    pub sheet: Option<&'a str>,
    pub line: u64,
}

impl Row<'_> {
    /// The cell without the blanks around it; empty when the file has no such column.
    pub fn cell(&self, column: usize) -> &str {
        let cell = self.table.place(column).map_or("", |index| self.fields.get(index));
        // Trimming is for the few that need it.
        let edge = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_graphic());
        if edge(cell.as_bytes().first()) || edge(cell.as_bytes().last()) { cell.trim() } else { cell }
    }

    /// A whole number's digits: `2020.0`, as programs write the numbers of a column that also has blanks, is `2020`.
    pub fn whole(&self, column: usize) -> &str {
        let cell = self.cell(column);
        if !cell.ends_with('0') {
            return cell;
        }
        match cell.split_once('.') {
            Some((whole, zeros)) if is_digits(whole) && zeros.bytes().all(|byte| byte == b'0') => whole,
            _ => cell,
        }
    }

    pub fn required_whole(&self, column: usize) -> Result<&str, RowFault> {
        self.required(column)?;
        Ok(self.whole(column))
    }

    pub fn fault(&self, column: usize, reason: &'static str) -> RowFault {
        let header = self.table.header(column);
        fault(self.sheet, self.line, header, self.cell(column), reason)
    }

    pub fn row_fault(&self, reason: &'static str) -> RowFault {
        fault(self.sheet, self.line, None, &joined(self.fields), reason)
    }

    pub fn required(&self, column: usize) -> Result<&str, RowFault> {
        let cell = self.cell(column);
        if cell.is_empty() { Err(self.fault(column, "missing_value")) } else { Ok(cell) }
    }

    pub fn text(&self, column: usize) -> Result<String, RowFault> {
        let cell = self.cell(column);
        if cell.chars().nth(TEXT_CHARS_MAX).is_some() {
            return Err(self.fault(column, "text_too_long"));
        }
        Ok(cell.to_owned())
    }

    pub fn required_text(&self, column: usize) -> Result<String, RowFault> {
        self.required(column)?;
        self.text(column)
    }

    /// A number that may be blank; never negative.
    pub fn number(&self, column: usize) -> Result<Option<Decimal>, RowFault> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let number = self.numbers.parse(cell).map_err(|reason| self.fault(column, reason))?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(self.fault(column, "negative"));
        }
        Ok(Some(number))
    }

    /// Pesos; a spreadsheet's float dirt is rounded away.
    pub fn money(&self, column: usize) -> Result<Option<Decimal>, RowFault> {
        Ok(self.number(column)?.map(|number| if self.sheet.is_some() { number::money_of_cell(number) } else { number }))
    }

    /// A price: there, and above zero.
    pub fn price(&self, column: usize) -> Result<Decimal, RowFault> {
        self.required(column)?;
        match self.money(column)? {
            Some(price) if !price.is_zero() => Ok(price),
            _ => Err(self.fault(column, "zero_price")),
        }
    }

    /// A price worked out by a division, which may have more decimals than pesos have.
    pub fn unit_price(&self, column: usize) -> Result<Decimal, RowFault> {
        self.required(column)?;
        match self.quantity(column)? {
            Some(price) if !price.is_zero() => Ok(price),
            _ => Err(self.fault(column, "zero_price")),
        }
    }

    pub fn quantity(&self, column: usize) -> Result<Option<Decimal>, RowFault> {
        Ok(self.number(column)?.map(|number| if self.sheet.is_some() { number::quantity_of_cell(number) } else { number }))
    }

    pub fn day(&self, column: usize) -> Result<Date, RowFault> {
        dates::day(self.required(column)?, self.days).map_err(|reason| self.fault(column, reason))
    }

    /// A cell that must be one of a closed list, compared without case and accents.
    pub fn code<T: Copy>(&self, column: usize, known: &[(&str, T)]) -> Result<T, RowFault> {
        let cell = self.required(column)?;
        if let Some((_, code)) = known.iter().find(|(name, _)| *name == cell) {
            return Ok(*code);
        }
        let cell = fold(self.whole(column));
        let found = known.iter().find(|(name, _)| fold(name) == cell);
        found.map(|(_, code)| *code).ok_or_else(|| self.fault(column, "unknown_code"))
    }

    /// Text that is damaged wherever it stands: better one row set aside than a wrong name kept.
    pub fn damage(&self) -> Option<RowFault> {
        // Nearly every row is plain ASCII throughout.
        if is_plain(self.fields.text()) {
            return None;
        }
        let (index, reason) =
            self.fields.iter().enumerate().find_map(|(index, field)| damage(field).map(|reason| (index, reason)))?;
        Some(fault(self.sheet, self.line, self.table.headers.get(index).cloned(), self.fields.get(index), reason))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn damage(field: &str) -> Option<&'static str> {
    if is_plain(field) {
        return None;
    }
    if field.chars().any(|letter| letter == '\u{FFFD}' || is_noncharacter(letter)) {
        return Some("broken_text");
    }
    if field.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        return Some("control_character");
    }
    is_mojibake(field).then_some("mojibake")
}

/// UTF-8 read as Windows-1252 and written again: `PresentaciÃ³n`. In no name does `Ã` or `Â` stand before such a sign.
fn is_mojibake(field: &str) -> bool {
    let follows = |letter: char| matches!(letter, '\u{80}'..='\u{BF}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(letter);
    field.chars().zip(field.chars().skip(1)).any(|(first, second)| matches!(first, 'Ã' | 'Â') && follows(second))
}

pub fn fault(sheet: Option<&str>, line: u64, column: Option<String>, value: &str, reason: &'static str) -> RowFault {
    let value = value.chars().filter(|letter| *letter != '\0').take(VALUE_CHARS_MAX).collect();
    RowFault { sheet: sheet.map(str::to_owned), line, column, value, reason }
}

fn joined(fields: &Fields) -> String {
    let mut text = String::new();
    for field in fields.iter() {
        if text.len() > VALUE_CHARS_MAX * 4 {
            break;
        }
        text.push_str(field);
        text.push(',');
    }
    text.pop();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_distinguished_from_spanish() {
        for good in ["Líquido", "SÃO PAULO", "Ñ", "VOLIBRIS® 10 µg", "Â", "a\nb", "ÃO", ""] {
            assert_eq!(damage(good), None, "{good}");
        }
        for (bad, reason) in [
            ("PresentaciÃ³n", "mojibake"),
            ("AÃ‘O", "mojibake"),
            ("Â®", "mojibake"),
            ("a\0b", "control_character"),
            ("a\u{FFFD}", "broken_text"),
            ("a\u{FFFF}", "broken_text"),
            ("a\u{FFFE}", "broken_text"),
            ("a\u{1FFFE}", "broken_text"),
            ("\u{FDD0}", "broken_text"),
        ] {
            assert_eq!(damage(bad), Some(reason), "{bad}");
        }
    }
}
