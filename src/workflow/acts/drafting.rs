//! Drafting and approving an act. A contributor cannot approve, and the approval covers exactly the digested text.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::consulted::require_consulted;
use crate::{
    domain::{
        calendar::period::EARLIEST,
        identifier::cum::Cum,
        law::{
            act_draft::{Draft, DraftCeiling, DraftStep, DraftSummary, StepKind},
            two_persons::Decision,
        },
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
            random,
        },
    },
};

const ROWS_MAX: usize = 200_000;
const LATEST: Date = jiff::civil::date(2100, 1, 1);

impl Workflow {
    pub async fn create_act_draft(
        &self,
        context: &CommandContext,
        mut draft: Draft,
        render: Render<'_, DraftSummary>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        describe(&tx, &mut draft.ceilings).await?;
        refuse_faulty(&draft)?;
        let id = random::id('d')?;
        act_drafts::insert(&tx, &id, &draft, &context.actor.principal, context.now).await?;
        let summary = act_drafts::summary(&tx, &id).await?;
        let reply = Reply { status: 201, location: Some(format!("/v1/act-drafts/{id}")), body: render(&summary) };
        let details =
            json!({"act": draft.head.act_id, "digest": summary.digest, "valid_from": draft.head.valid_from.to_string()});
        let action = AuditedAction { action: "create_act_draft", subject: &id, reason: Some(&draft.head.reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// `digest` is that of the content the approver looked at.
    pub async fn approve_act_draft(
        &self,
        context: &CommandContext,
        id: &str,
        digest: &str,
        reason: &str,
        render: Render<'_, DraftSummary>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let stored = locked(&tx, id).await?;
        require_state(&stored, "draft")?;
        let principal = &context.actor.principal;
        Decision::ApproveActDraft.by_another(principal, stored.contributors())?;
        if stored.digest != digest {
            return Err(WorkflowError::refused(
                "stale_version",
                format!("el contenido de ahora es {}", stored.digest),
                format!("the content is now {}", stored.digest),
            ));
        }
        if stored.draft.ceilings.is_empty() && stored.draft.markets.is_empty() && stored.draft.head.supersedes.is_empty() {
            return Err(WorkflowError::refused("conflict", "el borrador está vacío", "the draft is empty"));
        }
        require_whole(&stored)?;
        require_consulted(&tx, id, context.today).await?;
        tx.execute(statements::approve_act_draft, &[&id, principal, &context.now]).await?;
        let step = NewStep { kind: StepKind::Approved, principal, at: context.now, digest, reason: Some(reason) };
        act_drafts::record(&tx, id, &step).await?;
        let summary = act_drafts::summary(&tx, id).await?;
        let reply = Reply { status: 200, location: None, body: render(&summary) };
        let details = json!({"digest": digest, "contributors": contributors(&summary.steps)});
        let action = AuditedAction { action: "approve_act_draft", subject: id, reason: Some(reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// A draft that will not become an act; it stays readable. One step for the drafter of a draft that is not approved; otherwise the
    /// first person proposes it and another one completes it.
    pub async fn withdraw_act_draft(
        &self,
        context: &CommandContext,
        id: &str,
        reason: &str,
        render: Render<'_, DraftSummary>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let stored = locked(&tx, id).await?;
        if stored.state != "approved" {
            require_state(&stored, "draft")?;
        }
        let principal = &context.actor.principal;
        let alone = stored.state == "draft" && stored.drafted_by == *principal;
        let proposed_by = stored.withdrawal_proposed_by.as_deref();
        if !alone {
            Decision::WithdrawActDraft.by_another(principal, proposed_by)?;
        }
        let (kind, action, statement) = if alone || proposed_by.is_some() {
            (StepKind::Withdrawn, "withdraw_act_draft", statements::withdraw_act_draft)
        } else {
            (StepKind::WithdrawalProposed, "propose_act_draft_withdrawal", statements::propose_draft_withdrawal)
        };
        tx.execute(statement, &[&id, principal, &context.now]).await?;
        let step = NewStep { kind, principal, at: context.now, digest: &stored.digest, reason: Some(reason) };
        act_drafts::record(&tx, id, &step).await?;
        let summary = act_drafts::summary(&tx, id).await?;
        let reply = Reply { status: 200, location: None, body: render(&summary) };
        let details = json!({"digest": stored.digest, "state_before": stored.state, "proposed_by": proposed_by,
            "contributors": contributors(&summary.steps)});
        let action = AuditedAction { action, subject: id, reason: Some(reason), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// Who made any part of a draft, for the audit log.
pub(crate) fn contributors(steps: &[DraftStep]) -> Json {
    let contributions = steps.iter().filter(|step| step.kind.contributes());
    contributions
        .map(|step| {
            let (principal, name) = step.by.as_ref().map(|by| (&by.principal, &by.name)).unzip();
            json!({"principal": principal, "name": name, "kind": step.kind.code(), "at": step.at.to_string(), "digest": step.digest})
        })
        .collect()
}

/// The rows are those that the digest is of: what was looked at is what becomes law.
pub(crate) fn require_whole(stored: &StoredDraft) -> Result<(), WorkflowError> {
    if act_drafts::digest(&stored.draft) == stored.digest {
        return Ok(());
    }
    Err(WorkflowError::machine("the rows of a draft are not those of its digest", stored.id.clone()))
}

/// Where a row leaves a presentation's description, market or content open, it is as the newest list that describes it says.
pub(crate) async fn describe(tx: &deadpool_postgres::Transaction<'_>, rows: &mut [DraftCeiling]) -> Result<(), WorkflowError> {
    let open: Vec<i32> = rows.iter().filter(|row| row.description.is_empty()).map(|row| row.cum.expediente).collect();
    let mut known = std::collections::HashMap::new();
    for row in tx.query(statements::known_descriptions, &[&open]).await? {
        let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        known.insert(cum, row);
    }
    for row in rows.iter_mut().filter(|row| row.description.is_empty()) {
        let Some(known) = known.get(&row.cum) else { continue };
        row.description = known.try_get("description")?;
        if row.market.is_none() {
            row.market = known.try_get("market")?;
        }
        if row.content.is_none() {
            let units: Option<rust_decimal::Decimal> = known.try_get("regulated_units")?;
            row.content = units.zip(known.try_get("regulated_unit")?);
        }
    }
    Ok(())
}

pub(crate) async fn locked(tx: &deadpool_postgres::Transaction<'_>, id: &str) -> Result<StoredDraft, WorkflowError> {
    act_drafts::lock(tx, id).await?.ok_or_else(|| WorkflowError::not_found("el borrador", "draft", id))
}

pub(crate) fn require_state(stored: &StoredDraft, state: &str) -> Result<(), WorkflowError> {
    if stored.state == state {
        return Ok(());
    }
    let now = &stored.state;
    Err(WorkflowError::refused(
        "conflict",
        format!("el borrador está en estado {now}, no {state}"),
        format!("the draft is {now}, not {state}"),
    ))
}

/// Everything that is wrong with the content, at once.
pub(crate) fn refuse_faulty(draft: &Draft) -> Result<(), WorkflowError> {
    let mut faults = Vec::new();
    for index in draft.repeated_ceilings() {
        let (es, en) = ("ese CUM y columna ya están en el borrador", "that CUM and column stand in the draft already");
        faults.push(RefusalFault::new(format!("/ceilings/{index}"), "repeated", es, en));
    }
    for index in draft.repeated_markets() {
        let (es, en) = ("ese mercado ya está en el borrador", "that market stands in the draft already");
        faults.push(RefusalFault::new(format!("/markets/{index}"), "repeated", es, en));
    }
    for (index, row) in draft.ceilings.iter().enumerate().filter(|(_, row)| row.description.is_empty()) {
        let es = format!("ninguna lista describe {}: descríbalo como lo haría una", row.cum);
        let en = format!("no list describes {}: describe it as one would", row.cum);
        faults.push(RefusalFault::new(format!("/ceilings/{index}/description"), "description_needed", es, en));
    }
    if !(EARLIEST..LATEST).contains(&draft.head.valid_from) {
        let (es, en) = ("entre 1990 y 2099", "between 1990 and 2099");
        faults.push(RefusalFault::new("/valid_from", "out_of_range", es, en));
    }
    if draft.ceilings.len() + draft.markets.len() > ROWS_MAX {
        let (es, en) = (format!("a lo sumo {ROWS_MAX} filas"), format!("at most {ROWS_MAX} rows"));
        faults.push(RefusalFault::new("/ceilings", "too_many", es, en));
    }
    faults.truncate(100);
    if faults.is_empty() { Ok(()) } else { Err(WorkflowError::unprocessable(faults)) }
}
