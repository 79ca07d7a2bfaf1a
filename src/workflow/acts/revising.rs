//! Corrects a draft. Whoever does so is a contributor of it, and does not approve it.

use serde_json::json;

use super::drafting::{contributors, describe, locked, refuse_faulty, require_state};
use crate::{
    domain::law::{
        act_draft::{Draft, DraftCeiling, DraftMarket, DraftSummary, StepKind},
        draft_revision::{DraftRevision, RevisionFault},
    },
    store::{
        postgres::statements,
        transaction::idempotency::Reply,
        workflow::act_drafts::{self, NewStep, StoredDraft},
    },
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
        },
    },
};

impl Workflow {
    /// # Errors
    /// The draft is none any more; a row that is to be taken out is not there; nothing would change; the content would be at fault.
    pub async fn revise_act_draft(
        &self,
        context: &CommandContext,
        id: &str,
        (revision, reason): (&DraftRevision, &str),
        render: Render<'_, DraftSummary>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let stored = locked(&tx, id).await?;
        require_state(&stored, "draft")?;
        let mut draft = revision.of(stored.draft.clone()).map_err(not_so)?;
        describe(&tx, &mut draft.ceilings).await?;
        refuse_faulty(&draft)?;
        let digest = act_drafts::digest(&draft);
        if digest == stored.digest {
            let (es, en) = ("el borrador ya dice eso", "the draft says so already");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        let written = write(&tx, &stored, &draft).await?;
        let principal = &context.actor.principal;
        let step = NewStep { kind: StepKind::Revised, principal, at: context.now, digest: &digest, reason: None };
        act_drafts::record(&tx, id, &step).await?;
        tx.execute(statements::revise_act_draft, &[&id, &digest, &draft.head.valid_from]).await?;
        let summary = act_drafts::summary(&tx, id).await?;
        let reply = Reply { status: 200, location: None, body: render(&summary) };
        let details = json!({"digest_before": stored.digest, "digest": digest, "rows_written": written,
            "valid_from": draft.head.valid_from.to_string(), "contributors": contributors(&summary.steps)});
        let action = AuditedAction { action: "revise_act_draft", subject: id, reason: Some(reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// Takes out the rows that are no more or are others now, and writes these; how many were written.
async fn write(tx: &deadpool_postgres::Transaction<'_>, stored: &StoredDraft, draft: &Draft) -> Result<usize, WorkflowError> {
    let before = &stored.draft;
    let gone: Vec<&DraftCeiling> = before.ceilings.iter().filter(|row| !draft.ceilings.contains(row)).collect();
    let registrations: Vec<i32> = gone.iter().map(|row| row.cum.expediente).collect();
    let consecutives: Vec<i32> = gone.iter().map(|row| row.cum.consecutive).collect();
    let columns: Vec<&str> = gone.iter().map(|row| row.column.code()).collect();
    tx.execute(statements::delete_draft_ceilings, &[&stored.id, &registrations, &consecutives, &columns]).await?;
    let markets: Vec<&str> =
        before.markets.iter().filter(|row| !draft.markets.contains(row)).map(|row| row.market.as_str()).collect();
    tx.execute(statements::delete_draft_markets, &[&stored.id, &markets]).await?;
    let ceilings: Vec<DraftCeiling> = draft.ceilings.iter().filter(|row| !before.ceilings.contains(row)).cloned().collect();
    let prices: Vec<DraftMarket> = draft.markets.iter().filter(|row| !before.markets.contains(row)).cloned().collect();
    act_drafts::insert_rows(tx, &stored.id, &ceilings, &prices).await?;
    Ok(ceilings.len() + prices.len())
}

fn not_so(faults: Vec<RevisionFault>) -> WorkflowError {
    let both = ("se pone y se quita a la vez", "it is put in and taken out at once");
    let named = faults.into_iter().map(|fault| {
        let (pointer, code, (es, en)) = match fault {
            RevisionFault::UnknownCeiling(index) => {
                let words = ("ese CUM y columna no están en el borrador", "that CUM and column do not stand in the draft");
                (format!("/remove_ceilings/{index}"), "unknown_row", words)
            }
            RevisionFault::UnknownMarket(index) => {
                let words = ("ese mercado no está en el borrador", "that market does not stand in the draft");
                (format!("/remove_markets/{index}"), "unknown_row", words)
            }
            RevisionFault::BothCeiling(index) => (format!("/remove_ceilings/{index}"), "repeated", both),
            RevisionFault::BothMarket(index) => (format!("/remove_markets/{index}"), "repeated", both),
        };
        RefusalFault::new(pointer, code, es, en)
    });
    WorkflowError::unprocessable(named.collect())
}
