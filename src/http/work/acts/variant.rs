//! What a draft would do with another first day or other amounts: a form whose answer is a page, so that its address can be kept and sent.
//!
//! The numbers are those of the preview of the API. The draft stays as it is.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    drafts::PREVIEW,
    effect::readable,
    faults::{Places, by_field},
};
use crate::http::{
    App, Endpoint, Problem, Request,
    view::assets,
    work::{
        operation::{Call, permit, read},
        page::{WorkPage, shown},
        visit::Visit,
    },
};

const PATH: &str = "/trabajo/actos/{id}/ensayo";
/// Fields of the form.
const FIRST_DAY: &str = "desde";
const PERCENT: &str = "por";
/// Each market has a box of its own, so that no name stands twice in the address.
const MARKET: &str = "mercado-";
const MARKETS: &str = "mercados";
const PLACES: &Places = &[("valid_from", FIRST_DAY), ("percent", PERCENT), ("markets", MARKETS)];

pub fn endpoints() -> Vec<Endpoint<App>> {
    // As the preview itself, which counts anew each time.
    vec![Endpoint { operation: Some(PREVIEW.to_owned()), without_deadline: true, ..shown(PATH, show) }]
}

/// What the form says, as it was typed.
struct Typed<'a> {
    first_day: &'a str,
    percent: &'a str,
    markets: Vec<&'a str>,
}

impl<'a> Typed<'a> {
    fn of(request: &'a Request) -> Self {
        let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim();
        let boxes = request.query_pairs.pairs().iter().filter_map(|(name, _)| name.strip_prefix(MARKET));
        Self { first_day: given(FIRST_DAY), percent: given(PERCENT), markets: boxes.collect() }
    }

    fn is_empty(&self) -> bool {
        self.first_day.is_empty() && self.percent.is_empty() && self.markets.is_empty()
    }

    /// People write `-5,5 %`.
    fn plain_percent(&self) -> String {
        let typed = self.percent.trim_end_matches('%').trim_end().trim_start_matches('+').trim_start();
        typed.replace('−', "-").replace(',', ".")
    }
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, PREVIEW)?;
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let draft = read(&app, &request, Call { name: "show_act_draft", path }, &[]).await?["data"].take();
    let typed = Typed::of(&request);
    let (percent, markets) = (typed.plain_percent(), typed.markets.join(","));
    let query = [("valid_from", typed.first_day), ("percent", &*percent), ("markets", &*markets)];
    let preview = Call { name: PREVIEW, path };
    let (mut effect, mut rows, mut errors, mut status) = (Value::Null, Value::Null, json!([]), StatusCode::OK);
    match read(&app, &request, preview, &query).await {
        Ok(mut answer) => {
            rows = answer["data"]["by_market"].take();
            effect = readable(answer["data"].take());
        }
        Err(problem) if problem.status().is_server_error() => return Err(problem),
        Err(problem) => {
            status = problem.status();
            errors = by_field(&problem, &request, PLACES, PERCENT)?;
            // The form wants the markets of the draft even so, if the draft itself can be previewed.
            if !typed.is_empty()
                && let Ok(mut answer) = read(&app, &request, preview, &[]).await
            {
                rows = answer["data"]["by_market"].take();
            }
        }
    }
    let mut verdicts = effect["verdicts"].as_array().into_iter().flatten();
    let above = verdicts.find(|one| one["verdict"] == "above").map_or_else(|| 0.into(), |one| one["after"].clone());
    let markets: Vec<Value> = rows.as_array().into_iter().flatten().map(|row| of_market(row, &typed.markets)).collect();
    let content = json!({
        "draft": draft, "effect": effect, "above": above, "markets": markets, "any_chosen": !typed.markets.is_empty(),
        "first_day": typed.first_day, "percent": typed.percent, "errors": errors, "draft_script": assets::DRAFT_SCRIPT.path(),
    });
    Ok(WorkPage { status, ..WorkPage::new("work_variant.html", content) })
}

fn of_market(row: &Value, chosen: &[&str]) -> Value {
    let is_chosen = row["market"].as_str().is_some_and(|market| chosen.contains(&market));
    json!({ "market": row["market"], "ingredient": row["ingredient"], "rows": row["rows"], "chosen": is_chosen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_is_read_as_people_write_it() {
        for (typed, plain) in [("-5", "-5"), ("−5,5 %", "-5.5"), ("+ 3%", "3"), ("2.25", "2.25"), ("", ""), ("cinco", "cinco")]
        {
            assert_eq!(Typed { first_day: "", percent: typed, markets: Vec::new() }.plain_percent(), plain);
        }
    }
}
