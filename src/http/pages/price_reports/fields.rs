//! What is typed in the form of a report, and how the API wants it.

use serde_json::{Value, json};

use crate::http::{
    Request,
    view::{messages::say, parse_amount},
    work::form::FormFields,
};

pub const STEP: &str = "paso";
/// A CUM, or words.
pub const PRODUCT: &str = "producto";
/// The presentation that was chosen among the candidates of the words, or `NONE_OF_THEM`.
pub const CHOSEN: &str = "presentacion";
pub const AMOUNT: &str = "monto";
pub const UNIT: &str = "por";
pub const DAY: &str = "dia";
pub const PLACE: &str = "municipio";
/// Of a municipality that is not in the list.
pub const CODE: &str = "municipio_codigo";
pub const QUESTION: &str = "pregunta";
pub const ALL: [&str; 8] = [PRODUCT, CHOSEN, AMOUNT, UNIT, DAY, PLACE, CODE, QUESTION];
pub const NONE_OF_THEM: &str = "ninguna";
pub const UNITS: [(&str, &str); 2] = [("caja", "pack"), ("unidad", "dispensing_unit")];
/// Where a fault of the API leads to.
pub const POINTERS: [(&str, &str); 7] = [
    ("/cum", PRODUCT),
    ("/text", PRODUCT),
    ("/amount", AMOUNT),
    ("/per", UNIT),
    ("/bought_on", DAY),
    ("/municipality", PLACE),
    ("/question", QUESTION),
];

/// As it was typed.
pub fn typed(form: &FormFields) -> Value {
    ALL.iter().map(|name| ((*name).to_owned(), Value::from(form.get(name)))).collect::<serde_json::Map<_, _>>().into()
}

/// A code of the list, or the one that was typed.
pub fn municipality(form: &FormFields) -> &str {
    let code = form.get(CODE).trim();
    if code.is_empty() { form.get(PLACE).trim() } else { code }
}

fn unit(form: &FormFields) -> Option<&'static str> {
    UNITS.into_iter().find(|(name, _)| *name == form.get(UNIT)).map(|(_, unit)| unit)
}

/// What is missing or cannot be read, each with its field.
pub fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let fault = |field: &str, key: &str| json!({ "field": field, "text": say(request.language, key, &[]) });
    let mut missing = Vec::new();
    if form.get(PRODUCT).trim().is_empty() {
        missing.push(fault(PRODUCT, "price_report.write_product"));
    }
    if parse_amount::amount(form.get(AMOUNT)).is_none() {
        missing.push(fault(AMOUNT, "price_report.write_amount"));
    }
    if unit(form).is_none() {
        missing.push(fault(UNIT, "price_report.choose_unit"));
    }
    if form.get(DAY).trim().is_empty() {
        missing.push(fault(DAY, "price_report.write_day"));
    }
    if municipality(form).is_empty() {
        missing.push(fault(PLACE, "price_report.choose_place"));
    }
    missing
}

/// The body of the operation. A product is a code where one was typed or chosen; the words go with it.
pub fn body(form: &FormFields) -> Value {
    let product = form.get(PRODUCT).trim();
    let chosen = Some(form.get(CHOSEN)).filter(|code| !code.is_empty() && *code != NONE_OF_THEM);
    let (cum, text) = if is_code(product) { (Some(product), None) } else { (chosen, Some(product)) };
    let question = Some(form.get(QUESTION)).filter(|text| !text.trim().is_empty());
    json!({
        "cum": cum, "text": text, "amount": parse_amount::amount(form.get(AMOUNT)), "per": unit(form), "bought_on": form.get(DAY).trim(),
        "municipality": municipality(form), "question": question,
    })
}

/// Whether it is meant as a CUM: the API says what is wrong with one.
pub fn is_code(product: &str) -> bool {
    product.contains('-') && product.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b' '))
}
