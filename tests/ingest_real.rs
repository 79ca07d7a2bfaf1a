//! The publishers' real files, read whole: how many rows, and what became of each.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use termometro::{
    domain::{
        listed::{ListedAmount, ListedKind, ListedMargin, ListedRow},
        source_row::SourceRow,
    },
    ingest::{
        Counts, Each, FileError, FileFacts, IntakeFormat, IntakeWindow, fingerprint, read_catalogue, read_ceilings, read_intake,
        read_sismed, read_thermometer,
    },
    store::report_flags::Flags,
};

/// Real data is not part of the project: without it these tests say so and pass.
fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: real data is absent ({}); set TERMOMETRO_REAL_DATA", path.display());
    }
    path.exists().then_some(path)
}

fn d(text: &str) -> rust_decimal::Decimal {
    text.parse().expect("a decimal")
}

type Read<T> = fn(&Path, &dyn Fn(u64), &mut Each<'_, T>) -> Result<(FileFacts, Counts), FileError>;

struct Outcome<T> {
    facts: FileFacts,
    counts: Counts,
    accepted: Vec<T>,
    faults: BTreeMap<String, u64>,
}

fn outcome<T>(read: Read<T>, path: &Path) -> Outcome<T> {
    let (mut accepted, mut faults) = (Vec::new(), BTreeMap::new());
    let bytes = std::cell::Cell::new(0);
    let (facts, counts) = read(path, &|read| bytes.set(read), &mut |row| {
        match row {
            SourceRow::Accepted { row, .. } => accepted.push(row),
            SourceRow::Quarantined(fault) => {
                *faults.entry(format!("quarantined {} {:?}", fault.reason, fault.sheet)).or_insert(0) += 1
            }
            SourceRow::Refused(fault) => *faults.entry(format!("refused {} {:?}", fault.reason, fault.sheet)).or_insert(0) += 1,
        }
        Ok(())
    })
    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(counts.read, counts.accepted + counts.quarantined + counts.refused);
    assert_eq!(counts.accepted, accepted.len() as u64);
    assert!(bytes.get() > 0, "progress was reported");
    println!("{}: {facts:?} {counts:?} {faults:?}", path.display());
    Outcome { facts, counts, accepted, faults }
}

#[test]
fn the_official_workbook_of_2021() {
    let Some(path) = real("ceilings/minsalud-regulated-prices-2021-09-03.xlsx") else { return };
    let read = outcome(read_ceilings, &path);
    assert_eq!((read.facts.layout, read.facts.encoding, read.facts.delimiter), ("minsalud-workbook", "xlsx", None));
    assert_eq!(read.facts.cut_date, Some(jiff::civil::date(2021, 9, 3)));
    let count = |wanted: &dyn Fn(&ListedRow) -> bool| read.accepted.iter().filter(|row| wanted(row)).count();
    let ceiling = |row: &ListedRow, kind| matches!(row, ListedRow::Ceiling(ceiling) if ceiling.kind == kind);
    assert_eq!(count(&|row| ceiling(row, ListedKind::Maximum)), 2513);
    assert_eq!(count(&|row| ceiling(row, ListedKind::Reference)), 4);
    assert_eq!(count(&|row| matches!(row, ListedRow::Market(market) if !market.vital_not_available)), 496);
    assert_eq!(count(&|row| matches!(row, ListedRow::Market(market) if market.vital_not_available)), 4);
    assert_eq!(count(&|row| matches!(row, ListedRow::FormGroup { .. })), 164);
    assert_eq!(count(&|row| matches!(row, ListedRow::Holder { .. })), 3424);
    assert_eq!((read.counts.quarantined, read.counts.refused), (2, 4));
}

#[test]
fn the_workbooks_money_is_clean() {
    let Some(path) = real("ceilings/minsalud-regulated-prices-2021-09-03.xlsx") else { return };
    let read = outcome(read_ceilings, &path);
    let mut units: BTreeMap<String, usize> = BTreeMap::new();
    let (mut seven, mut half, mut none) = (0, 0, 0);
    for row in &read.accepted {
        match row {
            ListedRow::Ceiling(ceiling) if ceiling.kind == ListedKind::Maximum => {
                let [(_, ListedAmount::Pesos(price))] = ceiling.amounts[..] else { panic!("{ceiling:?}") };
                assert!(price.scale() <= 4);
                match ceiling.ips_margin {
                    ListedMargin::Pesos(margin) if margin == price * d("0.07") => seven += 1,
                    ListedMargin::Pesos(margin) => {
                        let exact = price * d("0.035");
                        assert!((margin - exact).abs() <= d("0.0001"), "{ceiling:?}");
                        half += 1;
                    }
                    ListedMargin::DoesNotApply => none += 1,
                    ListedMargin::Unstated => panic!("{ceiling:?}"),
                }
            }
            ListedRow::Ceiling(ceiling) => {
                let (content, unit) = ceiling.regulated_content.as_ref().unwrap();
                println!("{} {content} {unit} {:?} {:?} {}", ceiling.cum, ceiling.amounts, ceiling.ips_margin, ceiling.act);
            }
            ListedRow::Market(market) if !market.vital_not_available => *units.entry(market.unit.clone()).or_default() += 1,
            _ => {}
        }
    }
    assert_eq!((seven, half, none), (2147, 345, 21));
    let expected = [
        ("KUI", 1),
        ("U", 1),
        ("UI", 24),
        ("cycle", 13),
        ("ddd", 2),
        ("dose", 1),
        ("g", 3),
        ("implant", 2),
        ("l", 1),
        ("mcg", 40),
        ("mg", 404),
        ("syringe", 1),
        ("tablet", 3),
    ];
    assert_eq!(units.into_iter().collect::<Vec<_>>(), expected.map(|(unit, count)| (unit.to_owned(), count)));
}

#[test]
fn every_sismed_row() {
    let files = ["17145", "19914312", "19924285", "19934768", "35662", "50589"];
    let (mut total, mut accepted) = (0, 0);
    for file in files {
        let Some(path) = real(&format!("sismed/sismed-{file}.csv")) else { return };
        let read = outcome(read_sismed, &path);
        assert_eq!((read.facts.layout, read.facts.encoding, read.facts.number_format), ("sismed-published", "utf-8", "1234.56"));
        assert_eq!((read.facts.delimiter, read.facts.cut_date), (Some(','), None));
        assert!(read.faults.is_empty(), "{:?}", read.faults);
        total += read.counts.read;
        accepted += read.counts.accepted;
    }
    assert_eq!((total, accepted), (77_362, 77_362));
}

/// The published file names neither the reporter nor the other side: a key that repeats there says nothing of anybody.
#[test]
fn the_lantus_reports_as_a_submission() {
    let Some(path) = real("sismed/sismed-19914312.csv") else { return };
    let date = jiff::civil::date;
    let window = IntakeWindow { from: date(2019, 1, 1), until: date(2026, 1, 1), today: date(2026, 1, 1) };
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    let (facts, counts) = read_intake(&path, IntakeFormat::Csv, &window, &|_| {}, &mut |row| {
        match row {
            SourceRow::Accepted { row, .. } => {
                let prices: Vec<&str> = Flags::of(&row.report, false).names().collect();
                row.flags.into_iter().chain(prices).for_each(|flag| *told.entry(flag).or_default() += 1);
            }
            SourceRow::Quarantined(fault) | SourceRow::Refused(fault) => *told.entry(fault.reason).or_default() += 1,
        }
        Ok(())
    })
    .unwrap();
    println!("{facts:?} {counts:?} {told:?}");
    assert_eq!(facts.layout, "sismed-submission");
    assert_eq!((counts.read, counts.accepted, counts.quarantined, counts.refused), (11_561, 10_620, 941, 0));
    // No row is there twice; all that is set aside is older than the window.
    let expected = [("duplicate_key", 1452), ("period_outside_submission", 941), ("price_missing", 168), ("wide_range", 1052)];
    assert_eq!(told.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_whole_thermometer() {
    let Some(path) = real("thermometer/clicsalud-n4dj-8r7k-2025.csv") else { return };
    let read = outcome(read_thermometer, &path);
    assert_eq!((read.facts.layout, read.facts.number_format), ("clicsalud-n4dj-8r7k", "1234.56"));
    assert_eq!((read.counts.read, read.counts.accepted), (12_534, 12_534));
    assert!(read.accepted.iter().all(|row| row.published_level.is_some()));
}

#[test]
fn the_catalogue_sample() {
    let Some(path) = real("catalogue/cum-i7cb-raxc-sample-2026.csv") else { return };
    let read = outcome(read_catalogue, &path);
    assert_eq!((read.facts.layout, read.counts.read, read.counts.accepted), ("cum-i7cb-raxc", 40, 40));
    assert_eq!(read.accepted.iter().filter(|row| row.medical_sample).count(), 10);
    assert!(!read.accepted.iter().any(|row| row.description.contains("SIN DATO")));
}

#[test]
fn another_publishers_file_is_refused_by_name() {
    let Some(path) = real("catalogue/Medicamentos_del_PBS_20260724.csv") else { return };
    let error = read_catalogue(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), "not_this_layout", "{error}");
    let Some(path) = real("catalogue/CO_medicamentos_aprobados_2026-06.xlsx") else { return };
    let error = read_ceilings(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), "missing_sheet", "{error}");
    let (digest, bytes) = fingerprint(&path).unwrap();
    assert_eq!((digest.len(), bytes), (64, 1_461_884));
}
