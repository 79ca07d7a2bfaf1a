//! A complaint ready to be sent: the text that a person may copy, or send by e-mail, to the Superintendence of Industry and Commerce.

use serde_json::{Value, json};

use crate::http::{
    Request,
    request::query::encode,
    view::{format, frame::address, messages::say},
};

/// As the Superintendence publishes it.
const MAIL: &str = "contactenos@sic.gov.co";

/// Only of a price that is above the maximum without a doubt: where there is one, whoever sells is to be questioned first. The text
/// requests a verification and claims nothing, since the reader signs it.
pub fn of(content: &Value, request: &Request) -> Option<Value> {
    let (medicine, check) = (&content["medicine"], &content["check"]);
    let verdict = &check["verdict"];
    let doubts = [&check["first"], &verdict["other_readings"]];
    if verdict["verdict"] != "above" || doubts.into_iter().filter_map(Value::as_array).any(|list| !list.is_empty()) {
        return None;
    }
    let language = request.language;
    let act = format::act(verdict["ceiling"]["act"].as_str()?);
    let sale = say(language, &format!("{}{}", "place.", check["sale"].as_str()?), &[]);
    let per = if verdict["observed"]["per"] == "pack" { "complaint.pack" } else { "complaint.unit" };
    let values = [
        ("brand", format::title_case(medicine["brand"].as_str()?)),
        ("description", format::title_case(medicine["description"].as_str()?)),
        ("cum", medicine["cum"].as_str()?.to_owned()),
        ("price", format::pesos(verdict["observed"]["amount"].as_str()?, language)),
        ("per", say(language, per, &[])),
        ("day", format::day(verdict["date"].as_str()?, language)),
        ("sale", sale),
        ("most", format::pesos(verdict["ceiling"]["amount"].as_str()?, language)),
        ("act", format::the_act(&act, language)),
        ("page", address(request).unwrap_or_default()),
    ];
    let (subject, text) = (say(language, "complaint.subject", &values), say(language, "complaint.text", &values));
    let mail = format!("mailto:{MAIL}?subject={}&body={}", encode(&subject), encode(&text));
    Some(json!({ "text": text, "mail": mail, "address": MAIL }))
}
