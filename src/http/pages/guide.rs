//! What the words mean, for people and for programmers.

use serde_json::json;

use super::frame::Page;
use crate::http::{App, Problem, Request};

pub async fn show(_: App, _: Request) -> Result<Page, Problem> {
    Ok(Page { template: "guide.html", content: json!({}) })
}
