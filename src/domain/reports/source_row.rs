//! The outcome of one row of a file. A bad row is data: it is counted and kept with its reason.

/// read = accepted + quarantined + refused, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome<T> {
    Accepted {
        line: u64,
        row: T,
    },
    /// The columns beside those of the layout that hold something in the accepted row that follows, by their names.
    /// It is no row: it does not count.
    Extra {
        line: u64,
        values: Vec<(String, String)>,
    },
    /// A data row that cannot be used: kept with the value and the reason, listed and exported.
    Quarantined(RowFault),
    /// A row that is not data (a note under the table, a repeated header).
    Refused(RowFault),
    /// What is wrong with the file as a whole, so that none of its rows is taken. It is no row: it does not count.
    Whole(RowFault),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Sheet of a workbook; `None` for plain text files.
    pub sheet: Option<String>,
    /// Line (or sheet row) as a person counts it in an editor, from 1.
    pub line: u64,
    /// The file's own column header, or `None` when the whole row is at fault.
    pub column: Option<String>,
    /// The raw value, cut to 200 characters.
    pub value: String,
    /// Stable snake_case code, for example `not_a_number`.
    pub reason: &'static str,
}
