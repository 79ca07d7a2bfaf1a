//! An honest bundle is accepted by both programs, is the same every time, and can be read by people.
use serde_json::{Value, json};
use termometro::{
    domain::number::amount::display,
    dossier::{
        build::{DossierError, build},
        report::{Check, Note},
        verify::verify,
    },
};

use super::{
    case::{content, d},
    forge::{bundle, public, service_key, sha256, sign, text},
    python,
};

#[test]
fn an_honest_bundle_is_accepted_and_every_figure_was_looked_at() {
    let zip = bundle(&content());
    let report = verify(&zip, Some(&public(&service_key())));
    assert_eq!(report.faults, []);
    assert_eq!(report.notes, []);
    let count = |check| report.checks.iter().find(|(known, _)| *known == check).map(|(_, count)| *count);
    let rows = [Check::Sources, Check::Digests, Check::LawSides, Check::Excesses].map(count);
    assert_eq!(rows, [Some(4); 4]);
    assert_eq!([Check::Prices, Check::Files, Check::History].map(count), [Some(12), Some(12), Some(5)]);
    assert_eq!(verify(&zip, None).notes, [Note::NotPinned]);
    assert_eq!(bundle(&content()), zip, "the same content gives the same bytes");
}

#[test]
fn the_second_program_agrees() {
    if !python::is_there() {
        return;
    }
    let zip = bundle(&content());
    for pinned in [None, Some(&public(&service_key()))] {
        let (accepted, said) = python::verify(&zip, pinned);
        assert!(accepted && said.contains("excesses: 4\n") && said.contains("prices: 12\n"), "{said}");
    }
    let script = std::fs::read_to_string(python::SCRIPT).unwrap();
    assert!(script.lines().count() <= 125, "an expert reads all of it: {} lines", script.lines().count());
}

#[test]
fn the_amounts_are_those_of_the_rule() {
    let content = content();
    let amounts: Vec<&str> =
        content["evidence"].as_array().unwrap().iter().map(|row| row["excess"]["amount"].as_str().unwrap()).collect();
    // 171764 − 33052; 40000.5 − 33052; 1500000 − 40 × 35365.64; (12050 × 300 − 33052 × 100) / 300 = 1032.666…
    assert_eq!(amounts, ["138712.00", "6948.50", "85374.40", "1032.66"]);
    let total: rust_decimal::Decimal = amounts.iter().map(|amount| d(amount)).sum();
    assert_eq!(content["case"]["total_excess"]["amount"], *display(total));
}

/// As PostgreSQL's `jsonb` gives it back: keys by length, then by letter.
fn jsonb(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by_key(|key| (key.len(), key.as_str()));
            Value::Object(keys.into_iter().map(|key| (key.clone(), jsonb(&map[key]))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(jsonb).collect()),
        other => other.clone(),
    }
}

#[test]
fn what_a_database_forgets_of_the_order_of_keys_is_restored() {
    let mut stored = content();
    for row in stored["evidence"].as_array_mut().unwrap() {
        row["basis"]["law_steps"] = jsonb(&row["basis"]["law_steps"]);
        for price in row["prices"].as_array_mut().unwrap() {
            price["worksheet"] = jsonb(&price["worksheet"]);
        }
    }
    assert_ne!(stored.to_string(), content().to_string());
    assert_eq!(bundle(&stored), bundle(&content()));
}

#[test]
fn nothing_is_sealed_that_does_not_follow() {
    let mut wrong = content();
    wrong["case"]["total_excess"]["amount"] = json!("232067.57");
    let signed = std::cell::Cell::new(false);
    let built = build(&wrong, &|payload| {
        signed.set(true);
        sign(&service_key(), payload)
    });
    assert!(matches!(&built, Err(DossierError::DoesNotFollow(faults)) if faults.len() == 1), "{built:?}");
    let said = built.unwrap_err().to_string();
    assert!(said.contains("case.json#/case/total_excess/amount: dice \"232067.57\", resulta 232067.56"), "{said}");
    assert!(!signed.get());
}

#[test]
fn the_page_is_for_people_and_obeys_nobody() {
    let zip = bundle(&content());
    let page = text(&zip, "caso.html");
    for needed in [
        "Distribuidora &lt;Ejemplo&gt; &amp; Cía. S.A.S.",
        "El precio era de cinco cartuchos.\n&lt;b&gt;Ver factura&lt;/b&gt;",
        "$&nbsp;232.067,56",
        "$&nbsp;138.712,00",
        "171.764 &gt; 33.052",
        "vendió por encima del precio máximo",
        "entre el 2020-04-01 y el 2020-06-30",
        "Lo que responde quien vende",
        "15 días hábiles",
        "sin confirmar",
        "pudo ser un error de reporte",
    ] {
        assert!(page.contains(needed), "{needed}");
    }
    for forbidden in ["<script", "<b>", "src=", "http:", "@import", "url(", "<Ejemplo>", "<link", "<iframe", "onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let readme = text(&zip, "LEAME.txt");
    assert!(readme.contains("verify-dossier") && readme.contains("verify_dossier.py") && readme.contains("How to check it"));
}

#[test]
fn only_a_confirmed_case_is_told_as_a_finding() {
    let mut suspected = content();
    suspected["case"]["state"] = json!("suspected");
    suspected["case"]["clock"]["notified_on"] = Value::Null;
    let first = suspected["history"][0].clone();
    suspected["history"] = json!([first]);
    let zip = bundle(&suspected);
    assert!(verify(&zip, None).is_sound());
    let page = text(&zip, "caso.html");
    assert!(page.contains("no es un hallazgo") && page.contains("una sospecha no es culpa") && page.contains("habría vendido"));
    assert!(page.contains("no ha podido responder") && !page.contains("vendió por encima"));
}

/// Before the page says what was found, it says what is doubtful about it.
#[test]
fn a_doubt_stands_on_the_page_before_the_finding() {
    let page = text(&bundle(&content()), "caso.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("Antes de acusar:") < at("vendió por encima del precio máximo"));
    // The five-pen reading of the first row: 171764 / 165260 = 1.0393….
    let reading = "Como precio del empaque 19914312-21, supera el máximo en 3,9356 % (1,04 veces).";
    assert!(at("encaja mejor con otra unidad o empaque: pudo ser") < at(reading) && at(reading) < at("supera el máximo</td>"));
    // 120.5 a unit of insulin against a pack of 300 at 33052: as the price of the pack it is next to nothing, and named all the same.
    assert!(page.contains("Como precio del empaque completo, no supera el máximo (menos de 0,01 veces)."));

    let mut sure = content();
    sure["evidence"] = json!([sure["evidence"][1], sure["evidence"][2]]);
    sure["evidence"][0]["number"] = json!(1);
    sure["evidence"][1]["number"] = json!(2);
    sure["case"]["reports"] = json!(2);
    sure["case"]["total_excess"]["amount"] = json!("92322.90");
    sure["case"]["another_unit_fits"] = json!(false);
    let page = text(&bundle(&sure), "caso.html");
    assert!(page.contains("vendió por encima del precio máximo") && !page.contains("Antes de acusar"));
}

/// A changed page must carry another version, or bundles already handed out would be refused.
#[test]
fn a_changed_page_has_another_version() {
    let digest = sha256(text(&bundle(&content()), "caso.html").as_bytes());
    assert_eq!(
        digest, "6019b98fd89c799582a32f6634b495d4584de0c5d8ab887fc59adf090f3568b5",
        "the page changed: raise VERSION in src/dossier/page.rs, then write the new digest here"
    );
}
