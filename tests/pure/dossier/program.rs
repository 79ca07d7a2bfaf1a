//! `termometro verify-dossier` as a person runs it: with nothing but the file.
use std::process::{Command, Output};

use super::{
    case::content,
    forge::{bundle, public, service_key},
    python::written,
};
use termometro::dossier::seal::key_text;

fn run(zip: &[u8], more: &[&str]) -> Output {
    let path = written(zip);
    let output = Command::new(env!("CARGO_BIN_EXE_termometro"))
        .args(["verify-dossier", path.to_str().unwrap()])
        .args(more)
        // Settings that no other command would start with.
        .env("DATABASE_URL", "nonsense")
        .env("TERMOMETRO_LISTEN", "nonsense")
        .output()
        .unwrap();
    std::fs::remove_file(path).unwrap();
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn it_says_what_it_checked_and_that_all_is_well() {
    let zip = bundle(&content());
    let output = run(&zip, &["--public-key", &key_text(&public(&service_key()))]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for line in ["precios juzgados de nuevo / prices judged again: 12", "excesos por renglón / excess of each row: 4", "OK"] {
        assert!(said.lines().any(|known| known == line), "{line} in:\n{said}");
    }
    assert!(!said.contains("nota / note"), "{said}");
    assert!(self::said(&run(&zip, &[])).contains("--public-key"));
}

#[test]
fn it_names_every_fault_and_fails() {
    let mut zip = bundle(&content());
    let at = zip.windows(9).position(|bytes| bytes == b"138712.00").unwrap();
    zip[at] = b'9';
    let output = run(&zip, &[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FALLA / FAULT case.json#/evidence/0") && !said.lines().any(|line| line == "OK"), "{said}");
}

#[test]
fn another_key_a_malformed_key_and_a_missing_file_fail() {
    let zip = bundle(&content());
    assert_eq!(run(&zip, &["--public-key", &key_text(&[9; 32])]).status.code(), Some(1));
    assert_eq!(run(&zip, &["--public-key", "abc"]).status.code(), Some(2));
    // One key in 64 begins with `-`: it is a key, not an option.
    let dashed = key_text(&[0xFB; 32]);
    assert!(dashed.starts_with('-'));
    assert_eq!(run(&zip, &["--public-key", &dashed]).status.code(), Some(1));
    let output = Command::new(env!("CARGO_BIN_EXE_termometro")).args(["verify-dossier", "no-such-file.zip"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
