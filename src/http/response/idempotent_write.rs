//! What all writing operations share: the idempotency key, a write that completes even if the client hangs up, its answer.

use std::future::Future;

use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::Instrument;
use utoipa::ToSchema;

use crate::{
    domain::{access::principal::Actor, identifier::characters},
    http::{
        Answer, App, Problem, Request,
        base::{problem::Fault, problem_kind::ProblemKind},
        request::negotiate::FORM_PARAMETERS,
        values::identifiers::IdempotencyKey,
    },
    store::transaction::idempotency::Reply,
    text::hex::hex,
    workflow::common::{
        context::{CommandContext, idempotent_replay},
        error::{Refusal, WorkflowError},
    },
    workflow::petitions::receiving::PublicCall,
};

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The answer to a write.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Done<T> {
    pub data: T,
    pub meta: DoneMeta,
}

/// Which request did it: a second try with the same Idempotency-Key is answered with the first one's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DoneMeta {
    pub request_id: String,
    /// Instant of the write.
    #[schema(format = DateTime)]
    pub at: String,
}

/// Why, for the audit log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    #[schema(max_length = 2000)]
    pub reason: String,
}

const REASON_CHARS_MAX: usize = 2000;

/// A reason that is not empty.
pub fn reason(text: &str) -> Result<String, Problem> {
    reason_at("/reason", text)
}

pub fn reason_at(pointer: &'static str, text: &str) -> Result<String, Problem> {
    let text = characters::prose(text);
    if text.is_empty() || text.chars().count() > REASON_CHARS_MAX {
        let detail = (format!("de 1 a {REASON_CHARS_MAX} caracteres"), format!("1 to {REASON_CHARS_MAX} characters"));
        return Err(Problem::bad_body_pointer(pointer, "reason", detail));
    }
    Ok(text)
}

impl Request {
    /// The authenticated principal.
    pub fn actor(&self) -> Result<&Actor, Problem> {
        self.actor.as_ref().ok_or_else(|| {
            tracing::error!(template = &*self.template, "internal error: operation without auth needs an actor");
            Problem::internal()
        })
    }

    /// The context of a write with this body.
    pub fn command_context(&self, app: &App, body: &[u8]) -> Result<CommandContext, Problem> {
        let mut digest = Sha256::new();
        digest.update(self.line().as_bytes());
        digest.update(body);
        self.command_context_with(app, hex(&digest.finalize()))
    }

    /// Method, path and query in canonical order: the part of a request's identity that is not its body.
    pub fn line(&self) -> String {
        format!("{} {}?{}\n", self.method, self.path, self.query_pairs.canonical(&FORM_PARAMETERS))
    }

    pub fn command_context_with(&self, app: &App, digest: String) -> Result<CommandContext, Problem> {
        Ok(CommandContext {
            actor: self.actor()?.clone(),
            now: app.now(),
            today: app.today(),
            request_id: self.context.request_id.to_string(),
            key: self.idempotency_key()?,
            digest,
        })
    }

    /// The same of a write for which no key is needed.
    pub fn public_call(&self, app: &App, body: &[u8]) -> Result<PublicCall, Problem> {
        let mut digest = Sha256::new();
        digest.update(self.line().as_bytes());
        digest.update(body);
        Ok(PublicCall {
            now: app.now(),
            today: app.today(),
            request_id: self.context.request_id.to_string(),
            network: self.context.network,
            key: self.idempotency_key()?,
            digest: hex(&digest.finalize()),
        })
    }

    fn idempotency_key(&self) -> Result<String, Problem> {
        let mut sent = self.headers.get_all(IDEMPOTENCY_KEY).iter();
        let key = match (sent.next(), sent.next()) {
            (Some(key), None) => key.to_str().unwrap_or_default(),
            _ => "",
        };
        let key = key.parse().map(|IdempotencyKey(key)| key);
        key.map_err(|fault| Problem::bad_parameter("Idempotency-Key", fault.code, fault.detail))
    }

    /// A JSON body and the context of its write.
    pub async fn json_command<T: serde::de::DeserializeOwned>(
        &mut self,
        app: &App,
        bytes_max: usize,
    ) -> Result<(CommandContext, T), Problem> {
        let bytes: Bytes = self.json_bytes(bytes_max).await?;
        let context = self.command_context(app, &bytes)?;
        Ok((context, crate::http::request::json_body::parse(&bytes)?))
    }
}

/// Runs a write to its end whatever becomes of the connection.
pub async fn run_to_completion<T: Send + 'static>(
    action: impl Future<Output = Result<T, WorkflowError>> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::spawn(action.in_current_span()).await {
        Ok(outcome) => outcome.map_err(Problem::from),
        Err(error) => {
            tracing::error!(%error, "internal error: write task panicked");
            Err(Problem::internal())
        }
    }
}

/// Runs a write that stores its answer, and returns the new or the stored answer.
pub async fn answer(action: impl Future<Output = Result<Reply, WorkflowError>> + Send + 'static) -> Result<Answer, Problem> {
    let reply = run_to_completion(async move { idempotent_replay(action.await) }).await?;
    Ok(as_answer(reply))
}

pub fn as_answer(reply: Reply) -> Answer {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let answer = Answer::json_bytes(reply.body).with_status(status);
    match reply.location.map(HeaderValue::try_from) {
        Some(Ok(location)) => answer.with_header(header::LOCATION, location),
        _ => answer,
    }
}

/// The JSON of an answer to a write.
pub fn rendered<T: Serialize>(context: &CommandContext, data: T) -> String {
    let meta = DoneMeta { request_id: context.request_id.clone(), at: context.now.to_string() };
    serde_json::to_string(&Done { data, meta }).unwrap_or_default()
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Store(error) => error.into(),
            WorkflowError::Refused(refusal) => refused(refusal),
            WorkflowError::Machine { .. } | WorkflowError::Replayed(_) => {
                if let Some(shortage) = error.shortage() {
                    return Problem::shortage(shortage, &error);
                }
                tracing::error!(error = ?error, "internal error: write failed");
                Problem::internal()
            }
        }
    }
}

fn refused(refusal: Refusal) -> Problem {
    let Some(kind) = ProblemKind::from_code(refusal.code) else {
        tracing::error!(code = refusal.code, "internal error: refusal code without a kind of problem");
        return Problem::internal();
    };
    let faults = refusal
        .faults
        .into_iter()
        .map(|fault| Fault::pointer(fault.pointer, fault.code, (fault.es, fault.en)).in_cell(fault.cell));
    let problem = Problem::new(kind).with_detail((refusal.es, refusal.en)).with_faults(faults.collect());
    match refusal.retry_after_s {
        Some(seconds) => problem.with_retry_after_s(seconds),
        None => problem,
    }
}
