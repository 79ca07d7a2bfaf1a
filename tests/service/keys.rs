//! Keys: made once, shown once, never more than two alive, and of no use without the pepper.

use std::sync::Arc;

use jiff::{SignedDuration, civil::date};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::{
    domain::{
        access::principal::{Actor, PrincipalKind, Scope},
        identifier::api_key::ApiKey,
    },
    workflow::{
        access::keys::{Company, Holder, MadeKey, NewKey},
        common::error::WorkflowError,
    },
};

use crate::{
    acts_day::draft,
    expected::Expected,
    people::{self, People},
    regulators::fresh,
    server::Server,
    stage::{arrive, read_model},
    support,
};

fn refusal(outcome: Result<termometro::workflow::access::keys::MadeKey, WorkflowError>) -> &'static str {
    match outcome {
        Err(WorkflowError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

fn person(kind: PrincipalKind) -> Holder {
    Holder::New { kind, name: "Persona".to_owned(), company: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_making_keys() {
    let database = people::sample("keys_rules").await;
    let people = People::arrive(database.clone()).await;
    let (workflow, admin, now) = (&people.workflow, &people.admin, people::now());
    assert_eq!(refusal(workflow.bootstrap(now).await), "already_bootstrapped");
    let make =
        async |holder, scopes: Option<Vec<Scope>>, days| workflow.create_key(admin, &NewKey { holder, scopes, days }, now).await;
    assert_eq!(refusal(make(person(PrincipalKind::Regulator), Some(vec![Scope::KeysAdmin]), 30).await), "scope_outside_kind");
    assert_eq!(refusal(make(person(PrincipalKind::Operator), Some(vec![Scope::ActsApprove]), 30).await), "scope_outside_kind");
    assert_eq!(refusal(make(person(PrincipalKind::Regulator), None, 91).await), "life_too_long");
    assert_eq!(refusal(make(person(PrincipalKind::Auditor), None, 366).await), "life_too_long");
    assert_eq!(refusal(make(person(PrincipalKind::Reporter), None, 30).await), "nit_and_kind");
    let company =
        Some(Company { nit: "800197268".to_owned(), actor: "other".to_owned(), obliged_from: jiff::civil::date(2020, 1, 1) });
    let odd = Holder::New { kind: PrincipalKind::Auditor, name: "Con NIT".to_owned(), company };
    assert_eq!(refusal(make(odd, None, 30).await), "nit_and_kind");
    assert_eq!(refusal(make(Holder::Known("pAAAAAAAAAA".to_owned()), None, 30).await), "not_found");
    // A change of keys: two are alive, a third is not made until one is revoked.
    let first = make(person(PrincipalKind::Regulator), None, 30).await.unwrap();
    let known = || Holder::Known(first.principal.clone());
    let second = make(known(), None, 30).await.unwrap();
    assert_eq!(refusal(make(known(), None, 30).await), "two_live_keys");
    workflow.revoke_key(admin, &first.key.id, "cambio", now).await.unwrap();
    assert!(make(known(), None, 30).await.is_ok());
    assert!(workflow.revoke_key(admin, &first.key.id, "otra vez", now).await.is_err());
    assert_ne!(second.key.id, first.key.id);
    // Twenty at once: still two alive.
    let fresh = make(person(PrincipalKind::Auditor), None, 30).await.unwrap();
    let tries = (0..20).map(|_| make(Holder::Known(fresh.principal.clone()), None, 30));
    let made = futures_util::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    // The database refuses what the desk would.
    let client = database.import_connection().await.unwrap();
    let row = "INSERT INTO api_key (id, principal_id, kind, scopes, pepper_id, mac, created_at, expires_at)
        SELECT 'zzzzzzzzzz', principal_id, kind, ARRAY['keys:admin'], pepper_id, mac, created_at, expires_at FROM api_key WHERE id = $1";
    let error = client.execute(row, &[&second.key.id]).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23514", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_in_sql_opens_nothing() {
    let (database, people, server) = arrive("keys_sql").await;
    let chosen = ApiKey { kind: PrincipalKind::Auditor, id: "sqlsqlsql0".to_owned(), secret: "A".repeat(43) };
    let client = database.import_connection().await.unwrap();
    let auditor = ApiKey::parse(&people.auditor).unwrap().id;
    let row = "INSERT INTO api_key (id, principal_id, kind, scopes, pepper_id, mac, created_at, expires_at)
        SELECT $1, principal_id, kind, scopes, pepper_id, $2, created_at, expires_at FROM api_key WHERE id = $3";
    let plain: Vec<u8> = Sha256::digest(chosen.secret.as_bytes()).to_vec();
    client.execute(row, &[&chosen.id, &plain, &auditor]).await.unwrap();
    assert_eq!(server.get_as(&chosen.reveal(), "/v1/audit").await.status, 401);
    let metrics = server.get("/metrics").await.body;
    for name in ["http_auth_failures_total", "http_keys_refused_total"] {
        assert!(metrics.lines().any(|line| line.starts_with(&format!("{name} "))), "{metrics}");
    }
    assert_eq!(server.get_as(&people.auditor, "/v1/audit").await.status, 200);
    // No secret is in the database, whole or in part.
    let secret = ApiKey::parse(&people.auditor).unwrap().secret;
    let found =
        "SELECT count(*) FROM api_key k WHERE k::text LIKE '%' || $1 || '%' OR encode(mac, 'escape') LIKE '%' || $1 || '%'";
    assert_eq!(client.query_one(found, &[&&secret[..20]]).await.unwrap().get::<_, i64>(0), 0);
    // A key is over at its last instant, and says nothing in print.
    let (workflow, admin) = (&people.workflow, &people.admin);
    let new = NewKey { holder: person(PrincipalKind::Auditor), scopes: None, days: 1 };
    let made = workflow.create_key(admin, &new, people::now()).await.unwrap();
    assert!(!format!("{made:?}").contains(&made.key.secret));
    let instant = |seconds| made.expires_at.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    assert!(workflow.actor(&made.key.reveal(), instant(-1)).await.unwrap().is_ok());
    assert!(workflow.actor(&made.key.reveal(), instant(0)).await.unwrap().is_err());
}

/// The only key that makes keys ends, is revoked, or is lost: the owner of the machine makes another, and the log says who it was.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_the_machine_is_never_locked_out() {
    let workflow = support::workflow(support::database("keys_bootstrap").await);
    let now = people::now();
    assert_eq!(workflow.admin_key_warning(), None);
    let first = workflow.bootstrap(now).await.unwrap();
    assert_eq!(refusal(workflow.bootstrap(now).await), "already_bootstrapped");
    // It lives one day.
    let tomorrow = now.checked_add(SignedDuration::from_hours(25)).unwrap();
    let second = workflow.bootstrap(tomorrow).await.unwrap();
    assert_ne!(second.principal, first.principal);
    assert_eq!(refusal(workflow.bootstrap(tomorrow).await), "already_bootstrapped");
    // Lost, and revoked without a key.
    workflow.revoke_key_as_host(&second.key.id, "perdida", tomorrow).await.unwrap();
    let third = workflow.bootstrap(tomorrow).await.unwrap();
    assert!(workflow.actor(&third.key.reveal(), tomorrow).await.unwrap().is_ok());
    let client = workflow.database.import_connection().await.unwrap();
    let entries = "SELECT action || ' ' || actor || coalesce(principal_id, '') FROM audit_entry ORDER BY position";
    let entries: Vec<String> = client.query(entries, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(entries, ["bootstrap_keys host", "bootstrap_keys host", "revoke_key host", "bootstrap_keys host"]);
}

/// Nobody could confirm the first regulator's key but the owner of the machine; from then on somebody can, and the owner does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_regulators_key_opens_nothing_until_a_second_person_confirms_it() {
    let workflow = support::workflow(support::database("keys_confirmed").await);
    let now = people::now();
    let first = workflow.bootstrap(now).await.unwrap();
    let owner = workflow.actor(&first.key.reveal(), now).await.unwrap().unwrap();
    let make = async |by: &Actor, kind, name: &str| {
        let holder = Holder::New { kind, name: name.to_owned(), company: None };
        workflow.create_key(by, &NewKey { holder, scopes: None, days: 30 }, now).await.unwrap()
    };
    let opens = async |made: &MadeKey| workflow.actor(&made.key.reveal(), now).await.unwrap().is_ok();
    let olga = make(&owner, PrincipalKind::Operator, "Olga").await;
    let olga = workflow.actor(&olga.key.reveal(), now).await.unwrap().unwrap();
    let ana = make(&olga, PrincipalKind::Regulator, "Ana").await;
    assert!(ana.pending && !opens(&ana).await);
    let confirm = async |by: Option<&Actor>, made: &MadeKey, holder: &str| match workflow
        .confirm_key_here(by, &made.key.id, (holder, None), now)
        .await
    {
        Ok(_) => "confirmed",
        Err(WorkflowError::Refused(refusal)) => refusal.code,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(confirm(Some(&olga), &ana, "Ana").await, "second_person_needed");
    // Her own second operator is she herself; so is whoever made her key.
    let made_by_her = make(&olga, PrincipalKind::Operator, "Otra").await;
    let made_by_her = workflow.actor(&made_by_her.key.reveal(), now).await.unwrap().unwrap();
    assert_eq!(confirm(Some(&made_by_her), &ana, "Ana").await, "second_person_needed");
    assert_eq!(confirm(Some(&owner), &ana, "Ana").await, "second_person_needed");
    assert_eq!(confirm(None, &ana, "Berta").await, "conflict");
    assert_eq!(confirm(None, &ana, "Ana").await, "confirmed");
    assert!(opens(&ana).await);
    assert_eq!(confirm(None, &ana, "Ana").await, "conflict", "only once");
    // The owner of the machine is the second person only while there is no other.
    let luis = make(&olga, PrincipalKind::Regulator, "Luis").await;
    assert_eq!(confirm(None, &luis, "Luis").await, "second_person_needed");
    let ana = workflow.actor(&ana.key.reveal(), now).await.unwrap().unwrap();
    assert_eq!(confirm(Some(&ana), &luis, "Luis").await, "confirmed");
    // Nobody confirms their own.
    let holder = Holder::Known(ana.principal.clone());
    let second = workflow.create_key(&olga, &NewKey { holder, scopes: None, days: 30 }, now).await.unwrap();
    assert_eq!(confirm(Some(&ana), &second, "Ana").await, "second_person_needed");
    // The database refuses what the program would.
    let client = workflow.database.import_connection().await.unwrap();
    let forge = |sql: &str| format!("UPDATE api_key SET {sql} WHERE id = '{}'", second.key.id);
    for (sql, code) in [
        (forge(&format!("confirmed_at = now(), confirmed_by = '{}'", ana.principal)), "23514"),
        (forge(&format!("confirmed_at = now(), confirmed_by = '{}'", olga.principal)), "23514"),
        (forge("needs_confirmation = false"), "42501"),
        (forge("created_by = NULL"), "42501"),
    ] {
        let error = client.execute(&sql, &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code, "{sql}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_key_sees_who_made_and_who_confirmed_it() {
    let (_, people, server) = arrive("keys_seen").await;
    let me = server.get_as(&people.drafter, "/v1/me").await.data(200);
    assert_eq!(me["keys"].as_array().unwrap().len(), 1);
    assert_has!(me["keys"][0], {"id": me["key"], "confirmation": "confirmed", "/created_by/name": "Olga Paz", "/confirmed_by/name": "Iván Gil"});
    // An operator makes another for her: she sees it before anybody confirms it.
    let holder = Holder::Known(me["principal"].as_str().unwrap().to_owned());
    let made =
        people.workflow.create_key(&people.admin, &NewKey { holder, scopes: None, days: 30 }, people::now()).await.unwrap();
    let me = server.get_as(&people.drafter, "/v1/me").await.data(200);
    assert_has!(me["keys"][1], {"id": made.key.id, "confirmation": "pending", "/created_by/name": "Olga Paz", "confirmed_by": null});
    assert_eq!(server.get_as(&made.key.reveal(), "/v1/me").await.status, 401);
    // Over the API, by a regulator who names the holder.
    let path = format!("/v1/api-keys/{}/confirmation", made.key.id);
    let body = |holder: &str| json!({"holder": holder, "reason": "cambio de llave"});
    server.post_as(&people.approver, &fresh(), &path, &body("Otra")).await.problem(409, "conflict");
    server.post_as(&people.drafter, &fresh(), &path, &body("Ana Ruiz")).await.problem(403, "second_person_needed");
    server.post_as(&people.auditor, &fresh(), &path, &body("Ana Ruiz")).await.problem(403, "forbidden");
    let confirmed = server.post_as(&people.approver, &fresh(), &path, &body("Ana Ruiz")).await.data(200);
    assert_has!(confirmed, {"id": made.key.id, "kind": "regulator", "name": "Ana Ruiz"});
    assert_eq!(server.get_as(&made.key.reveal(), "/v1/me").await.status, 200);
    let auditor = server.get_as(&people.auditor, "/v1/me").await.data(200);
    assert_has!(auditor["keys"][0], {"confirmation": "not_needed", "confirmed_at": null});
}

/// Both persons' keys by one operator in one week: the draft and the act say so.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_says_that_one_operator_made_both_keys_shortly_before() {
    let (database, people, server) = arrive("keys_recent").await;
    let act = draft("Circular 31 de 2027", "2027-02-01", &[], &[("19914312-20", "institutional", Some("30000"))]);
    let made = server.post_as(&people.drafter, &fresh(), "/v1/act-drafts", &act).await.data(201);
    let path = format!("/v1/act-drafts/{}", made["id"].as_str().unwrap());
    let shown = async || server.get_as(&people.drafter, &path).await.data(200)["recent_keys_by_one_operator"].clone();
    assert_eq!((&made["recent_keys_by_one_operator"], shown().await), (&Value::Null, Value::Null));
    let approval = json!({"digest": made["digest"], "reason": "revisado"});
    let approved = server.post_as(&people.approver, &fresh(), &format!("{path}/approval"), &approval).await.data(200);
    assert_eq!((&approved["recent_keys_by_one_operator"], shown().await), (&json!(true), json!(true)));
    let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
    server.post_as(&people.approver, &fresh(), &format!("{path}/publication"), &reason).await.data(201);
    let history =
        async || server.get("/v1/acts/circular-31-2027").await.data(200)["history"][0]["recent_keys_by_one_operator"].clone();
    assert_eq!(history().await, true);
    // The same keys, made eight days before.
    let owner = database.import_connection().await.unwrap();
    owner.batch_execute("SET ROLE NONE; UPDATE api_key SET created_at = created_at - interval '8 days'").await.unwrap();
    assert_eq!((shown().await, history().await), (json!(false), json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_says_when_the_last_key_that_makes_keys_ends() {
    let (database, people, server) = arrive("keys_warning").await;
    assert_eq!(server.get("/readyz").await.json(), json!({"status": "ready"}));
    let ends = people.workflow.look_for_admin_keys(people::now()).await.unwrap();
    assert_eq!(ends, None, "thirty days are left");
    let soon = people::now().checked_add(SignedDuration::from_hours(20 * 24)).unwrap();
    let ends = people.workflow.look_for_admin_keys(soon).await.unwrap().unwrap();
    assert_eq!(ends.code(), "last_admin_key_ends");
    let served =
        Server::with_workflow(read_model(&database), people.workflow.clone(), Arc::new(|| (people::now(), date(2026, 11, 23))))
            .await;
    assert_eq!(
        served.get("/readyz").await.json()["warnings"],
        json!([{"code": "last_admin_key_ends", "at": ends.ends_at().unwrap().to_string()}])
    );
    let late = people::now().checked_add(SignedDuration::from_hours(31 * 24)).unwrap();
    people.workflow.look_for_admin_keys(late).await.unwrap();
    assert_eq!(served.get("/readyz").await.json()["warnings"], json!([{"code": "no_admin_key"}]));
}
