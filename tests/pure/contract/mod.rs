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

#[test]
fn nothing_released_is_broken() {
    let released = released();
    assert!(!released.is_empty(), "openapi/released/ is empty: `make release-api`");
    for (version, document) in released {
        assert_eq!(document["info"]["version"], version.as_str(), "a released document stands under its version");
        let broken = compare::broken(&document, &today());
        assert!(broken.is_empty(), "breaks clients of {version} (openapi/README.md):\n{}", broken.join("\n"));
    }
}
