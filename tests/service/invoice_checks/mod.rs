//! `POST /v1/invoice-checks` and its page: invoices and lists in, the same with verdicts out.
mod answers;
mod command;
mod dated_tables;
mod documents;
mod kept;
mod limits;
mod own_file;
mod page;
mod pilot;
mod published;
mod settled;

use std::fmt::Write;

use serde_json::Value;

use crate::{client::Answer, server::Server};

pub const CSV: &str = "text/csv";
pub const XML: &str = "application/xml";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub async fn check(server: &Server, query: &str, kind: &str, body: &[u8]) -> Answer {
    server.send("POST", &format!("/v1/invoice-checks{query}"), &format!("content-type: {kind}\r\n"), Some(body)).await
}

/// `data` and `meta`.
pub async fn checked(server: &Server, query: &str, kind: &str, body: &str) -> Value {
    let answer = check(server, query, kind, body.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// A part of a form: field, file name, content.
pub type FormPart<'a> = (&'a str, Option<&'a str>, &'a [u8]);

pub const BOUNDARY: &str = "----termometro7MA4YWxkTrZu0gW";

pub fn form(parts: &[FormPart<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file =
            file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream")).unwrap_or_default();
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

pub fn form_kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// One line of an invoice.
#[derive(Clone)]
pub struct Item {
    pub text: &'static str,
    pub scheme: &'static str,
    pub code: &'static str,
    pub unit: &'static str,
    pub quantity: &'static str,
    pub price: &'static str,
    pub base: &'static str,
    pub total: &'static str,
    /// Allowances, references and the like, as XML.
    pub more: &'static str,
}

/// Ten pens of the sample's Lantus at the ceiling.
pub const LANTUS: Item = Item {
    text: "LANTUS 100 UI/ML INSULINA GLARGINA",
    scheme: "999",
    code: "19914312-020",
    unit: "BX",
    quantity: "10",
    price: "33052.00",
    base: "1",
    total: "330520.00",
    more: "",
};

/// An e-invoice in UBL 2.1, as plain as one is.
pub fn invoice(number: &str, day: &str, items: &[Item]) -> String {
    document("Invoice", number, day, "", items)
}

/// `header` stands between date and lines.
pub fn document(kind: &str, number: &str, day: &str, header: &str, items: &[Item]) -> String {
    let (line, quantity_name) = match kind {
        "CreditNote" => ("CreditNoteLine", "CreditedQuantity"),
        _ => ("InvoiceLine", "InvoicedQuantity"),
    };
    let mut lines = String::new();
    for (at, item) in items.iter().enumerate() {
        let Item { text, scheme, code, unit, quantity, price, base, total, more } = item;
        let id = at + 1;
        writeln!(
            lines,
            "<cac:{line}><cbc:ID>{id}</cbc:ID><cbc:{quantity_name} unitCode=\"{unit}\">{quantity}</cbc:{quantity_name}>\
             <cbc:LineExtensionAmount currencyID=\"COP\">{total}</cbc:LineExtensionAmount>{more}\
             <cac:Item><cbc:Description>{text}</cbc:Description>\
             <cac:StandardItemIdentification><cbc:ID schemeID=\"{scheme}\">{code}</cbc:ID></cac:StandardItemIdentification></cac:Item>\
             <cac:Price><cbc:PriceAmount currencyID=\"COP\">{price}</cbc:PriceAmount><cbc:BaseQuantity unitCode=\"{unit}\">{base}</cbc:BaseQuantity></cac:Price></cac:{line}>"
        )
        .unwrap();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <{kind} xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n\
         <cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>SS-CUFE</cbc:CustomizationID><cbc:ID>{number}</cbc:ID>\
         <cbc:IssueDate>{day}</cbc:IssueDate>{header}\n{lines}</{kind}>\n"
    )
}
