//! The CUM catalogue, row by row as published (a presentation x active ingredient x role).

use std::collections::BTreeMap;

use tokio_postgres::types::Type;

use crate::{
    cells,
    domain::{identifier::text::fold, law::listed::ListedPresentation},
    store::{
        postgres::{copy_writer::CopyWriter, error::StoreError, statements},
        transaction::import::Import,
    },
};

pub struct CatalogueImport {
    rows: CopyWriter,
    /// Rows by state of the registration: the catalogue is published as four data sets, one for each group of states.
    states: BTreeMap<String, u64>,
}

const TYPES: &[Type] = &[
    Type::INT8,
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::BOOL,
    Type::NUMERIC,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
];

impl CatalogueImport {
    pub fn begin() -> Self {
        Self { rows: CopyWriter::new(statements::copy_catalogue_rows, TYPES), states: BTreeMap::new() }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedPresentation) -> Result<(), StoreError> {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        match self.states.get_mut(&row.registration_state) {
            Some(rows) => *rows += 1,
            None => drop(self.states.insert(row.registration_state.clone(), 1)),
        }
        let cells = cells![
            import.file,
            line,
            row.cum.expediente,
            row.cum.consecutive,
            row.product,
            row.holder,
            row.registration,
            row.registration_state,
            row.description,
            row.active,
            row.medical_sample,
            row.quantity,
            row.quantity_unit,
            row.atc,
            row.atc_name,
            row.route,
            row.form,
            row.ingredient,
            row.strength,
            row.strength_unit,
            row.strength_reference,
            row.role_holder,
            row.role,
            row.modality,
            row.ium.map(|ium| ium.as_str().to_owned()),
        ];
        if self.rows.push(cells) {
            self.rows.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    /// The state that most rows have, folded: which of the four data sets this is.
    pub fn usual_state(&self) -> String {
        self.states.iter().max_by_key(|(_, rows)| **rows).map(|(state, _)| fold(state)).unwrap_or_default()
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.rows.flush(&import.tx).await
    }
}
