//! A reporter's file: kept, validated, judged, receipted; the same request again is the same submission; a correction is a later version.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::Compression;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::{
    client::{Answer, bearer, message},
    expected::{Expected, count},
    kit::reading::gzip,
    people::{self, OTHER_NIT, People},
    server::Server,
    stage::{REPORTS, arrive, reports_header, upload},
    support,
};

/// Of the sample's Lantus, in April.
const ABOVE: &str = "19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764,";

fn csv(rows: &[&str]) -> String {
    format!("{},NitContraparte\n{}\n", reports_header(), rows.join("\n"))
}

async fn submit(server: &Server, key: &str, once: &str, query: &str, kind: &str, body: &[u8]) -> Answer {
    let gzip = if body.starts_with(&[0x1f, 0x8b]) { "\r\ncontent-encoding: gzip" } else { "" };
    upload(server, key, once, &format!("/v1/submissions?{query}"), &format!("{kind}{gzip}"), body).await
}

/// A table of the second quarter of 2020, as the reporter sends it.
async fn quarter(server: &Server, people: &People, once: &str, query: &str, rows: &str) -> Answer {
    submit(server, &people.reporter, once, &format!("period=2020-Q2{query}"), "text/csv", rows.as_bytes()).await
}

/// The receipt is checked with nothing but the public key.
pub async fn receipt_holds(server: &Server, one: &Value) -> Value {
    let keys = server.data("/v1/keys").await;
    let jws: Vec<&str> = one["receipt"].as_str().unwrap().split('.').collect();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Value = serde_json::from_slice(&decode(jws[0])).unwrap();
    let key = keys.as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let public: [u8; 32] = decode(key["public_key"].as_str().unwrap()).try_into().unwrap();
    let verifier = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&decode(jws[2])).unwrap();
    verifier.verify_strict(format!("{}.{}", jws[0], jws[1]).as_bytes(), &signature).unwrap();
    let receipt: Value = serde_json::from_slice(&decode(jws[1])).unwrap();
    assert_has!(receipt, {"sha256": one["sha256"], "accepted": one["rows_accepted"], "submission": one["id"]});
    assert_eq!(receipt["position"].to_string(), one["position"].as_str().unwrap());
    receipt
}

/// The rows that were not taken, as JSON and CSV, to their owner and to the regulator, and to no other.
async fn faults_are_its_owners(server: &Server, people: &People, id: &str) {
    let path = format!("/v1/submissions/{id}/errors");
    let errors = server.get_as(&people.reporter, &format!("{path}?lang=en")).await.data(200);
    let explanation = "The minimum is above the maximum.";
    assert_has!(errors[0], {"line": 5, "rule": "minimum_above_maximum", "explanation": explanation});
    assert_eq!(server.get_as(&people.approver, &format!("{path}?format=csv")).await.body.lines().count(), 2);
    for path in [path.clone(), format!("/v1/submissions/{id}"), format!("/v1/submissions/{id}/assessments")] {
        assert_eq!(server.get_as(&people.other_reporter, &path).await.status, 404);
        assert_eq!(server.get(&path).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_stored_once_with_a_receipt_that_proves_it() {
    let (database, people, server) = arrive("submissions_once").await;
    people.workflow.publish_signing_key().await.unwrap();
    let body = csv(&[
        ABOVE,
        "19914312,20,2020,5,2,VN,1,A,33000,33052,10,330400,",
        "19914312,20,2020,5,2,CM,1,A,33000,40000,10,380000,890903938-8",
        "19914312,20,2020,6,2,VN,1,A,40000,30000,1,35000,",
    ]);
    let send = async |once: &str, body: &str| quarter(&server, &people, once, "&name=t2.csv&lang=en", body).await;
    let one = send("k1", &body).await.data(201);
    assert_has!(one, {"state": "partly_quarantined", "rows_read": 4, "rows_accepted": 3, "reasons": {"minimum_above_maximum": 1}});
    assert_eq!(one["verdicts"], json!({"above": 2, "within": 1}));
    assert_eq!(support::number(&database, REPORTS).await, 3);
    receipt_holds(&server, &one).await;
    // The same request: the same answer. Another body under the key: refused. The same content under another key: counted once.
    assert_eq!(send("k1", &body).await.data(201), one);
    send("k1", &csv(&["1,1,2020,4,2,VN,1,A,1,1,1,1,"])).await.problem(422, "idempotency_key_reused");
    assert_eq!(send("k2", &body).await.data(201)["refusal"]["code"], "duplicate_content");
    assert_eq!(support::number(&database, REPORTS).await, 3);

    // The same sale in another file is marked, and does not count twice against anybody.
    let more = send("k4", &csv(&[ABOVE, "19914312,20,2020,4,2,VN,1,C,33000,33000,1,33000,"])).await.data(201);
    assert_has!(more, {"rows_accepted": 2, "/flags/reported_before": 1});
    assert_eq!(support::number(&database, "SELECT count(*) FROM case_evidence WHERE superseded_in IS NULL").await, 2);

    // Row by row they are nobody else's business, until a case is confirmed.
    let id = one["id"].as_str().unwrap();
    assert_eq!(count(&server.get_as(&people.reporter, &format!("/v1/submissions/{id}/assessments")).await.data(200)), 3);
    let public = server.get("/v1/assessments?cum=19914312-20&from=2020-04&to=2020-06&limit=1000").await;
    assert!(!public.body.contains("submission"), "{}", public.body);
    faults_are_its_owners(&server, &people, id).await;
    assert_eq!(server.get_as(&people.other_reporter, "/v1/submissions").await.data(200), json!([]));
    assert_eq!(count(&server.get_as(&people.auditor, "/v1/submissions").await.data(200)), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_is_the_next_version_and_the_old_one_stays_readable() {
    let (database, people, server) = arrive("submissions_rectified").await;
    let first = quarter(&server, &people, "k1", "", &csv(&[ABOVE])).await.data(201);
    let id = first["id"].as_str().unwrap();
    assert_eq!(count(&server.get_as(&people.drafter, "/v1/cases").await.data(200)), 1);
    let known = people::now();
    let right = csv(&["19914312,20,2020,4,2,VN,1,A,33052,33052,5,165260,"]);
    let query = format!("&rectifies={id}");
    // Nobody corrects another's, and a dry run corrects nothing.
    let others = format!("period=2020-Q2{query}");
    assert_eq!(submit(&server, &people.other_reporter, "k", &others, "text/csv", right.as_bytes()).await.status, 404);
    let dry = quarter(&server, &people, "dry", &format!("{query}&dry_run=true"), &right).await;
    assert_eq!(dry.data(200)["verdicts"], json!({"within": 1}));
    let second = quarter(&server, &people, "k2", &query, &right).await.data(201);
    assert_has!(second, {"version": 2, "state": "accepted"});
    let first = server.get_as(&people.reporter, &format!("/v1/submissions/{id}")).await.data(200);
    assert_eq!(first["rectified_by"], second["id"]);
    let third = quarter(&server, &people, "k3", &query, &csv(&["1,1,2020,4,2,VN,1,A,1,1,1,1,"])).await;
    assert_eq!(third.status, 409, "{}", third.body);
    assert_eq!(support::number(&database, REPORTS).await, 1);
    // What was reported first is still what was known then.
    let later = people::server(&database).await;
    let then = later.data(&format!("/v1/assessments/summary?cum=19914312-20&known_at={known}")).await;
    assert_ne!(then, later.data("/v1/assessments/summary?cum=19914312-20").await);
    // The finding that rested on it is dismissed by itself, and says why.
    assert_eq!(server.get_as(&people.drafter, "/v1/cases").await.data(200)[0]["state"], "dismissed");
}

#[tokio::test(flavor = "multi_thread")]
async fn ndjson_gzip_dry_runs_and_refusals() {
    let (database, people, server) = arrive("submissions_formats").await;
    let line = |units: &str| {
        json!({"cum": "19914312-20", "period": "2020-06", "actor_role": "2", "operation": "CM", "transaction": "1", "unit": "A",
            "minimum": "34000", "maximum": "34000", "units": units, "value": "34000", "counterparty_nit": OTHER_NIT})
        .to_string()
    };
    let mut rows = vec![line("1"), line("1"), line("2"), "{\"cum\":1}".to_owned(), "nonsense".to_owned()];
    rows.push(line("1").replace("\"34000\",\"units\"", "34000,\"units\""));
    let packed = gzip(Compression::default(), rows.join("\n").as_bytes());
    let kind = "application/x-ndjson";
    let dry = submit(&server, &people.reporter, "d", "period=2020-06&dry_run=true", kind, &packed).await.data(200);
    let reasons = json!({"duplicate_row": 1, "not_json": 1, "number_not_string": 2});
    assert_has!(dry, {"reasons": reasons, "rows_accepted": 2, "/flags/duplicate_key": 1, "receipt": null});
    assert_eq!(support::number(&database, REPORTS).await, 0);
    let path = format!("/v1/submissions/{}/errors", dry["id"].as_str().unwrap());
    assert_eq!(count(&server.get_as(&people.reporter, &path).await.data(200)), 4);
    let real = submit(&server, &people.reporter, "r", "period=2020-06", kind, &packed).await;
    assert_eq!(real.data(201)["reasons"], reasons);
    let nothing = csv(&["19914312,20,2020,4,2,VN,1,A,x,1,1,1,"]);
    let bomb = gzip(Compression::default(), &vec![b' '; 64 << 20]);
    for (once, body, kind, code) in [
        ("b1", &packed[..packed.len() / 2], kind, "damaged_gzip"),
        ("b2", &bomb, kind, "decompression_bomb"),
        ("b3", b"a,b\n1,2\n", "text/csv", "not_this_layout"),
        ("b4", nothing.as_bytes(), "text/csv", "no_usable_row"),
    ] {
        let answer = submit(&server, &people.reporter, once, "period=2020-06", kind, body).await;
        assert_eq!(answer.data(201)["refusal"]["code"], code, "{}", answer.body);
        let known = termometro::domain::reports::validation::rule(code).unwrap();
        assert_eq!(known.fate, termometro::domain::reports::validation::Fate::Refuse);
    }
    for (query, kind, status) in [
        ("", "text/csv", 400),
        ("period=2020-13", "text/csv", 400),
        ("period=2020-Q2", "application/json", 415),
        ("period=2020-Q2&rectifies=sAAAAAAAAAA", "text/csv", 404),
    ] {
        assert_eq!(submit(&server, &people.reporter, "bad", query, kind, b"x").await.status, status, "{query}");
    }
    let nameless = format!("authorization: Bearer {}\r\ncontent-type: text/csv\r\n", people.reporter);
    assert_eq!(server.send("POST", "/v1/submissions?period=2020-Q2", &nameless, Some(b"x")).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_service_or_twenty_tries_at_once_store_it_once() {
    let (database, people, server) = arrive("submissions_killed").await;
    let body = csv(&[ABOVE]);
    let tries = (0..20).map(|_| quarter(&server, &people, "k", "", &body));
    let answers = futures_util::future::join_all(tries).await;
    // Sixteen uploads at once at most: the others are told to come back.
    let answers: Vec<Answer> = answers.into_iter().filter(|answer| answer.status != 503).collect();
    assert!(answers.len() >= 10);
    let ids: BTreeSet<String> = answers.iter().map(|answer| answer.json()["data"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert!(answers.iter().all(|answer| [201, 202].contains(&answer.status)));
    // A file that came whole before the service died, from the database alone: what another service finds at its start.
    let client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let other = body.replace("2020,4", "2020,5");
    let sql = "INSERT INTO submission (id, principal_id, nit, idempotency_key, request_digest, name, format, gzip, period, period_from,
        period_until, bytes, sha256, dry_run, version, received_at, state)
        SELECT 'sAAAAAAAAAA', principal_id, nit, 'left', request_digest, name, format, gzip, period, period_from, period_until, $1,
        repeat('a', 64), false, 1, received_at, 'validating' FROM submission LIMIT 1";
    client.execute(sql, &[&(other.len() as i64)]).await.unwrap();
    client.execute("INSERT INTO submission_body VALUES ('sAAAAAAAAAA', 0, $1)", &[&other.as_bytes()]).await.unwrap();
    let workflow = people.workflow.clone();
    let now: termometro::workflow::Now = std::sync::Arc::new(|| (people::now(), jiff::civil::date(2026, 11, 23)));
    let rounds = (0..4).map(|_| workflow.validate_unfinished(&now));
    for round in futures_util::future::join_all(rounds).await {
        round.unwrap();
    }
    workflow.validate_unfinished(&now).await.unwrap();
    let left = server.get_as(&people.reporter, "/v1/submissions/sAAAAAAAAAA").await.data(200);
    assert_eq!(left["state"], "accepted", "{left}");
    assert_eq!(support::number(&database, REPORTS).await, 2);
}

/// The head of a request for this body, and the body, on a connection of its own.
async fn half_a_request(server: &Server, key: &str, deed: &str, body: &[u8], sent: usize) {
    let mut socket = server.connect().await;
    let headers = format!("{}idempotency-key: {deed}\r\ncontent-type: text/csv\r\nconnection: keep-alive\r\n", bearer(key));
    let whole = message("POST", "/v1/submissions?period=2020-Q2", &headers, Some(body));
    socket.write_all(&whole[..whole.len() - body.len() + sent]).await.unwrap();
    socket.flush().await.unwrap();
    // Long enough for the service to have read what came; then the client is gone, without having read a byte.
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_has_sent_all_of_it_or_nothing() {
    let (database, people, server) = arrive("submissions_hang_up").await;
    let body = csv(&[ABOVE]);
    for (deed, sent) in [("h1", 0), ("h2", 10), ("h3", body.len() - 1)] {
        half_a_request(&server, &people.reporter, deed, body.as_bytes(), sent).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(support::number(&database, "SELECT count(*) FROM submission").await, 0);
    half_a_request(&server, &people.reporter, "h4", body.as_bytes(), body.len()).await;
    for _ in 0..100 {
        if support::number(&database, REPORTS).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(support::number(&database, REPORTS).await, 1);
    assert_eq!(quarter(&server, &people, "h4", "", &body).await.data(201)["state"], "accepted");
    assert_eq!(support::number(&database, REPORTS).await, 1);
    let left = std::fs::read_dir(&people.workflow.spool).unwrap().filter_map(Result::ok);
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_gigabyte_is_refused_before_it_is_sent() {
    let (database, people, server) = arrive("submissions_large").await;
    let promised = async |key: &str, length: u64| {
        let headers = format!("{key}idempotency-key: big\r\ncontent-type: text/csv\r\ncontent-length: {length}\r\n");
        server.ask("POST", "/v1/submissions?period=2020-Q2", &headers, None).await.status
    };
    assert_eq!(promised(&bearer(&people.reporter), (1 << 30) + 1).await, 413);
    // Without a key no promise is listened to, however small.
    assert_eq!(promised("", 10).await, 401);
    assert_eq!(support::number(&database, "SELECT count(*) FROM submission").await, 0);
}
