//! One cell of CSV (RFC 4180), and the rule that keeps spreadsheets from taking text for a formula.

/// Text that a spreadsheet would take for a formula; it is marked with a leading apostrophe.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// Quoted where it has to be.
pub fn push_cell(line: &mut String, cell: &str) {
    if cell.contains([',', '"', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}
