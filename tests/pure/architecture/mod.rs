//! The rules of ARCHITECTURE.md about the source tree, as a test: layers look down only, the domain is pure, nothing goes round in a circle,
//! folders and files stay small, names are the field's.
mod circles;
mod source;
mod words;

use std::{collections::BTreeMap, fs, path::Path};

use self::source::File;

/// What joins the layers, or stands beside them: below `app` and `main` nobody names it.
const ROOTS: &[&str] = &[
    "app", "cluster", "clock", "command", "config", "importing", "importing_report", "importing_reports", "importing_stream",
    "importing_undo", "telemetry",
];
const LINES_MAX: usize = 500;
/// In one folder.
const RUST_FILES_MAX: usize = 20;
const SQL_FILES_MAX: usize = 40;
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
    ("desk", &["domain", "ingest", "store", "dossier", "importing", "importing_report", "text"]),
    // Pictures from plain values and words, which it shows as everybody else.
    ("draw", &["domain"]),
    // Files made from what is read; their pieces are written by `store`'s statements.
    ("exports", &["domain", "store", "read_model", "text"]),
    // `ingest`: a table that a caller sends is read as a publisher's is.
    ("http", &["domain", "ingest", "read_model", "desk", "dossier", "draw", "exports", "text"]),
];
/// `file suffix, what it uses`: each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The one place where a store error becomes a problem.
    ("http/cache/refresh.rs", "crate::store::error"),
    ("http/envelope.rs", "crate::store::error"),
    // A write's answer goes out as it was kept.
    ("http/writing.rs", "crate::store::idempotency"),
    // Which day a recorded instant was in Colombia; the present is not asked for.
    ("read_model/status.rs", "crate::clock"),
    ("read_model/compliance.rs", "crate::clock"),
];
const IMPURE: &[&str] = &[
    "tokio", "warp", "serde", "tokio_postgres", "deadpool", "std::fs", "std::net", "std::env", "Timestamp::now", "Zoned::now",
    "async fn", "f64", "f32", "HashMap<Cum", "SystemTime",
];
/// Only the rim's outermost files name warp.
const WARP_FILES: &[&str] = &["http/router.rs", "http/reply.rs", "http/serve.rs", "http/site.rs"];

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

/// Folders, of these names, in which more than so many stand.
fn crowded(names: &[String], max: usize) -> Vec<String> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *folders.entry(name.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
    }
    folders.retain(|_, count| *count > max);
    folders.iter().map(|(folder, count)| format!("src/{folder}: {count}")).collect()
}

fn too_long(name: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX).then(|| format!("src/{name}: {lines} lines"))
}

/// `foo_tests.rs` beside `foo.rs`: a file that has outgrown itself is a folder.
fn tests_beside(names: &[String]) -> Vec<String> {
    let code = |name: &String| name.strip_suffix("_tests.rs").map(|stem| format!("{stem}.rs"));
    names.iter().filter(|name| code(name).is_some_and(|code| names.contains(&code))).cloned().collect()
}

/// How many offenders each rule may have: no more, and no fewer either, so that a number that can go down goes down.
const ALLOWED_FOR_NOW: &[(&str, usize)] = &[
    ("files in circles", 132),
    ("members of circles among folders", 46),
    ("folders of more than 20 Rust files", 9),
    ("folders of more than 40 SQL files", 2),
    ("files of more than 500 lines", 0),
    ("forbidden words", 174),
    ("type names in more than two modules", 26),
    ("files of tests beside their code", 3),
];

#[test]
fn the_source_tree_keeps_its_shape() {
    let files = source::files();
    let names =
        |extension| source::paths(&source::root(), extension).iter().map(|path| source::name_of(path)).collect::<Vec<_>>();
    let (rust, sql, needs) = (names("rs"), names("sql"), circles::needs(&files));
    let members =
        |circles: Vec<Vec<String>>| circles.iter().flat_map(|circle| circles::described(circle, &needs)).collect::<Vec<_>>();
    let found = [
        members(circles::circles(&needs)),
        members(circles::folder_circles(&needs)),
        crowded(&rust, RUST_FILES_MAX),
        crowded(&sql, SQL_FILES_MAX),
        rust.iter().filter_map(|name| too_long(name, &fs::read_to_string(source::root().join(name)).unwrap())).collect(),
        words::forbidden(&files, &sql).into_iter().collect(),
        words::common_types(&files),
        tests_beside(&rust),
    ];
    let mut report = String::new();
    for ((rule, allowed), offenders) in ALLOWED_FOR_NOW.iter().zip(&found) {
        if offenders.len() != *allowed {
            let list = offenders.join("\n  ");
            report += &format!("{rule}: {} where ALLOWED_FOR_NOW has {allowed}\n  {list}\n", offenders.len());
        }
    }
    assert!(report.is_empty() && ALLOWED_FOR_NOW.len() == found.len(), "{report}");
}

#[test]
fn crowds_long_files_and_tests_beside_are_counted() {
    let names = ["a/b.rs", "a/c.rs", "a/c_tests.rs", "a/d/e.rs", "a/d/e_tests/f.rs", "g_tests.rs"].map(str::to_owned);
    assert_eq!(crowded(&names, 2), ["src/a: 3"]);
    assert_eq!(tests_beside(&names), ["a/c_tests.rs"]);
    assert_eq!(too_long("a.rs", &"x\n".repeat(500)), None);
    assert_eq!(too_long("a.rs", &"x\n".repeat(501)).as_deref(), Some("src/a.rs: 501 lines"));
}
