//! Keys for everyone a test needs, and the sample in a database of their own.

use std::path::Path;

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    domain::access::principal::{Actor, PrincipalKind, Scope},
    import::report::{Acceptance, ImportOptions, ImportReport},
    ingest::SourceKind,
    read_model::ReadModel,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        access::keys::{Company, Holder, MadeKey, NewKey},
    },
};

use super::{server::Server, support};

/// With a person's word, a file comes in that would be held: it is smaller than the list before it, or has more faults than usual.
pub async fn import_accepted(database: &Database, kind: SourceKind, path: &Path) -> ImportReport {
    let mut options = ImportOptions::new(support::MAX_AGE_DAYS, Clock::System);
    options.acceptance = Some(Acceptance { by: "Ana".to_owned(), reason: "a part is enough here".to_owned() });
    support::import_by(database, kind, path, &options).await.unwrap()
}

/// Keys as their holders write them.
pub struct People {
    pub workflow: Workflow,
    pub admin: Actor,
    pub drafter: String,
    pub approver: String,
    pub auditor: String,
    pub reporter: String,
    pub other_reporter: String,
}

pub const REPORTER_NIT: &str = "900123456";
pub const OTHER_NIT: &str = "890903938";

impl People {
    /// On a fresh database: two operators, then one key for each.
    pub async fn arrive(database: Database) -> Self {
        Self::arrive_at(database, now()).await
    }

    pub async fn arrive_at(database: Database, now: Timestamp) -> Self {
        let workflow = support::workflow(database);
        let admin = operators(&workflow, now).await;
        let regulator = |name: &str| Holder::New { kind: PrincipalKind::Regulator, name: name.to_owned(), company: None };
        let reporter = |name: &str, nit: &str, actor: &str| Holder::New {
            kind: PrincipalKind::Reporter,
            name: name.to_owned(),
            company: Some(Company { nit: nit.to_owned(), actor: actor.to_owned(), obliged_from: date(2020, 1, 1) }),
        };
        let auditor = Holder::New { kind: PrincipalKind::Auditor, name: "Contraloría".to_owned(), company: None };
        Self {
            drafter: key_at(&workflow, &admin, regulator("Ana Ruiz"), None, now).await,
            approver: key_at(&workflow, &admin, regulator("Luis Mora"), None, now).await,
            auditor: key_at(&workflow, &admin, auditor, None, now).await,
            reporter: key_at(&workflow, &admin, reporter("Droguería Mayorista", REPORTER_NIT, "wholesaler"), None, now).await,
            other_reporter: key_at(&workflow, &admin, reporter("Hospital Central", OTHER_NIT, "hospital"), None, now).await,
            workflow,
            admin,
        }
    }
}

pub async fn key(workflow: &Workflow, by: &Actor, holder: Holder, scopes: Option<Vec<Scope>>) -> String {
    key_at(workflow, by, holder, scopes, now()).await
}

async fn key_at(workflow: &Workflow, by: &Actor, holder: Holder, scopes: Option<Vec<Scope>>, now: Timestamp) -> String {
    made(workflow, by, &NewKey { holder, scopes, days: 30 }, now).await.key.reveal()
}

const SECOND_OPERATOR: &str = "Iván Gil";

/// The owner of the machine makes two operators, neither of whom made the other's key; the first one.
pub async fn operators(workflow: &Workflow, now: Timestamp) -> Actor {
    let first = workflow.bootstrap(now).await.unwrap();
    let owner = workflow.actor(&first.key.reveal(), now).await.unwrap().unwrap();
    let operator = |name: &str| Holder::New { kind: PrincipalKind::Operator, name: name.to_owned(), company: None };
    let admin = key_of(workflow, &owner, operator("Olga Paz"), now).await;
    key_of(workflow, &owner, operator(SECOND_OPERATOR), now).await;
    workflow.actor(&admin, now).await.unwrap().unwrap()
}

async fn key_of(workflow: &Workflow, by: &Actor, holder: Holder, now: Timestamp) -> String {
    workflow.create_key(by, &NewKey { holder, scopes: None, days: 30 }, now).await.unwrap().key.reveal()
}

/// A new key; the second operator confirms it where that is needed.
pub async fn made(workflow: &Workflow, by: &Actor, new: &NewKey, now: Timestamp) -> MadeKey {
    let made = workflow.create_key(by, new, now).await.unwrap();
    if made.pending {
        let holder: String = text(workflow, "SELECT name FROM principal WHERE id = $1", &made.principal).await;
        let second = second_operator(workflow).await;
        workflow.confirm_key_here(Some(&second), &made.key.id, (&holder, None), now).await.unwrap();
    }
    made
}

pub async fn second_operator(workflow: &Workflow) -> Actor {
    let principal = text(workflow, "SELECT id FROM principal WHERE name = $1", SECOND_OPERATOR).await;
    let key = text(workflow, "SELECT id FROM api_key WHERE principal_id = $1", &principal).await;
    let kind = PrincipalKind::Operator;
    Actor { principal, key, kind, name: SECOND_OPERATOR.to_owned(), nit: None, scopes: kind.scopes().to_vec() }
}

async fn text(workflow: &Workflow, sql: &str, about: &str) -> String {
    workflow.database.import_connection().await.unwrap().query_one(sql, &[&about]).await.unwrap().get(0)
}

/// The real instant: what the database records by its own clock must not lie in the future of the service's.
#[expect(clippy::disallowed_methods, reason = "a test that writes lives in the present")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A database of one's own with the sample in it.
pub async fn sample(name: &'static str) -> Database {
    support::database_with_sample(name).await
}

pub async fn server(database: &Database) -> Server {
    Server::living(ReadModel::new(database.clone(), support::MAX_AGE_DAYS), now(), date(2026, 11, 23)).await
}

pub fn pesos(amount: &str) -> Value {
    json!({"amount": amount, "currency": "COP", "per": "pack"})
}
