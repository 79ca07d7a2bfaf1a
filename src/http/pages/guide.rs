//! The glossary page, for people and for programmers.

use serde_json::json;

use crate::http::{App, Problem, Request, view::frame::Page};

pub async fn show(app: App, _: Request) -> Result<Page, Problem> {
    Ok(Page { template: "guide.html", content: json!({ "contact": app.security_contact.as_deref() }) })
}
