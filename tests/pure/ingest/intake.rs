//! A reporter's file: every validation rule hit by a row, and any bytes accounted for.

use crate::kit::reading::{Outcome, file, read};
use jiff::civil::date;
use proptest::prelude::*;
use std::{collections::BTreeSet, path::Path};
use termometro::{
    domain::{
        calendar::period::Period,
        law::listed::{InvoiceUnit, Operation, SismedReport},
        market::outlier::{Fence, Side},
        reports::validation::{Fate, RULES, rule},
        verdict::unit_confusion::{PackPrice, confused},
    },
    ingest::{FileError, IntakeFormat, IntakeRow, IntakeWindow, Stop, read_intake, read_sismed},
    store::judging::report_flags::Flags,
};

const HEADER: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,Periodo,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado,NitContraparte";
const ROW: &str = "19914312,20,2020,4,,2,CM,5,A,33052,35365.64,3,102521.28,890903938-8";
/// Another good row: it must come through whatever stands beside it.
const OTHER_ROW: &str = "19914312,2,2020,5,,2,VN,3,C,6610.5,7000.25,137.69,965712.5,";
const OBJECT: &str = r#"{"cum":"19914312-20","period":"2020-04","actor_role":"2","operation":"CM","transaction":5,"unit":"A","minimum":"33052","maximum":"35365.64","units":"3","value":"102521.28","counterparty_nit":"890903938-8"}"#;
const OTHER_OBJECT: &str = r#"{"cum":"19914312-2","period":"2020","actor_role":2,"operation":"VN","transaction":"3","unit":"C","minimum":null,"maximum":"7000.25","units":"137.69"}"#;

const WINDOW: IntakeWindow =
    IntakeWindow { from: date(2020, 1, 1), until: date(2022, 1, 1), today: date(2021, 6, 15), reporter: None };

readers!(WINDOW => csv Csv, ndjson Ndjson);

fn table(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// `ROW` with one field another.
fn with(field: usize, value: &str) -> String {
    let mut fields: Vec<&str> = ROW.split(',').collect();
    fields[field] = value;
    fields.join(",")
}

fn object(from: &str, to: &str) -> String {
    assert!(OBJECT.contains(from), "{from}");
    OBJECT.replacen(from, to, 1)
}

#[test]
fn both_forms_say_the_same() {
    let rows = read(csv, "t2.csv", table(&[ROW, "19914312,2,2020,,,2,VN,3,C,0,7000.25,137.69,,"]).as_bytes()).unwrap();
    let objects = read(ndjson, "t2.ndjson", format!("{OBJECT}\n\n{OTHER_OBJECT}").as_bytes()).unwrap();
    assert_eq!(rows.accepted, objects.accepted);
    assert_eq!((rows.facts.layout, rows.facts.number_format), ("sismed-submission", "1234.56"));
    assert_eq!(
        (objects.facts.layout, objects.facts.encoding, objects.facts.delimiter),
        ("sismed-submission-ndjson", "utf-8", None)
    );
    assert_eq!(rows.accepted[0].counterparty.as_deref(), Some("890903938"));
    assert_eq!(rows.accepted[1].report.minimum, None, "a zero is missing");
    assert_eq!(rows.accepted[1].report.period, Period::year(2020).unwrap());
}

#[test]
fn dress_does_not_matter() {
    let plain = read(csv, "a.csv", table(&[ROW, OTHER_ROW]).as_bytes()).unwrap().accepted;
    let short = |text: &str| text.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect::<String>();
    for name in ["NIT_Contraparte", "counterparty_nit", "NIT CONTRAPARTE"] {
        let text = table(&[ROW, OTHER_ROW]).replace("NitContraparte", name);
        assert_eq!(read(csv, "a.csv", text.as_bytes()).unwrap().accepted, plain, "{name}");
    }
    let without = read(csv, "a.csv", short(&table(&[ROW, OTHER_ROW])).as_bytes()).unwrap().accepted;
    assert!(without.iter().all(|row| row.counterparty.is_none()) && without[0].report == plain[0].report);
    let lines = format!("\u{FEFF}{OBJECT}\r\n{OTHER_OBJECT}\r\n");
    let marked = read(ndjson, "a.ndjson", lines.as_bytes()).unwrap();
    assert_eq!((marked.facts.encoding, marked.accepted.len()), ("utf-8-bom", 2), "{:?}", marked.faults());
}

/// Who the other side was is no column of the publisher's: there it is a column more, which is reported and not read.
#[test]
fn the_published_layout_has_no_counterparty() {
    let published = read(read_sismed, "published.csv", table(&[ROW]).as_bytes()).unwrap();
    assert_eq!(published.facts.extra_columns, ["NitContraparte"]);
    assert_eq!((published.accepted.len(), published.extras.len()), (1, 0), "of reports the names are reported, not the values");
}

/// A row of the table, the fault's column, and the rule.
fn bad_rows() -> Vec<(String, &'static str, &'static str)> {
    let long = format!("{ROW}{}", "0".repeat(1 << 20));
    vec![
        (with(0, ""), "NoExpediente", "missing_value"),
        (with(9, "x"), "ValorMinimo", "not_a_number"),
        (with(10, "\"135,365\""), "ValorMaximo", "ambiguous_number"),
        (with(10, "\"35365,64\""), "ValorMaximo", "not_in_the_files_number_format"),
        (with(11, "0.12345678901234567890123456789"), "TotalUnidadesFacturadas", "too_many_digits"),
        (with(12, "1234567890123456"), "ValorTotalFacturado", "number_too_large"),
        (with(12, "-1"), "ValorTotalFacturado", "negative"),
        (with(9, "35365.65"), "ValorMinimo", "minimum_above_maximum"),
        (with(1, "20-1"), "PresentacionComercial", "not_a_cum"),
        (with(13, "890903938-7"), "NitContraparte", "not_a_nit"),
        (with(7, "6"), "CodTipoTransaccion", "unknown_code"),
        (with(2, "1989"), "AnnioCorte", "not_a_year"),
        (with(3, "13"), "MesFactura", "not_a_month"),
        (with(4, "202004-202006"), "Periodo", "not_a_period"),
        (with(4, "201904 a 201906"), "Periodo", "period_outside_the_year"),
        (with(2, "2019"), "AnnioCorte", "period_outside_submission"),
        (with(2, "2022"), "AnnioCorte", "period_in_future"),
        (OTHER_ROW.to_owned(), "-", "duplicate_row"),
        (format!("{ROW},"), "-", "wrong_number_of_fields"),
        (with(13, "\"890903938"), "-", "unclosed_quote"),
        (with(13, "\"890903938\"x"), "-", "malformed_quotes"),
        (long, "-", "record_too_long"),
        (with(4, "PerÃ\u{AD}odo"), "Periodo", "mojibake"),
        (with(4, "\u{7}"), "Periodo", "control_character"),
        (with(4, "éé\u{FFFD}"), "Periodo", "broken_text"),
        (",,,,,,,,,,,,,".to_owned(), "-", "blank_row"),
        (HEADER.to_uppercase(), "-", "repeated_header"),
    ]
}

fn bad_objects() -> Vec<(String, &'static str, &'static str)> {
    let long = format!("{{\"cum\":\"{}\"}}", "1".repeat(64 * 1024));
    vec![
        (object(r#""cum":"19914312-20","#, ""), "cum", "missing_value"),
        (object("35365.64", "35365,64"), "maximum", "not_a_number"),
        (object(r#""35365.64""#, "35365.64"), "maximum", "number_not_string"),
        (object(r#""35365.64""#, "[\"35365.64\"]"), "maximum", "not_a_string"),
        (object("35365.64", "0.12345678901234567890123456789"), "maximum", "too_many_digits"),
        (object("35365.64", "1234567890123456"), "maximum", "number_too_large"),
        (object("\"3\"", "\"-3\""), "units", "negative"),
        (object("33052", "35365.65"), "minimum", "minimum_above_maximum"),
        (object("19914312-20", "19914312"), "cum", "not_a_cum"),
        (object("890903938-8", "12345"), "counterparty_nit", "not_a_nit"),
        (object("\"CM\"", "\"cm\""), "operation", "unknown_code"),
        (object("2020-04", "2020-04-01"), "period", "not_a_period"),
        (object("2020-04", "2019-12"), "period", "period_outside_submission"),
        (object("2020-04", "2021-07"), "period", "period_in_future"),
        (OTHER_OBJECT.replace("\"3\"", "3"), "-", "duplicate_row"),
        (long, "-", "record_too_long"),
        (object("2020-04", "2020\\n04"), "period", "control_character"),
        (object("2020-04", "2020\u{FFFD}04"), "-", "broken_text"),
        (object("}", ""), "-", "not_json"),
        (object("\"units\"", "\"unidades\""), "unidades", "unknown_key"),
        (object("\"units\"", "\"unit\""), "unit", "duplicate_key_in_object"),
    ]
}

/// A good row before and after: they come through, and the fault stands on line `at` with its column.
fn rejected_row(outcome: &Outcome<IntakeRow>, at: u64, column: &str, code: &str) {
    let known = rule(code).unwrap_or_else(|| panic!("{code} is no rule"));
    assert_eq!(known.fate, Fate::Quarantine, "{code}");
    let faults: Vec<String> = (outcome.quarantined.iter().chain(&outcome.refused))
        .map(|fault| format!("{} {} {}", fault.line, fault.column.as_deref().unwrap_or("-"), fault.reason))
        .collect();
    assert_eq!(faults, [format!("{at} {column} {code}")]);
    assert_eq!(outcome.accepted.len(), 2, "a bad row costs no good one: {code}");
    let is_data = !["blank_row", "repeated_header"].contains(&code);
    assert_eq!(outcome.refused.is_empty(), is_data, "{code}");
}

#[test]
fn a_bad_row_is_set_aside_by_its_rule() {
    for (row, column, code) in bad_rows() {
        let outcome = read(csv, "a.csv", table(&[OTHER_ROW, &row, &with(3, "6")]).as_bytes()).unwrap();
        rejected_row(&outcome, 3, column, code);
    }
    for (line, column, code) in bad_objects() {
        let text = [OTHER_OBJECT, &line, &object("2020-04", "2020-06")].join("\n");
        rejected_row(&read(ndjson, "a.ndjson", text.as_bytes()).unwrap(), 2, column, code);
    }
}

/// Rows, and the flags of the last.
fn marked_rows() -> Vec<(Vec<String>, &'static str)> {
    let role = |operation: &str| with(5, "1").replace("CM", operation);
    vec![
        (vec![ROW.to_owned(), with(11, "4")], "duplicate_key"),
        (vec![role("CM")], "role_with_purchase"),
        (vec![ROW.replace("CM,5", "RC,4")], "reimbursement_transaction"),
    ]
}

#[test]
fn a_doubtful_row_is_kept_and_marked() {
    for (rows, flag) in marked_rows() {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let outcome = read(csv, "a.csv", table(&rows).as_bytes()).unwrap();
        assert_eq!(outcome.accepted.len(), rows.len());
        assert_eq!(outcome.accepted.last().unwrap().flags, [flag]);
        assert_eq!(rule(flag).unwrap().fate, Fate::Flag);
    }
    let text = [OBJECT.to_owned(), object("\"CM\"", "\"RC\"").replace("5", "4"), object("\"3\"", "null")].join("\n");
    let flags: Vec<_> = read(ndjson, "a.ndjson", text.as_bytes()).unwrap().accepted.into_iter().map(|row| row.flags).collect();
    assert_eq!(flags, [vec![], vec!["reimbursement_transaction"], vec!["duplicate_key"]]);
}

/// A whole file of the table's form, and why it is not taken.
fn bad_files() -> Vec<(String, &'static str)> {
    let header = |from: &str, to: &str| table(&[ROW]).replacen(from, to, 1);
    vec![
        (String::new(), "empty"),
        ("cum,precio\n1,2\n".to_owned(), "not_this_layout"),
        (OBJECT.to_owned(), "not_this_layout"),
        ("\0\u{1}\0\n\0\n".to_owned(), "not_this_layout"),
        (format!("{}\n{}\n", HEADER.split_once(',').unwrap().1, ROW.split_once(',').unwrap().1), "missing_column"),
        (header("ValorMaximo", "ValorMax"), "renamed_column"),
        (header("Periodo", "Factura"), "unknown_column"),
        (header("Periodo", "ValorMinimo"), "duplicate_column"),
    ]
}

#[test]
fn a_file_at_fault_is_refused_by_its_rule() {
    for (text, code) in bad_files() {
        let error = read(csv, "a.csv", text.as_bytes()).unwrap_err();
        assert_eq!((error.code(), rule(code).map(|rule| rule.fate)), (code, Some(Fate::Refuse)), "{error}");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }
    for (bytes, code) in [
        (&b" \n\n"[..], "empty"),
        (b"PK\x03\x04rest", "not_this_layout"),
        (b"\x1f\x8bpacked", "not_this_layout"),
        (b"<html>", "not_this_layout"),
        (b"\xFF\xFE{\0", "not_this_layout"),
    ] {
        assert_eq!(read(ndjson, "a.ndjson", bytes).unwrap_err().code(), code, "{bytes:?}");
    }
    for format in [IntakeFormat::Csv, IntakeFormat::Ndjson] {
        let nowhere = read_intake(Path::new("/nowhere/at/all"), format, &WINDOW, &|_| {}, &mut |_| Ok(())).unwrap_err();
        assert_eq!(nowhere.code(), "unreadable");
    }
}

#[test]
fn the_flags_of_prices_are_those_of_the_catalogue() {
    let report = |minimum: Option<i64>, maximum: i64, value: i64| SismedReport {
        cum: "19914312-20".parse().unwrap(),
        period: Period::month(2020, 4).unwrap(),
        actor_role: 2,
        operation: Operation::Sale,
        transaction: 1,
        unit: InvoiceUnit::Pack,
        minimum: minimum.map(Into::into),
        maximum: Some(maximum.into()),
        units: Some(10.into()),
        value: Some(value.into()),
    };
    for (minimum, maximum, value, another_unit_fits, flags) in [
        (Some(10), 20, 150, false, &[][..]),
        (None, 20, 150, false, &["price_missing"]),
        (Some(10), 1000, 150, false, &[]),
        (Some(10), 1001, 150, false, &["wide_range"]),
        (Some(10), 20, 201, false, &["average_outside_range"]),
        (Some(10), 20, 150, true, &["another_unit_fits"]),
    ] {
        let found = Flags::of(&report(minimum, maximum, value), another_unit_fits);
        assert_eq!(found.names().collect::<Vec<_>>(), flags, "{minimum:?} to {maximum}, {value}");
    }
    let prices = [100_i64, 101, 102, 103, 515];
    let fence = Fence::around(&prices.map(Into::into)).unwrap();
    assert_eq!(prices.map(|price| fence.side(price.into())), [None, None, None, None, Some(Side::Above)], "outlier");
    let packs = prices.map(|price| PackPrice { amount: price.into(), divided_by: 1.into(), units_per: Some(1.into()) });
    assert_eq!(confused(&packs, 5.into()), [false, false, false, false, true], "unit_confusion");
}

/// Rules that other tests hit: of packed files, of workbooks and the file for PISIS, and what needs a database.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("src/ingest/format/gzip.rs", &["decompression_bomb", "damaged_gzip"]),
    ("tests/service/submissions.rs", &["duplicate_content", "no_usable_row", "reported_before"]),
    ("tests/service/submission_forms.rs", &["zero_report_with_rows", "rows_reported_before"]),
    (
        "tests/pure/ingest/intake_formats.rs",
        &[
            "damaged_workbook", "protected_workbook", "control_details_differ", "control_medicines_differ",
            "control_period_differs", "control_reporter_differs", "field_too_long", "month_in_two_years", "not_alphanumeric",
            "not_an_ium", "wrong_consecutive",
        ],
    ),
];

/// No rule without a row or a file in this test, or the test that is named here.
#[test]
fn every_rule_is_hit() {
    let mut hit: BTreeSet<&str> = bad_rows().iter().chain(&bad_objects()).map(|(_, _, code)| *code).collect();
    hit.extend(bad_files().iter().map(|(_, code)| *code));
    hit.extend(marked_rows().iter().map(|(_, flag)| *flag));
    hit.extend(["unreadable", "price_missing", "wide_range", "average_outside_range", "another_unit_fits", "outlier"]);
    hit.insert("unit_confusion");
    for (tests, codes) in ELSEWHERE {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(tests)).unwrap();
        for code in *codes {
            assert!(text.contains(code), "{tests} no longer hits {code}");
            hit.insert(code);
        }
    }
    assert_eq!(hit, RULES.iter().map(|rule| rule.code).collect());
}

#[test]
fn the_caller_can_stop_the_reading() {
    for (format, text) in [(IntakeFormat::Csv, table(&[ROW])), (IntakeFormat::Ndjson, OBJECT.to_owned())] {
        let path = file("a", text.as_bytes());
        let error = read_intake(&path, format, &WINDOW, &|_| {}, &mut |_| Err(Stop::new("the disk is full"))).unwrap_err();
        assert_eq!(error.code(), "stopped");
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}

/// No panic, every row accounted for, and nothing is said that the catalogue and the database cannot hold.
pub fn accounted_for(outcome: Result<Outcome<IntakeRow>, FileError>) {
    let has_fate = |code: &str, fate: Fate| rule(code).is_some_and(|rule| rule.fate == fate);
    match outcome {
        Ok(outcome) => {
            for fault in outcome.quarantined.iter().chain(&outcome.refused) {
                assert!(has_fate(fault.reason, Fate::Quarantine), "{fault:?}");
                let column = fault.column.as_deref().unwrap_or_default();
                assert!(!column.contains('\0') && !fault.value.contains('\0'), "{fault:?}");
            }
            assert!(outcome.whole.iter().all(|fault| has_fate(fault.reason, Fate::Refuse)), "{:?}", outcome.whole);
            assert!(outcome.accepted.iter().flat_map(|row| &row.flags).all(|flag| rule(flag).is_some()));
        }
        Err(error) => assert!(has_fate(error.code(), Fate::Refuse) && !error.to_string().contains('\0'), "{error:?}"),
    }
}

fn in_both_forms(bytes: &[u8]) {
    [csv, ndjson].into_iter().for_each(|reader| accounted_for(read(reader, "any", bytes)));
}

fn mutated(text: &str, changes: &[(usize, Vec<u8>, usize)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, put, cut) in changes {
        let at = at % (bytes.len() + 1);
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.iter().copied());
    }
    bytes
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let telling = prop::sample::select(vec![
        "\"", ",", ";", "\n", "\r", "\0", "{", "}", ":", "\\u0000", "\\ud800", "\u{FEFF}", "-", "1e9",
        "999999999999999999999999999", "null", "[", "Ã³", "19914312", "\"x\":1,",
    ]);
    prop_oneof![telling.prop_map(|text| text.as_bytes().to_vec()), prop::collection::vec(any::<u8>(), 0..4)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        in_both_forms(&bytes);
    }

    #[test]
    fn any_change_of_a_good_file_is_accounted_for(changes in prop::collection::vec((any::<usize>(), piece(), 0_usize..4), 1..12)) {
        in_both_forms(&mutated(&table(&[ROW, OTHER_ROW, ROW]), &changes));
        in_both_forms(&mutated(&[OBJECT, OTHER_OBJECT, OBJECT].join("\n"), &changes));
    }
}
