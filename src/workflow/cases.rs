//! Actions on a case: regulators move it between states, two of them confirm it, and its seller replies.

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use serde_json::json;

use super::{
    Workflow,
    common::{
        context::{AuditedAction, CommandContext},
        error::{RefusalFault, WorkflowError},
    },
    mail::outbox::{self, MailKind, NewMail},
};
use crate::{
    domain::{
        access::principal::Scope,
        cases::{
            case_file::{CaseId, LegalTerm, REPLY, last_day},
            case_state::{CaseState, Transition, step},
        },
        identifier::characters,
        law::two_persons::Decision,
    },
    store::{
        judging::cases::legal_term,
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
        transaction::idempotency::Reply,
    },
};

const REASON_CHARS_MAX: usize = 4_000;
const REPLY_CHARS_MAX: usize = 20_000;

/// A case after an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMoved {
    pub id: String,
    pub from: CaseState,
    pub state: CaseState,
    pub version: i32,
    /// The state is what it was: another person has to decide.
    pub proposed: bool,
    /// The last day of the seller's term to reply, once it runs.
    pub reply_due: Option<Date>,
}

/// Writes the stored answer for a second try.
pub type Render = dyn Fn(&CaseMoved) -> String + Send + Sync;

/// A case as it stands before the action; locked until the commit.
struct LockedCase {
    id: String,
    state: CaseState,
    version: i32,
    seller_nit: String,
    /// Who proposed to confirm it, when nothing has happened since.
    proposed_by: Option<String>,
    notified_on: Option<Date>,
    has_evidence: bool,
}

/// The next event of a case.
struct Event<'a> {
    kind: &'static str,
    to: CaseState,
    reason: Option<&'a str>,
    text: Option<&'a str>,
}

impl Workflow {
    /// # Errors
    /// The case is unknown or was changed meanwhile; the step is not allowed, or not to this person, or not yet; no reason is given.
    pub async fn move_case(
        &self,
        context: &CommandContext,
        id: &CaseId,
        to: CaseState,
        reason: &str,
        version: i32,
        render: &Render,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_decide(context, to)?;
        let reason = &*written("/reason", reason, REASON_CHARS_MAX)?;
        let case = hold(&tx, id).await?.ok_or_else(|| unknown(id))?;
        if case.version != version {
            return Err(stale(&case));
        }
        let step = step(case.state, to).filter(|step| !step.by_seller).ok_or_else(|| not_allowed(case.state, to))?;
        let terms = terms(&tx).await?;
        case.check(step, context.today, &terms)?;
        let proposed = step.two_persons && case.proposed_by.is_none();
        if step.two_persons {
            Decision::ConfirmCase.by_another(&context.actor.principal, case.proposed_by.as_deref())?;
        }
        let kind = if proposed { "proposal" } else { "transition" };
        let version = case.add(&tx, context, &Event { kind, to, reason: Some(reason), text: None }).await?;
        let state = if proposed { case.state } else { to };
        let notified_on = if to == CaseState::Notified { Some(context.today) } else { case.notified_on };
        let reply_due = notified_on.and_then(|day| last_day(&terms, REPLY, day));
        let moved = CaseMoved { id: case.id.clone(), from: case.state, state, version, proposed, reply_due };
        let reply = Reply { status: 200, location: None, body: render(&moved) };
        let action = if proposed { "propose_case_transition" } else { "move_case" };
        if !proposed {
            case.write_to_seller(&tx, context, (to, version), reply_due).await?;
        }
        let details = json!({"from": case.state.code(), "to": to.code(), "version": version});
        context.finish(&tx, &AuditedAction { action, subject: &case.id, reason: Some(reason), details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The seller's right of reply: it stands beside the finding for ever.
    ///
    /// # Errors
    /// The case is not the reporter's, or the reporter was not notified, or it is decided.
    pub async fn reply(
        &self,
        context: &CommandContext,
        id: &CaseId,
        text: &str,
        render: &Render,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if !context.actor.has(Scope::CasesReply) {
            return Err(forbidden(Scope::CasesReply));
        }
        let text = &*written("/text", text, REPLY_CHARS_MAX)?;
        let case = hold(&tx, id).await?.filter(|case| case.may_be_seen_by_seller(context)).ok_or_else(|| unknown(id))?;
        if !matches!(case.state, CaseState::Notified | CaseState::Answered) {
            return Err(closed_to_replies(case.state));
        }
        let state = CaseState::Answered;
        let version = case.add(&tx, context, &Event { kind: "reply", to: state, reason: None, text: Some(text) }).await?;
        let reply_due = case.notified_on.zip(Some(terms(&tx).await?)).and_then(|(day, terms)| last_day(&terms, REPLY, day));
        let moved = CaseMoved { id: case.id.clone(), from: case.state, state, version, proposed: false, reply_due };
        let reply = Reply { status: 201, location: Some(format!("/v1/cases/{}", case.id)), body: render(&moved) };
        let details =
            json!({"from": case.state.code(), "to": state.code(), "version": version, "characters": text.chars().count()});
        context.finish(&tx, &AuditedAction { action: "reply_to_case", subject: &case.id, reason: None, details }, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

impl LockedCase {
    /// What the law asks before this step, beyond the table of steps.
    fn check(&self, step: Transition, today: Date, terms: &[LegalTerm]) -> Result<(), WorkflowError> {
        if matches!(step.to, CaseState::Notified | CaseState::Confirmed) && !self.has_evidence {
            let (es, en) = ("ningún reporte sigue por encima del precio máximo", "no report is above the ceiling any more");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        if !step.only_after_reply_term {
            return Ok(());
        }
        let due = self.notified_on.and_then(|day| last_day(terms, REPLY, day));
        let due = due.ok_or_else(|| WorkflowError::machine("no term to reply is known", self.id.clone()))?;
        if today <= due {
            let (es, en) = (format!("el vendedor puede responder hasta {due}"), format!("the seller may reply until {due}"));
            return Err(WorkflowError::refused("conflict", es, en));
        }
        Ok(())
    }

    /// A seller sees its own cases once it has been notified; before that they do not exist for it.
    fn may_be_seen_by_seller(&self, context: &CommandContext) -> bool {
        context.actor.nit.as_ref() == Some(&self.seller_nit) && self.notified_on.is_some()
    }

    /// E-mail to the seller, who knows of the case once it is notified: that it is, and what is decided.
    async fn write_to_seller(
        &self,
        tx: &Transaction<'_>,
        context: &CommandContext,
        (to, version): (CaseState, i32),
        reply_due: Option<Date>,
    ) -> Result<(), WorkflowError> {
        let (kind, detail) = match to {
            CaseState::Notified => (MailKind::CaseNotified, reply_due.map(|day| day.to_string()).unwrap_or_default()),
            CaseState::Confirmed | CaseState::Dismissed if self.notified_on.is_some() => {
                (MailKind::CaseDecided, to.code().to_owned())
            }
            _ => return Ok(()),
        };
        let message = NewMail { kind, subject: &self.id, version, detail: &detail };
        Ok(outbox::to_seller(tx, &self.seller_nit, &message, context.now).await?)
    }

    /// Writes the event and how the case stands after it. An event's ordinal is the version that it makes.
    async fn add(&self, tx: &Transaction<'_>, context: &CommandContext, event: &Event<'_>) -> Result<i32, WorkflowError> {
        let version = self.version + 1;
        let Event { kind, to, reason, text } = event;
        let (from, principal) = (self.state.code(), &context.actor.principal);
        tx.execute(
            statements::insert_case_event,
            &[&self.id, &version, &context.now, &context.today, principal, kind, &from, &to.code(), reason, text],
        )
        .await?;
        let state = if *kind == "proposal" { self.state } else { *to };
        tx.execute(statements::move_case, &[&self.id, &state.code(), &version]).await?;
        Ok(version)
    }
}

async fn hold(tx: &Transaction<'_>, id: &CaseId) -> Result<Option<LockedCase>, StoreError> {
    // Two statements: the second one sees what the commit waited for has written.
    tx.query(statements::lock_cases, &[&vec![id.as_str()]]).await?;
    let Some(row) = tx.query_opt(statements::find_case, &[&id.as_str()]).await? else { return Ok(None) };
    let state: &str = row.try_get("state")?;
    let proposal = row.try_get::<_, &str>("last_kind")? == "proposal";
    let last_principal: Option<String> = row.try_get("last_principal")?;
    Ok(Some(LockedCase {
        id: id.to_string(),
        state: CaseState::from_code(state).ok_or_else(|| corrupt("case_file", state))?,
        version: row.try_get("version")?,
        seller_nit: row.try_get("seller_nit")?,
        proposed_by: last_principal.filter(|_| proposal),
        notified_on: row.try_get("notified_on")?,
        has_evidence: row.try_get("has_evidence")?,
    }))
}

async fn terms(tx: &Transaction<'_>) -> Result<Vec<LegalTerm>, StoreError> {
    tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect()
}

fn may_decide(context: &CommandContext, to: CaseState) -> Result<(), WorkflowError> {
    let scope = if to == CaseState::Confirmed { Scope::CasesConfirm } else { Scope::CasesReview };
    if context.actor.has(scope) { Ok(()) } else { Err(forbidden(scope)) }
}

/// Whoever decides on cases, in whatever way, shares the work on them.
pub(super) fn may_work(context: &CommandContext) -> Result<(), WorkflowError> {
    let may = context.actor.has(Scope::CasesReview) || context.actor.has(Scope::CasesConfirm);
    if may { Ok(()) } else { Err(forbidden(Scope::CasesReview)) }
}

/// Words of a person, without the space around them.
pub(super) fn written(pointer: &str, text: &str, chars_max: usize) -> Result<String, WorkflowError> {
    let text = characters::prose(text);
    if (1..=chars_max).contains(&text.chars().count()) {
        return Ok(text);
    }
    let code = if text.is_empty() { "missing" } else { "too_long" };
    let (es, en) = (format!("de 1 a {chars_max} caracteres"), format!("1 to {chars_max} characters"));
    Err(WorkflowError::unprocessable(vec![RefusalFault::new(pointer, code, es, en)]))
}

pub(super) fn unknown(id: &CaseId) -> WorkflowError {
    WorkflowError::not_found("el caso", "case", id.as_str())
}

fn forbidden(scope: Scope) -> WorkflowError {
    WorkflowError::refused("forbidden", format!("hace falta: {scope}"), format!("needed: {scope}"))
}

fn stale(case: &LockedCase) -> WorkflowError {
    let (version, state) = (case.version, case.state);
    WorkflowError::refused(
        "stale_version",
        format!("el caso va en la versión {version}, en estado {state}"),
        format!("the case is at version {version}, in state {state}"),
    )
}

fn not_allowed(from: CaseState, to: CaseState) -> WorkflowError {
    WorkflowError::refused("conflict", format!("de {from} no se pasa a {to}"), format!("{from} does not lead to {to}"))
}

fn closed_to_replies(state: CaseState) -> WorkflowError {
    WorkflowError::refused(
        "conflict",
        format!("un caso en estado {state} no admite respuesta"),
        format!("a case in state {state} takes no reply"),
    )
}
