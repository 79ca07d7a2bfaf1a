//! The generated market: the same for a seed, read by our own readers to the row, and shaped like the real files.

use crate::kit::{
    folder::folder,
    reading::{Outcome, Read, read_file},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use termometro::{
    domain::{
        identifier::cum::Cum,
        law::listed::{InvoiceUnit, ListedAmount, ListedPresentation, ListedRow, ListedThermometer, Operation, SismedReport},
    },
    generate::{GenerateError, Wanted, generate, generate_purchases},
    ingest::{
        read_catalogue, read_ceilings, read_secop_additions, read_secop_contracts, read_sismed, read_thermometer,
        read_tvec_items, read_tvec_orders,
    },
};

const SMALL: Wanted = Wanted { seed: 1, medicines: 3_000, ceilings: 900, reports: 40_000, faults: 0 };
const FILES: [&str; 4] = ["catalogue.csv", "ceilings.csv", "thermometer.csv", "sismed.csv"];

/// In a folder of the test's own.
fn generated(wanted: Wanted) -> PathBuf {
    let path = folder();
    generate(&wanted, &path, &mut |_| ()).unwrap();
    path
}

fn read<T>(reader: Read<T>, path: &Path) -> Outcome<T> {
    let outcome = read_file(reader, path).unwrap();
    assert_eq!((outcome.facts.encoding, outcome.extras.len(), outcome.whole.len()), ("utf-8", 0, 0));
    outcome
}

/// All rows of a file without a fault.
fn clean<T>(reader: Read<T>, path: &Path) -> Vec<T> {
    let Outcome { accepted, quarantined, refused, .. } = read(reader, path);
    assert!(quarantined.is_empty() && refused.is_empty(), "{}: {quarantined:?} {refused:?}", path.display());
    accepted
}

#[test]
fn a_seed_is_the_whole_difference() {
    let (one, again) = (generated(SMALL), generated(SMALL));
    let other = generated(Wanted { seed: 2, ..SMALL });
    for name in FILES {
        let bytes = fs::read(one.join(name)).unwrap();
        assert!(bytes == fs::read(again.join(name)).unwrap(), "{name} differs with the same seed");
        assert!(bytes != fs::read(other.join(name)).unwrap(), "{name} is the same with another seed");
    }
}

#[test]
fn everything_is_read_and_belongs_together() {
    let folder = generated(SMALL);
    let catalogue: Vec<ListedPresentation> = clean(read_catalogue, &folder.join("catalogue.csv"));
    let known: BTreeSet<Cum> = catalogue.iter().map(|row| row.cum).collect();
    assert_eq!(known.len(), 3_000);
    assert!(catalogue.len() > known.len(), "combinations have a row per ingredient");
    let expedientes: BTreeSet<i32> = known.iter().map(|cum| cum.expediente).collect();
    assert!((300..900).contains(&expedientes.len()), "{} registrations", expedientes.len());
    for wanted in [
        catalogue.iter().any(|row| row.medical_sample),
        catalogue.iter().any(|row| !row.active),
        catalogue.iter().any(|row| row.role == "IMPORTADOR"),
        catalogue.iter().all(|row| !row.atc.is_empty() && !row.form.is_empty() && row.strength.is_some()),
    ] {
        assert!(wanted);
    }
    let active: BTreeSet<Cum> = catalogue.iter().filter(|row| row.active && !row.medical_sample).map(|row| row.cum).collect();
    let ceilings: Vec<ListedRow> = clean(read_ceilings, &folder.join("ceilings.csv"));
    check_ceilings(&ceilings, &active);
    let thermometer: Vec<ListedThermometer> = clean(read_thermometer, &folder.join("thermometer.csv"));
    assert!(thermometer.iter().all(|row| expedientes.contains(&row.expediente) && row.published_level.is_some()));
    let listed: BTreeSet<i32> = thermometer.iter().map(|row| row.expediente).collect();
    let share = listed.len() * 100 / expedientes.len();
    assert!((34..=46).contains(&share), "{share} % of registrations");
    let reports: Vec<SismedReport> = clean(read_sismed, &folder.join("sismed.csv"));
    assert_eq!(reports.len(), 40_000);
    assert!(reports.iter().all(|row| known.contains(&row.cum)));
    let order: Vec<Cum> = reports.iter().map(|row| row.cum).collect();
    assert!(order.is_sorted(), "a publisher's file goes by expediente");
}

fn check_ceilings(ceilings: &[ListedRow], active: &BTreeSet<Cum>) {
    assert_eq!(ceilings.len(), 900);
    let mut bound = BTreeSet::new();
    let mut markets: BTreeMap<String, u32> = BTreeMap::new();
    let mut free = 0;
    for row in ceilings {
        let ListedRow::Ceiling(row) = row else { panic!("a row that is no ceiling") };
        assert!(active.contains(&row.cum) && bound.insert(row.cum), "{} has one ceiling", row.cum);
        assert!(row.regulated_content.is_some(), "{}", row.description);
        let description = termometro::domain::market::strength::parse(&row.description);
        assert!(description.is_some(), "the description can be read: {}", row.description);
        *markets.entry(row.market.clone().unwrap()).or_default() += 1;
        free += usize::from(row.amounts.iter().any(|(_, amount)| *amount == ListedAmount::NotRegulated));
    }
    assert!((100..=350).contains(&markets.len()), "{} markets", markets.len());
    assert!(free > 300 && markets.values().any(|rows| *rows > 3));
}

#[test]
fn exactly_the_broken_reports_are_set_aside() {
    let folder = generated(Wanted { reports: 10_000, faults: 97, ..SMALL });
    let Outcome { counts, quarantined, .. } = read(read_sismed, &folder.join("sismed.csv"));
    assert_eq!((counts.read, counts.quarantined, counts.refused), (10_000, 10_000 / 97, 0), "{quarantined:?}");
    let reasons: BTreeSet<&str> = quarantined.iter().map(|fault| fault.reason).collect();
    assert!(reasons.len() >= 10, "they are broken in many ways: {reasons:?}");
}

#[test]
fn small_and_odd_sizes_are_read_too() {
    for (seed, medicines, reports) in [(1, 1, 1), (2, 5, 3), (3, 40, 100)] {
        let folder = generated(Wanted { seed, medicines, ceilings: 0, reports, faults: 0 });
        assert_eq!(clean(read_sismed, &folder.join("sismed.csv")).len() as u64, reports);
        let cums: BTreeSet<Cum> = clean(read_catalogue, &folder.join("catalogue.csv")).iter().map(|row| row.cum).collect();
        assert_eq!(cums.len() as u64, medicines);
        assert!(!clean(read_thermometer, &folder.join("thermometer.csv")).is_empty());
    }
    let refused = generate(&Wanted { ceilings: 3_000, ..SMALL }, &folder(), &mut |_| ());
    assert!(matches!(refused, Err(GenerateError::TooManyCeilings { most }) if (1_000..3_000).contains(&most)));
}

/// Of ten thousand.
fn share(rows: &[SismedReport], of: impl Fn(&SismedReport) -> bool) -> u64 {
    rows.iter().filter(|row| of(row)).count() as u64 * 10_000 / rows.len() as u64
}

/// `10_000 * maximum / minimum` against a bound, without a division.
fn at_least(row: &SismedReport, times: i64) -> bool {
    row.minimum.zip(row.maximum).is_some_and(|(low, high)| high >= low * rust_decimal::Decimal::from(times))
}

#[test]
fn the_reports_are_shaped_like_the_real_ones() {
    let folder = generated(SMALL);
    let rows: Vec<SismedReport> = clean(read_sismed, &folder.join("sismed.csv"));
    // Measured on the 77,362 rows of ../shared/data/sismed (six products): what, of ten thousand, and how far off is well.
    let mut off = Vec::new();
    let mut near = |what: &str, found: u64, real: u64, tolerance: u64| {
        if found.abs_diff(real) > tolerance {
            off.push(format!("{what}: {found}, the real files have {real}"));
        }
    };
    near("purchases", share(&rows, |row| row.operation == Operation::Purchase), 5169, 200);
    near("sales", share(&rows, |row| row.operation == Operation::Sale), 4366, 200);
    near("reimbursements", share(&rows, |row| row.operation == Operation::Reimbursement), 465, 100);
    for (transaction, real) in [(1, 974), (2, 993), (3, 2750), (4, 1959), (5, 3324)] {
        near("a transaction", share(&rows, |row| row.transaction == transaction), real, 200);
    }
    near("laboratories", share(&rows, |row| row.actor_role == 1), 463, 100);
    near("packs", share(&rows, |row| row.unit == InvoiceUnit::Pack), 4068, 200);
    near("units", share(&rows, |row| row.unit == InvoiceUnit::DispensingUnit), 5313, 200);
    near("primary packs", share(&rows, |row| row.unit == InvoiceUnit::PrimaryPack), 619, 100);
    near("no minimum", share(&rows, |row| row.minimum.is_none()), 378, 60);
    near("one price", share(&rows, |row| row.minimum.is_some() && row.minimum == row.maximum), 3031, 250);
    near("twice and more", share(&rows, |row| at_least(row, 2)), 4515, 300);
    near("a hundred times and more", share(&rows, |row| at_least(row, 100)), 1470, 200);
    let mut keys: BTreeMap<_, u32> = BTreeMap::new();
    for row in &rows {
        let side = (row.actor_role, format!("{:?}", row.operation), row.transaction, format!("{:?}", row.unit));
        *keys.entry((row.cum, row.period.from, side)).or_default() += 1;
    }
    let twins: u32 = keys.values().filter(|count| **count > 1).sum();
    near("rows whose key is repeated", u64::from(twins) * 10_000 / rows.len() as u64, 1838, 500);
    assert!(off.is_empty(), "{}", off.join("\n"));
}

#[test]
fn a_few_products_fill_the_file_and_a_few_prices_are_above() {
    let folder = generated(SMALL);
    let rows: Vec<SismedReport> = clean(read_sismed, &folder.join("sismed.csv"));
    let mut of_product: BTreeMap<Cum, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *of_product.entry(row.cum).or_default() += 1);
    let mut counts: Vec<usize> = of_product.into_values().collect();
    counts.sort_unstable_by(|left, right| right.cmp(left));
    let top: usize = counts.iter().take(30).sum();
    assert!(top * 100 / rows.len() >= 25, "one product in a hundred has {top} of {} rows", rows.len());
    let periods: BTreeSet<String> = rows.iter().map(|row| row.period.from.to_string()).collect();
    assert_eq!((periods.len(), periods.first().unwrap().as_str()), (84, "2019-10-01"));
    assert_eq!(periods.last().unwrap(), "2026-09-01");
    // Packs of a product with a ceiling: the confusion of units makes none of these dearer.
    let mut limits = BTreeMap::new();
    for row in clean(read_ceilings, &folder.join("ceilings.csv")) {
        let ListedRow::Ceiling(row) = row else { continue };
        if let Some((_, ListedAmount::Pesos(pesos))) = row.amounts.first() {
            limits.insert(row.cum, *pesos);
        }
    }
    let packs: Vec<&SismedReport> =
        rows.iter().filter(|row| row.unit == InvoiceUnit::Pack && limits.contains_key(&row.cum)).collect();
    let above = packs.iter().filter(|row| row.maximum.is_some_and(|price| price > limits[&row.cum])).count();
    let share = above * 1_000 / packs.len();
    assert!(packs.len() > 1_000 && (15..=60).contains(&share), "{share} of a thousand of {} above", packs.len());
}

#[test]
fn public_purchases_follow_from_the_seed_and_say_what_they_truly_are() {
    let wanted = Wanted { faults: 97, ..SMALL };
    let (one, again) = (folder(), folder());
    let mut faults = 0;
    generate_purchases(&wanted, 5_000, &one, &mut |file| faults += file.faults).unwrap();
    generate_purchases(&wanted, 5_000, &again, &mut |_| ()).unwrap();
    for name in ["tvec_items.csv", "tvec_orders.csv", "tvec_labels.csv", "secop_contracts.csv", "secop_additions.csv"] {
        assert!(fs::read(one.join(name)).unwrap() == fs::read(again.join(name)).unwrap(), "{name} differs with the same seed");
    }
    let items = read(read_tvec_items, &one.join("tvec_items.csv"));
    let labels = fs::read_to_string(one.join("tvec_labels.csv")).unwrap();
    let trapped = |trap: &str| labels.lines().filter(|line| line.rsplit(',').next() == Some(trap)).count();
    // A day that has not come is no fault of a row by itself: whoever imports it knows the day.
    let future = items.accepted.iter().filter(|line| line.ordered_on.year() == 2999).count();
    assert!(future > 0 && faults as usize == trapped("quarantined"));
    assert_eq!((items.counts.read, items.quarantined.len()), (5_000, trapped("quarantined") - future));
    assert_eq!(items.accepted.iter().filter(|line| line.is_return()).count(), trapped("return"));
    assert_eq!(items.accepted.iter().filter(|line| !line.implausible().is_empty()).count(), trapped("implausible"));
    assert!(trapped("unit_swap") > 10 && labels.lines().count() == 5_001);
    for truth in ["above", "within", "no_ceiling", "not_a_medicine"] {
        assert!(labels.contains(&format!(",{truth},")), "{truth}");
    }
    let orders = clean(read_tvec_orders, &one.join("tvec_orders.csv"));
    assert!(orders.iter().any(|order| order.cancelled) && orders.len() > 500);
    assert_eq!(clean(read_secop_contracts, &one.join("secop_contracts.csv")).len(), 250);
    assert!(!clean(read_secop_additions, &one.join("secop_additions.csv")).is_empty());
}
