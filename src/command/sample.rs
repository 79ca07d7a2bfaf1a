//! The bundled sample: the project's own small data in the official layouts, for an empty database.
//!
//! It is invented and says so everywhere. Its lists speak for the day of the first start, so that what a newcomer asks about today is answered.

use std::{fmt::Write as _, path::Path, sync::Arc};

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{exit::EXIT_DONE, import_report::print_undone, person::Person};
use crate::{
    app,
    clock::Clock,
    config::Config,
    import::{file::import_file, report::ImportOptions, undo::remove_sample},
    ingest::SourceKind,
    spool::{Spooled, purpose},
    store::postgres::{database::Database, statements},
};

#[derive(Debug, Args)]
pub struct SampleArguments {
    #[command(subcommand)]
    command: SampleCommand,
}

#[derive(Debug, Subcommand)]
enum SampleCommand {
    /// Take all of it away: nothing invented is answered from then on
    Remove {
        #[command(flatten)]
        person: Person,
        /// A JSON object
        #[arg(long)]
        json: bool,
    },
}

const REPORTS: &[u8] = include_bytes!("../../sample/sismed.csv");
const THERMOMETER: &[u8] = include_bytes!("../../sample/thermometer.csv");
/// In the order in which each can use the one before.
const FILES: &[(SourceKind, &str, &[u8])] = &[
    (SourceKind::Ceilings, "ceilings.xlsx", include_bytes!("../../sample/ceilings.xlsx")),
    (SourceKind::Ceilings, "ceilings-recent.csv", include_bytes!("../../sample/ceilings-recent.csv")),
    (SourceKind::Catalogue, "catalogue.csv", include_bytes!("../../sample/catalogue.csv")),
    (SourceKind::Thermometer, "thermometer.csv", THERMOMETER),
    (SourceKind::Sismed, "sismed.csv", REPORTS),
];
/// Not loaded by itself, but just as invented.
const OTHERS: &[&[u8]] = &[
    include_bytes!("../../sample/ceilings-open-data-20240815.csv"),
    include_bytes!("../../sample/submission-lantus-2020-q2.csv"),
];

pub async fn run(config: &Config, arguments: SampleArguments) -> anyhow::Result<u8> {
    let SampleCommand::Remove { person, json } = arguments.command;
    let server = app::Database::open(config).await?;
    let database = server.migrated(config).await?;
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    let removed = remove_sample(&database, &person.acceptance(), max_age_days, Clock::System).await;
    drop(database);
    server.close().await?;
    print_undone(&removed?, json);
    Ok(EXIT_DONE)
}

/// Whether a file is part of the sample, whoever imports it and under whatever name.
pub fn is_bundled(path: &Path) -> bool {
    let Ok(length) = std::fs::metadata(path).map(|found| found.len()) else { return false };
    let mut alike =
        FILES.iter().map(|(_, _, bytes)| *bytes).chain(OTHERS.iter().copied()).filter(|bytes| bytes.len() as u64 == length);
    alike.any(|bytes| std::fs::read(path).is_ok_and(|read| read == bytes))
}

pub async fn import_when_empty(database: &Database, max_age_days: i32, clock: Clock) -> anyhow::Result<()> {
    let rows = database.read_connection().await?.query(statements::any_source_file, &[]).await?;
    if !rows.is_empty() {
        return Ok(());
    }
    say!("The database is empty: importing the bundled sample. It is INVENTED, and marked so everywhere;");
    say!("the first real file of a kind replaces its data, `termometro sample remove` takes all of it away.");
    let folder = Spooled::folder(&std::env::temp_dir(), purpose::SAMPLE).context("a folder for the sample")?;
    import_all(database, max_age_days, clock, folder.path()).await
}

async fn import_all(database: &Database, max_age_days: i32, clock: Clock, folder: &Path) -> anyhow::Result<()> {
    let today = clock.today();
    let recent = recent_reports(today).context("the sample's reports of the months before today")?;
    let files = FILES.iter().copied().chain([(SourceKind::Sismed, "sismed-recent.csv", recent.as_bytes())]);
    for (kind, name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
        let cut_date = kind.is_list().then_some(today);
        let options = ImportOptions { sample: true, cut_date, ..ImportOptions::new(max_age_days, clock) };
        let report = import_file(database, kind, &path, &options, Arc::new(|_, _| {})).await?;
        let counts = report.counts;
        say!(
            "  {name}: read {} = accepted {} + quarantined {} + refused {}",
            counts.read,
            counts.accepted,
            counts.quarantined,
            counts.refused
        );
    }
    Ok(())
}

/// The newest month of the sample's ordinary sales.
const NEWEST_MONTH: (i16, i8) = (2021, 12);
/// The ordinary sales stand after the cases.
const CASES: usize = 56;
const MONTHS: i32 = 24;

/// Reports up to the month before today: the sample's ordinary sales moved in time, and sales of what the thermometer lists.
fn recent_reports(today: Date) -> Option<String> {
    let newest = today.first_of_month().checked_sub(1.month()).ok()?;
    let reports = std::str::from_utf8(REPORTS).ok()?;
    let mut lines = reports.lines();
    let mut text = format!("{}\n", lines.next()?);
    let moved_by = months(newest.year(), newest.month()) - months(NEWEST_MONTH.0, NEWEST_MONTH.1);
    for line in lines.skip(CASES) {
        let fields: Vec<&str> = line.split(',').collect();
        let [expediente, consecutive, year, month, rest @ ..] = fields.as_slice() else { continue };
        let (Ok(year), Ok(month @ 1..=12)) = (year.parse::<i16>(), month.parse::<i8>()) else { continue };
        if !is_sound(rest) {
            continue;
        }
        let (year, month) = month_of(months(year, month) + moved_by);
        writeln!(text, "{expediente},{consecutive},{year},{month},{}", rest.join(",")).ok()?;
    }
    listed_sales(&mut text, newest)?;
    Some(text)
}

/// Four rows are at fault on purpose: once is enough. `rest`: role, operation, transaction, unit and four amounts.
fn is_sound(rest: &[&str]) -> bool {
    let [_, _, _, unit, amounts @ ..] = rest else { return false };
    let amounts: Vec<Decimal> = amounts.iter().filter_map(|amount| amount.parse().ok()).collect();
    matches!(*unit, "A" | "B" | "C" | "D") && matches!(amounts[..], [low, high, _, _] if low <= high)
}

/// What the thermometer lists was sold in each of the last months, at about the listed price.
fn listed_sales(text: &mut String, newest: Date) -> Option<()> {
    let listed = std::str::from_utf8(THERMOMETER).ok()?;
    for (place, line) in listed.lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        // The columns are taken from the end: names may hold a comma.
        let [channel, price, _, _] = fields.get(fields.len().checked_sub(4)?..)? else { continue };
        let (expediente, price): (&str, Decimal) = (fields.first()?, price.parse().ok()?);
        let transaction = if *channel == "Institucional" { 3 } else { 4 };
        if !expediente.starts_with('9') {
            continue;
        }
        for back in 0..MONTHS {
            let (year, month) = month_of(months(newest.year(), newest.month()) - back);
            // Between 97 and 103 % of the listed price, one pattern for each product.
            let percent = Decimal::from(97 + (back * 5 + i32::try_from(place).ok()? * 3) % 7);
            let cents = |amount: Decimal| amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize();
            let (low, high) =
                (cents(price * percent / Decimal::ONE_HUNDRED), cents(price * (percent + Decimal::TWO) / Decimal::ONE_HUNDRED));
            let units = Decimal::from(100 + back * 10);
            let value = cents((low + high) / Decimal::TWO * units);
            writeln!(text, "{expediente},1,{year},{month},2,VN,{transaction},C,{low},{high},{units},{value}").ok()?;
        }
    }
    Some(())
}

fn months(year: i16, month: i8) -> i32 {
    i32::from(year) * 12 + i32::from(month) - 1
}

fn month_of(months: i32) -> (i32, i32) {
    (months.div_euclid(12), months.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    fn by_month(text: &str) -> BTreeMap<(i32, i32), usize> {
        let mut counts = BTreeMap::new();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            *counts.entry((fields[2].parse().unwrap(), fields[3].parse().unwrap())).or_default() += 1;
        }
        counts
    }

    #[test]
    fn the_reports_end_with_the_month_before_today() {
        for (today, newest) in [(date(2026, 11, 29), (2026, 10)), (date(2027, 1, 1), (2026, 12)), (date(2028, 2, 29), (2028, 1))]
        {
            let text = recent_reports(today).unwrap();
            let months = by_month(&text);
            assert_eq!(months.keys().last(), Some(&newest), "{today}");
            // 27 months of ordinary sales, of which the last 24 are also of what the thermometer lists.
            assert_eq!(months.len(), 27, "{today}");
        }
    }

    #[test]
    fn an_average_lies_between_its_ends() {
        for line in recent_reports(date(2026, 11, 29)).unwrap().lines().skip(1) {
            let numbers: Vec<Decimal> = line.split(',').skip(8).map(|field| field.parse().unwrap()).collect();
            let [low, high, units, value] = numbers[..] else { panic!("{line}") };
            assert!(low <= high, "{line}");
            let slack = Decimal::new(1001, 3);
            assert!(value <= high * units * slack && value * slack >= low * units, "{line}");
        }
    }

    #[test]
    fn the_projects_own_files_are_known_by_their_content() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
        for name in ["ceilings.xlsx", "sismed.csv", "ceilings-open-data-20240815.csv", "submission-lantus-2020-q2.csv"] {
            assert!(is_bundled(&sample.join(name)), "{name}");
        }
        assert!(!is_bundled(&sample.join("README.md")));
        assert!(!is_bundled(&sample.join("nothing.csv")));
    }
}
