//! The page where the owner of a requested key takes it, with the code that they were given. Nobody is signed in there.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::{
    form::FormFields,
    operation::{Call, write},
    page::{WorkPage, errors_of, in_colombia, require_own_page, respond},
    visit,
};
use crate::http::{Answer, App, Endpoint, Problem, Request, routing::path_headers, view::messages::say};

const PATH: &str = "/trabajo/llave";
const CODE: &str = "codigo";

pub fn endpoints() -> Vec<Endpoint<App>> {
    [Endpoint::plain(Method::GET, PATH, show), Endpoint::plain(Method::POST, PATH, take)]
        .map(|endpoint| endpoint.with_headers(path_headers::PAGE))
        .into()
}

/// Where a key must not be shown, because others could read it on its way.
fn unsafe_way(status: StatusCode) -> WorkPage {
    WorkPage { status, ..WorkPage::new("work_unsafe.html", json!({})) }
}

fn form(errors: Value) -> WorkPage {
    WorkPage::new("work_key_take.html", json!({ "errors": errors }))
}

async fn show(app: App, request: Request) -> Result<Answer, Problem> {
    let page = if visit::reach(&request).is_none() { unsafe_way(StatusCode::OK) } else { form(json!([])) };
    respond(&app, &request, None, page).await
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    if visit::reach(&request).is_none() {
        return respond(&app, &request, None, unsafe_way(StatusCode::FORBIDDEN)).await;
    }
    require_own_page(&request)?;
    let sent = FormFields::read(&mut request).await?;
    let code = sent.get(CODE).trim();
    if code.is_empty() {
        let error = json!([{ "field": CODE, "text": say(request.language, "work.write_code", &[]) }]);
        return respond(&app, &request, None, form(error).unprocessable()).await;
    }
    // It is done once whatever the key of the request: a second try is refused.
    match write(&app, &request, Call { name: "take_key", path: &[] }, &json!({ "code": code }), "once").await {
        Ok(mut answer) => {
            let mut key = answer["data"].take();
            key["expires_at"] = in_colombia(&key["expires_at"]).into();
            respond(&app, &request, None, WorkPage::new("work_key_taken.html", json!({ "key": key }))).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let page = WorkPage { status: problem.status(), ..form(errors_of(&problem, &request, CODE)?) };
            respond(&app, &request, None, page).await
        }
    }
}
