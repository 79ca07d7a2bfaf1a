//! Which changes a client asks for: since when, of what, of which medicine.

use jiff::{Timestamp, tz};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    fault_words::Explain,
    page::limit_between,
    problem::{Fault, Problem},
};
use crate::{
    domain::{cum::Cum, period},
    read_model::changes::ChangeFilter,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// Only what came after this: a position, a day (from its beginning in Bogotá), or an RFC 3339 instant.
    #[param(example = "0")]
    pub since: Option<String>,
    /// Tipo: ceiling or product.
    #[param(example = "ceiling")]
    pub kind: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfMedicine {
    /// Only changes of this medicine, its ceilings, and the unit price of its market.
    #[param(example = "19914312-20")]
    pub cum: Option<String>,
}

/// How many entries of a feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Newest {
    /// Cuántas: how many of the newest changes.
    #[param(minimum = 1, maximum = 200, default = 50, value_type = Option<u32>)]
    pub limit: Option<String>,
}

const NEWEST_DEFAULT: u32 = 50;
const NEWEST_MAX: u32 = 200;
/// Padding with zeros would give one place many addresses.
const POSITION_DIGITS_MAX: usize = 18;
/// Colombia keeps −05:00.
const BOGOTA: tz::Offset = tz::offset(-5);

impl Since {
    pub fn read(&self, cum: Option<&str>) -> Result<ChangeFilter, Problem> {
        let mut faults = Vec::new();
        let mut filter = ChangeFilter::default();
        match self.since.as_deref().map(since) {
            Some(Ok(Point::Position(position))) => filter.after = position,
            Some(Ok(Point::Instant(instant))) => filter.since = Some(instant),
            Some(Err(())) => {
                let detail = ("una posición, un día o un instante RFC 3339", "a position, a day or an RFC 3339 instant");
                faults.push(Fault::parameter("since", "malformed_since", detail));
            }
            None => {}
        }
        filter.kind = match self.kind.as_deref() {
            None => None,
            Some("ceiling") => Some("ceiling"),
            Some("product") => Some("product"),
            Some(_) => {
                faults.push(Fault::parameter("kind", "invalid_value", ("ceiling o product", "ceiling or product")));
                None
            }
        };
        match cum.map(str::parse::<Cum>) {
            Some(Ok(cum)) => filter.cum = Some(cum),
            Some(Err(error)) => faults.push(Fault::parameter("cum", "malformed_cum", error.text())),
            None => {}
        }
        if faults.is_empty() { Ok(filter) } else { Err(Problem::bad_parameters(faults)) }
    }
}

impl Newest {
    pub fn read(&self) -> Result<i64, Problem> {
        let limit = limit_between(self.limit.as_deref(), 1, NEWEST_MAX)?;
        Ok(i64::from(limit.unwrap_or(NEWEST_DEFAULT)))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Point {
    Position(i64),
    Instant(Timestamp),
}

fn since(text: &str) -> Result<Point, ()> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        if text.len() > POSITION_DIGITS_MAX {
            return Err(());
        }
        return text.parse().map(Point::Position).map_err(drop);
    }
    if let Ok(day) = period::parse_date(text) {
        let start = day.to_zoned(tz::TimeZone::fixed(BOGOTA)).map_err(drop)?;
        return Ok(Point::Instant(start.timestamp()));
    }
    // ISO 8601 has far years too, for which the database has no room.
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    if year != 4 || !text.contains('T') {
        return Err(());
    }
    text.parse().map(Point::Instant).map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_days_and_instants_are_told_apart() {
        assert_eq!(since("17"), Ok(Point::Position(17)));
        assert_eq!(since("2026-11-23"), Ok(Point::Instant("2026-11-23T05:00:00Z".parse().unwrap())));
        assert_eq!(since("2026-11-23T00:00:00Z"), Ok(Point::Instant("2026-11-23T00:00:00Z".parse().unwrap())));
        for bad in [
            "-1",
            "1e3",
            "99999999999999999999",
            "0000000000000000001",
            "yesterday",
            "2026-13-01",
            "+012026-01-01T00:00:00Z",
            "2026",
        ] {
            assert_eq!(since(bad).is_err(), bad != "2026", "{bad}");
        }
    }
}
