//! What regulators do with a report: it counts or not, with a public reason, and its question is answered. Entries of the audit log have no content of it.

use serde_json::json;

use super::holding::{PriceReportMoved, hold};
use crate::{
    domain::participation::price_report::{NotUsableReason, PriceReportDisposition, PriceReportState},
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

/// An answer of the authority.
#[derive(Clone, Debug)]
pub struct NewReportAnswer {
    pub disposition: PriceReportDisposition,
    pub text_es: String,
    pub text_en: Option<String>,
}

impl Workflow {
    /// `reason`: why it is of no use; without one, it counts.
    ///
    /// # Errors
    /// The report is unknown, withdrawn, or so already; it names no single product, and is to count.
    pub async fn moderate_price_report(
        &self,
        context: &CommandContext,
        id: &str,
        reason: Option<NotUsableReason>,
        render: Render<'_, PriceReportMoved>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_work(context)?;
        let held = hold(&tx, id).await?;
        let to = if reason.is_some() { PriceReportState::NotUsable } else { PriceReportState::Usable };
        let Some(content) = held.content.as_ref().filter(|_| held.state != to) else { return Err(held.not_allowed(to)) };
        if to == PriceReportState::Usable && content.cum.is_none() {
            let (es, en) = ("el texto no nombra un solo producto", "the text does not name one product alone");
            return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/usable", "product_not_known", es, en)]));
        }
        let moved = held.step(&tx, (context.today, Some(&context.actor.principal)), to, reason).await?;
        let reply = Reply { status: 200, location: None, body: render(&moved) };
        let details = json!({"from": held.state.code(), "to": to.code(), "reason": reason.map(NotUsableReason::code)});
        context
            .finish(&tx, &AuditedAction { action: "moderate_price_report", subject: id, reason: None, details }, &reply)
            .await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// The report is unknown, withdrawn, asks nothing, or is answered already; the answer is too short.
    pub async fn answer_price_report(
        &self,
        context: &CommandContext,
        id: &str,
        new: &NewReportAnswer,
        render: Render<'_, PriceReportMoved>,
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
        let (Some((due_on, _)), Some(_), None) = (&held.due, &held.content, &held.answer) else {
            return Err(WorkflowError::refused(
                "conflict",
                "el reporte no espera una respuesta: no la pidió, ya la tiene o fue retirado",
                "the report waits for no answer: it asks nothing, has one, or was withdrawn",
            ));
        };
        let (by, disposition) = (&context.actor.principal, new.disposition.code());
        tx.execute(statements::set_price_report_answer, &[&id, &disposition, &context.today, by, &text_es, &text_en]).await?;
        let moved = PriceReportMoved { id: id.to_owned(), state: held.state };
        let reply = Reply { status: 201, location: Some(format!("/v1/price-reports/{id}")), body: render(&moved) };
        let details = json!({"disposition": disposition, "in_term": context.today <= *due_on});
        context.finish(&tx, &AuditedAction { action: "answer_price_report", subject: id, reason: None, details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
