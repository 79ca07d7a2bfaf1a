//! The program starts with the secrets of its database, or says that they are others.

use std::{path::Path, process::Output};

use crate::kit::{folder::folder, program::command};

/// A command in that folder; `key` is an admin key.
fn run(folder: &Path, arguments: &[&str], key: Option<&str>) -> Output {
    let mut command = command(folder);
    command.args(arguments).env("TERMOMETRO_LISTEN", "127.0.0.1:0").envs(key.map(|key| ("TERMOMETRO_ADMIN_KEY", key)));
    command.output().unwrap()
}

/// The one line that says why it did not start.
fn complaint(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("termometro: ")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    lines[0].to_owned()
}

#[test]
fn other_secrets_are_refused_until_somebody_says_that_they_are_meant() {
    let folder = folder();
    let made = run(&folder, &["keys", "bootstrap", "--json"], None);
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let key = made["key"].as_str().unwrap();
    assert!(run(&folder, &["keys", "list"], Some(key)).status.success());
    let (secrets, away) = (folder.join("data").join("secrets"), folder.join("data").join("away"));
    std::fs::rename(&secrets, &away).unwrap();
    for arguments in [&["serve"][..], &["run", "--no-sample"], &["keys", "list"]] {
        let said = complaint(&run(&folder, arguments, Some(key)), 5);
        assert!(said.contains("TERMOMETRO_SECRETS_DIR") && said.contains("--new-secrets"), "{said}");
        assert!(said.contains(&secrets.display().to_string()), "{said}");
        assert!(!secrets.exists(), "nothing is made before it is known to be meant");
    }
    // Those of another installation.
    let other = crate::kit::folder::folder();
    assert!(run(&other, &["keys", "bootstrap"], None).status.success());
    std::fs::rename(other.join("data").join("secrets"), &secrets).unwrap();
    let said = complaint(&run(&folder, &["serve"], None), 5);
    assert!(said.contains("the pepper in ") && said.contains("--new-secrets"), "{said}");
    // Meant: the old key opens nothing, and from then on no flag is needed.
    let said = complaint(&run(&folder, &["keys", "list", "--new-secrets"], Some(key)), 1);
    assert!(said.contains("opens nothing"), "{said}");
    let said = complaint(&run(&folder, &["keys", "list"], Some(key)), 1);
    assert!(said.contains("opens nothing"), "{said}");
    // The old ones are known still.
    std::fs::remove_dir_all(&secrets).unwrap();
    std::fs::rename(&away, &secrets).unwrap();
    assert!(run(&folder, &["keys", "list"], Some(key)).status.success());
    let verified = run(&folder, &["verify"], None);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains("2 entries of the audit log"), "{said}");
}
