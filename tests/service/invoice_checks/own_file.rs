//! A list comes back as it was sent, with columns added: every cell that was there reads the same, and other sheets are untouched. `make test-office`
//! opens one in LibreOffice.

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use zip::ZipArchive;

use super::{CSV, FormPart, LANTUS, XLSX, check, form, form_kind, invoice};
use crate::{
    book::{Sheets, n, packed, parts, t, xlsx},
    server::Server,
};

fn list() -> Sheets {
    let head = ["Código CUM", "Descripción", "Cantidad", "Valor unitario", "Fecha", "Nota"].map(t).to_vec();
    let row = |cum: &str, text: &str, price: &str, note: &str| vec![t(cum), t(text), n("10"), n(price), t("2020-06-15"), t(note)];
    vec![
        ("Portada", vec![(1, vec![t("Hospital de ejemplo"), n("1.10")])]),
        (
            "Compras",
            vec![
                (1, vec![t("Compras de junio")]),
                (3, head),
                (4, row("19914312-20", "LANTUS", "33052", "=A1 & <b>")),
                (5, row("19914312-20", "LANTUS", "33053.5", "")),
                (7, row("000", "SALA DE OBSERVACION", "256835", "servicio")),
                (8, vec![t("TOTAL"), t(""), n("30"), n("322940.5")]),
            ],
        ),
    ]
}

/// As programs write it, with the types of its parts.
fn workbook() -> Vec<u8> {
    let types = "<?xml version=\"1.0\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    let mut parts = parts(&list());
    parts.insert(0, ("[Content_Types].xml".to_owned(), types.as_bytes().to_vec()));
    packed(&parts)
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    book.worksheet_range(name).unwrap()
}

fn part(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_comes_back_with_columns_added() {
    let server = Server::with_the_sample().await;
    let sent = workbook();
    let answer = check(&server, "?transaction=3&per=pack&format=xlsx&name=compras.xlsx", XLSX, &sent).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"compras-revisado.xlsx\""));
    let got = &answer.bytes;
    let (before, after) = (sheet(&sent, "Compras"), sheet(got, "Compras"));
    let (rows, columns) = before.end().unwrap();
    for row in 0..=rows {
        for column in 0..=columns {
            assert_eq!(before.get_value((row, column)), after.get_value((row, column)), "{row} {column}");
        }
    }
    for same in ["xl/worksheets/sheet1.xml", "_rels/.rels"] {
        assert_eq!(part(&sent, same), part(got, same), "{same}");
    }
    only_the_added_columns_have_a_width_and_wrap(&sent, got);
    let cell = |row: u32, added: u32| after.get_value((row, columns + 1 + added)).cloned().unwrap_or(Data::Empty);
    let text = |text: &str| Data::String(text.to_owned());
    let names = ["Veredicto", "Techo", "Exceso", "Exceso %", "Acto", "Razones", "Lectura alterna"];
    for (at, name) in (0..).zip(names) {
        assert_eq!(cell(2, at), text(name));
    }
    assert_eq!((cell(3, 0), cell(3, 1), cell(3, 4)), (text("dentro"), Data::Float(33052.0), text("Circular 10 de 2020")));
    assert_eq!((cell(4, 0), cell(4, 2), cell(4, 3)), (text("por encima"), Data::Float(1.5), Data::Float(0.0045)));
    assert_eq!((cell(6, 0), cell(6, 1)), (text("no se puede decir"), Data::Empty));
    assert!(!cell(6, 5).to_string().is_empty() && cell(7, 0) == Data::Empty, "a total is no line");
    the_steps_stand_in_a_sheet_of_their_own(&sent, got);
}

/// One style more, and a list of columns: ours. Nothing is frozen that was not.
fn only_the_added_columns_have_a_width_and_wrap(sent: &[u8], got: &[u8]) {
    let text = |bytes: &[u8], name: &str| String::from_utf8(part(bytes, name)).unwrap();
    let added = "<xf numFmtId=\"0\" applyAlignment=\"1\"><alignment wrapText=\"1\"/></xf></cellXfs>";
    let styles = text(sent, "xl/styles.xml").replace("count=\"2\"", "count=\"3\"").replace("</cellXfs>", added);
    assert_eq!(text(got, "xl/styles.xml"), styles);
    let sheet = text(got, "xl/worksheets/sheet2.xml");
    let columns = sheet.split("<cols>").nth(1).and_then(|rest| rest.split("</cols>").next()).unwrap();
    assert!(columns.starts_with("<col min=\"7\" max=\"7\" width=") && columns.matches("<col ").count() == 7, "{columns}");
    assert!(sheet.contains(" s=\"2\" t=\"inlineStr\"") && !sheet.contains("pane"), "{sheet}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_several_invoices_has_the_sheet_of_steps_too() {
    let server = Server::with_the_sample().await;
    let files = ["FE1", "FE2"].map(|number| invoice(number, "2020-06-15", &[LANTUS, LANTUS]));
    let parts: [FormPart<'_>; 2] =
        [("file", Some("fe1.xml"), files[0].as_bytes()), ("file", Some("fe2.xml"), files[1].as_bytes())];
    let headers = format!("content-type: {}\r\n", form_kind());
    for (language, name, header) in
        [("es", "Hoja de trabajo", "Archivo Documento Renglón Hoja"), ("en", "Worksheet", "File Document Line Sheet")]
    {
        let path = format!("/v1/invoice-checks?transaction=3&format=xlsx&lang={language}");
        let got = server.send("POST", &path, &headers, Some(&form(&parts))).await;
        assert_eq!(got.status, 200, "{}", got.body);
        let names = open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(got.bytes.clone())).unwrap().sheet_names();
        assert_eq!(names, ["Datos", name]);
        let (table, steps) = (sheet(&got.bytes, "Datos"), sheet(&got.bytes, name));
        assert_eq!((table.end().unwrap().0, steps.end().unwrap().0), (4, 4), "a row a line in both");
        let row = |row: usize, cells: usize| {
            let cells = steps.rows().nth(row).unwrap().iter().take(cells).map(ToString::to_string);
            cells.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            (row(0, 4), row(2, 3), row(3, 3)),
            (header.to_owned(), "fe1.xml FE1 2".to_owned(), "fe2.xml FE2 1".to_owned())
        );
        let column = steps.rows().next().unwrap().iter().position(|cell| *cell == "CUM").unwrap();
        assert!(steps.rows().skip(1).all(|row| row[column] == "19914312-20"));
    }
}

/// Behind the caller's sheets; what led to each verdict can be worked out again from its row.
fn the_steps_stand_in_a_sheet_of_their_own(sent: &[u8], got: &[u8]) {
    let names = |bytes: &[u8]| open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(bytes.to_vec())).unwrap().sheet_names();
    assert_eq!(names(got), [names(sent), vec!["Hoja de trabajo".to_owned()]].concat());
    let steps = sheet(got, "Hoja de trabajo");
    let header: Vec<String> = (0..26).map(|column| steps.get_value((0, column)).unwrap().to_string()).collect();
    let cell = |row: u32, name: &str| {
        let column = header.iter().position(|one| one == name).unwrap_or_else(|| panic!("no column {name}: {header:?}"));
        steps.get_value((row, u32::try_from(column).unwrap())).map(ToString::to_string).unwrap_or_default()
    };
    for (row, fields) in [
        (1, [("Fila", "4"), ("Techo aplicado", "33052"), ("Exceso %", ""), ("Veredicto", "dentro")]),
        (2, [("Fila", "5"), ("Precio × factor", "33053.5"), ("Techo × divisor", "33052"), ("Veredicto", "por encima")]),
        (
            2,
            [
                ("Precio por", "pack"),
                ("Unidad según", "source_convention (request)"),
                ("Exceso %", "0.0045"),
                ("Margen de la IPS", "0"),
            ],
        ),
        (
            2,
            [
                ("Venta", "3, no vende una IPS"),
                ("Venta según", "channel: request; stage: request"),
                ("Acto", "Circular 10 de 2020"),
                ("Vigente desde", "2020-03-28"),
            ],
        ),
        (3, [("Fila", "7"), ("Techo aplicado", ""), ("CUM", ""), ("Veredicto", "no se puede decir")]),
    ] {
        for (name, value) in fields {
            assert_eq!(cell(row, name), value, "{row} {name}");
        }
    }
    assert!(!cell(3, "Razones").is_empty() && steps.end().unwrap().0 == 3, "a row a line");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_does_not_say_the_types_of_its_parts_gets_columns_and_no_sheet() {
    let server = Server::with_the_sample().await;
    let answer = check(&server, "?transaction=3&per=pack&format=xlsx", XLSX, &xlsx(&list())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let names = open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(answer.bytes.clone())).unwrap().sheet_names();
    assert_eq!(names, ["Portada", "Compras"]);
    let after = sheet(&answer.bytes, "Compras");
    assert_eq!(after.get_value((2, 6)), Some(&Data::String("Veredicto".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_comes_back_byte_for_byte_with_cells_at_the_ends() {
    let server = Server::with_the_sample().await;
    let sent = "Hospital;;;\r\n\r\nCUM;Descripci\u{f3}n;Vr. unitario;Fecha\r\n19914312-20;\"LANTUS; pluma\";33.053,50;15/06/2020\r\n19914312-20;LANTUS;33.052,00;30/06/2020\r\nTOTAL;;66.105,50;\r\n";
    for (name, bytes) in [("utf8", sent.as_bytes().to_vec()), ("latin", encoding_rs_latin(sent))] {
        let answer = check(&server, "?transaction=3&per=pack&format=csv", CSV, &bytes).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let got = &answer.bytes;
        let (before, after): (Vec<&[u8]>, Vec<&[u8]>) = (lines(&bytes), lines(got));
        assert_eq!(before.len(), after.len(), "{name}");
        for (before, after) in before.iter().zip(&after) {
            assert!(after.starts_with(before), "{name}: {}", String::from_utf8_lossy(after));
        }
        let said = |line: usize| String::from_utf8_lossy(&after[line][before[line].len()..]).into_owned();
        assert!(said(2).starts_with(";Veredicto;Techo;Exceso;Exceso %;Acto;Razones;Lectura alterna"), "{}", said(2));
        assert!(said(3).starts_with(";por encima;33052,00;1,50;0,0045;Circular 10 de 2020;"), "{}", said(3));
        assert!(said(4).starts_with(";dentro;33052,00;;;Circular 10 de 2020;"), "{}", said(4));
        assert_eq!((said(0), said(5)), (String::new(), String::new()));
    }
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    lines.iter_mut().for_each(|line| *line = line.strip_suffix(b"\r").unwrap_or(line));
    lines
}

/// As Windows writes it.
fn encoding_rs_latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}
