//! Builds the body of a webhook message.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    http::{
        Language, Problem,
        wire::changes::{
            change::ChangeBody,
            watch::{FeedEvent, WatchEvent},
        },
    },
    read_model::ReadModel,
    workflow::{
        common::error::WorkflowError,
        webhooks::{delivering::PayloadBuilder, watches::Message},
    },
};

/// Makes the bodies of messages from the changes, or from the run of a feed, that they are of.
pub fn compose(read_model: ReadModel) -> PayloadBuilder {
    Arc::new(move |message: Message| {
        let read_model = read_model.clone();
        Box::pin(async move {
            match message.feed_run {
                Some(run) => of_feed(&read_model, &message, run).await,
                None => of_changes(&read_model, &message).await,
            }
        })
    })
}

async fn of_changes(read_model: &ReadModel, message: &Message) -> Result<String, WorkflowError> {
    let changes = read_model.changes_at(&message.positions).await?;
    let bodies: Result<Vec<ChangeBody>, Problem> =
        changes.iter().map(|change| ChangeBody::new(change, Language::Spanish)).collect();
    let bodies = bodies.map_err(|problem| WorkflowError::machine("a change cannot be written", problem.code()))?;
    written(&WatchEvent::new(message, bodies))
}

async fn of_feed(read_model: &ReadModel, message: &Message, run: i64) -> Result<String, WorkflowError> {
    let view = read_model.feed_run(run).await?;
    let view = view.ok_or_else(|| WorkflowError::machine("a message names no run", run.to_string()))?;
    written(&FeedEvent::new(message, view))
}

fn written(event: &impl Serialize) -> Result<String, WorkflowError> {
    serde_json::to_string(event).map_err(|error| WorkflowError::machine("a message cannot be written", error))
}
