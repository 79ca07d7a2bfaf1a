//! A regulator answers a correction: once, in Spanish, with what is decided.

use serde_json::json;

use super::held::{self, CorrectionMoved};
use crate::{
    domain::purchases::correction::{CorrectionDisposition, CorrectionState},
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

#[derive(Clone, Debug)]
pub struct NewCorrectionAnswer {
    pub disposition: CorrectionDisposition,
    pub text_es: String,
    pub text_en: Option<String>,
}

impl Workflow {
    /// # Errors
    /// The correction is unknown, withdrawn or answered already; the answer is too short.
    pub async fn answer_purchase_correction(
        &self,
        context: &CommandContext,
        id: &str,
        new: &NewCorrectionAnswer,
        render: Render<'_, CorrectionMoved>,
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
        let held = held::find(&tx, id).await?;
        let held = held.ok_or_else(|| WorkflowError::not_found("la corrección", "correction", id))?;
        if held.state != CorrectionState::Received {
            let from = held.state.code();
            return Err(WorkflowError::refused(
                "conflict",
                format!("la corrección está en «{from}» y no espera respuesta"),
                format!("the correction is \"{from}\" and waits for no answer"),
            ));
        }
        let (by, disposition) = (&context.actor.principal, new.disposition.code());
        tx.execute(
            statements::insert_correction_answer,
            &[&id, &context.now, &context.today, by, &disposition, &text_es, &text_en],
        )
        .await?;
        let moved = held.step(&tx, (context.now, Some(by)), CorrectionState::Answered).await?;
        let reply = Reply { status: 201, location: Some(format!("/v1/purchase-corrections/{id}")), body: render(&moved) };
        let details = json!({"disposition": disposition, "in_term": context.today <= held.due_on});
        let action = AuditedAction { action: "answer_purchase_correction", subject: id, reason: None, details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
