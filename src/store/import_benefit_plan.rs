//! The benefit plan's list of medicines, row by row as published.

use tokio_postgres::types::Type;

use super::{bulk::Bulk, error::StoreError, import::Import, statements};
use crate::{cells, domain::listed::ListedBenefit};

pub struct BenefitPlanImport {
    rows: Bulk,
}

const TYPES: &[Type] = &[Type::INT8, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT];

impl BenefitPlanImport {
    pub fn begin() -> Self {
        Self { rows: Bulk::new(statements::copy_benefit_plan_rows, TYPES) }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedBenefit) -> Result<(), StoreError> {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        let ListedBenefit { atc, ingredient, forms, note, coverage } = row;
        if self.rows.push(cells![import.file, line, atc, ingredient, forms, note, coverage.code()]) {
            self.rows.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.rows.flush(&import.tx).await
    }
}
