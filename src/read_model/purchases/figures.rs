//! Lines of markets and of a buyer, as far as figures depend on them.

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::{
        purchases::indicators::{FigureLine, RegulatedFigure},
        verdict::judge::Verdict,
    },
    read_model::{ReadModel, statements},
    store::postgres::error::{StoreError, corrupt},
};

/// From a day until before another.
pub type DaySpan = (Option<Date>, Option<Date>);

/// All lines of a buyer, and those of the markets that they are of.
#[derive(Clone, Debug)]
pub struct BuyerLines {
    /// As the newest line writes it.
    pub name: String,
    pub own: Vec<FigureLine>,
    pub cancelled: usize,
    pub returned: usize,
    pub implausible: usize,
    pub markets: Vec<FigureLine>,
}

impl ReadModel {
    pub async fn purchases_of_market(&self, market: &str, (from, until): DaySpan) -> Result<Vec<FigureLine>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let markets = vec![market.to_owned()];
        connection.query(statements::purchases_of_markets, &[&markets, &from, &until]).await?.iter().map(line).collect()
    }

    /// `None`: no line of this buyer in that time.
    pub async fn purchases_of_buyer(&self, buyer: &str, (from, until): DaySpan) -> Result<Option<BuyerLines>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::purchases_of_buyer, &[&buyer, &from, &until]).await?;
        let mut newest: Option<(Date, String)> = None;
        let (mut own, mut cancelled, mut returned, mut implausible) = (Vec::new(), 0, 0, 0);
        for row in &rows {
            let line = line(row)?;
            if newest.as_ref().is_none_or(|(day, _)| line.ordered_on > *day) {
                newest = Some((line.ordered_on, row.try_get("buyer_name")?));
            }
            cancelled += usize::from(row.try_get::<_, bool>("cancelled")?);
            returned += usize::from(row.try_get::<_, bool>("is_return")?);
            implausible += usize::from(!row.try_get::<_, Vec<&str>>("implausible")?.is_empty());
            own.push(line);
        }
        let Some((_, name)) = newest else { return Ok(None) };
        let mut of: Vec<String> = own.iter().filter_map(|line: &FigureLine| line.market.clone()).collect();
        of.sort_unstable();
        of.dedup();
        let rows = connection.query(statements::purchases_of_markets, &[&of, &from, &until]).await?;
        let markets = rows.iter().map(line).collect::<Result<_, _>>()?;
        Ok(Some(BuyerLines { name, own, cancelled, returned, implausible, markets }))
    }
}

fn line(row: &Row) -> Result<FigureLine, StoreError> {
    let verdict: &str = row.try_get("verdict")?;
    let unit: Option<String> = row.try_get("regulated_unit")?;
    let price: Option<Decimal> = row.try_get("regulated_price")?;
    let units: Option<Decimal> = row.try_get("regulated_units")?;
    Ok(FigureLine {
        ordered_on: row.try_get("ordered_on")?,
        buyer: row.try_get("buyer_nit")?,
        seller: row.try_get("seller_nit")?,
        counts: row.try_get("counts")?,
        verdict: Verdict::from_code(verdict).ok_or_else(|| corrupt("purchase_reading", verdict))?,
        described: row.try_get("described")?,
        market: row.try_get("market")?,
        regulated: unit.zip(price).map(|(unit, price)| RegulatedFigure { unit, price, units }),
        quantity_band: row.try_get("quantity_band")?,
    })
}
