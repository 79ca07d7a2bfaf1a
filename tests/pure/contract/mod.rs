//! What is released stays true: a client of any document in `openapi/released/` is served by the program of today.
mod compare;
mod mutations;
mod schema;

use std::{fs, path::PathBuf};

use serde_json::Value;

fn released() -> Vec<(String, Value)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "openapi", "released"].iter().collect();
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let documents = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = |path: PathBuf| {
        let document = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), document)
    };
    documents.map(read).collect()
}

fn today() -> Value {
    serde_json::from_str(&termometro::http::api::document()).unwrap()
}

/// What a released document promised and was wrong to promise; each stands in the changelog and in openapi/README.md.
struct Correction {
    version: &'static str,
    /// The lines of the comparison that it explains.
    broken: &'static [&'static str],
}

/// A price without another one to compare it with was called `normal`: a false word about it.
const LEVEL_OF_A_LONE_PRICE: Correction = Correction {
    version: "1.0.0",
    broken: &[
        r#"GET /v1/medicines/{cum}/thermometer 200.data.products[].level: {"type":"null"} may be answered now"#,
        "GET /v1/medicines/{cum}/thermometer 200.data.products[].level: may be missing now",
        r#"GET /v1/medicines/{cum}/thermometer 200.data.comparators[].level: {"type":"null"} may be answered now"#,
        "GET /v1/medicines/{cum}/thermometer 200.data.comparators[].level: may be missing now",
        r#"GET /v1/medicines/{cum}/thermometer 200.data.other_channels[].products[].level: {"type":"null"} may be answered now"#,
        "GET /v1/medicines/{cum}/thermometer 200.data.other_channels[].products[].level: may be missing now",
        r#"GET /v1/medicines/{cum}/thermometer 200.data.other_channels[].comparators[].level: {"type":"null"} may be answered now"#,
        "GET /v1/medicines/{cum}/thermometer 200.data.other_channels[].comparators[].level: may be missing now",
        r#"GET /v1/thermometer 200.data.products[].level: {"type":"null"} may be answered now"#,
        "GET /v1/thermometer 200.data.products[].level: may be missing now",
        r#"GET /v1/thermometer 200.data.comparators[].level: {"type":"null"} may be answered now"#,
        "GET /v1/thermometer 200.data.comparators[].level: may be missing now",
    ],
};

const CORRECTED: [Correction; 1] = [LEVEL_OF_A_LONE_PRICE];

#[test]
fn nothing_released_is_broken() {
    let released = released();
    assert!(!released.is_empty(), "openapi/released/ is empty: `make release-api`");
    for (version, document) in released {
        assert_eq!(document["info"]["version"], version.as_str(), "a released document stands under its version");
        let broken = compare::broken(&document, &today());
        let corrected: Vec<&str> =
            CORRECTED.iter().filter(|one| one.version == version).flat_map(|one| one.broken).copied().collect();
        assert_eq!(broken, corrected, "breaks clients of {version} (openapi/README.md)");
    }
}
