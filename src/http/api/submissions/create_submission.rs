//! `POST /v1/submissions`: a reporter's file.

use std::time::Duration;

use hyper::{StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use tracing::Instrument;
use utoipa::IntoParams;

use crate::{
    domain::identifier::characters::{self, unfit},
    http::{
        Answer, App, Now,
        base::{
            fault_words,
            problem::{Problem, Problems},
        },
        request::{
            incoming::Request,
            upload::{Spooled, is_gzip},
        },
        response::{envelope::Envelope, idempotent_write::run_to_completion},
        values::{calendar::ReportingPeriod, identifiers::IdempotencyHeader},
        wire::{service::meta::One, submissions::submission::SubmissionBody},
    },
    workflow::submissions::submitting::{Delivery, IntakeFormat},
};

const SUBMISSION_BYTES_MAX: u64 = 1 << 30;
/// A small file is answered with its result; a large one with where to look for it.
const WAIT: Duration = Duration::from_secs(20);
const NAME_CHARS_MAX: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CreateSubmissionQuery {
    /// What is reported on: a quarter (`2020-Q2`, `2020-T2`), a month (`2020-06`, `202006`), a year, or an interval of months, both ends
    /// included (`2020-04/2020-06`).
    #[param(example = "2020-Q2")]
    pub period: ReportingPeriod,
    /// The file's name, for people.
    #[param(example = "reporte-2020-T2.csv", max_length = 200)]
    pub name: Option<String>,
    /// Validate and judge, and store the result but none of the rows.
    pub dry_run: Option<bool>,
    /// The file has no rows, because nothing was bought or sold in the period. A table with its header and no rows says so by itself; an
    /// empty body needs this word.
    pub zero_report: Option<bool>,
    /// The submission that this one corrects: it becomes its next version.
    #[param(example = "s4Tz0bWq81X")]
    pub rectifies: Option<String>,
}

/// Submit a report
///
/// A SISMED file of up to 1 GB as CSV (the published layout, with the optional column `NitContraparte`), the same table in a workbook
/// (xlsx), NDJSON, or the file of Circular 06/2018 that goes to PISIS (`MED100MPRE…TXT`, as public programs write it), plain or gzip; packed
/// and other formats are recognised by their bytes. With `dry_run=true` every fault is reported before anything is sent. A report of no sales is a
/// report: a header without rows, a control record without details, or an empty body with `zero_report=true`; to correct one, send the rows
/// with `rectifies`. The file is kept as it came, validated row by row (`GET /v1/validation-rules`), judged, and receipted: the receipt is signed and proves what was
/// delivered and when. The same Idempotency-Key and body give the same submission, also after a lost answer or a restart of the service.
/// Answers 201 with the result, or 202 while it is still being validated: look again at `Location`.
#[utoipa::path(post, operation_id = "create_submission", path = "/v1/submissions", tag = "submissions",
    params(CreateSubmissionQuery, IdempotencyHeader),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/plain"), (Vec<u8> = "application/gzip"))),
    responses((status = 200, description = "A dry run, finished: nothing of the rows was stored", body = One<SubmissionBody>),
        (status = 201, description = "Finished: accepted, partly quarantined or refused", body = One<SubmissionBody>),
        (status = 202, description = "Kept, and still being validated", body = One<SubmissionBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let query: CreateSubmissionQuery = request.query()?;
    let ReportingPeriod(period) = query.period;
    let name = query.name.unwrap_or_else(|| "report".to_owned());
    if name.chars().count() > NAME_CHARS_MAX || name.is_empty() {
        return Err(Problem::bad_parameter("name", "text", fault_words::characters(1, NAME_CHARS_MAX)));
    }
    if let Some(unfit) = unfit(&name, characters::TextKind::Line) {
        return Err(Problem::bad_parameter("name", unfit.code(), fault_words::unfit(unfit)));
    }
    let (format, gzip) = (format_sent(&request)?, is_gzip(&request.headers)?);
    // Checked before the body is read, so that a refused request costs nothing.
    request.command_context_with(&app, String::new())?;
    let spooled = request.spool(&app.workflow, SUBMISSION_BYTES_MAX).await?;
    let context = request.command_context_with(&app, spooled.request_digest.clone())?;
    let delivery = Delivery {
        path: spooled.path().to_owned(),
        bytes: spooled.bytes,
        sha256: spooled.sha256.clone(),
        name,
        format,
        gzip,
        zero_report: query.zero_report.unwrap_or(false),
        period,
        dry_run: query.dry_run.unwrap_or(false),
        rectifies: query.rectifies,
    };
    let (workflow, now) = (app.workflow.clone(), app.clock.clone());
    let id = run_to_completion(async move { work(&workflow, &context, &delivery, spooled, now).await }).await?;
    answer(&app, &request, &id).await
}

/// Keeps the file, then validates it; what takes long goes on after the answer.
async fn work(
    workflow: &crate::workflow::Workflow,
    context: &crate::workflow::common::context::CommandContext,
    delivery: &Delivery,
    spooled: Spooled,
    now: Now,
) -> Result<String, crate::workflow::common::error::WorkflowError> {
    let id = workflow.receive_submission(context, delivery).await?;
    let (workflow, submission) = (workflow.clone(), id.clone());
    let path = spooled.path().to_owned();
    let validation = async move {
        let outcome = workflow.validate_submission(&submission, Some(path), &now).await;
        drop(spooled);
        if let Err(error) = outcome {
            // The file is stored, and the next round over unfinished submissions validates it.
            tracing::error!(%error, submission, "submission: validation postponed");
        }
    };
    let _ = tokio::time::timeout(WAIT, tokio::spawn(validation.in_current_span())).await;
    Ok(id)
}

async fn answer(app: &App, request: &Request, id: &str) -> Result<Answer, Problem> {
    let reply = Envelope::begin(app, request, &["sismed", "ceilings"]).await?;
    let submission = app.read_model.show_submission(id, request.actor()?.nit.as_deref()).await?;
    let submission = submission.ok_or_else(|| Problem::not_found(("el envío", "submission"), id))?;
    let status = match (&submission.finished_at, submission.dry_run) {
        (None, _) => StatusCode::ACCEPTED,
        (Some(_), true) => StatusCode::OK,
        (Some(_), false) => StatusCode::CREATED,
    };
    let body = SubmissionBody::new(&submission, reply.language);
    let answer = reply.one(body)?.with_status(status);
    let location = hyper::header::HeaderValue::try_from(format!("/v1/submissions/{id}")).map_err(|_| Problem::internal())?;
    Ok(answer.with_header(hyper::header::LOCATION, location))
}

/// What the content type says the body is; `None` where it leaves that to the content.
fn format_sent(request: &Request) -> Result<Option<IntakeFormat>, Problem> {
    let sent = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/csv" => Ok(Some(IntakeFormat::Csv)),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Some(IntakeFormat::Ndjson)),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Ok(Some(IntakeFormat::Xlsx)),
        "text/plain" | "application/gzip" | "application/x-gzip" | "application/octet-stream" => Ok(None),
        _ => {
            let (es, en) = (
                "se espera text/csv, application/x-ndjson, text/plain (el archivo para PISIS), application/gzip o un libro de Excel (xlsx)",
                "expected text/csv, application/x-ndjson, text/plain (the file for PISIS), application/gzip or an Excel workbook (xlsx)",
            );
            Err(Problem::unsupported_media_type((es, en)).closing())
        }
    }
}
