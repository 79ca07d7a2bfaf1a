//! An act's life: drafted, looked at, approved by another, published, superseded, corrected; and never two where one can bind.

use serde_json::{Value, json};

use crate::{
    people::{self, People, pesos},
    server::Server,
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
    let made = server.post_as(&people.drafter, &format!("{deed}-draft"), "/v1/act-drafts", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let (id, digest) = (made["data"]["id"].as_str().unwrap().to_owned(), made["data"]["digest"].clone());
    let path = format!("/v1/act-drafts/{id}/approval");
    let answer = server
        .post_as(&people.approver, &format!("{deed}-approve"), &path, &json!({"digest": digest, "reason": "revisado"}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    id
}

pub async fn publish(server: &Server, people: &People, deed: &str, id: &str) -> crate::client::Answer {
    let path = format!("/v1/act-drafts/{id}/publication");
    server.post_as(&people.approver, &format!("{deed}-publish"), &path, &json!({"reason": "aprobado"})).await
}

async fn check(server: &Server, amount: &str, date: &str) -> Value {
    let path = format!("/v1/check?cum={LANTUS}&amount={amount}&per=pack&date={date}&transaction=1&lang=en");
    server.get(&path).await.json()["data"].clone()
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
    let database = people::sample("acts_two_persons").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[(LANTUS, "institutional", Some("30000.00"))]);
    let made = server.post_as(&people.drafter, "d1", "/v1/act-drafts", &body).await;
    assert_eq!((made.status, made.json()["data"]["act"].as_str().unwrap()), (201, "circular-30-2026"));
    let (id, digest) = (made.json()["data"]["id"].as_str().unwrap().to_owned(), made.json()["data"]["digest"].clone());
    // The same deed again: the same answer, and no second draft. Another body under that key: refused.
    assert_eq!(server.post_as(&people.drafter, "d1", "/v1/act-drafts", &body).await.body, made.body);
    let mut other = body.clone();
    other["reason"] = json!("otra");
    let reused = server.post_as(&people.drafter, "d1", "/v1/act-drafts", &other).await;
    assert_eq!((reused.status, reused.json()["code"].as_str().unwrap()), (422, "idempotency_key_reused"));
    let listed = server.get_as(&people.approver, "/v1/act-drafts").await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);

    keeps_to_lengths(&server, &people, &body).await;

    // Nobody else sees it, nothing binds yet.
    assert_eq!(server.get(&format!("/v1/act-drafts/{id}")).await.status, 401);
    assert_eq!(server.get_as(&people.reporter, &format!("/v1/act-drafts/{id}")).await.status, 403);
    assert_eq!(server.get("/v1/acts/circular-30-2026").await.status, 404);
    let preview = server.get_as(&people.approver, &format!("/v1/act-drafts/{id}/preview")).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    let preview = preview.json()["data"].clone();
    assert_eq!(preview["counts"]["lowered"], 1, "{preview}");
    assert_eq!(preview["lowered"][0]["percent"], "-9.2339");
    assert_eq!(server.get("/v1/acts/circular-30-2026").await.status, 404);

    // Publishing needs approval, approval another person and the very content.
    let path = |what: &str| format!("/v1/act-drafts/{id}/{what}");
    let early = server.post_as(&people.approver, "p0", &path("publication"), &json!({"reason": "ya"})).await;
    assert_eq!(early.status, 409);
    let own = server.post_as(&people.drafter, "a0", &path("approval"), &json!({"digest": digest, "reason": "yo misma"})).await;
    assert_eq!((own.status, own.json()["code"].as_str().unwrap()), (403, "second_person_needed"));
    let wrong = json!({"digest": "0".repeat(64), "reason": "visto"});
    let stale = server.post_as(&people.approver, "a1", &path("approval"), &wrong).await;
    assert_eq!((stale.status, stale.json()["code"].as_str().unwrap()), (409, "stale_version"));
    let done = server.post_as(&people.approver, "a2", &path("approval"), &json!({"digest": digest, "reason": "visto"})).await;
    assert_eq!((done.status, done.json()["data"]["approved_by"].as_str().unwrap()), (200, "Luis Mora"));
    let published = publish(&server, &people, "p", &id).await;
    assert_eq!(published.status, 201, "{}", published.body);
    assert_eq!(published.header("location"), Some("/v1/acts/circular-30-2026"));
    // What was foreseen is what happened.
    let mut effect = published.json()["data"].clone();
    assert!(effect["published_at"].is_string());
    effect["published_at"] = Value::Null;
    assert_eq!(effect, preview);
    assert_eq!(publish(&server, &people, "p", &id).await.body, published.body, "the second try is the first");
    assert_eq!(publish(&server, &people, "p2", &id).await.status, 409);

    // A future act is visible to everyone with its date, and prices of the future are judged by it.
    let act = server.get("/v1/acts/circular-30-2026").await.json();
    assert_eq!(act["data"]["in_force_from"], "2027-01-01");
    assert_eq!((&act["data"]["publication"]["version"], &act["data"]["confirmed"]), (&json!(1), &json!(true)), "{act}");
    let verdict = check(&server, "30000.01", "2027-02-15").await;
    assert_eq!((verdict["verdict"].as_str(), verdict["ceiling"]["act"].as_str()), (Some("above"), Some("circular-30-2026")));
    assert_eq!(check(&server, "30000", "2027-02-15").await["verdict"], "within");
    assert_eq!(check(&server, "30001", "2026-12-31").await["reasons"][0], "ceiling_list_out_of_date");
    assert_eq!(check(&server, "33052.01", "2020-06").await["ceiling"]["act"], "circular-10-2020");
    // It names one column of this medicine, and is silent about the others.
    let counter = format!("/v1/check?cum={LANTUS}&amount=1&per=pack&date=2027-02-15&transaction=2");
    assert_eq!(server.get(&counter).await.json()["data"]["verdict"], "cannot_compare");
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_superseded_and_corrected_never_changed() {
    let database = people::sample("acts_superseded").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let column = "institutional";
    let named = server.get("/v1/medicines/19914312-21").await.json();
    assert!(named["data"]["brand"].as_str().unwrap().contains("LANTUS"), "{named}");
    let unknown = draft("Circular 29 de 2026", "2027-01-01", &[], &[("41000000-1", column, Some("1"))]);
    let refused = server.post_as(&people.drafter, "unknown", "/v1/act-drafts", &unknown).await;
    assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_str().unwrap()), (422, "description_needed"));
    let first =
        draft("Circular 30 de 2026", "2027-01-01", &[], &[(LANTUS, column, Some("30000")), ("19914312-21", column, Some("9"))]);
    let first = approved(&server, &people, "one", &first).await;
    assert_eq!(publish(&server, &people, "one", &first).await.status, 201);
    // Another act there must say that it replaces the first.
    let second = draft("Circular 31 de 2026", "2027-02-01", &[], &[(LANTUS, column, Some("28000"))]);
    let second = approved(&server, &people, "two", &second).await;
    let refused = publish(&server, &people, "two", &second).await;
    assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (409, "act_overlaps"));
    assert_eq!(refused.json()["errors"][0]["detail"], "circular-30-2026");
    let third = draft("Circular 32 de 2026", "2027-02-01", &["circular-30-2026"], &[(LANTUS, column, Some("28000"))]);
    let third = approved(&server, &people, "three", &third).await;
    let done = publish(&server, &people, "three", &third).await;
    assert_eq!((done.status, &done.json()["data"]["counts"]["withdrawn"]), (201, &json!(1)), "{}", done.body);
    assert_eq!(check(&server, "29000", "2027-01-20").await["verdict"], "within");
    assert_eq!(check(&server, "29000", "2027-02-20").await["ceiling"]["act"], "circular-32-2026");
    // What ends keeps its name, market and content.
    assert_eq!(server.get("/v1/medicines/19914312-21").await.json()["data"]["market"], named["data"]["market"]);
    assert_eq!(server.get("/v1/medicines/19914312-21").await.json()["data"]["brand"], named["data"]["brand"]);
    let ended = "/v1/check?cum=19914312-21&amount=10&per=pack&date=2027-02-15&transaction=1";
    assert_eq!(server.get(ended).await.json()["data"]["verdict"], "no_ceiling_for_this_stage");
    let ended = "/v1/check?cum=19914312-21&amount=10&per=pack&date=2027-01-15&transaction=1";
    assert_eq!(server.get(ended).await.json()["data"]["verdict"], "above");
    // A correction names itself; what was known before stays readable.
    let before = jiff::Timestamp::from_microsecond(people::now().as_microsecond()).unwrap();
    let fourth = draft("Circular 32 de 2026", "2027-02-01", &["circular-32-2026"], &[(LANTUS, column, Some("29500"))]);
    let fourth = approved(&server, &people, "four", &fourth).await;
    let done = publish(&server, &people, "four", &fourth).await;
    assert_eq!((done.status, &done.json()["data"]["version"]), (201, &json!(2)), "{}", done.body);
    let later = people::server(&database).await;
    assert_eq!(check(&later, "29000", "2027-02-20").await["verdict"], "within");
    let path = format!("/v1/check?cum={LANTUS}&amount=29000&per=pack&date=2027-02-20&transaction=1&known_at={before}");
    assert_eq!(later.get(&path).await.json()["data"]["verdict"], "above");
    let replaced = server.get("/v1/acts/circular-30-2026").await.json();
    assert_eq!(replaced["data"]["repealed_by"], "circular-32-2026");
    // An imported act can be superseded too: what it bound and the new act does not name ends.
    let fifth = draft("Circular 33 de 2026", "2026-11-01", &["circular-10-2020"], &[("19914312-2", column, Some("100"))]);
    let fifth = approved(&server, &people, "five", &fifth).await;
    let done = publish(&server, &people, "five", &fifth).await;
    assert_eq!(done.status, 201, "{}", done.body);
    assert!(done.json()["data"]["counts"]["withdrawn"].as_u64().unwrap() > 10, "{}", done.body);
    // What it ends is no price that it sets.
    let act = server.get("/v1/acts/circular-33-2026").await.json()["data"].clone();
    assert_eq!((&act["ceilings"], &act["markets"], &act["list_held"]), (&json!(1), &json!(0), &json!(true)), "{act}");
    assert_eq!((&act["lists"][0]["ceilings"], &act["standing"]), (&json!(1), &json!("in_force")));
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
    let database = people::sample("acts_upload").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let body = draft("Circular 19 de 2024", "2024-07-31", &[], &[]);
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &body).await.json();
    let id = made["data"]["id"].as_str().unwrap();
    let list = std::fs::read(support::sample_file(support::OPEN_DATA_LIST)).unwrap();
    let headers = format!("authorization: Bearer {}\r\nidempotency-key: up\r\ncontent-type: text/csv\r\n", people.drafter);
    let path = format!("/v1/act-drafts/{id}/list");
    let answer = server.send("POST", &path, &headers, Some(&list)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let taken = answer.json()["data"]["taken"].as_u64().unwrap();
    assert!(taken > 5 && answer.json()["data"]["draft"]["digest"] != made["data"]["digest"], "{}", answer.body);
    let rows = server.get_as(&people.approver, &format!("/v1/act-drafts/{id}/ceilings?limit=1000")).await.json();
    assert_eq!(rows["data"].as_array().unwrap().len() as i64, answer.json()["data"]["draft"]["ceilings"].as_i64().unwrap());
    let again = server.send("POST", &path, &headers.replace("up", "up2"), Some(&list)).await;
    assert_eq!((again.status, again.json()["errors"][0]["code"].as_str().unwrap()), (422, "repeated"));
    let preview = server.get_as(&people.approver, &format!("/v1/act-drafts/{id}/preview")).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    assert!(preview.json()["data"]["reports"]["judged_again"].as_u64().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_opens_nothing_within_five_seconds() {
    let database = people::sample("acts_revoked").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
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
    let database = people::sample("acts_market").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let publish_market = async |deed: &str, body: &Value| {
        let id = approved(&server, &people, deed, body).await;
        publish(&server, &people, deed, &id).await
    };
    let first = publish_market("m1", &market("Circular 40 de 2026", "2027-01-01", &[], Some("50"))).await;
    assert_eq!((first.status, &first.json()["data"]["counts"]["markets"]), (201, &json!(1)), "{}", first.body);
    let derived = async |date: &str| {
        let path = format!("/v1/check?cum={LANTUS}&amount=20000&per=pack&date={date}&transaction=1");
        server.get(&path).await.json()["data"].clone()
    };
    // 300 UI at 50 pesos: 15,000, where the list's own ceiling is of 2020.
    let verdict = derived("2027-02-01").await;
    assert_eq!(
        (&verdict["verdict"], &verdict["ceiling"]["basis"]),
        (&json!("above"), &json!("derived_from_unit_price")),
        "{verdict}"
    );
    assert_eq!(verdict["ceiling"]["amount"], "15000.00");
    let second = publish_market("m2", &market("Circular 41 de 2026", "2027-02-01", &[], Some("60"))).await;
    assert_eq!((second.status, second.json()["errors"][0]["detail"].as_str().unwrap()), (409, "circular-40-2026"));
    // An act that supersedes it and does not name the market ends its price.
    let third = publish_market("m3", &market("Circular 42 de 2026", "2027-03-01", &["circular-40-2026"], None)).await;
    assert_eq!((third.status, &third.json()["data"]["withdrawn_markets"]), (201, &json!(["96"])), "{}", third.body);
    let act = server.get("/v1/acts/circular-42-2026").await.json()["data"].clone();
    assert_eq!(
        (&act["ceilings"], &act["markets"], &act["list_held"]),
        (&json!(0), &json!(0), &json!(true)),
        "it only ends: {act}"
    );
    assert_eq!(derived("2027-02-01").await["verdict"], "above");
    assert_eq!(derived("2027-03-15").await["verdict"], "no_ceiling_for_this_stage");
    // What is malformed is named, all of it at once.
    let mut faulty = market("Circular 43 de 2026", "2027-13-01", &["Circular 1"], Some("1e5"));
    faulty["ceilings"] = json!([{"cum": "x", "column": "y", "amount": {"amount": "1", "currency": "USD", "per": "unit"}}]);
    let answer = server.post_as(&people.drafter, "faulty", "/v1/act-drafts", &faulty).await;
    let errors = answer.json()["errors"].as_array().unwrap().len();
    assert!(answer.status == 400 && errors == 7, "{}", answer.body);
}
