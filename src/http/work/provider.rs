//! Signing in by an identity provider: the way there, and the way back. The answer that a browser brings back is the one request by GET that begins
//! something, and only for the browser that was sent there, once.

use hyper::{
    Method, StatusCode,
    header::{SET_COOKIE, USER_AGENT},
};
use serde_json::{Value, json};

use super::{
    form::FormFields,
    page::{SIGN_IN, WorkPage, own_path, require_own_page, respond, sign_in_page},
    sign_in::{begin, unsafe_way},
    visit::{self, Reach, Visit},
};
use crate::{
    http::{
        Answer, App, Endpoint, Language, Problem, Request, request::query::QueryPairs, routing::path_headers, view::messages::say,
    },
    workflow::access::provider_sign_in::{EndedAttempt, NotSignedIn, ProviderReturn, SAVED_BYTES_MAX, SignInWish},
};

const START: &str = "/trabajo/entrar/proveedor";
/// What the provider knows as the redirect URI, below the public origin.
const RETURN: &str = "/trabajo/entrar/vuelta";
const BACK_CHARS_MAX: usize = 2_000;

pub fn endpoints() -> Vec<Endpoint<App>> {
    [Endpoint::plain(Method::POST, START, start), Endpoint::plain(Method::GET, RETURN, come_back)]
        .map(|endpoint| endpoint.with_headers(path_headers::PAGE))
        .into()
}

/// To the provider. The page leads there by itself: what a form is answered with may send a browser to no other site.
async fn start(app: App, mut request: Request) -> Result<Answer, Problem> {
    let Some(provider) = app.workflow.provider.clone() else { return Err(Problem::route_not_found()) };
    let Some(reach) = visit::reach(&request) else {
        return respond(&app, &request, None, unsafe_way(StatusCode::FORBIDDEN)).await;
    };
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let (back, saved) = (known_path(form.get("volver")), form.get("guardado"));
    let before = visit::of(&app, &request).await?;
    if saved.len() > SAVED_BYTES_MAX {
        let page = failed(&app, &request, (back, saved), "work.provider.too_long").unprocessable();
        return respond(&app, &request, before.as_ref(), page).await;
    }
    let redirect_uri = redirect_uri(&reach);
    let wish = SignInWish {
        network: request.context.network,
        redirect_uri: &redirect_uri,
        language: request.language.code(),
        back,
        saved,
        is_fresh: form.get("reciente") == "1",
    };
    match app.workflow.begin_attempt(&provider, &wish, app.now()).await? {
        Ok(attempt) => {
            let content = json!({ "leads_to": attempt.address.as_str(), "provider": provider.name() });
            let page = WorkPage::new("work_provider.html", content);
            let answer = respond(&app, &request, before.as_ref(), page).await?;
            Ok(answer.with_header(SET_COOKIE, reach.attempt_cookie(&attempt.token)?))
        }
        Err(why) => {
            log_fault(&why);
            let page = not_signed_in(&app, &request, (back, saved), &why);
            respond(&app, &request, before.as_ref(), page).await
        }
    }
}

/// From the provider.
async fn come_back(app: App, request: Request) -> Result<Answer, Problem> {
    let Some(provider) = app.workflow.provider.clone() else { return Err(Problem::route_not_found()) };
    let shown = without_answer(&request);
    let Some(reach) = visit::reach(&request) else {
        return respond(&app, &shown, None, unsafe_way(StatusCode::FORBIDDEN)).await;
    };
    let before = visit::of(&app, &request).await?;
    let redirect_uri = redirect_uri(&reach);
    let query = |name: &str| request.query_pairs.get(name);
    let ended = match visit::attempt_token(&request) {
        Some(token) => {
            let returned = ProviderReturn {
                token,
                state: query("state").unwrap_or_default(),
                code: query("code"),
                error: query("error"),
                issuer: query("iss"),
                redirect_uri: &redirect_uri,
                agent: request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default(),
                replaces: before.as_ref().map(|visit| &visit.session),
                request_id: &request.context.request_id,
            };
            app.workflow.end_attempt(&provider, &returned, app.now()).await?
        }
        None => None,
    };
    let Some(EndedAttempt { back, saved, language, outcome, .. }) = ended else {
        tracing::warn!("auth: answer of a provider is not of this browser, or came before");
        let page = failed(&app, &request, ("", ""), "work.provider.over");
        return respond(&app, &shown, before.as_ref(), page).await;
    };
    match outcome {
        Ok(begun) => {
            let form_token = app.workflow.form_token(&begun.token);
            let visit = Visit { session: begun.session, token: begun.token, form_token };
            let mut shown = shown;
            if saved.is_empty() {
                shown.language = Language::parse(&language).unwrap_or(shown.language);
            }
            begin(&app, &shown, &reach, visit, (back.as_str(), saved.as_str())).await
        }
        Err(why) => {
            log_fault(&why);
            let page = not_signed_in(&app, &request, (back.as_str(), saved.as_str()), &why);
            let answer = respond(&app, &shown, before.as_ref(), page).await?;
            Ok(answer.with_header(SET_COOKIE, reach.no_attempt_cookie()?))
        }
    }
}

/// The same request as a page names it: what the provider sent along stands in no link.
fn without_answer(request: &Request) -> Request {
    let mut shown = request.again();
    (shown.path, shown.query_pairs) = (SIGN_IN.to_owned(), QueryPairs::default());
    shown
}

fn redirect_uri(reach: &Reach) -> String {
    format!("{}{RETURN}", reach.origin())
}

fn known_path(text: &str) -> &str {
    let back = own_path(text);
    if back.len() > BACK_CHARS_MAX { own_path("") } else { back }
}

fn log_fault(why: &NotSignedIn) {
    metrics::counter!("http_auth_failures_total").increment(1);
    match why {
        // Whoever operates the service links them by these.
        NotSignedIn::Unknown { issuer, subject } => {
            tracing::warn!(issuer, subject, "auth: the identity provider knows somebody who is not linked");
        }
        other => tracing::warn!(reason = ?other, "auth: sign-in by the identity provider failed"),
    }
}

fn not_signed_in(app: &App, request: &Request, wish: (&str, &str), why: &NotSignedIn) -> WorkPage {
    let (key, status) = match why {
        NotSignedIn::Unknown { issuer, subject } => {
            let content = json!({ "issuer": issuer, "subject": subject });
            return WorkPage { status: StatusCode::FORBIDDEN, ..WorkPage::new("work_provider_unknown.html", content) };
        }
        NotSignedIn::Denied(_) => ("work.provider.denied", StatusCode::FORBIDDEN),
        NotSignedIn::Unavailable(_) => ("work.provider.unavailable", StatusCode::SERVICE_UNAVAILABLE),
        NotSignedIn::Invalid(_) => ("work.provider.invalid", StatusCode::FORBIDDEN),
    };
    WorkPage { status, ..failed(app, request, wish, key) }
}

/// The page to sign in, with what went wrong.
fn failed(app: &App, request: &Request, (back, saved): (&str, &str), key: &str) -> WorkPage {
    let errors: Value = json!([{ "field": "proveedor", "text": say(request.language, key, &[]) }]);
    WorkPage { status: StatusCode::FORBIDDEN, ..sign_in_page(app, ("begin", own_path(back), saved), errors) }
}
