//! Signing in with a key, and signing out.

use hyper::{
    Method, StatusCode,
    header::{SET_COOKIE, USER_AGENT},
};
use serde_json::json;

use super::{
    form::{FormFields, TOKEN},
    page::{SIGN_IN, WorkPage, first_page, own_path, require_own_page, respond, see_other, sign_in_page, typed_page},
    visit::{self, Reach, Visit},
};
use crate::{
    http::{Answer, App, Endpoint, Problem, Request, routing::path_headers, view::messages::say},
    workflow::access::sessions::SignIn,
};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [
        Endpoint::plain(Method::GET, SIGN_IN, show),
        Endpoint::plain(Method::POST, SIGN_IN, sign_in),
        Endpoint::plain(Method::POST, "/trabajo/salir", sign_out),
    ]
    .map(|endpoint| endpoint.with_headers(path_headers::PAGE))
    .into()
}

/// Where a key must not be typed, because others could read it on its way.
pub fn unsafe_way(status: StatusCode) -> WorkPage {
    WorkPage { status, ..WorkPage::new("work_unsafe.html", json!({})) }
}

async fn show(app: App, request: Request) -> Result<Answer, Problem> {
    if visit::reach(&request).is_none() {
        return respond(&app, &request, None, unsafe_way(StatusCode::OK)).await;
    }
    let visit = visit::of(&app, &request).await?;
    let mut page = sign_in_page(&app, ("begin", own_path(request.query_pairs.get("volver").unwrap_or_default()), ""), json!([]));
    page.content["out"] = request.query_pairs.get("salio").is_some().into();
    respond(&app, &request, visit.as_ref(), page).await
}

async fn sign_in(app: App, mut request: Request) -> Result<Answer, Problem> {
    let Some(reach) = visit::reach(&request) else {
        return respond(&app, &request, None, unsafe_way(StatusCode::FORBIDDEN)).await;
    };
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let (back, saved) = (own_path(form.get("volver")).to_owned(), form.get("guardado"));
    let before = visit::of(&app, &request).await?;
    let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let request_id = request.context.request_id.clone();
    let wanted = SignIn {
        key: form.get("llave"),
        network: request.context.network,
        agent,
        replaces: before.as_ref().map(|visit| &visit.session),
        request_id: &request_id,
    };
    match app.workflow.begin_session(&wanted, app.now()).await? {
        Ok(begun) => {
            let form_token = app.workflow.form_token(&begun.token);
            let visit = Visit { session: begun.session, token: begun.token, form_token };
            begin(&app, &request, &reach, visit, (back.as_str(), saved)).await
        }
        Err(why) => {
            // The key itself is never logged.
            tracing::warn!(reason = ?why, "auth: sign-in rejected");
            metrics::counter!("http_auth_failures_total").increment(1);
            let error = json!([{ "field": "llave", "text": say(request.language, "work.no_such_key", &[]) }]);
            let page = WorkPage { status: StatusCode::FORBIDDEN, ..sign_in_page(&app, ("begin", back.as_str(), saved), error) };
            respond(&app, &request, before.as_ref(), page).await
        }
    }
}

/// What was typed before is shown again; else the browser goes on to where the person was going.
pub async fn begin(app: &App, request: &Request, reach: &Reach, visit: Visit, wish: (&str, &str)) -> Result<Answer, Problem> {
    let (back, saved) = wish;
    let back = if back == own_path("") { first_page(&visit.session.actor) } else { back };
    let answer = if saved.is_empty() {
        see_other(&with_language(back, request))?
    } else {
        respond(app, request, Some(&visit), typed_page(back, &FormFields::restored(saved))?).await?
    };
    Ok(answer.with_header(SET_COOKIE, reach.cookie(&visit.token)?))
}

async fn sign_out(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    if let Some(visit) = visit::of(&app, &request).await? {
        if !app.workflow.is_form_token(&visit.token, form.get(TOKEN)) {
            return respond(&app, &request, Some(&visit), typed_page("/trabajo/salir", &form)?).await;
        }
        app.workflow.end_session(&visit.session, &request.context.request_id, app.now()).await?;
    }
    signed_out(&request)
}

/// To the first page, without the cookie.
pub fn signed_out(request: &Request) -> Result<Answer, Problem> {
    let reach = visit::reach(request).ok_or_else(Problem::internal)?;
    let answer = see_other(&format!("{SIGN_IN}?salio=1&lang={}", request.language.code()))?;
    Ok(answer.with_header(SET_COOKIE, reach.no_cookie()?))
}

fn with_language(back: &str, request: &Request) -> String {
    let separator = if back.contains('?') { '&' } else { '?' };
    format!("{back}{separator}lang={}", request.language.code())
}
