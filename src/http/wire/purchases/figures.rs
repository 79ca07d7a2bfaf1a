//! Figures of markets and buyers on the wire: each with how many lines, buyers and sellers it rests on.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        number::{amount, exact},
        purchases::{
            described::DESCRIBED,
            indicators::{self, FigureLine, GroupFigures, GroupKey, LineCounts},
        },
    },
    http::{Problem, wire::service::meta::Meta},
    read_model::purchases::figures::{BuyerLines, LINES_MAX},
};

/// Prices of one market in one quarter and band of quantity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DispersionBody {
    /// ID MR.
    #[schema(example = "96")]
    pub market: String,
    #[schema(example = "2024-Q1")]
    pub quarter: String,
    /// The largest quantity of the band: `1`, `10`, `100`…
    #[schema(example = "100")]
    pub quantity_up_to: String,
    /// What the prices are for.
    #[schema(example = "UI")]
    pub regulated_unit: String,
    #[schema(example = 12)]
    pub lines: usize,
    #[schema(example = 5)]
    pub buyers: usize,
    /// Those that are named; market structure explains more of prices than buyers do.
    #[schema(example = 3)]
    pub sellers: usize,
    /// Lines that say a code, or ingredient, strength and form.
    pub described: usize,
    /// Lines with a verdict.
    pub decided: usize,
    /// Lines of which everything that they can mean is above its ceiling.
    pub above: usize,
    /// Pesos for a regulated unit.
    pub median: Option<String>,
    /// The percentiles, their ratios and the saving are null with fewer than 10 lines, 3 buyers or 2 sellers.
    pub p10: Option<String>,
    pub p25: Option<String>,
    pub p75: Option<String>,
    pub p90: Option<String>,
    pub p90_by_p10: Option<String>,
    pub p75_by_p25: Option<String>,
    /// Pesos paid over the median of the other lines; never negative.
    pub saving: Option<String>,
}

/// What one buyer bought in one market, quarter and band of quantity, beside what others paid.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BuyerGroupBody {
    /// Lines of this buyer.
    #[schema(example = 3)]
    pub own_lines: usize,
    /// The median of this buyer's lines.
    pub own_median: Option<String>,
    /// Of this buyer's lines alone: pesos paid over the median of the other lines of the group.
    pub own_saving: Option<String>,
    /// The whole group.
    pub all: DispersionBody,
}

/// A buyer's lines, how well they are described, and what they cost beside the median.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BuyerBody {
    pub buyer: BuyerSummary,
    /// In order of market, quarter and band: nothing is ranked.
    pub data: Vec<BuyerGroupBody>,
    pub meta: Meta,
}

/// Counts of a buyer's lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BuyerSummary {
    #[schema(example = "899999063")]
    pub nit: String,
    pub name: String,
    /// The first day of the orders shown; null where all earlier ones are.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The day after the last; null where all later ones are shown.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// All lines, whether they count or not.
    pub lines: usize,
    /// Neither cancelled nor returned nor implausible.
    pub counted: usize,
    pub cancelled: usize,
    pub returned: usize,
    pub implausible: usize,
    /// Of those that count: with a code, or ingredient, strength and form.
    pub described: usize,
    pub described_by: BTreeMap<&'static str, usize>,
    pub decided: usize,
    pub above: usize,
    /// Pesos paid over the median of the other lines, over all groups that have one; null where none has.
    pub saving: Option<String>,
    /// How many lines that rests on.
    pub saving_lines: usize,
}

/// # Errors
/// Too many lines for one answer.
pub fn require_few(lines: usize) -> Result<(), Problem> {
    if lines <= LINES_MAX {
        return Ok(());
    }
    let detail = (
        "hay más de 200.000 líneas en ese tiempo: acote from y to",
        "there are more than 200,000 lines in that time: narrow from and to",
    );
    Err(Problem::bad_parameter("from", "too_many", detail))
}

pub fn dispersion(lines: &[FigureLine]) -> Vec<DispersionBody> {
    let groups = indicators::groups(lines);
    groups.iter().map(|(key, group)| DispersionBody::from(&indicators::figures(key, group, |_| true))).collect()
}

impl From<&GroupFigures> for DispersionBody {
    fn from(figures: &GroupFigures) -> Self {
        let GroupFigures { key, counts, buyers, sellers, median, spread, saving_at_median } = figures;
        let GroupKey { market, quarter, quantity_band, unit } = key;
        let LineCounts { lines, described, decided, above } = *counts;
        let of_spread = |of: fn(&indicators::Spread) -> Option<Decimal>| spread.as_ref().and_then(of).map(amount::plain);
        Self {
            market: market.clone(),
            quarter: quarter.to_string(),
            quantity_up_to: band_limit(*quantity_band),
            regulated_unit: unit.clone(),
            lines,
            buyers: *buyers,
            sellers: *sellers,
            described,
            decided,
            above,
            median: median.map(amount::plain),
            p10: of_spread(|spread| Some(spread.p10)),
            p25: of_spread(|spread| Some(spread.p25)),
            p75: of_spread(|spread| Some(spread.p75)),
            p90: of_spread(|spread| Some(spread.p90)),
            p90_by_p10: of_spread(indicators::Spread::p90_by_p10),
            p75_by_p25: of_spread(indicators::Spread::p75_by_p25),
            saving: saving_at_median.map(amount::plain),
        }
    }
}

/// A one and zeros.
fn band_limit(band: i16) -> String {
    format!("1{}", "0".repeat(usize::try_from(band).unwrap_or(0)))
}

/// Of the groups that a buyer has lines in.
pub fn buyer(nit: &str, lines: &BuyerLines) -> (BuyerSummary, Vec<BuyerGroupBody>) {
    let groups = indicators::groups(&lines.markets);
    let (mut saving, mut saving_lines) = (None, 0);
    let mut rows = Vec::new();
    for (key, group) in &groups {
        let own: Vec<&FigureLine> = group.iter().copied().filter(|line| line.buyer == nit).collect();
        if own.is_empty() {
            continue;
        }
        let of_own = indicators::figures(key, group, |line| line.buyer == nit).saving_at_median;
        if let Some(of_own) = of_own {
            saving = exact::sum(saving.unwrap_or_default(), of_own);
            saving_lines += own.len();
        }
        rows.push(BuyerGroupBody {
            own_lines: own.len(),
            own_median: indicators::figures(key, &own, |_| true).median.map(amount::plain),
            own_saving: of_own.map(amount::plain),
            all: DispersionBody::from(&indicators::figures(key, group, |_| true)),
        });
    }
    let counts = LineCounts::of(&lines.own);
    let of_code = |code: &str| lines.own.iter().filter(|line| line.counts && line.described.as_deref() == Some(code)).count();
    let summary = BuyerSummary {
        nit: nit.to_owned(),
        name: lines.name.clone(),
        from: lines.span.0,
        to: lines.span.1,
        lines: lines.own.len(),
        counted: counts.lines,
        cancelled: lines.cancelled,
        returned: lines.returned,
        implausible: lines.implausible,
        described: counts.described,
        described_by: DESCRIBED.into_iter().map(|code| (code, of_code(code))).collect(),
        decided: counts.decided,
        above: counts.above,
        saving: saving.map(amount::plain),
        saving_lines,
    };
    (summary, rows)
}
