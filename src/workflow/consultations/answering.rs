//! What regulators do with comments: hold one back with a public reason, and reply. What is accepted names a line that has changed.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;
use serde_json::json;

use super::holding::{CommentMoved, HeldConsultation, find_comment, hold_alone, unknown_comment};
use crate::{
    domain::participation::consultation::{CommentDisposition, CommentState, LineId, LineKey},
    store::{postgres::statements, transaction::idempotency::Reply},
    workflow::{
        Workflow,
        cases::written,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
            random,
        },
    },
};

const REPLY_CHARS_MIN: usize = 80;
const REPLY_CHARS_MAX: usize = 8_000;
const REASON_CHARS_MAX: usize = 2_000;

/// A reply of the authority.
#[derive(Clone, Debug)]
pub struct NewReply {
    pub comments: Vec<String>,
    /// Instead of them: the digest that comments with the same words share.
    pub group: Option<String>,
    pub disposition: CommentDisposition,
    pub text_es: String,
    pub text_en: Option<String>,
    pub changed_lines: Vec<LineKey>,
    pub same_reason_as: Option<String>,
}

/// A reply that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyGiven {
    pub id: String,
    pub comments: Vec<String>,
}

/// A comment that a reply is to.
struct Addressed {
    id: String,
    version: i32,
}

impl Workflow {
    /// # Errors
    /// The comment is unknown or withdrawn, or nothing would change; it stays back without a reason; its draft is decided on.
    pub async fn moderate_comment(
        &self,
        context: &CommandContext,
        id: &str,
        (publish, reason): (bool, Option<&str>),
        render: Render<'_, CommentMoved>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let reason = match reason {
            _ if publish => None,
            text => Some(written("/reason", text.unwrap_or_default(), REASON_CHARS_MAX)?),
        };
        let row = tx.query_opt(statements::draft_of_comment, &[&id]).await?.ok_or_else(|| unknown_comment(id))?;
        hold_alone(&tx, row.try_get("draft_id")?).await?.require_draft()?;
        let held = find_comment(&tx, id).await?.ok_or_else(|| unknown_comment(id))?;
        let to = if publish { CommentState::Published } else { CommentState::Withheld };
        if held.state == CommentState::Withdrawn || held.state == to {
            let (from, to) = (held.state.code(), to.code());
            return Err(WorkflowError::refused(
                "conflict",
                format!("el comentario está en «{from}» y no puede pasar a «{to}»"),
                format!("the comment is \"{from}\" and cannot become \"{to}\""),
            ));
        }
        tx.execute(statements::moderate_comment, &[&id, &to.code(), &reason, &context.actor.principal]).await?;
        let moved = CommentMoved { id: id.to_owned(), state: to };
        let reply = Reply { status: 200, location: None, body: render(&moved) };
        let details = json!({"from": held.state.code(), "to": to.code()});
        let action = AuditedAction { action: "moderate_comment", subject: id, reason: reason.as_deref(), details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// A comment is unknown, withdrawn or replied to; words differ; the reply is too short, repeats a reason without saying so, or accepts what
    /// no changed line shows; the draft is decided on.
    pub async fn reply_to_comments(
        &self,
        context: &CommandContext,
        draft: &str,
        new: &NewReply,
        render: Render<'_, ReplyGiven>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let text_es = written("/text_es", &new.text_es, REPLY_CHARS_MAX)?;
        let text_en = new.text_en.as_deref().map(|text| written("/text_en", text, REPLY_CHARS_MAX)).transpose()?;
        if text_es.chars().count() < REPLY_CHARS_MIN {
            let es = format!("la respuesta en español tiene al menos {REPLY_CHARS_MIN} caracteres");
            let en = format!("the reply in Spanish has at least {REPLY_CHARS_MIN} characters");
            return Err(at("/text_es", "too_short", &es, &en));
        }
        let held = hold_alone(&tx, draft).await?;
        held.require_draft()?;
        let comments = addressed(&tx, draft, new).await?;
        require_own_reason(&tx, draft, &text_es, new).await?;
        require_changed(&tx, &held, new, &comments).await?;
        let id = random::id('r')?;
        let (by, disposition) = (&context.actor.principal, new.disposition.code());
        tx.execute(
            statements::insert_consultation_reply,
            &[&id, &draft, &context.now, &context.today, by, &disposition, &text_es, &text_en, &new.same_reason_as],
        )
        .await?;
        let (parts, keys, fields) = columns(&new.changed_lines);
        tx.execute(statements::insert_consultation_reply_lines, &[&id, &parts, &keys, &fields]).await?;
        let comments: Vec<String> = comments.into_iter().map(|comment| comment.id).collect();
        tx.execute(statements::insert_consultation_reply_comments, &[&id, &comments]).await?;
        let lines: Vec<String> = new.changed_lines.iter().map(ToString::to_string).collect();
        let given = ReplyGiven { id: id.clone(), comments };
        let reply = Reply { status: 201, location: Some(format!("/v1/consultations/{draft}")), body: render(&given) };
        let details = json!({"reply": id, "disposition": disposition, "comments": given.comments.len(), "changed_lines": lines});
        let action = AuditedAction { action: "reply_to_comments", subject: draft, reason: None, details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// The comments that a reply is to: some by their ids, or all of a group that have no reply yet.
async fn addressed(tx: &Transaction<'_>, draft: &str, new: &NewReply) -> Result<Vec<Addressed>, WorkflowError> {
    if new.comments.is_empty() == new.group.is_none() {
        return Err(at(
            "/comments", "missing", "diga los comentarios o el grupo, uno de los dos",
            "say the comments or the group, one of both",
        ));
    }
    let rows = tx.query(statements::comments_to_reply_to, &[&draft, &new.comments, &new.group]).await?;
    let (mut found, mut words, mut known) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for row in &rows {
        let (id, state): (String, &str) = (row.try_get("id")?, row.try_get("state")?);
        if row.try_get::<_, bool>("has_reply")? || state == CommentState::Withdrawn.code() {
            return Err(WorkflowError::refused(
                "conflict",
                format!("el comentario {id} ya tiene respuesta o fue retirado"),
                format!("the comment {id} has a reply already, or is withdrawn"),
            ));
        }
        words.insert(row.try_get::<_, String>("folded_digest")?);
        known.insert(id.clone());
        found.push(Addressed { id, version: row.try_get("version")? });
    }
    if let Some(index) = new.comments.iter().position(|id| !known.contains(id)) {
        let pointer = format!("/comments/{index}");
        return Err(at(&pointer, "unknown_comment", "no está en esta consulta", "it is not in this consultation"));
    }
    if words.len() > 1 {
        let (es, en) = ("una respuesta es a comentarios con las mismas palabras", "one reply is to comments with the same words");
        return Err(at("/comments", "other_words", es, en));
    }
    if found.is_empty() {
        return Err(at("/group", "unknown_group", "nada sin respuesta en ese grupo", "nothing without a reply in that group"));
    }
    Ok(found)
}

/// A refusal has a reason of its own, or says whose it repeats.
async fn require_own_reason(tx: &Transaction<'_>, draft: &str, text_es: &str, new: &NewReply) -> Result<(), WorkflowError> {
    let row = tx.query_opt(statements::same_reason, &[&draft, &text_es]).await?;
    let first: Option<String> = row.map(|row| row.try_get("id")).transpose()?;
    let refuses = new.disposition == CommentDisposition::NotAccepted;
    match (&new.same_reason_as, first) {
        (None, Some(first)) if refuses => Err(at(
            "/same_reason_as",
            "same_reason",
            &format!("es la razón de la respuesta {first}: nómbrela"),
            &format!("it is the reason of reply {first}: name it"),
        )),
        (Some(_), _) if !refuses => {
            Err(at("/same_reason_as", "not_refused", "solo de lo que no se acepta", "only of what is not accepted"))
        }
        (Some(named), first) if first.as_ref() != Some(named) => {
            Err(at("/same_reason_as", "other_reason", "esa respuesta no dice lo mismo", "that reply does not say the same"))
        }
        _ => Ok(()),
    }
}

/// Each line is one of the draft; what is accepted shows in one of them, for each comment.
async fn require_changed(
    tx: &Transaction<'_>,
    held: &HeldConsultation,
    new: &NewReply,
    comments: &[Addressed],
) -> Result<(), WorkflowError> {
    let (parts, keys, fields) = columns(&new.changed_lines);
    let versions: BTreeSet<i32> = comments.iter().map(|comment| comment.version).collect();
    let versions: Vec<i32> = versions.into_iter().collect();
    let rows = tx.query(statements::consultation_lines_differ, &[&held.draft, &parts, &keys, &fields, &versions]).await?;
    let mut shown: BTreeSet<i32> = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        if !row.try_get::<_, bool>("known")? {
            let line = new.changed_lines.get(index).cloned().unwrap_or_else(|| LineKey {
                part: "head",
                key: String::new(),
                field: String::new(),
            });
            let line = LineId { draft: held.draft.clone(), version: held.version, line };
            return Err(held.line_unknown(tx, &format!("/changed_lines/{index}"), &line).await?);
        }
        shown.extend(row.try_get::<_, Vec<i32>>("differs_from")?);
    }
    if new.disposition.changes_the_draft() && versions.iter().any(|version| !shown.contains(version)) {
        return Err(at(
            "/changed_lines",
            "line_not_changed",
            "ninguna de esas líneas cambió desde la versión comentada",
            "none of these lines has changed since the version that was commented on",
        ));
    }
    Ok(())
}

fn columns(lines: &[LineKey]) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
    let one = |pick: fn(&LineKey) -> &str| lines.iter().map(pick).collect();
    (one(|line| line.part), one(|line| &line.key), one(|line| &line.field))
}

fn at(pointer: &str, code: &'static str, es: &str, en: &str) -> WorkflowError {
    WorkflowError::unprocessable(vec![RefusalFault::new(pointer, code, es, en)])
}
