//! `keep=true`: a reporter's checked file becomes a submission of the kind `invoice` with a receipt; otherwise nothing is stored.

use serde_json::{Value, json};

use super::{Item, LANTUS, XML, check, form, form_kind, invoice};
use crate::{
    client::Answer,
    expected::{Expected, column},
    server::Server,
    stage::{arrive, upload},
    submissions::receipt_holds,
    support,
};

const PATH: &str = "/v1/invoice-checks?transaction=3&keep=true&name=fe5.xml";
const KEPT: &str = "SELECT count(*) FROM submission";

fn two_lines() -> String {
    let above = Item { price: "33053.50", total: "330535.00", ..LANTUS };
    invoice("FE5", "2020-06-15", &[LANTUS, above])
}

async fn keep(server: &Server, key: &str, once: &str, body: &str) -> Answer {
    upload(server, key, once, PATH, XML, body.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_file_is_a_submission_with_a_receipt_and_no_report() {
    let (database, people, server) = arrive("invoices_kept").await;
    people.workflow.publish_signing_key().await.unwrap();
    let body = two_lines();
    let answer = keep(&server, &people.reporter, "kept-1", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(column(&answer.json()["data"], "verdict"), ["within", "above"], "the same answer as without");
    let location = answer.header("location").unwrap().to_owned();
    let one = server.get_as(&people.reporter, &location).await.data(200);
    assert_has!(one, {"kind": "invoice", "state": "accepted", "format": "dian", "name": "fe5.xml", "period": "2020-06", "version": 1, "rows_read": 2,
        "rows_accepted": 2, "verdicts": {"above": 1, "within": 1}, "dry_run": false, "bytes": body.len()});
    let receipt = receipt_holds(&server, &one).await;
    assert_eq!((&receipt["kind"], &receipt["period"]), (&json!("invoice"), &json!("2020-06")));
    assert!(one["receipt_leaf"]["index"].is_number(), "{one}");
    let kept =
        database.read_connection().await.unwrap().query("SELECT bytes FROM submission_body ORDER BY ordinal", &[]).await.unwrap();
    let bytes: Vec<u8> = kept.iter().flat_map(|row| row.get::<_, Vec<u8>>(0)).collect();
    assert_eq!(bytes, body.as_bytes(), "byte for byte");

    // The same request again is the same submission; another one under its key is refused.
    let again = keep(&server, &people.reporter, "kept-1", &body).await;
    assert_eq!((again.status, again.header("location")), (201, Some(location.as_str())));
    assert_eq!(support::number(&database, KEPT).await, 1);
    let other = keep(&server, &people.reporter, "kept-1", &body.replace("FE5", "FE6")).await;
    assert_eq!(other.json()["code"], "idempotency_key_reused");

    // It is its owner's and the regulator's to see, in their lists too, and nobody is obliged by it or done with what is owed.
    assert_eq!(server.get_as(&people.other_reporter, &location).await.status, 404);
    assert_has!(server.get_as(&people.approver, "/v1/submissions").await.data(200)[0], {"kind": "invoice"});
    let reporters = server.data("/v1/reporters").await;
    let owing = |reporter: &Value| reporter["submissions_accepted"] == 0 && reporter["last_accepted_at"].is_null();
    assert!(reporters.as_array().unwrap().iter().all(owing), "{reporters}");
    let reports = server.get_as(&people.reporter, &format!("{location}/assessments")).await.data(200);
    assert_eq!(reports, json!([]));
    let rectified = format!("/v1/submissions?period=2020-06&rectifies={}", one["id"].as_str().unwrap());
    let rectified = upload(&server, &people.reporter, "kept-2", &rectified, "text/csv", b"x").await;
    assert_eq!(rectified.status, 404, "{}", rectified.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reporters_key_nothing_is_kept() {
    let (database, people, server) = arrive("invoices_not_kept").await;
    let body = two_lines();
    assert_eq!(check(&server, "?transaction=3&keep=true", XML, body.as_bytes()).await.status, 401);
    assert_eq!(keep(&server, "tmo_live_reporter_x", "no-1", &body).await.status, 401);
    assert_eq!(keep(&server, &people.drafter, "no-2", &body).await.status, 403);
    let without_key = upload(&server, &people.reporter, "", PATH, XML, body.as_bytes()).await;
    assert_eq!(without_key.fault(400)["parameter"], "Idempotency-Key");
    let several = form(&[("file", Some("a.xml"), body.as_bytes())]);
    assert_eq!(upload(&server, &people.reporter, "no-3", PATH, &form_kind(), &several).await.status, 415);
    let undated = b"cum,descripcion,valor unitario\n19914312-020,LANTUS 100 UI/ML,33052\n";
    assert_eq!(upload(&server, &people.reporter, "no-4", PATH, super::CSV, undated).await.status, 422);
    // A key alone keeps nothing.
    let path = "/v1/invoice-checks?transaction=3";
    assert_eq!(upload(&server, &people.reporter, "no-5", path, XML, body.as_bytes()).await.status, 200);
    assert_eq!(support::number(&database, KEPT).await, 0);
}
