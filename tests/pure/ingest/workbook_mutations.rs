//! A good workbook spoiled in every way that was thought of.

use crate::kit::book::{Cell, Sheets, n, packed, parts, t, xlsx};
use crate::kit::minsalud::good;
use crate::kit::reading::{Outcome, read};
use jiff::civil::date;
use termometro::{
    domain::law::listed::{ListedAmount, ListedKind, ListedMargin, ListedRow},
    ingest::{FileError, read_ceilings},
};

fn ingest(bytes: &[u8]) -> Result<Outcome<ListedRow>, FileError> {
    read(read_ceilings, "list.xlsx", bytes)
}

/// The good workbook with one cell changed.
fn with(sheet: &str, row: u32, column: usize, cell: Cell) -> Sheets {
    let mut sheets = good();
    let (_, rows) = sheets.iter_mut().find(|(name, _)| *name == sheet).expect("a sheet");
    let (_, cells) = rows.iter_mut().find(|(number, _)| *number == row).expect("a row");
    cells.resize(cells.len().max(column + 1), Cell::Blank);
    cells[column] = cell;
    sheets
}

#[test]
fn the_good_workbook_is_good() {
    let outcome = ingest(&xlsx(&good())).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.facts.cut_date, Some(date(2021, 9, 3)));
    assert_eq!((outcome.accepted.len(), outcome.faults()), (8, vec![]));
    let notes: Vec<_> = outcome.refused.iter().map(|fault| (fault.sheet.as_deref(), fault.line, fault.reason)).collect();
    let note = "note_outside_the_table";
    assert_eq!(notes, [(Some("Precio_MercadoRelevante"), 11, note), (Some("Precio_CUM"), 181_733, note)]);
    let ListedRow::Ceiling(first) = &outcome.accepted[0] else { panic!("{outcome:?}") };
    assert_eq!((first.kind, first.market.as_deref(), first.valid_from), (ListedKind::Maximum, Some("418"), date(2020, 3, 28)));
    assert_eq!(first.ips_margin, ListedMargin::Pesos("1345.54".parse().expect("a decimal")));
    let ListedRow::Ceiling(second) = &outcome.accepted[1] else { panic!("{outcome:?}") };
    assert_eq!((second.amounts[0].1, second.ips_margin), (ListedAmount::Pesos(3_403_352.into()), ListedMargin::DoesNotApply));
    let ListedRow::Market(market) = &outcome.accepted[3] else { panic!("{outcome:?}") };
    assert_eq!((market.id.as_str(), market.unit.as_str(), market.atc.as_deref()), ("546b", "cycle", Some("L04AA24")));
    let ListedRow::Ceiling(reference) = &outcome.accepted[5] else { panic!("{outcome:?}") };
    assert_eq!((reference.kind, reference.act.as_str()), (ListedKind::Reference, "Circular 10 de 2020"));
    let group = ListedRow::FormGroup { form: "JARABE".into(), route: "ORAL".into(), group: "Líquido - Oral".into() };
    assert_eq!(outcome.accepted[7], group);
}

#[test]
fn a_bad_cell_costs_its_row() {
    for (sheet, row, column, cell, fault) in [
        ("PMV_CUM", 6, 4, n("0"), "6 Precio Máximo de Venta zero_price"),
        ("PMV_CUM", 6, 4, n("-5"), "6 Precio Máximo de Venta negative"),
        ("PMV_CUM", 6, 4, t("19,222"), "6 Precio Máximo de Venta ambiguous_number"),
        ("PMV_CUM", 6, 4, t("por definir"), "6 Precio Máximo de Venta not_a_number"),
        ("PMV_CUM", 6, 4, n("1e300"), "6 Precio Máximo de Venta number_too_large"),
        ("PMV_CUM", 6, 4, Cell::Blank, "6 Precio Máximo de Venta missing_value"),
        ("PMV_CUM", 6, 2, t("7501125101304"), "6 CUM not_a_cum"),
        ("PMV_CUM", 6, 2, Cell::Day(43918), "6 CUM not_a_cum"),
        ("PMV_CUM", 6, 1, t("418 y otros"), "6 ID MR not_a_market_id"),
        ("PMV_CUM", 6, 8, n("12345"), "6 Fecha de entrada en vigencia not_a_date"),
        ("PMV_CUM", 6, 8, n("43918.5"), "6 Fecha de entrada en vigencia not_a_date"),
        ("PMV_CUM", 6, 8, t("05/06/2020"), "6 Fecha de entrada en vigencia ambiguous_date"),
        ("PMV_CUM", 6, 8, t("30/02/2020"), "6 Fecha de entrada en vigencia not_a_date"),
        ("PMV_CUM", 6, 3, t("PresentaciÃ³n"), "6 Medicamento mojibake"),
        ("Precio_MercadoRelevante", 9, 5, t("frasco"), "9 Unidad de Regulación unknown_unit"),
        ("Precio_CUM", 10, 0, n("999"), "10 ID MR market_not_in_the_workbook"),
        ("Titular_Estandarizado", 7, 1, Cell::Blank, "7 TITULARES ESTANDARIZADOS missing_value"),
    ] {
        let outcome = ingest(&xlsx(&with(sheet, row, column, cell))).unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!((outcome.faults(), outcome.accepted.len()), (vec![fault.to_owned()], 7));
        assert_eq!(outcome.quarantined[0].sheet.as_deref(), Some(sheet));
    }
}

/// A day that can be read in one way only, and a column that the layout does not know, cost nothing.
#[test]
fn what_can_be_read_in_one_way_is_read() {
    for day in [n("43918"), t("28/03/2020"), t("03/28/2020 12:00:00 AM"), t("28-mar-20"), t("2020/03/28")] {
        let outcome = ingest(&xlsx(&with("PMV_CUM", 6, 8, day.clone()))).unwrap_or_else(|error| panic!("{error}"));
        let ListedRow::Ceiling(first) = &outcome.accepted[0] else { panic!("{outcome:?}") };
        assert_eq!((outcome.accepted.len(), first.valid_from), (8, date(2020, 3, 28)), "{day:?}");
    }
    let mut sheets = with("PMV_CUM", 5, 9, t("Precio comercial"));
    sheets[1].1[2].1.push(n("20000"));
    let outcome = ingest(&xlsx(&sheets)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.facts.extra_columns, ["PMV_CUM: Precio comercial"]);
    assert_eq!(outcome.extras, [(6, vec![("Precio comercial".to_owned(), "20000".to_owned())])]);
    assert_eq!(outcome.accepted.len(), 8);
}

#[test]
fn a_market_under_two_acts_gives_no_act() {
    let mut sheets = with("Precio_MercadoRelevante", 9, 0, n("418"));
    sheets[2].1[2].1[9] = t("Circular 11 de 2020");
    let outcome = ingest(&xlsx(&sheets)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.faults(), ["10 ID MR market_under_two_acts"]);
}

#[test]
fn a_column_or_sheet_at_fault_stops_the_file() {
    let mut renamed = good();
    renamed[1].0 = "PMV_CUMS";
    let mut headless = good();
    headless[1].1.remove(1);
    let mut rowless = good();
    rowless[3].1.truncate(1);
    for (sheets, code, name) in [
        (with("PMV_CUM", 5, 4, t("Precio Máximo de Ventas")), "renamed_column", "sheet `PMV_CUM`"),
        (with("PMV_CUM", 5, 4, Cell::Blank), "missing_column", "`Precio Máximo de Venta`"),
        (with("PMV_CUM", 5, 9, t("cum")), "duplicate_column", "`cum`"),
        (renamed, "missing_sheet", "`PMV_CUMS`"),
        (headless, "not_this_layout", "PMV_CUM"),
        (rowless, "empty", "no rows"),
        (good().split_off(1), "missing_sheet", "`Inicio`"),
    ] {
        let error = ingest(&xlsx(&sheets)).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn what_is_no_workbook_is_refused() {
    let whole = xlsx(&good());
    let mut torn = parts(&good());
    torn[1].1.truncate(700);
    for (bytes, codes) in [
        (whole[..whole.len() / 2].to_vec(), &["damaged_workbook"][..]),
        (packed(&torn), &["damaged_workbook", "not_this_layout"]),
        (packed(&[("word/document.xml".to_owned(), b"<w/>".to_vec())]), &["not_this_layout", "damaged_workbook"]),
        (b"PK\x03\x04 and nothing".to_vec(), &["damaged_workbook"]),
    ] {
        let error = ingest(&bytes).expect_err("no workbook");
        assert!(codes.contains(&error.code()), "{error}");
    }
}

/// A damaged download is refused, or its rows read the same or are set aside (the archive's names have no checksum: without its
/// styles a workbook has no dates). It never changes a price.
#[test]
fn a_flipped_byte_never_changes_a_row() {
    let whole = xlsx(&good());
    let expected = ingest(&whole).unwrap_or_else(|error| panic!("{error}")).accepted;
    let mut refused = 0;
    for place in (0..whole.len()).step_by(11) {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x55;
        match ingest(&flipped) {
            Ok(outcome) => {
                assert!(outcome.accepted.iter().all(|row| expected.contains(row)), "byte {place}");
                assert_eq!(outcome.accepted.len() + outcome.quarantined.len(), expected.len(), "byte {place}");
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_decompression_bomb_is_not_unpacked() {
    let mut all = parts(&good());
    all.push(("xl/sharedStrings.xml".to_owned(), vec![b' '; 12 << 20]));
    let error = ingest(&packed(&all)).expect_err("a bomb");
    assert_eq!(error.code(), "decompression_bomb");
    assert!(error.to_string().contains("xl/sharedStrings.xml"), "{error}");
}
