//! `termometro verify` as a program: a sound database is found sound and left as it is, and what was altered is found with its place.

use std::{
    ops::RangeInclusive,
    process::{Command, Output},
    time::Duration,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use termometro::{exports::build::Builder, store::postgres::database::Database};
use tokio_postgres::config::Host;

use crate::kit::{
    client::bearer,
    folder::folder,
    people::{People, pesos, sample, server},
    server::Server,
    support::{as_owner, database, import_open_data_list, number},
    tables,
};

/// The address of a database of the tests' own PostgreSQL.
pub fn url_of(config: &tokio_postgres::Config) -> String {
    let [Host::Unix(socket)] = config.get_hosts() else { panic!("{config:?}") };
    let socket = utf8_percent_encode(&socket.to_string_lossy(), NON_ALPHANUMERIC).to_string();
    let port = config.get_ports()[0];
    format!("postgresql://{}@{socket}:{port}/{}", config.get_user().unwrap(), config.get_dbname().unwrap())
}

/// The program on that database.
fn program(database: &Database, arguments: &[&str]) -> Output {
    let url = url_of(database.connection_config());
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    command.args(arguments).env("DATABASE_URL", url).env("TERMOMETRO_DATA_DIR", folder()).env("TERMOMETRO_LOG", "warn");
    command.env("TERMOMETRO_LISTEN", "127.0.0.1:0").output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn submit(server: &Server, people: &People) {
    let rows = tables::SISMED.to_owned() + "19914312,20,2020,6,2,VN,1,A,40000,30000,1,35000\n";
    quarter(server, people, 201..=201, "s1", "", &rows).await;
}

/// A table of the second quarter of 2020, as the reporter sends it.
pub async fn quarter(
    server: &Server,
    people: &People,
    status: RangeInclusive<u16>,
    once: &str,
    query: &str,
    rows: &str,
) -> Value {
    let headers = format!("{}idempotency-key: {once}\r\ncontent-type: text/csv\r\n", bearer(&people.reporter));
    let answer = server.send("POST", &format!("/v1/submissions?period=2020-Q2{query}"), &headers, Some(rows.as_bytes())).await;
    assert!(status.contains(&answer.status), "{}: {}", answer.status, answer.body);
    let mut one = data(answer.json());
    // Large ones are validated after they were received.
    while matches!(one["state"].as_str(), Some("received" | "validating")) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        one = data(server.get_as(&people.reporter, &format!("/v1/submissions/{}", one["id"].as_str().unwrap())).await.json());
    }
    one
}

async fn publish(server: &Server, people: &People) {
    let body = json!({"title": "Circular 7 de 2027", "valid_from": "2027-01-01", "subject_es": "Precios máximos.", "subject_en": "Ceilings.",
        "source": "Acta 12", "supersedes": [], "reason": "vigencia 2027",
        "ceilings": [{"cum": "19914312-20", "column": "institutional", "amount": pesos("30000"), "ips_margin": "rule"}]});
    let made = data(server.post_as(&people.drafter, "draft", "/v1/act-drafts", &body).await.json());
    let path = |what: &str| format!("/v1/act-drafts/{}/{what}", made["id"].as_str().unwrap());
    let approval = json!({"digest": made["digest"], "reason": "revisado"});
    data(server.post_as(&people.approver, "approve", &path("approval"), &approval).await.json());
    data(server.post_as(&people.approver, "publish", &path("publication"), &json!({"reason": "aprobado"})).await.json());
}

fn data(answer: Value) -> Value {
    assert!(answer["data"].is_object(), "{answer}");
    answer["data"].clone()
}

/// A database with something of everything.
async fn filled(name: &'static str) -> Database {
    filled_by(name).await.0
}

/// The same, and the people who did it.
pub async fn filled_by(name: &'static str) -> (Database, People) {
    let database = sample(name).await;
    let people = People::arrive(database.clone()).await;
    people.workflow.publish_signing_key().await.unwrap();
    let builder = Builder { database: database.clone(), folder: folder(), kept: 12, reports_every: Duration::ZERO };
    builder.refresh(true).await.unwrap();
    let server = server(&database).await;
    submit(&server, &people).await;
    publish(&server, &people).await;
    import_open_data_list(&database).await;
    builder.refresh(true).await.unwrap();
    assert!(number(&database, "SELECT count(*) FROM case_evidence WHERE superseded_in IS NULL").await > 0);
    (database, people)
}

/// What somebody with the database's password does, and what is said of it.
const ALTERED: &[(&str, &str)] = &[
    ("DELETE FROM source_fault WHERE (source_file_id, ordinal) = (SELECT source_file_id, ordinal FROM source_fault LIMIT 1)", "rows: FAULT file"),
    ("UPDATE source_file SET rows_read = rows_read + 1, rows_accepted = rows_accepted + 1 WHERE kind = 'catalogue'", "(catalogue.csv)"),
    (
        "DELETE FROM sismed_row WHERE id = (SELECT max(r.id) FROM sismed_row r WHERE NOT EXISTS (SELECT FROM case_evidence e WHERE e.report_id = r.id))",
        "rows accepted by its own count",
    ),
    ("UPDATE case_evidence SET amount = amount + 1", "the stored excess is"),
    (
        "UPDATE sismed_row SET minimum = minimum * 1000, maximum = maximum * 1000, value = value * 1000
            WHERE id = (SELECT min(id) FROM sismed_row WHERE judged & 7 = 0 AND unit = 0)",
        "its inputs give",
    ),
    ("UPDATE case_file SET state = 'closed'", "cases: FAULT case"),
    ("UPDATE submission_body SET bytes = bytes || ' '::bytea", "its stored body is not the one that was received"),
    ("UPDATE submission SET rows_read = rows_read + 1, rows_refused = rows_refused + 1", "its receipt says"),
    ("UPDATE submission SET receipt = 'x' || receipt", "its receipt is not signed by a key of this service"),
    ("UPDATE ceiling SET amount = amount + 1 WHERE source_file_id IN (SELECT source_file_id FROM act_publication)", "acts: FAULT circular-07-2027"),
    (
        "UPDATE export_part_piece SET bytes = set_byte(bytes, 20, get_byte(bytes, 20) # 255)
            WHERE part_id = (SELECT p.part_id FROM export_file_part p JOIN export_file f ON f.id = p.file_id
                JOIN export_file d ON d.base_id = f.export_id AND d.base_format = f.format AND f.period IS NULL ORDER BY f.id, p.ordinal DESC LIMIT 1)",
        "applied to the version before it does not give this one",
    ),
    ("DELETE FROM change WHERE position = 1", "changes: FAULT"),
    ("UPDATE audit_entry SET reason = 'another' WHERE position = 2", "audit: FAULT entry 2 was altered"),
    ("DELETE FROM audit_entry WHERE position = 3", "audit: FAULT entries 3 to 3 are missing"),
    ("DELETE FROM submission_fault; DELETE FROM submission_body; DELETE FROM submission", "is not there, and the audit log saw it come"),
    ("DELETE FROM audit_entry WHERE position = (SELECT max(position) FROM audit_entry)", "the end was cut off"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sound_is_found_sound_and_what_was_altered_is_found() {
    let database = filled("verify_everything").await;
    // Whoever writes would fail.
    as_owner(&database, "ALTER DATABASE verify_everything SET default_transaction_read_only = on").await;
    let sound = program(&database, &["verify"]);
    let words = said(&sound);
    assert!(sound.status.success(), "{words}");
    as_owner(&database, "SET transaction_read_only = off; ALTER DATABASE verify_everything RESET default_transaction_read_only")
        .await;
    for covered in [
        "verdicts: ", "rows: ", "submissions: 1 ", "receipts: 1 ", "acts: 1 ", "cases: ", "exports: ", "changes: ", "audit: ",
        "sound: no fault",
    ] {
        assert!(words.lines().any(|line| line.starts_with(covered)), "{covered}: {words}");
    }
    assert!(words.contains(" 0 differences\n") && !words.contains(", 0 differences applied"), "{words}");
    let noted = words.split("the newest is ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert!(program(&database, &["verify", "--audit-entry", &noted]).status.success());
    let other = noted.replace(':', ":0")[..noted.len()].to_owned();
    let unlike = program(&database, &["verify", "--audit-entry", &other]);
    assert!(unlike.status.code() == Some(1) && said(&unlike).contains("is not the one that was noted"), "{}", said(&unlike));
    for (altered, found) in ALTERED {
        as_owner(&database, &format!("SET transaction_read_only = off; SET session_replication_role = replica; {altered}")).await;
        let output = program(&database, &["verify"]);
        let words = said(&output);
        assert!(output.status.code() == Some(1) && words.contains(found), "{altered}: {words}");
        assert!(words.contains("NOT SOUND"), "{words}");
    }
}

/// What a small submission would be, with eight mebibytes of blank lines behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_submission_is_a_partition_and_like_any_other() {
    let database = sample("verify_large_submission").await;
    let people = People::arrive(database.clone()).await;
    people.workflow.publish_signing_key().await.unwrap();
    let server = server(&database).await;
    const PARTITIONS: &str = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sismed_row'::regclass";
    const SUBMITTED: &str = "SELECT count(*) FROM sismed_report WHERE reporter_nit IS NOT NULL AND superseded_in IS NULL";
    // A large one is answered while it is validated, or once it was.
    const SMALL: RangeInclusive<u16> = 201..=201;
    const LARGE: RangeInclusive<u16> = 200..=202;
    const ABOVE: &str = "19914312,20,2020,6,2,VN,1,A,171764,171764,1,171764\n";
    let head = tables::SISMED.lines().next().unwrap();
    let large = |rows: &str| format!("{head}\n{rows}{}", format!("{}\n", " ".repeat(4_095)).repeat(2_048));
    quarter(&server, &people, SMALL, "small", "", &format!("{head}\n{ABOVE}")).await;
    let body = large(&format!(
        "{ABOVE}19914312,20,2020,5,2,VN,1,A,33000,33052,10,330400\n19914312,20,2020,6,2,VN,1,A,40000,30000,1,35000\n"
    ));
    let dry = quarter(&server, &people, LARGE, "dry", "&dry_run=true", &body).await;
    assert_eq!((number(&database, PARTITIONS).await, number(&database, SUBMITTED).await), (1, 1), "a dry run leaves nothing");
    let first = quarter(&server, &people, LARGE, "large", "", &body).await;
    assert_eq!((number(&database, PARTITIONS).await, number(&database, SUBMITTED).await), (2, 3));
    for found in [&dry, &first] {
        assert_eq!((&found["rows_accepted"], &found["rows_quarantined"]), (&json!(2), &json!(1)), "{found}");
        assert_eq!(found["verdicts"], json!({"above": 1, "within": 1}), "{found}");
        assert_eq!(found["flags"]["reported_before"], 1, "the same sale stands in the small one: {found}");
    }
    let sound = program(&database, &["verify"]);
    assert!(sound.status.success(), "{}", said(&sound));
    // Rows of a partition are corrected by rows of the shared one, and the other way round.
    let rectifies = |one: &Value| format!("&rectifies={}", one["id"].as_str().unwrap());
    let second = quarter(
        &server,
        &people,
        SMALL,
        "second",
        &rectifies(&first),
        &format!("{head}\n19914312,20,2020,5,2,VN,1,A,33000,33000,1,33000\n"),
    )
    .await;
    assert_eq!(number(&database, SUBMITTED).await, 2);
    let third = quarter(
        &server,
        &people,
        LARGE,
        "third",
        &rectifies(&second),
        &large("19914312,20,2020,4,2,VN,1,A,33000,33000,1,33000\n"),
    )
    .await;
    assert_eq!((&third["version"], number(&database, PARTITIONS).await, number(&database, SUBMITTED).await), (&json!(3), 3, 2));
    // That nothing was sold is no answer while a large submission says otherwise.
    let nothing = quarter(&server, &people, SMALL, "nothing", "&zero_report=true", &format!("{head}\n")).await;
    assert_eq!(nothing["refusal"]["code"], "rows_reported_before", "{nothing}");
    let sound = program(&database, &["verify"]);
    assert!(sound.status.success(), "{}", said(&sound));
}

/// The one line that a program prints which refuses a schema.
fn refusal(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{}", said(output));
    let lines: Vec<&str> = words.lines().filter(|line| line.starts_with("termometro: ")).collect();
    assert_eq!(lines.len(), 1, "{words}");
    lines[0].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_schema_is_refused_in_one_line_and_left_as_it_is() {
    let database = database("verify_schema").await;
    let newest = "SELECT max(version)::bigint FROM refinery_schema_history";
    let known = number(&database, newest).await;
    as_owner(&database, &format!("DELETE FROM refinery_schema_history WHERE version = {known}")).await;
    let line = refusal(&program(&database, &["verify"]));
    assert!(line.contains("older version") && line.contains("termometro migrate"), "{line}");
    assert!(number(&database, newest).await < known, "nothing was migrated");
    let later = known + 1;
    as_owner(
        &database,
        &format!("INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES ({known}, 'k', '', '0'), ({later}, 'later', '', '0')"),
    )
    .await;
    let file = folder().join("nothing.csv");
    let file = file.to_str().unwrap();
    for arguments in [
        &["verify"][..],
        &["serve"],
        &["run", "--no-sample"],
        &["migrate"],
        &["import", "catalogue", file],
        &["imports", "list"],
        &["keys", "list"],
        &["export", file],
    ] {
        let line = refusal(&program(&database, arguments));
        assert!(line.contains("newer version") && line.contains(&format!("schema {later}")), "{arguments:?}: {line}");
    }
}
