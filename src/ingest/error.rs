//! Errors that stop a whole file. A bad row does not: it is quarantined and reading goes on.

use super::{layout_name::LayoutName, words::Words};
use std::{fmt, io, path::PathBuf};

/// The caller's own failure (a full disk, a lost database), carried through the reader unchanged.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Stop(pub Box<dyn std::error::Error + Send + Sync>);

impl Stop {
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Which header is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderPlace {
    Header,
    Sheet(String),
}

/// What an empty file lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    NoText,
    NoRows,
    SheetWithoutRows,
    NoObjects,
}

/// Every message names the file's part at fault and says what to do about it. Printed in English; `es` says the same in Spanish.
#[derive(Debug)]
pub enum FileError {
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    Empty(Empty),
    NotThisLayout {
        layout: &'static str,
        why: Words,
    },
    /// A layout that is known, and not the one that was asked for.
    OtherLayout {
        layout: &'static str,
        found: &'static LayoutName,
    },
    MissingColumn {
        place: HeaderPlace,
        column: &'static str,
        nearest: Option<String>,
    },
    RenamedColumn {
        place: HeaderPlace,
        expected: &'static str,
        found: String,
    },
    UnknownColumn {
        place: HeaderPlace,
        column: String,
        nearest: Option<String>,
    },
    DuplicateColumn {
        place: HeaderPlace,
        column: String,
    },
    MissingSheet {
        sheet: &'static str,
        nearest: Option<String>,
    },
    Bomb {
        entry: String,
        what: Words,
    },
    Protected,
    Workbook(String),
    DamagedGzip(String),
    DamagedZip(String),
    /// A JSON array that ends before it is closed.
    CutJson,
    Stopped(Stop),
}

impl From<Stop> for FileError {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Stopped(stop) => Some(stop),
            _ => None,
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

impl FileError {
    pub(crate) fn not_this(layout: &'static str, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self::NotThisLayout { layout, why: Words::new(es, en) }
    }

    /// Stable snake_case code of the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Empty(_) => "empty",
            Self::NotThisLayout { .. } | Self::OtherLayout { .. } => "not_this_layout",
            Self::MissingColumn { .. } => "missing_column",
            Self::RenamedColumn { .. } => "renamed_column",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::MissingSheet { .. } => "missing_sheet",
            Self::Bomb { .. } => "decompression_bomb",
            Self::Protected => "protected_workbook",
            Self::Workbook(_) => "damaged_workbook",
            Self::DamagedGzip(_) => "damaged_gzip",
            Self::DamagedZip(_) => "damaged_zip",
            Self::CutJson => "cut_json",
            Self::Stopped(_) => "stopped",
        }
    }

    /// The message in Spanish; `to_string` is the English one.
    pub fn es(&self) -> String {
        self.words().es
    }

    /// The message in both languages.
    pub fn words(&self) -> Words {
        match self {
            Self::Unreadable { path, source } => {
                let path = path.display();
                Words::new(format!("no se puede leer `{path}`: {source}"), format!("cannot read `{path}`: {source}"))
            }
            Self::Empty(what) => empty(*what),
            Self::NotThisLayout { layout, why } => Words::new(
                format!("no es un archivo con la disposición `{layout}`: {}", why.es),
                format!("this is not a file of the layout `{layout}`: {}", why.en),
            ),
            Self::OtherLayout { layout, found } => found.words(layout),
            Self::MissingSheet { sheet, nearest } => {
                let near = near(nearest.as_deref());
                Words::new(
                    format!("el libro no tiene la hoja `{sheet}`{}", near.es),
                    format!("the workbook has no sheet `{sheet}`{}", near.en),
                )
            }
            Self::Bomb { entry, what } => Words::new(
                format!("la parte `{entry}` se descomprime a {}: se rechaza como bomba de descompresión", what.es),
                format!("the part `{entry}` unpacks to {}: refused as a decompression bomb", what.en),
            ),
            Self::Protected => Words::new(
                "es un .xls antiguo o un libro protegido con contraseña: guárdelo como .xlsx sin contraseña",
                "this is an old .xls or a password-protected workbook: save it as .xlsx without a password",
            ),
            Self::Workbook(what) => {
                Words::new(format!("el libro está dañado: {what}"), format!("the workbook is damaged: {what}"))
            }
            Self::DamagedGzip(what) => Words::new(
                format!("el archivo comprimido está dañado o incompleto: {what}"),
                format!("the compressed file is damaged or incomplete: {what}"),
            ),
            Self::DamagedZip(what) => Words::new(
                format!("el archivo zip está dañado o incompleto: {what}"),
                format!("the zip archive is damaged or incomplete: {what}"),
            ),
            Self::CutJson => Words::new(
                "el arreglo JSON termina sin cerrarse: la descarga está incompleta; descárguelo otra vez",
                "the JSON array ends before it is closed: the download is incomplete; take it again",
            ),
            Self::Stopped(stop) => Words::new(format!("la lectura se detuvo: {stop}"), format!("reading was stopped: {stop}")),
            Self::MissingColumn { .. }
            | Self::RenamedColumn { .. }
            | Self::UnknownColumn { .. }
            | Self::DuplicateColumn { .. } => self.column_words(),
        }
    }

    fn column_words(&self) -> Words {
        match self {
            Self::MissingColumn { place, column, nearest } => {
                let near = near(nearest.as_deref());
                within(
                    place,
                    format!("falta la columna `{column}`{}", near.es),
                    format!("the column `{column}` is missing{}", near.en),
                )
            }
            Self::RenamedColumn { place, expected, found } => within(
                place,
                format!("falta la columna `{expected}`, y `{found}`, que esta disposición no conoce, parece su nuevo nombre"),
                format!(
                    "the column `{expected}` is missing and `{found}`, which this layout does not know, looks like its new name"
                ),
            ),
            Self::UnknownColumn { place, column, nearest } => {
                let near = near(nearest.as_deref());
                within(
                    place,
                    format!("esta disposición no conoce la columna `{column}`{}", near.es),
                    format!("the column `{column}` is unknown to this layout{}", near.en),
                )
            }
            Self::DuplicateColumn { place, column } => within(
                place,
                format!("la columna `{column}` está más de una vez"),
                format!("the column `{column}` stands more than once"),
            ),
            _ => Words::new("", ""),
        }
    }
}

fn within(place: &HeaderPlace, es: String, en: String) -> Words {
    match place {
        HeaderPlace::Header => Words::new(format!("el encabezado: {es}"), format!("the header: {en}")),
        HeaderPlace::Sheet(name) => Words::new(format!("la hoja `{name}`: {es}"), format!("sheet `{name}`: {en}")),
    }
}

fn empty(what: Empty) -> Words {
    let (es, en) = match what {
        Empty::NoText => ("no tiene texto alguno", "it has no text at all"),
        Empty::NoRows => ("tiene un encabezado y ninguna fila", "it has a header and no rows"),
        Empty::SheetWithoutRows => {
            ("una hoja del libro tiene un encabezado y ninguna fila", "a sheet of the workbook has a header and no rows")
        }
        Empty::NoObjects => ("no tiene una sola línea con un objeto", "it has no line with an object"),
    };
    Words::new(format!("el archivo está vacío: {es}"), format!("the file is empty: {en}"))
}

fn near(nearest: Option<&str>) -> Words {
    nearest.map_or_else(
        || Words::new("", ""),
        |name| Words::new(format!("; el nombre más cercano es `{name}`"), format!("; the nearest name is `{name}`")),
    )
}
