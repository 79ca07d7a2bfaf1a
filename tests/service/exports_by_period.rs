//! Open data by period: new reports make files of their own months alone, whole files are those of the periods in a row, and all of it is stored
//! once, compressed.

use std::{collections::BTreeMap, io::Read};

use bytes::Bytes;
use flate2::read::GzDecoder;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    exports::build::{BuildOutcome, Builder},
    import::{report::Acceptance, undo::undo},
    ingest::SourceKind,
    store::postgres::database::Database,
};

use crate::{
    exports::{
        ALL_KINDS, builder, built, changed, check_deltas, check_files, data_set, names, of_format, served, sha256, with_files,
    },
    kit::{folder::written, tables},
    server::Server,
    spreadsheets, support,
};

const SET: &str = "prices_by_month";

/// The manifest of the newest version: each period with its files.
async fn periods(server: &Server) -> BTreeMap<String, Value> {
    let set = data_set(server, SET).await;
    let answer = server.get(set["newest"]["manifest"]["path"].as_str().unwrap()).await;
    assert_eq!(sha256(&answer.bytes), set["newest"]["manifest"]["sha256"], "{set}");
    let manifest = answer.json();
    assert_eq!((&manifest["version"], &manifest["rows"]), (&set["newest"]["version"], &set["newest"]["rows"]));
    let periods = manifest["periods"].as_array().unwrap().iter();
    let periods: BTreeMap<String, Value> = periods.map(|one| (one["period"].as_str().unwrap().to_owned(), one.clone())).collect();
    let rows: u64 = periods.values().map(|one| one["rows"].as_u64().unwrap()).sum();
    assert_eq!(manifest["rows"], rows);
    periods
}

async fn file(server: &Server, period: &Value, format: &str) -> Vec<u8> {
    let file = period["files"].as_array().unwrap().iter().find(|file| file["format"] == format).unwrap();
    let answer = server.get(file["path"].as_str().unwrap()).await;
    assert_eq!((answer.status, sha256(&answer.bytes)), (200, file["sha256"].as_str().unwrap().to_owned()), "{file}");
    assert_eq!(answer.bytes.len() as u64, file["bytes"]);
    answer.bytes
}

fn without_header(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1..]
}

fn parquet_rows(bytes: Vec<u8>) -> Vec<String> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
}

/// The files with all rows are those of the periods in a row.
async fn check_whole_files(server: &Server) {
    let (set, periods) = (data_set(server, SET).await, periods(server).await);
    check_files(server, &set).await;
    let whole = async |format: &str| server.get(&of_format(&set, format)).await.bytes;
    for (format, header) in [("csv", true), ("ndjson", false), ("csv_excel_es", true)] {
        let (bytes, mut joined) = (whole(format).await, Vec::new());
        for period in periods.values() {
            let own = file(server, period, format).await;
            let rows = if header { without_header(&own) } else { &own };
            assert_eq!(rows.iter().filter(|byte| **byte == b'\n').count() as u64, period["rows"], "{period}");
            joined.extend_from_slice(rows);
        }
        assert!((if header { without_header(&bytes) } else { &bytes }) == joined, "{format}");
    }
    let mut rows = Vec::new();
    for period in periods.values() {
        rows.extend(parquet_rows(file(server, period, "parquet").await));
        let height = spreadsheets::sheet(&file(server, period, "xlsx").await).height() as u64;
        assert_eq!(height, period["rows"].as_u64().unwrap() + 1, "{period}");
    }
    assert_eq!(parquet_rows(whole("parquet").await), rows);
}

fn reports(name: &str, replaced: &str, with: &str) -> std::path::PathBuf {
    written(name, tables::SISMED.replace(replaced, with))
}

#[tokio::test(flavor = "multi_thread")]
async fn new_reports_make_files_of_their_months_alone() {
    let database = with_files("exports_months", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    built(&builder).await;
    check_whole_files(&server).await;
    let before = periods(&server).await;
    assert!(before.contains_key("2020-06") && before.contains_key("2021-12"), "{:?}", before.keys());
    // What nobody reported anew is not read: it would be found altered.
    let altered = "SET session_replication_role = replica; UPDATE sismed_row SET maximum = maximum + 1 WHERE superseded_in IS NULL AND period_from = '2021-12-01'";
    support::as_owner(&database, altered).await;
    let later = support::import(&database, SourceKind::Sismed, &reports("sismed-2022.csv", ",2020,", ",2022,")).await;
    assert_eq!(names(&built(&builder).await), [SET]);
    let after = periods(&server).await;
    let new: Vec<&String> = after.keys().filter(|period| !before.contains_key(*period)).collect();
    assert_eq!(new, ["2022-04", "2022-05", "2022-06"]);
    for (period, files) in &before {
        assert_eq!(after[period], *files, "the same files under the same addresses");
    }
    let version = data_set(&server, SET).await["newest"]["version"].clone();
    assert!(new.iter().all(|period| after[*period]["version"] == version), "{after:?}");
    check_whole_files(&server).await;
    let set = data_set(&server, SET).await;
    assert_eq!(check_deltas(&server, &set).await, 2, "patch gives the later whole files: {set}");

    // A month in the middle, stated again.
    support::import(&database, SourceKind::Sismed, &reports("sismed-20261101.csv", "171764,171764,40", "171764,171765,40")).await;
    assert_eq!(names(&built(&builder).await), [SET]);
    let third = periods(&server).await;
    let moved: Vec<&String> = third.keys().filter(|period| third[*period] != after[*period]).collect();
    assert!(moved.contains(&&"2020-06".to_owned()) && moved.iter().all(|period| period.starts_with("2020-")), "{moved:?}");
    check_whole_files(&server).await;
    assert_eq!(check_deltas(&server, &data_set(&server, SET).await).await, 4);

    // Taken back, a period has no rows left.
    let by = Acceptance { by: "Ana Ruiz".to_owned(), reason: "looked at it".to_owned() };
    undo(&database, later.import.unwrap(), &by, support::MAX_AGE_DAYS, Clock::System).await.unwrap();
    built(&builder).await;
    let last = periods(&server).await;
    assert!(new.iter().all(|period| last[*period]["rows"] == 0) && last["2020-06"] == third["2020-06"], "{last:?}");
    check_whole_files(&server).await;
    assert_eq!(check_deltas(&server, &data_set(&server, SET).await).await, 6);
    // What is read anew in full differs in nothing but what was altered behind everybody's back.
    assert!(matches!(builder.build(true).await.unwrap(), BuildOutcome::Built(versions) if names(&versions) == [SET]));
    let whole = periods(&server).await;
    assert_eq!(whole.keys().filter(|period| whole[*period] != last[*period]).collect::<Vec<_>>(), ["2021-12"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_list_makes_files_of_the_months_that_it_judges_otherwise() {
    let database = with_files("exports_judged", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    built(&builder).await;
    let before = periods(&server).await;
    support::import_open_data_list(&database).await;
    assert!(names(&built(&builder).await).contains(&"ceilings"));
    let after = periods(&server).await;
    let judged = "SELECT count(DISTINCT r.period_from) FROM reassessment a JOIN sismed_row r ON r.id = a.report_id AND r.part = a.report_part
        JOIN judgement_code n ON n.code = a.judged JOIN judgement_code f ON f.code = r.judged
        WHERE (n.verdict, n.another_unit_fits) <> (f.verdict, f.another_unit_fits)";
    let moved = after.keys().filter(|period| after[*period] != before[*period]).count() as i64;
    assert_eq!(moved, support::number(&database, judged).await);
    // As if everything had been read again.
    assert_eq!(builder.build(true).await.unwrap(), BuildOutcome::Built(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_period_stays_until_no_kept_version_names_it() {
    let database = with_files("exports_period_kept", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, Builder { kept: 2, ..builder(&database) });
    built(&builder).await;
    let first = periods(&server).await["2020-06"].clone();
    let path = first["files"][0]["path"].as_str().unwrap().to_owned();
    let name = path.rsplit('/').next().unwrap().to_owned();
    for year in ["2022", "2023", "2024"] {
        support::import(&database, SourceKind::Sismed, &reports(&format!("sismed-{year}.csv"), ",2020,", &format!(",{year},")))
            .await;
        built(&builder).await;
        assert_eq!(server.get(&path).await.status, 200, "its version is gone, and it is not");
    }
    let oldest = first["version"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/exports/{SET}/{oldest}/{SET}.csv")).await.status, 410);
    let newest = data_set(&server, SET).await["newest"]["version"].as_str().unwrap().to_owned();
    for version in ["latest", newest.as_str()] {
        let answer = server.get(&format!("/v1/exports/{SET}/{version}/{name}")).await;
        assert_eq!((answer.status, answer.header("location")), (307, Some(path.as_str())), "{version}");
        assert_eq!(server.get(&format!("/v1/exports/{SET}/{version}/{SET}-1999-01.csv")).await.status, 404);
    }
    for (name, price) in [("sismed-20261101.csv", "171765"), ("sismed-20261102.csv", "171766")] {
        support::import(&database, SourceKind::Sismed, &reports(name, "171764,171764,40", &format!("171764,{price},40"))).await;
        built(&builder).await;
    }
    server.get(&path).await.problem(410, "gone");
    check_whole_files(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_sent_compressed_as_it_is_stored() {
    let database = with_files("exports_gzip", &ALL_KINDS).await;
    let server = served(&database).await;
    built(&builder(&database)).await;
    let set = data_set(&server, SET).await;
    for format in ["csv", "ndjson", "csv_excel_es", "parquet", "xlsx"] {
        let path = of_format(&set, format);
        let plain = server.get(&path).await;
        let tag = plain.header("etag").unwrap().to_owned();
        let answer = server.ask("GET", &path, "accept-encoding: br, gzip\r\n", None).await;
        if matches!(format, "parquet" | "xlsx") {
            assert!(answer.header("content-encoding").is_none() && answer.bytes == plain.bytes, "{format}");
            continue;
        }
        let marked = tag.replacen('"', "", 1).replace('"', "-gzip\"");
        let said = ["content-encoding", "etag", "accept-ranges"].map(|name| answer.header(name).map(str::to_owned));
        assert_eq!(said, [Some("gzip".to_owned()), Some(format!("\"{marked}")), None], "{format}");
        assert_eq!(answer.header("content-length"), Some(answer.bytes.len().to_string().as_str()));
        assert!(answer.bytes.len() < plain.bytes.len(), "{format}: {} of {}", answer.bytes.len(), plain.bytes.len());
        let mut read = Vec::new();
        GzDecoder::new(&answer.bytes[..]).read_to_end(&mut read).unwrap();
        assert!(read == plain.bytes, "{format}: one member, which all readers take");
        let head = server.ask("HEAD", &path, "accept-encoding: gzip\r\n", None).await;
        assert_eq!(head.header("content-length"), answer.header("content-length"));
        let known = server.ask("GET", &path, &format!("if-none-match: \"{marked}\r\n"), None).await;
        assert_eq!((known.status, known.header("etag")), (304, Some(format!("\"{marked}").as_str())));
        let refused = server.ask("GET", &path, "accept-encoding: gzip;q=0\r\n", None).await;
        assert!(refused.header("content-encoding").is_none() && refused.bytes == plain.bytes);
        // Across parts.
        let range = format!("range: bytes=10-{}\r\naccept-encoding: gzip\r\n", plain.bytes.len() - 2);
        let part = server.ask("GET", &path, &range, None).await;
        assert_eq!((part.status, part.header("content-encoding")), (206, None), "{format}");
        assert!(part.bytes == plain.bytes[10..plain.bytes.len() - 1], "{format}");
    }
}

/// The version's files, stored as the release before stored them.
async fn as_the_release_before(database: &Database, server: &Server, set: &Value) {
    let newest = &set["newest"];
    for file in newest["files"].as_array().unwrap().iter().chain([&newest["schema"]]) {
        let bytes = server.get(file["path"].as_str().unwrap()).await.bytes;
        let client = database.import_connection().await.unwrap();
        client.batch_execute("SET ROLE NONE; SET session_replication_role = replica").await.unwrap();
        let find = "SELECT f.id FROM export_file f JOIN export e ON e.id = f.export_id WHERE e.data_set = $1 AND e.version = $2 AND f.name = $3";
        let [name, version, file] = [&set["name"], &newest["version"], &file["name"]].map(|text| text.as_str().unwrap());
        let id: i64 = client.query_one(find, &[&name, &version, &file]).await.unwrap().get(0);
        client.execute("DELETE FROM export_file_part WHERE file_id = $1", &[&id]).await.unwrap();
        client.execute("UPDATE export_file SET deflated_bytes = NULL, crc32 = NULL WHERE id = $1", &[&id]).await.unwrap();
        for (ordinal, piece) in bytes.chunks(1 << 18).enumerate() {
            let insert = "INSERT INTO export_piece (file_id, ordinal, bytes) VALUES ($1, $2, $3)";
            client.execute(insert, &[&id, &i32::try_from(ordinal).unwrap(), &piece]).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_release_before_stay_and_lead_to_the_next_version() {
    let database = with_files("exports_before", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    built(&builder).await;
    for name in ["medicines", SET] {
        as_the_release_before(&database, &server, &data_set(&server, name).await).await;
        check_files(&server, &data_set(&server, name).await).await;
    }
    // It knew nothing of periods.
    support::as_owner(
        &database,
        "SET session_replication_role = replica; UPDATE export_mark SET periods_import = NULL, program = 'before';
         DELETE FROM export_file_part p USING export_file f WHERE f.id = p.file_id AND (f.period IS NOT NULL OR f.format = 'manifest');
         DELETE FROM export_file WHERE period IS NOT NULL OR format = 'manifest'",
    )
    .await;
    changed(&database, "UPDATE medicine SET brand = 'otra' WHERE expediente % 2 = 0").await;
    support::import(&database, SourceKind::Sismed, &reports("sismed-2022.csv", ",2020,", ",2022,")).await;
    let versions = built(&builder).await;
    assert!(["medicines", SET].iter().all(|name| names(&versions).contains(name)), "{versions:?}");
    assert_eq!(check_deltas(&server, &data_set(&server, "medicines").await).await, 2);
    check_files(&server, &data_set(&server, "medicines").await).await;
    check_whole_files(&server).await;
    for older in data_set(&server, SET).await["older"].as_array().unwrap() {
        for file in older["files"].as_array().unwrap() {
            assert_eq!(sha256(&server.get(file["path"].as_str().unwrap()).await.bytes), file["sha256"], "{file}");
        }
    }
}

/// What the documented backup leaves out (docs/operation.md).
const LEFT_OUT: &str = "export_file_part, export_part_piece, export_part, export_piece, export_mark";

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_database_makes_its_files_again() {
    let database = with_files("exports_restored", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    let first = built(&builder).await;
    let old = data_set(&server, "acts").await;
    for table in LEFT_OUT.split(", ") {
        let empty = format!("SET session_replication_role = replica; DELETE FROM {table}");
        support::as_owner(&database, &empty).await;
    }
    let again = built(&builder).await;
    assert_eq!((names(&again), again.iter().any(|version| first.contains(version))), (names(&first), false));
    for name in names(&first) {
        let set = data_set(&server, name).await;
        check_files(&server, &set).await;
        assert_eq!((&set["older"], &set["deltas"]), (&json!([]), &json!([])), "what was before is known to be gone");
    }
    check_whole_files(&server).await;
    server.get(&of_format(&old, "csv")).await.problem(410, "gone");
    assert_eq!(builder.refresh(true).await.unwrap(), BuildOutcome::UpToDate);
}
