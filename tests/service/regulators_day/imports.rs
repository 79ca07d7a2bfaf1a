//! The commands about imports, as a person gives them: what they print, and the code with which they end.

use std::path::PathBuf;

use serde_json::Value;

use crate::kit::program::Program;

const THERMOMETER: &str = "expediente_invima,principio_activo,concentracion,unidad_base,unidad_de_dispensacion,nombre_comercial,fabricante,\
    medicamento,canal,precio_por_tableta,factoresprecio,numerofactor\n";

struct Terminal {
    program: Program,
}

impl Terminal {
    /// The exit code and what was printed; on standard error stand only plain lines.
    fn give(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.program.command(arguments, None);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!errors.lines().any(|line| line.starts_with('{')), "a JSON log line between plain ones: {errors}");
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap() + &errors)
    }

    fn objects(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let (code, printed) = self.give(arguments);
        (code, printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    fn file(&self, name: &str, rows: usize) -> String {
        let row = |at: usize| {
            let expediente = 90_000_100 + at;
            format!("{expediente},Losartan,Losartan 50 mg,mg,Tableta,Marca,Lab,Marca 50 mg,Comercial,{},Medio,2\n", at + 10)
        };
        let path: PathBuf = self.program.folder.join(name);
        std::fs::write(&path, THERMOMETER.to_owned() + &(0..rows).map(row).collect::<String>()).unwrap();
        path.display().to_string()
    }
}

/// What is no import, or none yet, is told apart.
fn no_import(terminal: &Terminal) {
    assert_eq!(terminal.give(&["imports", "undo", "999"]).0, 1);
    let (code, refused) = terminal.give(&["imports", "undo", "abc"]);
    assert_eq!(code, 2);
    assert!(refused.contains("`abc` is no import: give a number such as 12; `termometro imports list` shows them"), "{refused}");
    let (code, refused) = terminal.give(&["imports", "undo", "h3"]);
    assert!(code == 2 && refused.contains("`termometro imports discard h3` lets it go"), "{refused}");
}

/// This project's own files are marked as invented, whoever imports them.
fn own_files_are_marked(terminal: &Terminal) {
    let sample = format!("{}/sample/ceilings.xlsx", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(terminal.give(&["import", "ceilings", &sample]).0, 0);
    let sample: Vec<Value> =
        terminal.objects(&["imports", "list", "--json"]).1.into_iter().filter(|one| one["sample"] == true).collect();
    assert_eq!((sample.len(), &sample[0]["publisher"]), (1, &"sample".into()));
    assert_eq!(terminal.give(&["sample", "remove"]).0, 0);
    assert_eq!(terminal.give(&["sample", "remove"]).0, 1, "there is none left");
}

#[test]
fn an_import_is_held_released_taken_back_and_each_end_has_its_code() {
    let terminal = Terminal { program: Program::run(&["run", "--no-sample"]) };
    assert_eq!(terminal.give(&["imports", "list"]), (0, "nothing was imported yet\n".to_owned()), "--no-sample loads nothing");
    let (first, second, third) =
        (terminal.file("t-20260101.csv", 10), terminal.file("t-20260201.csv", 9), terminal.file("t-20260301.csv", 3));
    let (code, printed) = terminal.give(&["import", "thermometer", &first, &second, &third]);
    assert_eq!(code, 1, "one of the files is held: {printed}");
    assert!(
        printed
            .contains("held because the list that counts today (t-20260201.csv) has 9 rows and this one 3: more than 20 % fewer"),
        "{printed}"
    );
    assert!(
        printed
            .contains("total of 3 files: read 19 = accepted 19 + quarantined 0 + refused 0; 1 changed nothing, 1 of them held"),
        "{printed}"
    );
    let (code, listed) = terminal.objects(&["imports", "list", "--json"]);
    let states: Vec<(&str, &str)> =
        listed.iter().map(|one| (one["name"].as_str().unwrap(), one["state"].as_str().unwrap())).collect();
    let expected = [("t-20260301.csv", "held"), ("t-20260201.csv", "current"), ("t-20260101.csv", "history")];
    assert_eq!((code, states), (0, expected.to_vec()));
    assert_eq!(listed[0]["reasons"], serde_json::json!(["smaller_than_current"]));
    let held = listed[0]["id"].as_str().unwrap();
    assert!(terminal.give(&["imports", "show", held]).1.contains("name: t-20260301.csv\n"));
    let (code, released) =
        terminal.objects(&["imports", "release", held, "--by", "Ana Ruiz", "--reason", "the publisher cut it", "--json"]);
    assert_eq!((code, &released[0]["accepted"], &released[0]["held"]), (0, &3.into(), &Value::Null));
    let import = released[0]["import"].as_str().unwrap();
    let (code, undone) = terminal.objects(&["imports", "undo", import, "--by", "Ana Ruiz", "--json"]);
    assert_eq!((code, &undone[0]["in_force"]["name"]), (0, &"t-20260201.csv".into()));
    let shown = terminal.give(&["imports", "show", import]).1;
    for line in ["accepted_by: Ana Ruiz\n", "accepted_reason: the publisher cut it\n", "ended_by: Ana Ruiz\n"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(!shown.contains("ended_reason"), "none was given: {shown}");
    assert!(terminal.give(&["imports", "show", held]).1.contains("decided_reason: the publisher cut it\n"));
    assert_eq!(terminal.give(&["imports", "undo", import]).0, 1, "only once");
    no_import(&terminal);
    let (code, again) = terminal.give(&["import", "thermometer", &first]);
    assert_eq!(code, 0);
    assert!(
        again.contains("already imported: nothing changed") && again.contains("in force is t-20260201.csv of 2026-02-01"),
        "{again}"
    );
    assert!(again.contains("to make this one current: `termometro imports undo "), "{again}");
    // A day given wins over the name.
    let (code, given) =
        terminal.objects(&["import", "thermometer", &third, "--cut-date", "2025-05-05", "--accept-smaller", "--json"]);
    assert_eq!((code, &given[0]["in_force"]["name"]), (0, &"t-20260201.csv".into()), "{given:?}");
    let (code, nothing) = terminal.objects(&["import", "catalogue", &first, "--json"]);
    assert_eq!(code, 1, "{nothing:?}");
    own_files_are_marked(&terminal);
}

/// A generated market is invented, and imported as such from its folder.
#[test]
fn what_was_generated_is_marked_as_invented() {
    let terminal = Terminal { program: Program::run(&["run", "--no-sample"]) };
    let folder = terminal.program.folder.join("market").display().to_string();
    let sizes = ["--medicines", "200", "--ceilings", "20", "--reports", "50"];
    let (code, printed) = terminal.give(&[&["generate", "--out", &folder][..], &sizes].concat());
    assert_eq!(code, 0, "{printed}");
    let (code, printed) = terminal.give(&["import", "thermometer", &format!("{folder}/thermometer.csv")]);
    assert!(code == 0 && printed.contains("invented data of this project, and marked so"), "{printed}");
    let (_, listed) = terminal.objects(&["imports", "list", "--json"]);
    assert!(listed.iter().any(|one| one["sample"] == true), "{listed:?}");
}

#[test]
fn the_day_of_a_list_is_given_by_a_person_and_said_again() {
    let terminal = Terminal { program: Program::run(&["run", "--no-sample"]) };
    let (first, second) = (terminal.file("first.csv", 10), terminal.file("second.csv", 9));
    let (code, refused) = terminal.give(&["import", "thermometer", &first, "--cut-date", "2099-01-01"]);
    assert!(code == 2 && refused.contains("--cut-date 2099-01-01 has not come: today is "), "{refused}");
    assert_eq!(terminal.give(&["imports", "list"]).1, "nothing was imported yet\n", "it was not even read");
    assert_eq!(terminal.give(&["import", "thermometer", &first]).0, 0);
    let (code, printed) = terminal.give(&["import", "thermometer", &second]);
    assert!(code == 1 && printed.contains("neither this list nor the one that counts today (first.csv)"), "{printed}");
    // The day of what is there already: how it is given.
    let (code, printed) = terminal.give(&["import", "thermometer", &first, "--cut-date", "2026-01-01"]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("the day given, 2026-01-01, was not recorded: import 1 is there with no day"), "{printed}");
    let how = "`termometro imports undo 1`, then import the file again with --cut-date 2026-01-01";
    assert!(printed.contains(how), "{printed}");
    assert_eq!(terminal.give(&["imports", "undo", "1", "--by", "Ana Ruiz", "--reason", "it had no day"]).0, 0);
    let (code, printed) = terminal.give(&["import", "thermometer", &first, "--cut-date", "2026-01-01"]);
    assert!(code == 0 && printed.contains(", cut date 2026-01-01 (as given)\n"), "{printed}");
    let listed = terminal.give(&["imports", "list"]).1;
    assert!(listed.contains("10 of 10 rows; taken back by Ana Ruiz: it had no day\n"), "{listed}");
    // A held file is released under its own name, and with the day that was given for it.
    let (code, printed) = terminal.give(&["import", "thermometer", &second, "--cut-date", "2025-05-05"]);
    assert!(
        code == 1 && printed.contains("it is of 2025-05-05 and the list that counts today (first.csv) is of 2026-01-01"),
        "{printed}"
    );
    let id = terminal.objects(&["imports", "list", "--json"]).1[0]["id"].as_str().unwrap().to_owned();
    let (code, printed) = terminal.give(&["imports", "release", &id, "--by", "Ana Ruiz", "--reason", "for the record"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.starts_with("thermometer second.csv: read 9 = accepted 9 "), "no path of the service's own: {printed}");
    assert!(printed.contains(", cut date 2025-05-05 (as given)\n"), "{printed}");
    let listed = terminal.give(&["imports", "list"]).1;
    assert!(listed.contains("second.csv  9 of 9 rows; let in by Ana Ruiz: for the record\n"), "{listed}");
}
