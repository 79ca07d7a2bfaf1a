//! Texts and figures of the page: escaped, codes in Spanish, pesos as Colombia writes them.

use serde_json::Value;

use crate::domain::{identifier::characters::shown, reason::Reason};

/// Nothing from a report or a reply may become markup, and nothing in it may turn what stands beside it. Line breaks and tabs stay.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\r' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// The text or number at a pointer, escaped; a dash where there is none.
pub fn at(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) if !text.is_empty() => escape(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => "—".to_owned(),
    }
}

pub fn raw<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `152583.20` as `$ 152.583,20`; what is no figure stays as it is.
pub fn pesos(value: &Value, pointer: &str) -> String {
    let figure = figure(value, pointer);
    if figure.starts_with(|c: char| c.is_ascii_digit()) { format!("$&nbsp;{figure}") } else { figure }
}

pub fn figure(value: &Value, pointer: &str) -> String {
    let text = raw(value, pointer);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return at(value, pointer);
    }
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if decimals.is_empty() { grouped } else { format!("{grouped},{decimals}") }
}

/// The Spanish word for a code; an unknown code is shown as it is.
pub fn label(code: &str) -> String {
    let known = match code {
        "suspected" => "Sospecha",
        "ask_reporter" => "Por preguntar a quien reporta",
        "notified" => "Notificado",
        "answered" => "Con respuesta",
        "confirmed" => "Confirmado",
        "dismissed" => "Descartado",
        "closed" => "Cerrado",
        "opened" => "Apertura",
        "transition" => "Cambio de estado",
        "proposal" => "Propuesta",
        "reply" => "Respuesta",
        "evidence_changed" => "Cambio en la evidencia",
        "regulator" => "Autoridad",
        "reporter" => "Quien reporta",
        "system" => "Sistema",
        "minimum" => "Mínimo",
        "average" => "Promedio",
        "maximum" => "Máximo",
        "above" => "supera el máximo",
        "within" => "no supera el máximo",
        "cannot_compare" => "no se puede comparar",
        "net_of_average" => "todo lo facturado",
        "one_unit_at_least" => "una unidad, por lo menos",
        "working_days" => "días hábiles",
        "days" => "días",
        "months" => "meses",
        "years" => "años",
        "limitation" => "Caducidad de la facultad sancionatoria",
        "CM" => "Compra",
        "VN" => "Venta",
        "RC" => "Recobro",
        "published_for_cum" => "publicado para este CUM",
        "derived_from_unit_price" => "calculado con el precio por unidad del mercado",
        other => return reason(other),
    };
    known.to_owned()
}

fn reason(code: &str) -> String {
    let known = match Reason::from_code(code) {
        Some(Reason::AnotherUnitFits) => "El precio encaja mejor con otra unidad o empaque: pudo ser un error de reporte.",
        Some(Reason::FinancingNotVerified) => {
            "No se verificó si el medicamento se financia con la UPC; en ese caso este máximo no obliga."
        }
        Some(Reason::NotFinancedByUpc) => {
            "Según la lista del plan de beneficios que nombra la hoja de cálculo, la UPC no financia el medicamento: el máximo obliga."
        }
        Some(Reason::CeilingChangedInPeriod) => "El máximo cambió en el período; se usó el más favorable a quien vende.",
        Some(Reason::PriceMissing) => "El reporte no trae este precio.",
        Some(Reason::ListStatesTwoPrices) => {
            "Una misma lista trae dos precios para este CUM; se usó el más favorable a quien vende."
        }
        Some(Reason::ImplausiblyLow) => "Está cien veces o más por debajo del máximo: puede ser un error de reporte.",
        Some(Reason::UnknownCode) => "El código no existe en la lista de códigos.",
        Some(Reason::NotInOurLists) => "El código existe, pero ninguna lista de precios ni el catálogo lo trae.",
        Some(Reason::ImplausiblyHigh) => "Está cien veces o más por encima del máximo: puede ser un error de reporte.",
        Some(Reason::MedicalSample) => "Es una muestra médica: no se puede vender.",
        _ => return escape(code),
    };
    known.to_owned()
}

pub fn transaction(code: &str) -> &'static str {
    match code {
        "1" => "Primaria institucional",
        "2" => "Primaria comercial",
        "3" => "Secundaria institucional",
        "4" => "Secundaria comercial",
        "5" => "Final institucional",
        _ => "—",
    }
}

pub fn unit(code: &str) -> &'static str {
    match code {
        "A" => "Empaque",
        "B" => "Empaque primario",
        "C" => "Unidad de dispensación",
        "D" => "Unidad de concentración",
        _ => "—",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pesos_are_written_as_in_colombia() {
        let value = json!({"a": "152583.20", "b": "33052", "c": "1000000", "d": "x<", "e": null, "f": "4.65125"});
        let shown = ["/a", "/b", "/c", "/d", "/e", "/f"].map(|pointer| pesos(&value, pointer));
        assert_eq!(shown, ["$&nbsp;152.583,20", "$&nbsp;33.052", "$&nbsp;1.000.000", "x&lt;", "—", "$&nbsp;4,65125"]);
    }

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(escape("<script>'\"&\u{1b}"), "&lt;script&gt;&#39;&quot;&amp;\u{fffd}");
        assert_eq!(escape("a\n\tb\u{202e}c\u{ffff}"), "a\n\tb[U+202E]c\u{fffd}");
    }
}
