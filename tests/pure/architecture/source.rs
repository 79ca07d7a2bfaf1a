//! The source tree as tokens: comments are gone, unit tests can be cut off, texts are told apart from names.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Word(String),
    /// The content of a string literal.
    Text(String),
    /// `::`
    Path,
    Mark(char),
}

/// One file of `src`.
pub struct File {
    /// Below `src`: `http/serve.rs`.
    pub name: String,
    pub tokens: Vec<Token>,
}

impl File {
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), tokens: tokens(text) }
    }

    pub fn stem(&self) -> &str {
        self.name.rsplit('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Tests beside the code are no part of what it needs.
    pub fn is_test(&self) -> bool {
        self.stem() == "tests" || self.stem().ends_with("_tests")
    }

    /// Where it stands among the modules: `http/serve.rs` and `http/serve/mod.rs` are `["http", "serve"]`.
    pub fn module(&self) -> Vec<String> {
        let path = self.name.trim_end_matches(".rs").split('/').map(str::to_owned);
        path.filter(|part| !["mod", "lib", "main"].contains(&part.as_str())).collect()
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Below a folder, however deep: the files whose names end so.
pub fn paths(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { paths(&path, extension) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
}

pub fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

pub fn files() -> Vec<File> {
    paths(&root(), "rs").iter().map(|path| File::new(&name_of(path), &fs::read_to_string(path).unwrap())).collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut rest, mut found) = (text, Vec::new());
    while !rest.is_empty() {
        let (token, length) = next(rest);
        found.extend(token);
        rest = &rest[length..];
    }
    found
}

fn next(rest: &str) -> (Option<Token>, usize) {
    let first = rest.chars().next().unwrap();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        (None, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
    } else if rest.starts_with("::") {
        (Some(Token::Path), 2)
    } else if let Some((text, length)) = literal(rest) {
        (Some(Token::Text(text)), length)
    } else if first == '\'' {
        (None, character(rest))
    } else if is_word(first) {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let is_number = first.is_ascii_digit();
        ((!is_number).then(|| Token::Word(rest[..length].to_owned())), length)
    } else {
        ((!first.is_whitespace()).then_some(Token::Mark(first)), first.len_utf8())
    }
}

/// A string literal, plain or raw, and its whole length.
fn literal(rest: &str) -> Option<(String, usize)> {
    let quote = rest.find('"').filter(|quote| *quote <= 8)?;
    let (letters, hashes) = rest[..quote].split_at(rest[..quote].find('#').unwrap_or(quote));
    let is_raw = ["r", "br", "cr"].contains(&letters);
    if !(is_raw || hashes.is_empty() && ["", "b", "c"].contains(&letters)) || hashes.chars().any(|c| c != '#') {
        return None;
    }
    let body = &rest[quote + 1..];
    let end = if is_raw { body.find(&format!("\"{hashes}"))? } else { plain_end(body)? };
    Some((body[..end].to_owned(), quote + 1 + end + 1 + hashes.len()))
}

fn plain_end(body: &str) -> Option<usize> {
    let mut escaped = false;
    body.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// The length of a character, or of the mark before a lifetime's name.
fn character(rest: &str) -> usize {
    let mut after = rest[1..].chars();
    match (after.next(), after.next()) {
        (Some('\\'), _) => rest[3..].find('\'').map_or(rest.len(), |end| end + 4),
        (Some(c), Some('\'')) => c.len_utf8() + 2,
        _ => 1,
    }
}

/// Without every item that stands under `#[cfg(test)]`.
pub fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mark = |text: &str| self::tokens(text);
    let (item, file) = (mark("#[cfg(test)]"), mark("#![cfg(test)]"));
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if tokens[at..].starts_with(&file) {
            return Vec::new();
        }
        if tokens[at..].starts_with(&item) {
            at = end_of_item(tokens, at + item.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn end_of_item(tokens: &[Token], mut at: usize) -> usize {
    let (mut depth, mut is_use) = (0, false);
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Word(word) if depth == 0 => is_use |= ["use", "const", "static"].contains(&word.as_str()),
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark(')' | ']') => depth -= 1,
            Token::Mark('}') => {
                depth -= 1;
                if depth == 0 && !is_use {
                    break;
                }
            }
            Token::Mark(';') if depth == 0 => break,
            _ => {}
        }
    }
    at
}

#[test]
fn comments_texts_and_tests_are_told_apart() {
    let word = |text: &str| Token::Word(text.to_owned());
    let text = |text: &str| Token::Text(text.to_owned());
    let code = "a::b // \"c\"\n /* d */ r#\"e \" // f\"# 'g' '\\'' &'h \"i \\\" j\" 12u8 b\"k\"";
    let seen = [word("a"), Token::Path, word("b"), text("e \" // f"), Token::Mark('&'), word("h"), text("i \\\" j"), text("k")];
    assert_eq!(tokens(code), seen);
    let code = "use a;\n#[cfg(test)]\n#[path = \"x.rs\"]\nmod b;\n#[cfg(test)]\nuse c::{d};\nfn e() {}\n#[cfg(test)]\nmod f { fn g(h: [u8; 4]) { i } }\nj";
    assert_eq!(without_tests(&tokens(code)), tokens("use a; fn e() {} j"));
    assert!(without_tests(&tokens("#![cfg(test)] fn a() {}")).is_empty());
}
