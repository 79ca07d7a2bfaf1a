//! Authenticates every documented operation: reads the key, finds its principal, and requires the scopes of the permissions table.

use std::sync::Arc;

use hyper::header::{AUTHORIZATION, HeaderMap};

use crate::{
    domain::access::principal::{Actor, Scope},
    http::{
        App, Endpoint, Problem, Request,
        access::{
            permissions::{self, Access, Deadline},
            rate_limit::KeyResolver,
        },
        base::problem_kind,
    },
    workflow::access::authenticate::KeyBucket,
};

/// Requires what the authorization table says of an endpoint.
pub(crate) fn require_access(endpoint: Endpoint<App>) -> Endpoint<App> {
    let (need, pace) = permissions::rule(endpoint.operation.as_deref().unwrap_or_default());
    let endpoint = Endpoint { without_deadline: pace == Deadline::Long, ..endpoint };
    let Access::AnyOf(scopes) = need else { return endpoint };
    let inner = endpoint.handler.clone();
    let handler = move |app: App, mut request: Request| -> super::endpoint::Pending {
        let inner = inner.clone();
        Box::pin(async move {
            request.actor = Some(admit(&app, &request.headers, scopes).await?);
            inner(app, request).await
        })
    };
    Endpoint { handler: Arc::new(handler), ..endpoint }
}

/// The principal of a live key with one of these scopes.
pub(crate) async fn admit(app: &App, headers: &HeaderMap, scopes: &[Scope]) -> Result<Actor, Problem> {
    let key = bearer(headers).ok_or_else(unauthenticated)?;
    let actor = match app.workflow.actor(key, app.now()).await? {
        Ok(actor) => actor,
        Err(why) => {
            // The key itself is never logged.
            tracing::warn!(reason = ?why, "auth: API key rejected");
            metrics::counter!("http_auth_failures_total").increment(1);
            // The same under its old name, for one release.
            metrics::counter!("http_keys_refused_total").increment(1);
            return Err(unauthenticated());
        }
    };
    require_scope(&actor, scopes)?;
    Ok(actor)
}

/// # Errors
/// When an actor has none of these scopes.
pub(crate) fn require_scope(actor: &Actor, scopes: &[Scope]) -> Result<(), Problem> {
    if scopes.iter().any(|scope| actor.has(*scope)) {
        return Ok(());
    }
    let wanted: Vec<&str> = scopes.iter().map(|scope| scope.code()).collect();
    let wanted = wanted.join(", ");
    let detail = (format!("hace falta: {wanted}"), format!("needed: {wanted}"));
    Err(Problem::new(&problem_kind::FORBIDDEN).with_detail(detail))
}

/// Finds whose bucket a request with a key comes out of, for the rate limit.
pub fn known(app: &App) -> KeyResolver {
    let app = app.clone();
    Arc::new(move |headers: HeaderMap, may_look| {
        let app = app.clone();
        Box::pin(async move {
            match bearer(&headers) {
                Some(key) => app.workflow.bucket_of(key, may_look, app.now()).await,
                None => KeyBucket::OpensNothing,
            }
        })
    })
}

/// Exactly one `Authorization: Bearer`; keys in a query, a cookie or Basic are ignored.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (sent.next(), sent.next()) else { return None };
    let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn unauthenticated() -> Problem {
    Problem::new(&problem_kind::UNAUTHENTICATED)
}
