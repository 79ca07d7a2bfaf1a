//! Builds the body of a webhook message.

use std::sync::Arc;

use crate::{
    http::{
        Language, Problem,
        wire::changes::{change::ChangeBody, watch::WatchEvent},
    },
    read_model::ReadModel,
    workflow::{
        common::error::WorkflowError,
        webhooks::{delivering::PayloadBuilder, watches::Message},
    },
};

/// Makes the bodies of messages from the changes that they are of.
pub fn compose(read_model: ReadModel) -> PayloadBuilder {
    Arc::new(move |message: Message| {
        let read_model = read_model.clone();
        Box::pin(async move {
            let changes = read_model.changes_at(&message.positions).await?;
            let bodies: Result<Vec<ChangeBody>, Problem> =
                changes.iter().map(|change| ChangeBody::new(change, Language::Spanish)).collect();
            let bodies = bodies.map_err(|problem| WorkflowError::machine("a change cannot be written", problem.code()))?;
            let event = WatchEvent::new(&message, bodies);
            serde_json::to_string(&event).map_err(|error| WorkflowError::machine("a message cannot be written", error))
        })
    })
}
