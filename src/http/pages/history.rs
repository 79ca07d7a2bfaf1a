//! Reported sales of a medicine month by month, one line a channel, and the plot of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::{
    domain::number::amount,
    draw::{
        Theme,
        history::{History, Month, RANGES_MONTHS_MAX},
    },
    http::{
        Language,
        view::{format, messages::say},
    },
};

const MONTHS_MAX: usize = 60;

/// Sums of one channel and month.
#[derive(Default)]
struct Sum {
    least: Option<Decimal>,
    most: Option<Decimal>,
    value: Decimal,
    units: Decimal,
    reports: u64,
}

type Sums = BTreeMap<(String, &'static str), Sum>;
const CHANNELS: [&str; 2] = ["institutional", "commercial"];

/// `points` is `data` of `list_prices`, `medicine` of `show_medicine`. `null` when there is no month to show.
pub fn of(points: &Value, medicine: &Value, language: Language) -> Value {
    let points: Vec<&Value> = points.as_array().into_iter().flatten().filter(|point| is_month(point)).collect();
    let Some(per) = commonest_unit(&points) else { return Value::Null };
    let sums = sums(points.iter().copied().filter(|point| unit(point) == Some(per)));
    let (Some(first), Some(last)) = (sums.keys().next(), sums.keys().next_back()) else { return Value::Null };
    let months = months_between(&first.0, &last.0);
    let months = &months[months.len().saturating_sub(MONTHS_MAX)..];
    let [institutional, commercial] = CHANNELS.map(|channel| series(&sums, months, channel));
    let ceiling: Vec<Option<Decimal>> = months.iter().map(|month| ceiling(medicine, month, per)).collect();
    let shown = |amount: Decimal| format::pesos(&amount::display(amount), language);
    let names = [
        say(language, "history.institutional", &[]),
        say(language, "history.commercial", &[]),
        say(language, "history.ceiling", &[]),
    ];
    let span = [("first", months.first()), ("last", months.last())];
    let span = span.map(|(name, month)| (name, month.and_then(|month| short(month, language)).unwrap_or_default()));
    let plot = History {
        title: &say(language, "history.title", &[]),
        description: &say(language, "history.description", &[("months", months.len().to_string())]),
        unit: &say(language, &format!("{}{per}", "history.per_"), &[]),
        source: &say(language, "history.source", &span),
        months: months.len(),
        dates: &dates(months, language),
        institutional: &institutional,
        commercial: &commercial,
        ceiling: &ceiling,
        names: [&names[0], &names[1], &names[2]],
        written: &shown,
    };
    let ranges = months.len() <= RANGES_MONTHS_MAX;
    json!({ "svg": plot.draw(Theme::Page, "history"), "per": per, "ranges": ranges, "rows": rows(&sums, &shown, language) })
}

fn is_month(point: &Value) -> bool {
    point["operation"] == "VN" && point["period"].as_str().is_some_and(|period| period.len() == 7) && unit(point).is_some()
}

fn unit(point: &Value) -> Option<&str> {
    point["weighted_average"]["per"].as_str()
}

/// Prices of packs and of units are not put into one plot.
fn commonest_unit<'a>(points: &[&'a Value]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for point in points {
        *counts.entry(unit(point)?).or_default() += point["reports"].as_u64().unwrap_or(0);
    }
    counts.into_iter().max_by_key(|(_, reports)| *reports).map(|(unit, _)| unit)
}

fn number(value: &Value) -> Option<Decimal> {
    value.as_str()?.parse().ok()
}

fn sums<'a>(points: impl Iterator<Item = &'a Value>) -> Sums {
    let mut sums = Sums::new();
    for point in points {
        let channel = CHANNELS.into_iter().find(|channel| point["channel"] == *channel);
        let (Some(channel), Some(month), Some(value), Some(units)) = (
            channel,
            point["period"].as_str(),
            number(&point["average_fraction"]["value"]),
            number(&point["average_fraction"]["units"]),
        ) else {
            continue;
        };
        let sum = sums.entry((month.to_owned(), channel)).or_default();
        let (least, most) = (number(&point["minimum"]["amount"]), number(&point["maximum"]["amount"]));
        sum.least = [sum.least, least].into_iter().flatten().min();
        sum.most = [sum.most, most].into_iter().flatten().max();
        sum.value = sum.value.saturating_add(value);
        sum.units = sum.units.saturating_add(units);
        sum.reports += point["reports"].as_u64().unwrap_or(0);
    }
    sums
}

impl Sum {
    /// For a drawing: an average cut to what can be seen.
    fn month(&self) -> Option<Month> {
        let average = self.value.checked_div(self.units)?.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Some(Month { least: self.least.unwrap_or(average), average, most: self.most.unwrap_or(average) })
    }
}

fn series(sums: &Sums, months: &[String], channel: &'static str) -> Vec<Option<Month>> {
    months.iter().map(|month| sums.get(&(month.clone(), channel))?.month()).collect()
}

fn months_between(first: &str, last: &str) -> Vec<String> {
    let day = |month: &str| format!("{month}-01").parse::<Date>().ok();
    let (Some(start), Some(end)) = (day(first), day(last)) else { return Vec::new() };
    let days = std::iter::successors(Some(start), |day| day.checked_add(jiff::Span::new().months(1)).ok());
    days.take_while(|day| *day <= end).map(|day| day.strftime("%Y-%m").to_string()).collect()
}

/// Of a long series the years, each at its January; of a short one some of its months.
fn dates(months: &[String], language: Language) -> Vec<(usize, String)> {
    const MONTHS_MAX: usize = 24;
    const NAMES_MAX: usize = 5;
    let named = |at: usize| Some((at, short(months.get(at)?, language)?));
    if months.len() <= MONTHS_MAX {
        let step = months.len().div_ceil(NAMES_MAX - 1).max(1);
        return (0..months.len()).step_by(step).filter_map(named).collect();
    }
    let januaries = months.iter().enumerate().filter_map(|(at, month)| Some((at, month.strip_suffix("-01")?.to_owned())));
    januaries.collect()
}

/// "ene 2026".
fn short(month: &str, language: Language) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let name: String = say(language, &format!("{}{month}", "month."), &[]).chars().take(3).collect();
    Some(format!("{name} {year}"))
}

/// The ceiling of today's law for the first institutional sale, as far back as it is known to hold; of packs only.
fn ceiling(medicine: &Value, month: &str, per: &str) -> Option<Decimal> {
    let mut all = medicine["ceilings"].as_array()?.iter();
    let here = all.find(|one| one["transaction"] == "1" && one["amount"]["per"] == per)?;
    let from = here["valid_from"].as_str()?;
    (from.get(..7)? <= month).then(|| number(&here["amount"]["amount"]))?
}

/// The same as a table, newest first.
fn rows(sums: &Sums, shown: &dyn Fn(Decimal) -> String, language: Language) -> Vec<Value> {
    let row = |((month, channel), sum): (&(String, &'static str), &Sum)| {
        let of = sum.month()?;
        Some(json!({
            "month": format::day(month, language), "channel": channel, "least": shown(of.least),
            "average": shown(of.average), "most": shown(of.most), "reports": sum.reports,
        }))
    };
    sums.iter().rev().take(2 * MONTHS_MAX).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(month: &str, channel: &str, per: &str, value: &str, units: &str) -> Value {
        json!({
            "period": month, "operation": "VN", "channel": channel, "reports": 2,
            "minimum": { "amount": "5", "per": per }, "maximum": { "amount": "50", "per": per },
            "weighted_average": { "amount": "10", "per": per }, "average_fraction": { "value": value, "units": units },
        })
    }

    #[test]
    fn channels_and_units_are_kept_apart() {
        let points = json!([
            point("2026-01", "institutional", "pack", "100", "10"),
            point("2026-01", "institutional", "pack", "500", "10"),
            point("2026-03", "commercial", "pack", "90", "3"),
            point("2026-03", "commercial", "dispensing_unit", "9", "3"),
        ]);
        let history = of(&points, &json!({ "ceilings": [] }), Language::Spanish);
        let rows = history["rows"].as_array().unwrap();
        assert_eq!(history["per"], "pack");
        assert_eq!([&rows[0]["average"], &rows[1]["average"]], ["$\u{a0}30", "$\u{a0}30"], "90/3, and 600/20");
        assert_eq!(rows[1]["reports"], 4);
        assert_eq!(months_between("2025-11", "2026-02"), ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert!(of(&json!([]), &json!({}), Language::English).is_null());
    }

    #[test]
    fn the_axis_has_dates() {
        let of = |first: &str, last: &str| dates(&months_between(first, last), Language::Spanish);
        assert_eq!(of("2026-01", "2026-01"), [(0, "ene 2026".to_owned())]);
        let short: Vec<String> = of("2025-11", "2026-06").into_iter().map(|(_, name)| name).collect();
        assert_eq!(short, ["nov 2025", "ene 2026", "mar 2026", "may 2026"]);
        let long: Vec<String> = of("2021-10", "2025-03").into_iter().map(|(_, name)| name).collect();
        assert_eq!(long, ["2022", "2023", "2024", "2025"]);
    }
}
