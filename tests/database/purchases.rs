//! Public purchases in a real PostgreSQL: a generated country's lines are read and judged as they are imported, and what the database itself refuses.

use std::{collections::HashMap, fs, path::Path};

use termometro::{
    clock::Clock,
    generate::{Wanted, generate, generate_purchases},
    import::{purchases_again::read_again, report::Acceptance, undo::undo},
    ingest::SourceKind,
    store::postgres::database::Database,
};

use crate::{kit::folder::folder, support};

const LINES: u64 = 20_000;
const WANTED: Wanted = Wanted { seed: 11, medicines: 3_000, ceilings: 900, reports: 1, faults: 101 };

/// What a line truly is, by its number in the file.
struct Label {
    per: String,
    truth: String,
    trap: String,
}

fn labels(folder: &Path) -> HashMap<i32, Label> {
    let text = fs::read_to_string(folder.join("tvec_labels.csv")).unwrap();
    let label = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [line, _, per, truth, trap] = cells[..] else { panic!("{line}") };
        (line.parse().unwrap(), Label { per: per.to_owned(), truth: truth.to_owned(), trap: trap.to_owned() })
    };
    text.lines().skip(1).map(label).collect()
}

async fn run(database: &Database, sql: &str) -> Result<(), String> {
    let client = database.import_connection().await.unwrap();
    // As the owner: what rights do not forbid, the rules must.
    let outcome = client.batch_execute(&format!("SET ROLE NONE; {sql}")).await;
    if outcome.is_err() {
        let _ = client.batch_execute("ROLLBACK").await;
    }
    outcome.map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_countrys_lines_are_judged_and_none_is_wrong() {
    let database = support::database("purchases_generated").await;
    let folder = folder();
    generate(&WANTED, &folder, &mut |_| ()).unwrap();
    generate_purchases(&WANTED, LINES, &folder, &mut |_| ()).unwrap();
    for (kind, file) in [
        (SourceKind::Catalogue, "catalogue.csv"),
        (SourceKind::Ceilings, "ceilings.csv"),
        (SourceKind::TvecOrders, "tvec_orders.csv"),
        (SourceKind::SecopContracts, "secop_contracts.csv"),
        (SourceKind::SecopAdditions, "secop_additions.csv"),
    ] {
        let report = support::import(&database, kind, &folder.join(file)).await;
        assert_eq!(report.counts.quarantined + report.counts.refused, 0, "{file}: {:?}", report.reasons);
        assert!(report.import.is_some(), "{file}: {:?}", report.held);
    }
    let report = support::import(&database, SourceKind::TvecItems, &folder.join("tvec_items.csv")).await;
    let labels = labels(&folder);
    let with_trap = |trap: &str| labels.values().filter(|label| label.trap == trap).count() as i64;
    let counts = report.counts;
    assert_eq!((counts.read, counts.read), (LINES as i64, counts.accepted + counts.quarantined + counts.refused));
    assert_eq!((counts.quarantined, counts.refused), (with_trap("quarantined"), 0), "{:?}", report.reasons);
    assert!(report.reasons.contains_key("date_in_future"), "{:?}", report.reasons);
    assert!(report.held.is_none(), "{:?}", report.held);
    let judged: u64 = report.verdicts.values().sum();
    assert_eq!(judged as i64, counts.accepted, "every line has a reading: {:?}", report.verdicts);
    let count = async |sql: &str| support::number(&database, sql).await;
    assert_eq!(count("SELECT count(*) FROM current_purchase_reading").await, counts.accepted);
    assert_eq!(count("SELECT count(*) FROM current_purchase WHERE is_return").await, with_trap("return"));
    assert_eq!(count("SELECT count(*) FROM current_purchase WHERE implausible <> '{}'").await, with_trap("implausible"));
    assert_eq!(
        count("SELECT count(*) FROM purchase WHERE seller_kind = 'natural_person' AND num_nonnulls(seller_nit, seller_name) > 0")
            .await,
        0
    );
    assert!(count("SELECT count(*) FROM current_purchase WHERE seller_kind = 'natural_person'").await > 0);
    assert!(count("SELECT count(*) FROM current_purchase WHERE cancelled AND NOT counts").await > 0);
    check_verdicts(&database, &labels).await;
    // By the same law every line is read as before.
    let again = read_again(&database, support::MAX_AGE_DAYS).await.unwrap();
    assert_eq!((again.import, again.lines as i64, again.changed), (None, counts.accepted, 0));
    assert_eq!(again.before, again.after);
    // Without the list of ceilings nothing is within or above, and what was read before stays.
    let list = count("SELECT max(id) FROM source_file WHERE kind = 'ceilings'").await;
    let by = Acceptance { by: "Ana".to_owned(), reason: "a test".to_owned() };
    undo(&database, list, &by, support::MAX_AGE_DAYS, Clock::System).await.unwrap();
    let again = read_again(&database, support::MAX_AGE_DAYS).await.unwrap();
    assert!(again.import.is_some() && again.changed > 0 && !again.after.contains_key("within"), "{again:?}");
    assert_eq!(count("SELECT count(*) FROM current_purchase_reading").await, counts.accepted);
    let replaced = count("SELECT count(*) FROM purchase_reading WHERE superseded_in IS NOT NULL").await;
    assert_eq!(replaced as u64, again.changed);
    // The same content again changes nothing.
    let again = support::import(&database, SourceKind::TvecItems, &folder.join("tvec_items.csv")).await;
    assert!(again.already_imported);
    fs::remove_dir_all(folder).unwrap();
}

/// No decided line is wrong, and no price of another unit accuses.
async fn check_verdicts(database: &Database, labels: &HashMap<i32, Label>) {
    let mut connection = database.read_connection().await.unwrap();
    let rows = connection
        .query("SELECT line, verdict FROM current_purchase_reading WHERE verdict IN ('above', 'within')", &[])
        .await
        .unwrap();
    let mut decided: HashMap<&str, u32> = HashMap::new();
    for row in &rows {
        let (line, verdict): (i32, &str) = (row.get(0), row.get(1));
        let label = &labels[&line];
        assert_eq!(label.truth, verdict, "line {line}, priced per {}, {}", label.per, label.trap);
        assert!(!(verdict == "above" && label.trap == "unit_swap"), "line {line} is accused for its unit");
        assert!(["", "unit_swap"].contains(&label.trap.as_str()), "line {line} counts for nothing: {}", label.trap);
        *decided.entry(verdict).or_default() += 1;
    }
    let swapped = labels.values().filter(|label| label.trap == "unit_swap").count();
    assert!(swapped > 50, "{swapped} lines with a swapped unit");
    assert!(decided.get("within").is_some_and(|lines| *lines > 100) && decided.contains_key("above"), "{decided:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rules_of_purchases() {
    let database = support::database("purchase_rules").await;
    let facts = "'f', repeat('a', 64), 1, 'tvec-items', 'utf-8', 'plain', 'x', 'x'";
    let columns = "kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence";
    run(&database, &format!("INSERT INTO source_file ({columns}) VALUES ('tvec_items', {facts}), ('ceilings', {facts})"))
        .await
        .unwrap();
    let purchase = |line: i32, more: &str| {
        format!(
            "INSERT INTO purchase (source_file_id, line, id, order_id, ordered_on, buyer_nit, buyer_name, seller_kind, item_text, currency, is_return, implausible{})
             SELECT id, {line}, 7, 'o', '2024-09-03', '899999063', 'H', 'not_stated', 'LOSARTAN', 'COP', false, '{{}}'{} FROM source_file WHERE kind = 'tvec_items'",
            more.split_once('=').map_or(String::new(), |(column, _)| format!(", {column}")),
            more.split_once('=').map_or(String::new(), |(_, value)| format!(", {value}")),
        )
    };
    let reading = |line: i32, version: i32, verdict: &str, more: (&str, &str)| {
        format!(
            "INSERT INTO purchase_reading (source_file_id, line, matcher_version, recorded_in, set_size, described, unit_basis, verdict, reasons{})
             SELECT id, {line}, {version}, id, 1, 'ingredient', 'unit_open', '{verdict}', '{{match_not_unique}}'{} FROM source_file WHERE kind = 'tvec_items'",
            more.0, more.1
        )
    };
    run(&database, &purchase(2, "")).await.unwrap();
    run(&database, &reading(2, 1, "cannot_compare", ("", ""))).await.unwrap();
    let correction = "INSERT INTO purchase_correction (id, purchase_id, request_digest, received_at, received_on, language, sender, body, body_digest, ticket_hash, due_on, due_citation)
        VALUES ('m000000000001', %, repeat('a', 64), now(), '2026-10-01', 'es', 'buyer', 'Es de 100 mg y no de 50', repeat('b', 64), decode(repeat('ab', 32), 'hex'), '2026-10-23', 'Ley 1755 de 2015')";
    for (sql, why) in [
        (purchase(3, "quantity=-1"), "violates check constraint"),
        (purchase(3, "seller_nit='860002964'"), "violates check constraint"),
        (purchase(3, "price='NaN'"), "violates check constraint"),
        (purchase(2, ""), "duplicate key"),
        (purchase(3, "").replace("kind = 'tvec_items'", "kind = 'ceilings'"), "names a file of purchases that does not exist"),
        ("UPDATE purchase SET item_text = 'x'".to_owned(), "append-only"),
        ("DELETE FROM purchase".to_owned(), "append-only"),
        (
            "SELECT create_purchase_partition(id) FROM source_file WHERE kind = 'ceilings'".to_owned(),
            "there is no file of purchases",
        ),
        (reading(3, 1, "cannot_compare", ("", "")), "names a purchase that does not exist"),
        (reading(2, 1, "cannot_compare", ("", "")), "duplicate key"),
        (reading(2, 2, "above", ("", "")), "violates check constraint"),
        (reading(2, 2, "above", (", excess_percent", ", 5")), "violates check constraint"),
        (reading(2, 2, "within", ("", "")), "violates check constraint"),
        ("UPDATE purchase_reading SET verdict = 'not_regulated'".to_owned(), "what was read does not change"),
        ("DELETE FROM purchase_reading".to_owned(), "what was read does not change"),
        (correction.replace('%', "8"), "there is no purchase 8"),
        (format!("BEGIN; {}; COMMIT", correction.replace('%', "7")), "no state without its event"),
        (
            "INSERT INTO purchase_label VALUES (7, 'ana', 'product', NULL, NULL, NULL, now())".to_owned(),
            "violates check constraint",
        ),
        (
            "INSERT INTO purchase_label VALUES (9, 'ana', 'cannot_tell', NULL, NULL, NULL, now())".to_owned(),
            "there is no purchase 9",
        ),
    ] {
        let said = run(&database, &sql).await.expect_err(&sql);
        assert!(said.contains(why), "{sql}: {said}");
    }
    let event = |ordinal: i32, from: &str, to: &str| {
        format!("INSERT INTO purchase_correction_event VALUES ('m000000000001', {ordinal}, now(), {from}, '{to}', NULL)")
    };
    let received = format!("BEGIN; {}; {}; COMMIT", correction.replace('%', "7"), event(1, "NULL", "received"));
    run(&database, &received).await.unwrap();
    for (sql, why) in [
        (event(2, "'received'", "answered"), "answered without an answer"),
        (event(3, "'received'", "withdrawn"), "does not follow"),
        ("UPDATE purchase_correction SET body = 'otra cosa distinta'".to_owned(), "what was received does not change"),
        ("UPDATE purchase_correction SET state = 'answered'".to_owned(), "no state without its event"),
    ] {
        let said = run(&database, &sql).await.expect_err(&sql);
        assert!(said.contains(why), "{sql}: {said}");
    }
    let withdrawn = "UPDATE purchase_correction SET state = 'withdrawn', body = NULL";
    run(&database, &format!("BEGIN; {}; {withdrawn}; COMMIT", event(2, "'received'", "withdrawn"))).await.unwrap();
    run(&database, "INSERT INTO purchase_label VALUES (7, 'ana', 'product', 19914312, 20, NULL, now())").await.unwrap();
}
