//! What differs from run to run is shown as one and the same: instants, ids, secrets, signatures, digests over them.

use serde_json::Value;

/// The instant that stands for every other.
pub const INSTANT: &str = "2026-11-23T15:00:00Z";
/// "EJEMPLO-NO-ES-UN-SECRETO" and "EJEMPLO", for whoever decodes them.
pub const SECRET: &str = "whsec_RUpFTVBMTy1OTy1FUy1VTi1TRUNSRVRP";
const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RUpFTVBMTw.RUpFTVBMTw";
/// Members whose value is not the example's to say.
const VOLATILE: [(&str, &str); 3] = [
    ("milliseconds", "12"),
    ("last_used_on", "\"2026-11-23\""),
    // Bound to its question, of which an id may be part.
    ("next_cursor", "\"eyJhZnRlciI6ImVqZW1wbG8iLCJvZiI6ImVqZW1wbG8ifQ\""),
];

/// `shown` are values that a run was given, each with what stands for it.
pub fn normalised(value: &Value, shown: &[(String, String)]) -> Value {
    match value {
        Value::String(text) => Value::String(text_of(text, shown)),
        Value::Array(items) => items.iter().map(|item| normalised(item, shown)).collect(),
        Value::Object(fields) => {
            let member = |(name, value): (&String, &Value)| {
                let said = match (constant(name), value) {
                    (Some(constant), value) if !value.is_null() => serde_json::from_str(constant).unwrap(),
                    (_, Value::String(text)) if name == "csv" => rows(&text_of(text, shown)).into(),
                    _ => normalised(value, shown),
                };
                (name.clone(), said)
            };
            fields.iter().map(member).collect()
        }
        other => other.clone(),
    }
}

fn constant(name: &str) -> Option<&'static str> {
    VOLATILE.iter().find(|(volatile, _)| *volatile == name).map(|(_, constant)| *constant)
}

/// The same of a table: by the last part of a column's name.
fn rows(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let constants: Vec<Option<&str>> = header.iter().map(|name| constant(name.rsplit('.').next().unwrap())).collect();
    if constants.iter().all(Option::is_none) {
        return text.to_owned();
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for record in reader.records().map(Result::unwrap) {
        let cells = record.iter().zip(&constants).map(|(cell, constant)| constant.filter(|_| !cell.is_empty()).unwrap_or(cell));
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn text_of(text: &str, shown: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (real, stands) in shown {
        text = text.replace(real, stands);
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let (length, stands) = [(instant(rest), INSTANT), (secret(rest), SECRET), (signed(rest), SIGNED)]
            .into_iter()
            .find(|(length, _)| *length > 0)
            .unwrap_or((first.len_utf8(), &rest[..first.len_utf8()]));
        out.push_str(stands);
        rest = &rest[length..];
    }
    out
}

/// How many bytes of an RFC 3339 instant in UTC stand here.
fn instant(text: &str) -> usize {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if bytes.len() <= FORM.len() || !bytes.iter().zip(FORM).all(fits) {
        return 0;
    }
    let fraction = bytes[FORM.len()..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    if bytes.get(FORM.len() + fraction) == Some(&b'Z') { FORM.len() + fraction + 1 } else { 0 }
}

fn secret(text: &str) -> usize {
    text.strip_prefix("whsec_").map_or(0, |rest| "whsec_".len() + rest.bytes().take_while(|byte| is_base64(*byte)).count())
}

/// A compact JWS.
fn signed(text: &str) -> usize {
    if !text.starts_with("eyJ") {
        return 0;
    }
    let length = text.bytes().take_while(|byte| is_base64(*byte) || *byte == b'.').count();
    if text[..length].matches('.').count() == 2 { length } else { 0 }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte)
}

#[test]
fn the_same_twice_is_the_same_once() {
    let text = "a 2026-11-27T10:00:01.123456Z, whsec_MfKQ9r8GKYqr= \"eyJh.b-c.d_e\" 2026-11-27 d7Hq2LxV0aB";
    let shown = [("d7Hq2LxV0aB".to_owned(), "dEjemplo001".to_owned())];
    let once = text_of(text, &shown);
    assert_eq!(once, format!("a {INSTANT}, {SECRET} \"{SIGNED}\" 2026-11-27 dEjemplo001"));
    assert_eq!(text_of(&once, &shown), once);
}
