//! A good text file mutated in every way that was thought of: the file's fault is named, the row's fault is set aside, good rows stay.

use crate::kit::{
    reading::{Outcome, file, read},
    tables::good,
};
use jiff::civil::date;
use proptest::prelude::*;
use termometro::{
    domain::{
        calendar::period::Period,
        law::{
            channel::CeilingColumn,
            listed::{ListedAmount, ListedMargin, ListedRow, ListedThermometer, SismedReport},
        },
    },
    ingest::{FileError, Stop, read_catalogue, read_ceilings, read_sismed, read_thermometer},
};

const SISMED: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado
19914312,20,2020,4,2,CM,5,A,33052,35365.64,3,102521.28
19914312,20,2020,5,2,VN,3,C,6610.5,7000.25,137.69,965712.5
19914312,2,2012,,1,VN,1,B,,11500,0,248253.69
";

const THERMOMETER: &str = "Expediente_INVIMA,principio_activo,concentracion,unidad_base,unidad_de_dispensacion,nombre_comercial,fabricante,medicamento,canal,precio_por_tableta,factoresprecio,numerofactor
103795,Midazolam,Midazolam 15 mg,ml,Ampolla,Dormicum,Siegfried,Dormicum (Siegfried),Institucional,11199.8,Alto,3
104739,Ácido Valproico,Divalproato Sódico 500 mg,mg,Cápsula,Valcote,Lafrancol,Valcote,Comercial,3752.866667,Medio,2
11699,Ketoprofeno,\"Ketoprofeno 2,5 g\",g,Tubo,Ketoprofeno,Genfar,Ketoprofeno,Comercial,20842.3795,Medio,2
";

const CEILINGS: &str = "\"No\",\"ID MR\",\"Mercado Relevante\",\"CUM\",\"Medicamento\",\"Cantidad por unidad de medida\",\"Unidad de medida\",\"Precio máximo de venta (transacción primaria, secundaria y final institucional)\",\"Margen para IPS\",\"Precio máximo de venta (transacción primaria y secundaria comercial)\",\"Precio máximo de venta (transacción final comercial)\",\"Circular CNPMDM\",\"Fecha de inicio vigencia precio máximo de venta\"
\"1\",\"96\",\"Ambrisentan - Sólido - Oral\",\"20151854-1\",\"BRIXENT - Ambrisentan 5 mg - Sólido - Oral x 10 - X\",\"50\",\"mg\",\"2,147,666\",\"75,168.31\",\"2,147,666\",\"No regulado\",\"Circular 19 de 2024\",\"2024 Jul 31 12:00:00 AM\"
\"2\",\"546b\",\"Otro - Sólido - Oral\",\"20151854-02\",\"BRIXENT\",\"150\",\"mg\",\"19,222\",\"1,345.54\",\"No Regulado\",\"No regulado\",\"Circular 19 de 2024\",\"2024 Jul 31 12:00:00 AM\"
";

fn sismed(text: &str) -> Result<Outcome<SismedReport>, FileError> {
    read(read_sismed, "sismed.csv", text.as_bytes())
}

#[test]
fn the_good_files_are_good() {
    let reports = good(read_sismed, "t.csv", SISMED.as_bytes()).accepted;
    assert_eq!(reports[0].cum.to_string(), "19914312-20");
    assert_eq!([reports[0].period, reports[2].period].map(|period| period.to_string()), ["2020-04", "2012"]);
    assert_eq!((reports[2].minimum, reports[2].units), (None, None), "a blank and a zero are missing");
    assert_eq!(reports[1].units.map(|units| units.to_string()).as_deref(), Some("137.69"));
    assert_eq!(good(read_thermometer, "t.csv", THERMOMETER.as_bytes()).accepted[2].concentration, "Ketoprofeno 2,5 g");
    let outcome = read(read_ceilings, "pmv_20260724.csv", CEILINGS.as_bytes()).expect("a good list");
    assert_eq!((outcome.facts.number_format, outcome.facts.cut_date), ("1,234.56", Some(date(2026, 7, 24))));
    let [ListedRow::Ceiling(first), ListedRow::Ceiling(second)] = &outcome.accepted[..] else { panic!("{outcome:?}") };
    assert_eq!(first.ips_margin, ListedMargin::Pesos("75168.31".parse().expect("a decimal")));
    assert_eq!(second.amounts[0], (CeilingColumn::Institutional, ListedAmount::Pesos(19222.into())));
    assert_eq!(second.amounts[1], (CeilingColumn::CommercialWholesale, ListedAmount::NotRegulated));
    assert_eq!((second.market.as_deref(), second.valid_from), (Some("546b"), date(2024, 7, 31)));
    assert_eq!(first.regulated_content, Some((50.into(), "mg".to_owned())));
}

#[test]
fn a_column_at_fault_stops_the_file_by_its_name() {
    let header = |from: &str, to: &str| SISMED.replacen(from, to, 1);
    let cases = [
        (header("ValorMaximo", "ValorMax"), "renamed_column", "`ValorMax`"),
        (header("ValorMaximo,", "ValorMinimo,"), "duplicate_column", "`ValorMinimo`"),
        (
            SISMED.lines().map(|line| line.rsplit_once(',').map_or("", |(rest, _)| rest).to_owned() + "\n").collect(),
            "missing_column",
            "`ValorTotalFacturado`",
        ),
        (header("ValorMinimo", "PrÃ³ximo"), "missing_column", "`ValorMinimo`"),
        (header("CodUnidadFactura", ""), "missing_column", "`CodUnidadFactura`"),
    ];
    for (text, code, name) in cases {
        let error = sismed(&text).expect_err(name);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_file_of_another_kind_is_told_so() {
    let garbage: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (bytes, code) in [
        (&b""[..], "empty"),
        (b" \n\r\n", "empty"),
        (b"\xEF\xBB\xBF", "empty"),
        (SISMED.lines().next().unwrap_or_default().as_bytes(), "empty"),
        (b"<!DOCTYPE html><html>", "not_this_layout"),
        (b"{\"error\":true}", "not_this_layout"),
        // A workbook is read whatever the kind, so a damaged or a locked one is told as such.
        (b"PK\x03\x04rest", "damaged_workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "protected_workbook"),
        (b"{\"error\":true,\n\"message\":\"rate limit\"}", "not_this_layout"),
        (b"[]", "empty"),
        (b"%PDF-1.4", "not_this_layout"),
        (THERMOMETER.as_bytes(), "not_this_layout"),
        (&garbage, "not_this_layout"),
    ] {
        let error = read(read_sismed, "sismed.csv", bytes).expect_err("another kind");
        assert_eq!(error.code(), code, "{error}");
    }
    let error = read_sismed(std::path::Path::new("/nowhere/at/all.csv"), &|_| {}, &mut |_| Ok(())).expect_err("no file");
    assert_eq!(error.code(), "unreadable");
    let error = read(read_ceilings, "list.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").expect_err("protected");
    assert_eq!(error.code(), "protected_workbook");
}

#[test]
fn dress_does_not_matter() {
    let plain = good(read_thermometer, "t.csv", THERMOMETER.as_bytes()).accepted;
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(THERMOMETER.encode_utf16()).flat_map(order).collect()
    };
    let reversed: String = THERMOMETER.replace("Expediente_INVIMA", "\"EXPEDIENTE\nInvima \"");
    let dressed: [(&str, Vec<u8>); 9] = [
        ("utf-8-bom", [b"\xEF\xBB\xBF", THERMOMETER.as_bytes()].concat()),
        ("utf-16le", utf16(u16::to_le_bytes)),
        ("utf-16be", utf16(u16::to_be_bytes)),
        ("windows-1252", THERMOMETER.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect()),
        ("utf-8", THERMOMETER.replace('\n', "\r\n").into_bytes()),
        ("utf-8", THERMOMETER.replace('\n', "\r").into_bytes()),
        ("utf-8", THERMOMETER.trim_end().into()),
        ("utf-8", reversed.into_bytes()),
        (
            "utf-8",
            THERMOMETER.replace("\"Ketoprofeno 2,5 g\"", "Ketoprofeno 2@5 g").replace(',', ";").replace('@', ",").into_bytes(),
        ),
    ];
    for (encoding, bytes) in dressed {
        let outcome = good(read_thermometer, "t.csv", &bytes);
        assert_eq!((outcome.facts.encoding, &outcome.accepted), (encoding, &plain));
    }
    let spanish = THERMOMETER
        .replace("11199.8", "\"11.199,8\"")
        .replace("3752.866667", "\"3752,866667\"")
        .replace("20842.3795", "\"20.842,3795\"");
    let outcome = good(read_thermometer, "t.csv", spanish.as_bytes());
    assert_eq!((outcome.facts.number_format, outcome.accepted), ("1.234,56", plain));
}

#[test]
fn columns_may_stand_in_any_order() {
    let turned: String = SISMED.lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n").collect();
    assert_eq!(good(read_sismed, "t.csv", turned.as_bytes()).accepted, good(read_sismed, "t.csv", SISMED.as_bytes()).accepted);
}

#[test]
fn a_bad_row_is_set_aside_and_the_others_stay() {
    let row = "19914312,20,2020,5,2,VN,3,C,6610.5,7000.25,137.69,965712.5";
    let cases = [
        (row.replace("6610.5", "\"6610,5\""), "3 ValorMinimo not_in_the_files_number_format"),
        (row.replace("6610.5", "\"6,610\""), "3 ValorMinimo ambiguous_number"),
        (row.replace("6610.5", "1e3"), "3 ValorMinimo not_a_number"),
        (row.replace("6610.5", "-6610.5"), "3 ValorMinimo negative"),
        (row.replace("6610.5", "9000"), "3 ValorMinimo minimum_above_maximum"),
        (row.replace("137.69", "0.12345678901234567890123456789"), "3 TotalUnidadesFacturadas too_many_digits"),
        (row.replace("965712.5", "9999999999999999"), "3 ValorTotalFacturado number_too_large"),
        (row.replace(",20,", ",veinte,"), "3 PresentacionComercial not_a_cum"),
        (row.replace("19914312", "0"), "3 NoExpediente not_a_cum"),
        (row.replace("19914312", ""), "3 NoExpediente missing_value"),
        (row.replace(",2020,5,", ",2020,13,"), "3 MesFactura not_a_month"),
        (row.replace(",2020,5,", ",20,5,"), "3 AnnioCorte not_a_year"),
        (row.replace(",VN,", ",XX,"), "3 CodTipoOperacion unknown_code"),
        (row.replace(",VN,3,", ",VN,6,"), "3 CodTipoTransaccion unknown_code"),
        (row.replace(",C,", ",E,"), "3 CodUnidadFactura unknown_code"),
        (row.replace(",C,", ",C\0,"), "3 CodUnidadFactura control_character"),
        ("19914312,20,2020".to_owned(), "3 - wrong_number_of_fields"),
        (format!("{row},7"), "3 - wrong_number_of_fields"),
        (row.replace(",C,", ",\"C,"), "3 - unclosed_quote"),
        (row.replace(",C,", ",\"C\"x,"), "3 - malformed_quotes"),
        ("\u{1}\u{2}%$#".to_owned(), "3 - wrong_number_of_fields"),
    ];
    for (bad, fault) in cases {
        let outcome = sismed(&SISMED.replace(row, &bad)).unwrap_or_else(|error| panic!("{bad}: {error}"));
        assert_eq!((outcome.accepted.len(), outcome.faults()), (2, vec![fault.to_owned()]), "{bad}");
    }
}

#[test]
fn damaged_text_and_prices_of_the_thermometer() {
    let with = |from: &str, to: &[u8]| -> Outcome<ListedThermometer> {
        let (before, after) = THERMOMETER.split_once(from).expect("in the file");
        read(read_thermometer, "t.csv", &[before.as_bytes(), to, after.as_bytes()].concat())
            .unwrap_or_else(|error| panic!("{error}"))
    };
    for (from, to, fault) in [
        ("Ácido", "Ãcido Ã¡".as_bytes(), "3 principio_activo mojibake"),
        ("Ácido", b"\xC1cido", "3 principio_activo broken_text"),
        ("11199.8", b"0", "2 precio_por_tableta zero_price"),
        ("11199.8", b"", "2 precio_por_tableta missing_value"),
        ("Institucional", b"Hospital", "2 canal unknown_code"),
        ("Alto,3", b"Alto,1", "2 numerofactor label_and_number_disagree"),
    ] {
        let outcome = with(from, to);
        assert_eq!((outcome.accepted.len(), outcome.faults()), (2, vec![fault.to_owned()]));
    }
    assert_eq!(with("Alto,3", b",").accepted[0].published_level, None);
}

#[test]
fn what_is_no_row_is_refused_and_counted() {
    let header = SISMED.lines().next().unwrap_or_default();
    let outcome = sismed(&format!("{SISMED}\n,,,,,,,,,,,\n{header}\n")).expect("a good file");
    assert_eq!(outcome.accepted.len(), 3);
    let refused: Vec<_> = outcome.refused.iter().map(|fault| (fault.line, fault.reason)).collect();
    assert_eq!(refused, [(6, "blank_row"), (7, "repeated_header")]);
}

#[test]
fn two_number_formats_in_one_file_leave_ambiguous_numbers_out() {
    let mixed = SISMED
        .replace("6610.5", "\"6610,5\"")
        .replace("33052", "1.234")
        .replace("102521.28", "102521")
        .replace("35365.64", "35365")
        .replace("7000.25", "7000")
        .replace("965712.5", "965712")
        .replace("248253.69", "248253");
    let outcome = sismed(&mixed).expect("a readable file");
    assert_eq!(outcome.faults()[0], "2 ValorMinimo ambiguous_number", "{:?}", outcome.faults());
}

#[test]
fn quarters_of_the_old_files() {
    let text = SISMED
        .replace("MesFactura,", "MesFactura,Periodo,")
        .replace(",2020,4,", ",2020,4,202004 a 202004,")
        .replace(",2020,5,", ",2020,,202005 a 202005,");
    let outcome = good(read_sismed, "t.csv", text.replace(",2012,,", ",2012,,201201 a 201203,").as_bytes());
    assert_eq!(outcome.accepted.iter().map(|row| row.period.to_string()).collect::<Vec<_>>(), ["2020-04", "2020-05", "2012"]);
    assert_eq!(outcome.accepted[2].period, Period::year(2012).expect("a year"));
    let wrong = sismed(&text.replace(",2012,,", ",2012,,201301 a 201303,")).expect("a readable file");
    assert_eq!(wrong.faults(), ["4 Periodo period_outside_the_year"]);
}

#[test]
fn the_callers_own_failure_comes_back() {
    let path = file("sismed.csv", SISMED.as_bytes());
    let mut seen = 0;
    let error = read_sismed(&path, &|_| {}, &mut |_| {
        seen += 1;
        Err(Stop::new("the disk is full"))
    });
    assert_eq!(seen, 1);
    assert!(matches!(error, Err(FileError::Stopped(stop)) if stop.to_string() == "the disk is full"));
}

proptest! {
    /// Any text at all: the reader answers, and every row is accounted for (asserted in `read`).
    #[test]
    fn any_text_is_accounted_for(lines in prop::collection::vec("[0-9A-Z,;\"\\.\n\r\0 éÃ\u{80}-]{0,60}", 0..20)) {
        let text = format!("{}\n{}", SISMED.lines().next().unwrap_or_default(), lines.join("\n"));
        let _ = sismed(&text);
        let _ = read(read_catalogue, "c.csv", text.as_bytes());
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(read_sismed, "s.csv", &bytes);
        let _ = read(read_ceilings, "s.csv", &[b"PK\x03\x04", &bytes[..]].concat());
    }

    /// One bad line, quotes and all, never loses a good one.
    #[test]
    fn a_bad_line_never_loses_a_good_one(bad in "[0-9A-Za-z,;\"\\. é-]{1,40}", place in 1_usize..4) {
        let mut lines: Vec<&str> = SISMED.lines().collect();
        lines.insert(place, &bad);
        let outcome = sismed(&lines.join("\n")).expect("the header is good");
        prop_assert_eq!(outcome.accepted, good(read_sismed, "t.csv", SISMED.as_bytes()).accepted);
    }
}
