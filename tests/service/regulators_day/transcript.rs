//! What was said and answered, as a tutorial in two languages. What differs from run to run is replaced by names.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use serde_json::Value;

pub struct Transcript {
    spanish: String,
    english: String,
    /// What is random, and the name that stands for it.
    names: BTreeMap<String, String>,
    days: Vec<(String, &'static str)>,
}

impl Transcript {
    pub fn new(spanish: &str, english: &str) -> Self {
        Self { spanish: spanish.to_owned(), english: english.to_owned(), names: BTreeMap::new(), days: Vec::new() }
    }

    /// From now on `value` is written as `name`.
    pub fn call(&mut self, value: &str, name: &str) {
        self.names.insert(value.to_owned(), name.to_owned());
    }

    /// A date of the day of the run.
    pub fn day(&mut self, value: String, name: &'static str) {
        self.days.push((value, name));
    }

    pub fn say(&mut self, spanish: &str, english: &str) {
        write!(self.spanish, "\n{spanish}\n").unwrap();
        write!(self.english, "\n{english}\n").unwrap();
    }

    /// A command and what it answered.
    pub fn exchange(&mut self, command: &str, answer: &str) {
        let block = format!("\n```\n$ {command}\n{}\n```\n", answer.trim_end()).replace("\n\n```", "\n```");
        self.spanish.push_str(&block);
        self.english.push_str(&block);
    }

    fn steady(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // The longest first: a key holds its id.
        let mut names: Vec<(&String, &String)> = self.names.iter().collect();
        names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        for (value, name) in names {
            text = text.replace(value, name);
        }
        for (value, name) in &self.days {
            text = text.replace(value, name);
        }
        text
    }

    /// The committed tutorial says what happened just now.
    pub fn hold_against(&self, folder: &Path) {
        for (name, text) in [("un-dia-del-regulador.md", &self.spanish), ("a-regulators-day.md", &self.english)] {
            let text = &self.steady(text);
            let path = folder.join(name);
            if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::write(&path, text).unwrap();
            }
            let committed = fs::read_to_string(&path).unwrap_or_default();
            let differing = committed.lines().zip(text.lines()).find(|(a, b)| a != b);
            assert!(committed == *text, "docs/{name} is stale (UPDATE_SNAPSHOTS=1 writes it): {differing:?}");
        }
    }
}

/// These members of an answer, in this order; the rest is left out.
pub fn excerpt(value: &Value, pointers: &[&str]) -> String {
    let mut lines = Vec::new();
    for pointer in pointers {
        let found = value.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not in {value}"));
        let name = pointer.trim_start_matches('/').replace('/', ".");
        lines.push(format!("{name} = {}", shortened(found)));
    }
    lines.join("\n")
}

/// Long texts (signatures) by their beginning.
fn shortened(value: &Value) -> String {
    match value {
        Value::String(text) if text.len() > 200 => format!("\"{}…\"", &text[..20]),
        other => other.to_string(),
    }
}
