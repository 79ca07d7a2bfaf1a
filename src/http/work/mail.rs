//! The visitor's address for e-mail: entered, confirmed from the page that the message leads to, removed; and what was sent.

use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, permits, read, write},
    page::{FormOutcome, WorkPage, errors_of, in_colombia, never, once, shown, taken},
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request, view::messages::say};

const PATH: &str = "/trabajo/correo";
/// Fields of the forms.
const STEP: &str = "paso";
const ADDRESS: &str = "correo";
const CODE: &str = "codigo";
/// What the forms do.
const SET: &str = "set";
const CONFIRM: &str = "confirm";
const REMOVE: &str = "remove";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, never, take)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let code = request.query_pairs.get(CODE).unwrap_or_default().to_owned();
    let done = request.query_pairs.get("hecho").unwrap_or_default().to_owned();
    page(&app, &request, &code, &FormFields::default(), (json!([]), &done)).await
}

/// `code` stands in the address that the message leads to; it confirms nothing before the form is sent.
async fn page(
    app: &App,
    request: &Request,
    code: &str,
    typed: &FormFields,
    (errors, done): (Value, &str),
) -> Result<WorkPage, Problem> {
    if !permits(request.actor()?, "show_mail") {
        return Err(Problem::new(&crate::http::base::problem_kind::FORBIDDEN));
    }
    let own = read(app, request, Call { name: "show_mail", path: &[] }, &[]).await?["data"].take();
    let mut messages = read(app, request, Call { name: "list_mail_messages", path: &[] }, &[]).await?["data"].take();
    for one in messages.as_array_mut().into_iter().flatten() {
        for member in ["created_at", "next_at", "ended_at"] {
            one[member] = in_colombia(&one[member]).into();
        }
        one["path"] = path_of(&one["kind"], &one["subject"]).into();
    }
    let is_confirmed = own["confirmed_at"].is_string();
    let done = ["set", "confirm", "remove"].iter().find(|step| **step == done);
    let content = json!({
        "own": own, "confirmed": is_confirmed, "messages": messages, "code": code, "errors": errors, "done": done, "once": once()?,
        "typed": typed.get(ADDRESS),
    });
    Ok(WorkPage::new("work_mail.html", content))
}

/// The page of what a message speaks of; empty of an address.
fn path_of(kind: &Value, subject: &Value) -> String {
    let (kind, subject) = (kind.as_str().unwrap_or_default(), subject.as_str().unwrap_or_default());
    let room = match kind {
        "case_notified" | "case_reply_due" | "case_decided" => "casos",
        "submission_ended" => "envios",
        "key_requested" | "key_confirmed" | "key_revoked" => "personas",
        _ => return String::new(),
    };
    format!("/trabajo/{room}/{subject}")
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let step = form.get(STEP);
    let (name, body, field) = match step {
        SET => ("set_mail_address", json!({ "address": form.get(ADDRESS).trim() }), ADDRESS),
        CONFIRM => ("confirm_mail_address", json!({ "code": form.get(CODE) }), ADDRESS),
        REMOVE => ("remove_mail_address", json!({}), ADDRESS),
        _ => {
            let error = json!([{ "field": ADDRESS, "text": say(request.language, "work.choose_step", &[]) }]);
            return Ok(FormOutcome::Page(page(&app, &request, "", &form, (error, "")).await?.unprocessable()));
        }
    };
    match write(&app, &request, Call { name, path: &[] }, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("{PATH}?hecho={step}&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, "", &form, (errors, "")).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_leads_to_what_it_speaks_of() {
        for (kind, subject, path) in [
            ("case_notified", "c000001", "/trabajo/casos/c000001"),
            ("submission_ended", "s1", "/trabajo/envios/s1"),
            ("key_confirmed", "k1", "/trabajo/personas/k1"),
            ("confirm_address", "", ""),
        ] {
            assert_eq!(path_of(&kind.into(), &subject.into()), path);
        }
    }
}
