//! The law as a file judges reports as the service does, row by row, with no database.

use std::collections::BTreeMap;

use jiff::Timestamp;
use termometro::{
    domain::law::rules::RULE_VERSION,
    import::judge_file::{COLUMNS, judge_file},
    ingest::SourceKind,
    read_model::{ReadModel, verdicts::assessments::AssessmentFilter},
    store::catalogue::law_file::{self, FORMAT, LawFileError, LawHead},
};

use crate::{
    kit::{
        folder::written,
        program::{self, Program},
        tables,
    },
    support::{self, MAX_AGE_DAYS, SAMPLE_FILES, now, sample_file, stored_assessments},
};

async fn law_of(model: &ReadModel, known_at: Option<Timestamp>) -> Vec<u8> {
    let (version, law) = model.whole_law(known_at).await.unwrap();
    let head = LawHead::of(&law, version.version, known_at);
    let mut file = Vec::new();
    law_file::write(&law, head, &mut file).unwrap();
    file
}

type Cells = BTreeMap<String, String>;

/// The rows of the output, by the line of the file.
fn judged(law: &[u8], reports: &std::path::Path) -> BTreeMap<u64, Cells> {
    let (_, law, _) = law_file::read(law).unwrap();
    let mut out = Vec::new();
    let counts = judge_file(law, reports, &mut out).unwrap().counts;
    assert_eq!(counts.read, counts.accepted + counts.quarantined + counts.refused);
    let rows: Vec<Cells> = csv::Reader::from_reader(&out[..]).deserialize().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len() as u64, counts.read);
    rows.into_iter().map(|row| (row["line"].parse().unwrap(), row)).collect()
}

/// Everything that the service says of its reports in a few words, by file and line.
async fn stored(model: &ReadModel, known_at: Option<Timestamp>) -> BTreeMap<(String, u64), Cells> {
    let filter = AssessmentFilter { known_at, ..AssessmentFilter::default() };
    let cells = |one: termometro::read_model::verdicts::assessments::StoredAssessment| {
        let line = u64::try_from(one.source.line).unwrap();
        let of = |price: &termometro::read_model::verdicts::stored_basis::JudgedPrice| price.judgement.verdict.code();
        let words = [
            ("cum", one.cum.to_string()),
            ("period", one.period.to_string()),
            ("transaction", one.transaction.to_string()),
            ("verdict", one.verdict.code().to_owned()),
            ("reason", one.reason.map_or_else(String::new, |reason| reason.code().to_owned())),
            ("minimum", of(&one.minimum).to_owned()),
            ("average", of(&one.average).to_owned()),
            ("maximum", of(&one.maximum).to_owned()),
        ];
        let cells = words.into_iter().map(|(name, text)| (name.to_owned(), text)).collect::<Cells>();
        ((one.source.file.to_string(), line), cells)
    };
    stored_assessments(model, &filter, None, 10_000).await.into_iter().map(cells).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_of_the_sample_is_judged_as_the_service_judges_it() {
    let database = support::database("judged_files").await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    for (kind, file) in SAMPLE_FILES {
        support::import(&database, kind, &sample_file(file)).await;
    }
    let known = now(&database).await;
    support::import_open_data_list(&database).await;
    let reports = sample_file("sismed.csv");
    let mut verdicts = Vec::new();
    for known_at in [Some(known), None] {
        let law = law_of(&model, known_at).await;
        let (judged, stored) = (judged(&law, &reports), stored(&model, known_at).await);
        assert_eq!(stored.len(), 325);
        let accepted = judged.iter().filter(|(_, row)| row["row"] == "accepted");
        assert_eq!(accepted.clone().count(), stored.len());
        for (line, row) in accepted {
            for (name, text) in &stored[&("sismed.csv".to_owned(), *line)] {
                assert_eq!(&row[name], text, "line {line}: {name}");
            }
        }
        verdicts.push(judged.values().map(|row| row["verdict"].clone()).collect::<Vec<_>>());
        assert!(judged.values().any(|row| row["row"] == "quarantined" && !row["reason"].is_empty() && row["verdict"].is_empty()));
    }
    assert_ne!(verdicts[0], verdicts[1], "the list that came later says more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_law_that_is_not_whole_judges_nothing() {
    let database = support::database("law_file").await;
    support::import(&database, SourceKind::Ceilings, &sample_file("ceilings.xlsx")).await;
    let law = law_of(&ReadModel::new(database, MAX_AGE_DAYS), None).await;
    let (head, read, digest) = law_file::read(&law[..]).unwrap();
    let mut again = Vec::new();
    assert_eq!(law_file::write(&read, head, &mut again).unwrap(), digest);
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(law.clone()).unwrap(), "what is read is written the same");
    let text = String::from_utf8(law.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without =
        |left_out: usize| lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect::<String>();
    let fault = |text: String| law_file::read(text.as_bytes()).map(|_| ()).unwrap_err();
    assert!(matches!(fault(without(lines.len() - 1)), LawFileError::Damaged), "cut off");
    assert!(matches!(fault(without(lines.len() / 2)), LawFileError::Damaged), "a line is missing");
    assert!(matches!(fault(text.replace("\"amount\":\"", "\"amount\":\"1")), LawFileError::Damaged), "a price is another one");
    assert!(matches!(fault(format!("{text}{text}")), LawFileError::Damaged), "something follows");
    assert!(matches!(fault(without(0)), LawFileError::OtherFormat | LawFileError::Damaged), "whose law is it?");
    assert!(matches!(fault(text.replace(FORMAT, "termometro-law/0")), LawFileError::OtherFormat));
    assert!(matches!(fault("a,b\n1,2\n".to_owned()), LawFileError::OtherFormat));
    assert!(matches!(
        fault(text.replacen(&format!("\"rule_version\":\"{RULE_VERSION}\""), "\"rule_version\":\"0\"", 1)),
        LawFileError::OtherMethod(_)
    ));
}

#[test]
fn the_commands_say_it_too() {
    let program = Program::run(&["run"]);
    let law = program.folder.join("law.ndjson");
    let done = program.command(&["law", "export", law.to_str().unwrap()], None);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let reports = written("sismed.csv", tables::SISMED);
    let judge = |arguments: &[&str]| program::command(&program.folder).arg("judge").args(arguments).output().unwrap();
    let output = judge(&["--law", law.to_str().unwrap(), reports.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((text.lines().next(), text.lines().count()), (Some(COLUMNS.join(",").as_str()), 4));
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(notes.contains("rows: 3 read, 3 accepted, 0 quarantined, 0 refused") && notes.contains("sha256"), "{notes}");
    let other = judge(&["--law", reports.to_str().unwrap(), reports.to_str().unwrap()]);
    assert!(!other.status.success() && String::from_utf8_lossy(&other.stderr).contains("is no law"));
}
