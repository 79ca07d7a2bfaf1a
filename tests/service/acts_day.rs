//! An act's life: drafted, looked at, approved by another, published, superseded, corrected; and never two where one can bind.

use serde_json::{Value, json};

use crate::{
    client::Answer,
    expected::{Expected, count},
    people::{self, People, pesos},
    server::Server,
    stage::{arrive, upload},
    support,
};

const LANTUS: &str = "19914312-20";

pub fn draft(title: &str, valid_from: &str, supersedes: &[&str], ceilings: &[(&str, &str, Option<&str>)]) -> Value {
    let ceilings: Vec<Value> = ceilings
        .iter()
        .map(|(cum, column, amount)| {
            let mut row = json!({"cum": cum, "column": column, "amount": amount.map(pesos), "ips_margin": "rule"});
            if cum.starts_with('3') {
                // No list knows it.
                row["description"] =
                    json!("NUEVO - Insulina Nueva 300UI/3ml (100UI/1ml) - Líquido - Inyectable x 1 - CASA NUEVA");
            }
            row
        })
        .collect();
    json!({"title": title, "valid_from": valid_from, "subject_es": "Precios máximos.", "subject_en": "Ceilings.", "source": "Acta 12",
        "supersedes": supersedes, "reason": "vigencia 2027", "ceilings": ceilings})
}

pub async fn approved(server: &Server, people: &People, deed: &str, body: &Value) -> String {
    let made = server.post_as(&people.drafter, &format!("{deed}-draft"), "/v1/act-drafts", body).await.data(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let (path, approval) = (format!("/v1/act-drafts/{id}/approval"), json!({"digest": made["digest"], "reason": "revisado"}));
    server.post_as(&people.approver, &format!("{deed}-approve"), &path, &approval).await.data(200);
    id
}

pub async fn publish(server: &Server, people: &People, deed: &str, id: &str) -> Answer {
    let path = format!("/v1/act-drafts/{id}/publication");
    let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
    server.post_as(&people.approver, &format!("{deed}-publish"), &path, &reason).await
}

/// Drafted, approved, and then this answer to its publication.
pub async fn enacted(server: &Server, people: &People, deed: &str, body: &Value) -> Answer {
    let id = approved(server, people, deed, body).await;
    publish(server, people, deed, &id).await
}

async fn check(server: &Server, amount: &str, date: &str) -> Value {
    let path = format!("/v1/check?cum={LANTUS}&amount={amount}&per=pack&date={date}&transaction=1&lang=en");
    server.data(&path).await
}

/// What the document says of lengths is kept to.
async fn keeps_to_lengths(server: &Server, people: &People, body: &Value) {
    for (member, chars) in [("source", 501), ("published_in", 201), ("reason", 2001)] {
        let mut long = body.clone();
        long[member] = json!("x".repeat(chars));
        assert_eq!(server.post_as(&people.drafter, member, "/v1/act-drafts", &long).await.status, 400, "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_persons_make_an_act_and_it_binds_from_its_day() {
    let (_, people, server) = arrive("acts_two_persons").await;
    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[(LANTUS, "institutional", Some("30000.00"))]);
    let made = server.post_as(&people.drafter, "d1", "/v1/act-drafts", &body).await;
    let data = made.data(201);
    assert_eq!(data["act"], "circular-30-2026");
    let (id, digest) = (data["id"].as_str().unwrap(), &data["digest"]);
    // The same deed again: the same answer, and no second draft. Another body under that key: refused.
    assert_eq!(server.post_as(&people.drafter, "d1", "/v1/act-drafts", &body).await.body, made.body);
    let mut other = body.clone();
    other["reason"] = json!("otra");
    server.post_as(&people.drafter, "d1", "/v1/act-drafts", &other).await.problem(422, "idempotency_key_reused");
    assert_eq!(count(&server.get_as(&people.approver, "/v1/act-drafts").await.data(200)), 1);

    keeps_to_lengths(&server, &people, &body).await;

    // Nobody else sees it, nothing binds yet.
    assert_eq!(server.get(&format!("/v1/act-drafts/{id}")).await.status, 401);
    assert_eq!(server.get_as(&people.reporter, &format!("/v1/act-drafts/{id}")).await.status, 403);
    assert_eq!(server.get("/v1/acts/circular-30-2026").await.status, 404);
    let preview = server.get_as(&people.approver, &format!("/v1/act-drafts/{id}/preview")).await.data(200);
    assert_has!(preview, {"/counts/lowered": 1, "/lowered/0/percent": "-9.2339"});
    assert_eq!(server.get("/v1/acts/circular-30-2026").await.status, 404);

    // Publishing needs approval, approval another person and the very content.
    let path = |what: &str| format!("/v1/act-drafts/{id}/{what}");
    let early = server.post_as(&people.approver, "p0", &path("publication"), &json!({"reason": "ya"})).await;
    assert_eq!(early.status, 409);
    let approve = async |who: &str, once: &str, digest: &Value| {
        server.post_as(who, once, &path("approval"), &json!({"digest": digest, "reason": "visto"})).await
    };
    approve(&people.drafter, "a0", digest).await.problem(403, "second_person_needed");
    approve(&people.approver, "a1", &json!("0".repeat(64))).await.problem(409, "stale_version");
    assert_eq!(approve(&people.approver, "a2", digest).await.data(200)["approved_by"], "Luis Mora");
    let published = publish(&server, &people, "p", id).await;
    // What was foreseen is what happened.
    let mut effect = published.data(201);
    assert_eq!(published.header("location"), Some("/v1/acts/circular-30-2026"));
    assert!(effect["published_at"].is_string());
    effect["published_at"] = Value::Null;
    assert_eq!(effect, preview);
    assert_eq!(publish(&server, &people, "p", id).await.body, published.body, "the second try is the first");
    assert_eq!(publish(&server, &people, "p2", id).await.status, 409);

    // A future act is visible to everyone with its date, and prices of the future are judged by it.
    let act = server.data("/v1/acts/circular-30-2026").await;
    assert_has!(act, {"in_force_from": "2027-01-01", "/publication/version": 1, "confirmed": true});
    let verdict = check(&server, "30000.01", "2027-02-15").await;
    assert_has!(verdict, {"verdict": "above", "/ceiling/act": "circular-30-2026"});
    assert_eq!(check(&server, "30000", "2027-02-15").await["verdict"], "within");
    assert_eq!(check(&server, "30001", "2026-12-31").await["reasons"][0], "ceiling_list_out_of_date");
    assert_eq!(check(&server, "33052.01", "2020-06").await["ceiling"]["act"], "circular-10-2020");
    // It names one column of this medicine, and is silent about the others.
    let counter = format!("/v1/check?cum={LANTUS}&amount=1&per=pack&date=2027-02-15&transaction=2");
    assert_eq!(server.data(&counter).await["verdict"], "cannot_compare");
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_superseded_and_corrected_never_changed() {
    let (database, people, server) = arrive("acts_superseded").await;
    let column = "institutional";
    let enact = async |once: &str, title: &str, day: &str, supersedes: &[&str], ceilings: &[(&str, &str)]| {
        let ceilings: Vec<_> = ceilings.iter().map(|(cum, amount)| (*cum, column, Some(*amount))).collect();
        enacted(&server, &people, once, &draft(title, day, supersedes, &ceilings)).await
    };
    let other = "/v1/medicines/19914312-21";
    let named = server.data(other).await;
    assert!(named["brand"].as_str().unwrap().contains("LANTUS"), "{named}");
    let unknown = draft("Circular 29 de 2026", "2027-01-01", &[], &[("41000000-1", column, Some("1"))]);
    let refused = server.post_as(&people.drafter, "unknown", "/v1/act-drafts", &unknown).await;
    assert_eq!(refused.fault(422)["code"], "description_needed");
    let both = [(LANTUS, "30000"), ("19914312-21", "9")];
    enact("one", "Circular 30 de 2026", "2027-01-01", &[], &both).await.data(201);
    // Another act there must say that it replaces the first.
    let refused = enact("two", "Circular 31 de 2026", "2027-02-01", &[], &[(LANTUS, "28000")]).await;
    assert_eq!(refused.problem(409, "act_overlaps")["errors"][0]["detail"], "circular-30-2026");
    let second = enact("three", "Circular 32 de 2026", "2027-02-01", &["circular-30-2026"], &[(LANTUS, "28000")]).await;
    assert_has!(second.data(201), {"/counts/withdrawn": 1});
    assert_eq!(check(&server, "29000", "2027-01-20").await["verdict"], "within");
    assert_eq!(check(&server, "29000", "2027-02-20").await["ceiling"]["act"], "circular-32-2026");
    // What ends keeps its name, market and content.
    assert_has!(server.data(other).await, {"market": named["market"], "brand": named["brand"]});
    for (date, verdict) in [("2027-02-15", "no_ceiling_for_this_stage"), ("2027-01-15", "above")] {
        let ended = format!("/v1/check?cum=19914312-21&amount=10&per=pack&date={date}&transaction=1");
        assert_eq!(server.data(&ended).await["verdict"], verdict, "{date}");
    }
    // A correction names itself; what was known before stays readable.
    let before = jiff::Timestamp::from_microsecond(people::now().as_microsecond()).unwrap();
    let corrected = enact("four", "Circular 32 de 2026", "2027-02-01", &["circular-32-2026"], &[(LANTUS, "29500")]).await;
    assert_eq!(corrected.data(201)["version"], 2);
    let later = people::server(&database).await;
    assert_eq!(check(&later, "29000", "2027-02-20").await["verdict"], "within");
    assert_eq!(check(&later, "29000", &format!("2027-02-20&known_at={before}")).await["verdict"], "above");
    assert_eq!(server.data("/v1/acts/circular-30-2026").await["repealed_by"], "circular-32-2026");
    // An imported act can be superseded too: what it bound and the new act does not name ends.
    let imported = enact("five", "Circular 33 de 2026", "2026-11-01", &["circular-10-2020"], &[("19914312-2", "100")]).await;
    assert!(imported.data(201)["counts"]["withdrawn"].as_u64().unwrap() > 10, "{}", imported.body);
    // What it ends is no price that it sets.
    let act = server.data("/v1/acts/circular-33-2026").await;
    assert_has!(act, {"ceilings": 1, "markets": 0, "list_held": true, "/lists/0/ceilings": 1, "standing": "in_force"});
    // Of the row that the database keeps, nothing changes.
    let client = database.import_connection().await.unwrap();
    for sql in
        ["UPDATE act_publication SET valid_from = valid_from", "DELETE FROM act_publication", "TRUNCATE act_publication CASCADE"]
    {
        assert!(client.execute(sql, &[]).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_official_list_fills_a_draft() {
    let (_, people, server) = arrive("acts_upload").await;
    let body = draft("Circular 19 de 2024", "2024-07-31", &[], &[]);
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &body).await.data(201);
    let path = |what: &str| format!("/v1/act-drafts/{}/{what}", made["id"].as_str().unwrap());
    let list = std::fs::read(support::sample_file(support::OPEN_DATA_LIST)).unwrap();
    let add = async |once: &str| upload(&server, &people.drafter, once, &path("list"), "text/csv", &list).await;
    let added = add("up").await.data(200);
    assert!(added["taken"].as_u64().unwrap() > 5 && added["draft"]["digest"] != made["digest"], "{added}");
    let rows = server.get_as(&people.approver, &path("ceilings?limit=1000")).await.data(200);
    assert_eq!(count(&rows) as u64, added["draft"]["ceilings"].as_u64().unwrap());
    assert_eq!(add("up2").await.fault(422)["code"], "repeated");
    let preview = server.get_as(&people.approver, &path("preview")).await.data(200);
    assert!(preview["reports"]["judged_again"].as_u64().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_opens_nothing_within_five_seconds() {
    let (_, people, server) = arrive("acts_revoked").await;
    assert_eq!(server.get_as(&people.drafter, "/v1/me").await.status, 200);
    let id = people.drafter.split('_').nth(3).unwrap();
    people.workflow.revoke_key(&people.admin, id, "se fue", people::now()).await.unwrap();
    let revoked = std::time::Instant::now();
    while server.get_as(&people.drafter, "/v1/me").await.status == 200 {
        assert!(revoked.elapsed() < std::time::Duration::from_secs(5), "still open");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let refused = server.get_as(&people.drafter, "/v1/act-drafts").await;
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer realm=\"termometro\"")));
    assert_eq!(server.get_as(&people.approver, "/v1/me").await.json()["data"]["name"], "Luis Mora");
}

fn market(title: &str, valid_from: &str, supersedes: &[&str], price: Option<&str>) -> Value {
    let mut body = draft(title, valid_from, supersedes, &[]);
    let rows = price.map(|price| {
        json!({"market": "96", "atc": "A10AE04", "ingredient": "Insulina Glargina", "form_group": "Líquido/Sólido - Inyectable",
            "unit_price": {"amount": price, "currency": "COP", "per": "regulated_unit"}, "unit": "UI"})
    });
    body["markets"] = rows.into_iter().collect();
    body
}

/// A medicine of the market that no ceiling names is bound by the unit price, and by one act at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_markets_price_is_of_one_act_at_a_time_too() {
    let (_, people, server) = arrive("acts_market").await;
    let enact = async |once: &str, body: &Value| enacted(&server, &people, once, body).await;
    let first = enact("m1", &market("Circular 40 de 2026", "2027-01-01", &[], Some("50"))).await;
    assert_has!(first.data(201), {"/counts/markets": 1});
    // 300 UI at 50 pesos: 15,000, where the list's own ceiling is of 2020.
    let verdict = check(&server, "20000", "2027-02-01").await;
    assert_has!(verdict, {"verdict": "above", "/ceiling/basis": "derived_from_unit_price", "/ceiling/amount": "15000.00"});
    let second = enact("m2", &market("Circular 41 de 2026", "2027-02-01", &[], Some("60"))).await;
    assert_eq!(second.fault(409)["detail"], "circular-40-2026");
    // An act that supersedes it and does not name the market ends its price.
    let third = enact("m3", &market("Circular 42 de 2026", "2027-03-01", &["circular-40-2026"], None)).await;
    assert_eq!(third.data(201)["withdrawn_markets"], json!(["96"]));
    let act = server.data("/v1/acts/circular-42-2026").await;
    assert_has!(act, {"ceilings": 0, "markets": 0, "list_held": true}, "it only ends");
    assert_eq!(check(&server, "20000", "2027-02-01").await["verdict"], "above");
    assert_eq!(check(&server, "20000", "2027-03-15").await["verdict"], "no_ceiling_for_this_stage");
    // What is malformed is named, all of it at once.
    let mut faulty = market("Circular 43 de 2026", "2027-13-01", &["Circular 1"], Some("1e5"));
    faulty["ceilings"] = json!([{"cum": "x", "column": "y", "amount": {"amount": "1", "currency": "USD", "per": "unit"}}]);
    let answer = server.post_as(&people.drafter, "faulty", "/v1/act-drafts", &faulty).await;
    assert_eq!(count(&answer.problem(400, "bad_body")["errors"]), 7, "{}", answer.body);
}
