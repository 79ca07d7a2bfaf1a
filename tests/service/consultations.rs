//! Consultations: comments on lines by name, replies that hold approval back, versions of a draft, copies of one letter, and the table of it all.

use futures_util::future::join_all;
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::PrincipalKind,
    workflow::access::keys::{Holder, NewKey},
};

use crate::{
    acts_day::draft,
    cases::{self, World},
    client::Answer,
    expected::{Expected, column, count},
    people,
    regulators::{VALID_FROM, cum_of, fresh, list},
    server::Server,
    stage, support,
};

const ACT: &str = "Circular 41 de 2027";
const CLOSES_ON: &str = "2026-12-10";
const LONG_REPLY: &str =
    "La Comisión revisó los reportes del último año y los precios de los equivalentes, y decide como se dice en esta respuesta.";

/// A draft of Ana's with one ceiling, and its id; in consultation until `CLOSES_ON`.
pub async fn opened(name: &'static str) -> (World, String) {
    let world = World::on(people::sample(name).await).await;
    let body = draft(ACT, VALID_FROM, &[], &[(&cum(1), "institutional", Some("1000"))]);
    let made = world.now.post_as(&world.ana, &fresh(), "/v1/act-drafts", &body).await.data(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let begun = open(&world, &world.ana, &id).await.data(201);
    assert_eq!((&begun["closes_on"], &begun["version"]), (&json!(CLOSES_ON), &json!(1)));
    (world, id)
}

async fn open(world: &World, who: &str, id: &str) -> Answer {
    let body = json!({"closes_on": CLOSES_ON, "reason": "15 días calendario: Decreto 1081 de 2015"});
    world.now.post_as(who, &fresh(), &format!("/v1/act-drafts/{id}/consultation"), &body).await
}

pub fn cum(consecutive: i32) -> String {
    format!("{}-{consecutive}", cum_of(ACT))
}

pub fn line(id: &str, version: i32, consecutive: i32) -> String {
    format!("{id}.v{version}/ceiling/{}/institutional", cum(consecutive))
}

fn comment(line: &str, text: &str) -> Value {
    json!({"line": line, "kind": "error_of_fact", "text": text, "proposed_value": "1500.00"})
}

async fn sent(server: &Server, id: &str, once: &str, body: &Value) -> Answer {
    let headers = format!("idempotency-key: {once}\r\ncontent-type: application/json\r\n");
    server.ask("POST", &format!("/v1/consultations/{id}/comments"), &headers, Some(&body.to_string())).await
}

/// A comment that is received; its id and its ticket.
pub async fn commented(world: &World, id: &str, line: &str, text: &str) -> (String, String) {
    let received = sent(&world.now, id, &fresh(), &comment(line, text)).await.data(201);
    (received["comment"].as_str().unwrap().to_owned(), received["ticket"].as_str().unwrap().to_owned())
}

/// One more row, hence another version.
async fn revised(world: &World, id: &str, consecutive: i32) {
    let rows = list(ACT, &[(&cum(consecutive), "1,005,000")]);
    let path = format!("/v1/act-drafts/{id}/list");
    stage::upload(&world.now, &world.ana, &fresh(), &path, "text/csv", rows.as_bytes()).await.data(200);
}

pub async fn replied(server: &Server, who: &str, id: &str, body: &Value) -> Answer {
    server.post_as(who, &fresh(), &format!("/v1/consultations/{id}/replies"), body).await
}

pub fn reply(comments: &[&str], disposition: &str, lines: &[String]) -> Value {
    json!({"comments": comments, "disposition": disposition, "text_es": format!("{LONG_REPLY} {disposition}"), "changed_lines": lines})
}

pub async fn approved(world: &World, server: &Server, who: &str, id: &str) -> Answer {
    let digest = world.now.get_as(&world.ana, &format!("/v1/act-drafts/{id}")).await.data(200)["digest"].clone();
    let body = json!({"digest": digest, "reason": "revisado"});
    server.post_as(who, &fresh(), &format!("/v1/act-drafts/{id}/approval"), &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_approved_only_when_every_comment_has_its_reply() {
    let (world, id) = opened("consultation_path").await;
    open(&world, &world.luis, &id).await.problem(409, "conflict");
    assert_eq!(open(&world, &world.seller, &id).await.status, 403);
    let first_line = line(&id, 1, 1);
    let (once, body) = (fresh(), comment(&first_line, "El envase tiene 30 tabletas: https://example.org/ficha"));
    let received = sent(&world.now, &id, &once, &body).await.data(201);
    assert_eq!(received["due_on"], "2027-01-07", "30 working days: {received}");
    assert!(received["due_citation"].as_str().unwrap().contains("Ley 1755 de 2015"));
    assert_eq!(sent(&world.now, &id, &once, &body).await.data(201), received, "a second try gets the same ticket");
    sent(&world.now, &id, &once, &comment(&first_line, "Otra cosa")).await.problem(422, "idempotency_key_reused");
    let first = received["comment"].as_str().unwrap();
    let shown = world.now.data(&format!("/v1/consultation-comments/{first}")).await;
    assert_eq!(
        (&shown["line"], &shown["fate"], &shown["proposed_value"]),
        (&json!(first_line), &json!("unchanged"), &json!("1500.00"))
    );

    let changed = format!("ceiling/{}/institutional", cum(2));
    for lines in [vec![], vec![format!("ceiling/{}/institutional", cum(1))]] {
        replied(&world.now, &world.ana, &id, &reply(&[first], "accepted", &lines)).await.problem(422, "unprocessable");
    }
    let unknown = replied(&world.now, &world.ana, &id, &reply(&[first], "accepted", std::slice::from_ref(&changed))).await;
    unknown.problem(400, "line_unknown");
    revised(&world, &id, 2).await;
    let superseded = sent(&world.now, &id, &fresh(), &body).await.problem(409, "draft_version_superseded");
    assert_eq!(superseded["errors"][0]["code"], "unchanged", "{superseded}");
    let accepted = reply(&[first], "accepted", std::slice::from_ref(&changed));
    assert_eq!(replied(&world.now, &world.seller, &id, &accepted).await.status, 403);
    replied(&world.now, &world.ana, &id, &accepted).await.data(201);
    replied(&world.now, &world.ana, &id, &accepted).await.problem(409, "conflict");

    let (second, _) = commented(&world, &id, &line(&id, 2, 2), "Ese precio es muy bajo").await;
    approved(&world, &world.now, &world.luis, &id).await.problem(409, "consultation_open");
    let refused = approved(&world, &world.later, &world.luis, &id).await.problem(409, "comments_without_reply");
    assert_eq!(column(&refused["errors"], "pointer"), [format!("/comments/{second}")], "{refused}");
    sent(&world.later, &id, &fresh(), &comment(&line(&id, 2, 1), "Tarde")).await.problem(409, "consultation_closed");
    replied(&world.later, &world.luis, &id, &reply(&[&second], "not_accepted", &[])).await.data(201);
    approved(&world, &world.later, &world.luis, &id).await.data(200);

    let table = world.later.get(&format!("/v1/consultations/{id}/report?format=csv")).await;
    assert_eq!(table.body.lines().count(), 3, "{}", table.body);
    assert!(table.body.starts_with("number,comment_id,received_on,sender,line,kind,state,comment,"), "{}", table.body);
    let rows = world.later.data(&format!("/v1/consultations/{id}/report")).await;
    let row = |comment: &str| rows.as_array().unwrap().iter().find(|row| row["comment_id"] == comment).unwrap().clone();
    assert_eq!(row(first)["changed_lines"], json!([changed]), "{rows}");
    assert_eq!(row(&second)["disposition"], "not_accepted", "{rows}");
    let board = world.later.data("/v1/participation/board").await;
    assert_eq!((&board[0]["kind"], &board[0]["answered_in_term"]), (&json!("consultation_comment"), &json!(2)), "{board}");
    let ladder = world.later.data("/v1/participation/indicators").await;
    let accepted = ladder.as_array().unwrap().iter().find(|row| row["indicator"] == "comments_accepted").unwrap();
    assert_eq!((&accepted["numerator"], &accepted["denominator"]), (&json!(1), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_have_names_values_and_fates() {
    let (world, id) = opened("consultation_lines").await;
    let lines = async |query: &str| world.now.data(&format!("/v1/consultations/{id}/lines{query}")).await;
    let all = world.now.data("/v1/consultations?state=open").await;
    assert_eq!((count(&all), &all[0]["id"], &all[0]["days_left"]), (1, &json!(id), &json!(18)), "{all}");
    assert_eq!(count(&world.now.data("/v1/consultations?state=answered").await), 0);
    assert_eq!(world.later.data("/v1/consultations").await[0]["state"], "answered", "nobody commented");
    let ceiling = lines(&format!("?cum={}", cum(1))).await;
    assert_eq!((count(&ceiling), &ceiling[0]["line"]), (1, &json!(line(&id, 1, 1))), "{ceiling}");
    assert_eq!((&ceiling[0]["proposed_value"], &ceiling[0]["fate"]), (&json!("1000.00"), &json!("unchanged")));
    assert_eq!(ceiling[0]["change_percent"], Value::Null, "no list has a price for it");
    assert_eq!(count(&lines("?q=INSULINA%20nueva").await), 1);
    assert_eq!(count(&lines("?changed=true").await), 0);
    let head = lines("?limit=1000").await;
    assert!(column(&head, "field").contains(&"valid_from"), "{head}");
    let nearest = sent(&world.now, &id, &fresh(), &comment(&line(&id, 1, 9), "No está")).await.problem(400, "line_unknown");
    assert!(nearest["errors"][0]["detail"].as_str().unwrap().contains(&line(&id, 1, 1)), "{nearest}");
    for (member, value) in
        [("text", json!("")), ("text", json!("Escríbame a ana@example.org")), ("on_behalf_of", json!("Asociación de pacientes"))]
    {
        let mut body = comment(&line(&id, 1, 1), "El envase tiene 30 tabletas");
        body[member] = value;
        sent(&world.now, &id, &fresh(), &body).await.problem(422, "unprocessable");
    }
    for (member, value) in [("line", "x"), ("kind", "x"), ("proposed_value", "33,052")] {
        let mut body = comment(&line(&id, 1, 1), "El envase tiene 30 tabletas");
        body[member] = value.into();
        sent(&world.now, &id, &fresh(), &body).await.problem(400, "bad_body");
    }
    revised(&world, &id, 2).await;
    let added = lines("?changed=true").await;
    assert!(column(&added, "line").contains(&line(&id, 2, 2).as_str()), "{added}");
    assert!(column(&added, "fate").iter().all(|fate| *fate == "added"), "{added}");
    let file = world.now.data(&format!("/v1/consultations/{id}")).await;
    assert_eq!((count(&file["versions"]), &file["versions"][1]["changed"]), (2, &json!(count(&added))), "{file}");

    let path = format!("/v1/consultations/{id}/extensions");
    let longer = |day: &str| json!({"closes_on": day, "reason": "Hay una versión nueva del borrador"});
    world.now.post_as(&world.ana, &fresh(), &path, &longer("2026-12-09")).await.problem(422, "unprocessable");
    world.now.post_as(&world.ana, &fresh(), &path, &longer("2026-12-20")).await.data(200);
    assert_eq!(world.later.data("/v1/consultations").await[0]["state"], "open");
    commented_later(&world, &id).await;
}

async fn commented_later(world: &World, id: &str) {
    sent(&world.later, id, &fresh(), &comment(&line(id, 2, 1), "Aún a tiempo")).await.data(201);
    let open = world.later.data(&format!("/v1/consultations/{id}/comments?open=true&line={}", line(id, 1, 1))).await;
    assert_eq!(column(&open, "text"), ["Aún a tiempo"], "whatever the version");
    assert_eq!(count(&world.later.data(&format!("/v1/consultations/{id}/comments?disposition=accepted")).await), 0);
    assert_eq!(count(&world.later.data(&format!("/v1/consultations/{id}/comments?kind=support")).await), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_one_letter_are_one_argument_and_a_copied_reason_shows() {
    let (world, id) = opened("consultation_copies").await;
    let at = line(&id, 1, 1);
    let mut copies = Vec::new();
    for text in ["El precio es muy BAJO.", "el precio es muy bajo", "¡El precio  es muy bajo!"] {
        copies.push(commented(&world, &id, &at, text).await.0);
    }
    let (other, ticket) = commented(&world, &id, &at, "Falta una presentación").await;
    let file = world.now.data(&format!("/v1/consultations/{id}")).await["consultation"].clone();
    assert_eq!((&file["comments"], &file["arguments"], &file["without_reply"]), (&json!(4), &json!(2), &json!(4)), "{file}");
    let mixed = reply(&[&copies[0], &other], "out_of_scope", &[]);
    replied(&world.now, &world.ana, &id, &mixed).await.problem(422, "unprocessable");
    let group = world.now.data(&format!("/v1/consultation-comments/{}", copies[1])).await;
    assert_eq!(group["alike"], 3);
    let mut refusal = reply(&[], "not_accepted", &[]);
    refusal["group"] = group["group"].clone();
    let given = replied(&world.now, &world.luis, &id, &refusal).await.data(201);
    assert_eq!(count(&given["comments"]), 3, "each member has it: {given}");

    let copied = reply(&[&other], "not_accepted", &[]);
    let refused = replied(&world.now, &world.luis, &id, &copied).await.problem(422, "unprocessable");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(given["reply"].as_str().unwrap()), "{refused}");
    let mut named = copied.clone();
    named["same_reason_as"] = given["reply"].clone();
    replied(&world.now, &world.luis, &id, &named).await.data(201);
    let mut short = reply(&[&other], "already_so", &[]);
    short["text_es"] = "No.".into();
    replied(&world.now, &world.luis, &id, &short).await.problem(422, "unprocessable");

    let moderation = format!("/v1/consultation-comments/{}/moderation", copies[0]);
    let hold = |reason: Option<&str>| json!({"publish": false, "reason": reason});
    world.now.post_as(&world.ana, &fresh(), &moderation, &hold(None)).await.problem(422, "unprocessable");
    world.now.post_as(&world.ana, &fresh(), &moderation, &hold(Some("Nombra a una persona"))).await.data(200);
    world.now.post_as(&world.ana, &fresh(), &moderation, &hold(Some("Otra vez"))).await.problem(409, "conflict");
    let shown = world.now.data(&format!("/v1/consultation-comments/{}", copies[0])).await;
    assert_eq!((&shown["text"], &shown["withheld_reason"]), (&Value::Null, &json!("Nombra a una persona")));
    assert_eq!(count(&world.now.data(&format!("/v1/consultations/{id}/comments")).await), 3);
    let file = world.now.data(&format!("/v1/consultations/{id}")).await;
    assert_eq!(file["withheld"], json!([{"reason": "Nombra a una persona", "comments": 1}]));

    let withdrawal = format!("/v1/consultation-comments/{other}/withdrawals");
    for wrong in ["", "TMO-0", &ticket.replace("TMO-", "TMO-A")] {
        world.now.post(&withdrawal, &json!({"ticket": wrong})).await.problem(404, "not_found");
    }
    for _ in 0..2 {
        assert_eq!(world.now.post(&withdrawal, &json!({"ticket": ticket})).await.data(200)["state"], "withdrawn");
    }
    let shown = world.now.data(&format!("/v1/consultation-comments/{other}")).await;
    assert_eq!((&shown["text"], &shown["proposed_value"]), (&Value::Null, &Value::Null));
    let left =
        support::number(&world.database, "SELECT count(*) FROM consultation_comment c WHERE c::text LIKE '%Falta una%'").await;
    assert_eq!(left, 0, "nothing of the words is left");
    let table = world.now.data(&format!("/v1/consultations/{id}/report")).await;
    let mut states = column(&table, "state");
    states.sort_unstable();
    assert_eq!(states, ["published", "published", "withdrawn", "withheld"], "each keeps its number: {table}");
}

/// As the owner: more than one network may send in an hour.
async fn generated(world: &World, id: &str, version: i32, (from, to): (i32, i32)) {
    let sql = format!(
        "INSERT INTO consultation_comment (id, request_digest, draft_id, version, part, key, field, received_at, received_on, language, kind, text,
             interest_declared, body_digest, folded_digest, ticket_hash, due_on, due_citation)
         SELECT 'k' || lpad(to_hex(i), 12, '0'), repeat('a', 64), '{id}', {version}, l.part, l.key, l.field,
             timestamptz '2026-11-23 15:00:00Z' + i * interval '1 second', '2026-11-23', 'es', 'other',
             CASE i WHEN 500 THEN 'La única distinta' ELSE 'Una copia' END, false, repeat('b', 64), '', decode(repeat('ab', 32), 'hex'),
             '2027-01-07', 'Ley 1755 de 2015'
         FROM generate_series({from}, {to}) i CROSS JOIN LATERAL (SELECT k.part, k.key, k.field FROM consultation_line k
             WHERE k.draft_id = '{id}' AND k.version = {version} ORDER BY md5(i || k.part || k.key || k.field) LIMIT 1) l"
    );
    support::as_owner(&world.database, &sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_comments_resolve_for_ever_and_one_of_them_holds_approval_back() {
    let (world, id) = opened("consultation_thousand").await;
    generated(&world, &id, 1, (1, 334)).await;
    revised(&world, &id, 2).await;
    generated(&world, &id, 2, (335, 667)).await;
    revised(&world, &id, 3).await;
    generated(&world, &id, 3, (668, 1_000)).await;
    let all = world.now.data(&format!("/v1/consultations/{id}/comments?limit=1000")).await;
    assert_eq!(count(&all), 1_000);
    let versions = |number: i32| column(&all, "line").iter().filter(|line| line.contains(&format!(".v{number}/"))).count();
    assert_eq!((versions(1), versions(2), versions(3)), (334, 333, 333));
    assert!(column(&all, "fate").iter().all(|fate| *fate == "unchanged"), "rows were added, none was changed");
    for comment in all.as_array().unwrap().iter().step_by(97) {
        let shown = world.now.data(&format!("/v1/consultation-comments/{}", comment["id"].as_str().unwrap())).await;
        assert_eq!(&shown, comment);
    }
    let copies = all.as_array().unwrap().iter().find(|comment| comment["text"] == "Una copia").unwrap();
    assert_eq!(copies["alike"], 999);
    let mut to_all = reply(&[], "out_of_scope", &[]);
    to_all["group"] = copies["group"].clone();
    assert_eq!(count(&replied(&world.later, &world.luis, &id, &to_all).await.data(201)["comments"]), 999);

    let new = NewKey {
        holder: Holder::New { kind: PrincipalKind::Regulator, name: "Eva".to_owned(), company: None },
        scopes: None,
        days: 60,
    };
    let eva = people::made(&world.workflow, &world.admin, &new, cases::instant(cases::TODAY)).await.key.reveal();
    let both = [world.luis.as_str(), eva.as_str()];
    for answer in join_all(both.map(|who| approved(&world, &world.later, who, &id))).await {
        let refused = answer.problem(409, "comments_without_reply");
        assert_eq!(column(&refused["errors"], "pointer"), ["/comments/k0000000001f4"], "{refused}");
    }
    replied(&world.later, &world.ana, &id, &reply(&["k0000000001f4"], "already_so", &[])).await.data(201);
    let answers = join_all(both.map(|who| approved(&world, &world.later, who, &id))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "one of two");
    let moderation = json!({"publish": false, "reason": "tarde"});
    let path = "/v1/consultation-comments/k0000000001f4/moderation";
    world.later.post_as(&world.ana, &fresh(), path, &moderation).await.problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_sends_twenty_comments_in_an_hour() {
    let (world, id) = opened("consultation_limit").await;
    let nowhere = comment(&line(&id, 1, 9), "No está");
    for _ in 0..20 {
        sent(&world.now, &id, &fresh(), &nowhere).await.problem(400, "line_unknown");
    }
    let refused = sent(&world.now, &id, &fresh(), &nowhere).await;
    refused.problem(429, "too_many_requests");
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3_000..=3_600).contains(&wait), "{wait}");
}
