//! Every word of the pages in both languages, from one file.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::http::Language;

#[derive(serde::Deserialize)]
struct Message {
    es: String,
    en: String,
}

static CATALOGUE: LazyLock<BTreeMap<String, Message>> =
    LazyLock::new(|| serde_json::from_str(include_str!("messages.json")).expect("the catalogue of messages is read by a test"));

/// The message with `{name}` filled in; `None` when there is none of that key.
pub fn message(language: Language, key: &str, values: &[(&str, String)]) -> Option<String> {
    let message = CATALOGUE.get(key)?;
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
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/pages");
        let files = [folder.clone(), folder.join("templates")].map(|folder| fs::read_dir(folder).unwrap());
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
            assert!(!message.es.contains(['<', '>', '&', '"', '`']), "{key}: words, and no markup");
            assert!(!message.en.contains(['<', '>', '&', '"', '`']), "{key}: words, and no markup");
        }
    }

    #[test]
    fn every_message_is_used_and_every_use_has_its_message() {
        let sources = sources();
        // Keys that are put together (`"level." ~ level`) are named by what they begin with.
        let families = [
            "level.",
            "verdict.",
            "place.",
            "kind.",
            "colour.",
            "per.",
            "month.",
            "class.",
            "column.",
            "basis.",
            "why_not.",
            "guide.",
            "status.state.",
            "standing.",
            "mark.",
            "step.",
            "file.",
        ];
        for key in CATALOGUE.keys().filter(|key| !families.iter().any(|family| key.starts_with(family))) {
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
