//! The acts of the commission, and what each changed.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    ask::{Question, ask, if_known},
    frame::Page,
    messages::say,
};
use crate::{
    draw::{
        Theme,
        changes::{CLASSES, Changes, count},
    },
    http::{App, Language, Problem, Request, api},
};

/// Of each kind of change; the API has all.
const SHOWN_MAX: usize = 25;

pub async fn list(app: App, request: Request) -> Result<Page, Problem> {
    let all = Question { path: &[], query: &[("limit", "1000")] };
    let acts = ask(&app, &request, api::list_acts::handler, all).await?;
    Ok(Page { template: "acts.html", content: json!({ "acts": acts["data"], "meta": acts["meta"] }) })
}

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let act = ask(&app, &request, api::show_act::handler, Question { path: &[("id", &id)], query: &[] }).await?;
    let before = request.query_pairs.get("desde").filter(|text| !text.is_empty()).map(str::to_owned);
    let before = before.or_else(|| predecessor(&act["data"]));
    let change = match &before {
        Some(before) => {
            let path = [("id", before.as_str()), ("other", id.as_str())];
            if_known(ask(&app, &request, api::diff_acts::handler, Question { path: &path, query: &[] }).await)?
        }
        None => None,
    };
    let acts = ask(&app, &request, api::list_acts::handler, Question { path: &[], query: &[("limit", "1000")] }).await?;
    let change = change.map(|change| told(&change["data"], request.language));
    let content = json!({ "act": act["data"], "meta": act["meta"], "before": before, "change": change, "acts": acts["data"] });
    Ok(Page { template: "act.html", content })
}

/// What the act itself says that it replaces.
fn predecessor(act: &Value) -> Option<String> {
    let first = |list: &Value| list.as_array()?.first()?.as_str().map(str::to_owned);
    first(&act["publication"]["supersedes"]).filter(|other| act["id"] != *other).or_else(|| first(&act["repeals"]))
}

fn told(change: &Value, language: Language) -> Value {
    let all = |kind: &str| change[kind].as_array().cloned().unwrap_or_default();
    let lists: [(&str, Vec<Value>); 4] = ["lowered", "raised", "added", "removed"].map(|kind| (kind, all(kind)));
    let percents =
        lists[..2].iter().flat_map(|(_, list)| list).filter_map(|one| one["percent"].as_str()?.parse::<Decimal>().ok());
    let counts = count(percents);
    let moved: u64 = counts.iter().sum();
    let names: [String; CLASSES] = std::array::from_fn(|class| say(language, &format!("{}{class}", "class."), &[]));
    let plot = Changes {
        title: &say(language, "act.plot_title", &[]),
        description: &say(language, "act.plot_description", &[("moved", moved.to_string())]),
        counts,
        names,
    };
    let mut content = json!({ "from": change["from"], "unchanged": change["unchanged"], "moved": moved, "svg": plot.draw(Theme::Page, "changes") });
    for (kind, mut list) in lists {
        list.sort_by_key(|one| {
            std::cmp::Reverse(one["percent"].as_str().and_then(|p| p.parse::<Decimal>().ok()).map(|p| p.abs()))
        });
        content[kind] = json!({ "count": list.len(), "first": list.into_iter().take(SHOWN_MAX).collect::<Vec<_>>() });
    }
    content
}
