//! The rules of ARCHITECTURE.md about the source tree, as a test: layers look down only, the domain is pure, and the documents that
//! name files name those that exist; the rest is in `shape`.
mod circles;
mod shape;
pub mod source;
mod words;

use std::{fs, path::Path};

use self::source::File;

/// What joins the layers, or stands beside them: below `app` and `main` nobody names it.
const ROOTS: &[&str] = &["app", "clock", "cluster", "command", "config", "import", "systemd", "telemetry"];
/// Layer, and the layers it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // Below all layers but the domain: what several of them must write in the very same way.
    ("text", &["domain"]),
    // Files on disk while work goes on: who writes them and who reads them agree on their locks.
    ("spool", &[]),
    // The way out of this program, for whoever speaks to others.
    ("outbound", &[]),
    ("ingest", &["domain", "spool", "text"]),
    ("store", &["domain", "text"]),
    ("read_model", &["domain", "store", "text"]),
    ("dossier", &["domain", "text"]),
    // Knows the layouts by their headers only: its test reads the files with `ingest`.
    ("generate", &[]),
    ("workflow", &["domain", "ingest", "spool", "store", "dossier", "import", "outbound", "text"]),
    // What a person does by hand, by itself: a download, then an import.
    ("feeds", &["clock", "domain", "import", "ingest", "outbound", "store", "text"]),
    // Pictures from plain values and words, which it shows as everybody else.
    ("draw", &["domain"]),
    // Files made from what is read; their pieces are written by `store`'s statements.
    ("exports", &["domain", "spool", "store", "read_model", "text"]),
    // `ingest`: a table that a caller sends is read as a publisher's is.
    ("http", &["domain", "ingest", "spool", "read_model", "workflow", "dossier", "draw", "exports", "text"]),
];
/// `file suffix, what it uses`: each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The one place where a store error becomes a problem.
    ("http/cache/refresh.rs", "crate::store::postgres::error"),
    // How new the data are that this process has heard of: older ones are not answered.
    ("http/cache/answer_cache.rs", "crate::store::postgres::latest_version"),
    ("http/response/envelope.rs", "crate::store::postgres::error"),
    // A write's answer goes out as it was kept.
    ("http/response/idempotent_write.rs", "crate::store::transaction::idempotency"),
    // Which day a recorded instant was in Colombia; the present is not asked for.
    ("read_model/service/status.rs", "crate::clock"),
    ("read_model/service/compliance.rs", "crate::clock"),
];
const IMPURE: &[&str] = &[
    "tokio", "warp", "serde", "tokio_postgres", "deadpool", "std::fs", "std::net", "std::env", "Timestamp::now", "Zoned::now",
    "async fn", "f64", "f32", "HashMap<Cum", "SystemTime",
];
/// Only the rim's outermost files name warp.
const WARP_FILES: &[&str] = &["http/routing/router.rs", "http/base/answer.rs", "http/server/serve.rs", "http/server/site.rs"];

/// The code without its comments and tests.
pub fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn layers_only_look_down_and_the_domain_is_pure() {
    let mut broken = Vec::new();
    for (layer, may_use) in MAY_USE {
        for path in source::paths(&source::root().join(layer), "rs") {
            let name = source::name_of(&path);
            let text = code(&path);
            for used in circles::named_by(&File::new(&name, &text)) {
                let top = used.split("::").next().unwrap_or_default();
                let known = ROOTS.contains(&top) || MAY_USE.iter().any(|(other, _)| *other == top);
                let exempt = |(file, what): &(&str, &str)| {
                    *file == name && what.strip_prefix("crate::").is_some_and(|what| used.starts_with(what))
                };
                if known && top != *layer && !may_use.contains(&top) && !EXCEPTIONS.iter().any(exempt) {
                    broken.push(format!("{name}: {layer} must not use {top}"));
                }
            }
            if *layer == "domain" && !name.ends_with("tests.rs") {
                broken.extend(
                    IMPURE
                        .iter()
                        .filter(|word| text.contains(**word))
                        .map(|word| format!("{name}: domain is pure, found `{word}`")),
                );
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn warp_is_only_a_rim() {
    let naming = source::paths(&source::root(), "rs").into_iter().filter(|path| code(path).contains("warp::"));
    let named: Vec<String> = naming.map(|path| source::name_of(&path)).collect();
    let strangers: Vec<&String> = named.iter().filter(|file| !WARP_FILES.contains(&file.as_str())).collect();
    assert!(strangers.is_empty() && !named.is_empty(), "{strangers:?}");
}

#[test]
fn every_file_says_its_one_idea() {
    for path in source::paths(&source::root(), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no first line that says what it is", path.display());
    }
}

/// Documents that name files, which a move of files would make untrue.
const MAPS: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md", "migrations/README.md"];
const MAP_LINES_MAX: usize = 200;
const MAP_COLUMNS_MAX: usize = 120;

/// What is written as a file or a folder: `a/b.rs`, `c.sql`, `d/`. What begins with `/` is a path of the API or of an address.
fn paths_in(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./".contains(c)));
    let mut found = Vec::new();
    for word in words.map(|word| word.trim_end_matches('.')) {
        let is_file = [".rs", ".sql", ".md"].iter().any(|ending| word.len() > ending.len() && word.ends_with(ending));
        if (is_file || word.ends_with('/')) && !word.starts_with('/') {
            found.push(word);
        }
    }
    found
}

#[test]
fn the_map_names_files_that_exist() {
    let source = source::root();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for map in MAPS {
        let text = fs::read_to_string(project.join(map)).unwrap();
        let beside = project.join(map).parent().unwrap().to_owned();
        let named = paths_in(&text);
        assert!(!named.is_empty(), "{map} names no file");
        for path in named {
            let exists = [project, source.as_path(), beside.as_path()].iter().any(|folder| folder.join(path).exists());
            if !exists {
                faults.push(format!("{map}: there is no {path}"));
            }
        }
    }
    let text = fs::read_to_string(project.join("ARCHITECTURE.md")).unwrap();
    let lines = text.lines().count();
    if lines > MAP_LINES_MAX {
        faults.push(format!("ARCHITECTURE.md: {lines} lines"));
    }
    for (number, line) in (1..).zip(text.lines()) {
        let columns = line.chars().count();
        if columns > MAP_COLUMNS_MAX {
            faults.push(format!("ARCHITECTURE.md: line {number} has {columns} characters"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn paths_are_told_from_other_words() {
    let text = "[a](docs/b.md): `http/` and `x/y.rs`, z.sql. GET /v1/c, /v1/d/, .rs, e.json, f/g; https://h.org/i/";
    assert_eq!(paths_in(text), ["docs/b.md", "http/", "x/y.rs", "z.sql"]);
}
