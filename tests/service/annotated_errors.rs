//! The file of a submission with what is wrong beside each row, and the template to begin with.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use flate2::Compression;

use crate::{
    book::{Cell, n, t, xlsx},
    client::Answer,
    kit::reading::gzip,
    people::People,
    regulators::fresh,
    server::Server,
    sessions::{HERE, is_sign_in, open, shown, sign_in},
    spreadsheets::table,
    stage::{arrive, reports_header, upload},
};

const GOOD: &str = "19914312,20,2020,4,2,VN,3,A,30000,30000,1,30000";
const NO_NUMBER: &str = "19914312,20,2020,5,2,VN,3,A,$ 31000,31000,1,31000";
const NO_CODE: &str = "19914312,20,2020,6,2,XX,3,A,30000,30000,1,30000";
const RIGHT: &str = "Solo cifras, sin signo de pesos ni letras: 171764 o 171764.50.";

/// A trial of this file; its page.
async fn tried(server: &Server, key: &str, body: &[u8]) -> String {
    let answer =
        upload(server, key, &fresh(), "/v1/submissions?period=2020-Q2&dry_run=true", "application/octet-stream", body).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.body);
    format!("/trabajo/envios/{}", answer.json()["data"]["id"].as_str().unwrap())
}

async fn taken(server: &Server, cookie: &str, page: &str, more: &str) -> Answer {
    let answer = open(server, cookie, &format!("{page}/con-errores{more}")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.body);
    let id = page.rsplit('/').next().unwrap();
    assert!(answer.header("content-disposition").unwrap().starts_with(&format!("attachment; filename=\"{id}-con-errores.")));
    answer
}

fn csv(rows: &[&str], end: &str) -> String {
    [&[reports_header()][..], rows].concat().join(end) + end
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_comes_back_with_its_errors_beside_each_row_and_every_byte_as_it_was() {
    let (_, people, server) = arrive("annotated_csv").await;
    let me = sign_in(&server, &people.reporter).await;
    let file = csv(&[GOOD, NO_NUMBER, NO_CODE], "\r\n");
    let page = tried(&server, &people.reporter, file.as_bytes()).await;
    let link = shown(&server, &me, &page).await.body.replace("&#x2f;", "/");
    assert!(link.contains(&format!("href=\"{page}/con-errores?lang=es\" download")), "{link}");
    let answer = taken(&server, &me, &page, "").await;
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], format!("{},Columna,Qué pasa,Qué sería lo correcto", reports_header()));
    assert_eq!(lines[1], GOOD, "a row without a fault stays as it was");
    for (line, sent) in [(2, NO_NUMBER), (3, NO_CODE)] {
        assert!(lines[line].starts_with(sent), "{}", lines[line]);
    }
    let rows = table(&lines[2..4].join("\n"), b',');
    assert_eq!(rows[0][rows[0].len() - 3..], ["ValorMinimo", "No es un número.", RIGHT]);
    assert_eq!(rows[1][rows[1].len() - 3], "CodTipoOperacion");
    let english = String::from_utf8(taken(&server, &me, &page, "?lang=en").await.bytes).unwrap();
    assert!(english.contains("Column,What is wrong,What would be right") && english.contains("It is not a number."), "{english}");

    // Packed: it comes back unpacked.
    let page = tried(&server, &people.reporter, &gzip(Compression::default(), csv(&[NO_CODE], "\n").as_bytes())).await;
    assert!(taken(&server, &me, &page, "").await.bytes.starts_with(reports_header().as_bytes()));
    // A semicolon and a title above the header are as they were.
    let spanish = format!("Reporte de la droguería;;\n{}", csv(&[NO_CODE], "\n").replace(',', ";"));
    let page = tried(&server, &people.reporter, spanish.as_bytes()).await;
    let answer = String::from_utf8(taken(&server, &me, &page, "").await.bytes).unwrap();
    assert!(answer.starts_with("Reporte de la droguería;;\nNoExpediente;") && answer.contains(";CodTipoOperacion;"), "{answer}");
    of_whom(&server, &people, &page).await;
    // What is no table has its errors on the page only.
    let object = "{\"cum\":\"19914312-20\"}\n";
    let page = tried(&server, &people.reporter, object.as_bytes()).await;
    assert!(!shown(&server, &me, &page).await.body.contains("con-errores"));
    assert_eq!(open(&server, &me, &format!("{page}/con-errores")).await.status, 422);
}

/// Nobody else takes it away.
async fn of_whom(server: &Server, people: &People, page: &str) {
    let path = format!("{page}/con-errores");
    assert!(is_sign_in(&server.ask("GET", &path, HERE, None).await));
    let other = sign_in(server, &people.other_reporter).await;
    assert_eq!(open(server, &other, &path).await.status, 404);
    let regulator = sign_in(server, &people.drafter).await;
    assert_eq!(open(server, &regulator, &path).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_comes_back_with_cells_beside_its_rows_and_the_template_opens() {
    let (_, people, server) = arrive("annotated_book").await;
    let me = sign_in(&server, &people.reporter).await;
    let cells = |row: &str| -> Vec<Cell> {
        row.split(',').map(|cell| if cell.bytes().all(|byte| byte.is_ascii_digit()) { n(cell) } else { t(cell) }).collect()
    };
    let header: Vec<Cell> = reports_header().split(',').map(t).collect();
    let sheets = vec![
        ("Portada", vec![(1, vec![t("Reporte")])]),
        ("Hoja2", (1..).zip([vec![t("Droguería")], header, cells(GOOD), cells(NO_NUMBER)]).collect()),
    ];
    let page = tried(&server, &people.reporter, &xlsx(&sheets)).await;
    let answer = taken(&server, &me, &page, "").await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(answer.bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Portada", "Hoja2"], "no sheet more");
    let sheet = book.worksheet_range("Hoja2").unwrap();
    let width = u32::try_from(reports_header().split(',').count()).unwrap();
    let cell = |row: u32, more: u32| sheet.get_value((row, width + more)).cloned().unwrap_or(Data::Empty);
    assert_eq!([cell(1, 0), cell(1, 1)], [Data::String("Columna".to_owned()), Data::String("Qué pasa".to_owned())]);
    assert_eq!((cell(2, 0), cell(3, 0)), (Data::Empty, Data::String("ValorMinimo".to_owned())));
    assert_eq!(cell(3, 2), Data::String(RIGHT.to_owned()));

    let template = server.ask("GET", "/trabajo/plantilla.csv", HERE, None).await;
    assert_eq!(template.body.trim_end(), format!("{},NitContraparte", reports_header()), "{}", template.body);
    // As it is, it is a report of nothing; with a row it is one of that.
    let page = tried(&server, &people.reporter, template.body.as_bytes()).await;
    assert!(shown(&server, &me, &page).await.body.contains("Filas leídas"));
    let template = server.ask("GET", "/trabajo/plantilla.xlsx?lang=en", HERE, None).await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(template.bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Datos", "Columns"]);
    let words = book.worksheet_range("Columns").unwrap();
    assert_eq!(words.height(), 14, "a line a column, and the head");
    assert_eq!(words.get_value((6, 1)), Some(&Data::String("CM purchase, VN sale, RC reimbursement".to_owned())));
    tried(&server, &people.reporter, &template.bytes).await;
    let asking = shown(&server, &me, "/trabajo/enviar").await.body;
    assert!(asking.contains("CM compra, VN venta, RC recobro") && asking.contains("plantilla.xlsx"), "{asking}");
}
