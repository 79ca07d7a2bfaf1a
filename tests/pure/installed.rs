//! What a package installs beside the program, and what it says of its settings: the program run with nothing but these.
use std::process::{Command, Output};

use super::kit::folder::{folder, written};

fn program(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    command.env_clear().args(arguments).envs(environment.iter().copied());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn settings() -> String {
    let path = written("t.env", "TERMOMETRO_LISTEN=127.0.0.1:81\nDATABASE_URL=postgresql://ana:s3creto@db.example/precios\n");
    path.to_str().unwrap().to_owned()
}

/// The line of one setting.
fn line<'a>(said: &'a str, name: &str) -> &'a str {
    said.lines().find(|line| line.split(' ').next() == Some(name)).unwrap()
}

#[test]
fn config_check_says_each_setting_its_place_and_no_secret() {
    let file = settings();
    let environment =
        [("TERMOMETRO_CONFIG_FILE", file.as_str()), ("TERMOMETRO_ADMIN_KEY", "s3creto"), ("TERMOMETRO_MEMORY", "off")];
    let output = program(&["config", "check"], &environment);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(line(&said, "TERMOMETRO_LISTEN").ends_with(&format!(" 127.0.0.1:81  ({file} line 1)")), "{said}");
    assert!(line(&said, "DATABASE_URL").contains(" ana@db.example:5432/precios  ("), "{said}");
    assert!(line(&said, "TERMOMETRO_MEMORY").ends_with(" off  (environment)"), "{said}");
    assert!(line(&said, "TERMOMETRO_EXPORTS_KEPT").ends_with(" 12  (default)"), "{said}");
    assert!(!said.contains("s3creto"), "{said}");

    // `--config` stands anywhere, and wins over the file that the environment names.
    for arguments in
        [["--config", file.as_str(), "config", "check", "--json"], ["config", "check", "--json", "--config", file.as_str()]]
    {
        let output = program(&arguments, &[("TERMOMETRO_CONFIG_FILE", "/nowhere/at-all")]);
        let objects: Vec<serde_json::Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let listen = objects.iter().find(|object| object["name"] == "TERMOMETRO_LISTEN").unwrap();
        assert_eq!((&listen["value"], output.status.code()), (&"127.0.0.1:81".into(), Some(0)));
    }
}

#[test]
fn config_check_names_every_fault_and_fails_as_any_command_would() {
    let file = written("t.env", "TERMOMETRO_LISTEN=8080\nTERMOMETRO_LOG=s3creto\nTERMOMETRO_LOG\n");
    let file = file.to_str().unwrap();
    let faults = |arguments: &[&str]| {
        let output = program(arguments, &[("TERMOMETRO_POOL_CONNECTIONS_MAX", "0")]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        text(&output.stderr)
    };
    let found = faults(&["config", "check", "--config", file]);
    let expected = [
        format!("termometro: {file} line 3: not KEY=VALUE"),
        "termometro: TERMOMETRO_LISTEN is \"8080\", not an address and port such as 127.0.0.1:8080".to_owned(),
        "termometro: TERMOMETRO_POOL_CONNECTIONS_MAX is \"0\", not a whole number from 1 to 1000".to_owned(),
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
    assert_eq!(faults(&["migrate", "--config", file]), found);

    let filter = written("t.env", "TERMOMETRO_LOG=termometro=loud\n");
    let output = program(&["config", "check", "--config", filter.to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("termometro: TERMOMETRO_LOG is no filter: "), "{}", text(&output.stderr));
}

#[test]
fn completions_know_the_commands() {
    for (shell, says) in [("bash", "complete -F"), ("zsh", "#compdef termometro"), ("fish", "complete -c termometro")] {
        let output = program(&["completions", shell], &[]);
        let script = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0));
        assert!(script.contains(says) && script.contains("verify-dossier"), "{shell}: {script}");
    }
    assert_eq!(program(&["completions", "cmd.exe"], &[]).status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = folder().join("man");
    assert_eq!(program(&["man", folder.to_str().unwrap()], &[]).status.code(), Some(0));
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(page("termometro.1").contains("termometro\\-serve(1)"), "{}", page("termometro.1"));
    assert!(page("termometro-keys-create.1").contains("\\-\\-kind"));
    let written = std::fs::read_dir(&folder).unwrap().count();
    assert!(written > 25, "{written} pages");
    let output = program(&["man", "/dev/null/man"], &[]);
    assert_eq!(output.status.code(), Some(1));
}
