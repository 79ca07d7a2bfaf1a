//! The page of acts: which are in force, which lists of prices are missing, and what each act changed.

use std::{cmp::Reverse, collections::BTreeMap};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    domain::law::act::ActStatus,
    draw::{
        Theme,
        changes::{CLASSES, ChangesChart, count},
    },
    http::{
        App, Language, Problem, Request, api,
        view::{
            call_operation::{OperationInput, ask, if_known},
            format,
            frame::Page,
            messages::say,
        },
    },
};

/// Rows per kind of change; the API has all.
const SHOWN_MAX: usize = 25;
/// Acts that are tried for a comparison that the reader did not choose.
const COMPARED_MAX: usize = 5;

pub async fn list(app: App, request: Request) -> Result<Page, Problem> {
    let (acts, meta) = all(&app, &request).await?;
    let groups: Vec<Value> =
        by_standing(&acts).into_iter().map(|(standing, acts)| json!({ "standing": standing, "acts": acts })).collect();
    Ok(Page { template: "acts.html", content: json!({ "groups": groups, "meta": meta }) })
}

/// Acts that set prices and whose list is not here, in the order of the page of acts.
pub async fn not_held(app: &App, request: &Request) -> Result<Vec<Value>, Problem> {
    let (acts, _) = all(app, request).await?;
    let acts = by_standing(&acts).into_iter().flat_map(|(_, acts)| acts);
    Ok(acts.filter(|act| act["list_held"] == false).collect())
}

/// Every act, with its title in a sentence and the titles of the acts that it names; and `meta` of the answer.
async fn all(app: &App, request: &Request) -> Result<(Vec<Value>, Value), Problem> {
    let question = OperationInput { path: &[], query: &[("limit", "1000")] };
    let mut answer = ask(app, request, api::acts::list_acts::handler, question).await?;
    let meta = answer["meta"].take();
    let mut acts: Vec<Value> = answer["data"].as_array().cloned().unwrap_or_default();
    let titles = titles(&acts);
    acts.iter_mut().for_each(|act| entitle(act, &titles, request.language));
    Ok((acts, meta))
}

fn titles(acts: &[Value]) -> BTreeMap<String, String> {
    let title = |act: &Value| Some((act["id"].as_str()?.to_owned(), act["title"].as_str()?.to_owned()));
    acts.iter().filter_map(title).collect()
}

fn entitle(act: &mut Value, titles: &BTreeMap<String, String>, language: Language) {
    let title = |id: &Value| id.as_str().map(|id| titles.get(id).cloned().unwrap_or_else(|| format::act(id)));
    let [repealing, amended] = ["repealed_by", "amends"].map(|member| title(&act[member]));
    act["the_title"] = json!(act["title"].as_str().map(|title| format::the_act(title, language)));
    let in_sentence = |title: &Option<String>| json!(title.as_ref().map(|title| format::the_act(title, language)));
    act["the_repealing"] = in_sentence(&repealing);
    act["the_amended"] = in_sentence(&amended);
    act["repealed_by_title"] = json!(repealing);
    act["amends_title"] = json!(amended);
}

/// Acts in force first; in each group the newest first.
fn by_standing(acts: &[Value]) -> Vec<(&'static str, Vec<Value>)> {
    let group = |standing: &ActStatus| {
        let mut acts: Vec<Value> = acts.iter().filter(|act| act["standing"] == standing.code()).cloned().collect();
        acts.sort_by_key(|act| Reverse(day_or_year(act)));
        (standing.code(), acts)
    };
    ActStatus::ALL.iter().map(group).filter(|(_, acts)| !acts.is_empty()).collect()
}

/// Where no day is known, the year in the act's name.
fn day_or_year(act: &Value) -> String {
    let day = act["in_force_from"].as_str().or(act["issued_on"].as_str());
    let year = || act["id"].as_str().and_then(|id| id.rsplit('-').next()).filter(|year| year.len() == 4);
    day.or_else(year).unwrap_or_default().to_owned()
}

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let id: String = request.path("id")?;
    let mut answer =
        ask(&app, &request, api::acts::show_act::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let (acts, _) = all(&app, &request).await?;
    let titles = titles(&acts);
    entitle(&mut answer["data"], &titles, request.language);
    let act = &answer["data"];
    let comparable = comparable(&acts, &id);
    let chosen = request.query_pairs.get("desde").filter(|text| !text.is_empty()).map(str::to_owned);
    // The replaced act may be one without a list here.
    let replaced = predecessor(act).filter(|replaced| comparable.iter().any(|act| act["id"] == *replaced));
    let compared = match chosen.or(replaced) {
        Some(other) => compare(&app, &request, act, &acts, &other).await?.map(|change| (other, change)),
        None => first_in_common(&app, &request, &comparable, act, &acts).await?,
    };
    let (other, change) = compared.unzip();
    let change = change.map(|change| shown(&change["data"], &titles, request.language));
    let amended_by: Vec<Value> = named(&act["amended_by"], &titles);
    let content = json!({
        "act": act, "meta": answer["meta"], "other": other, "change": change, "acts": comparable, "amended_by": amended_by,
    });
    Ok(Page { template: "act.html", content })
}

fn named(ids: &Value, titles: &BTreeMap<String, String>) -> Vec<Value> {
    let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
    ids.map(|id| json!({ "id": id, "title": titles.get(id).cloned().unwrap_or_else(|| format::act(id)) })).collect()
}

/// The acts that the act itself says it amends or replaces.
fn predecessor(act: &Value) -> Option<String> {
    let first = |list: &Value| list.as_array()?.first()?.as_str().map(str::to_owned);
    let amended = act["amends"].as_str().map(str::to_owned);
    let superseded = || first(&act["publication"]["supersedes"]).filter(|other| act["id"] != *other);
    amended.or_else(superseded).or_else(|| first(&act["repeals"]))
}

/// The other acts that state prices, newest first.
fn comparable(acts: &[Value], id: &str) -> Vec<Value> {
    let states = |act: &&Value| act["id"] != id && act["list_held"] == true;
    let mut acts: Vec<Value> = acts.iter().filter(states).cloned().collect();
    acts.sort_by_key(|act| Reverse(day_or_year(act)));
    acts
}

/// From the earlier act to the later one, whichever of them the page is of.
async fn compare(app: &App, request: &Request, act: &Value, acts: &[Value], other: &str) -> Result<Option<Value>, Problem> {
    let id = act["id"].as_str().unwrap_or_default();
    let other_from = acts.iter().find(|act| act["id"] == other).and_then(|act| act["in_force_from"].as_str());
    let other_is_later = other_from.zip(act["in_force_from"].as_str()).is_some_and(|(other, own)| other > own);
    let (before, after) = if other_is_later { (id, other) } else { (other, id) };
    let path = [("id", before), ("other", after)];
    if_known(ask(app, request, api::acts::diff_acts::handler, OperationInput { path: &path, query: &[] }).await)
}

/// Where the act does not say what it replaces: the newest one before it that states prices of the same products.
async fn first_in_common(
    app: &App,
    request: &Request,
    comparable: &[Value],
    act: &Value,
    acts: &[Value],
) -> Result<Option<(String, Value)>, Problem> {
    let Some(from) = act["in_force_from"].as_str().filter(|_| act["list_held"] == true) else { return Ok(None) };
    let earlier = comparable.iter().filter(|other| other["in_force_from"].as_str().is_some_and(|other| other < from));
    for other in earlier.filter_map(|other| other["id"].as_str()).take(COMPARED_MAX) {
        let Some(change) = compare(app, request, act, acts, other).await? else { continue };
        let moved = ["lowered", "raised"].iter().any(|kind| change["data"][kind].as_array().is_some_and(|list| !list.is_empty()));
        if moved || change["data"]["unchanged"] != 0 {
            return Ok(Some((other.to_owned(), change)));
        }
    }
    Ok(None)
}

/// A comparison in the words of the page: presentations are counted, and columns with the same change share a row.
fn shown(change: &Value, titles: &BTreeMap<String, String>, language: Language) -> Value {
    let lists: [(&str, Vec<Value>); 4] =
        ["lowered", "raised", "added", "removed"].map(|kind| (kind, by_presentation(&change[kind])));
    let percents =
        lists[..2].iter().flat_map(|(_, list)| list).filter_map(|one| one["percent"].as_str()?.parse::<Decimal>().ok());
    let counts = count(percents);
    let moved: u64 = counts.iter().sum();
    let names: [String; CLASSES] = std::array::from_fn(|class| say(language, &format!("{}{class}", "class."), &[]));
    let plot = ChangesChart {
        title: &say(language, "act.plot_title", &[]),
        description: &say(language, "act.plot_description", &[("moved", moved.to_string())]),
        counts,
        names,
    };
    let the = |id: &Value| {
        let id = id.as_str().unwrap_or_default();
        format::the_act(titles.get(id).unwrap_or(&format::act(id)), language)
    };
    let amendment = change["amendment"].as_object().map(|one| {
        json!({ "amending": the(&one["amending"]), "amended": the(&one["amended"]), "untouched": one["untouched_presentations"] })
    });
    let mut content = json!({
        "from": change["from"], "to": change["to"], "the_from": the(&change["from"]), "the_to": the(&change["to"]),
        "unchanged": change["presentations"]["unchanged"], "moved": moved, "amendment": amendment,
        "svg": plot.draw(Theme::Page, "changes"),
    });
    for (kind, mut list) in lists {
        list.sort_by_key(|one| Reverse(one["percent"].as_str().and_then(|p| p.parse::<Decimal>().ok()).map(|p| p.abs())));
        let first: Vec<Value> = list.into_iter().take(SHOWN_MAX).collect();
        content[kind] = json!({ "count": change["presentations"][kind], "first": first });
    }
    content
}

/// One row for all columns of a presentation that say the same; `columns` names them.
fn by_presentation(list: &Value) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    for one in list.as_array().into_iter().flatten() {
        let same = |row: &&mut Value| ["cum", "amount", "before", "after"].iter().all(|member| row[*member] == one[*member]);
        // In order of CUM: only the last rows can be of this one.
        if let Some(row) = rows.iter_mut().rev().take(3).find(same) {
            if let Some(columns) = row["columns"].as_array_mut() {
                columns.push(one["column"].clone());
            }
        } else {
            let mut row = one.clone();
            row["columns"] = json!([one["column"]]);
            // The name stands beside it.
            let presentation = one["description"].as_str().and_then(|text| text.split_once(" - ")).map(|(_, rest)| rest);
            row["presentation"] = json!(presentation);
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_say_the_same_share_a_row() {
        let row = |cum: &str, column: &str, after: &str| json!({ "cum": cum, "column": column, "before": { "amount": "5.00" }, "after": { "amount": after } });
        let list = json!([
            row("1-1", "institutional", "6.00"),
            row("1-1", "commercial_wholesale", "6.00"),
            row("1-1", "commercial_final", "7.00"),
            row("2-1", "institutional", "6.00"),
        ]);
        let rows = by_presentation(&list);
        let columns: Vec<usize> = rows.iter().map(|row| row["columns"].as_array().unwrap().len()).collect();
        assert_eq!(columns, [2, 1, 1]);
        assert_eq!(rows[0]["columns"], json!(["institutional", "commercial_wholesale"]));
    }

    #[test]
    fn the_newest_comes_first_and_what_is_in_force_before_all() {
        let act = |id: &str, standing: &str, from: Option<&str>| json!({ "id": id, "standing": standing, "in_force_from": from, "issued_on": null });
        let acts = [
            act("circular-06-2013", "in_force", Some("2013-10-03")),
            act("circular-10-2020", "superseded", Some("2020-03-28")),
            act("circular-19-2024", "in_force", Some("2024-07-31")),
            act("circular-12-2021", "unknown_date", None),
            act("circular-22-2026", "unknown_date", None),
        ];
        let order: Vec<String> = by_standing(&acts)
            .into_iter()
            .flat_map(|(_, acts)| acts)
            .filter_map(|act| act["id"].as_str().map(str::to_owned))
            .collect();
        let expected = ["circular-19-2024", "circular-06-2013", "circular-22-2026", "circular-12-2021", "circular-10-2020"];
        assert_eq!(order, expected);
    }
}
