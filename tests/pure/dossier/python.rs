//! The second program: some 120 lines of Python, written from the description of the format.
use std::{
    io::Write,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
};
use termometro::dossier::seal::key_text;

pub const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify_dossier.py");

/// Without Python only one program checks: said aloud, and a failure where every machine has it.
pub fn is_there() -> bool {
    if Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 checks the bundles: install it");
    std::io::stderr().write_all(b"SKIPPED: no bundle was checked by the second program, python3 is missing\n").unwrap();
    false
}

pub fn written(zip: &[u8]) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("dossier-{}-{number}.zip", std::process::id()));
    std::fs::write(&path, zip).unwrap();
    path
}

/// Accepted or not, and what it said.
pub fn verify(zip: &[u8], pinned: Option<&[u8; 32]>) -> (bool, String) {
    let path = written(zip);
    let output = Command::new("python3").arg(SCRIPT).arg(&path).args(pinned.map(key_text)).output().unwrap();
    std::fs::remove_file(path).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let accepted = output.status.success();
    assert_eq!(accepted, said.lines().any(|line| line == "OK"), "{said}");
    assert_eq!(output.status.code(), Some(i32::from(!accepted)), "{said}{}", String::from_utf8_lossy(&output.stderr));
    (accepted, said)
}

/// Refused here, and by the second program where there is one.
pub fn both_refuse(zip: &[u8], what: &str) {
    assert!(!termometro::dossier::verify::verify(zip, None).is_sound(), "{what}");
    if is_there() {
        let (accepted, said) = verify(zip, None);
        assert!(!accepted, "{what}: {said}");
    }
}
