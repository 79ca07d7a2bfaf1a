//! The thermometer list, row by row as published, with the comparison group it falls in.

use tokio_postgres::types::Type;

use super::{bulk::Bulk, error::StoreError, import::Import, statements};
use crate::{
    cells,
    domain::{listed::ListedThermometer, thermometer::group_key},
};

pub struct ThermometerImport {
    prices: Bulk,
}

const TYPES: &[Type] = &[
    Type::INT8,
    Type::INT8,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::INT2,
    Type::TEXT,
];

impl ThermometerImport {
    pub fn begin() -> Self {
        Self { prices: Bulk::new(statements::copy_thermometer_prices, TYPES) }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedThermometer) -> Result<(), StoreError> {
        let group = group_key(&row);
        let level = row.published_level.map(i16::from);
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        let channel = row.channel.code();
        let cells = cells![
            import.file,
            line,
            row.expediente,
            row.ingredient,
            row.concentration,
            row.base_unit,
            row.dispensing_unit,
            row.brand,
            row.maker,
            row.description,
            channel,
            row.price,
            level,
            group,
        ];
        if self.prices.push(cells) {
            self.prices.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.prices.flush(&import.tx).await
    }
}
