//! What stops a whole file. A bad row never does: it is quarantined and the rest goes on.

use std::{io, path::PathBuf};

/// The caller's own failure (a full disk, a lost database), carried through the reader unchanged.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Stop(pub Box<dyn std::error::Error + Send + Sync>);

impl Stop {
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Every message names the file's part at fault and says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the file is empty: {0}")]
    Empty(&'static str),
    #[error("this is not a file of the layout `{layout}`: {why}")]
    NotThisLayout { layout: &'static str, why: String },
    #[error("{place}: the column `{column}` is missing{}", near(.nearest.as_deref()))]
    MissingColumn { place: String, column: &'static str, nearest: Option<String> },
    #[error(
        "{place}: the column `{expected}` is missing and `{found}`, which this layout does not know, looks like its new name"
    )]
    RenamedColumn { place: String, expected: &'static str, found: String },
    #[error("{place}: the column `{column}` is unknown to this layout{}", near(.nearest.as_deref()))]
    UnknownColumn { place: String, column: String, nearest: Option<String> },
    #[error("{place}: the column `{column}` stands more than once")]
    DuplicateColumn { place: String, column: String },
    #[error("the workbook has no sheet `{sheet}`{}", near(.nearest.as_deref()))]
    MissingSheet { sheet: &'static str, nearest: Option<String> },
    #[error("the part `{entry}` unpacks to {what}: refused as a decompression bomb")]
    Bomb { entry: String, what: String },
    #[error("this is an old .xls or a password-protected workbook: save it as .xlsx without a password")]
    Protected,
    #[error("the workbook is damaged: {0}")]
    Workbook(String),
    #[error("the compressed file is damaged or incomplete: {0}")]
    DamagedGzip(String),
    #[error("reading was stopped: {0}")]
    Stopped(#[from] Stop),
}

impl FileError {
    /// Stable snake_case code of the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Empty(_) => "empty",
            Self::NotThisLayout { .. } => "not_this_layout",
            Self::MissingColumn { .. } => "missing_column",
            Self::RenamedColumn { .. } => "renamed_column",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::MissingSheet { .. } => "missing_sheet",
            Self::Bomb { .. } => "decompression_bomb",
            Self::Protected => "protected_workbook",
            Self::Workbook(_) => "damaged_workbook",
            Self::DamagedGzip(_) => "damaged_gzip",
            Self::Stopped(_) => "stopped",
        }
    }
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; the nearest name is `{name}`")).unwrap_or_default()
}
