//! A table says the same in whatever file it stands: JSON of the portal, a workbook, packed.

use crate::kit::book::{Cell, n, packed, t, xlsx};
use crate::kit::reading::{Read, file, gzip, read, read_file};
use crate::kit::tables::{ACTORS, BENEFITS, CATALOGUE, CEILINGS, CONVENTIONS, QUERY, RATES, SISMED, THERMOMETER, VITALS, good};
use flate2::Compression;
use jiff::civil::date;
use termometro::{
    domain::law::listed::ListedRow,
    ingest::{
        read_actors, read_benefit_plan, read_catalogue, read_ceilings, read_cum_codes, read_exchange_rates, read_ium_codes,
        read_sismed, read_thermometer, read_unit_conventions, read_vital_authorisations,
    },
};

/// Rows of a table as JSON objects: a cell that is blank is left out, as the portal does.
fn objects(table: &str, numbers: bool) -> Vec<String> {
    let mut lines = csv::ReaderBuilder::new().from_reader(table.as_bytes());
    let keys: Vec<String> = lines.headers().expect("a good file").iter().map(str::to_owned).collect();
    let object = |record: csv::StringRecord| {
        let members = keys.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()).map(|(key, cell)| {
            let number = numbers && cell.parse::<rust_decimal::Decimal>().is_ok();
            let value = if number { cell.to_owned() } else { serde_json::to_string(cell).expect("a good file") };
            format!("{}:{value}", serde_json::to_string(key).expect("a good file"))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    lines.records().map(|record| object(record.expect("a good file"))).collect()
}

fn as_json<T: std::fmt::Debug + PartialEq>(reader: Read<T>, table: &str) {
    let plain = good(reader, "t.csv", table.as_bytes());
    for numbers in [false, true] {
        let objects = objects(table, numbers);
        for (encoding, text) in [
            ("json", format!("[{}\n]", objects.join("\n,"))),
            ("json", format!("[{}]", objects.join(","))),
            ("json", format!("\u{FEFF} [\n  {}\n]\n", objects.join(" ,\r\n  "))),
            ("ndjson", objects.join("\n")),
            ("ndjson", format!("{}\r\n\r\n", objects.join("\r\n"))),
        ] {
            let outcome = good(reader, "t_20240815.json", text.as_bytes());
            assert_eq!(outcome.accepted, plain.accepted, "{encoding} {numbers}");
            assert_eq!((outcome.facts.layout, outcome.facts.encoding), (plain.facts.layout, encoding));
            assert_eq!((outcome.facts.delimiter, outcome.facts.cut_date), (None, Some(date(2024, 8, 15))));
        }
    }
    // A broken object costs itself.
    let mut broken = objects(table, false);
    let rows = broken.len();
    broken.insert(1, "{\"x\":".to_owned());
    let outcome = read(reader, "t.json", format!("[{}\n]", broken.join("\n,")).as_bytes()).expect("a good file");
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec!["2 - not_json".to_owned()], rows));
    let outcome = read(reader, "t.json", broken.join("\n").as_bytes()).expect("a good file");
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec!["2 - not_json".to_owned()], rows));
}

#[test]
fn the_portals_json_says_what_its_csv_says() {
    of_every_kind!(as_json);
}

#[test]
fn json_is_exact_and_its_oddities_are_reported() {
    let object = |price: &str, more: &str| {
        let object = objects(THERMOMETER, false).remove(0);
        format!(
            "[{}]",
            object.replace("\"11199.8\"", price).replace("\"numerofactor\":\"3\"", &format!("\"numerofactor\":\"3\"{more}"))
        )
    };
    let read_it = |text: &str| read(read_thermometer, "t.json", text.as_bytes()).unwrap();
    let price = |text: &str| read_it(text).accepted.first().map(|row| row.price.to_string());
    // More digits than a float has, and a number whose point could be taken for thousands were it a text.
    assert_eq!(price(&object("123456789012.123456789", "")).as_deref(), Some("123456789012.123456789"));
    assert_eq!(price(&object("1.234", "")).as_deref(), Some("1.234"));
    assert_eq!(read_it(&object("\"1.234\"", "")).faults(), ["1 precio_por_tableta ambiguous_number"]);
    assert_eq!(price(&object("\"3,490.33\"", "")).as_deref(), Some("3490.33"));
    for (price, column, reason) in [
        ("null", "precio_por_tableta", "missing_value"),
        ("1e5", "precio_por_tableta", "not_a_number"),
        ("[1]", "precio_por_tableta", "nested_value"),
        ("true", "precio_por_tableta", "not_a_number"),
        ("\"1\\u0000\"", "precio_por_tableta", "control_character"),
    ] {
        assert_eq!(read_it(&object(price, "")).faults(), [format!("1 {column} {reason}")]);
    }
    let pair = object("5", "").replace("]", &format!(",{}]", &object("\"\\ud800\"", "")[1..].trim_end_matches(']')));
    assert_eq!(read_it(&pair).faults(), ["2 - broken_text"]);
    assert_eq!(read_it(&object("5", ",\"canal\":\"Comercial\"")).faults(), ["1 canal duplicate_key_in_object"]);
    // What the portal adds of its own is a column more.
    let more = read_it(&object("5", ",\":id\":\"row-1\",\"lugar\":{\"lat\":\"4.6\"},\"vacio\":null"));
    assert_eq!(more.facts.extra_columns, [":id", "lugar", "vacio"]);
    assert_eq!(
        more.extras,
        [(1, vec![(":id".to_owned(), "row-1".to_owned()), ("lugar".to_owned(), "{\"lat\":\"4.6\"}".to_owned())])]
    );
    // A download that was cut off is no list, and an answer that is no list is named by its keys.
    let whole = format!("[{}", objects(THERMOMETER, false).join("\n,"));
    for cut in [whole.clone(), whole[..whole.len() - 30].to_owned(), format!("{whole},")] {
        let error = read(read_thermometer, "t.json", cut.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "cut_json", "{error}");
        assert!(error.es().contains("incompleta"), "{}", error.es());
    }
    let error = read(read_thermometer, "t.json", b"[{\"code\":\"x\",\"message\":\"y\"}]").unwrap_err();
    assert!(error.to_string().contains("the keys of its objects are `code | message`"), "{error}");
    let error = read(read_thermometer, "t.json", format!("[{}]", objects(SISMED, true).join(",")).as_bytes()).unwrap_err();
    assert!(error.to_string().contains("use `termometro import sismed …`"), "{error}");
    let missing = object("5", "").replace("\"canal\"", "\"canales\"");
    assert_eq!(read(read_thermometer, "t.json", missing.as_bytes()).unwrap_err().code(), "renamed_column");
    let many: String = (0..600).map(|key| format!(",\"k{key}\":1")).collect();
    assert_eq!(read(read_thermometer, "t.json", object("5", &many).as_bytes()).unwrap_err().code(), "not_this_layout");
}

/// A table as a sheet: numbers as numbers, days as days, all else as text.
fn sheet(table: &str, numbers: bool, days: bool) -> Vec<Vec<Cell>> {
    let lines = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    let cell = |cell: &str| match cell.replace(',', "").parse::<rust_decimal::Decimal>() {
        _ if cell.is_empty() => Cell::Blank,
        _ if days && cell.contains("Jul 31") => Cell::Day(45504),
        Ok(number) if numbers => n(&number.to_string()),
        _ => t(cell),
    };
    lines.into_records().map(|record| record.expect("a good file").iter().map(cell).collect()).collect()
}

fn in_a_workbook(rows: Vec<Vec<Cell>>, titles: u32) -> Vec<u8> {
    let mut numbered: Vec<(u32, Vec<Cell>)> = (1..=titles).map(|row| (row, vec![t("Ministerio de Salud")])).collect();
    numbered.extend((titles + 1..).zip(rows));
    xlsx(&vec![("Portada", vec![(1, vec![t("Datos abiertos")])]), ("Hoja1", numbered)])
}

fn as_excel<T: std::fmt::Debug + PartialEq>(reader: Read<T>, table: &str) {
    let plain = good(reader, "t.csv", table.as_bytes()).accepted;
    for (numbers, titles) in [(true, 0), (false, 0), (true, 3)] {
        let bytes = in_a_workbook(sheet(table, numbers, true), titles);
        let outcome = good(reader, "lista_20240815.xlsx", &bytes);
        assert_eq!(outcome.accepted, plain, "{numbers} {titles}");
        assert_eq!((outcome.facts.encoding, outcome.facts.cut_date), ("xlsx", Some(date(2024, 8, 15))));
        assert!(outcome.facts.extra_columns.is_empty());
    }
    // A note to the right of the table is reported, and costs no row.
    let mut noted = sheet(table, true, true);
    let width = noted[0].len();
    noted[1].resize(width + 1, Cell::Blank);
    noted[1].push(t("revisado"));
    let outcome = good(reader, "t.xlsx", &in_a_workbook(noted, 0));
    assert_eq!((outcome.accepted, outcome.facts.extra_columns), (plain, vec![format!("(no name, column {})", width + 2)]));
}

#[test]
fn any_kind_saved_as_excel_says_what_its_csv_says() {
    of_every_kind!(as_excel);
}

#[test]
fn cells_are_read_as_what_they_hold() {
    // Float dirt goes; a number stays itself beside texts that are written in the Spanish way.
    let mut rows = sheet(CEILINGS, true, true);
    (rows[1][7], rows[2][7]) = (n("2147665.9999999998"), t("6.442.998,5"));
    let outcome = good(read_ceilings, "l.xlsx", &in_a_workbook(rows, 0));
    let amount = |row: &ListedRow| match row {
        ListedRow::Ceiling(row) => format!("{:?}", row.amounts[0].1),
        other => panic!("{other:?}"),
    };
    assert_eq!(outcome.accepted.iter().map(amount).collect::<Vec<_>>(), ["Pesos(2147666)", "Pesos(6442998.5)"]);
    assert_eq!(outcome.facts.number_format, "1.234,56");
    let mut rows = sheet(CEILINGS, true, true);
    rows[1][12] = t("05/06/2024");
    let outcome = read(read_ceilings, "l.xlsx", &in_a_workbook(rows, 0)).unwrap();
    assert_eq!(outcome.faults(), ["2 fecha_de_inicio_vigencia_precio_maximo_de_venta ambiguous_date"]);
    assert_eq!(outcome.quarantined[0].sheet.as_deref(), Some("Hoja1"));
    // A workbook of another kind, and one of none.
    let error = read(read_ceilings, "l.xlsx", &in_a_workbook(sheet(SISMED, true, true), 2)).unwrap_err();
    assert!(error.to_string().contains("use `termometro import sismed …`"), "{error}");
    let error = read(read_sismed, "l.xlsx", &in_a_workbook(vec![vec![t("a"), t("b")]], 0)).unwrap_err();
    assert_eq!(error.code(), "not_this_layout", "{error}");
    // The Ministry's own workbook given as another kind, and what a reporter sends to PISIS.
    let own = xlsx(&vec![("Carátula", vec![(1, vec![t("Precios")])]), ("Precio_CUM", vec![(1, vec![t("CUM"), t("Precio")])])]);
    let error = read(read_sismed, "l.xlsx", &own).unwrap_err();
    assert!(
        error.to_string().contains("workbook of regulated prices")
            && error.to_string().contains("use `termometro import ceilings …`"),
        "{error}"
    );
    let pisis = b"1|NI|900123456|2020-04-01|2020-06-30|0|0\r\n";
    for error in [
        read(read_sismed, "MED100MPRE20200630NI000900123456.TXT", pisis).unwrap_err(),
        read(read_catalogue, "c.txt.gz", &gzip(Compression::best(), pisis)).unwrap_err(),
    ] {
        assert!(error.to_string().contains("MED100MPRE") && error.es().contains("`POST /v1/submissions`"), "{error}");
    }
    let header_only = in_a_workbook(sheet(SISMED, true, true).into_iter().take(1).collect(), 0);
    assert_eq!(read(read_sismed, "l.xlsx", &header_only).unwrap_err().code(), "empty");
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(&files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect::<Vec<_>>())
}

/// The copy is unpacked beside the file, and goes away.
#[test]
fn packed_files_are_read_as_what_they_hold() {
    let plain = good(read_sismed, "s.csv", SISMED.as_bytes()).accepted;
    let book = in_a_workbook(sheet(SISMED, true, true), 0);
    let json = format!("[{}]", objects(SISMED, true).join(","));
    for (encoding, name, bytes) in [
        ("gzip, utf-8", "reporte_20260724.csv.gz", gzip(Compression::best(), SISMED.as_bytes())),
        ("gzip, utf-8-bom", "reporte_20260724.csv.gz", gzip(Compression::best(), format!("\u{FEFF}{SISMED}").as_bytes())),
        ("gzip, xlsx", "reporte_20260724.xlsx.gz", gzip(Compression::best(), &book)),
        ("gzip, json", "reporte_20260724.json.gz", gzip(Compression::best(), json.as_bytes())),
        ("zip, utf-8", "reporte_20260724.zip", zip(&[("s.csv", SISMED.as_bytes())])),
        ("zip, utf-8", "reporte.zip", zip(&[("datos/reporte_20260724.csv", SISMED.as_bytes()), ("__MACOSX/._s.csv", b"x")])),
        ("zip, json", "reporte_20260724.zip", zip(&[("s.json", json.as_bytes())])),
        ("zip, xlsx", "reporte_20260724.zip", zip(&[("s.xlsx", &book)])),
    ] {
        let path = file(name, &bytes);
        let outcome = read_file(read_sismed, &path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let facts = outcome.facts;
        assert_eq!((facts.encoding, facts.cut_date, &outcome.accepted), (encoding, Some(date(2026, 7, 24)), &plain), "{name}");
        let (read, size) = (outcome.progress, bytes.len() as u64);
        assert!((1..=size).contains(&read), "progress is counted in bytes of the file: {read} {size}");
        let left = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "the unpacked copy is gone");
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}

#[test]
fn packed_files_that_are_none_are_refused() {
    let bomb = gzip(Compression::best(), &vec![b' '; 64 << 20]);
    let flat = zip(&[("s.csv", &vec![b' '; 64 << 20])]);
    let whole = zip(&[("s.csv", SISMED.as_bytes())]);
    for (name, bytes, code, words) in [
        ("a.csv.gz", gzip(Compression::best(), SISMED.as_bytes())[..60].to_vec(), "damaged_gzip", "incomplete"),
        ("a.csv.gz", bomb, "decompression_bomb", "gzip"),
        ("a.zip", flat, "decompression_bomb", "s.csv"),
        ("a.csv.gz", gzip(Compression::best(), &gzip(Compression::best(), SISMED.as_bytes())), "not_this_layout", "packed twice"),
        (
            "a.zip",
            zip(&[("a.csv", SISMED.as_bytes()), ("b.csv", b"x")]),
            "not_this_layout",
            "2 files (`a.csv`, `b.csv`): unpack it",
        ),
        ("a.zip", zip(&[]), "not_this_layout", "0 files"),
        ("a.zip", whole[..whole.len() / 2].to_vec(), "damaged_zip", "damaged or incomplete"),
        ("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "protected_workbook", "save it as .xlsx without a password"),
        ("a.csv.gz", gzip(Compression::best(), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "protected_workbook", "save it as .xlsx"),
    ] {
        let error = read(read_sismed, name, &bytes).unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(error.to_string().contains(words), "{error}");
        assert_ne!(error.es(), error.to_string());
    }
}
