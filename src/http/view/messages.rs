//! All texts of the pages in both languages, from one file.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::http::Language;

#[derive(serde::Deserialize)]
struct Message {
    es: String,
    en: String,
}

static CATALOGUE: LazyLock<BTreeMap<String, Message>> =
    LazyLock::new(|| serde_json::from_str(include_str!("messages.json")).expect("the catalogue of messages is read by a test"));

/// The count in a message.
const COUNTS: [&str; 3] = ["n", "moved", "months"];
const SINGULAR: &str = ".one";

/// A text that this program itself stores in Spanish (a publisher, a licence) in the reader's language; any other stays as it is.
pub fn own_text(text: &str, language: Language) -> String {
    let mut own = CATALOGUE.iter().filter(|(key, _)| key.starts_with("own."));
    let known = own.find(|(_, message)| message.es == text);
    known.map_or(text, |(_, message)| if language == Language::Spanish { &message.es } else { &message.en }).to_owned()
}

/// The message with `{name}` filled in; `None` when there is none of that key.
pub fn message(language: Language, key: &str, values: &[(&str, String)]) -> Option<String> {
    // The singular has its own text where it differs.
    let is_one = values.iter().any(|(name, value)| COUNTS.contains(name) && value == "1");
    let singular = is_one.then(|| CATALOGUE.get(&format!("{key}{SINGULAR}"))).flatten();
    let message = singular.or_else(|| CATALOGUE.get(key))?;
    let mut text = match language {
        Language::Spanish => message.es.clone(),
        Language::English => message.en.clone(),
    };
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    Some(text)
}

/// For keys that stand in this source: a test looks each of them up.
pub fn say(language: Language, key: &str, values: &[(&str, String)]) -> String {
    message(language, key, values).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    fn sources() -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let folders = [
            "pages", "pages/invoices", "pages/oversight", "pages/participation", "view", "view/templates", "work", "work/acts",
            "work/cases", "work/operating", "work/petitions", "pages/price_reports", "work/price_reports", "pages/consultations",
            "work/consultations", "pages", "pages/invoices", "pages/oversight", "pages/participation", "pages/purchases", "view",
            "view/templates", "work", "work/acts", "work/cases", "work/operating", "work/petitions", "work/corrections", "pages",
            "pages/invoices", "pages/oversight", "pages/participation", "pages/purchases", "view", "view/templates", "work",
            "work/acts", "work/cases", "work/operating", "work/petitions", "work/corrections",
        ];
        let files = folders.map(|name| fs::read_dir(folder.join(name)).unwrap());
        let files = files.into_iter().flatten().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        files
            .filter(|path| path.extension().is_some_and(|end| end == "rs" || end == "html"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }

    #[test]
    fn every_message_is_complete_in_both_languages() {
        for (key, message) in &*CATALOGUE {
            let holes = |text: &str| {
                text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect::<BTreeSet<_>>()
            };
            assert!(!message.es.trim().is_empty() && !message.en.trim().is_empty(), "{key}");
            assert_eq!(holes(&message.es), holes(&message.en), "{key}");
            let plural = key.strip_suffix(SINGULAR).map(|key| CATALOGUE.get(key));
            assert!(
                plural.is_none_or(|plural| plural.is_some_and(|plural| holes(&plural.es).is_superset(&holes(&message.es)))),
                "{key}"
            );
            assert!(!message.es.contains(['<', '>', '&', '"', '`']), "{key}: words, and no markup");
            assert!(!message.en.contains(['<', '>', '&', '"', '`']), "{key}: words, and no markup");
        }
    }

    #[test]
    fn one_of_something_is_not_many() {
        let said = |moved: &str| say(Language::Spanish, "act.plot_description", &[("moved", moved.to_owned())]);
        assert_eq!(said("1"), "Un precio cambió: si bajó o subió y cuánto.");
        assert_eq!(said("2"), "De 2 precios que cambiaron, cuántos bajaron o subieron y cuánto.");
        assert_eq!(say(Language::English, "data.rows", &[("n", "1".to_owned())]), "1 row");
    }

    #[test]
    fn our_own_stored_texts_have_both_languages() {
        assert_eq!(own_text("información pública oficial", Language::English), "official public information");
        assert_eq!(own_text("información pública oficial", Language::Spanish), "información pública oficial");
        assert_eq!(own_text("CC BY-SA 4.0", Language::English), "CC BY-SA 4.0");
    }

    #[test]
    fn every_message_is_used_and_every_use_has_its_message() {
        let sources = sources();
        // Keys that are put together (`"level." ~ level`) are named by what they begin with.
        let families = [
            "level.", "verdict.", "place.", "kind.", "colour.", "month.", "class.", "column.", "basis.", "why_not.", "guide.",
            "status.state.", "standing.", "mark.", "step.", "file.", "own.", "invented.", "match.", "not_found.",
            "problem_kind.", "placed.level_", "history.per_", "token.", "invoice_field.", "invoice_sale.", "invoice_fact.",
            "invoice_by.", "invoice_per.", "invoice_price.", "invoice_kind.", "work.why.", "work.state.", "work.step.",
            "work.next.", "work.draft.", "work.event.", "work.field.", "work.submission.", "work.duty.", "work.result.",
            "work.result_what.", "work.right.", "work.head.", "work.head_hint.", "work.difference.", "work.key_state.",
            "work.kind_of_person.", "work.company.", "work.feed_state.", "work.figure.", "work.held_done.", "work.key_secret.",
            "compliance.standing.", "petition.state.", "petition.subject.", "petition.disposition.", "participation.kind.",
            "price_report.state.", "price_report.reason.", "price_report.disposition.", "price_report.per.",
            "consultation.state.", "consultation.fate.", "consultation.field.", "consultation.kind.",
            "consultation.disposition.", "consultation.comment_state.", "price_report.level.", "participation.step.",
            "compliance.standing.", "work.mail_done.", "work.mail_kind.", "work.mail_message.", "participation.step.",
            "purchase.state.", "purchase.disposition.", "purchase.sender.", "purchase.described.", "purchase.implausible.",
            "compliance.standing.", "work.mail_done.", "work.mail_kind.", "work.mail_message.",
        ];
        for key in CATALOGUE
            .keys()
            .map(|key| key.strip_suffix(SINGULAR).unwrap_or(key))
            .filter(|key| !families.iter().any(|family| key.starts_with(family)))
        {
            assert!(sources.contains(&format!("\"{key}\"")), "{key} is not used");
        }
        for family in families {
            assert!(sources.contains(&format!("\"{family}")), "{family} is not used");
        }
        for (at, start) in [("t(\"", 3), ("say(language, \"", 15)]
            .into_iter()
            .flat_map(|(call, length)| sources.match_indices(call).map(move |(at, _)| (at, length)).collect::<Vec<_>>())
        {
            let key = sources[at + start..].split('"').next().unwrap();
            // The end of another word, as in `expect("…")`.
            if sources[..at].ends_with(char::is_alphanumeric) {
                continue;
            }
            let known = CATALOGUE.contains_key(key) || key.ends_with('.') || key.is_empty();
            assert!(known, "there is no message {key}");
        }
    }
}
