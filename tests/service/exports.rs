//! Open-data files: what they say, that they never change, how they are fetched in parts, and that differences give the next file.

use std::{process::Command, time::Duration};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::{
    exports::build::{BuildOutcome, Builder},
    ingest::SourceKind,
    store::{postgres::database::Database, transaction::import},
};

use crate::{
    expected::{column, count},
    kit::{
        folder::{folder, written},
        tables,
    },
    server::Server,
    spreadsheets,
    stage::read_model,
    support,
};

pub fn builder(database: &Database) -> Builder {
    Builder {
        folder: support::workflow(database.clone()).spool,
        database: database.clone(),
        kept: 12,
        reports_every: Duration::ZERO,
    }
}

/// The new versions of one build.
pub async fn built(builder: &Builder) -> Vec<String> {
    match builder.refresh(true).await.unwrap() {
        BuildOutcome::Built(versions) => versions,
        other => panic!("{other:?}"),
    }
}

pub fn names(versions: &[String]) -> Vec<&str> {
    versions.iter().map(|version| version.split('/').next().unwrap()).collect()
}

pub async fn data_set(server: &Server, name: &str) -> Value {
    let manifest = server.data("/v1/exports?lang=en").await;
    manifest.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone()
}

pub async fn served(database: &Database) -> Server {
    Server::on(read_model(database)).await
}

/// The objects of a file of one a line.
pub fn objects(bytes: &[u8]) -> Vec<Value> {
    serde_json::Deserializer::from_slice(bytes).into_iter().map(Result::unwrap).collect()
}

pub async fn with_files(name: &'static str, kinds: &[SourceKind]) -> Database {
    let database = support::database(name).await;
    for (kind, file) in support::SAMPLE_FILES.into_iter().filter(|(kind, _)| kinds.contains(kind)) {
        support::import(&database, kind, &support::sample_file(file)).await;
    }
    database
}

pub const ALL_KINDS: [SourceKind; 4] = [SourceKind::Ceilings, SourceKind::Catalogue, SourceKind::Thermometer, SourceKind::Sismed];

/// A change of the data that no source brings.
pub async fn changed(database: &Database, sql: &str) {
    support::as_owner(database, &format!("BEGIN; {sql}; UPDATE data_version SET version = version + 1; COMMIT")).await;
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn files(data_set: &Value) -> Vec<Value> {
    let newest = &data_set["newest"];
    newest["files"].as_array().unwrap().iter().chain([&newest["schema"]]).cloned().collect()
}

/// The address of its file of that format.
pub fn of_format(data_set: &Value, format: &str) -> String {
    let file = files(data_set).into_iter().find(|file| file["format"] == format);
    file.unwrap_or_else(|| panic!("no {format} in {data_set}"))["path"].as_str().unwrap().to_owned()
}

/// Every file is what the manifest says.
pub async fn check_files(server: &Server, data_set: &Value) {
    for file in files(data_set) {
        let answer = server.get(file["path"].as_str().unwrap()).await;
        assert_eq!((answer.status, sha256(&answer.bytes)), (200, file["sha256"].as_str().unwrap().to_owned()), "{file}");
        assert_eq!(answer.bytes.len() as u64, file["bytes"].as_u64().unwrap());
        assert_eq!(answer.header("content-type").unwrap().split(';').next(), file["media_type"].as_str());
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(answer.header("etag"), Some(format!("\"{}\"", sha256(&answer.bytes)).as_str()));
        let rows = match file["format"].as_str().unwrap() {
            "csv" => spreadsheets::table(&answer.body, b',').len() - 1,
            "ndjson" => objects(&answer.bytes).len(),
            "csv_excel_es" => spreadsheets::excel_rows(&answer.bytes).len() - 1,
            "xlsx" => spreadsheets::sheet(&answer.bytes).height() - 1,
            "parquet" => {
                assert!(answer.bytes.starts_with(b"PAR1") && answer.bytes.ends_with(b"PAR1"));
                continue;
            }
            other => {
                assert_eq!(other, "schema");
                continue;
            }
        };
        assert_eq!(file["rows"], rows, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_public_is_there_as_files_that_the_manifest_names() {
    let database = with_files("exports_manifest", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    assert_eq!(data_set(&server, "medicines").await["newest"], Value::Null);
    assert_eq!(server.get("/v1/exports/medicines/latest/medicines.csv").await.status, 404);
    let empty = server.get("/v1/exports").await;
    let versions = built(&builder).await;
    assert_eq!(
        names(&versions),
        ["medicines", "ceilings", "acts", "prices_by_month", "thermometer", "register", "participation"]
    );
    let stale = server.ask("GET", "/v1/exports", &format!("if-none-match: {}\r\n", empty.header("etag").unwrap()), None).await;
    assert_eq!(stale.status, 200, "files were made since, of the same data");
    for name in names(&versions) {
        let set = data_set(&server, name).await;
        assert_eq!(set["licence"]["name"], "CC BY-SA 4.0");
        assert_eq!((files(&set).len(), &set["older"], &set["deltas"]), (6, &json!([]), &json!([])));
        check_files(&server, &set).await;
        let latest = server.get(&format!("/v1/exports/{name}/latest/schema.json")).await;
        assert_eq!((latest.status, latest.header("location")), (307, set["newest"]["schema"]["path"].as_str()));
        assert_eq!(latest.header("cache-control"), Some("no-cache"));
    }
    for (path, status) in [
        ("/v1/exports/nothing/latest/schema.json", 404),
        ("/v1/exports/medicines/latest/acts.csv", 404),
        ("/v1/exports/medicines/yesterday/medicines.csv", 400),
        ("/v1/exports/medicines/2020-01-01.1/medicines.csv", 404),
    ] {
        assert_eq!(server.get(path).await.status, status, "{path}");
    }
    assert_eq!(builder.refresh(true).await.unwrap(), BuildOutcome::UpToDate);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_say_what_the_operations_say() {
    let database = with_files("exports_content", &ALL_KINDS).await;
    let server = served(&database).await;
    built(&builder(&database)).await;
    let rows = async |name: &str| objects(&server.get(&of_format(&data_set(&server, name).await, "ndjson")).await.bytes);
    let prices = rows("prices_by_month").await;
    let own: Vec<&Value> = prices.iter().filter(|row| row["cum"] == "19914312-20").collect();
    let series = server.data("/v1/medicines/19914312-20/prices?limit=1000").await;
    assert_eq!(own.len(), count(&series));
    for (row, point) in own.iter().zip(series.as_array().unwrap()) {
        for field in ["period", "transaction", "operation", "channel", "stage", "reports", "units"] {
            assert_eq!(row[field], point[field], "{field}: {row}");
        }
        for field in ["minimum", "weighted_average", "maximum"] {
            assert_eq!(row[field], point[field]["amount"], "{field}: {row}");
        }
        assert_has!(row, {"above": point["verdicts"]["above"], "within": point["verdicts"]["within"]});
    }
    let thermometer = rows("thermometer").await;
    let reading = server.data("/v1/medicines/90000301-1/thermometer?channel=institutional").await;
    let row = thermometer.iter().find(|row| row["expediente"] == 90_000_301 && row["channel"] == "institutional").unwrap();
    for field in ["level", "n", "no_comparators", "concentration", "unit"] {
        assert_eq!(row[field], reading[field], "{field}");
    }
    for field in ["min", "p25", "p50", "p75", "max"] {
        assert_eq!(row[field], reading[field]["amount"], "{field}");
    }
    assert!(thermometer.iter().any(|row| row["no_comparators"] == true));
    assert!(thermometer.iter().all(|row| row["level"].is_null() == (row["no_comparators"] == true)), "a level needs others");
    let replayed = crate::changes::replay(&server).await;
    let ceilings = rows("ceilings").await;
    assert_eq!(ceilings.len(), replayed.rows.keys().filter(|key| key.starts_with("ceiling:")).count());
    for row in &ceilings {
        let told = &replayed.rows[row["key"].as_str().unwrap()];
        for field in
            ["amount", "currency", "per", "column", "margin_kind", "margin", "act", "valid_from", "valid_until", "ended_by"]
        {
            assert_eq!(row[field], told[field], "{field}: {row}");
        }
    }
    let acts = Value::from(rows("acts").await);
    assert_eq!(column(&acts, "id"), column(&server.data("/v1/acts?limit=1000").await, "id"));
    assert_eq!(server.data("/v1/status").await["medicines"], rows("medicines").await.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_data_are_the_same_bytes() {
    let database = with_files("exports_again", &ALL_KINDS).await;
    let (server, builder) = (served(&database).await, builder(&database));
    built(&builder).await;
    let sums = async || {
        let sets = server.data("/v1/exports").await;
        sets.as_array().unwrap().iter().flat_map(files).map(|file| file["sha256"].clone()).collect::<Vec<_>>()
    };
    let first = sums().await;
    assert_eq!(builder.build(true).await.unwrap(), BuildOutcome::Built(Vec::new()), "no new version of the same bytes");
    changed(&database, "SELECT 1").await;
    assert_eq!(built(&builder).await, Vec::<String>::new());
    // All of it once more, the Parquet files included.
    let tables =
        ["export_file_part", "export_part_piece", "export_part", "export_file_pruned", "export_file", "export_pruned", "export"];
    let forget: Vec<String> =
        tables.iter().map(|name| format!("ALTER TABLE {name} DISABLE TRIGGER USER; DELETE FROM {name}")).collect();
    support::as_owner(&database, &forget.join(";")).await;
    assert!(matches!(builder.build(true).await.unwrap(), BuildOutcome::Built(versions) if versions.len() == 7));
    assert_eq!(sums().await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_reports_make_only_what_rests_on_them_and_not_at_once() {
    let database = with_files("exports_reports", &ALL_KINDS).await;
    let often = builder(&database);
    let hourly = Builder { reports_every: Duration::from_secs(3_600), ..builder(&database) };
    assert_eq!(built(&hourly).await.len(), 7, "there were none");
    let reports = |year: &str| written(&format!("sismed-{year}.csv"), tables::SISMED.replace(",2020,", &format!(",{year},")));
    support::import(&database, SourceKind::Sismed, &reports("2022")).await;
    assert_eq!(hourly.refresh(true).await.unwrap(), BuildOutcome::UpToDate, "within the hour");
    assert_eq!(names(&built(&often).await), ["prices_by_month"]);
    support::import(&database, SourceKind::Sismed, &reports("2023")).await;
    assert_eq!(hourly.refresh(true).await.unwrap(), BuildOutcome::UpToDate);
    // A list is not made to wait, and takes the reports that wait along.
    support::import_open_data_list(&database).await;
    let with_the_list = built(&hourly).await;
    assert!(["ceilings", "prices_by_month"].iter().all(|name| names(&with_the_list).contains(name)), "{with_the_list:?}");
    let rows = objects(
        &served(&database)
            .await
            .get(&of_format(&data_set(&served(&database).await, "prices_by_month").await, "ndjson"))
            .await
            .bytes,
    );
    assert!(rows.iter().any(|row| row["period"] == "2023-06"));
    assert_eq!(hourly.refresh(true).await.unwrap(), BuildOutcome::UpToDate);
}

/// `patch` on the earlier file, as a reader does it.
fn patched(name: &str, base: &[u8], difference: &[u8]) -> Vec<u8> {
    let folder = folder();
    std::fs::write(folder.join(name), base).unwrap();
    std::fs::write(folder.join("delta"), difference).unwrap();
    let outcome = Command::new("patch").current_dir(&folder).args(["--fuzz=0", "--input=delta", name]).output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stdout));
    std::fs::read(folder.join(name)).unwrap()
}

/// Every listed difference gives the file of its later version, byte for byte.
pub async fn check_deltas(server: &Server, set: &Value) -> usize {
    let name = set["name"].as_str().unwrap();
    let deltas = set["deltas"].as_array().unwrap();
    for delta in deltas {
        let [from, to, format] = ["from", "to", "format"].map(|field| delta[field].as_str().unwrap());
        let file = format!("{name}.{format}");
        let base = server.get(&format!("/v1/exports/{name}/{from}/{file}")).await;
        let next = server.get(&format!("/v1/exports/{name}/{to}/{file}")).await;
        let difference = server.get(delta["path"].as_str().unwrap()).await;
        assert_eq!((base.status, next.status, difference.status), (200, 200, 200));
        assert_eq!(sha256(&difference.bytes), delta["sha256"].as_str().unwrap());
        assert_eq!(difference.bytes.len() as u64, delta["bytes"].as_u64().unwrap());
        assert!(patched(&file, &base.bytes, &difference.bytes) == next.bytes, "{delta}");
    }
    deltas.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_import_makes_versions_of_what_it_changed_and_differences_lead_there() {
    let database = with_files("exports_follow", &[SourceKind::Ceilings, SourceKind::Catalogue, SourceKind::Sismed]).await;
    let (server, builder) = (served(&database).await, builder(&database));
    let first = built(&builder).await;
    let before = data_set(&server, "ceilings").await;
    support::import(&database, SourceKind::Thermometer, &support::sample_file("thermometer.csv")).await;
    let second = built(&builder).await;
    assert_eq!(names(&second), ["thermometer"], "only the thermometer is of that file");
    assert_ne!(first[4], second[0]);
    assert_eq!(data_set(&server, "ceilings").await, before);
    // An empty file becomes one with rows.
    assert_eq!(check_deltas(&server, &data_set(&server, "thermometer").await).await, 2);

    support::import_open_data_list(&database).await;
    let third = built(&builder).await;
    assert!(names(&third).contains(&"ceilings") && !names(&third).contains(&"thermometer"), "{third:?}");
    assert!(check_deltas(&server, &data_set(&server, "ceilings").await).await > 0);

    let last = "(SELECT max((expediente || '-' || consecutive) COLLATE \"C\") FROM medicine)";
    let first = "(SELECT min((expediente || '-' || consecutive) COLLATE \"C\") FROM medicine)";
    let cum = "(expediente || '-' || consecutive) COLLATE \"C\"";
    for sql in [
        format!("UPDATE medicine SET brand = E'=dos\\nlíneas, \"así\"\\r\\n' WHERE {cum} = {first}"),
        format!("UPDATE medicine SET holder = '-- x' WHERE {cum} = {last}"),
        format!("DELETE FROM medicine WHERE {cum} IN ({first}, {last})"),
        "INSERT INTO medicine (expediente, consecutive, brand, description, holder, ingredients, regulated, sources)
            SELECT n, 1, 'nuevo', E'a\\n\\nb', '', '{x}', false, '{sismed}' FROM unnest(ARRAY[1, 5000000, 999999999]) n"
            .to_owned(),
        "UPDATE medicine SET strength = 'x' WHERE expediente % 3 = 0".to_owned(),
        "DELETE FROM medicine".to_owned(),
    ] {
        changed(&database, &sql).await;
        assert!(names(&built(&builder).await).contains(&"medicines"), "{sql}");
    }
    let medicines = data_set(&server, "medicines").await;
    assert_eq!(medicines["newest"]["rows"], 0);
    assert!(check_deltas(&server, &medicines).await >= 12);
    check_files(&server, &medicines).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_beyond_what_is_kept_are_gone_and_the_rest_cannot_change() {
    let database = with_files("exports_kept", &[SourceKind::Catalogue]).await;
    let server = served(&database).await;
    let builder = Builder { kept: 2, ..builder(&database) };
    let mut versions = vec![built(&builder).await[0].clone()];
    for round in 1..=2 {
        changed(&database, &format!("UPDATE medicine SET brand = 'marca {round}'")).await;
        versions.extend(built(&builder).await);
    }
    assert_eq!(names(&versions), ["medicines"; 3]);
    let medicines = data_set(&server, "medicines").await;
    assert_eq!((count(&medicines["older"]), count(&medicines["deltas"])), (1, 2));
    server.get(&format!("/v1/exports/{}/medicines.csv", versions[0])).await.problem(410, "gone");
    assert_eq!(server.get(&format!("/v1/exports/{}/nothing.csv", versions[0])).await.status, 404);
    let kept = "SELECT count(DISTINCT f.export_id) FROM export_file_part p JOIN export_file f ON f.id = p.file_id
        JOIN export e ON e.id = f.export_id WHERE e.data_set = 'medicines'";
    assert_eq!(support::number(&database, kept).await, 2);
    let unused = "SELECT count(*) FROM export_part p WHERE NOT EXISTS (SELECT FROM export_file_part f WHERE f.part_id = p.id)";
    assert_eq!(support::number(&database, unused).await, 0, "what no file has any more is not kept");
    for sql in [
        "DELETE FROM export_part_piece", "UPDATE export_part_piece SET bytes = bytes", "UPDATE export SET rows = 0",
        "DELETE FROM export_file", "DELETE FROM export_pruned", "TRUNCATE export_part_piece", "DELETE FROM export_part",
        "UPDATE export_part SET lines = 0", "DELETE FROM export_file_part", "UPDATE export_file_part SET part_id = part_id",
    ] {
        for role in ["", "SET ROLE NONE;"] {
            let refused = database.import_connection().await.unwrap().batch_execute(&format!("{role} {sql}")).await;
            assert!(refused.is_err(), "{role} {sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_builds_at_a_time_and_never_waits_for_an_import() {
    let database = with_files("exports_lock", &[SourceKind::Catalogue]).await;
    let builder = builder(&database);
    let mut importing = database.import_connection().await.unwrap();
    let held = importing.transaction().await.unwrap();
    import::lock(&held).await.unwrap();
    let (one, other) = tokio::join!(builder.build(true), builder.build(true));
    let outcomes = [one.unwrap(), other.unwrap()];
    assert!(outcomes.contains(&BuildOutcome::Busy), "{outcomes:?}");
    assert!(outcomes.iter().any(|one| matches!(one, BuildOutcome::Built(new) if new.len() == 7)), "{outcomes:?}");
    held.rollback().await.unwrap();
}

/// Three pieces, the last one short, as a release before stored them: not compressed.
const BYTES: usize = 600_001;

async fn with_a_long_file(name: &'static str) -> (Database, String, Vec<u8>) {
    let database = support::database(name).await;
    let bytes: Vec<u8> = (0..BYTES).map(|place| (place * 7919 % 251) as u8).collect();
    let client = database.import_connection().await.unwrap();
    let insert = "INSERT INTO export (data_set, ordinal, version, data_version, rows, digest)
        VALUES ('medicines', 1, '2026-11-27.42', 42, 1, repeat('0', 64)) RETURNING id";
    let export: i64 = client.query_one(insert, &[]).await.unwrap().get(0);
    let insert = "INSERT INTO export_file (export_id, name, format, bytes, sha256) VALUES ($1, 'medicines.csv', 'csv', $2, $3) RETURNING id";
    let file: i64 = client.query_one(insert, &[&export, &(BYTES as i64), &sha256(&bytes)]).await.unwrap().get(0);
    for (ordinal, piece) in bytes.chunks(1 << 18).enumerate() {
        let insert = "INSERT INTO export_piece (file_id, ordinal, bytes) VALUES ($1, $2, $3)";
        client.execute(insert, &[&file, &(ordinal as i32), &piece]).await.unwrap();
    }
    (database, "/v1/exports/medicines/2026-11-27.42/medicines.csv".to_owned(), bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_file_is_fetched_whole_or_in_parts() {
    let (database, path, bytes) = with_a_long_file("exports_ranges").await;
    let server = served(&database).await;
    let whole = server.get(&path).await;
    assert!(whole.status == 200 && whole.bytes == bytes);
    assert_eq!((whole.header("accept-ranges"), whole.header("content-length")), (Some("bytes"), Some("600001")));
    let tag = whole.header("etag").unwrap().to_owned();
    let head = server.ask("HEAD", &path, "range: bytes=0-1\r\n", None).await;
    assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (200, 0, Some("600001")));

    for (range, part, told) in [
        ("bytes=0-0", 0..1, "bytes 0-0/600001"),
        ("bytes=262143-262144", 262_143..262_145, "bytes 262143-262144/600001"),
        ("bytes=262144-524287", 262_144..524_288, "bytes 262144-524287/600001"),
        ("bytes=100-600000", 100..600_001, "bytes 100-600000/600001"),
        ("bytes=599999-", 599_999..600_001, "bytes 599999-600000/600001"),
        ("bytes=-3", 599_998..600_001, "bytes 599998-600000/600001"),
        ("bytes=-999999", 0..600_001, "bytes 0-600000/600001"),
    ] {
        // Compressed bytes would be another file's.
        let headers = format!("range: {range}\r\naccept-encoding: gzip\r\nif-range: {tag}\r\n");
        let answer = server.ask("GET", &path, &headers, None).await;
        let said = ["content-range", "content-encoding", "etag"].map(|name| answer.header(name));
        assert_eq!((answer.status, said), (206, [Some(told), None, Some(&*tag)]), "{range}");
        assert!(answer.bytes == bytes[part], "{range}");
    }
    for headers in ["range: bytes=0-1,5-6\r\n", "range: bytes=5-1\r\n", "range: bytes=0-1\r\nif-range: \"other\"\r\n"] {
        let answer = server.ask("GET", &path, headers, None).await;
        assert!(answer.status == 200 && answer.bytes == bytes, "{headers}");
    }
    for range in ["bytes=600001-", "bytes=-0"] {
        let answer = server.ask("GET", &path, &format!("range: {range}\r\n"), None).await;
        answer.problem(416, "range_not_satisfiable");
        assert_eq!(answer.header("content-range"), Some("bytes */600001"), "{range}");
    }
    for known in [tag.clone(), format!("W/{tag}"), tag.replace("\"", "").replacen("", "\"", 1) + "-gzip\"", "*".to_owned()] {
        let answer = server.ask("GET", &path, &format!("if-none-match: {known}\r\nrange: bytes=0-1\r\n"), None).await;
        // The 304 names the very form that the client has: its cache finds what it keeps by that name (RFC 9111, 4.3.4).
        let named = if known.ends_with("-gzip\"") { &known } else { &tag };
        assert_eq!((answer.status, answer.bytes.len(), answer.header("etag")), (304, 0, Some(named.as_str())), "{known}");
    }
    // Sent as it is stored: to compress a country's data anew for each who takes it would cost more than to send it.
    let plain = server.ask("GET", &path, "accept-encoding: gzip\r\n", None).await;
    assert_eq!((plain.status, plain.header("content-encoding"), plain.header("etag")), (200, None, Some(tag.as_str())));
    assert!(plain.bytes == bytes);
}

/// A connection breaks off rather than answer less than it promised.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_loses_a_piece_breaks_off() {
    let (database, path, _) = with_a_long_file("exports_broken").await;
    support::as_owner(&database, "ALTER TABLE export_piece DISABLE TRIGGER USER; DELETE FROM export_piece WHERE ordinal = 2")
        .await;
    let answer = served(&database).await.get(&path).await;
    assert_eq!(answer.header("content-length"), Some("600001"));
    assert!(answer.bytes.len() < BYTES);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_names_every_file_by_its_whole_address() {
    let database = with_files("exports_catalogue", &[SourceKind::Catalogue]).await;
    let server = served(&database).await;
    built(&builder(&database)).await;
    let answer = server.ask("GET", "/v1/catalog", "accept: application/ld+json\r\n", None).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/ld+json")));
    let catalogue = answer.json();
    assert_eq!((&catalogue["@id"], &catalogue["@type"]), (&json!("https://t/v1/catalog"), &json!("dcat:Catalog")));
    let sets = catalogue["dcat:dataset"].as_array().unwrap();
    assert_eq!(sets.len(), 7);
    for distribution in sets.iter().flat_map(|set| set["dcat:distribution"].as_array().unwrap()) {
        let address = distribution["dcat:downloadURL"]["@id"].as_str().unwrap();
        let file = server.get(address.strip_prefix("https://t").unwrap()).await;
        assert_eq!(file.status, 200, "{address}");
        assert_eq!(distribution["spdx:checksum"]["spdx:checksumValue"]["@value"], sha256(&file.bytes), "{address}");
    }
    let again = server.ask("GET", "/v1/catalog", &format!("if-none-match: {}\r\n", answer.header("etag").unwrap()), None).await;
    assert_eq!(again.status, 304);
}
