//! The parts of a line of a DIAN document, as they come.

use super::{
    limits::{PARTS_MAX, TEXT_CHARS_MAX},
    xml::XmlCursor,
};
use crate::{
    domain::invoices::{
        document::{Adjustment, AdjustmentKind, InvoiceDocument},
        line::{CellFault, CodeScheme, InvoiceLine, LineCode, LineMark, LinePart, LinePlace, ReferencePrice},
    },
    ingest::format::{fold::fold, number::FROM_CELLS},
};
use rust_decimal::Decimal;
use std::{io::Read, sync::Arc};

/// A line whose document is joined at its end.
#[derive(Default)]
pub struct LineParts {
    row: u64,
    number: Option<String>,
    texts: Vec<String>,
    codes: Vec<LineCode>,
    brand: Option<String>,
    quantity: Option<Decimal>,
    unit: Option<String>,
    unit_price: Option<Decimal>,
    base_quantity: Option<Decimal>,
    pack_size: Option<Decimal>,
    total: Option<Decimal>,
    adjustments: Vec<Adjustment>,
    adjustment: AdjustmentParts,
    reference_amount: Option<Decimal>,
    reference_kind: Option<String>,
    currency: Option<String>,
    property: String,
    faults: Vec<CellFault>,
    text_cut: bool,
}

impl LineParts {
    pub fn at(row: u64) -> Self {
        Self { row, ..Self::default() }
    }

    pub fn line(self, document: &Arc<InvoiceDocument>) -> InvoiceLine {
        let place = LinePlace { sheet: None, row: self.row, number: self.number };
        let marks = if self.text_cut { vec![LineMark::TextCut] } else { Vec::new() };
        InvoiceLine {
            texts: self.texts,
            codes: self.codes,
            brand: self.brand,
            quantity: self.quantity,
            unit: self.unit,
            unit_price: self.unit_price,
            base_quantity: self.base_quantity,
            pack_size: self.pack_size,
            total: self.total,
            adjustments: self.adjustments,
            reference_price: self.reference_amount.map(|amount| ReferencePrice { amount, kind: self.reference_kind }),
            currency: self.currency,
            faults: self.faults,
            marks,
            ..InvoiceLine::new(Arc::clone(document), place)
        }
    }

    fn figure(&mut self, part: LinePart, path: &str, text: &str) -> Option<Decimal> {
        number(part, path, text, &mut self.faults)
    }

    fn text(&mut self, text: &str) {
        let (text, cut) = cleaned(text);
        self.text_cut |= cut;
        if !text.is_empty() && self.texts.len() < PARTS_MAX && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    fn code(&mut self, scheme: CodeScheme, value: &str) {
        let (value, _) = cleaned(value);
        if !value.is_empty() && self.codes.len() < PARTS_MAX {
            self.codes.push(LineCode { scheme, value });
        }
    }

    /// A line in two currencies is in the one that is not the other's.
    fn amount_is_in(&mut self, currency: Option<&str>) {
        let Some(currency) = currency.map(str::trim).filter(|currency| !currency.is_empty()) else { return };
        if self.currency.as_deref().is_none_or(|known| known == "COP") {
            self.currency = Some(currency.to_ascii_uppercase().chars().take(10).collect());
        }
    }
}

/// A part below the line that ended; `below` is its path from there.
pub fn read_part<R: Read>(line: &mut LineParts, below: &str, cursor: &XmlCursor<R>) {
    let text = cursor.text.trim();
    match below {
        "/ID" => line.number = Some(cleaned(text).0).filter(|number| !number.is_empty()),
        "/InvoicedQuantity" | "/CreditedQuantity" | "/DebitedQuantity" => {
            line.quantity = line.figure(LinePart::Quantity, below, text);
            line.unit = cursor.attribute("unitCode").map(|unit| cleaned(unit).0).filter(|unit| !unit.is_empty());
        }
        "/LineExtensionAmount" => {
            line.total = line.figure(LinePart::Total, below, text);
            line.amount_is_in(cursor.attribute("currencyID"));
        }
        "/Price/PriceAmount" => {
            line.unit_price = line.figure(LinePart::UnitPrice, below, text);
            line.amount_is_in(cursor.attribute("currencyID"));
        }
        "/Price/BaseQuantity" => line.base_quantity = line.figure(LinePart::BaseQuantity, below, text),
        "/PricingReference/AlternativeConditionPrice/PriceAmount" => {
            line.reference_amount = line.figure(LinePart::ReferencePrice, below, text);
        }
        "/PricingReference/AlternativeConditionPrice/PriceTypeCode" => line.reference_kind = Some(cleaned(text).0),
        "/AllowanceCharge" => {
            let parts = std::mem::take(&mut line.adjustment);
            if let Some(found) = &parts.fault {
                fault(&mut line.faults, found.clone());
            }
            match parts.adjustment() {
                // What is left out would change the price.
                Some(_) if line.adjustments.len() >= PARTS_MAX => {
                    fault(&mut line.faults, CellFault::new(LinePart::Adjustment, below, "", "too_many_adjustments"));
                }
                adjustment => line.adjustments.extend(adjustment),
            }
        }
        "/Item/AdditionalItemProperty/Name" => line.property = fold(text),
        "/Item/AdditionalItemProperty/Value" => {
            if let Some(scheme) = scheme_of_property(&line.property) {
                line.code(scheme, text);
            }
        }
        "/Item/Description" | "/Item/Name" | "/Item/ModelName" | "/Item/AdditionalInformation" => line.text(text),
        "/Item/BrandName" => line.brand = Some(cleaned(text).0).filter(|brand| !brand.is_empty()),
        "/Item/PackSizeNumeric" => line.pack_size = line.figure(LinePart::PackSize, below, text),
        "/Item/StandardItemIdentification/ID" => {
            line.code(CodeScheme::of_dian(cursor.attribute("schemeID").unwrap_or_default()), text);
        }
        "/Item/SellersItemIdentification/ID" => line.code(CodeScheme::Sellers, text),
        "/Item/BuyersItemIdentification/ID" => line.code(CodeScheme::Buyers, text),
        "/Item/ManufacturersItemIdentification/ID" => line.code(CodeScheme::Manufacturers, text),
        _ => {
            if let Some(part) = below.strip_prefix("/AllowanceCharge/") {
                line.adjustment.read(part, text);
            }
        }
    }
}

/// A property that is named as a code of a medicine.
fn scheme_of_property(name: &str) -> Option<CodeScheme> {
    match name {
        "cum" | "codigocum" => Some(CodeScheme::Cum),
        "ium" | "codigoium" => Some(CodeScheme::Ium),
        "registrosanitario" | "registroinvima" | "invima" => Some(CodeScheme::Registration),
        "gtin" | "ean" | "codigodebarras" => Some(CodeScheme::Gtin),
        _ => None,
    }
}

/// The parts of an allowance or a charge.
#[derive(Default)]
pub struct AdjustmentParts {
    is_charge: bool,
    amount: Option<Decimal>,
    percent: Option<Decimal>,
    base: Option<Decimal>,
    reason_code: Option<String>,
    reason: Option<String>,
    fault: Option<CellFault>,
}

impl AdjustmentParts {
    pub fn read(&mut self, part: &str, text: &str) {
        let some = |text: &str| Some(cleaned(text).0).filter(|text| !text.is_empty());
        match part {
            "ChargeIndicator" => self.is_charge = matches!(text.trim(), "true" | "1"),
            "AllowanceChargeReasonCode" => self.reason_code = some(text),
            "AllowanceChargeReason" => self.reason = some(text),
            "MultiplierFactorNumeric" => self.percent = FROM_CELLS.parse(text).ok(),
            "BaseAmount" => self.base = FROM_CELLS.parse(text).ok(),
            "Amount" => {
                let mut faults = Vec::new();
                self.amount = number(LinePart::Adjustment, "/AllowanceCharge/Amount", text, &mut faults);
                self.fault = faults.pop();
            }
            _ => {}
        }
    }

    /// `None` without an amount.
    pub fn adjustment(self) -> Option<Adjustment> {
        Some(Adjustment {
            kind: if self.is_charge { AdjustmentKind::Charge } else { AdjustmentKind::Allowance },
            amount: self.amount?,
            percent: self.percent,
            base: self.base,
            reason_code: self.reason_code,
            reason: self.reason,
        })
    }
}

/// A plain decimal; what is none is a fault of the line.
fn number(part: LinePart, path: &str, text: &str, faults: &mut Vec<CellFault>) -> Option<Decimal> {
    if text.trim().is_empty() {
        return None;
    }
    match FROM_CELLS.parse(text) {
        Ok(number) => Some(number),
        Err(reason) => {
            fault(faults, CellFault::new(part, path.trim_start_matches('/'), text, reason));
            None
        }
    }
}

/// The first ones say enough.
fn fault(faults: &mut Vec<CellFault>, found: CellFault) {
    if faults.len() < PARTS_MAX {
        faults.push(found);
    }
}

/// One line of text, blanks together, control characters gone; whether it had to be cut.
pub fn cleaned(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len().min(TEXT_CHARS_MAX));
    let (mut letters, mut blank) = (0, false);
    for letter in text.chars() {
        if letter.is_whitespace() || letter.is_control() {
            blank = !out.is_empty();
            continue;
        }
        if letters >= TEXT_CHARS_MAX {
            return (out, true);
        }
        if blank {
            out.push(' ');
            letters += 1;
            blank = false;
        }
        out.push(letter);
        letters += 1;
    }
    (out, false)
}
