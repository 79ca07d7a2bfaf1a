//! One cell of CSV (RFC 4180), guarded against spreadsheets that would read it as a formula.

/// Text that a spreadsheet would take for a formula; it is marked with a leading apostrophe. Some take the full-width signs too.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Quoted where it has to be.
pub fn push_cell(line: &mut String, cell: &str) {
    push_parted_cell(line, cell, ',');
}

/// The same where cells are parted by another sign.
pub fn push_parted_cell(line: &mut String, cell: &str, separator: char) {
    if cell.contains([separator, '"', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}
