//! What is exported as OCDS, held against the published schemas with the medicine extension (`tests/ocds/`).

use jiff::{Timestamp, civil::date};
use serde_json::{Map, Value, json};
use termometro::{
    domain::{
        item_text::token::{TextSpan, TextToken, TokenKind},
        purchases::purchase::PurchaseId,
        verdict::judge::Verdict,
    },
    exports::ocds::{
        build::{OcdsEdition, ReadPurchase, contract, order, package},
        release::OcdsRelease,
    },
    read_model::purchases::{
        contracts::{ContractEventView, ContractView},
        lines::{PurchaseReadingView, PurchaseView, SellerView},
    },
};

const RELEASE: &str = include_str!("../ocds/release-schema.json");
const PACKAGE: &str = include_str!("../ocds/release-package-schema.json");
const MEDICINE: &str = include_str!("../ocds/medicine-extension-release-schema.json");

/// As extensions are applied: members are added, or merged.
fn merged(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => merged(known, more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

fn release_schema() -> Value {
    let mut schema: Value = serde_json::from_str(RELEASE).unwrap();
    let extension: Value = serde_json::from_str(MEDICINE).unwrap();
    merged(schema.as_object_mut().unwrap(), extension.as_object().unwrap().clone());
    schema
}

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft4::new(schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

fn token(kind: TokenKind, value: &str) -> TextToken {
    TextToken { span: TextSpan { start: 0, end: 1 }, kind, value: value.to_owned(), rule: "a_rule" }
}

fn seller(kind: &str, nit: Option<&str>) -> SellerView {
    SellerView { kind: kind.to_owned(), nit: nit.map(str::to_owned), name: nit.map(|_| "UN PROVEEDOR".to_owned()) }
}

fn line(number: i32, seller: SellerView) -> ReadPurchase {
    let reading = PurchaseReadingView {
        set_size: 1,
        cum: "19914312-20".parse().ok(),
        market: Some("96".to_owned()),
        described: "presentation".to_owned(),
        unit_basis: "unit_stated".to_owned(),
        excess_percent: None,
        regulated_unit: None,
        regulated_price: None,
        regulated_units: None,
        quantity_band: Some(2),
        act: None,
    };
    let line = PurchaseView {
        id: PurchaseId::from_number(7).unwrap(),
        line: number,
        source_file_id: 3,
        order_id: "98765".to_owned(),
        ordered_on: date(2024, 3, 1),
        buyer_nit: "899999063".to_owned(),
        buyer_name: "UN HOSPITAL".to_owned(),
        seller,
        item_text: "INSULINA 100 UI SOLUCION INYECTABLE VIAL".to_owned(),
        price: "40580.005".parse().ok(),
        quantity: "30".parse().ok(),
        unit_text: Some("VIAL".to_owned()),
        line_total: None,
        framework: Some("Medicamentos II".to_owned()),
        state: Some("Emitida".to_owned()),
        currency: "COP".to_owned(),
        is_return: false,
        cancelled: false,
        implausible: Vec::new(),
        counts: true,
        verdict: Verdict::CannotCompare,
        reasons: Vec::new(),
        reading: Some(reading),
    };
    let tokens = vec![
        token(TokenKind::Ingredient, "INSULINA GLARGINA"),
        token(TokenKind::Strength, "100 UI"),
        token(TokenKind::Form, "solucion"),
        token(TokenKind::Form, "vial"),
        token(TokenKind::Route, "oral"),
    ];
    ReadPurchase { line, tokens }
}

fn edition() -> OcdsEdition {
    OcdsEdition { source_file_id: 3, recorded_at: "2026-11-23T15:00:00Z".parse().unwrap() }
}

fn contract_release() -> OcdsRelease {
    let signed = ContractView {
        source_file_id: 4,
        contract_id: "CO1.PCCNTR.1".to_owned(),
        process_id: Some("CO1.BDOS.1".to_owned()),
        buyer_nit: "899999063".to_owned(),
        buyer_name: "UN HOSPITAL".to_owned(),
        seller: seller("natural_person", None),
        signed_on: Some(date(2024, 5, 15)),
        category: Some("51101500".to_owned()),
        object: Some("SUMINISTRO DE MEDICAMENTOS".to_owned()),
        state: "En ejecución".to_owned(),
        is_draft: false,
        value: "120000000".parse().ok(),
        added_days: Some(30),
    };
    let event = ContractEventView {
        event_id: "CO1.CTRMOD.1".to_owned(),
        kind: "addition".to_owned(),
        kind_text: "ADICION EN EL VALOR".to_owned(),
        recorded_on: Some(date(2024, 8, 1)),
        description: Some("Se adiciona por valor de $15.693.000".to_owned()),
        amount: "15693000".parse().ok(),
        amount_means: "unknown".to_owned(),
    };
    contract(&signed, &[event], &edition())
}

#[test]
fn releases_are_what_the_published_schemas_say() {
    let lines = [
        line(2, seller("organisation", Some("860002964"))),
        line(3, seller("natural_person", None)),
        line(4, seller("organisation", Some("899999063"))),
    ];
    let order = order(&lines, &edition()).unwrap();
    let now: Timestamp = "2026-11-23T15:00:00Z".parse().unwrap();
    let whole = package("https://example.org/v1/ocds-releases?".to_owned(), now, vec![order, contract_release()], None);
    let text = serde_json::to_string(&whole).unwrap();
    assert!(text.contains("\"amount\":40580.005,\"currency\":\"COP\""), "digit for digit: {text}");
    let package: Value = serde_json::from_str(&text).unwrap();
    let mut outer: Value = serde_json::from_str(PACKAGE).unwrap();
    outer["properties"]["releases"]["items"] = json!({"type": "object"});
    assert_eq!(faults(&outer, &package), Vec::<String>::new());
    let schema = release_schema();
    for release in package["releases"].as_array().unwrap() {
        assert_eq!(faults(&schema, release), Vec::<String>::new(), "{release}");
    }
    // The schemas refuse something.
    let mut wrong = package["releases"][0].clone();
    wrong["awards"][0]["items"][0]["unit"]["value"]["amount"] = json!("40580");
    assert!(!faults(&schema, &wrong).is_empty());
    says_what_the_lines_say(&package);
}

fn says_what_the_lines_say(package: &Value) {
    let order = &package["releases"][0];
    assert_eq!((&order["ocid"], &order["id"]), (&json!("termometro-tvec-98765"), &json!("termometro-tvec-98765-3")));
    // A body that sells to itself is one party; a natural person is none.
    assert_eq!(order["parties"].as_array().unwrap().len(), 2, "{order}");
    let suppliers: Vec<&Value> = order["awards"].as_array().unwrap().iter().map(|award| &award["suppliers"][0]["name"]).collect();
    assert_eq!(suppliers, ["UN PROVEEDOR", "persona natural", "UN PROVEEDOR"]);
    let item = &order["awards"][0]["items"][0];
    assert_eq!(item["classification"], json!({"scheme": "CO-CUM", "id": "19914312-20"}));
    assert_eq!(item["activeIngredients"][0]["name"], "insulina glargina");
    assert_eq!(item["activeIngredients"][0]["strength"]["unit"]["id"], "NIU");
    assert_eq!((&item["dosageForm"], &item["immediateContainer"]["name"]), (&json!("SOL"), &json!("vial")));
    let contract = &package["releases"][1]["contracts"][0];
    assert_eq!(contract["amendments"][0]["rationale"], "ADICION EN EL VALOR");
    assert_eq!(contract["value"]["amount"], 120_000_000, "what was added is not in it");
}
