//! The rules of ARCHITECTURE.md about the source tree, as a test: layers look down only, the domain is pure; the rest is in `shape`.
mod circles;
mod shape;
mod source;
mod words;

use std::{fs, path::Path};

use self::source::File;

/// What joins the layers, or stands beside them: below `app` and `main` nobody names it.
const ROOTS: &[&str] = &["app", "clock", "cluster", "command", "config", "import", "telemetry"];
/// Layer, and the layers it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // Below all layers but the domain: what several of them must write in the very same way.
    ("text", &["domain"]),
    ("ingest", &["domain", "text"]),
    ("store", &["domain", "text"]),
    ("read_model", &["domain", "store", "text"]),
    ("dossier", &["domain", "text"]),
    // Knows the layouts by their headers only: its test reads the files with `ingest`.
    ("generate", &[]),
    ("workflow", &["domain", "ingest", "store", "dossier", "import", "text"]),
    // Pictures from plain values and words, which it shows as everybody else.
    ("draw", &["domain"]),
    // Files made from what is read; their pieces are written by `store`'s statements.
    ("exports", &["domain", "store", "read_model", "text"]),
    // `ingest`: a table that a caller sends is read as a publisher's is.
    ("http", &["domain", "ingest", "read_model", "workflow", "dossier", "draw", "exports", "text"]),
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
fn code(path: &Path) -> String {
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
