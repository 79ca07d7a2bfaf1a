//! Every list as people open it: a workbook, and a CSV for a Spanish Excel, with the rows of the JSON and no JSON in a cell.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};
use termometro::http::api;

use crate::{edge, expected::column, exports, server::Server, stage::with};

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn raw(server: &Server, path: &str, headers: &str) -> (String, Vec<u8>) {
    let answer = server.ask("GET", path, headers, None).await;
    (answer.head.to_ascii_lowercase(), answer.bytes)
}

pub fn excel_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    table(std::str::from_utf8(bytes).unwrap().strip_prefix('\u{FEFF}').expect("a byte order mark"), b';')
}

pub fn sheet(bytes: &[u8]) -> Range<Data> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    book.worksheet_range("Datos").unwrap()
}

pub fn table(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_opens_in_a_spreadsheet_and_shows_what_the_api_says() {
    let server = Server::with_the_sample().await;
    let (mut lists, mut numbers) = (0, 0);
    for path in edge::ANSWERED.iter().chain(&["/v1/register", "/v1/reporters", "/v1/keys", "/v1/compliance?period=2020-Q2"]) {
        let json = server.get(path).await.json();
        let Some(rows) = json["data"].as_array() else {
            for format in ["csv", "xlsx"] {
                assert_eq!(server.get(&with(path, &format!("format={format}"))).await.status, 406, "{path} {format}");
            }
            continue;
        };
        lists += 1;
        let plain = server.get(&with(path, "format=csv")).await;
        assert!(plain.header("content-type").unwrap().starts_with("text/csv"), "{path}");
        assert_eq!(server.ask("GET", path, "accept: text/csv\r\n", None).await.body, plain.body, "{path}");
        let plain = table(&plain.body, b',');
        assert_eq!(plain.len(), rows.len() + 1, "{path}");
        let formula = plain.iter().flatten().find(|cell| cell.starts_with(['=', '+', '@']));
        assert_eq!(formula, None, "{path}");
        let excel = server.get(&with(path, "format=csv&for=excel-es")).await;
        let name = path.split('?').next().unwrap().rsplit('/').next().unwrap();
        assert_eq!(excel.header("content-disposition"), Some(format!("attachment; filename=\"{name}.csv\"").as_str()), "{path}");
        assert!(excel.body.ends_with("\r\n"), "{path}");
        let excel = excel_rows(&excel.bytes);
        let (head, bytes) = raw(&server, &with(path, "format=xlsx"), "").await;
        assert!(head.contains(&format!("content-type: {MEDIA_TYPE}")), "{path}: {head}");
        assert!(head.contains(&format!("filename=\"{name}.xlsx\"")), "{path}: {head}");
        let (_, by_accept) = raw(&server, path, &format!("accept: {MEDIA_TYPE}\r\n")).await;
        assert_eq!(bytes, by_accept, "{path}: the same data are the same bytes");
        let sheet = sheet(&bytes);
        assert_eq!((excel.len(), sheet.height()), (rows.len() + 1, rows.len() + 1), "{path}");
        for (at, row) in excel.iter().enumerate().skip(1) {
            for (column, cell) in row.iter().enumerate() {
                // What a leaf of the log is made of is given byte for byte.
                let is_leaf = path.starts_with("/v1/log/entries") && excel[0][column] == "entry";
                assert!(is_leaf || !cell.starts_with(['[', '{']), "{path}: JSON in {} of {row:?}", excel[0][column]);
                let other =
                    sheet.get_value((u32::try_from(at).unwrap(), u32::try_from(column).unwrap())).cloned().unwrap_or(Data::Empty);
                let shown = match &other {
                    Data::String(text) => text.clone(),
                    Data::Bool(flag) => flag.to_string(),
                    Data::Empty => String::new(),
                    number => number.to_string(),
                };
                // The API's own text, by its column's name.
                let own = plain[0].iter().position(|name| *name == excel[0][column]).map(|place| plain[at][place].as_str());
                let own = own.unwrap_or_else(|| panic!("{path}: {} is no column of the CSV", excel[0][column]));
                if let Data::Float(_) | Data::Int(_) = other {
                    numbers += 1;
                    assert_eq!(*cell, own.replace('.', ","), "{path}: digit for digit");
                    let decimal = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
                    assert_eq!(decimal(&shown), decimal(own), "{path}");
                } else if !own.starts_with(['[', '{']) {
                    // A code that a spreadsheet would take for a number, and cut its zeros.
                    let code = cell.strip_prefix('\'').filter(|code| code.starts_with('0'));
                    assert_eq!((code.unwrap_or(cell), shown.as_str()), (own, own), "{path}");
                }
            }
        }
    }
    every_list_was_met(lists);
    assert!(numbers > 500, "{numbers} numbers");
}

/// As many lists were read as the document offers in each form.
fn every_list_was_met(lists: usize) {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let public = document["paths"].as_object().unwrap().values().filter(|item| item["get"]["security"] == json!([]));
    let contents: Vec<&Value> = public.map(|item| &item["get"]["responses"]["200"]["content"]).collect();
    for kind in ["text/csv", MEDIA_TYPE] {
        let offered = contents.iter().filter(|content| content.get(kind).is_some()).count();
        // The faults of a file have no fixed address, and neither have the open-data files; the sample has no buyer, and no
        // consultation with its lines, comments and report.
        assert!(lists + 6 >= offered, "{lists} lists of {offered} as {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_csv_is_for_is_asked_in_one_way() {
    let server = Server::with_the_sample().await;
    for (query, status) in [
        ("format=csv&for=excel-es", 200),
        ("for=excel-es", 400),
        ("format=xlsx&for=excel-es", 400),
        ("format=csv&for=excel", 400),
    ] {
        assert_eq!(server.get(&format!("/v1/acts?{query}")).await.status, status, "{query}");
    }
    let accepted = server.ask("GET", "/v1/acts?for=excel-es", "accept: text/csv\r\n", None).await;
    assert!(accepted.body.starts_with('\u{FEFF}'));
    let mut tags = std::collections::BTreeSet::new();
    for query in ["", "format=csv", "format=csv&for=excel-es", "format=xlsx"] {
        let tag = server.get(&format!("/v1/acts?{query}")).await.header("etag").unwrap().to_owned();
        assert!(tags.insert(tag), "each form is another representation: {query}");
    }
    // The next page of one form is asked for with the cursor of another.
    let cursor = server.get("/v1/acts?limit=2").await.json()["meta"]["next_cursor"].as_str().unwrap().to_owned();
    let next = server.get(&format!("/v1/acts?limit=2&format=csv&for=excel-es&cursor={cursor}")).await;
    assert_eq!((next.status, next.body.lines().count()), (200, 3), "{}", next.body);
}

/// Row for row and cell for cell: what people open says what programs read.
#[tokio::test(flavor = "multi_thread")]
async fn files_for_people_say_what_files_for_programs_say() {
    let database = exports::with_files("exports_people", &exports::ALL_KINDS).await;
    let server = exports::served(&database).await;
    for name in exports::names(&exports::built(&exports::builder(&database)).await) {
        let set = exports::data_set(&server, name).await;
        let body = async |format: &str| raw(&server, &exports::of_format(&set, format), "").await.1;
        let programs = exports::objects(&body("ndjson").await);
        let (workbook, excel) = (sheet(&body("xlsx").await), excel_rows(&body("csv_excel_es").await));
        let fields: Vec<String> = excel[0].clone();
        assert_eq!((workbook.height(), excel.len()), (programs.len() + 1, programs.len() + 1), "{name}");
        for (at, row) in programs.iter().enumerate() {
            for (column, field) in fields.iter().enumerate() {
                let (value, shown) = (&row[field], &excel[at + 1][column]);
                let (line, place) = (u32::try_from(at + 1).unwrap(), u32::try_from(column).unwrap());
                let cell = workbook.get_value((line, place)).cloned().unwrap_or(Data::Empty);
                same_cell(value, shown, &cell, &format!("{name} {field} {row}"));
            }
        }
    }
}

fn same_cell(value: &Value, shown: &str, cell: &Data, at: &str) {
    assert!(!shown.starts_with(['[', '{']), "no JSON: {at}");
    let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
    match (value, cell) {
        (Value::Null, cell) => assert_eq!((shown, cell), ("", &Data::Empty), "{at}"),
        (Value::Bool(flag), cell) => assert_eq!((shown, cell), (flag.to_string().as_str(), &Data::Bool(*flag)), "{at}"),
        (Value::Array(items), Data::String(text)) => {
            let words = items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join("; ");
            assert_eq!((shown, text), (words.as_str(), &words), "{at}");
        }
        (Value::Array(items), Data::Empty) => assert!(items.is_empty() && shown.is_empty(), "{at}"),
        // Digit for digit: a number of the file has at most the fifteen that both keep.
        (Value::String(text), Data::Float(_) | Data::Int(_)) => {
            assert_eq!((number(&shown.replace(',', ".")), number(&cell.to_string())), (number(text), number(text)), "{at}");
            assert_eq!(shown, text.replace('.', ","), "{at}");
        }
        (Value::Number(count), Data::Float(_) | Data::Int(_)) => {
            assert_eq!((shown, cell.to_string()), (count.to_string().as_str(), count.to_string()), "{at}");
        }
        (Value::String(text), Data::String(cell)) => {
            assert_eq!((shown.trim_start_matches('\''), cell.trim_start_matches('\'')), (text.as_str(), text.as_str()), "{at}")
        }
        other => panic!("{at}: {other:?}"),
    }
}

/// How a file writes its numbers, and codes of digits, are no numbers.
#[tokio::test(flavor = "multi_thread")]
async fn text_is_not_made_a_number_for_people() {
    let server = Server::with_the_sample().await;
    let excel = excel_rows(&server.get("/v1/sources?format=csv&for=excel-es").await.bytes);
    let place = excel[0].iter().position(|name| name == "number_format").unwrap();
    let sources = server.data("/v1/sources").await;
    let formats = column(&sources, "number_format");
    assert!(formats.contains(&"1234.56"), "{formats:?}");
    assert_eq!(excel[1..].iter().map(|row| row[place].as_str()).collect::<Vec<_>>(), formats);
    // A market's number is its name, and a price beside it is a number.
    let (_, bytes) = raw(&server, "/v1/medicines?q=lantus&format=xlsx", "").await;
    let sheet = sheet(&bytes);
    let cell = |name: &str| {
        let place = (0..u32::try_from(sheet.width()).unwrap())
            .find(|at| sheet.get_value((0, *at)) == Some(&Data::String(name.to_owned())));
        sheet.get_value((1, place.unwrap())).cloned().unwrap()
    };
    assert_eq!(cell("market"), Data::String("96".to_owned()));
    assert!(matches!(cell("regulated_units_per_pack"), Data::Float(_) | Data::Int(_)));
}
