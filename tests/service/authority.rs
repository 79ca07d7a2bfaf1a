//! The authorization table, cell by cell: every operation against everyone who might ask.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use termometro::{
    domain::access::principal::{PrincipalKind, Scope},
    http::{
        access::permissions::{Access, TABLE},
        api,
    },
    workflow::access::keys::{Holder, NewKey},
};

use crate::{
    client::Answer,
    fuzz::target,
    people::{self, People},
    server::Server,
    stage::arrive,
};

/// Who asks, with which key, and what the key can do; `None`: it opens nothing.
struct Asker {
    name: &'static str,
    key: Option<String>,
    scopes: Option<Vec<Scope>>,
}

async fn askers(people: &People) -> Vec<Asker> {
    let (workflow, admin, now) = (&people.workflow, &people.admin, people::now());
    let person = |kind, name: &str| Holder::New { kind, name: name.to_owned(), company: None };
    let drafts_only =
        people::key(workflow, admin, person(PrincipalKind::Regulator, "Solo redacta"), Some(vec![Scope::ActsDraft])).await;
    let operator = people::key(workflow, admin, person(PrincipalKind::Operator, "Operación"), None).await;
    // Made two days ago for one day.
    let before = now.checked_sub(SignedDuration::from_hours(48)).unwrap();
    let old = NewKey { holder: person(PrincipalKind::Regulator, "De ayer"), scopes: None, days: 1 };
    let expired = people::made(workflow, admin, &old, before).await.key.reveal();
    let gone = people::key(workflow, admin, person(PrincipalKind::Regulator, "Retirada"), None).await;
    workflow.revoke_key(admin, gone.split('_').nth(3).unwrap(), "retirada", now).await.unwrap();
    let unconfirmed = NewKey { holder: person(PrincipalKind::Regulator, "Sin confirmar"), scopes: None, days: 1 };
    let unconfirmed = workflow.create_key(admin, &unconfirmed, now).await.unwrap().key.reveal();
    // A right form and checksum, and a secret that nobody was given.
    let mut forged = termometro::domain::identifier::api_key::ApiKey::parse(&people.approver).unwrap();
    forged.secret = "x".repeat(43);
    let of = |kind: PrincipalKind| Some(kind.scopes().to_vec());
    let asker = |name, key: &str, scopes| Asker { name, key: Some(key.to_owned()), scopes };
    vec![
        Asker { name: "anonymous", key: None, scopes: None },
        asker("reporter", &people.reporter, of(PrincipalKind::Reporter)),
        asker("other reporter", &people.other_reporter, of(PrincipalKind::Reporter)),
        asker("regulator who only drafts", &drafts_only, Some(vec![Scope::ActsDraft])),
        asker("regulator", &people.approver, of(PrincipalKind::Regulator)),
        asker("operator", &operator, of(PrincipalKind::Operator)),
        asker("auditor", &people.auditor, of(PrincipalKind::Auditor)),
        asker("expired", &expired, None),
        asker("revoked", &gone, None),
        asker("unconfirmed", &unconfirmed, None),
        asker("forged", &forged.reveal(), None),
    ]
}

/// Method, path with the document's examples, and whether it takes a body, by operation.
fn operations() -> BTreeMap<String, (String, String, Value)> {
    let document: Value = serde_json::from_str(&api::document()).unwrap();
    let mut found = BTreeMap::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let target = target(template, operation["parameters"].as_array().unwrap(), None);
            let id = operation["operationId"].as_str().unwrap().to_owned();
            found.insert(id, (method.to_uppercase(), target, operation.clone()));
        }
    }
    found
}

async fn ask(server: &Server, asker: &Asker, method: &str, target: &str, cell: usize) -> Answer {
    let key = asker.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
    if method == "GET" {
        return server.ask("GET", target, &key, None).await;
    }
    let headers = format!("{key}idempotency-key: cell-{cell}\r\ncontent-type: application/json\r\n");
    server.ask(method, target, &headers, Some("{}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table() {
    let (database, people, _) = arrive("authority").await;
    let askers = askers(&people).await;
    let server = people::server(&database).await;
    let operations = operations();
    let named: BTreeSet<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
    assert_eq!(named, operations.keys().map(String::as_str).collect(), "the table and the document name the same operations");
    let mut cells = 0;
    for (name, need, _) in TABLE {
        let (method, target, operation) = &operations[*name];
        documented(name, *need, operation);
        for asker in &askers {
            cells += 1;
            let answer = ask(&server, asker, method, target, cells).await;
            assert!(answer.status < 400 || !answer.body.is_empty(), "{name} for {}: {}", asker.name, answer.head);
            let code = if answer.status >= 400 { answer.json()["code"].as_str().unwrap().to_owned() } else { String::new() };
            let cell = format!("{name} for {}: {} {code}", asker.name, answer.status);
            match (need, &asker.scopes) {
                (Access::Public, _) => assert!(![401, 403].contains(&answer.status), "{cell}"),
                (Access::AnyOf(_), None) => {
                    assert_eq!((answer.status, code.as_str()), (401, "unauthenticated"), "{cell}");
                    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"), "{cell}");
                }
                (Access::AnyOf(scopes), Some(held)) if scopes.iter().any(|scope| held.contains(scope)) => {
                    assert!(answer.status != 401 && code != "forbidden", "{cell}");
                }
                (Access::AnyOf(_), Some(_)) => assert_eq!((answer.status, code.as_str()), (403, "forbidden"), "{cell}"),
            }
            if matches!(need, Access::AnyOf(_)) {
                assert!(answer.header("etag").is_none() && answer.header("cache-control") == Some("no-store"), "{cell}");
            }
        }
    }
    println!("{cells} cells: {} operations x {} askers", TABLE.len(), askers.len());
}

fn documented(name: &str, need: Access, operation: &Value) {
    let scopes = match need {
        Access::Public => return assert_eq!(operation["security"], json!([]), "{name}"),
        Access::AnyOf(scopes) => scopes,
    };
    let expected: Vec<Value> = scopes.iter().map(|scope| json!({"api_key": [scope.code()]})).collect();
    assert_eq!(operation["security"], json!(expected), "{name}");
    for status in ["401", "403"] {
        assert!(operation["responses"][status].is_object(), "{name} {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_anywhere_else_is_nobodys() {
    let (_, people, server) = arrive("authority_elsewhere").await;
    let key = &people.auditor;
    for headers in [
        format!("authorization: Basic {key}\r\n"),
        format!("authorization: {key}\r\n"),
        format!("cookie: authorization=Bearer {key}\r\n"),
        format!("x-api-key: {key}\r\n"),
        format!("authorization: Bearer {key}\r\nauthorization: Bearer {key}\r\n"),
        format!("authorization: Bearer {key}x\r\n"),
        format!("authorization: Bearer {}\r\n", key.to_lowercase()),
    ] {
        assert_eq!(server.ask("GET", "/v1/audit", &headers, None).await.status, 401, "{headers}");
    }
    // No operation has such a parameter: the question itself is refused, and its value not repeated.
    let asked = server.get(&format!("/v1/audit?key={key}")).await;
    assert!(asked.status == 400 && !asked.body.contains(key), "{}", asked.body);
    assert_eq!(server.ask("GET", "/v1/audit", &format!("authorization: bearer {key}\r\n"), None).await.status, 200);
}
