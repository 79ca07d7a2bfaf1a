//! `termometro check-invoice`: the same on one's own machine, with the same file of columns and settled readings.

use serde_json::{Value, json};

use crate::kit::{folder::written, program::Program};

const TEXT: &str = "LANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO";

#[test]
fn the_command_line_says_the_same_and_takes_the_same_file() {
    let program = Program::run(&["run"]);
    let list = written("lista.csv", format!("descripcion,cantidad,vr_unitario,fecha\n{TEXT},1,40000,2020-06-15\n"));
    let checked = |more: &[&str]| {
        let arguments =
            [&["check-invoice", list.to_str().unwrap(), "--transaction", "1", "--per", "dispensing_unit"], more].concat();
        let output = program.command(&arguments, None);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let line = |stdout: &[u8]| serde_json::from_slice::<Value>(stdout).unwrap()["data"][0].clone();
    let (open, notes) = checked(&[]);
    let open = line(&open);
    assert_has!(open, {"verdict": "cannot_compare", "/reasons/0": "match_not_unique"});
    assert!(notes.contains("lines: 1, decided: 0, above: 0") && notes.contains("match_not_unique: 1"), "{notes}");
    let settled = json!({"version": 1, "settled": [{"text": TEXT, "cum": "19914312-20"}]}).to_string();
    let own = written("columnas-y-lecturas.json", &settled);
    let (answer, notes) = checked(&["--mapping", own.to_str().unwrap()]);
    assert_has!(line(&answer), {"verdict": "above", "/settled/by": "settled_reading", "candidates_total": 1});
    assert!(notes.contains("lines: 1, decided: 1, above: 1"), "{notes}");
    assert_eq!(std::fs::read_to_string(&own).unwrap(), settled, "the file is the user's own");
    let (sentence, _) = checked(&["--mapping", own.to_str().unwrap(), "--format", "glosa"]);
    assert!(String::from_utf8(sentence).unwrap().contains("Quien revisa dijo que este texto es del CUM 19914312-20."));
    let wrong = written("otra.json", "{\"settled\":[{\"text\":\"x\"}]}");
    let refused = program.command(&["check-invoice", list.to_str().unwrap(), "--mapping", wrong.to_str().unwrap()], None);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("malformed_settled_reading"), "{said}");
}
