//! What the regulator and everybody else see of duties: the register, who reported, everybody's submissions, and the audit log with its filters.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::{TimeZone, offset},
};
use serde_json::{Value, json};

use crate::{
    cases::{self, World, replied},
    expected::{Expected, column, count},
    pages::{page, text},
    people::{self, OTHER_NIT, People},
    regulators::fresh,
    server::Server,
    sessions::{open, shown, sign_in},
    stage::{read_model, reports_header, upload},
};

/// What a row of the audit log must be like.
type Filter<'a> = &'a dyn Fn(&Value) -> bool;

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_a_page_with_what_sellers_replied() {
    let world = World::on(cases::filled("oversight_register", cases::LANTUS).await).await;
    assert!(text(&page(&world.now, "/registro").await.body).contains("No hay casos confirmados."));
    let suspected = world.get(&world.ana, "/v1/cases?state=suspected").await.data(200);
    let id = suspected[0]["id"].as_str().expect("a suspected case").to_owned();
    world.step(&world.now, &world.ana, &id, "notified").await.data(200);
    assert_eq!(replied(&world.later, &world.seller, &id, "Incluye <b>cinco</b> unidades.").await.status, 201);
    world.step(&world.later, &world.ana, &id, "confirmed").await.data(200);
    assert!(!page(&world.now, "/registro").await.body.contains(&id), "proposed is not confirmed");
    world.step(&world.later, &world.luis, &id, "confirmed").await.data(200);
    let case = world.now.data("/v1/register").await[0].clone();
    let body = page(&world.now, "/registro").await.body;
    let said = text(&body);
    for words in ["Vendedor S.A.", "NIT 900123456-8", "23 de noviembre de 2026", "16 de diciembre de 2026"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(body.contains("Incluye &lt;b&gt;cinco&lt;/b&gt; unidades.") && body.contains(case["id"].as_str().unwrap()), "{body}");
    assert!(body.contains(&format!("/actos/{}", case["act"]["id"].as_str().unwrap())), "{body}");
    let english = text(&page(&world.now, "/registro?lang=en&vendedor=900123456-8").await.body);
    assert!(english.contains("Above the ceiling") && english.contains("Vendedor S.A."), "{english}");
    let none = page(&world.now, "/registro?vendedor=800654321").await.body;
    assert!(!none.contains(&id) && none.contains("value=\"800654321\""), "{none}");
    assert_eq!(world.now.get("/registro?vendedor=x").await.status, 400);
    assert!(page(&world.now, "/").await.body.contains("/registro?lang=es"), "every page leads there");
}

/// Two reporters, of whom one has reported October, with three rows at fault.
async fn reported(name: &'static str) -> (People, Server) {
    let database = people::sample(name).await;
    let now: Timestamp = "2026-12-01T15:00:00Z".parse().unwrap();
    let people = People::arrive_at(database.clone(), now).await;
    let server = Server::living(read_model(&database), now, date(2026, 12, 1)).await;
    let row = |month: i8, price: &str| format!("19914312,20,2026,{month},2,VN,3,A,{price},30000,1,30000");
    let rows = [row(10, "30000"), row(10, "x"), row(10, "y"), row(11, "30000")];
    let body = format!("{}\n{}\n", reports_header(), rows.join("\n"));
    let path = "/v1/submissions?period=2026-10&name=octubre.csv";
    assert_eq!(upload(&server, &people.reporter, &fresh(), path, "text/csv", body.as_bytes()).await.status, 201);
    let path = "/v1/submissions?period=2026-10&dry_run=true";
    assert_eq!(upload(&server, &people.other_reporter, &fresh(), path, "text/csv", body.as_bytes()).await.status, 200);
    (people, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_is_a_page_for_all_and_in_the_work_area() {
    let (people, server) = reported("oversight_compliance").await;
    let public = page(&server, "/cumplimiento?periodo=2026-10").await.body;
    let said = text(&public);
    for words in [
        "Todos (2)",
        "Tarde (1)",
        "No ha reportado (1)",
        "Droguería MayoristaNIT 900123456-82026-10Tarde30 de noviembre de 2026",
        "1 de diciembre de 202613 (75 %)",
        "Hospital CentralNIT 890903938",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!public.contains("/trabajo/envios"), "what each sent is not for all");
    let silent = text(&page(&server, "/cumplimiento?periodo=2026-10&estado=silent&lang=en").await.body);
    assert!(silent.contains("Hospital Central") && !silent.contains("Mayorista"), "{silent}");
    assert_eq!(server.get("/cumplimiento?periodo=2026-5").await.status, 400);
    // Without a period: the last one that has ended.
    assert!(page(&server, "/cumplimiento").await.body.contains("value=\"2026-11\""));

    let ana = sign_in(&server, &people.drafter).await;
    let inside = shown(&server, &ana, "/trabajo/cumplimiento?periodo=2026-10").await.body;
    assert!(inside.contains("informante=900123456-8"), "{inside}");
    let wrong = open(&server, &ana, "/trabajo/cumplimiento?periodo=2026-5").await;
    assert!(
        wrong.status == 400 && wrong.body.contains("no «2026-5»") && wrong.body.contains("value=\"2026-5\""),
        "{}",
        wrong.body
    );
    let me = sign_in(&server, &people.reporter).await;
    assert!(!shown(&server, &me, "/trabajo/cumplimiento?periodo=2026-10").await.body.contains("informante="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regulator_sees_the_submissions_of_all_reporters_and_can_choose() {
    let (people, server) = reported("oversight_submissions").await;
    let ana = sign_in(&server, &people.drafter).await;
    let all = shown(&server, &ana, "/trabajo/envios").await.body;
    let said = text(&all);
    for words in
        ["Envíos de los informantes", "Droguería Mayorista", "Hospital Central", "octubre.csv", "prueba: nada quedó enviado"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!all.contains("/trabajo/enviar"), "who may not send is not offered to");
    let one = shown(&server, &ana, &format!("/trabajo/envios?informante={OTHER_NIT}")).await.body;
    assert!(one.contains("Hospital Central") && !one.contains("Droguería Mayorista"), "{one}");
    let none = shown(&server, &ana, "/trabajo/envios?estado=refused&lang=en").await.body;
    assert!(text(&none).contains("There are none."), "{none}");
    let wrong = open(&server, &ana, "/trabajo/envios?informante=x").await;
    assert!(wrong.status == 400 && wrong.body.contains("value=\"x\""), "{}", wrong.body);
    // A reporter finds its own and no other, whatever it asks for.
    let path = format!("/v1/submissions?reporter={OTHER_NIT}");
    assert_eq!(server.get_as(&people.reporter, &path).await.data(200), json!([]));
    assert_eq!(count(&server.get_as(&people.auditor, &path).await.data(200)), 1);
    // Both orders have pages.
    let mut seen = Vec::new();
    let mut path = "/v1/submissions?sort=newest&limit=1".to_owned();
    loop {
        let answer = server.get_as(&people.auditor, &path).await.json();
        seen.extend(answer["data"].as_array().unwrap().iter().map(|one| one["id"].clone()));
        let Some(next) = answer["meta"]["next_cursor"].as_str() else { break };
        path = format!("/v1/submissions?sort=newest&limit=1&cursor={next}");
    }
    seen.reverse();
    let oldest = server.get_as(&people.auditor, "/v1/submissions").await.data(200);
    assert_eq!(seen, column(&oldest, "id").into_iter().map(Value::from).collect::<Vec<_>>());
    assert_eq!(server.get_as(&people.auditor, "/v1/submissions?sort=oldest").await.status, 400);
}

/// Of an entry, in Colombia.
fn day(entry: &Value) -> Date {
    let at: Timestamp = entry["at"].as_str().unwrap().parse().unwrap();
    at.to_zoned(TimeZone::fixed(offset(-5))).date()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_filtered_and_read_from_its_end() {
    let (people, server) = reported("oversight_audit").await;
    let read = async |query: &str| server.get_as(&people.auditor, &format!("/v1/audit?limit=1000{query}")).await.data(200);
    let all = read("").await;
    let mut newest = read("&sort=newest").await;
    newest.as_array_mut().unwrap().reverse();
    assert_eq!(newest, all);
    let subject = all.as_array().unwrap().iter().find(|one| one["action"] == "accept_submission").unwrap()["subject"].clone();
    let of_subject = format!("&subject={}", subject.as_str().unwrap());
    let is_of_subject = |one: &Value| one["subject"] == subject;
    let (first, next) = (date(2026, 12, 1), date(2026, 12, 2));
    let filters: [(&str, Filter<'_>); 7] = [
        ("&action=receive_submission", &|one| one["action"] == "receive_submission"),
        ("&actor=mayorista", &|one| one["actor"] == "Droguería Mayorista"),
        ("&actor=%25", &|_| false),
        (&of_subject, &is_of_subject),
        ("&from=2026-12-01&to=2026-12-01", &|one| day(one) == first),
        ("&from=2026-12-02", &|one| day(one) >= next),
        ("&to=2026-11-30", &|one| day(one) < first),
    ];
    for (query, matches) in filters {
        let expected: Vec<Value> = all.as_array().unwrap().iter().filter(|one| matches(one)).cloned().collect();
        assert_eq!(read(query).await, Value::from(expected), "{query}");
    }
    let last = server.get_as(&people.auditor, "/v1/audit?sort=newest&limit=1000").await.json();
    assert_eq!(last["meta"]["next_cursor"], Value::Null, "from its end the log has a last page");

    let auditor = sign_in(&server, &people.auditor).await;
    let said = text(&shown(&server, &auditor, "/trabajo/bitacora").await.body);
    assert!(said.contains("begin_session") && said.contains("receive_submission"), "{said}");
    let chosen = shown(&server, &auditor, "/trabajo/bitacora?accion=accept_submission&quien=droguer").await.body;
    let link = format!("/trabajo/envios/{}?lang=es", subject.as_str().unwrap());
    assert!(chosen.replace("&#x2f;", "/").contains(&link) && !text(&chosen).contains("create_key"), "{chosen}");
    let wrong = open(&server, &auditor, "/trabajo/bitacora?del=ayer&lang=en").await;
    assert!(wrong.status == 400 && wrong.body.contains("There is a problem"), "{}", wrong.body);
    let ana = sign_in(&server, &people.drafter).await;
    assert_eq!(open(&server, &ana, "/trabajo/bitacora").await.status, 403);
    assert!(!shown(&server, &ana, "/trabajo/envios").await.body.contains("/trabajo/bitacora"));
}
