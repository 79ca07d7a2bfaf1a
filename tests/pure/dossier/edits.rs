//! Altered on purpose: each edit by three forgers, who cannot sign, sign with a key of their own, or even sign with the service's key.
//! The last is refused because the figures no longer follow.
use serde_json::{Value, json};
use termometro::dossier::{
    json::pretty,
    report::{Check, FaultKind, Note},
    verify::verify,
};

use crate::kit::alone::size;

use super::{
    case::content,
    forge::{Files, Seal, bundle, file, public, rebuilt, reseal, service_key, sha256, unpack},
    python,
};

type Edit = (&'static str, fn(&mut Value));

fn set(content: &mut Value, pointer: &str, value: Value) {
    let place = content.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
    assert_ne!(*place, value, "{pointer}: no edit");
    *place = value;
}

macro_rules! edits {
    ($($name:literal: $($pointer:literal = $value:expr),+;)*) => {
        &[$(($name, |content| { $(set(content, $pointer, json!($value));)+ })),*]
    };
}

/// Both programs refuse these.
const EDITS: &[Edit] = edits! {
    "a row's amount": "/evidence/0/excess/amount" = "138713.00";
    "a row's amount, and the total with it": "/evidence/0/excess/amount" = "138713.00", "/case/total_excess/amount" = "232068.56";
    "left of the excess": "/evidence/0/excess/left" = "171765";
    "right of the excess": "/evidence/2/excess/right" = "1414625.5";
    "factor of the excess": "/evidence/3/excess/factor" = "1";
    "kind of the excess": "/evidence/1/excess/kind" = "net_of_average";
    "price of the excess": "/evidence/0/excess/price" = "maximum";
    "the cut amount rounded up": "/evidence/3/excess/amount" = "1032.67", "/case/total_excess/amount" = "232067.57";
    "the total": "/case/total_excess/amount" = "232067.57";
    "the total by another factor": "/case/total_excess/amount" = "2320675.60";
    "the currency": "/case/total_excess/currency" = "USD";
    "the number of reports": "/case/reports" = 5;
    "a ceiling": "/evidence/0/basis/law_steps/2/inputs/candidates/1/amount" = "23052";
    "the ceiling's first day": "/evidence/0/basis/law_steps/2/inputs/candidates/1/valid_from" = "2020-03-29";
    "the ceiling's first day, after the sale": "/evidence/0/basis/law_steps/2/inputs/candidates/1/valid_from" = "2020-07-29";
    "the list's cut date": "/evidence/0/basis/law_steps/2/inputs/candidates/1/list_cut_date" = "2021-09-04";
    "the order of the lists": "/evidence/0/basis/law_steps/2/inputs/candidates/1/list_order" = "3";
    "the act of a ceiling": "/evidence/0/basis/law_steps/2/inputs/candidates/1/act" = "circular-11-2020";
    "the margin of a ceiling": "/evidence/2/basis/law_steps/2/inputs/candidates/1/ips_margin" = "none";
    "the basis of a ceiling": "/evidence/0/basis/law_steps/2/inputs/candidates/1/basis" = "derived_from_unit_price";
    "the percentage of a margin": "/evidence/2/basis/law_steps/2/inputs/margin_rules/0/percent" = "6";
    "how long a list speaks": "/evidence/0/basis/law_steps/2/inputs/max_age_days" = "121";
    "who sells": "/evidence/2/basis/law_steps/2/inputs/seller" = "other";
    "the ceiling that binds": "/evidence/2/basis/law_steps/2/result/binding" = "33052";
    "the margin that was added": "/evidence/2/basis/law_steps/2/result/margin" = "0";
    "the ceiling chosen": "/evidence/0/basis/law_steps/2/result/chosen" = "c1";
    "that the ceiling changed": "/evidence/0/basis/law_steps/2/result/changed_in_period" = true;
    "a digest": "/evidence/0/basis/digest" = "00".repeat(32);
    "the version of the rules": "/evidence/0/basis/rule_version" = "1";
    "a version of the rules that is none": "/evidence/0/basis/rule_version" = "3";
    "what the pack holds": "/evidence/0/basis/facts/0" = "5";
    "what the pack holds of units": "/evidence/3/basis/facts/1" = "1500";
    "another presentation's ceiling": "/evidence/0/basis/siblings/0/2" = "1";
    "the value": "/evidence/0/reported/value" = "1717640";
    "the units": "/evidence/2/reported/units" = "4";
    "the highest price": "/evidence/1/reported/maximum" = "50000.5";
    "the lowest price": "/evidence/0/reported/minimum" = "17176.4";
    "the unit of the price": "/evidence/0/reported/unit" = "D";
    "the transaction": "/evidence/0/reported/transaction" = "2";
    "the month": "/evidence/0/reported/period" = "2020-05";
    "the medicine of a row": "/evidence/0/reported/cum" = "19914312-21";
    "the seller of a row": "/evidence/0/reported/seller_nit" = "800000000-1";
    "a verdict": "/evidence/0/prices/2/verdict" = "within";
    "a verdict against the seller": "/evidence/1/prices/1/verdict" = "above";
    "a side of a comparison": "/evidence/0/prices/1/worksheet/4/result/left" = "171765";
    "the ceiling of a comparison": "/evidence/0/prices/1/worksheet/4/inputs/ceiling" = "33051";
    "a percentage": "/evidence/0/prices/1/worksheet/5/result/excess_percent" = "419.6782";
    "an excess per pack": "/evidence/0/prices/1/worksheet/5/result/excess" = "138712.01";
    "that the list states two prices": "/evidence/0/basis/law_steps/2/result/two_prices_in_list" = true;
    "that it is a medical sample": "/evidence/0/prices/1/worksheet/8/result/reasons" = ["another_unit_fits", "medical_sample"];
    "the reasons of a verdict": "/evidence/0/prices/1/worksheet/8/result/reasons" = [] as [&str; 0];
    "a reading taken out": "/evidence/0/prices/1/worksheet/7/result/readings" = [] as [&str; 0];
    "another reading": "/evidence/0/prices/1/worksheet/7/result/readings/0/excess_percent" = "3.9350";
    "that another unit fits": "/case/another_unit_fits" = false;
    "the conclusion of a worksheet": "/evidence/0/prices/1/worksheet/8/result/verdict" = "within";
    "the law of a worksheet": "/evidence/0/prices/1/worksheet/2/result/binding" = "33051";
    "the act of the case": "/case/act/id" = "circular-07-2018";
    "the period of the case": "/case/period/until" = "2020-05-01";
    "the period of the case, shifted": "/case/period/from" = "2020-05-01";
    "the seller of the case": "/case/seller/nit" = "800000000-1";
    "the medicine of the case": "/case/medicine/cum" = "19914312-21";
    "a row's number": "/evidence/1/number" = 9;
};

/// Only the service's own program looks at these: they stand beside the figures.
const EDITS_BESIDE: &[Edit] = edits! {
    "whether rounding explains it": "/evidence/0/prices/1/worksheet/6/result/explained" = true;
    "what rounding was tried with": "/evidence/0/prices/1/worksheet/6/inputs/units" = ["5"];
    "the unit of a worksheet": "/evidence/0/prices/1/worksheet/3/inputs/observed_per" = "dispensing_unit";
    "the packs that were tried": "/evidence/0/prices/1/worksheet/7/inputs/other_packs" = [] as [&str; 0];
    "how near a reading must be": "/evidence/0/prices/1/worksheet/7/inputs/near_percent" = "20";
    "the order of the history": "/history/1/ordinal" = 3;
    "the instant of a step": "/history/3/at" = "2026-11-09T10:00:00Z";
    "the state before a step": "/history/4/from" = "suspected";
    "the state after a step": "/history/4/to" = "dismissed";
    "the state of the case": "/case/state" = "suspected";
    "when the bundle was made": "/generated_at" = "2026-11-19T00:00:00Z";
    "a period that is none": "/case/period/until" = "2020-08-01";
    "a hash that is none": "/evidence/0/source/sha256" = "7f";
};

fn rows(content: &mut Value) -> &mut Vec<Value> {
    content["evidence"].as_array_mut().unwrap()
}

fn renumber(content: &mut Value) {
    for (index, row) in rows(content).iter_mut().enumerate() {
        row["number"] = json!(index + 1);
    }
}

fn digest_again(row: &mut Value) {
    let basis = &mut row["basis"];
    let text = format!("2\n{}\n{}\n{}", basis["law_steps"], basis["siblings"], basis["facts"]);
    basis["digest"] = json!(sha256(text.as_bytes()));
}

fn replaced_in_first_row(content: &mut Value, from: &str, to: &str) {
    let row = &mut content["evidence"][0];
    *row = serde_json::from_str(&row.to_string().replace(from, to)).unwrap();
}

/// Whole rows, and forgeries that are carried through some of the way. Both programs refuse these.
const LARGER_EDITS: &[Edit] = &[
    ("a row dropped", |content| {
        rows(content).pop();
    }),
    ("a row dropped and not counted", |content| {
        rows(content).remove(1);
        renumber(content);
        content["case"]["reports"] = json!(3);
    }),
    ("all rows dropped", |content| {
        rows(content).clear();
        content["case"]["reports"] = json!(0);
    }),
    ("two rows swapped", |content| rows(content).swap(0, 1)),
    ("what two rows report swapped", |content| {
        let [first, second, ..] = rows(content).as_mut_slice() else { panic!("two rows") };
        std::mem::swap(&mut first["reported"], &mut second["reported"]);
    }),
    ("a row counted twice", |content| {
        let again = content["evidence"][0].clone();
        rows(content).push(again);
        renumber(content);
        content["case"]["reports"] = json!(5);
        content["case"]["total_excess"]["amount"] = json!("370779.56");
    }),
    ("a statement left out, with a new digest", |content| {
        let row = &mut content["evidence"][0];
        row["basis"]["law_steps"][2]["inputs"]["candidates"].as_array_mut().unwrap().pop();
        digest_again(row);
    }),
    ("a lower ceiling in the law side, with a new digest", |content| {
        let row = &mut content["evidence"][0];
        row["basis"]["law_steps"][2]["inputs"]["candidates"][1]["amount"] = json!("23052");
        row["basis"]["law_steps"][2]["result"]["binding"] = json!("23052");
        digest_again(row);
    }),
    ("a lower binding ceiling throughout, with a new digest", |content| {
        replaced_in_first_row(content, "\"binding\":\"33052\"", "\"binding\":\"33051\"");
        digest_again(&mut content["evidence"][0]);
    }),
    ("a statement of a list that no longer spoke, with a new digest", |content| {
        replaced_in_first_row(content, "2021-09-03", "2020-01-31");
        digest_again(&mut content["evidence"][0]);
    }),
    ("the value throughout, but not the excess", |content| replaced_in_first_row(content, "171764", "271764")),
    ("a price that the report does not have", |content| {
        content["evidence"][1]["prices"][0] = content["evidence"][1]["prices"][2].clone();
        content["evidence"][1]["prices"][0]["which"] = json!("minimum");
    }),
];

fn refused_by_rust(honest: &[u8], content: &Value, name: &str) {
    let (service, forger) = (service_key(), ed25519_dalek::SigningKey::from_bytes(&[8; 32]));
    let pinned = public(&service);
    let signature = |zip: &[u8]| {
        verify(zip, Some(&pinned)).faults.iter().any(|fault| matches!(fault.wrong, FaultKind::BadSignature | FaultKind::OtherKey))
    };
    assert!(signature(&rebuilt(honest, content, &Seal::Rehashed)), "{name}: not signed again");
    assert!(signature(&rebuilt(honest, content, &Seal::Signed(&forger))), "{name}: signed with another key");
    let own = verify(&rebuilt(honest, content, &Seal::Signed(&service)), Some(&pinned));
    assert!(!own.is_sound(), "{name}: signed with the service's key");
    assert!(own.faults.iter().all(|fault| fault.place.starts_with("case.json#")), "{name}: {:?}", own.faults);
}

fn refused_by_python(honest: &[u8], content: &Value, name: &str) {
    let key = service_key();
    let (accepted, said) = python::verify(&rebuilt(honest, content, &Seal::Signed(&key)), Some(&public(&key)));
    assert!(!accepted && !said.contains("signature, manifest.jws: states"), "{name}: {said}");
}

#[test]
fn edits_of_figures_are_refused_even_when_signed() {
    let honest = bundle(&content());
    let edits = || EDITS.iter().chain(LARGER_EDITS);
    assert!(edits().count() >= 40);
    let altered = |edit: fn(&mut Value)| {
        let mut altered = content();
        edit(&mut altered);
        altered
    };
    for (name, edit) in edits().chain(EDITS_BESIDE) {
        refused_by_rust(&honest, &altered(*edit), name);
    }
    if python::is_there() {
        for (name, edit) in edits().step_by(size(1, 5)) {
            refused_by_python(&honest, &altered(*edit), name);
        }
    }
}

#[test]
fn the_seal_is_refused_by_the_second_program_too() {
    if !python::is_there() {
        return;
    }
    let (honest, service) = (bundle(&content()), service_key());
    let forger = ed25519_dalek::SigningKey::from_bytes(&[8; 32]);
    let mut altered = content();
    altered["case"]["seller"]["name"] = json!("Otra S.A.S.");
    let resigned = rebuilt(&honest, &altered, &Seal::Signed(&forger));
    assert!(python::verify(&resigned, None).0, "without a pinned key any key will do");
    assert!(verify(&resigned, None).is_sound());
    for zip in [rebuilt(&honest, &altered, &Seal::Rehashed), resigned] {
        assert!(!python::verify(&zip, Some(&public(&service))).0);
        assert!(!verify(&zip, Some(&public(&service))).is_sound());
    }
}

type FileEdit = (&'static str, fn(&mut Files));

fn rewritten(files: &mut Files, name: &str, edit: fn(&str) -> String) {
    let data = file(files, name);
    *data = edit(str::from_utf8(data).unwrap()).into_bytes();
}

/// Files beside `case.json` that say something else, signed with the service's own key.
const FILE_EDITS: &[FileEdit] = &[
    ("a source row", |files| rewritten(files, "filas/1.json", |text| text.replace("171764", "271764"))),
    ("a worksheet", |files| rewritten(files, "hojas/2.json", |text| text.replace("33052", "43052"))),
    ("the act", |files| rewritten(files, "actos/circular-10-2020.json", |text| text.replace("51209", "51210"))),
    ("a figure on the page", |files| rewritten(files, "caso.html", |text| text.replace("232.067,56", "932.067,56"))),
    ("a file more", |files| files.insert(3, ("otro.txt".to_owned(), b"...".to_vec()))),
    ("a file less", |files| files.retain(|(name, _)| name != "hojas/4.json")),
    ("two files swapped", |files| files.swap(4, 5)),
    ("a key that stands twice", |files| {
        rewritten(files, "case.json", |text| text.replacen("{", "{\n  \"format\": \"termometro-dossier/1\",", 1));
    }),
    ("the same content in another layout", |files| {
        rewritten(files, "case.json", |text| serde_json::from_str::<Value>(text).unwrap().to_string());
    }),
    ("a page of another case", |files| {
        rewritten(files, "caso.html", |text| {
            let (before, after) = text.split_once("<code>case.json</code>").unwrap();
            format!("{before}{}", after.replace(|c: char| c.is_ascii_digit(), "0"))
        });
    }),
];

#[test]
fn files_that_do_not_match_the_case_are_refused_even_when_signed() {
    let (honest, key) = (bundle(&content()), service_key());
    let python = python::is_there();
    for (name, edit) in FILE_EDITS {
        let mut files = unpack(&honest);
        edit(&mut files);
        assert_ne!(files, unpack(&honest), "{name}: no edit");
        let zip = reseal(files, &Seal::Signed(&key));
        let report = verify(&zip, Some(&public(&key)));
        assert!(!report.is_sound(), "{name}");
        assert!(report.public_key.is_some(), "{name}: the signature itself is right");
        // The second program compares nothing with the page but the hash that stands on it.
        if python && *name != "a figure on the page" {
            let (accepted, said) = python::verify(&zip, Some(&public(&key)));
            assert!(!accepted, "{name}: {said}");
        }
    }
}

#[test]
fn the_manifest_says_what_the_bundle_is() {
    let (honest, key) = (bundle(&content()), service_key());
    for (pointer, value) in
        [("/case", json!("c_02")), ("/generated_at", json!("2026-11-24T00:00:00Z")), ("/format", json!("termometro-dossier/2"))]
    {
        let mut files = unpack(&honest);
        let mut manifest: Value = serde_json::from_slice(file(&mut files, "manifest.json")).unwrap();
        set(&mut manifest, pointer, value);
        *file(&mut files, "manifest.json") = pretty(&manifest);
        assert!(!verify(&reseal(files, &Seal::Signed(&key)), Some(&public(&key))).is_sound(), "{pointer}");
    }
}

#[test]
fn receipts_are_checked_with_the_same_key() {
    let key = service_key();
    let with = |payload: Value, broken: bool| {
        let mut content = content();
        let mut jws = super::forge::sign(&key, payload.to_string().as_bytes()).jws;
        if broken {
            let (signed, signature) = jws.rsplit_once('.').unwrap();
            let (first, rest) = signature.split_at(1);
            jws = format!("{signed}.{}{rest}", if first == "A" { "B" } else { "A" });
        }
        content["evidence"][0]["source"]["submission"] = json!("s_01");
        content["evidence"][0]["source"]["receipt"] = json!(jws);
        verify(&bundle(&content), None)
    };
    let right = json!({"sha256": "7f".repeat(32), "submission": "s_01", "nit": "900123456"});
    let report = with(right.clone(), false);
    assert!(report.is_sound() && report.checks.contains(&(Check::Receipts, 1)), "{report:?}");
    assert!(matches!(with(right.clone(), true).faults[..], [ref fault] if fault.wrong == FaultKind::BadSignature));
    for (part, other) in [("sha256", "00".repeat(32)), ("submission", "s_02".to_owned()), ("nit", "900123457".to_owned())] {
        let mut wrong = right.clone();
        wrong[part] = json!(other);
        assert!(!with(wrong, false).is_sound(), "{part}");
    }
    let other = super::forge::sign(&ed25519_dalek::SigningKey::from_bytes(&[8; 32]), b"{}").jws;
    let mut content = content();
    content["evidence"][0]["source"]["receipt"] = json!(other);
    assert!(verify(&bundle(&content), None).notes.contains(&Note::OtherReceiptKey));
}
