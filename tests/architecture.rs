//! The dependency rules of ARCHITECTURE.md, as a test: layers look down only, the domain is pure, files stay short.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What joins the layers, or stands beside them: below `app` and `main` nobody names it.
const ROOTS: &[&str] = &[
    "app",
    "cluster",
    "clock",
    "command",
    "config",
    "importing",
    "importing_reports",
    "importing_stream",
    "importing_undo",
    "telemetry",
];
const LINES_MAX: usize = 500;
/// Layer, and the layers it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("ingest", &["domain"]),
    ("store", &["domain"]),
    ("read_model", &["domain", "store"]),
    ("dossier", &["domain"]),
    // Knows the layouts by their headers only: its test reads the files with `ingest`.
    ("generate", &[]),
    ("desk", &["domain", "ingest", "store", "dossier", "importing"]),
    // Pictures from plain values and words, which it shows as everybody else.
    ("draw", &["domain"]),
    // Files made from what is read; their pieces are written by `store`'s statements.
    ("exports", &["domain", "store", "read_model"]),
    // `ingest`: a table that a caller sends is read as a publisher's is.
    ("http", &["domain", "ingest", "read_model", "desk", "dossier", "draw", "exports"]),
];
/// `file suffix, what it uses`: each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The one place where a store error becomes a problem.
    ("http/cache/refresh.rs", "crate::store::error"),
    ("http/envelope.rs", "crate::store::error"),
    // A write's answer goes out as it was kept.
    ("http/writing.rs", "crate::store::idempotency"),
    // The worksheet's JSON form is the one that is stored.
    ("http/wire/verdict.rs", "crate::store::judgement"),
    // Which day a recorded instant was in Colombia; the present is not asked for.
    ("read_model/status.rs", "crate::clock"),
    ("read_model/compliance.rs", "crate::clock"),
];
const IMPURE: &[&str] = &[
    "tokio",
    "warp",
    "serde",
    "tokio_postgres",
    "deadpool",
    "std::fs",
    "std::net",
    "std::env",
    "Timestamp::now",
    "Zoned::now",
    "async fn",
    "f64",
    "f32",
    "HashMap<Cum",
    "SystemTime",
];
/// Only the rim's outermost files name warp.
const WARP_FILES: &[&str] = &["http/router.rs", "http/reply.rs", "http/serve.rs", "http/site.rs"];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The code without its comments and tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every module of this crate that the code names, with what follows it: `store::error`, however its `use` is laid out.
fn named_modules(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest: String = code[at + "crate::".len()..].chars().filter(|c| !c.is_whitespace()).collect();
        let Some(list) = rest.strip_prefix('{') else {
            named.push(rest);
            continue;
        };
        let mut depth = 0;
        let end = list.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth < 0
        });
        let list = &list[..end.unwrap_or(list.len())];
        depth = 0;
        let items = list.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        named.extend(items.filter(|item| !item.is_empty()).map(str::to_owned));
    }
    named
}

#[test]
fn modules_are_seen_however_a_use_is_laid_out() {
    let code =
        "use crate::{domain::a, store::{b, c::{d}}, http};\nuse crate::{\n    read_model::e,\n};\nfn f() { crate::ingest::g() }";
    let starts: Vec<String> = named_modules(code).iter().map(|name| name.chars().take(6).collect()).collect();
    assert_eq!(starts, ["domain", "store:", "http", "read_m", "ingest"]);
}

#[test]
fn layers_only_look_down_and_the_domain_is_pure() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for (layer, may_use) in MAY_USE {
        for file in rust_files(&source.join(layer)) {
            let name = file.strip_prefix(&source).unwrap().display().to_string();
            let text = code(&file);
            for used in named_modules(&text) {
                let top = used.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
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
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let naming = rust_files(&source).into_iter().filter(|file| code(file).contains("warp::"));
    let named: Vec<String> = naming.map(|file| file.strip_prefix(&source).unwrap().display().to_string()).collect();
    let strangers: Vec<&String> = named.iter().filter(|file| !WARP_FILES.contains(&file.as_str())).collect();
    assert!(strangers.is_empty() && !named.is_empty(), "{strangers:?}");
}

#[test]
fn every_file_says_its_one_idea_and_stays_short() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} has no first line that says what it is", file.display());
        assert!(text.lines().count() <= LINES_MAX, "{}: {} lines", file.display(), text.lines().count());
    }
}
