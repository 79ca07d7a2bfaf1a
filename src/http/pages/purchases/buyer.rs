//! A public body's own view: its lines, how well they are described, and what they cost beside the median.

use serde_json::{Value, json};

use super::quarter::days_of;
use crate::http::{
    App, Problem, Request,
    api::purchases::show_buyer,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
    },
};

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let nit: String = request.path("nit")?;
    let answer = ask(&app, &request, show_buyer::handler, OperationInput { path: &[("nit", &nit)], query: &[] }).await?;
    let mut groups: Vec<Value> = answer["data"].as_array().cloned().unwrap_or_default();
    for group in &mut groups {
        let days = group["all"]["quarter"].as_str().and_then(days_of);
        group["days"] = days.map_or(Value::Null, |(from, until)| json!([from, until]));
    }
    Ok(Page { template: "buyer.html", content: json!({ "buyer": answer["buyer"], "groups": groups }) })
}
