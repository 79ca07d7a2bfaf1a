//! A comment with its reply on the wire, and the table of them all.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{number::amount::display, participation::consultation::CommentState},
    read_model::consultations::comments::{CommentView, ReplyView, ReportRow},
    workflow::consultations::{answering::ReplyGiven, commenting::CommentReceived, holding::CommentMoved},
};

/// A comment on a line of a draft (comentario).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentBody {
    #[schema(example = "k0123456789ab")]
    pub id: String,
    /// The line, in the version that was commented on.
    #[schema(example = "d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional")]
    pub line: String,
    /// What became of the line since: unchanged, changed, removed or added.
    #[schema(example = "changed")]
    pub fate: &'static str,
    /// In the version commented on.
    #[schema(example = "30000.00")]
    pub value_then: Option<String>,
    /// In the newest version; null where nothing stands there.
    #[schema(example = "31500.00")]
    pub value_now: Option<String>,
    /// published, withheld or withdrawn.
    #[schema(example = "published")]
    pub state: &'static str,
    /// Why it stays back.
    pub withheld_reason: Option<String>,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// The last day of the term to reply to it.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// The law that sets the term.
    pub due_citation: String,
    /// Language in which it was sent.
    #[schema(example = "es")]
    pub language: String,
    /// error_of_fact, method, effect_on_access, wording, support or other.
    #[schema(example = "error_of_fact")]
    pub kind: String,
    /// Null where it is not public, or was withdrawn.
    pub text: Option<String>,
    /// In pesos.
    #[schema(example = "31500.00")]
    pub proposed_value: Option<String>,
    /// Whom the author speaks for.
    pub on_behalf_of: Option<String>,
    /// Whether the author states an interest in the price.
    pub interest_declared: bool,
    /// Shared by comments with the same words: one reply can be to all of them.
    pub group: String,
    /// Public comments with the same words, this one among them.
    #[schema(example = 1)]
    pub alike: i64,
    pub reply: Option<CommentReplyBody>,
}

/// A reply of the authority (respuesta al comentario).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentReplyBody {
    #[schema(example = "r7Hq2LxV0aB")]
    pub id: String,
    #[schema(value_type = String, format = Date)]
    pub replied_on: Date,
    /// Whether that was in the term.
    pub in_term: bool,
    /// accepted, partly_accepted, not_accepted, out_of_scope, already_so or duplicate.
    #[schema(example = "accepted")]
    pub disposition: String,
    pub text_es: String,
    pub text_en: Option<String>,
    /// An earlier reply with the same reason.
    pub same_reason_as: Option<String>,
    /// Lines that changed because of it.
    #[schema(example = json!(["ceiling/19914312-20/institutional"]))]
    pub changed_lines: Vec<String>,
}

/// A row of the table of comments and answers (matriz de comentarios).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportRowBody {
    /// No., in the order in which they came.
    #[schema(example = 1)]
    pub number: i64,
    #[schema(example = "k0123456789ab")]
    pub comment_id: String,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// Remitente: whom the author speaks for; null of a person.
    pub sender: Option<String>,
    #[schema(example = "d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional")]
    pub line: String,
    #[schema(example = "error_of_fact")]
    pub kind: String,
    /// published, withheld or withdrawn.
    #[schema(example = "published")]
    pub state: String,
    /// Comentario; null where it is not public.
    pub comment: Option<String>,
    pub withheld_reason: Option<String>,
    /// Respuesta.
    pub answer: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub answered_on: Option<Date>,
    #[schema(example = "accepted")]
    pub disposition: Option<String>,
    pub changed_lines: Vec<String>,
}

/// A comment that is received.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentReceivedBody {
    #[schema(example = "k0123456789ab")]
    pub comment: String,
    /// Withdraws it. It is stored nowhere.
    #[schema(example = "TMO-0123456789ABCDEF0123456789ABCDEF-0000")]
    pub ticket: String,
    /// The last day of the term to reply to it.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// The law that sets the term.
    pub due_citation: String,
    /// A signed statement of the day and the digest of the words (JWS), to be checked with the published signing keys.
    pub receipt: String,
}

/// How a comment stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommentMovedBody {
    #[schema(example = "k0123456789ab")]
    pub comment: String,
    #[schema(example = "withdrawn")]
    pub state: &'static str,
}

/// A reply that is given.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyGivenBody {
    #[schema(example = "r7Hq2LxV0aB")]
    pub reply: String,
    /// The comments that it is to.
    pub comments: Vec<String>,
}

impl CommentBody {
    /// As everybody may read it.
    pub fn public(view: &CommentView) -> Self {
        let is_public = view.state == CommentState::Published;
        let CommentView { id, line, value_then, value_now, withheld_reason, language: sent_in, kind, due_citation, .. } =
            view.clone();
        Self {
            id,
            line: line.to_string(),
            fate: view.fate.code(),
            value_then,
            value_now,
            state: view.state.code(),
            withheld_reason,
            received_on: view.received_on,
            due_on: view.due_on,
            due_citation,
            language: sent_in,
            kind,
            text: view.text.clone().filter(|_| is_public),
            proposed_value: view.proposed_value.filter(|_| is_public).map(display),
            on_behalf_of: view.on_behalf_of.clone().filter(|_| is_public),
            interest_declared: view.interest_declared,
            group: view.group.clone(),
            alike: view.alike,
            reply: view.reply.as_ref().map(|reply| CommentReplyBody::shown(reply, view.due_on)),
        }
    }
}

impl CommentReplyBody {
    fn shown(reply: &ReplyView, due_on: Date) -> Self {
        let ReplyView { id, replied_on, disposition, text_es, text_en, same_reason_as, changed_lines } = reply.clone();
        Self { id, replied_on, in_term: replied_on <= due_on, disposition, text_es, text_en, same_reason_as, changed_lines }
    }
}

impl ReportRowBody {
    pub fn of(draft: &str, row: &ReportRow) -> Self {
        let ReportRow { number, id, version, line, received_on, kind, text, on_behalf_of, state, withheld_reason, .. } =
            row.clone();
        let is_public = state == CommentState::Published.code();
        Self {
            number,
            comment_id: id,
            received_on,
            sender: on_behalf_of.filter(|_| is_public),
            line: format!("{draft}.v{version}/{line}"),
            kind,
            state,
            comment: text.filter(|_| is_public),
            withheld_reason,
            answer: row.text_es.clone(),
            answered_on: row.replied_on,
            disposition: row.disposition.clone(),
            changed_lines: row.changed_lines.clone(),
        }
    }
}

impl From<&CommentReceived> for CommentReceivedBody {
    fn from(received: &CommentReceived) -> Self {
        let CommentReceived { id, ticket, due_on, citation, receipt } = received.clone();
        Self { comment: id, ticket, due_on, due_citation: citation, receipt }
    }
}

impl From<&CommentMoved> for CommentMovedBody {
    fn from(moved: &CommentMoved) -> Self {
        Self { comment: moved.id.clone(), state: moved.state.code() }
    }
}

impl From<&ReplyGiven> for ReplyGivenBody {
    fn from(given: &ReplyGiven) -> Self {
        let ReplyGiven { id, comments } = given.clone();
        Self { reply: id, comments }
    }
}
