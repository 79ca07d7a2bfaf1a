//! Why a file cannot be read, in Spanish: the reader's own words are English.

use crate::ingest::FileError;

/// One sentence that names what the English one names.
pub fn in_spanish(error: &FileError) -> String {
    let near = |nearest: &Option<String>| {
        nearest.as_ref().map(|name| format!("; el nombre más parecido es «{name}»")).unwrap_or_default()
    };
    match error {
        FileError::Empty(_) => "el archivo está vacío, o no tiene filas".to_owned(),
        FileError::NotThisLayout { layout, .. } => format!("no es un archivo con la disposición «{layout}»"),
        FileError::MissingColumn { column, nearest, .. } => format!("falta la columna «{column}»{}", near(nearest)),
        FileError::RenamedColumn { expected, found, .. } => {
            format!("falta la columna «{expected}», y «{found}» parece su nuevo nombre")
        }
        FileError::UnknownColumn { column, nearest, .. } => {
            format!("esta disposición no conoce la columna «{column}»{}", near(nearest))
        }
        FileError::DuplicateColumn { column, .. } => format!("la columna «{column}» está más de una vez"),
        FileError::MissingSheet { sheet, nearest } => format!("el libro no tiene la hoja «{sheet}»{}", near(nearest)),
        FileError::Protected => "es un .xls antiguo o un libro con contraseña: guárdelo como .xlsx sin contraseña".to_owned(),
        other => format!("el archivo no se puede leer ({})", other.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_names_what_is_at_fault() {
        let renamed = FileError::RenamedColumn { place: String::new(), expected: "CUM", found: "CUMS".to_owned() };
        assert_eq!(in_spanish(&renamed), "falta la columna «CUM», y «CUMS» parece su nuevo nombre");
        let missing = FileError::MissingColumn { place: String::new(), column: "CUM", nearest: Some("CUN".to_owned()) };
        assert_eq!(in_spanish(&missing), "falta la columna «CUM»; el nombre más parecido es «CUN»");
        assert_eq!(in_spanish(&FileError::Workbook("x".to_owned())), "el archivo no se puede leer (damaged_workbook)");
    }
}
