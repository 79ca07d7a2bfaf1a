//! Spreads public reads over the standbys, and retries a read on another server when its server fails.

use std::{future::Future, sync::Arc};

use hyper::{Method, header::AUTHORIZATION};

use super::endpoint::Pending;
use crate::http::{App, Endpoint, Problem, Request, base::problem_kind};

/// Only GET requests without a key: clients with a key read from the primary, and so see their own writes.
pub(crate) fn with_replica_reads(endpoint: Endpoint<App>) -> Endpoint<App> {
    if endpoint.method != Method::GET {
        return endpoint;
    }
    let inner = endpoint.handler.clone();
    let handler = move |app: App, request: Request| -> Pending {
        if app.read_model.attempts().is_none() || request.headers.contains_key(AUTHORIZATION) {
            return inner(app, request);
        }
        let inner = inner.clone();
        Box::pin(async move { retry_on_replica(&app, |app| inner(app, request.again())).await })
    };
    Endpoint { handler: Arc::new(handler), ..endpoint }
}

/// Does the work on the best server; when that server cannot, on the next, twice at most.
pub async fn retry_on_replica<T, F>(app: &App, work: impl Fn(App) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let Some(mut attempts) = app.read_model.attempts() else { return work(app.clone()).await };
    let mut problem = Problem::database_unavailable();
    while let Some(attempt) = attempts.next(&app.read_model) {
        let reading = work(App { read_model: attempt.read_model.clone(), ..app.clone() });
        let outcome = tokio::select! {
            outcome = reading => outcome,
            () = attempt.wait_until_down() => Err(Problem::database_unavailable()),
        };
        match outcome {
            Err(fault) if is_the_servers(&fault, attempt.is_primary()) => {
                attempts.failed(&attempt);
                problem = fault;
            }
            outcome => {
                attempt.answered();
                return outcome;
            }
        }
    }
    Err(problem)
}

/// Whether another server may do better. What takes the primary too long would take any server too long; a standby may only
/// have waited for what it was replaying.
fn is_the_servers(problem: &Problem, primary: bool) -> bool {
    let kinds = [
        &problem_kind::DATABASE_UNAVAILABLE,
        &problem_kind::DATABASE_RESTARTING,
        &problem_kind::NOT_READY,
        // A standby that has not replayed the migration yet.
        &problem_kind::SCHEMA_OUTDATED,
    ];
    kinds.iter().any(|kind| kind.code == problem.code()) || (!primary && problem.code() == problem_kind::TIMED_OUT.code)
}
