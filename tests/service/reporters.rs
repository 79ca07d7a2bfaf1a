//! The reporters' part of the work area: a file is tried, corrected and sent, nothing is reported in two clicks, and a receipt can be printed.

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    client::Answer,
    expected::{Expected, audited, count},
    invoice_checks::{FormPart, form, form_kind},
    pages::text,
    people::{self, People},
    server::Server,
    sessions::{HERE, OURS, cookie, field, is_sign_in, open, post, shown, sign_in},
    stage::{REPORTS, arrive, read_model, reports_header},
    support,
};

const GOOD: [&str; 2] = ["19914312,20,2020,4,2,VN,3,A,30000,30000,1,30000", "19914312,20,2020,5,2,VN,3,A,31000,31000,2,62000"];
const BAD: [&str; 3] = [
    "19914312,20,2020,5,2,VN,3,A,$ 31000,31000,1,31000", "19914312,20,2020,6,2,XX,3,A,30000,30000,1,30000",
    "19914312,20,2020,8,2,VN,3,A,30000,30000,1,30000",
];

fn csv(rows: &[&str]) -> String {
    [&[reports_header()][..], rows].concat().join("\n") + "\n"
}

/// The file in a form that was opened before, for a period that is written.
async fn sent(server: &Server, cookie: &str, path: &str, period: &str, file: &str) -> Answer {
    let page = shown(server, cookie, path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    sent_with(server, cookie, path, &[("token", &token), ("una_vez", &once), ("otro", period)], Some(file)).await
}

async fn sent_with(server: &Server, cookie: &str, path: &str, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut parts: Vec<FormPart<'_>> = fields.iter().map(|(name, value)| (*name, None, value.as_bytes())).collect();
    parts.extend(file.map(|file| ("archivo", Some("2020-T2.csv"), file.as_bytes())));
    let headers = format!("{HERE}{OURS}cookie: {cookie}\r\ncontent-type: {}\r\n", form_kind());
    server.send("POST", path, &headers, Some(&form(&parts))).await
}

/// Where an answer leads, without the parameters.
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").unwrap().split('?').next().unwrap().to_owned()
}

async fn all(server: &Server, people: &People) -> Value {
    server.get_as(&people.reporter, "/v1/submissions?limit=1000").await.data(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tried_corrected_and_sent_and_its_receipt_can_be_checked() {
    let (database, people, server) = arrive("reporters_file").await;
    let me = sign_in(&server, &people.reporter).await;
    let home = text(&shown(&server, &me, "/trabajo/envios").await.body);
    assert!(
        home.contains("Le falta reportar 2026-10: vence el 30 de noviembre de 2026.") && home.contains("No hay ninguno."),
        "{home}"
    );
    let form = shown(&server, &me, "/trabajo/enviar").await.body;
    assert!(form.contains("<option value=\"2026-10\">2026-10 (octubre de 2026; vence el 30 de noviembre de 2026)"), "{form}");

    let tried = to(&sent(&server, &me, "/trabajo/enviar", "2020-T2", &csv(&[GOOD[0], BAD[0], BAD[1], BAD[2], GOOD[1]])).await);
    let page = text(&shown(&server, &me, &tried).await.body);
    for words in [
        "Prueba: hay filas con errores",
        "línea 3ValorMinimo$ 31000No es un número.Solo cifras, sin signo de pesos ni letras: 171764 o 171764.50.",
        "línea 4CodTipoOperacionXXEl código no es de la lista cerrada de su columna.Un código de la lista:",
        "línea 5AnnioCorte",
        "Filas leídas5 Filas aceptadas2 Filas apartadas3 Filas rechazadas0",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let english = text(&shown(&server, &me, &format!("{tried}?lang=en")).await.body);
    assert!(english.contains("line 3ValorMinimo$ 31000It is not a number.Digits only"), "{english}");
    assert_eq!(support::number(&database, REPORTS).await, 0, "a trial stores nothing");

    let tried = to(&sent(&server, &me, "/trabajo/enviar", "2020-T2", &csv(&GOOD)).await);
    let page = shown(&server, &me, &tried).await;
    assert!(text(&page.body).contains("Prueba: el archivo está bien"), "{}", page.body);
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    // Two clicks on the button.
    let headers = format!("{HERE}{OURS}cookie: {me}\r\n");
    let mut ends = Vec::new();
    for _ in 0..2 {
        ends.push(to(&post(&server, &tried, &headers, &[("token", &token), ("una_vez", &once)]).await));
    }
    assert_eq!((ends[0].as_str(), support::number(&database, REPORTS).await), (ends[1].as_str(), 2));
    let listed = all(&server, &people).await;
    assert_eq!(count(&listed), 3, "two trials and one submission: {listed}");
    let submission = listed.as_array().unwrap().iter().find(|one| one["dry_run"] == false).unwrap();
    assert_eq!(ends[0], format!("/trabajo/envios/{}", submission["id"].as_str().unwrap()));
    assert_eq!((&submission["period"], &submission["name"]), (&json!("2020-Q2"), &json!("2020-T2.csv")));
    assert_eq!(submission["sha256"], json!(digest(&csv(&GOOD))), "byte for byte as it was tried");
    // The same entries as by the API.
    let audit = audited(&server, &people.auditor, submission["id"].as_str().unwrap()).await;
    assert_eq!(audit, ["receive_submission", "accept_submission"]);
    is_receipted(&server, &me, &ends[0], submission).await;

    // A file that was sent is no trial, and one that was tried in vain is not sent.
    let page = shown(&server, &me, &tried).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [("token", &*token), ("una_vez", &*once)];
    let again = post(&server, &ends[0], &headers, &fields).await;
    assert!(again.status == 409 && text(&again.body).contains("Solo se envía un archivo cuya prueba sirvió"), "{}", again.body);
    let twice = shown(&server, &me, &to(&post(&server, &tried, &headers, &fields).await)).await;
    assert!(text(&twice.body).contains("el mismo contenido ya se recibió"), "{}", twice.body);
    corrected(&server, &people, &me, submission).await;
    assert_eq!(support::number(&database, REPORTS).await, 1);
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn is_receipted(server: &Server, me: &str, path: &str, submission: &Value) {
    let page = shown(server, me, &format!("{path}?hecho=1")).await;
    assert!(text(&page.body).contains("El reporte de 2020-Q2 quedó entregado."), "{}", page.body);
    let receipt = shown(server, me, &format!("{path}/recibo")).await.body.replace("&#x2f;", "/");
    let (jws, leaf) = (submission["receipt"].as_str().unwrap(), &submission["receipt_leaf"]);
    let digest = digest(jws);
    let proof = format!("/v1/log/proof/inclusion?hash={}", leaf["hash"].as_str().unwrap());
    for shown in [jws, &*digest, submission["sha256"].as_str().unwrap(), &proof, "/v1/keys", "Recibo de s"] {
        assert!(receipt.contains(shown), "{shown}: {receipt}");
    }
    assert_eq!(server.data(&proof).await["index"], leaf["index"]);
    let entry = server.data(&format!("/v1/log/entries?from={}&limit=1", leaf["index"])).await;
    assert!(entry.to_string().contains(&digest), "the digest on paper is the one in the log: {entry}");
}

/// The next version, from the link of the submission.
async fn corrected(server: &Server, people: &People, me: &str, before: &Value) {
    let id = before["id"].as_str().unwrap();
    let link = format!("/trabajo/enviar?periodo=2020-Q2&rectifica={id}");
    let page = shown(server, me, &format!("/trabajo/envios/{id}")).await.body.replace("&amp;", "&").replace("&#x2f;", "/");
    assert!(page.contains(&format!("rectifica={id}")), "{page}");
    let tried = to(&sent(server, me, &link, "2020-Q2", &csv(&GOOD[..1])).await);
    let page = shown(server, me, &tried).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let headers = format!("{HERE}{OURS}cookie: {me}\r\n");
    to(&post(server, &tried, &headers, &[("token", &token), ("una_vez", &once)]).await);
    let mut newest = server.get_as(&people.reporter, "/v1/submissions?sort=newest&limit=1000").await.data(200);
    let newest = newest.as_array_mut().unwrap();
    let second = newest.iter().find(|one| one["dry_run"] == false && one["version"] == 2).unwrap();
    assert_eq!(second["rectifies"], json!(id));
    newest.reverse();
    assert_eq!(Value::from(newest.clone()), all(server, people).await, "the other way round");
    let unknown = sent(server, me, "/trabajo/enviar?rectifica=s0000000000", "2020-Q2", &csv(&GOOD[..1])).await;
    assert!(unknown.status == 404 && unknown.body.contains("elíjalo otra vez"), "{}", unknown.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_without_sales_is_reported_in_two_clicks() {
    let database = people::sample("reporters_zero").await;
    let now: Timestamp = "2026-11-23T15:00:00Z".parse().unwrap();
    let people = People::arrive_at(database.clone(), now).await;
    let server = Server::living(read_model(&database), now, date(2026, 11, 23)).await;
    let me = sign_in(&server, &people.reporter).await;
    let choose = shown(&server, &me, "/trabajo/reporte-cero").await.body;
    assert!(choose.contains("value=\"2026-10\"") && !choose.contains("name=\"una_vez\""), "{choose}");
    for (period, words) in [
        ("2026-10", "¿No hubo compras ni ventas en octubre de 2026?"),
        ("2020-T2", "¿No hubo compras ni ventas de abril de 2020 a junio de 2020?"),
    ] {
        let page = shown(&server, &me, &format!("/trabajo/reporte-cero?periodo={period}")).await;
        assert!(text(&page.body).contains(words), "{}", page.body);
    }
    let wrong = open(&server, &me, "/trabajo/reporte-cero?periodo=2026-10&otro=2026-5").await;
    assert!(wrong.status == 422 && wrong.body.contains("2026-5"), "{}", wrong.body);
    assert_eq!(count(&all(&server, &people).await), 0, "nothing is sent by looking");

    let page = shown(&server, &me, "/trabajo/reporte-cero?periodo=2026-10&otro=").await;
    let [token, once, period] = ["token", "una_vez", "periodo"].map(|name| field(&page, name));
    let headers = format!("{HERE}{OURS}cookie: {me}\r\n");
    let fields = [("token", &*token), ("una_vez", &*once), ("periodo", &*period)];
    let ends = [
        to(&post(&server, "/trabajo/reporte-cero", &headers, &fields).await),
        to(&post(&server, "/trabajo/reporte-cero", &headers, &fields).await),
    ];
    assert_eq!(ends[0], ends[1]);
    let page = text(&shown(&server, &me, &format!("{}?hecho=1", ends[0])).await.body);
    assert!(page.contains("Envío aceptado") && page.contains("El reporte de 2026-10 quedó entregado."), "{page}");
    let one = all(&server, &people).await[0].clone();
    assert_eq!((&one["zero_report"], &one["state"], &one["period"]), (&json!(true), &json!("accepted"), &json!("2026-10")));
    let home = text(&shown(&server, &me, "/trabajo/envios").await.body);
    assert!(home.contains("Reportó 2026-10 a tiempo.") && home.contains("reporte en cero"), "{home}");
    shown(&server, &me, &format!("{}/recibo?lang=en", ends[0])).await;
    // What is missing or cannot be is said, and what was written stays.
    let page = shown(&server, &me, "/trabajo/reporte-cero?periodo=2026-09").await;
    let once = field(&page, "una_vez");
    let mut statuses = Vec::new();
    for period in ["", "ayer"] {
        let fields = [("token", &*token), ("una_vez", &*once), ("periodo", period)];
        statuses.push(post(&server, "/trabajo/reporte-cero", &headers, &fields).await.status);
    }
    assert_eq!(statuses, [422, 400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_but_by_its_reporter_from_its_own_form() {
    let (_, people, server) = arrive("reporters_guard").await;
    let me = sign_in(&server, &people.reporter).await;
    let page = shown(&server, &me, "/trabajo/enviar").await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let (file, fields) = (csv(&GOOD), [("token", &*token), ("una_vez", &*once), ("otro", "2020-Q2")]);
    let parts: Vec<FormPart<'_>> = fields.iter().map(|(name, value)| (*name, None, value.as_bytes())).collect();
    let body = form(&[&parts[..], &[("archivo", Some("a.csv"), file.as_bytes())]].concat());
    let kind = format!("content-type: {}\r\n", form_kind());
    for from in ["", "sec-fetch-site: cross-site\r\n", "origin: https://evil.example\r\n", "sec-fetch-site: same-site\r\n"] {
        let headers = format!("{HERE}{from}cookie: {me}\r\n{kind}");
        assert_eq!(server.send("POST", "/trabajo/enviar", &headers, Some(&body)).await.status, 403, "{from}");
    }
    // Without a session the key is asked for, and the way back is kept.
    let headers = format!("{HERE}{OURS}{kind}");
    let ended = server.send("POST", "/trabajo/enviar?rectifica=s1", &headers, Some(&body)).await;
    assert!(ended.status == 403 && text(&ended.body).contains("elija el archivo otra vez"), "{}", ended.body);
    assert_eq!(field(&ended, "volver"), "/trabajo/enviar?rectifica=s1");
    // With the token of another session, or none.
    for wrong in ["", "x"] {
        let fields = [("token", wrong), ("una_vez", &*once), ("otro", "2020-Q2")];
        let refused = sent_with(&server, &me, "/trabajo/enviar", &fields, Some(&file)).await;
        assert!(refused.status == 403 && text(&refused.body).contains("era de otra sesión"), "{}", refused.body);
    }
    // A form without a file or a period; a body that is none.
    let no_file = sent_with(&server, &me, "/trabajo/enviar", &fields, None).await;
    assert!(no_file.status == 422 && text(&no_file.body).contains("Elija un archivo."), "{}", no_file.body);
    assert!(no_file.body.contains("value=\"2020-Q2\""), "what was written stays: {}", no_file.body);
    let neither = sent_with(&server, &me, "/trabajo/enviar", &fields[..2], None).await;
    assert!(text(&neither.body).contains("Elija un período.Elija un archivo."), "{}", neither.body);
    let wrong = sent_with(&server, &me, "/trabajo/enviar", &[fields[0], fields[1], ("otro", "2020-2")], Some(&file)).await;
    assert!(wrong.status == 400 && wrong.body.contains("2020-Q2"), "{}", wrong.body);
    let headers = format!("{HERE}{OURS}cookie: {me}\r\ncontent-type: text/csv\r\n");
    assert_eq!(server.send("POST", "/trabajo/enviar", &headers, Some(file.as_bytes())).await.status, 415);
    assert_eq!(count(&all(&server, &people).await), 0, "nothing was sent");

    // A regulator reads and sends nothing; another reporter knows nothing of it.
    let tried = to(&sent_with(&server, &me, "/trabajo/enviar", &fields, Some(&file)).await);
    // The same button with another file.
    let other = to(&sent_with(&server, &me, "/trabajo/enviar", &fields, Some(&csv(&GOOD[..1]))).await);
    assert_ne!(tried, other);
    let ana = sign_in(&server, &people.drafter).await;
    let seen = shown(&server, &ana, &tried).await;
    assert!(!seen.body.contains("name=\"una_vez\"") && seen.body.contains("Mayorista"), "{}", seen.body);
    for path in ["/trabajo/enviar", "/trabajo/reporte-cero"] {
        assert_eq!(open(&server, &ana, path).await.status, 403, "{path}");
    }
    let ana_token = field(&seen, "token");
    let ana_fields = [("token", &*ana_token), ("una_vez", "1"), ("otro", "2020-Q2")];
    assert_eq!(sent_with(&server, &ana, "/trabajo/enviar", &ana_fields, Some(&file)).await.status, 403);
    let headers = format!("{HERE}{OURS}cookie: {ana}\r\n");
    assert_eq!(post(&server, &tried, &headers, &[("token", &ana_token), ("una_vez", "1")]).await.status, 403);
    let hospital = sign_in(&server, &people.other_reporter).await;
    for path in [tried.clone(), format!("{tried}/recibo")] {
        assert_eq!(open(&server, &hospital, &path).await.status, 404, "{path}");
    }
    assert!(is_sign_in(&open(&server, "", &tried).await));
    assert_eq!(open(&server, &me, &format!("{tried}/recibo")).await.status, 404, "a trial has no receipt");
    assert_eq!(count(&all(&server, &people).await), 2);
    // Signing in again ends the session before, and its form with it.
    let again = post(&server, "/trabajo/entrar", &format!("{HERE}{OURS}cookie: {me}\r\n"), &[("llave", &people.reporter)]).await;
    let me = cookie(&again);
    let old = sent_with(&server, &me, "/trabajo/enviar", &fields, Some(&file)).await;
    assert!(old.status == 403 && count(&all(&server, &people).await) == 2, "{}", old.body);
}
