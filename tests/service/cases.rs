//! From verdicts to cases and on to the register: what opens, who may move what, and that every peso can be worked out again.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::{Actor, PrincipalKind},
    dossier::verify::verify,
    exports::build::Builder,
    ingest::SourceKind,
    store::{judging::cases::refresh, postgres::database::Database},
    workflow::{
        Workflow,
        access::keys::{Company, Holder, NewKey},
    },
};

use crate::{
    client::Answer,
    expected::{Expected, audited, column, count},
    exports, people,
    regulators::fresh,
    server::Server,
    stage::read_model,
    support,
};

const SELLER: &str = "900123456";
const OTHER: &str = "800654321";
/// Monday; the 15 working days after it end on 2026-12-15 (8 December is a holiday).
pub const TODAY: Date = date(2026, 11, 23);
pub const LATER: Date = date(2026, 12, 16);

pub fn instant(day: Date) -> Timestamp {
    format!("{day}T15:00:00Z").parse().unwrap()
}

/// A database with the sample's reports, their sellers named by `sellers` (SQL over sismed_report), and cases made of them.
pub async fn filled(name: &'static str, sellers: &str) -> Database {
    let database = support::database(name).await;
    for (kind, file) in support::SAMPLE_FILES.into_iter().filter(|(kind, _)| *kind != SourceKind::Thermometer) {
        support::import(&database, kind, &support::sample_file(file)).await;
    }
    support::as_owner(&database, sellers).await;
    refreshed(&database, reports_file(&database).await).await;
    database
}

/// As whoever owns the tables: the service itself may not rewrite what a file said.
async fn reports_file(database: &Database) -> i64 {
    support::number(database, "SELECT max(source_file_id) FROM sismed_report").await
}

async fn refreshed(database: &Database, import: i64) -> termometro::store::judging::cases::CaseChanges {
    let mut client = database.import_connection().await.unwrap();
    let tx = client.transaction().await.unwrap();
    let changes = refresh(&tx, import, (instant(TODAY), TODAY), support::MAX_AGE_DAYS).await.unwrap();
    tx.commit().await.unwrap();
    changes
}

/// A later import, under which assessments can be closed and opened.
async fn later_import(database: &Database) -> i64 {
    let columns = "kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence";
    let hash = "md5(clock_timestamp()::text) || md5('x')";
    support::as_owner(
        database,
        &format!("INSERT INTO source_file ({columns}) VALUES ('ceilings', 'later', {hash}, 0, '', '', '', '', '')"),
    )
    .await;
    support::number(database, "SELECT max(id) FROM source_file").await
}

/// Principals with their keys, and the service at two days.
pub struct World {
    pub database: Database,
    pub workflow: Workflow,
    pub admin: Actor,
    pub now: Server,
    pub later: Server,
    pub ana: String,
    pub luis: String,
    pub seller: String,
    stranger: String,
    pub auditor: String,
}

impl World {
    pub async fn on(database: Database) -> Self {
        let workflow = support::workflow(database.clone());
        let admin = people::operators(&workflow, instant(TODAY)).await;
        Self {
            now: Server::living(read_model(&database), instant(TODAY), TODAY).await,
            later: Server::living(read_model(&database), instant(LATER), LATER).await,
            ana: key(&workflow, &admin, PrincipalKind::Regulator, "Ana", None).await,
            luis: key(&workflow, &admin, PrincipalKind::Regulator, "Luis", None).await,
            seller: key(&workflow, &admin, PrincipalKind::Reporter, "Vendedor S.A.", Some(SELLER)).await,
            stranger: key(&workflow, &admin, PrincipalKind::Reporter, "Otro S.A.", Some(OTHER)).await,
            auditor: key(&workflow, &admin, PrincipalKind::Auditor, "Auditora", None).await,
            workflow,
            admin,
            database,
        }
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.now.get_as(who, path).await
    }

    pub async fn case(&self, id: &str) -> Value {
        self.get(&self.ana, &format!("/v1/cases/{id}")).await.data(200)
    }

    /// A step on the version that stands.
    pub async fn step(&self, server: &Server, who: &str, id: &str, to: &str) -> Answer {
        let version = self.case(id).await["version"].clone();
        moved(server, who, id, &json!({"to": to, "reason": "visto el expediente", "version": version}), &fresh()).await
    }

    async fn the_case(&self, query: &str) -> String {
        let found = self.get(&self.ana, &format!("/v1/cases?{query}")).await.data(200);
        assert_eq!(count(&found), 1, "{query}: {found}");
        found[0]["id"].as_str().unwrap().to_owned()
    }
}

async fn key(workflow: &Workflow, admin: &Actor, kind: PrincipalKind, name: &str, nit: Option<&str>) -> String {
    let company = |nit: &str| Company { nit: nit.to_owned(), actor: "wholesaler".to_owned(), obliged_from: date(2020, 1, 1) };
    let holder = Holder::New { kind, name: name.to_owned(), company: nit.map(company) };
    let new = NewKey { holder, scopes: None, days: 60 };
    people::made(workflow, admin, &new, instant(TODAY)).await.key.reveal()
}

async fn moved(server: &Server, who: &str, id: &str, body: &Value, once: &str) -> Answer {
    server.post_as(who, once, &format!("/v1/cases/{id}/transitions"), body).await
}

pub async fn replied(server: &Server, who: &str, id: &str, text: &str) -> Answer {
    server.post_as(who, &fresh(), &format!("/v1/cases/{id}/replies"), &json!({"text": text})).await
}

/// Reports that an import no longer finds above.
fn falls(import: i64, reports: &str) -> String {
    format!(
        "UPDATE reassessment SET superseded_in = {import} WHERE superseded_in IS NULL AND report_id IN ({reports});
         INSERT INTO reassessment SELECT id, part, (SELECT min(code) FROM judgement_code WHERE verdict = 'within'), {import}
         FROM sismed_row WHERE id IN ({reports})"
    )
}

pub const LANTUS: &str = "UPDATE sismed_row SET seller_nit = '900123456' WHERE expediente = 19914312";

const ABOVE: &str = "SELECT r.operation, r.unit, r.minimum, r.maximum, r.units, r.value, b.binding, b.dispensing_units, b.regulated_units,
    e.amount, e.left_side, e.right_side, e.factor, e.price, a.another_unit_fits, e.another_unit_fits AS doubtful, a.minimum_verdict,
    c.expediente = r.expediente AND c.consecutive = r.consecutive AND c.act_id = b.act_id AS same,
    c.period_from <= r.period_from AND r.period_until <= c.period_until AS inside,
    c.period_until = (c.period_from + interval '3 months')::date OR (c.period_from, c.period_until) = (r.period_from, r.period_until) AS span
    FROM assessment a JOIN sismed_report r ON r.id = a.report_id
    LEFT JOIN case_evidence e ON e.report_id = r.id LEFT JOIN basis b ON b.id = e.basis_id LEFT JOIN case_file c ON c.id = e.case_id
    WHERE a.superseded_in IS NULL AND a.verdict = 'above'";

#[tokio::test(flavor = "multi_thread")]
async fn every_sale_above_is_evidence_once_and_every_peso_is_exact() {
    let claim = "UPDATE sismed_row SET operation = 2 WHERE line = 10 AND expediente = 19914312";
    let database = filled("cases_amounts", &format!("UPDATE sismed_row SET seller_nit = '900123456'; {claim}")).await;
    let mut connection = database.read_connection().await.unwrap();
    let rows = connection.query(ABOVE, &[]).await.unwrap();
    let exact = |value: Decimal| BigRational::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()));
    let mut prices = std::collections::BTreeMap::new();
    let (mut claims, mut cut) = (0, 0);
    for row in &rows {
        let stored: Option<Decimal> = row.get("amount");
        let Some(stored) = stored else {
            assert_eq!(row.get::<_, &str>("operation"), "RC", "only a reimbursement claim is no sale");
            claims += 1;
            continue;
        };
        assert!(row.get::<_, bool>("same") && row.get::<_, bool>("inside") && row.get::<_, bool>("span"));
        assert_eq!(row.get::<_, bool>("another_unit_fits"), row.get::<_, bool>("doubtful"));
        let number = |column: &str| row.get::<_, Option<Decimal>>(column).map(exact);
        let one = BigRational::from_integer(1.into());
        let factor = match row.get("unit") {
            "C" => number("dispensing_units").unwrap(),
            "D" => number("regulated_units").unwrap(),
            _ => one.clone(),
        };
        let binding = number("binding").unwrap();
        let over = |price: Option<BigRational>, units: BigRational| {
            let (left, right) = (price? * &factor, &binding * units);
            (left > right).then_some((left, right))
        };
        let average = number("units").and_then(|units| over(number("value"), units)).map(|sides| ("average", sides));
        let maximum = || over(number("maximum"), one.clone()).map(|sides| ("maximum", sides));
        let minimum = || over(number("minimum"), one.clone()).map(|sides| ("minimum", sides));
        let (price, (left, right)) = average.or_else(maximum).or_else(minimum).unwrap();
        assert_eq!(price, row.get::<_, &str>("price"));
        assert_eq!(
            (number("left_side"), number("right_side"), number("factor")),
            (Some(left.clone()), Some(right.clone()), Some(factor.clone()))
        );
        let hundred = BigRational::from_integer(100.into());
        let whole = (left - right) / factor;
        cut += i32::from(exact(stored) != whole);
        assert_eq!(exact(stored), (whole * &hundred).trunc() / hundred);
        *prices.entry(price).or_insert(0) += 1;
    }
    assert!(prices["average"] > 10 && prices["maximum"] > 3 && cut > 0 && claims == 1, "{prices:?} {cut} {claims}");
    let live = support::number(&database, "SELECT count(*) FROM case_evidence").await;
    assert_eq!(live, i64::from(prices.values().sum::<i32>()));
    let by_postgresql = connection.query(include_str!("case_excess.sql"), &[]).await.unwrap();
    assert_eq!((by_postgresql[0].get("different"), by_postgresql[0].get("compared")), (0_i64, live));
    let again = refreshed(&database, reports_file(&database).await).await;
    assert_eq!(again, termometro::store::judging::cases::CaseChanges::default(), "the same import again changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn doubt_waits_and_changed_evidence_shows_in_the_history() {
    let database = filled("cases_refresh", &format!("{LANTUS} AND period_from = '2020-06-01'")).await;
    let world = World::on(database.clone()).await;
    let id = world.the_case("period=2020-Q2").await;
    let case = world.case(&id).await;
    assert_has!(case, {"version": 1, "/history/0/by": {"kind": "system", "name": "termometro"}});
    assert_has!(case["case"], {"state": "ask_reporter", "another_unit_fits": true}, "a question to the reporter, and it says why");
    let period = json!({"from": "2020-04-01", "until": "2020-07-01"});
    assert_has!(case["case"], {"period": period, "/total_excess/amount": "5548480.00"});
    assert_eq!(world.get(&world.ana, "/v1/cases?period=2020-Q2").await.data(200)[0]["another_unit_fits"], true);

    // Another report of the quarter comes, whose price no other unit explains.
    let later = later_import(&database).await;
    let other = "SELECT a.report_id FROM assessment a JOIN sismed_report r ON r.id = a.report_id
        WHERE r.expediente = 19914312 AND r.consecutive = 20 AND a.verdict = 'above' AND NOT a.another_unit_fits AND r.operation = 'VN' LIMIT 1";
    let clear = support::number(&database, other).await;
    support::as_owner(
        &database,
        &format!(
            "UPDATE sismed_row SET seller_nit = '{SELLER}', period_from = '2020-05-01', period_until = '2020-06-01' WHERE id = {clear};
             INSERT INTO reassessment SELECT id, part, judged, {later} FROM sismed_row WHERE id = {clear}"
        ),
    )
    .await;
    // It accuses in a case of its own; the doubt goes on waiting, and adds nothing to it.
    let changes = refreshed(&database, later).await;
    assert_eq!((changes.changed.len(), changes.opened.len()), (0, 1));
    let suspected = changes.opened[0].clone();
    assert_has!(world.case(&suspected).await, {"/case/state": "suspected", "version": 1, "/case/reports": 1});
    assert_eq!(world.case(&id).await["case"]["state"], "ask_reporter");

    // Both verdicts fall: nothing is left, and each history says so. Then the clear one rises again: nobody had decided anything.
    let import = later_import(&database).await;
    support::as_owner(&database, &falls(import, "SELECT report_id FROM case_evidence")).await;
    assert_eq!(refreshed(&database, import).await.dismissed.len(), 2);
    for one in [&id, &suspected] {
        assert_has!(world.case(one).await, {"/case/state": "dismissed", "/case/reports": 0});
    }
    let last = world.case(&suspected).await["history"][1].clone();
    let import = later_import(&database).await;
    let rise = format!(
        "UPDATE reassessment SET superseded_in = {import} WHERE superseded_in IS NULL AND report_id = {clear};
         INSERT INTO reassessment SELECT id, part, judged, {import} FROM sismed_row WHERE id = {clear};
         DELETE FROM case_evidence WHERE report_id = {clear}"
    );
    support::as_owner(&database, &rise).await;
    refreshed(&database, import).await;
    assert_eq!(world.case(&suspected).await["case"]["state"], "suspected");
    assert_has!(last, {"kind": "evidence_changed", "reason": "rejuzgado: ningún reporte sigue por encima"});
}

/// The first step: what is refused, and that the same request is one step.
async fn only_notified_and_once(world: &World, id: &str) {
    let (now, ana) = (&world.now, world.ana.as_str());
    let step = |version: i32, reason: &str| json!({"to": "notified", "reason": reason, "version": version});
    for (body, status, code) in [
        (step(2, "porque sí"), 409, "stale_version"),
        (step(1, "  "), 422, "unprocessable"),
        (json!({"to": "notified", "version": 1}), 422, "unprocessable"),
        (json!({"to": "guilty", "reason": "x", "version": 1}), 400, "bad_body"),
    ] {
        let refused = moved(now, ana, id, &body, &fresh()).await;
        assert_eq!((refused.status, &refused.json()["code"]), (status, &json!(code)), "{body}");
    }
    for to in ["ask_reporter", "suspected", "answered", "confirmed", "closed"] {
        let refused = world.step(now, ana, id, to).await;
        assert_eq!((refused.status, &refused.json()["code"]), (409, &json!("conflict")), "{to}");
    }
    for who in [&world.seller, &world.auditor] {
        assert_eq!(moved(now, who, id, &step(1, "x"), &fresh()).await.status, 403);
    }
    assert_eq!(moved(now, ana, "c999999", &step(1, "x"), &fresh()).await.status, 404);

    let once = fresh();
    let first = moved(now, ana, id, &step(1, "tres reportes sobre el máximo"), &once).await;
    assert_eq!(first.data(200)["reply_due"], "2026-12-15");
    let again = moved(now, ana, id, &step(1, "tres reportes sobre el máximo"), &once).await;
    assert_eq!((again.status, &again.body), (200, &first.body), "the same request has the same answer");
    moved(now, ana, id, &step(1, "otra cosa"), &once).await.problem(422, "idempotency_key_reused");
    assert_eq!(count(&world.case(id).await["history"]), 2, "and happened once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_from_suspicion_to_the_register_by_the_allowed_steps_only() {
    let world = World::on(filled("cases_steps", LANTUS).await).await;
    let id = world.the_case("period=2020-Q4&cum=19914312-20").await;
    let (now, ana) = (&world.now, world.ana.as_str());
    assert_eq!(world.case(&id).await["case"]["state"], "suspected");
    only_notified_and_once(&world, &id).await;
    let confirm = async |server: &Server, who: &str| world.step(server, who, &id, "confirmed").await;
    // The seller may still reply.
    confirm(now, ana).await.problem(409, "conflict");
    assert_has!(confirm(&world.later, ana).await.data(200), {"proposed": true, "state": "notified"});
    confirm(&world.later, ana).await.problem(403, "second_person_needed");

    // The reply lapses the proposal: what was proposed did not know of it.
    assert_eq!(replied(&world.later, &world.seller, &id, "El precio incluye cinco unidades.").await.status, 201);
    assert_has!(confirm(&world.later, &world.luis).await.data(200), {"proposed": true, "state": "answered"});
    assert_eq!(now.data("/v1/register").await, json!([]), "nothing is public before it is confirmed");
    let builder = exports::builder(&world.database);
    exports::built(&builder).await;
    assert_eq!(exports::data_set(now, "register").await["newest"]["rows"], 0);
    assert_has!(confirm(&world.later, ana).await.data(200), {"proposed": false, "state": "confirmed"});

    for state in ["confirmed", "closed"] {
        let register = now.data("/v1/register").await;
        assert_eq!(count(&register), 1, "{register}");
        assert_has!(register[0], {"id": id, "state": state, "confirmed_on": "2026-12-16"});
        assert_eq!(register[0]["replies"][0]["text"], "El precio incluye cinco unidades.");
        assert_eq!(register[0]["seller"], json!({"nit": "900123456-8", "name": "Vendedor S.A."}));
        assert_eq!(now.get("/v1/register?format=csv").await.body.lines().count(), 2);
        exported(now, &builder, &register[0]).await;
        let _ = world.step(&world.later, ana, &id, "closed").await;
    }
    // Nothing leaves closed.
    confirm(&world.later, ana).await.problem(409, "conflict");

    let expected = ["move_case", "propose_case_transition", "reply_to_case", "propose_case_transition", "move_case", "move_case"];
    assert_eq!(audited(now, &world.auditor, &id).await, expected);
    let events = support::number(&world.database, "SELECT count(*) FROM case_event WHERE principal_id IS NOT NULL").await;
    assert_eq!(events, 6, "each act is one event");
}

/// A deed on a case makes a new version of the register's files and of no others; they say what the register says.
async fn exported(server: &Server, builder: &Builder, case: &Value) {
    let versions = exports::built(builder).await;
    assert!(matches!(&versions[..], [one] if one.starts_with("register/")), "{versions:?}");
    let register = exports::data_set(server, "register").await;
    let path = register["newest"]["files"][1]["path"].as_str().unwrap();
    let file = server.get(path).await.body;
    let rows: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    for name in ["id", "state", "reports", "confirmed_on", "replies"] {
        assert_eq!(row[name], case[name], "{name}");
    }
    let (seller, cum, excess) = (&case["seller"], &case["medicine"]["cum"], &case["total_excess"]["amount"]);
    assert_has!(row, {"seller_nit": seller["nit"], "seller_name": seller["name"], "cum": cum, "act": case["act"]["id"]});
    assert_eq!(row["total_excess"], *excess);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_sees_its_own_cases_once_notified_and_nobody_else_replies() {
    let world = World::on(filled("cases_rights", LANTUS).await).await;
    let id = world.the_case("period=2020-Q4&cum=19914312-20").await;
    let path = format!("/v1/cases/{id}");
    let listed = async |who: &str| count(&world.get(who, "/v1/cases").await.data(200));
    let all = listed(&world.auditor).await;
    assert!(all > 1 && listed(&world.ana).await == all);
    assert_eq!((listed(&world.seller).await, listed(&world.stranger).await), (0, 0));
    for who in [&world.seller, &world.stranger] {
        assert_eq!(world.get(who, &path).await.status, 404);
        assert_eq!(replied(&world.now, who, &id, "no").await.status, 404);
    }
    assert_eq!(world.now.get(&path).await.status, 401);

    world.step(&world.now, &world.ana, &id, "notified").await.data(200);
    assert_eq!((listed(&world.seller).await, listed(&world.stranger).await), (1, 0));
    assert_eq!(world.get(&world.stranger, &path).await.status, 404);
    assert_eq!(replied(&world.now, &world.stranger, &id, "no").await.status, 404);
    assert_eq!(replied(&world.now, &world.ana, &id, "no").await.status, 403);
    for text in [String::new(), " ".to_owned(), "a".repeat(20_001)] {
        assert_eq!(replied(&world.now, &world.seller, &id, &text).await.status, 422);
    }
    let reply = replied(&world.now, &world.seller, &id, &"ñ".repeat(20_000)).await;
    assert_eq!((reply.status, reply.header("location")), (201, Some(path.as_str())));
    assert_eq!(replied(&world.now, &world.seller, &id, "y además esto").await.status, 201);
    let seen = world.get(&world.seller, &path).await.data(200);
    assert_has!(seen, {"/case/state": "answered", "/history/3/text": "y además esto"});
    assert_eq!(seen["history"][3]["by"], json!({"kind": "reporter", "name": "Vendedor S.A."}));
    world.step(&world.now, &world.ana, &id, "dismissed").await.data(200);
    assert_eq!(replied(&world.now, &world.seller, &id, "gracias").await.status, 409);
    assert_eq!(world.get(&world.seller, &path).await.status, 200, "what it was told of stays readable");
    assert_eq!(world.now.data("/v1/register").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_on_one_version_one_is_told() {
    let world = World::on(filled("cases_race", LANTUS).await).await;
    let cases = world.get(&world.ana, "/v1/cases?state=suspected").await.data(200);
    let ids = column(&cases, "id");
    assert!(ids.len() >= 3, "{ids:?}");
    for id in &ids {
        let step = |to: &str| json!({"to": to, "reason": "a la vez", "version": 1});
        let (notify, dismiss, ones, others) = (step("notified"), step("dismissed"), fresh(), fresh());
        let (one, other) = tokio::join!(
            moved(&world.now, &world.ana, id, &notify, &ones),
            moved(&world.now, &world.luis, id, &dismiss, &others),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, other.body);
        let loser = if one.status == 409 { one } else { other };
        assert_eq!(loser.json()["code"], "stale_version");
        assert_eq!(world.case(id).await["version"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_sealed_and_follows_from_its_evidence() {
    let world = World::on(filled("cases_dossier", LANTUS).await).await;
    let cases = world.get(&world.ana, "/v1/cases?limit=1000").await.data(200);
    let public = support::workflow(world.database.clone()).secrets.public_key();
    for id in column(&cases, "id") {
        let path = format!("/v1/cases/{id}/dossier");
        let answer = world.now.get_as(&world.auditor, &path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")), "{}", answer.body);
        let report = verify(&answer.bytes, Some(&public));
        assert!(report.is_sound(), "{path}: {:?}", report.faults);
        let mut altered = answer.bytes;
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        assert!(!verify(&altered, Some(&public)).is_sound());
        assert_eq!(world.get(&world.stranger, &path).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_waits_for_an_import_and_then_decides_on_what_it_left() {
    let database = filled("cases_import", LANTUS).await;
    let world = World::on(database.clone()).await;
    let id = world.the_case("period=2020-Q4&cum=19914312-20").await;
    let import = later_import(&database).await;
    let of_case = format!("SELECT report_id FROM case_evidence WHERE case_id = '{id}'");
    support::as_owner(&database, &falls(import, &of_case)).await;
    let mut client = database.import_connection().await.unwrap();
    let tx = client.transaction().await.unwrap();
    let changes = refresh(&tx, import, (instant(TODAY), TODAY), support::MAX_AGE_DAYS).await.unwrap();
    assert_eq!((&changes.changed, &changes.dismissed), (&vec![id.clone()], &vec![id.clone()]));
    let (step, once) = (json!({"to": "notified", "reason": "x", "version": 1}), fresh());
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(moved(&world.now, &world.ana, &id, &step, &once), commit);
    answer.problem(409, "stale_version");
    assert_eq!(count(&world.case(&id).await["history"]), 2);
}
