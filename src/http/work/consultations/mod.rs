//! The consultation of a draft: opened or made longer, its comments that wait, and the reply to those with the same words.

use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, read, read_pages, write},
    page::{FormOutcome, WorkPage, never, once, shown, taken},
    visit::Visit,
};
use crate::{
    domain::participation::consultation::CommentDisposition,
    http::{
        App, Endpoint, Problem, Request,
        view::{call_operation::if_known, public_form},
    },
};

const ONE: &str = "/trabajo/consultas/{id}";
const COMMENT: &str = "/trabajo/comentarios/{id}";
const FORM: &str = "formulario";
const DAY: &str = "cierra";
const REASON: &str = "motivo";
const DISPOSITION: &str = "decision";
const TEXT_ES: &str = "respuesta";
const TEXT_EN: &str = "respuesta_en";
const LINES: &str = "lineas";
const SAME: &str = "misma_razon";
const LENGTH: [(&str, &str); 2] = [("/reason", REASON), ("/closes_on", DAY)];
const REPLY: [(&str, &str); 5] = [
    ("/text_es", TEXT_ES),
    ("/text_en", TEXT_EN),
    ("/disposition", DISPOSITION),
    ("/changed_lines", LINES),
    ("/same_reason_as", SAME),
];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(ONE, show), taken(ONE, never, take), shown(COMMENT, show_comment), taken(COMMENT, never, take_comment)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &FormFields::default(), json!([])).await
}

async fn page(app: &App, request: &Request, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let draft = read(app, request, Call { name: "show_act_draft", path }, &[]).await?["data"].take();
    let file = if_known(read(app, request, Call { name: "show_consultation", path }, &[]).await)?;
    let mut waiting: Vec<Value> = Vec::new();
    if file.is_some() {
        let call = Call { name: "list_comments", path };
        let (comments, _) = read_pages(app, request, call, &[("open", "true")], usize::MAX).await?;
        for comment in comments {
            // Copies of one letter are one argument.
            if waiting.iter().all(|known| known["group"] != comment["group"]) {
                waiting.push(comment);
            }
        }
    }
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let content = json!({
        "draft": draft, "file": file.map(|mut file| file["data"].take()), "waiting": waiting, "errors": errors, "wrong": wrong,
        "once": once()?, "typed_day": typed.get(DAY), "typed_reason": typed.get(REASON),
        "done": !request.query_pairs.get("hecho").unwrap_or_default().is_empty(),
    });
    Ok(WorkPage::new("work_consultation.html", content))
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let name = if form.get(FORM) == "ampliar" { "extend_consultation" } else { "open_consultation" };
    let body = json!({ "closes_on": form.get(DAY).trim(), "reason": form.get(REASON) });
    match write(&app, &request, Call { name, path: &[("id", &id)] }, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("/trabajo/consultas/{id}?hecho=1&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = public_form::errors_of(&problem, &request, &LENGTH)?;
            let page = page(&app, &request, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

async fn show_comment(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    comment_page(&app, &request, &FormFields::default(), json!([])).await
}

/// The draft that a line is of.
fn draft_of(comment: &Value) -> &str {
    comment["line"].as_str().and_then(|line| line.split_once('.')).map_or("", |(draft, _)| draft)
}

async fn comment_page(app: &App, request: &Request, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let comment = read(app, request, Call { name: "show_comment", path: &[("id", &id)] }, &[]).await?["data"].take();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let dispositions: Vec<&str> = CommentDisposition::ALL.iter().map(|disposition| disposition.code()).collect();
    let of = |name: &str| Value::from(typed.get(name));
    let content = json!({
        "draft": draft_of(&comment), "comment": comment, "errors": errors, "wrong": wrong, "dispositions": dispositions,
        "once": [once()?, once()?], "typed_disposition": of(DISPOSITION), "typed_es": of(TEXT_ES), "typed_en": of(TEXT_EN),
        "typed_lines": of(LINES), "typed_same": of(SAME), "typed_reason": of(REASON),
    });
    Ok(WorkPage::new("work_comment.html", content))
}

async fn take_comment(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let comment = read(&app, &request, Call { name: "show_comment", path: &[("id", &id)] }, &[]).await?["data"].take();
    let draft = draft_of(&comment).to_owned();
    let optional = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
    let outcome = if form.get(FORM) == "lectura" {
        let body = json!({ "publish": form.get("paso") == "publicar", "reason": optional(REASON) });
        write(&app, &request, Call { name: "moderate_comment", path: &[("id", &id)] }, &body, form.get(ONCE)).await
    } else {
        let lines: Vec<&str> = form.get(LINES).lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let body = json!({
            "group": comment["group"], "disposition": form.get(DISPOSITION), "text_es": form.get(TEXT_ES), "text_en": optional(TEXT_EN),
            "changed_lines": lines, "same_reason_as": optional(SAME),
        });
        write(&app, &request, Call { name: "reply_to_comments", path: &[("id", &draft)] }, &body, form.get(ONCE)).await
    };
    match outcome {
        Ok(_) => Ok(FormOutcome::Done(format!("/trabajo/consultas/{draft}?hecho=1&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let pointers: &[(&str, &str)] = if form.get(FORM) == "lectura" { &[("/reason", REASON)] } else { &REPLY };
            let errors = public_form::errors_of(&problem, &request, pointers)?;
            let page = comment_page(&app, &request, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
