//! Words and names: what may be in no identifier, file name or log message, and how often a type's name may be given.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{File, Token, without_tests};

const FORBIDDEN: &[&str] = &["deed", "told", "lane", "asked", "unhurried", "nobody", "turns", "foresee", "gate", "hot", "front"];
const LOG_MACROS: &[&str] = &["trace", "debug", "info", "warn", "error", "event", "say"];
/// What a log message begins with, so that an operator finds all messages of a feature. `internal error` is a fault of this program, answered
/// with 500; `access` is the target of the lines that have no message.
const FEATURES: &[&str] = &[
    "access", "auth", "backup", "cache", "database", "export", "feed", "import", "internal error", "invoice", "log", "mail",
    "participation", "rate limit", "replica", "secrets", "server", "spool", "submission", "upload", "verdict", "webhook",
];
/// Of one name.
const MODULES_MAX: usize = 2;

/// `AskedPrice`, `asked_price` and `ASKED_PRICE` are `asked`, `price`.
fn parts(name: &str) -> Vec<String> {
    let (mut parts, mut last) = (vec![String::new()], '_');
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins = letter.is_uppercase() && (!last.is_uppercase() || letters.peek().is_some_and(|next| next.is_lowercase()));
        if !letter.is_alphanumeric() || begins {
            parts.push(String::new());
        }
        if letter.is_alphanumeric() {
            parts.last_mut().unwrap().extend(letter.to_lowercase());
        }
        last = letter;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Methods of the standard library.
const STANDARD: &[&str] = &["front", "front_mut", "pop_front", "push_front"];

fn is_forbidden(name: &str) -> bool {
    !STANDARD.contains(&name) && parts(name).iter().any(|part| FORBIDDEN.contains(&part.as_str()))
}

/// What is said in the log, by any of the macros.
fn messages(tokens: &[Token]) -> Vec<&String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token, Token::Word(word) if LOG_MACROS.contains(&word.as_str()))
            && tokens.get(at + 1) == Some(&Token::Mark('!'))
        {
            let mut depth = 0;
            let inside = tokens[at + 2..].iter().take_while(|token| {
                depth += i32::from(**token == Token::Mark('(')) - i32::from(**token == Token::Mark(')'));
                depth > 0
            });
            found.extend(inside.filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None }));
        }
    }
    found
}

/// Messages of `tracing` that do not begin with their feature and a colon. A message is the last text among the arguments.
fn without_feature(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (at, two) in file.tokens.windows(2).enumerate() {
            let is_log = matches!(two, [Token::Word(level), Token::Mark('!')] if LOG_MACROS.contains(&level.as_str()))
                && file.tokens[..at].ends_with(&[Token::Word("tracing".to_owned()), Token::Path]);
            if !is_log {
                continue;
            }
            let (mut depth, mut message) = (0, "");
            for token in &file.tokens[at + 2..] {
                match token {
                    Token::Mark('(') => depth += 1,
                    Token::Mark(')') => depth -= 1,
                    Token::Text(text) if depth == 1 => message = text,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            if !FEATURES.contains(&message.split_once(": ").map_or(message, |(feature, _)| feature)) {
                found.push(format!("{}: {message}", file.name));
            }
        }
    }
    found
}

/// Every forbidden name or message, with its file; a file's own name too. `sql` are the names of files with statements.
pub fn forbidden(files: &[File], sql: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files {
        let words = file.tokens.iter().filter_map(|token| if let Token::Word(word) = token { Some(word) } else { None });
        let said = messages(&file.tokens);
        found.extend(words.chain(said).filter(|text| is_forbidden(text)).map(|text| format!("{}: {text}", file.name)));
    }
    found.extend(files.iter().map(|file| &file.name).chain(sql).filter(|name| is_forbidden(name)).cloned());
    found
}

/// Names of types that stand in too many modules, with these.
pub fn common_types(files: &[File]) -> Vec<String> {
    let mut modules: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.is_test()) {
        let tokens = without_tests(&file.tokens);
        let mut depth = 0;
        for two in tokens.windows(2) {
            match two {
                [Token::Mark('{'), _] => depth += 1,
                [Token::Mark('}'), _] => depth -= 1,
                [Token::Word(keyword), Token::Word(name)]
                    if depth == 0 && ["struct", "enum", "union", "trait", "type"].contains(&keyword.as_str()) =>
                {
                    modules.entry(name.clone()).or_default().insert(&file.name);
                }
                _ => {}
            }
        }
    }
    modules.retain(|_, modules| modules.len() > MODULES_MAX);
    modules.iter().map(|(name, modules)| format!("{name}: {modules:?}")).collect()
}

#[test]
fn words_are_seen_in_names_files_and_messages() {
    assert_eq!(parts("HTTPGate_isHot2"), ["http", "gate", "is", "hot2"]);
    let file = File::new(
        "http/lane.rs",
        "struct AskedPrice; fn shot(hotel: Gateway, HOT: u8) { info!(told, \"at {} the front\", x()); f(\"lane\") }",
    );
    let seen: Vec<String> = forbidden(&[file], &["store/sql/tell_deed.sql".to_owned()]).into_iter().collect();
    let expected = ["AskedPrice", "HOT", "at {} the front", "told"].map(|what| format!("http/lane.rs: {what}"));
    assert_eq!(seen[1..5], expected);
    assert_eq!((seen[0].as_str(), seen[5].as_str(), seen.len()), ("http/lane.rs", "store/sql/tell_deed.sql", 6));
}

#[test]
fn a_log_message_begins_with_its_feature() {
    let text = r#"
        tracing::info!(error = f("webhook: x"), "sent");
        tracing::warn!(why = g("no"), "webhook: delivery postponed");
        tracing::debug!(%error);
        tracing::error!(target: "access", status);
        error!("not of tracing");
    "#;
    assert_eq!(without_feature(&[File::new("a.rs", text)]), ["a.rs: sent", "a.rs: "]);
    let found = without_feature(&super::source::files());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_type_of_many_modules_is_named() {
    let file = |name: &str, text: &str| File::new(name, text);
    let files = [
        file("a.rs", "pub struct Query { x: u8 } impl Iterator for Query { type Item = u8; }"),
        file("b.rs", "enum Query {} trait Item {}"),
        file("c.rs", "type Query = u8; struct Item; #[cfg(test)] struct Item2;"),
        file("d/tests.rs", "struct Item;"),
    ];
    assert_eq!(common_types(&files), ["Query: {\"a.rs\", \"b.rs\", \"c.rs\"}"]);
}
