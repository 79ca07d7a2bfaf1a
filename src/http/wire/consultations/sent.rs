//! What people and regulators send about consultations.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::values::{
    calendar::Day,
    consultations::{CommentDisposition, CommentId, CommentKind, LineName, LineOfDraft},
    identifiers::Sha256,
    numbers::PriceAmount,
};

/// How long a consultation is open, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationLength {
    /// The last day on which comments are taken.
    #[schema(value_type = Day, example = "2026-12-15")]
    pub closes_on: String,
    /// Public: why so long, with the law.
    #[schema(min_length = 1, max_length = 2000, example = "15 días calendario: Decreto 1081 de 2015, art. 2.1.2.1.14.")]
    pub reason: String,
}

/// A comment on a line of a draft (comentario).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommentBody {
    /// In the newest version, as in the list of lines.
    #[schema(value_type = LineName, example = "d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional")]
    pub line: String,
    /// error_of_fact, method, effect_on_access, wording, support or other.
    #[schema(value_type = CommentKind, example = "error_of_fact")]
    pub kind: String,
    /// 1 to 4,000 characters; no e-mail addresses and no telephones, since everybody reads it.
    #[schema(min_length = 1, max_length = 4000, example = "El envase tiene 30 tabletas, no 10.")]
    pub text: String,
    /// In pesos, of the same unit as the line.
    #[schema(value_type = Option<PriceAmount>, example = "31500.00")]
    pub proposed_value: Option<String>,
    /// An organisation; it needs a declared interest.
    #[schema(max_length = 200, example = "Asociación de pacientes")]
    pub on_behalf_of: Option<String>,
    /// Whether the text states an interest in the price.
    #[serde(default)]
    pub interest_declared: bool,
}

/// The ticket that was shown when the comment was received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentTicket {
    #[schema(max_length = 60)]
    pub ticket: String,
}

/// Whether everybody may read a comment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentModeration {
    pub publish: bool,
    /// Public; needed to hold it back.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// A reply of the authority to comments with the same words (respuesta a comentarios).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplyBody {
    /// The comments; or instead of them, their group.
    #[serde(default)]
    #[schema(value_type = Vec<CommentId>, max_items = 1000)]
    pub comments: Vec<String>,
    /// All public or withheld comments with the same words that have no reply yet.
    #[schema(value_type = Option<Sha256>)]
    pub group: Option<String>,
    /// accepted, partly_accepted, not_accepted, out_of_scope, already_so or duplicate.
    #[schema(value_type = CommentDisposition, example = "accepted")]
    pub disposition: String,
    /// 80 to 8,000 characters, in Spanish.
    #[schema(min_length = 80, max_length = 8000)]
    pub text_es: String,
    /// The same in English.
    #[schema(max_length = 8000)]
    pub text_en: Option<String>,
    /// Lines that changed because of it. What is accepted, wholly or in part, needs one that reads otherwise than when it was commented on.
    #[serde(default)]
    #[schema(value_type = Vec<LineOfDraft>, max_items = 100, example = json!(["ceiling/19914312-20/institutional"]))]
    pub changed_lines: Vec<String>,
    /// An earlier reply whose reason is repeated; needed where the text of a refusal is that of another reply.
    #[schema(max_length = 20, example = "r7Hq2LxV0aB")]
    pub same_reason_as: Option<String>,
}
