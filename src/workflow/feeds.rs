//! What an operator wants of the feeds: a data set read now, or a held file let in. A service that reads feeds takes it up.

use jiff::Timestamp;
use serde_json::json;

use super::{
    Workflow,
    common::{
        context::{AuditedAction, CommandContext, Render},
        error::WorkflowError,
    },
};
use crate::store::{
    feeds::{self, NewFeedRequest},
    transaction::idempotency::Reply,
};

/// What was wanted, and waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRequested {
    pub feed: String,
    /// The run whose held file is let in; `None`: the data set is read.
    pub release_run: Option<i64>,
    pub requested_at: Timestamp,
}

/// The status of what is kept and not yet done.
const ACCEPTED: u16 = 202;

impl Workflow {
    /// # Errors
    /// `not_found` when there is no such feed.
    pub async fn request_feed_run(
        &self,
        context: &CommandContext,
        feed: &str,
        reason: &str,
        render: Render<'_, FeedRequested>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if feeds::list(tx.client(), Some(feed)).await?.is_empty() {
            return Err(WorkflowError::not_found("el conjunto de datos", "data set", feed));
        }
        let requested = FeedRequested { feed: feed.to_owned(), release_run: None, requested_at: context.now };
        let reply = self.keep(context, &tx, ("run_feed", &requested), reason, render).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// `not_found` when there is no such run, `conflict` when its file does not wait.
    pub async fn request_feed_release(
        &self,
        context: &CommandContext,
        run: i64,
        reason: &str,
        render: Render<'_, FeedRequested>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let found = feeds::held_by(tx.client(), run).await?;
        let found = found.ok_or_else(|| WorkflowError::not_found("la lectura", "run", &run.to_string()))?;
        if !found.waits {
            let (es, en) = ("esa lectura no retiene un archivo que espere", "that run holds no file that waits");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        let requested = FeedRequested { feed: found.feed, release_run: Some(run), requested_at: context.now };
        let reply = self.keep(context, &tx, ("release_held", &requested), reason, render).await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn keep(
        &self,
        context: &CommandContext,
        tx: &deadpool_postgres::Transaction<'_>,
        (action, requested): (&'static str, &FeedRequested),
        reason: &str,
        render: Render<'_, FeedRequested>,
    ) -> Result<Reply, WorkflowError> {
        let FeedRequested { feed, release_run, .. } = requested;
        let new = NewFeedRequest { feed, release_run: *release_run, by: &context.actor.name, reason };
        feeds::insert_request(tx, &new, context.now).await?;
        let reply = Reply { status: ACCEPTED, location: None, body: render(requested) };
        let subject = format!("feed {feed}");
        let details = json!({"feed": feed, "release_run": release_run});
        context.finish(tx, &AuditedAction { action, subject: &subject, reason: Some(reason), details }, &reply).await?;
        Ok(reply)
    }
}
