//! A reporter's file in its other forms: a workbook, the file that goes to PISIS, packed; and a report of nothing.

use super::intake::accounted_for;
use crate::kit::book::{Cell, n, packed, t, xlsx};
use crate::kit::reading::{file, gzip, read};
use flate2::Compression;
use jiff::civil::date;
use proptest::prelude::*;
use std::path::Path;
use termometro::{
    domain::{
        calendar::period::Period,
        law::listed::{InvoiceUnit, Operation},
        reports::validation::{Fate, rule},
    },
    ingest::{Each, FileError, IntakeFormat, IntakeRow, IntakeWindow, Sniffed, read_intake, sniff},
};

const HEADER: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado";
const ROW: &str = "19914312,20,2020,4,2,CM,5,A,33052,35365.64,3,102521.28";

/// The second quarter of 2020, reported by NIT 900123456.
fn window() -> IntakeWindow {
    let reporter = Some("900123456".parse().expect("a NIT"));
    IntakeWindow { from: date(2020, 4, 1), until: date(2020, 7, 1), today: date(2021, 6, 15), reporter }
}

readers!(window() => csv Csv, workbook Xlsx, med100 Med100);

fn book(rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let header = HEADER.split(',').map(t).collect();
    let rows = std::iter::once(header).chain(rows);
    xlsx(&vec![("Hoja1", (1..).zip(rows).collect())])
}

fn cells() -> Vec<Cell> {
    ROW.split(',')
        .map(|cell| if cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') { n(cell) } else { t(cell) })
        .collect()
}

#[test]
fn a_workbook_says_what_the_csv_says() {
    let expected = read(csv, "a.csv", format!("{HEADER}\n{ROW}\n").as_bytes()).unwrap();
    // Numbers as numbers, with the dirt that spreadsheets add, and all as texts.
    let mut dirty = cells();
    dirty[9] = n("35365.639999999999");
    dirty[11] = n("102521.28000000001");
    for row in [cells(), dirty, ROW.split(',').map(t).collect()] {
        let outcome = read(workbook, "a.xlsx", &book(vec![row])).unwrap();
        assert_eq!((&outcome.accepted, outcome.faults()), (&expected.accepted, vec![]));
        assert_eq!((outcome.facts.layout, outcome.facts.encoding), ("sismed-submission", "xlsx"));
    }
    // A blank cell is not reported, and a day is no number.
    let mut blank = cells();
    (blank[8], blank[10]) = (Cell::Blank, Cell::Day(43918));
    let outcome = read(workbook, "a.xlsx", &book(vec![blank, cells()])).unwrap();
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec!["2 TotalUnidadesFacturadas not_a_number".to_owned()], 1));
    let mut bad = cells();
    bad[8] = t("$ 171.764,00");
    let outcome = read(workbook, "a.xlsx", &book(vec![bad, cells()])).unwrap();
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec!["2 ValorMinimo not_a_number".to_owned()], 1));
    assert_eq!(outcome.quarantined[0].sheet.as_deref(), Some("Hoja1"));
}

#[test]
fn a_workbook_at_fault_is_refused_by_its_rule() {
    let good = book(vec![cells()]);
    let mut wide: Vec<Cell> = HEADER.split(',').map(t).collect();
    wide.push(t("Observaciones"));
    for (bytes, code) in [
        (good[..good.len() / 2].to_vec(), "damaged_workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "protected_workbook"),
        (format!("{HEADER}\n{ROW}\n").into_bytes(), "not_this_layout"),
        (xlsx(&vec![("Hoja1", vec![(1, vec![t("cum"), t("precio")])])]), "not_this_layout"),
        (xlsx(&vec![("Hoja1", vec![(1, wide)])]), "unknown_column"),
        (xlsx(&vec![("Hoja1", vec![])]), "empty"),
        (packed(&[("reporte.csv".to_owned(), format!("{HEADER}\n{ROW}\n").into_bytes())]), "not_this_layout"),
    ] {
        let error = read(workbook, "a.xlsx", &bytes).unwrap_err();
        assert_eq!((error.code(), rule(code).map(|rule| rule.fate)), (code, Some(Fate::Refuse)), "{error}");
        assert_ne!(error.es(), error.to_string());
    }
}

/// Nothing bought and nothing sold: the header is there, and that is all.
#[test]
fn a_header_without_rows_is_read_as_no_rows() {
    for (outcome, layout) in [
        (read(csv, "a.csv", format!("{HEADER}\n").as_bytes()), "sismed-submission"),
        (read(csv, "a.csv", HEADER.replace(',', ";").as_bytes()), "sismed-submission"),
        (read(workbook, "a.xlsx", &book(vec![])), "sismed-submission"),
        (read(med100, "a.txt", b"1|NI|900123456|2020-04-01|2020-06-30|0|0\r\n"), "sismed-med100"),
    ] {
        let outcome = outcome.unwrap_or_else(|error| panic!("{layout}: {error}"));
        assert_eq!((outcome.facts.layout, outcome.accepted.len(), outcome.quarantined.len()), (layout, 0, 0));
        assert!(outcome.refused.is_empty() && outcome.whole.is_empty());
    }
    for bytes in [&b""[..], b" \r\n"] {
        assert_eq!(read(csv, "a.csv", bytes).unwrap_err().code(), "empty");
    }
}

const CONTROL: &str = "1|NI|900123456|2020-04-01|2020-06-30|3|2";
const DETAILS: [&str; 3] = [
    "2|1|0|4|2|CM|5|0|0|0|19914312|20|A|33052.00|35365.64|102521.28|3|FE1|FE2",
    "2|2|110010001|05|1|VN|01|1A100678|1005|100|19914312|2|C|6610.50|7000.25|965712.50|137|A1|A2",
    "2|3|0|6|2|VN|3|0|0|0|19914312|20|A|0.00|33052.00|0.00|0|FE3|FE3",
];

fn pisis(control: &str, details: &[&str]) -> Vec<u8> {
    let mut text = format!("{control}\r\n");
    details.iter().for_each(|detail| text += &format!("{detail}\r\n"));
    text.into_bytes()
}

#[test]
fn the_file_for_pisis_is_read() {
    let outcome = read(med100, "MED100MPRE20200630NI000900123456.TXT", &pisis(CONTROL, &DETAILS)).unwrap();
    assert_eq!((outcome.faults(), outcome.whole.len()), (vec![], 0));
    assert_eq!((outcome.facts.layout, outcome.facts.delimiter, outcome.facts.encoding), ("sismed-med100", Some('|'), "utf-8"));
    let [first, second, third] = &outcome.accepted[..] else { panic!("{outcome:?}") };
    assert_eq!((first.report.cum.to_string().as_str(), first.report.period), ("19914312-20", Period::month(2020, 4).unwrap()));
    assert_eq!(
        (first.report.operation, first.report.transaction, first.report.unit),
        (Operation::Purchase, 5, InvoiceUnit::Pack)
    );
    assert_eq!(first.report.value.map(|value| value.to_string()).as_deref(), Some("102521.28"));
    // A month and a transaction with a zero before them.
    assert_eq!((second.report.period, second.report.transaction), (Period::month(2020, 5).unwrap(), 1));
    assert_eq!((second.report.actor_role, second.report.unit), (1, InvoiceUnit::DispensingUnit));
    // Zeros are not reported.
    assert_eq!((third.report.minimum, third.report.value, third.report.units), (None, None, None));
    assert!(first.counterparty.is_none() && first.flags.is_empty());
}

#[test]
fn a_bad_detail_is_set_aside_by_its_rule() {
    let good = DETAILS[1];
    for (bad, column, code) in [
        (good.replace("2|2|", "2|7|"), "consecutivo", "wrong_consecutive"),
        (good.replace("2|2|", "2|x|"), "consecutivo", "wrong_consecutive"),
        (good.replace("|05|", "|13|"), "mes", "not_a_month"),
        (good.replace("|05|", "|03|"), "mes", "period_outside_submission"),
        (good.replace("|VN|", "|XX|"), "tipo de operación", "unknown_code"),
        (good.replace("|01|", "|06|"), "tipo de transacción", "unknown_code"),
        (good.replace("|01|", "||"), "tipo de transacción", "missing_value"),
        (good.replace("|C|", "|E|"), "unidad de la factura", "unknown_code"),
        (good.replace("6610.50", "6610,50"), "precio mínimo", "not_a_number"),
        (good.replace("6610.50", "7610.50"), "precio mínimo", "minimum_above_maximum"),
        (good.replace("|137|", "|-137|"), "unidades", "negative"),
        (good.replace("6610.50", "123456789012.50"), "precio mínimo", "field_too_long"),
        (good.replace("|1005|", "|10X5|"), "IUM nivel 1", "not_an_ium"),
        (good.replace("A1|", "A-1|"), "factura del precio mínimo", "not_alphanumeric"),
        (good.replace("|19914312|", "|0|"), "expediente", "not_a_cum"),
        (good.replace("2|2|", "3|2|"), "tipo de registro", "unknown_code"),
        (good.rsplit_once('|').unwrap().0.to_owned(), "-", "wrong_number_of_fields"),
        (good.replace("A1|", "ééé\u{FFFD}|"), "-", "broken_text"),
        (good.replace("A1|", "A\u{7}|"), "-", "control_character"),
    ] {
        let outcome = read(med100, "a.txt", &pisis(CONTROL, &[DETAILS[0], &bad, DETAILS[2]])).unwrap();
        let third_line: Vec<String> = outcome.faults().into_iter().filter(|fault| fault.starts_with("3 ")).collect();
        assert_eq!(third_line, [format!("3 {column} {code}")], "{bad}");
        assert_eq!(rule(code).map(|rule| rule.fate), Some(Fate::Quarantine), "{code}");
        // The number of one record costs that record only, or itself and the one after the gap.
        assert!(outcome.accepted.len() == 2 || code == "wrong_consecutive", "{bad}: {outcome:?}");
    }
    // A bar at the end of each line, as one program writes it.
    let barred: Vec<String> = DETAILS.iter().map(|detail| format!("{detail}|")).collect();
    let barred: Vec<&str> = barred.iter().map(String::as_str).collect();
    assert_eq!(read(med100, "a.txt", &pisis(&format!("{CONTROL}|"), &barred)).unwrap().accepted.len(), 3);
}

/// All of it is reported at once, and each is a reason to refuse the whole file.
#[test]
fn the_control_record_is_held_against_details_period_and_reporter() {
    let faults_of = |control: &str| -> Vec<String> {
        let outcome = read(med100, "a.txt", &pisis(control, &DETAILS)).unwrap();
        assert_eq!(outcome.accepted.len(), 3, "its details are read all the same");
        outcome
            .whole
            .iter()
            .map(|fault| format!("{} {} {}", fault.line, fault.column.as_deref().unwrap(), fault.reason))
            .collect()
    };
    assert!(faults_of(CONTROL).is_empty());
    assert!(faults_of(&CONTROL.replace("900123456", "900123456-8")).is_empty(), "with its check digit");
    for (from, to, column, code) in [
        ("900123456", "890903938", "número de identificación", "control_reporter_differs"),
        ("2020-04-01", "2020-04-02", "fecha inicial", "control_period_differs"),
        ("2020-06-30", "2020-06-29", "fecha final", "control_period_differs"),
        ("|3|", "|4|", "total de registros de detalle", "control_details_differ"),
        ("|3|2", "|3|3", "total de medicamentos", "control_medicines_differ"),
    ] {
        assert_eq!(faults_of(&CONTROL.replacen(from, to, 1)), [format!("1 {column} {code}")]);
        assert_eq!(rule(code).map(|rule| rule.fate), Some(Fate::Refuse), "{code}");
    }
    assert_eq!(faults_of("1|NI|1|2020|2020|x|x").len(), 5, "every fault of the control record at once");
    // A detail without a CUM that can be read leaves the count of medicines open.
    let bad = DETAILS[1].replace("|19914312|", "|0|");
    let outcome = read(med100, "a.txt", &pisis(CONTROL, &[DETAILS[0], &bad, DETAILS[2]])).unwrap();
    assert!(outcome.whole.is_empty(), "{:?}", outcome.whole);
    for text in ["", "\r\n", "2|1|0|4", "1|XX|1|2020-04-01|2020-06-30|0|0", "1|NI|900123456", HEADER] {
        assert_eq!(read(med100, "a.txt", text.as_bytes()).unwrap_err().code(), "not_this_layout", "{text}");
    }
}

#[test]
fn a_month_that_stands_in_two_years_is_not_guessed_at() {
    let long = |path: &Path, report: &dyn Fn(u64), each: &mut Each<'_, IntakeRow>| {
        let window = IntakeWindow { from: date(2019, 4, 1), until: date(2020, 7, 1), ..window() };
        read_intake(path, IntakeFormat::Med100, &window, report, each)
    };
    let control = "1|NI|900123456|2019-04-01|2020-06-30|2|1";
    let detail = DETAILS[0];
    let outcome = read(long, "a.txt", &pisis(control, &[detail, &detail.replace("2|1|0|4|", "2|2|0|8|")])).unwrap();
    assert_eq!(outcome.faults(), ["2 mes month_in_two_years"]);
    assert_eq!(outcome.accepted[0].report.period, Period::month(2019, 8).unwrap());
}

#[test]
fn a_file_is_known_by_its_bytes() {
    let sniffed = |bytes: &[u8]| {
        let path = file("a", bytes);
        let sniffed = sniff(&path).unwrap();
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        sniffed
    };
    let pisis = pisis(CONTROL, &DETAILS);
    let marked = [b"\xEF\xBB\xBF", &pisis[..]].concat();
    for (bytes, format) in [
        (&pisis[..], Some(IntakeFormat::Med100)),
        (&marked, Some(IntakeFormat::Med100)),
        (&book(vec![cells()]), Some(IntakeFormat::Xlsx)),
        (b"{\"cum\":\"1-1\"}", Some(IntakeFormat::Ndjson)),
        (HEADER.as_bytes(), None),
        (b"", None),
    ] {
        assert_eq!(sniffed(bytes), Sniffed { gzip: false, format });
        assert_eq!(sniffed(&gzip(Compression::best(), bytes)), Sniffed { gzip: true, format });
    }
    assert_eq!(
        sniffed(&gzip(Compression::best(), &pisis)[..9]),
        Sniffed { gzip: true, format: None },
        "what does not unpack is a fault when it is read"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_the_file_for_pisis_is_accounted_for(at in any::<prop::sample::Index>(), put in "[|0-9A-Za-z.\r\n é-]{0,6}", cut in 0_usize..6) {
        let mut bytes = pisis(CONTROL, &DETAILS);
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        accounted_for(read(med100, "a.txt", &bytes));
    }

    #[test]
    fn any_change_of_a_workbook_is_accounted_for(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = book(vec![cells()]);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        accounted_for(read(workbook, "a.xlsx", &bytes));
    }
}
