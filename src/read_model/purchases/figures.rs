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

/// More lines are too many for one answer: they are asked for by parts of the time.
pub const LINES_MAX: usize = 200_000;
const LINES_READ: i64 = 200_001;
/// Of a buyer, where no day is given: the year that ends with the newest line.
const MONTHS_SHOWN: i32 = 12;

/// All lines of a buyer, and those of the markets that they are of.
#[derive(Clone, Debug)]
pub struct BuyerLines {
    /// As the newest line writes it.
    pub name: String,
    /// Of what time: the first day, where there is one, and the day after the last.
    pub span: DaySpan,
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
        connection
            .query(statements::purchases_of_markets, &[&markets, &from, &until, &LINES_READ])
            .await?
            .iter()
            .map(line)
            .collect()
    }

    /// `None`: no line of this buyer in that time. Without a day it is the year that ends with the newest one.
    pub async fn purchases_of_buyer(&self, buyer: &str, span: DaySpan) -> Result<Option<BuyerLines>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let span = match span {
            (None, None) => {
                let rows = connection.query(statements::purchase_newest_of_buyer, &[&buyer]).await?;
                let newest: Option<Date> = rows.first().map_or(Ok(None), |row| row.try_get("newest"))?;
                let end = newest.and_then(|day| day.tomorrow().ok());
                (end.and_then(|end| end.checked_sub(jiff::Span::new().months(MONTHS_SHOWN)).ok()), end)
            }
            given => given,
        };
        let (from, until) = span;
        let rows = connection.query(statements::purchases_of_buyer, &[&buyer, &from, &until, &LINES_READ]).await?;
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
        let rows = connection.query(statements::purchases_of_markets, &[&of, &from, &until, &LINES_READ]).await?;
        let markets = rows.iter().map(line).collect::<Result<_, _>>()?;
        Ok(Some(BuyerLines { name, span, own, cancelled, returned, implausible, markets }))
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
