//! What regulators do with a petition: its text becomes public or stays back with a public reason, and it is answered.

use serde_json::json;

use super::holding::{PetitionMoved, hold};
use crate::{
    domain::participation::petition::{Disposition, PetitionState},
    store::{postgres::statements, transaction::idempotency::Reply},
    workflow::{
        Workflow,
        cases::{may_work, written},
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
        },
    },
};

const ANSWER_CHARS_MIN: usize = 80;
const ANSWER_CHARS_MAX: usize = 8_000;
const REASON_CHARS_MAX: usize = 2_000;

/// An answer of the authority.
#[derive(Clone, Debug)]
pub struct NewPetitionAnswer {
    pub disposition: Disposition,
    pub text_es: String,
    pub text_en: Option<String>,
}

impl Workflow {
    /// # Errors
    /// The petition is unknown or not in a state for it; its words stay back without a reason.
    pub async fn moderate_petition(
        &self,
        context: &CommandContext,
        id: &str,
        (publish, reason): (bool, Option<&str>),
        render: Render<'_, PetitionMoved>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_work(context)?;
        let reason = match reason {
            None if publish => None,
            text => Some(written("/reason", text.unwrap_or_default(), REASON_CHARS_MAX)?),
        };
        let reason = reason.as_deref();
        let held = hold(&tx, id).await?;
        let to = if publish { PetitionState::Published } else { PetitionState::Withheld };
        let allowed = matches!(
            (held.state, to),
            (PetitionState::Received, _)
                | (PetitionState::Withheld, PetitionState::Published)
                | (PetitionState::Published, PetitionState::Withheld)
        );
        if !allowed {
            return Err(held.not_allowed(to));
        }
        let moved = held.step(&tx, (context.now, Some(&context.actor.principal)), to, reason).await?;
        let reply = Reply { status: 200, location: None, body: render(&moved) };
        let details = json!({"from": held.state.code(), "to": to.code()});
        context.finish(&tx, &AuditedAction { action: "moderate_petition", subject: id, reason, details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// The petition is unknown, withdrawn or answered already; the answer is too short.
    pub async fn answer_petition(
        &self,
        context: &CommandContext,
        id: &str,
        new: &NewPetitionAnswer,
        render: Render<'_, PetitionMoved>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_work(context)?;
        let text_es = written("/text_es", &new.text_es, ANSWER_CHARS_MAX)?;
        let text_en = new.text_en.as_deref().map(|text| written("/text_en", text, ANSWER_CHARS_MAX)).transpose()?;
        if text_es.chars().count() < ANSWER_CHARS_MIN {
            let es = format!("la respuesta en español tiene al menos {ANSWER_CHARS_MIN} caracteres");
            let en = format!("the answer in Spanish has at least {ANSWER_CHARS_MIN} characters");
            return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/text_es", "too_short", es, en)]));
        }
        let held = hold(&tx, id).await?;
        if !held.state.is_open() {
            return Err(held.not_allowed(PetitionState::Answered));
        }
        let (by, disposition) = (&context.actor.principal, new.disposition.code());
        tx.execute(
            statements::insert_petition_answer,
            &[&id, &context.now, &context.today, by, &disposition, &text_es, &text_en],
        )
        .await?;
        let moved = held.step(&tx, (context.now, Some(by)), PetitionState::Answered, None).await?;
        let reply = Reply { status: 201, location: Some(format!("/v1/petitions/{id}")), body: render(&moved) };
        let details = json!({"disposition": disposition, "in_term": context.today <= held.second_due_on.unwrap_or(held.due_on)});
        context.finish(&tx, &AuditedAction { action: "answer_petition", subject: id, reason: None, details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
