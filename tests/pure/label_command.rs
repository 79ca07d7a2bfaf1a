//! `termometro purchases label` and `purchases quality` from beginning to end, on files alone: no database and no settings.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use crate::kit::{
    folder::folder,
    tables::{PURCHASES, header},
};

const CEILINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/ceilings-recent.csv");

/// The exit code and what was said, of a program that is typed to.
fn program(arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    command.env_clear().arg("purchases").args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that ends without reading closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn line(order: u32, text: &str, quantity: i32) -> String {
    let total = 1_000 * quantity;
    format!(
        "{order},2024-09-03,HOSPITAL DE EJEMPLO,899999063,DISTRIBUIDORA DE EJEMPLO,860002964,{text},1000,{quantity},TABLETA,{total},1\n"
    )
}

fn written(folder: &Path) -> [String; 2] {
    let lines = [
        header(PURCHASES),
        line(1, "AMBRISENTAN 5 MG TABLETA", 10),
        line(2, "GUANTE DE NITRILO TALLA M", 10),
        line(3, "AMBRISENTAN 5 MG TABLETA", 30),
        line(4, "AMBRISENTAN", -2),
    ];
    std::fs::write(folder.join("lines.csv"), lines.concat()).unwrap();
    ["labels.csv", "lines.csv"].map(|name| folder.join(name).to_str().unwrap().to_owned())
}

#[test]
fn two_label_a_third_decides_and_the_figures_are_printed() {
    let [labels, lines] = written(&folder());
    let label = |labeller: &str, more: &[&str], typed: &str| {
        let arguments = ["label", &labels, "--lines", &lines, "--labeller", labeller, "--ceilings", CEILINGS];
        program(&[&arguments[..], more].concat(), typed)
    };
    // Each text once, and none of what came back.
    let (code, said) = label("ana", &[], "a\nq\n");
    assert!(code == Some(0) && said.contains("1 / 2") && said.contains("labelled: 1, left: 1"), "{said}");
    let (_, said) = label("ana", &[], "n\n");
    assert!(
        said.contains("1 / 1") && said.contains("GUANTE") && !said.contains("AMBRISENTAN"),
        "it goes on where it ended: {said}"
    );
    let (_, said) = label("luz", &[], "a\nc\n");
    assert!(said.contains("labelled: 2, left: 0"), "{said}");
    let (_, said) = label("third", &["--differing"], "n\n");
    assert!(said.contains("1 / 1") && said.contains("GUANTE"), "{said}");
    let kept = std::fs::read_to_string(&labels).unwrap();
    assert_eq!((kept.lines().count(), kept.lines().next()), (6, Some("text,labeller,truth,day")), "{kept}");

    let quality = |file: &str| program(&["quality", file, "--ceilings", CEILINGS], "");
    let (code, said) = quality(&labels);
    // Alike 1 of 2; by chance 1·1 of 4: (2 − 1) / (4 − 1).
    assert!(code == Some(0) && said.contains("agreement of ana and luz: 1 of 2, kappa 0.3333 (1/3)\n"), "{said}");
    assert!(said.contains("settled: 2, differing: 0\nproducts: 1, not_a_medicine: 1, cannot_tell: 0\n"), "{said}");
    assert!(
        said.contains("covered: 1 of 1 (") && said.contains("decidable: 1, without the truth among the candidates: 0\n"),
        "{said}"
    );

    // A product that is not among the candidates is a miss, and candidates without it could decide.
    std::fs::write(&labels, kept.replace("20151854-1", "19999999-1")).unwrap();
    let (_, said) = quality(&labels);
    assert!(said.contains("covered: 0 of 1 (") && said.contains("without the truth among the candidates: 1\n"), "{said}");
    std::fs::write(&labels, "text,labeller,truth,day\nX,ana,perhaps,2026-12-01\n").unwrap();
    let (code, said) = quality(&labels);
    assert!(code == Some(1) && said.contains("line 2") && said.contains("a truth is one or more CUM"), "{said}");
}
