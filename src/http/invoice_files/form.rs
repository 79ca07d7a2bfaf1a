//! The forms of the answer to a check of invoices and lists.

use crate::exports::spreadsheet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Ndjson,
    Csv,
    /// For a Spanish Excel.
    CsvExcelEs,
    Xlsx,
    /// The columns of the Superintendence's evidence.
    Evidence,
    /// A sentence a line.
    Sentences,
}

impl Form {
    /// By the names of `format`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "ndjson" => Self::Ndjson,
            "csv" => Self::Csv,
            "xlsx" => Self::Xlsx,
            "sic" => Self::Evidence,
            "glosa" => Self::Sentences,
            _ => return None,
        })
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv | Self::CsvExcelEs | Self::Evidence => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => spreadsheet::MEDIA_TYPE,
            Self::Sentences => "text/plain; charset=utf-8",
        }
    }

    /// How the name of a downloaded file ends; `None` of what programs read.
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Self::Json | Self::Ndjson => None,
            Self::Csv | Self::CsvExcelEs | Self::Evidence => Some("csv"),
            Self::Xlsx => Some("xlsx"),
            Self::Sentences => Some("txt"),
        }
    }
}
