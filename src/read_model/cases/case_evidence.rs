//! One report of a case: the row as received, its basis, its prices judged again, and its excess.

use rust_decimal::Decimal;
use serde_json::Value as Json;
use tokio_postgres::Row;

use super::case_columns::nit;
use crate::{
    domain::{
        calendar::period::Period,
        identifier::{cum::Cum, nit::Nit},
        verdict::report_verdict::ReportPrices,
    },
    read_model::verdicts::stored_basis::{JudgedPrice, StoredBasis},
    store::{
        imports::import_sismed::unit_from_code,
        postgres::error::{StoreError, corrupt},
    },
};

#[derive(Clone, Debug)]
pub struct Evidence {
    pub source: EvidenceSource,
    pub reported: Reported,
    pub flags: Vec<String>,
    pub basis: StoredBasis,
    pub digest: String,
    /// As stored; `basis` has them as domain values.
    pub siblings: Json,
    /// Minimum, average, maximum.
    pub prices: [(&'static str, JudgedPrice); 3],
    pub excess: EvidenceExcess,
    pub another_unit_fits: bool,
}

/// Where the row stands, and the receipt for its file where a reporter sent it.
#[derive(Clone, Debug)]
pub struct EvidenceSource {
    pub file: String,
    pub sha256: String,
    pub line: i64,
    pub publisher: String,
    pub submission: Option<String>,
    pub position: Option<i64>,
    pub receipt: Option<String>,
}

/// The row as the file states it.
#[derive(Clone, Debug)]
pub struct Reported {
    pub cum: Cum,
    pub period: Period,
    pub actor_role: i16,
    pub operation: String,
    pub transaction: i16,
    pub unit: String,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub units: Option<Decimal>,
    pub value: Option<Decimal>,
    pub reporter: Option<Nit>,
    pub seller: Nit,
}

/// `amount` is (left − right) / factor, cut to centavos.
#[derive(Clone, Debug)]
pub struct EvidenceExcess {
    pub kind: String,
    pub price: String,
    pub left: Decimal,
    pub right: Decimal,
    pub factor: Decimal,
    pub amount: Decimal,
}

impl Evidence {
    pub fn read(row: &Row) -> Result<Self, StoreError> {
        let reported = reported(row)?;
        let basis = StoredBasis::read(row)?;
        let prices = prices(&reported, &basis)?;
        Ok(Self {
            source: EvidenceSource {
                file: row.try_get("file")?,
                sha256: row.try_get("sha256")?,
                line: row.try_get("line")?,
                publisher: row.try_get("publisher")?,
                submission: row.try_get("submission")?,
                position: row.try_get("position")?,
                receipt: row.try_get("receipt")?,
            },
            reported,
            flags: row.try_get("flags")?,
            basis,
            digest: row.try_get("digest")?,
            siblings: row.try_get("siblings")?,
            prices,
            excess: EvidenceExcess {
                kind: row.try_get("excess_kind")?,
                price: row.try_get("excess_price")?,
                left: row.try_get("left_side")?,
                right: row.try_get("right_side")?,
                factor: row.try_get("factor")?,
                amount: row.try_get("excess")?,
            },
            another_unit_fits: row.try_get("another_unit_fits")?,
        })
    }
}

fn reported(row: &Row) -> Result<Reported, StoreError> {
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    let period = Period::from_span(from, until);
    let reporter: Option<&str> = row.try_get("reporter_nit")?;
    Ok(Reported {
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        period: period.ok_or_else(|| corrupt("sismed_report", "period is no day, month or year"))?,
        actor_role: row.try_get("actor_role")?,
        operation: row.try_get("operation")?,
        transaction: row.try_get("transaction")?,
        unit: row.try_get("unit")?,
        minimum: row.try_get("minimum")?,
        maximum: row.try_get("maximum")?,
        units: row.try_get("units")?,
        value: row.try_get("value")?,
        reporter: reporter.map(nit).transpose()?,
        seller: nit(row.try_get("seller_nit")?)?,
    })
}

fn prices(reported: &Reported, basis: &StoredBasis) -> Result<[(&'static str, JudgedPrice); 3], StoreError> {
    let Reported { minimum, maximum, units, value, .. } = *reported;
    let unit = unit_from_code(&reported.unit).ok_or_else(|| corrupt("sismed_report", &reported.unit))?;
    let prices = ReportPrices { unit, minimum, maximum, units, value };
    let [minimum, average, maximum] = prices.observed().map(|observed| basis.judge(observed));
    Ok([("minimum", minimum), ("average", average), ("maximum", maximum)])
}
