//! Flags that depend on other reports: outlying prices, prices of another unit, repeated reports.

use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::Transaction;
use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use tokio_postgres::{binary_copy::BinaryCopyOutStream, types::Type};

use super::{file_rows::FileRows, report_flags::bit, report_key::unit_of};
use crate::{
    domain::{
        law::listed::InvoiceUnit,
        market::outlier::Fence,
        verdict::unit_confusion::{PackPrice, confused},
    },
    store::postgres::{error::StoreError, numeric::Amount, statements},
};

/// Of one product in one submission; a reporter has some hundreds. Those past it are compared with nothing, and lack only a flag.
const REPORTS_COMPARED_MAX: usize = 100_000;

/// Id, product, unit, value, units, what a pack holds.
const COLUMNS: [Type; 7] = [Type::INT8, Type::INT4, Type::INT4, Type::INT2, Type::NUMERIC, Type::NUMERIC, Type::NUMERIC];

/// One product's reports with an average price.
#[derive(Default)]
struct Product {
    key: (i32, i32),
    pack: Option<Decimal>,
    reports: Vec<(i64, InvoiceUnit, Decimal, Decimal)>,
}

/// Marks the reports of a file; gives how many have each flag. `rectified`: the file that this one corrects.
pub async fn flag(
    tx: &Transaction<'_>,
    of: &FileRows,
    reporter: &str,
    rectified: Option<i64>,
) -> Result<HashMap<&'static str, u64>, StoreError> {
    let sql = of.statement(statements::copy_out_reports_to_compare).replace("$1", &of.file.to_string());
    let mut rows = std::pin::pin!(BinaryCopyOutStream::new(tx.copy_out(&sql).await?, &COLUMNS));
    let (mut product, mut marked) = (Product::default(), Marked::default());
    while let Some(row) = rows.try_next().await? {
        let key = (row.try_get(1)?, row.try_get(2)?);
        if key != product.key {
            marked.compare(&product);
            product = Product { key, pack: row.try_get::<Amount>(6)?.0, reports: Vec::new() };
        }
        if product.reports.len() < REPORTS_COMPARED_MAX
            && let (Amount(Some(value)), Amount(Some(units))) = (row.try_get(4)?, row.try_get(5)?)
        {
            product.reports.push((row.try_get(0)?, unit_of(row.try_get(3)?)?, value, units));
        }
    }
    marked.compare(&product);
    let mut counts = marked.write(tx, of).await?;
    let sql = of.statement(statements::flag_reported_before);
    let before = tx.execute(sql.as_str(), &[&of.file, &bit("reported_before"), &reporter, &rectified]).await?;
    if before > 0 {
        counts.insert("reported_before", before);
    }
    Ok(counts)
}

#[derive(Default)]
struct Marked {
    outliers: Vec<i64>,
    confused: Vec<i64>,
}

impl Marked {
    fn compare(&mut self, product: &Product) {
        let mut by_unit: HashMap<InvoiceUnit, Vec<(i64, Decimal)>> = HashMap::new();
        for (id, unit, value, units) in &product.reports {
            // Only a flag depends on this quotient, never a verdict.
            if let Some(price) = value.checked_div(*units) {
                by_unit.entry(*unit).or_default().push((*id, price));
            }
        }
        for prices in by_unit.values() {
            let values: Vec<Decimal> = prices.iter().map(|(_, price)| *price).collect();
            let Some(fence) = Fence::around(&values) else { continue };
            self.outliers.extend(prices.iter().filter(|(_, price)| fence.side(*price).is_some()).map(|(id, _)| *id));
        }
        let Some(pack) = product.pack.filter(|units| *units > Decimal::ONE) else { return };
        let prices: Vec<PackPrice> =
            product.reports.iter().map(|(_, unit, value, units)| pack_price(*unit, *value, *units, pack)).collect();
        let marks = confused(&prices, pack);
        self.confused.extend(product.reports.iter().zip(marks).filter(|(_, mark)| *mark).map(|((id, ..), _)| *id));
    }

    /// Each row once, whatever its flags.
    async fn write(self, tx: &Transaction<'_>, of: &FileRows) -> Result<HashMap<&'static str, u64>, StoreError> {
        let mut counts = HashMap::new();
        let mut flags: BTreeMap<i64, i16> = BTreeMap::new();
        for (flag, ids) in [("outlier", self.outliers), ("unit_confusion", self.confused)] {
            if !ids.is_empty() {
                counts.insert(flag, ids.len() as u64);
            }
            for id in ids {
                *flags.entry(id).or_default() |= bit(flag);
            }
        }
        if !flags.is_empty() {
            let (ids, bits): (Vec<i64>, Vec<i16>) = flags.into_iter().unzip();
            tx.execute(of.statement(statements::add_flags).as_str(), &[&ids, &bits, &of.file]).await?;
        }
        Ok(counts)
    }
}

fn pack_price(unit: InvoiceUnit, value: Decimal, units: Decimal, pack: Decimal) -> PackPrice {
    let units_per = match unit {
        InvoiceUnit::Pack => Some(pack),
        InvoiceUnit::DispensingUnit => Some(Decimal::ONE),
        _ => None,
    };
    PackPrice { amount: value, divided_by: units, units_per }
}
