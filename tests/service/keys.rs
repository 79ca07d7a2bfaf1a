//! Keys: made once, shown once, never more than two alive, and of no use without the pepper.

use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use termometro::{
    domain::{
        access::principal::{PrincipalKind, Scope},
        identifier::api_key::ApiKey,
    },
    workflow::{
        access::keys::{Company, Holder, NewKey},
        common::error::WorkflowError,
    },
};

use crate::{
    people::{self, People},
    stage::arrive,
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
