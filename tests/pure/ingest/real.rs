//! The publishers' real files, read whole: how many rows, and what became of each.

use crate::kit::reading::{Outcome, Read, read_file};
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};
use termometro::{
    domain::{
        law::{
            financing::{BenefitPlan, FinancingStatus},
            listed::{Coverage, ListedAmount, ListedKind, ListedMargin, ListedRow},
        },
        reports::source_row::RowOutcome,
    },
    ingest::{
        IntakeFormat, IntakeWindow, fingerprint, read_benefit_plan, read_catalogue, read_ceilings, read_cum_codes, read_intake,
        read_ium_codes, read_sismed, read_thermometer,
    },
    store::judging::report_flags::Flags,
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

fn outcome<T>(reader: Read<T>, path: &Path) -> Outcome<T> {
    let read = read_file(reader, path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(read.extras.is_empty() && read.whole.is_empty(), "{:?} {:?}", read.extras, read.whole);
    assert!(read.progress > 0, "progress was reported");
    println!("{}: {:?} {:?} {:?}", path.display(), read.facts, read.counts, read.faults());
    read
}

/// What is set aside is set aside for this reason.
fn only_for<T>(read: &Outcome<T>, reason: &str) {
    assert!(read.refused.is_empty() && read.quarantined.iter().all(|fault| fault.reason == reason && fault.sheet.is_none()));
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
    let units: Vec<String> = units.iter().map(|(unit, count)| format!("{unit} {count}")).collect();
    let expected = "KUI 1, U 1, UI 24, cycle 13, ddd 2, dose 1, g 3, implant 2, l 1, mcg 40, mg 404, syringe 1, tablet 3";
    assert_eq!(units.join(", "), expected);
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
        assert_eq!((read.faults(), read.refused.len()), (vec![], 0));
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
    let window = IntakeWindow { from: date(2019, 1, 1), until: date(2026, 1, 1), today: date(2026, 1, 1), reporter: None };
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    let (facts, counts) = read_intake(&path, IntakeFormat::Csv, &window, &|_| {}, &mut |row| {
        match row {
            RowOutcome::Accepted { row, .. } => {
                let prices: Vec<&str> = Flags::of(&row.report, false).names().collect();
                row.flags.into_iter().chain(prices).for_each(|flag| *told.entry(flag).or_default() += 1);
            }
            RowOutcome::Quarantined(fault) | RowOutcome::Refused(fault) => *told.entry(fault.reason).or_default() += 1,
            other => panic!("{other:?}"),
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

/// What the file is, and what to take instead: in both languages, and as workbook or text alike.
#[test]
fn another_publishers_file_is_refused_by_name() {
    let Some(path) = real("catalogue/Medicamentos_del_PBS_20260724.csv") else { return };
    let error = read_catalogue(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), "not_this_layout", "{error}");
    assert!(error.to_string().contains("use `termometro import benefit_plan …`"), "{error}");
    let Some(path) = real("catalogue/CO_medicamentos_aprobados_2026-06.xlsx") else { return };
    let error = read_ceilings(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.code(), "not_this_layout", "{error}");
    let error = read_catalogue(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().starts_with("this is INVIMA's list of registered medicines"), "{error}");
    assert!(error.es().contains("i7cb-raxc") && error.es().contains("sin el consecutivo del CUM"), "{}", error.es());
    let (digest, bytes) = fingerprint(&path).unwrap();
    assert_eq!((digest.len(), bytes), (64, 1_461_884));
    for (name, command) in [
        ("sismed/sismed-17145.csv", "termometro import sismed …"),
        ("catalogue/cum-i7cb-raxc-sample-2026.csv", "termometro import catalogue …"),
        ("codes/REF_CUMS.csv", "termometro import cum_codes …"),
    ] {
        let Some(path) = real(name) else { return };
        let error = read_thermometer(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains(command) && error.es().contains(command), "{error}");
    }
}

#[test]
fn the_codes_that_exist() {
    let Some(path) = real("codes/REF_CUMS.csv") else { return };
    let read = outcome(read_cum_codes, &path);
    // Twenty-three registrations of ten and eleven digits; the five of nine digits fit a CUM.
    assert_eq!((read.facts.layout, read.counts.read, read.counts.accepted), ("sispro-cums", 156_896, 156_873));
    only_for(&read, "not_a_cum");
    assert!(read.accepted.iter().all(|row| row.enabled));
    let distinct: HashSet<_> = read.accepted.iter().map(|row| row.cum).collect();
    assert_eq!((distinct.len(), read.accepted.iter().filter(|row| row.cum.expediente >= 100_000_000).count()), (156_873, 5));
    let Some(other) = real("codes/REF_IUM.csv") else { return };
    let read = outcome(read_ium_codes, &other);
    assert_eq!((read.counts.read, read.counts.accepted, read.counts.quarantined), (27_752, 27_750, 2));
    only_for(&read, "not_an_ium");
    let distinct: HashSet<_> = read.accepted.iter().map(|row| &row.ium).collect();
    assert_eq!(distinct.len(), 19_111);
    assert!(read.accepted.iter().all(|row| row.ium.as_str().len() == 15));
    // The two tables have one header: each is told from the other by its codes.
    let error = read_cum_codes(&other, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("termometro import ium_codes"), "{error}");
    let error = read_ium_codes(&path, &|_| {}, &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("termometro import cum_codes"), "{error}");
}

#[test]
fn the_benefit_plans_list() {
    let Some(path) = real("catalogue/Medicamentos_del_PBS_20260724.csv") else { return };
    let read = outcome(read_benefit_plan, &path);
    assert_eq!((read.facts.layout, read.facts.cut_date), ("benefit-plan-jtqe-tuvf", Some(jiff::civil::date(2026, 7, 24))));
    // One row states its coverage as `Sin dato`.
    assert_eq!((read.counts.read, read.counts.accepted, read.counts.quarantined), (2067, 2066, 1));
    let count = |coverage| read.accepted.iter().filter(|row| row.coverage == coverage).count();
    assert_eq!(Coverage::ALL.map(count), [1447, 420, 193, 6]);
    assert_eq!(read.accepted.iter().filter(|row| row.coverage == Coverage::Financed && row.note.is_none()).count(), 1060);
}

/// The figures of the domain notes for the 496 rows of the sheet of markets, and what stands beside the 53 without a row: 17 share a
/// code with a row that states several (`G04BE01 / C01EA01`), or are themselves two codes, and one has the name in other punctuation.
#[test]
fn which_markets_the_upc_pays_for() {
    let Some(list) = real("catalogue/Medicamentos_del_PBS_20260724.csv") else { return };
    let Some(book) = real("ceilings/minsalud-regulated-prices-2021-09-03.xlsx") else { return };
    let plan = BenefitPlan::new(outcome(read_benefit_plan, &list).accepted);
    let (mut standings, mut joins, mut beside) = (BTreeMap::<&str, u64>::new(), BTreeMap::<_, u64>::new(), 0);
    for row in outcome(read_ceilings, &book).accepted {
        let ListedRow::Market(market) = row else { continue };
        if market.vital_not_available {
            continue;
        }
        let found = plan.financing(market.atc.as_deref().unwrap_or_default(), &market.ingredient);
        *standings.entry(found.standing.code()).or_default() += 1;
        *joins.entry(found.by.map(|by| format!("{by:?}"))).or_default() += 1;
        if !found.beside.is_empty() {
            assert_eq!(found.standing, FinancingStatus::NoRow);
            beside += 1;
        }
    }
    let expected =
        [("conditioned", 3), ("financed", 285), ("financed_with_note", 106), ("mixed", 7), ("no_row", 53), ("not_financed", 42)];
    assert_eq!(standings.into_iter().collect::<Vec<_>>(), expected);
    println!("{joins:?}, beside {beside}");
    assert_eq!(beside, 18);
}

/// Two real invoices: every price and day is read, and what is no CUM (bar codes, procedures) is left for its line's answer to say.
#[test]
fn invoices_as_hospitals_have_them() {
    use termometro::{
        domain::identifier::cum::Cum,
        ingest::layouts::price_table::{PriceTable, Role},
    };
    for (name, lines, cums, day, sum) in [
        ("invoices/sic-pilot-invoice-lines-1.csv", 356, 0, "2019-06-29", 4_717_731),
        ("invoices/sic-pilot-invoice-lines-2.csv", 679, 161, "2020-01-01", 127_778_068),
    ] {
        let Some(path) = real(name) else { return };
        let table = PriceTable::read(&std::fs::read(path).expect("it can be read")).expect("it is a table of prices");
        let values = |role| table.lines.iter().filter_map(|line| table.value(line, role)?.ok()).collect::<Vec<String>>();
        assert_eq!(table.lines.len(), lines, "{name}");
        assert_eq!(values(Role::Cum).iter().filter(|cum| cum.parse::<Cum>().is_ok()).count(), cums, "{name}");
        assert!(values(Role::Date).len() == lines && values(Role::Date).iter().all(|read| read == day), "{name}");
        let amounts: Vec<rust_decimal::Decimal> = values(Role::Amount).iter().map(|amount| d(amount)).collect();
        assert_eq!((amounts.len(), amounts.iter().sum()), (lines, rust_decimal::Decimal::from(sum)), "{name}");
    }
}
