//! Reads the ceilings of a draft from an upload in the layout of an official list; rows of the act are copied unchanged.

use std::{collections::BTreeSet, path::PathBuf};

use deadpool_postgres::Transaction;
use serde_json::json;

use super::drafting::{contributors, locked, refuse_faulty, require_state};
use crate::{
    domain::{
        law::{
            act::act_id,
            act_draft::{Draft, DraftCeiling, DraftMarket, DraftSummary, StepKind},
            listed::{ListedAmount, ListedCeiling, ListedKind, ListedMargin, ListedRow},
            rules::IpsMargin,
        },
        reports::{
            source_row::{RowFault, RowOutcome},
            validation,
        },
    },
    ingest::{self, FileError},
    store::{
        catalogue::workbook_bindings::Bindings,
        postgres::statements,
        transaction::idempotency::Reply,
        workflow::act_drafts::{self, NewStep, StoredDraft},
    },
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{FileCell, RefusalFault, WorkflowError},
        },
    },
};

/// The rows that an upload added, and those that it did not.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub draft: DraftSummary,
    pub rows_read: u64,
    /// Rows of this act, now in the draft.
    pub taken: u64,
    /// Rows of other acts, notes, reference prices: not part of this draft.
    pub passed_over: u64,
}

/// A row that could not be read stops the upload: an act with a hole in it is not what was decided.
const FAULTS_SHOWN_MAX: usize = 100;

/// What to do with an existing approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfApproved {
    Refuse,
    /// The draft is a draft again and needs another approval.
    Void,
}

impl Workflow {
    pub async fn upload_draft_list(
        &self,
        context: &CommandContext,
        id: &str,
        path: PathBuf,
        if_approved: IfApproved,
        render: Render<'_, Uploaded>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let mut stored = locked(&tx, id).await?;
        require_open(&stored, &context.actor.principal, if_approved)?;
        let read = tokio::task::spawn_blocking(move || read(&path))
            .await
            .map_err(|error| WorkflowError::machine("reading a list", error))??;
        let bindings = Bindings::load(&tx).await?;
        let mut uploaded = Draft { head: stored.draft.head.clone(), ceilings: Vec::new(), markets: Vec::new() };
        let mut faults = read.faults;
        for (line, row) in &read.rows {
            take(&mut uploaded, &bindings, *line, row, &mut faults);
        }
        if !faults.is_empty() {
            faults.truncate(FAULTS_SHOWN_MAX);
            return Err(WorkflowError::unprocessable(faults));
        }
        stored.draft.ceilings.extend(uploaded.ceilings.iter().cloned());
        stored.draft.markets.extend(uploaded.markets.iter().cloned());
        refuse_faulty(&stored.draft).map_err(|error| by_line(error, &stored.draft))?;
        let taken = add(&tx, context, &stored, &uploaded).await?;
        let summary = act_drafts::summary(&tx, id).await?;
        let voided = if taken > 0 { stored.approved_by.as_deref().filter(|_| stored.state == "approved") } else { None };
        let details = json!({"rows_read": read.read, "taken": taken, "digest": summary.digest, "voided_approval_of": voided,
            "contributors": contributors(&summary.steps)});
        let passed_over = read.read.saturating_sub(taken);
        let reply = Reply {
            status: 200,
            location: None,
            body: render(&Uploaded { draft: summary, rows_read: read.read, taken, passed_over }),
        };
        let action = AuditedAction { action: "upload_draft_list", subject: id, reason: None, details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// Everybody who may draft can add rows to a draft. An approved one only when the approval is voided by name, and only from those who have a
/// part in it: no third person undoes alone what two persons did.
fn require_open(stored: &StoredDraft, principal: &str, if_approved: IfApproved) -> Result<(), WorkflowError> {
    if stored.state != "approved" {
        return require_state(stored, "draft");
    }
    if if_approved == IfApproved::Refuse {
        let es = "el borrador está en estado approved: con `void_approval=true` la aprobación se anula y las filas se añaden";
        let en = "the draft is approved: with `void_approval=true` the approval is voided and the rows are added";
        return Err(WorkflowError::refused("conflict", es, en));
    }
    if stored.approved_by.as_deref() == Some(principal) || stored.contributors().any(|one| one == principal) {
        return Ok(());
    }
    let es = "solo quien contribuyó al borrador o lo aprobó anula su aprobación";
    Err(WorkflowError::refused("forbidden", es, "only whoever contributed to the draft or approved it voids its approval"))
}

/// How many rows were added. An upload without a row of this act changes nothing, and makes no contributor.
async fn add(tx: &Transaction<'_>, context: &CommandContext, whole: &StoredDraft, new: &Draft) -> Result<u64, WorkflowError> {
    let lines: BTreeSet<i64> = new.ceilings.iter().map(|row| row.line).collect();
    let taken = lines.len() as u64 + new.markets.len() as u64;
    if taken == 0 {
        return Ok(taken);
    }
    let (id, principal, at) = (whole.id.as_str(), context.actor.principal.as_str(), context.now);
    if whole.state == "approved" {
        tx.execute(statements::void_draft_approval, &[&id]).await?;
        let step = NewStep { kind: StepKind::ApprovalVoided, principal, at, digest: &whole.digest, reason: None };
        act_drafts::record(tx, id, &step).await?;
    }
    act_drafts::insert_rows(tx, id, &new.ceilings, &new.markets).await?;
    let digest = act_drafts::digest(&whole.draft);
    act_drafts::record(tx, id, &NewStep { kind: StepKind::Uploaded, principal, at, digest: &digest, reason: None }).await?;
    tx.execute(statements::set_draft_digest, &[&id, &digest]).await?;
    Ok(taken)
}

struct Read {
    rows: Vec<(i64, ListedRow)>,
    faults: Vec<RefusalFault>,
    read: u64,
}

fn read(path: &std::path::Path) -> Result<Read, WorkflowError> {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let outcome = ingest::read_ceilings(path, &|_| (), &mut |row| {
        match row {
            RowOutcome::Accepted { line, row } => rows.push((i64::try_from(line).unwrap_or(i64::MAX), row)),
            RowOutcome::Quarantined(fault) => {
                let RowFault { sheet, line, column, value, reason } = fault;
                let (es, en) = words(reason);
                faults.push(RefusalFault::in_file(FileCell { sheet, line, column, value }, reason, es, en));
            }
            RowOutcome::Refused(_) | RowOutcome::Extra { .. } | RowOutcome::Whole(_) => {}
        }
        Ok(())
    });
    match outcome {
        Ok((_, counts)) => Ok(Read { rows, faults, read: counts.read }),
        // A fault of this machine, not of the file.
        Err(error @ (FileError::Stopped(_) | FileError::Unreadable { .. })) => {
            Err(WorkflowError::machine("reading a list", error))
        }
        Err(error) => Err(WorkflowError::refused("unprocessable", error.es(), error.to_string())),
    }
}

/// What is wrong with a row: most is what can be wrong with the row of a report.
fn words(reason: &'static str) -> (&'static str, &'static str) {
    match reason {
        "ambiguous_date" => ("La fecha se puede leer de dos maneras.", "The date can be read in two ways."),
        "market_not_in_the_workbook" => ("Ninguna hoja describe ese mercado.", "No sheet describes that market."),
        "market_under_two_acts" => ("El mercado está bajo dos actos.", "The market stands under two acts."),
        "not_a_date" => ("No es una fecha.", "It is not a date."),
        "not_a_market_id" => ("No es un ID de mercado (MR).", "It is not the ID of a market (MR)."),
        "text_too_long" => ("El texto es demasiado largo.", "The text is too long."),
        "unknown_unit" => ("No es una unidad de regulación conocida.", "It is no known unit of regulation."),
        "zero_price" => ("Un precio de cero no es un máximo.", "A price of zero is no ceiling."),
        _ => validation::rule(reason).map_or((reason, reason), |rule| (rule.es, rule.en)),
    }
}

fn whole_line(line: i64, value: String) -> FileCell {
    FileCell { sheet: None, line: line.unsigned_abs(), column: None, value }
}

/// Whoever sends a file counts its lines: a row that is at fault in the draft is named by its line, once for each fault.
fn by_line(error: WorkflowError, draft: &Draft) -> WorkflowError {
    let WorkflowError::Refused(mut refusal) = error else { return error };
    for fault in &mut refusal.faults {
        let mut parts = fault.pointer.split('/').skip(1);
        let (list, index) = (parts.next(), parts.next().and_then(|index| index.parse::<usize>().ok()));
        let row = match (list, index) {
            (Some("ceilings"), Some(index)) => draft.ceilings.get(index).map(|row| (row.line, row.cum.to_string())),
            (Some("markets"), Some(index)) => draft.markets.get(index).map(|row| (row.line, row.market.clone())),
            _ => None,
        };
        if let Some((line, value)) = row {
            *fault = RefusalFault::in_file(whole_line(line, value), fault.code, fault.es.clone(), fault.en.clone());
        }
    }
    refusal.faults.dedup();
    WorkflowError::Refused(refusal)
}

fn take(draft: &mut Draft, bindings: &Bindings, line: i64, row: &ListedRow, faults: &mut Vec<RefusalFault>) {
    let (act, from) = match row {
        ListedRow::Ceiling(row) if row.kind == ListedKind::Maximum => (&row.act, row.valid_from),
        ListedRow::Market(row) => (&row.act, row.valid_from),
        _ => return,
    };
    if act_id(act) != draft.head.act_id {
        return;
    }
    if from != draft.head.valid_from {
        let day = draft.head.valid_from;
        let es = format!("La fila rige desde {from}, y el borrador desde {day}.");
        let en = format!("The row binds from {from}, and the draft from {day}.");
        faults.push(RefusalFault::in_file(whole_line(line, from.to_string()), "valid_from_differs", es, en));
        return;
    }
    match row {
        ListedRow::Ceiling(row) => draft.ceilings.extend(ceilings(&draft.head.act_id, bindings, line, row)),
        ListedRow::Market(row) => draft.markets.push(DraftMarket {
            line,
            market: row.id.clone(),
            atc: row.atc.clone(),
            ingredient: row.ingredient.clone(),
            form_group: row.form_group.clone(),
            unit_price: row.unit_price,
            unit: row.unit.clone(),
        }),
        _ => {}
    }
}

fn ceilings(act: &str, bindings: &Bindings, line: i64, row: &ListedCeiling) -> Vec<DraftCeiling> {
    let margin = match row.ips_margin {
        ListedMargin::Pesos(pesos) => IpsMargin::Pesos(pesos),
        ListedMargin::DoesNotApply => IpsMargin::None,
        ListedMargin::Unstated => IpsMargin::ByRule,
    };
    let bound = bindings.bound(act, row).into_iter();
    let one = |(column, amount)| DraftCeiling {
        line,
        cum: row.cum,
        column,
        amount: if let ListedAmount::Pesos(pesos) = amount { Some(pesos) } else { None },
        margin,
        market: row.market.clone(),
        description: row.description.clone(),
        content: row.regulated_content.clone(),
    };
    bound.map(one).collect()
}
