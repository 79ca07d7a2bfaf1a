//! The reports of one file, also while they are in a table that is no partition yet.

/// Where the reports of a file are.
pub struct FileRows {
    pub file: i64,
    pub table: String,
}

impl FileRows {
    /// A statement about the rows of that table, written for `sismed_row r`.
    pub(super) fn statement(&self, sql: &str) -> String {
        sql.replace("sismed_row r", &format!("{} r", self.table))
    }
}
