//! The catalogue of validation rules against the code that emits them, and against its page in the documentation.

use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

use crate::architecture;
use termometro::domain::reports::{
    import_faults::{IMPORT_FAULTS, explain},
    validation::{Fate, RULES, rule},
};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation-rules.md");

/// What a submission goes through in `src/ingest`.
const READERS: &[&str] = &[
    "format/bounded_lines", "format/dates", "format/decode", "format/fields", "format/fold", "format/gzip", "format/number",
    "format/records", "format/xlsx", "layouts/sismed", "mod", "submission/csv", "submission/intake", "submission/intake_checks",
    "submission/intake_row", "submission/json_object", "submission/med100", "submission/ndjson", "table/columns", "table/layout",
    "table/row", "table/sheet_table", "table/text_table", "tally",
];
/// What only other files go through.
const OTHERS: &[&str] = &[
    "file_facts", "format/fingerprint", "format/json_rows", "format/unpacking", "layout_name", "layouts/actors",
    "layouts/benefit_plan", "layouts/catalogue", "layouts/ceiling_cells", "layouts/code_tables", "layouts/dated_row",
    "layouts/exchange_rates", "layouts/known_layouts", "layouts/minsalud_sheets", "layouts/minsalud_workbook",
    "layouts/open_data_ceilings", "layouts/price_table", "layouts/purchases/cells", "layouts/purchases/secop",
    "layouts/purchases/tvec", "layouts/sismed_query", "layouts/thermometer", "layouts/unit_conventions",
    "layouts/vital_authorisations", "table/json_table", "table_file", "words",
];
/// Words in the readers that are no reasons: kinds of file, keys of an object, a literal of JSON, the name of a part.
const NO_REASONS: &[&str] = &[
    "benefit_plan", "catalogue", "ceilings", "sismed", "thermometer", "cum", "cum_codes", "ium_codes", "actors",
    "unit_conventions", "vital_not_available", "exchange_rates", "tvec_orders", "tvec_items", "secop_contracts",
    "secop_additions", "period", "actor_role", "operation", "transaction", "unit", "minimum", "maximum", "units", "value",
    "counterparty_nit", "null", "gzip", "csv", "ndjson", "xlsx", "mes", "expediente", "consecutivo",
    "unidades", // What stands between the parts of a date.
    "de", "del",
];
/// Reasons of readings that no column of a submission has: the method of `Row`, and what it emits.
const NOT_IN_SUBMISSIONS: &[(&str, &str)] = &[
    (".text(", "text_too_long"),
    (".required_text(", "text_too_long"),
    (".price(", "zero_price"),
    (".unit_price(", "zero_price"),
    (".day(", "not_a_date"),
    (".day(", "ambiguous_date"),
];
/// What stops a file that no submission can be: MinSalud's workbook, zip archives, arrays of JSON; and `stopped`, the service's own failure.
const NOT_OF_SUBMISSIONS: &[&str] = &["missing_sheet", "damaged_zip", "cut_json", "stopped"];

fn source(path: &str) -> PathBuf {
    architecture::source::root().join(path)
}

fn code(path: &str) -> String {
    architecture::code(&source(path))
}

/// The string literals that could be codes: small letters and underscores.
fn words(code: &str) -> BTreeSet<String> {
    let code = code.replace("'\"'", "").replace("b'\"'", "").replace("\\\"", "");
    let literals = code.split('"').skip(1).step_by(2);
    let is_word = |text: &&str| {
        text.starts_with(|letter: char| letter.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    literals.filter(is_word).map(str::to_owned).collect()
}

fn codes(fate: Fate) -> BTreeSet<String> {
    RULES.iter().filter(|rule| rule.fate == fate).map(|rule| rule.code.to_owned()).collect()
}

fn is_flag(word: &str) -> bool {
    rule(word).is_some_and(|rule| rule.fate == Fate::Flag)
}

#[test]
fn words_are_found_however_quotes_stand_around_them() {
    let found = words("a('\"', \"good\", b'\"', \"not \\\" this\", \"Nor\", \"nor-this\", \"also_good\")");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["also_good", "good"]);
}

/// The files of a folder of `ingest`, without the lists of modules.
fn readers_in(folder: &str) -> Vec<String> {
    let files = fs::read_dir(source("ingest").join(folder)).unwrap().flatten().map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let names = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    names.filter(|name| folder.is_empty() || name != "mod").map(|name| format!("{folder}{name}")).collect()
}

#[test]
fn every_reader_is_known() {
    let found: BTreeSet<String> =
        ["", "format/", "layouts/", "layouts/purchases/", "submission/", "table/"].into_iter().flat_map(readers_in).collect();
    let mut known: BTreeSet<String> = READERS.iter().chain(OTHERS).map(|name| (*name).to_owned()).collect();
    known.insert("error".to_owned());
    assert_eq!(found, known, "say in this test whether submissions go through it");
}

#[test]
fn every_reason_that_a_reader_gives_is_a_rule_and_every_rule_is_given() {
    let submission = ["submission/csv", "layouts/sismed", "submission/med100", "submission/ndjson"]
        .map(|name| code(&format!("ingest/{name}.rs")))
        .concat();
    // An object's `text` is another one than a row's.
    let submission = submission.replace("object.text(", "");
    for (method, reason) in NOT_IN_SUBMISSIONS {
        assert!(!submission.contains(method), "a submission can have {reason} now");
    }
    let passed_over = |word: &String| {
        NO_REASONS.contains(&word.as_str())
            || NOT_IN_SUBMISSIONS.iter().any(|(_, reason)| reason == word)
            || is_flag(word)
            || is_refusal(word)
    };
    let given: BTreeSet<String> = READERS.iter().flat_map(|name| words(&code(&format!("ingest/{name}.rs")))).collect();
    let given: BTreeSet<String> = given.into_iter().filter(|word| !passed_over(word)).collect();
    assert_eq!(given, codes(Fate::Quarantine));
}

#[test]
fn every_reason_to_refuse_a_file_is_a_rule_and_every_rule_is_given() {
    let mut given = words(&code("ingest/error.rs"));
    for code in NOT_OF_SUBMISSIONS {
        assert!(given.remove(*code), "{code} is gone");
    }
    // What only the desk can know of a file.
    let desk = code("workflow/submissions/validating.rs").split_whitespace().collect::<String>();
    let own = desk.match_indices("refusal(\"").map(|(at, start)| &desk[at + start.len()..]);
    given.extend(own.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    // What the control record of the file for PISIS is held against.
    given.extend(words(&code("ingest/submission/med100.rs")).into_iter().filter(|word| is_refusal(word)));
    assert_eq!(given, codes(Fate::Refuse));
}

fn is_refusal(word: &str) -> bool {
    rule(word).is_some_and(|rule| rule.fate == Fate::Refuse)
}

/// Whatever a row of any file is set aside for, a person can read why in both languages.
#[test]
fn every_reason_that_any_reader_gives_has_a_text_and_every_text_is_given() {
    let readers = READERS.iter().chain(OTHERS).map(|name| code(&format!("ingest/{name}.rs")));
    let given: BTreeSet<String> = readers
        .chain([code("store/imports/import_ceilings.rs"), code("import/purchases.rs")])
        .flat_map(|code| words(&code))
        .collect();
    for (reason, _) in IMPORT_FAULTS {
        assert!(given.contains(*reason), "no reader gives {reason}");
    }
    // Not every word of a reader is a reason: those that follow where a fault is made are.
    for name in READERS.iter().chain(OTHERS) {
        let code = code(&format!("ingest/{name}.rs")).split_whitespace().collect::<String>();
        for start in ["fault(", "Err(NO)", "refuse("] {
            for (at, _) in code.match_indices(start) {
                let call: String = code[at..].chars().take(160).take_while(|letter| *letter != ';').collect();
                let reasons = words(&call).into_iter().filter(|word| word.contains('_'));
                for reason in reasons.filter(|word| !NO_REASONS.contains(&word.as_str())) {
                    assert!(explain(&reason).is_some(), "{name}: {reason} has no text");
                }
            }
        }
    }
}

#[test]
fn every_flag_is_given() {
    let places = ["ingest/submission/intake_checks.rs", "store/judging/report_flags.rs", "store/judging/peer_flags.rs"];
    let given: BTreeSet<String> = places.iter().flat_map(|path| words(&code(path))).filter(|word| is_flag(word)).collect();
    assert_eq!(given, codes(Fate::Flag));
    let pushed = code("store/judging/report_flags.rs") + &code("ingest/submission/intake_checks.rs");
    for (at, start) in pushed.match_indices("flags.push(\"") {
        let flag = pushed[at + start.len()..].split('"').next().unwrap_or_default();
        assert!(is_flag(flag), "{flag} is no rule");
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Reglas de validación · Validation rules\n
Lo que se revisa en un envío (`POST /v1/submissions`), con su código estable. Esta página sale del catálogo del programa, que también
está en `GET /v1/validation-rules`; las filas no admitidas de un envío, con su código, en `GET /v1/submissions/{id}/errors`.

What a submission (`POST /v1/submissions`) is held against, with stable codes. This page is made from the program's catalogue, which is
also at `GET /v1/validation-rules`; a submission's rows that were not taken, with their codes, at `GET /v1/submissions/{id}/errors`.

Leídas = aceptadas + en cuarentena + rechazadas, siempre. · Read = accepted + quarantined + refused, always.
",
    );
    let sections = [
        (
            Fate::Refuse,
            "Se rechaza todo el archivo · The whole file is refused",
            "No se guarda ninguna fila. · No row is stored.",
        ),
        (
            Fate::Quarantine,
            "Se aparta la fila · The row is set aside",
            "Queda con su línea, columna, valor y código; las demás siguen. · It is kept with its line, column, value and code; the others go on.",
        ),
        (
            Fate::Flag,
            "Se marca la fila · The row is marked",
            "Se guarda y se juzga como las demás; la marca pide una segunda mirada. · It is stored and judged as any other; the mark asks for a second look.",
        ),
    ];
    for (fate, title, what) in sections {
        write!(page, "\n## {title}\n\n{what}\n\n| Código · Code | Español | English |\n|---|---|---|\n").expect("text grows");
        for rule in RULES.iter().filter(|rule| rule.fate == fate) {
            writeln!(page, "| `{}` | {} | {} |", rule.code, rule.es, rule.en).expect("text grows");
        }
    }
    page
}

#[test]
fn the_page_is_made_from_the_catalogue() {
    let made = page();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(PAGE, &made).unwrap();
    }
    let committed = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(committed == made, "docs/validation-rules.md is stale: UPDATE_SNAPSHOTS=1 cargo test --test validation_rules");
    assert_eq!(made.lines().filter(|line| line.starts_with("| `")).count(), RULES.len());
}
