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
/// Acts that are tried for a comparison nobody asked for.
const COMPARED_MAX: usize = 5;

pub async fn list(app: App, request: Request) -> Result<Page, Problem> {
    let all = Question { path: &[], query: &[("limit", "1000")] };
    let acts = ask(&app, &request, api::list_acts::handler, all).await?;
    Ok(Page { template: "acts.html", content: json!({ "acts": acts["data"], "meta": acts["meta"] }) })
}

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let act = ask(&app, &request, api::show_act::handler, Question { path: &[("id", &id)], query: &[] }).await?;
    let before = request.query_pairs.get("desde").filter(|text| !text.is_empty()).map(str::to_owned);
    let acts = ask(&app, &request, api::list_acts::handler, Question { path: &[], query: &[("limit", "1000")] }).await?;
    let comparable = comparable(&acts["data"], &id);
    // What it replaces may be an act of which we hold no list.
    let replaced = predecessor(&act["data"]).filter(|replaced| comparable.iter().any(|act| act["id"] == *replaced));
    let change = match before.or(replaced) {
        Some(before) => compare(&app, &request, &before, &id).await?.map(|change| (before, change)),
        None => first_in_common(&app, &request, &comparable, &act["data"]).await?,
    };
    let (before, change) = change.unzip();
    let change = change.map(|change| told(&change["data"], request.language));
    let content = json!({ "act": act["data"], "meta": act["meta"], "before": before, "change": change, "acts": comparable });
    Ok(Page { template: "act.html", content })
}

/// What the act itself says that it replaces.
fn predecessor(act: &Value) -> Option<String> {
    let first = |list: &Value| list.as_array()?.first()?.as_str().map(str::to_owned);
    first(&act["publication"]["supersedes"]).filter(|other| act["id"] != *other).or_else(|| first(&act["repeals"]))
}

/// The other acts that state prices, newest first.
fn comparable(acts: &Value, id: &str) -> Vec<Value> {
    let states = |act: &&Value| act["id"] != id && (act["ceilings"] != 0 || act["markets"] != 0);
    let mut acts: Vec<Value> = acts.as_array().into_iter().flatten().filter(states).cloned().collect();
    acts.sort_by_key(|act| std::cmp::Reverse(act["in_force_from"].as_str().map(str::to_owned)));
    acts
}

async fn compare(app: &App, request: &Request, before: &str, id: &str) -> Result<Option<Value>, Problem> {
    let path = [("id", before), ("other", id)];
    if_known(ask(app, request, api::diff_acts::handler, Question { path: &path, query: &[] }).await)
}

/// Where the act does not say what it replaces: the newest one before it that states prices of the same products.
async fn first_in_common(app: &App, request: &Request, acts: &[Value], act: &Value) -> Result<Option<(String, Value)>, Problem> {
    let Some((from, id)) = act["in_force_from"].as_str().zip(act["id"].as_str()) else { return Ok(None) };
    let earlier = acts.iter().filter(|other| other["in_force_from"].as_str().is_some_and(|other| other < from));
    for other in earlier.filter_map(|other| other["id"].as_str()).take(COMPARED_MAX) {
        let Some(change) = compare(app, request, other, id).await? else { continue };
        let moved = ["lowered", "raised"].iter().any(|kind| change["data"][kind].as_array().is_some_and(|list| !list.is_empty()));
        if moved || change["data"]["unchanged"] != 0 {
            return Ok(Some((other.to_owned(), change)));
        }
    }
    Ok(None)
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
