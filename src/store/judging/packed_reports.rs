//! The reports of one partition that state units and value, packed in thirty-two bytes each, ordered by product.

use futures_util::TryStreamExt;
use tokio_postgres::{binary_copy::BinaryCopyOutStream, types::Type};

use crate::{
    domain::{identifier::cum::Cum, number::weighted_quartiles::Scaled},
    store::postgres::{database::Database, error::StoreError, numeric::NumericColumn, statements},
};

#[derive(Default)]
pub struct PackedReports(Vec<PackedReport>);

pub struct PackedReport {
    cum: Cum,
    value: u64,
    units: u64,
    value_places: u8,
    units_places: u8,
    /// Sold by the pack; otherwise by the dispensing unit.
    pub by_pack: bool,
}

const TYPES: [Type; 5] = [Type::INT4, Type::INT4, Type::BOOL, Type::NUMERIC, Type::NUMERIC];

impl PackedReport {
    pub fn value(&self) -> Scaled {
        Scaled { mantissa: self.value, places: self.value_places }
    }

    pub fn units(&self) -> Scaled {
        Scaled { mantissa: self.units, places: self.units_places }
    }
}

impl PackedReports {
    /// Figures that do not fit 64 bits are left out.
    pub async fn read(database: &Database, partition: i64) -> Result<Self, StoreError> {
        let connection = database.connection_without_timeout().await?;
        let stream = connection.copy_out(&statements::copy_out_reports.replace("$1", &partition.to_string())).await?;
        let mut rows = std::pin::pin!(BinaryCopyOutStream::new(stream, &TYPES));
        let mut reports = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let (NumericColumn::Fits(units), NumericColumn::Fits(value)) = (row.try_get(3)?, row.try_get(4)?) else { continue };
            reports.push(PackedReport {
                cum: Cum::new(row.try_get(0)?, row.try_get(1)?),
                value: value.mantissa,
                units: units.mantissa,
                value_places: value.places,
                units_places: units.places,
                by_pack: row.try_get(2)?,
            });
        }
        reports.sort_unstable_by_key(|report| report.cum);
        reports.shrink_to_fit();
        Ok(Self(reports))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Each product with its reports, in order of CUM.
    pub fn products(&self) -> impl Iterator<Item = (Cum, &[PackedReport])> {
        self.0.chunk_by(|a, b| a.cum == b.cum).map(|reports| (reports[0].cum, reports))
    }
}
