//! Webhook subscriptions (watches): the holder of a key subscribes to changes.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;

use super::signature;
pub use crate::store::workflow::watches::{Attempt, Delivery, Message, Watch};
use crate::workflow::{
    Workflow,
    common::{
        context::{AuditedAction, CommandContext, Render},
        error::{RefusalFault, WorkflowError},
        random,
    },
};
use crate::{
    domain::identifier::cum::Cum,
    outbound::url_policy::{UrlPolicy, UrlRejected},
    store::{
        postgres::{error::StoreError, statements},
        transaction::idempotency::Reply,
        workflow::watches,
    },
};

/// Of one holder: a principal, or all free keys that one network took.
const WATCHES_MAX: i64 = 20;
/// Active ones of all holders to one host: large gateways have many receivers behind one name.
const WATCHES_TO_HOST_MAX: i64 = 200;
const TESTS_PER_MINUTE_MAX: i64 = 5;
const TEST_WINDOW_S: u32 = 60;
/// How long the old secret signs too after a rotation.
pub const OVERLAP_HOURS: i64 = 24;

pub struct NewWatch {
    pub url: String,
    pub description: String,
    pub kinds: Vec<&'static str>,
    /// `None`: everything.
    pub cums: Option<BTreeSet<Cum>>,
}

/// The states that an owner can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchState {
    Active,
    Paused,
    Deleted,
}

impl WatchState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Deleted => "deleted",
        }
    }
}

impl Workflow {
    pub async fn create_watch(
        &self,
        context: &CommandContext,
        new: NewWatch,
        render: Render<'_, Watch>,
    ) -> Result<Reply, WorkflowError> {
        // Resolved before the transaction begins, because a name server may be slow.
        let url = self.targets.read(&new.url).map_err(unfit)?;
        if UrlPolicy::needs_lookup(&url) {
            let holder =
                self.keys.get(&context.actor.key).map_or_else(|| context.actor.principal.clone(), |stored| stored.bucket);
            self.lookups.take(&holder).map_err(|seconds| {
                let (es, en) = ("pocas direcciones nuevas por minuto: espere", "few new addresses a minute: wait");
                WorkflowError::too_many(es, en, seconds)
            })?;
        }
        let reached = self.targets.addresses(&url).await;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        context.take_allowance(&tx).await?;
        reached.map_err(unfit)?;
        let owner = &context.actor.principal;
        let row = tx.query_one(statements::live_watches, &[&context.actor.key, &url.host_str().unwrap_or_default()]).await?;
        let (live, to_host): (i64, i64) = (row.try_get("live")?, row.try_get("to_host")?);
        if to_host >= WATCHES_TO_HOST_MAX {
            let (es, en) = ("ya van demasiados avisos a ese servidor", "too many watches go to that host already");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        if live >= WATCHES_MAX {
            let (es, en) = (format!("ya tiene {WATCHES_MAX}: borre uno"), format!("you have {WATCHES_MAX}: delete one"));
            return Err(WorkflowError::refused("conflict", es, en));
        }
        let id = random::id('w')?;
        let everything = new.cums.is_none();
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
            &id,
            owner,
            &url.as_str(),
            &new.description,
            &new.kinds,
            &everything,
            &context.now,
            &self.secrets.pepper_id,
            &context.actor.key,
        ];
        tx.execute(statements::insert_watch, params).await?;
        let (expedientes, consecutives): (Vec<i32>, Vec<i32>) =
            new.cums.iter().flatten().map(|cum| (cum.expediente, cum.consecutive)).unzip();
        tx.execute(statements::insert_watch_products, &[&id, &expedientes, &consecutives]).await?;
        let watch = watches::watch(&tx.query_one(statements::find_watch, &[&id, owner]).await?)?;
        // The stored answer does not hold the secret: the handler adds it.
        let reply = Reply { status: 201, location: Some(format!("/v1/watches/{id}")), body: render(&watch) };
        let details = json!({"url": url.as_str(), "kinds": new.kinds, "products": expedientes.len(), "everything": everything});
        context.finish_own(&tx, &AuditedAction { action: "create_watch", subject: &id, reason: None, details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    pub async fn change_watch(
        &self,
        context: &CommandContext,
        id: &str,
        (state, reason): (WatchState, &str),
        render: Render<'_, Watch>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let before = lock(&tx, context, id).await?;
        // Read before the change, because a deleted one is not found any more.
        let mut watch = watches::watch(&tx.query_one(statements::find_watch, &[&id, &context.actor.principal]).await?)?;
        if before == state.code() {
            // Nothing changes, so nothing is written: no entry, no kept answer, nothing off the day's allowance.
            return Ok(Reply { status: 200, location: None, body: render(&watch) });
        }
        context.take_allowance(&tx).await?;
        tx.execute(statements::set_watch_state, &[&id, &state.code()]).await?;
        if state == WatchState::Deleted {
            tx.execute(statements::drop_watch_messages, &[&id]).await?;
            watch.state = state.code().to_owned();
        } else {
            watch = watches::watch(&tx.query_one(statements::find_watch, &[&id, &context.actor.principal]).await?)?;
        }
        let reply = Reply { status: 200, location: None, body: render(&watch) };
        let details = json!({"from": before, "to": state.code()});
        context
            .finish_own(&tx, &AuditedAction { action: "change_watch", subject: id, reason: Some(reason), details }, &reply)
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The old secret signs too for a day, so that a receiver misses nothing while it changes over.
    pub async fn rotate_watch_secret(
        &self,
        context: &CommandContext,
        id: &str,
        reason: &str,
        render: Render<'_, Watch>,
    ) -> Result<Reply, WorkflowError> {
        let until = context.now.saturating_add(SignedDuration::from_hours(OVERLAP_HOURS)).unwrap_or(context.now);
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        lock(&tx, context, id).await?;
        context.take_allowance(&tx).await?;
        tx.execute(statements::rotate_watch_secret, &[&id, &until, &self.secrets.pepper_id]).await?;
        let watch = watches::watch(&tx.query_one(statements::find_watch, &[&id, &context.actor.principal]).await?)?;
        let reply = Reply { status: 200, location: None, body: render(&watch) };
        let details = json!({"generation": watch.generation, "overlap_until": until.to_string()});
        context
            .finish_own(&tx, &AuditedAction { action: "rotate_watch_secret", subject: id, reason: Some(reason), details }, &reply)
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// A message without changes, sent as any other.
    pub async fn test_watch(
        &self,
        context: &CommandContext,
        id: &str,
        render: Render<'_, Delivery>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if lock(&tx, context, id).await? != "active" {
            return Err(WorkflowError::refused(
                "conflict", "no está activo: actívelo primero", "it is not active: activate it first",
            ));
        }
        let tests: i64 = tx.query_one(statements::recent_tests, &[&id, &context.now]).await?.try_get("tests")?;
        if tests >= TESTS_PER_MINUTE_MAX {
            let es = format!("hasta {TESTS_PER_MINUTE_MAX} pruebas por minuto");
            return Err(WorkflowError::too_many(es, format!("at most {TESTS_PER_MINUTE_MAX} tests a minute"), TEST_WINDOW_S));
        }
        context.take_allowance(&tx).await?;
        let row = tx.query_one(statements::insert_test_message, &[&id, &context.now]).await?;
        let before = row.try_get::<_, i64>("number")? + 1;
        let made = watches::delivery(&tx.query_one(statements::watch_deliveries, &[&id, &Some(before), &1_i64]).await?)?;
        let reply = Reply { status: 202, location: Some(format!("/v1/watches/{id}/deliveries")), body: render(&made) };
        let action = AuditedAction { action: "test_watch", subject: id, reason: None, details: json!({"message": made.id}) };
        context.finish_own(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    pub async fn list_watches(&self, owner: &str, after: Option<String>, limit: i64) -> Result<Vec<Watch>, WorkflowError> {
        let rows = self.database.read_connection().await?.query(statements::list_watches, &[&owner, &after, &limit]).await?;
        rows.iter().map(|row| watches::watch(row).map_err(WorkflowError::from)).collect()
    }

    pub async fn show_watch(&self, owner: &str, id: &str) -> Result<Watch, WorkflowError> {
        let row = self.database.read_connection().await?.query_opt(statements::find_watch, &[&id, &owner]).await?;
        Ok(watches::watch(&row.ok_or_else(|| unknown(id))?)?)
    }

    pub async fn list_deliveries(
        &self,
        owner: &str,
        id: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Delivery>, WorkflowError> {
        self.show_watch(owner, id).await?;
        let rows = self.database.read_connection().await?.query(statements::watch_deliveries, &[&id, &before, &limit]).await?;
        rows.iter().map(|row| watches::delivery(row).map_err(WorkflowError::from)).collect()
    }

    /// Adds the secret to an answer that makes it known: in the database, where answers are kept for a second try, it does not stand.
    pub fn with_watch_secret(&self, reply: Reply) -> Result<Reply, WorkflowError> {
        let unreadable = |error| WorkflowError::machine("a kept answer cannot be read", error);
        let mut body: serde_json::Value = serde_json::from_str(&reply.body).map_err(unreadable)?;
        let (id, generation) = (body["data"]["id"].as_str(), body["data"]["secret_generation"].as_i64());
        let generation = generation.and_then(|generation| i32::try_from(generation).ok());
        let (Some(id), Some(generation)) = (id, generation) else {
            return Err(WorkflowError::machine("a kept answer names no watch", reply.body));
        };
        let secret = signature::reveal(&self.secrets.webhook_secret(id, generation));
        body["data"]["secret"] = secret.into();
        Ok(Reply { body: body.to_string(), ..reply })
    }
}

async fn lock(tx: &deadpool_postgres::Transaction<'_>, context: &CommandContext, id: &str) -> Result<String, WorkflowError> {
    let row = tx.query_opt(statements::lock_watch, &[&id, &context.actor.principal]).await.map_err(StoreError::from)?;
    Ok(row.ok_or_else(|| unknown(id))?.try_get("state")?)
}

/// The same answer whether it belongs to another principal, was deleted, or never existed.
fn unknown(id: &str) -> WorkflowError {
    WorkflowError::not_found("el aviso", "watch", id)
}

fn unfit(why: UrlRejected) -> WorkflowError {
    let (es, en) = why.words();
    WorkflowError::unprocessable(vec![RefusalFault::new("/url", why.code(), es, en)])
}
