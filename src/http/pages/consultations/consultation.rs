//! The list of consultations; one of them with its lines; its comments; its report.

use serde_json::{Value, json};

use crate::{
    domain::participation::consultation::CommentDisposition,
    http::{
        App, Endpoint, Problem, Request,
        api::consultations::{
            list_comments, list_consultation_lines, list_consultations, show_consultation, show_consultation_report,
        },
        request::query::encode,
        view::{
            call_operation::{OperationInput, ask},
            frame::{self, Page},
        },
    },
};

const ROWS_AT_ONCE: &str = "50";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        frame::page_by_content("/consultas", list),
        frame::page_by_content("/consultas/{id}", show),
        frame::page_by_content("/consultas/{id}/comentarios", comments),
        frame::page_by_content("/consultas/{id}/informe", report),
    ]
}

fn given<'a>(request: &'a Request, name: &str) -> &'a str {
    request.query_pairs.get(name).unwrap_or_default().trim()
}

fn next(answer: &Value) -> Option<String> {
    answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string())
}

async fn list(app: App, request: Request) -> Result<Page, Problem> {
    let query = [("limit", ROWS_AT_ONCE), ("cursor", given(&request, "desde"))];
    let answer = ask(&app, &request, list_consultations::handler, OperationInput { path: &[], query: &query }).await?;
    Ok(Page { template: "consultations.html", content: json!({ "next": next(&answer), "rows": answer["data"] }) })
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let file = ask(&app, &request, show_consultation::handler, OperationInput { path, query: &[] }).await?;
    let (cum, words) = (given(&request, "cum"), given(&request, "palabras"));
    let changed = if given(&request, "cambiadas").is_empty() { "" } else { "true" };
    let query = [("limit", ROWS_AT_ONCE), ("cursor", given(&request, "desde")), ("cum", cum), ("q", words), ("changed", changed)];
    let lines = match ask(&app, &request, list_consultation_lines::handler, OperationInput { path, query: &query }).await {
        Ok(lines) => lines,
        // A code that is none: no line has it.
        Err(problem) if problem.status().is_client_error() && !cum.is_empty() => json!({ "data": [] }),
        Err(problem) => return Err(problem),
    };
    let content = json!({
        "file": file["data"], "next": next(&lines), "lines": lines["data"], "cum": cum, "words": words, "changed": changed,
    });
    Ok(Page { template: "consultation.html", content })
}

async fn comments(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let file = ask(&app, &request, show_consultation::handler, OperationInput { path, query: &[] }).await?;
    let open = match given(&request, "estado") {
        "abiertos" => "true",
        "respondidos" => "false",
        _ => "",
    };
    let (line, disposition) = (given(&request, "linea"), given(&request, "decision"));
    let known = CommentDisposition::from_code(disposition).map_or("", CommentDisposition::code);
    let query =
        [("limit", ROWS_AT_ONCE), ("cursor", given(&request, "desde")), ("open", open), ("line", line), ("disposition", known)];
    let answer = ask(&app, &request, list_comments::handler, OperationInput { path, query: &query }).await?;
    let dispositions: Vec<&str> = CommentDisposition::ALL.iter().map(|disposition| disposition.code()).collect();
    let content = json!({
        "file": file["data"], "next": next(&answer), "rows": answer["data"], "state": given(&request, "estado"), "line": line,
        "disposition": known, "dispositions": dispositions,
    });
    Ok(Page { template: "consultation_comments.html", content })
}

async fn report(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let query = [("limit", ROWS_AT_ONCE), ("cursor", given(&request, "desde"))];
    let file = ask(&app, &request, show_consultation::handler, OperationInput { path, query: &[] }).await?;
    let answer = ask(&app, &request, show_consultation_report::handler, OperationInput { path, query: &query }).await?;
    let content = json!({ "file": file["data"], "next": next(&answer), "rows": answer["data"] });
    Ok(Page { template: "consultation_report.html", content })
}
