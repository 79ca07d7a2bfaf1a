//! A draft that was consulted on is approved after its last day, with a reply to every public comment, and with what was accepted in it.

use deadpool_postgres::Transaction;
use jiff::civil::Date;

use crate::{
    store::postgres::statements,
    workflow::common::error::{Refusal, RefusalFault, WorkflowError},
};

/// Comments named in one refusal.
const COMMENTS_SHOWN_MAX: i64 = 100;

/// The database refuses the same; this says which comments it is about.
///
/// # Errors
/// `consultation_open`, `comments_without_reply` or `acceptance_not_shown`.
pub(crate) async fn require_consulted(tx: &Transaction<'_>, draft: &str, today: Date) -> Result<(), WorkflowError> {
    let Some(row) = tx.query_opt(statements::find_consultation, &[&draft]).await? else { return Ok(()) };
    let closes_on: Date = row.try_get("closes_on")?;
    if today <= closes_on {
        return Err(WorkflowError::refused(
            "consultation_open",
            format!("la consulta del borrador está abierta hasta el {closes_on}"),
            format!("the consultation of the draft is open until {closes_on}"),
        ));
    }
    let open = tx.query(statements::comments_without_reply, &[&draft, &COMMENTS_SHOWN_MAX]).await?;
    refuse(&open, "comments_without_reply", ("comentarios sin respuesta", "comments without a reply"))?;
    let hidden = tx.query(statements::replies_not_shown, &[&draft, &COMMENTS_SHOWN_MAX]).await?;
    let words = ("comentarios aceptados sin que el borrador lo muestre", "comments accepted without the draft showing it");
    refuse(&hidden, "acceptance_not_shown", words)
}

/// An act is published after a consultation of its draft, or with a reason why there was none.
///
/// # Errors
/// `consultation_needed` without both, `conflict` with both.
pub(crate) async fn require_consulted_or_reason(
    tx: &Transaction<'_>,
    draft: &str,
    no_consultation_reason: Option<&str>,
) -> Result<(), WorkflowError> {
    let consulted = tx.query_opt(statements::find_consultation, &[&draft]).await?.is_some();
    match (consulted, no_consultation_reason) {
        (true, None) | (false, Some(_)) => Ok(()),
        (false, None) => Err(WorkflowError::refused(
            "consultation_needed",
            "el borrador no tuvo consulta: diga por qué en `no_consultation_reason`, que es público",
            "the draft was not consulted on: say why in `no_consultation_reason`, which is public",
        )),
        (true, Some(_)) => Err(WorkflowError::refused(
            "conflict",
            "el borrador tuvo consulta: no hay razón para no haberla hecho",
            "the draft was consulted on: there is no reason why it was not",
        )),
    }
}

fn refuse(rows: &[tokio_postgres::Row], code: &'static str, (es, en): (&str, &str)) -> Result<(), WorkflowError> {
    let Some(first) = rows.first() else { return Ok(()) };
    let comments: i64 = first.try_get("comments")?;
    let mut faults = Vec::with_capacity(rows.len());
    for row in rows {
        let id: &str = row.try_get("id")?;
        faults.push(RefusalFault::new(format!("/comments/{id}"), code, id, id));
    }
    let (es, en) = (format!("{comments} {es}"), format!("{comments} {en}"));
    Err(WorkflowError::Refused(Refusal { code, es, en, faults, retry_after_s: None }))
}
