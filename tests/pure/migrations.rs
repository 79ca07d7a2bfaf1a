//! A migration that was merged is never edited: databases hold its checksum.

use std::{collections::BTreeMap, fs, path::Path};

use crate::dossier::forge::sha256;

#[test]
fn each_migration_is_as_its_line_of_checksums_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let listed: BTreeMap<String, String> = fs::read_to_string(folder.join("SHA256SUMS"))
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, name)| (name.to_owned(), digest.to_owned()))
        .collect();
    let there: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name.ends_with(".sql"))
        .map(|(name, path)| (name, sha256(&fs::read(path).unwrap())))
        .collect();
    assert!(there.len() > 30, "{}", there.len());
    assert_eq!(there, listed, "a merged migration is never edited; a new one gets a line (migrations/README.md)");
}
