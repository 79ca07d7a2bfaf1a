//! The letter that notifies a seller of a case, to be printed or saved as PDF: whom it is for, each fact in the words of its verdict with its
//! worksheet, the term to answer and where the law sets it, what the seller can do, and how anybody checks it. Of a case in which the seller is
//! to be asked: the letter that asks in which unit its prices are, and accuses of nothing.

use serde_json::{Value, json};

use super::{
    case::{has_letter, is_question},
    evidence::findings,
};
use crate::http::{
    App, Endpoint, Problem, Request,
    request::base_url::origin,
    work::{
        operation::{Call, read},
        page::{WorkPage, shown},
        visit::Visit,
    },
};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown("/trabajo/casos/{id}/carta", show)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let mut answer = read(&app, &request, Call { name: "show_case", path: &[("id", &id)] }, &[]).await?;
    let file = answer["data"].take();
    let asks = is_question(&file);
    if !asks && !has_letter(&file) {
        return Err(Problem::not_found(("la carta del caso", "letter of the case"), &id));
    }
    let mut content = json!({
        "findings": findings(&file), "sender": sender(&file).unwrap_or(&visit.session.actor.name),
        "site": origin(&request).unwrap_or_default(),
    });
    content["file"] = file;
    content["today"] = app.today().to_string().into();
    Ok(WorkPage::new(if asks { "work_question.html" } else { "work_letter.html" }, content))
}

/// Who notified the seller.
fn sender(file: &Value) -> Option<&str> {
    let mut history = file["history"].as_array()?.iter().rev();
    history.find(|event| event["kind"] == "transition" && event["to"] == "notified")?["by"]["name"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_is_from_whoever_notified() {
        let by = |kind: &str, to: &str, name: &str| json!({ "kind": kind, "to": to, "by": { "name": name } });
        let history =
            [by("opened", "suspected", "termometro"), by("transition", "notified", "Ana"), by("reply", "answered", "X")];
        assert_eq!(sender(&json!({ "history": history })), Some("Ana"));
        assert_eq!(sender(&json!({ "history": history[..1] })), None);
    }
}
