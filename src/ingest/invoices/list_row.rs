//! One row of a purchase list as a line.

use super::{dian_line::cleaned, grid::GridRow, header::without_currency, mapping::LineField};
use crate::{
    domain::{
        identifier::nit::Nit,
        invoices::{
            arithmetic::allowance_of,
            document::{Adjustment, AdjustmentKind, DocumentKind, DocumentMark, InvoiceDocument},
            line::{CellFault, CodeScheme, InvoiceLine, LineCode, LineMark, LinePart, LinePlace},
        },
    },
    ingest::format::{
        dates::{self, DayOrder},
        fold::fold,
        number::{FROM_CELLS, Numbers, money_of_cell, quantity_of_cell},
    },
};
use rust_decimal::Decimal;
use std::sync::Arc;

pub struct Column {
    pub index: usize,
    pub field: LineField,
    pub name: String,
}

pub enum Taken {
    Line {
        line: Box<InvoiceLine>,
        is_new_document: bool,
    },
    /// With the reason.
    Skipped(&'static str),
}

pub struct ListRows {
    file: Arc<str>,
    sheet: Option<String>,
    columns: Vec<Column>,
    numbers: Numbers,
    order: DayOrder,
    is_proposed: bool,
    /// Of the row before.
    last: Option<Arc<InvoiceDocument>>,
}

impl ListRows {
    pub fn new(
        file: &Arc<str>,
        sheet: Option<String>,
        columns: Vec<Column>,
        (numbers, order): (Numbers, DayOrder),
        is_proposed: bool,
    ) -> Self {
        Self { file: Arc::clone(file), sheet, columns, numbers, order, is_proposed, last: None }
    }

    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    pub fn take(&mut self, row: &GridRow<'_>) -> Taken {
        if let Some(reason) = row.broken.or_else(|| self.no_line(row)) {
            return Taken::Skipped(reason);
        }
        let mut faults = Vec::new();
        let document = self.document(row, &mut faults);
        let is_new_document = self.last.as_ref().is_none_or(|last| **last != document);
        let document = match &self.last {
            Some(last) if !is_new_document => Arc::clone(last),
            _ => Arc::new(document),
        };
        self.last = Some(Arc::clone(&document));
        let place = LinePlace { sheet: self.sheet.clone(), row: row.number, number: None };
        let mut line = InvoiceLine { faults, ..InvoiceLine::new(document, place) };
        self.read(row, &mut line);
        Taken::Line { line: Box::new(line), is_new_document }
    }

    /// The header again, a total, or nothing in any column that is read.
    fn no_line(&self, row: &GridRow<'_>) -> Option<&'static str> {
        let filled = |column: &&Column| !row.get(column.index).is_empty();
        if !self.columns.iter().any(|column| filled(&column)) {
            return Some("no_mapped_value");
        }
        if self.columns.iter().filter(filled).all(|column| fold(row.get(column.index)) == fold(&column.name)) {
            return Some("repeated_header");
        }
        // The word may stand in any column.
        let first = (0..row.count()).map(|index| row.get(index)).find(|text| !text.is_empty()).map(fold).unwrap_or_default();
        let is_total = ["total", "subtotal", "grantotal", "sumatotal", "valortotal"].iter().any(|word| first.starts_with(word));
        let product = self.columns.iter().filter(|column| column.field.is_of_product());
        let has_product = product.filter(filled).any(|column| !fold(row.get(column.index)).starts_with("total"));
        (is_total && !has_product).then_some("total_row")
    }

    fn document(&self, row: &GridRow<'_>, faults: &mut Vec<CellFault>) -> InvoiceDocument {
        let mut document = InvoiceDocument::new(Arc::clone(&self.file), DocumentKind::PurchaseList);
        if self.is_proposed {
            document.mark(DocumentMark::MappingProposed);
        }
        for column in &self.columns {
            let text = row.get(column.index);
            if text.is_empty() {
                continue;
            }
            match column.field {
                LineField::DocumentNumber => document.number = Some(cleaned(text).0),
                LineField::Currency => document.currency = Some(currency_of(text)),
                LineField::Cufe => match text.parse() {
                    Ok(cufe) => document.cufe = Some(cufe),
                    Err(_) => document.mark(DocumentMark::CufeMalformed),
                },
                LineField::Date => match dates::day(without_hour(text), self.order) {
                    Ok(day) => document.issued_on = Some(day),
                    Err(reason) => faults.push(CellFault::new(LinePart::Date, column.name.clone(), text, reason)),
                },
                LineField::Seller => document.seller = nit_of(column, text, faults),
                LineField::Customer => document.customer = nit_of(column, text, faults),
                _ => {}
            }
        }
        document
    }

    fn read(&self, row: &GridRow<'_>, line: &mut InvoiceLine) {
        let mut discount = None;
        for column in &self.columns {
            let text = row.get(column.index);
            if text.is_empty() {
                continue;
            }
            match column.field {
                LineField::Text => {
                    let (text, cut) = cleaned(text);
                    if cut {
                        line.mark(LineMark::TextCut);
                    }
                    line.texts.push(text);
                }
                LineField::Brand => line.brand = Some(cleaned(text).0),
                LineField::Unit => line.unit = Some(cleaned(text).0),
                LineField::Quantity => line.quantity = self.figure(row, column, LinePart::Quantity, line),
                LineField::UnitPrice => line.unit_price = self.figure(row, column, LinePart::UnitPrice, line),
                LineField::Total => line.total = self.figure(row, column, LinePart::Total, line),
                LineField::Discount => {
                    discount = self.figure(row, column, LinePart::Adjustment, line).map(|figure| (column, figure))
                }
                _ => {
                    if let Some(scheme) = scheme_of(column.field) {
                        line.codes.push(LineCode { scheme, value: cleaned(text).0 });
                    }
                }
            }
        }
        if let Some((column, figure)) = discount.filter(|(_, figure)| !figure.is_zero()) {
            take_off(line, column, figure);
        }
    }

    fn figure(&self, row: &GridRow<'_>, column: &Column, part: LinePart, line: &mut InvoiceLine) -> Option<Decimal> {
        let (text, is_number) = (row.get(column.index), row.is_number(column.index));
        if row.is_formula(column.index) {
            line.mark(LineMark::FormulaCell);
        }
        let read = if is_number {
            FROM_CELLS.parse(text)
        } else {
            self.numbers.parse(without_currency(text).trim_end_matches('%').trim_end())
        };
        match read {
            Ok(figure) if is_number && part == LinePart::Quantity => Some(quantity_of_cell(figure)),
            Ok(figure) if is_number => Some(with_centavos(price_of_cell(figure))),
            Ok(figure) => Some(figure),
            Err(reason) => {
                line.faults.push(CellFault::new(part, column.name.clone(), text, reason));
                None
            }
        }
    }
}

fn nit_of(column: &Column, text: &str, faults: &mut Vec<CellFault>) -> Option<Nit> {
    let nit = text.parse().ok();
    if nit.is_none() {
        faults.push(CellFault::new(LinePart::Party, column.name.clone(), text, "not_a_nit"));
    }
    nit
}

/// Without a float's dirt, which stands further to the right the smaller the figure is.
fn price_of_cell(figure: Decimal) -> Decimal {
    if figure < Decimal::ONE_THOUSAND { quantity_of_cell(figure) } else { money_of_cell(figure) }
}

/// A cell is exact: `33052` in it is no figure that was rounded to whole pesos.
fn with_centavos(mut amount: Decimal) -> Decimal {
    amount.rescale(amount.scale().max(2));
    amount
}

/// The hour of an invoice does not matter.
pub fn without_hour(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let date = text[..colon].trim_end_matches(|letter: char| letter.is_ascii_digit());
    if date.is_empty() { text } else { date.trim_end_matches(|letter: char| letter == 'T' || letter.is_whitespace()) }
}

fn currency_of(text: &str) -> String {
    match fold(text).as_str() {
        "peso" | "pesos" | "pesoscolombianos" | "pesocolombiano" | "cop" => "COP".to_owned(),
        "dolar" | "dolares" | "usd" => "USD".to_owned(),
        _ => text.to_uppercase().chars().take(10).collect(),
    }
}

fn scheme_of(field: LineField) -> Option<CodeScheme> {
    Some(match field {
        LineField::Cum => CodeScheme::Cum,
        LineField::Ium => CodeScheme::Ium,
        LineField::Gtin => CodeScheme::Gtin,
        LineField::Registration => CodeScheme::Registration,
        LineField::Code => CodeScheme::Unstated,
        _ => return None,
    })
}

fn take_off(line: &mut InvoiceLine, column: &Column, figure: Decimal) {
    let figures = line.quantity.zip(line.unit_price).zip(line.total);
    match figures.and_then(|((quantity, price), total)| allowance_of(figure, quantity, price, total)) {
        Some(amount) => line.adjustments.push(Adjustment {
            kind: AdjustmentKind::Allowance,
            amount,
            percent: None,
            base: None,
            reason_code: None,
            reason: None,
        }),
        None => line.faults.push(CellFault::new(
            LinePart::Adjustment,
            column.name.clone(),
            &figure.to_string(),
            "discount_not_understood",
        )),
    }
}
