//! `POST /v1/consultations/{id}/replies`: the authority replies to a comment, or to all with the same words.

use crate::{
    domain::participation::consultation::LineKey,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::idempotent_write::{Done, answer, rendered},
        values::{
            consultations::{CommentDisposition, CommentId, ConsultationId, LineOfDraft},
            identifiers::{IdempotencyHeader, Sha256},
            value::Invalid,
        },
        wire::consultations::{comment::ReplyGivenBody, sent::NewReplyBody},
    },
    workflow::consultations::answering::{NewReply, ReplyGiven},
};

const BODY_BYTES_MAX: usize = 256 * 1024;
const COMMENTS_MAX: usize = 1_000;
const LINES_MAX: usize = 100;

/// Reply to comments
///
/// To comments with the same words, once, for ever: a reply is never edited. `accepted` and `partly_accepted` name at least one line that reads
/// otherwise than in the version commented on, which is looked at again when the draft is approved. A refusal has its own reason, or names the
/// earlier reply whose reason it repeats.
#[utoipa::path(post, operation_id = "reply_to_comments", path = "/v1/consultations/{id}/replies", tag = "consultations", request_body = NewReplyBody,
    params(("id" = ConsultationId, Path, description = "That of the draft", example = "d7Hq2LxV0aB"), IdempotencyHeader),
    responses((status = 201, description = "The reply is given", body = Done<ReplyGivenBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let ConsultationId(id) = request.path("id")?;
    let (context, body): (_, NewReplyBody) = request.json_command(&app, BODY_BYTES_MAX).await?;
    let new = read(body)?;
    let workflow = app.workflow;
    answer(async move {
        let kept = context.clone();
        let render = move |given: &ReplyGiven| rendered(&kept, ReplyGivenBody::from(given));
        workflow.reply_to_comments(&context, &id, &new, &render).await
    })
    .await
}

fn read(body: NewReplyBody) -> Result<NewReply, Problem> {
    let at = |pointer: String, fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    for (pointer, count, most) in
        [("/comments", body.comments.len(), COMMENTS_MAX), ("/changed_lines", body.changed_lines.len(), LINES_MAX)]
    {
        if count > most {
            let detail = (format!("a lo sumo {most}"), format!("at most {most}"));
            return Err(Problem::bad_body_pointer(pointer, "too_many", detail));
        }
    }
    let CommentDisposition(disposition) = body.disposition.parse().map_err(|fault| at("/disposition".to_owned(), fault))?;
    let mut comments = Vec::with_capacity(body.comments.len());
    for (index, text) in body.comments.iter().enumerate() {
        let CommentId(id) = text.parse().map_err(|fault| at(format!("/comments/{index}"), fault))?;
        comments.push(id);
    }
    let group = body.group.map(|text| text.parse()).transpose().map_err(|fault| at("/group".to_owned(), fault))?;
    let mut changed_lines: Vec<LineKey> = Vec::with_capacity(body.changed_lines.len());
    for (index, text) in body.changed_lines.iter().enumerate() {
        let LineOfDraft(line) = text.parse().map_err(|fault| at(format!("/changed_lines/{index}"), fault))?;
        if !changed_lines.contains(&line) {
            changed_lines.push(line);
        }
    }
    Ok(NewReply {
        comments,
        group: group.map(|Sha256(digest)| digest),
        disposition,
        text_es: body.text_es,
        text_en: body.text_en,
        changed_lines,
        same_reason_as: body.same_reason_as.filter(|id| !id.is_empty()),
    })
}
