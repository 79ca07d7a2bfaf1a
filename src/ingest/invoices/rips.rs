//! RIPS as JSON (Resolución 2275 de 2023): the medicines of a bill. Everything about the patients is skipped while it is read: only the
//! members that are named here are ever held.

use super::{
    dian_line::cleaned,
    fault::{FaultKind, FileFault},
    json_values::{JsonValues, Scalar, ValueKind},
    limits::DEPTH_MAX,
    piece::{End, Failed, PieceSink},
};
use crate::{
    domain::{
        calendar::period::{Period, parse_date},
        invoices::{
            document::{BillingReference, DocumentKind, InvoiceDocument},
            line::{CellFault, CodeScheme, InvoiceLine, LineCode, LineMark, LinePart, LinePlace, RipsMedicine},
        },
    },
    ingest::format::number::FROM_CELLS,
};
use rust_decimal::Decimal;
use std::{io::Read, sync::Arc};

pub fn read_rips(source: &mut dyn Read, file: &Arc<str>, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    let document = InvoiceDocument::new(Arc::clone(file), DocumentKind::RipsBill);
    let mut bill = Bill { values: JsonValues::new(source), document, shared: None, has_patients: false, late: false };
    let read = bill.read(sink);
    sink.summary.encoding_differs |= bill.values.encoding_differs();
    match read {
        Ok(()) => {}
        Err(Failed::Here(kind)) => {
            let (line, column) = bill.values.place();
            return Err(End::Fault(FileFault::new(file, kind).at(line, column)));
        }
        Err(Failed::Ended(end)) => return Err(end),
    }
    if !bill.has_patients {
        return Err(End::of(file, FaultKind::NotRips));
    }
    if bill.shared.is_none() {
        sink.document(&Arc::new(bill.document))?;
    }
    if bill.late {
        sink.fault(FileFault::new(file, FaultKind::HeaderAfterLines))?;
    }
    Ok(())
}

struct Bill<R> {
    values: JsonValues<R>,
    document: InvoiceDocument,
    /// Since the first of its lines.
    shared: Option<Arc<InvoiceDocument>>,
    has_patients: bool,
    late: bool,
}

impl<R: Read> Bill<R> {
    fn read(&mut self, sink: &mut PieceSink<'_, '_>) -> Result<(), Failed> {
        self.bill(sink, 0)?;
        Ok(self.values.end()?)
    }

    /// The bill itself, or what the validation service takes: the bill under `rips`, beside the invoice.
    fn bill(&mut self, sink: &mut PieceSink<'_, '_>, depth: usize) -> Result<(), Failed> {
        self.values.object()?;
        while let Some(key) = self.values.key()? {
            match key.as_str() {
                "numDocumentoIdObligado" => {
                    let seller = self.header_text()?;
                    self.document.seller = seller.and_then(|text| text.parse().ok());
                }
                "numFactura" => self.document.number = self.header_text()?,
                "tipoNota" => {
                    let kind = self.header_text()?;
                    self.document.kind = kind_of_note(kind.as_deref());
                }
                "usuarios" => {
                    self.has_patients = true;
                    self.each_object(sink, Self::patient)?;
                }
                "rips" if depth < DEPTH_MAX && self.values.kind()? == ValueKind::Object => self.bill(sink, depth + 1)?,
                _ => self.values.skip()?,
            }
        }
        Ok(())
    }

    fn header_text(&mut self) -> Result<Option<String>, Failed> {
        self.late |= self.shared.is_some();
        Ok(text_of(self.values.scalar()?))
    }

    /// Every object of an array; what is none is skipped.
    fn each_object(
        &mut self,
        sink: &mut PieceSink<'_, '_>,
        read: fn(&mut Self, &mut PieceSink<'_, '_>) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        if self.values.kind()? != ValueKind::Array {
            return Ok(self.values.skip()?);
        }
        self.values.array()?;
        while self.values.element()? {
            if self.values.kind()? == ValueKind::Object {
                read(self, sink)?;
            } else {
                self.values.skip()?;
            }
        }
        Ok(())
    }

    /// Of a patient nothing is read but the services.
    fn patient(&mut self, sink: &mut PieceSink<'_, '_>) -> Result<(), Failed> {
        self.values.object()?;
        while let Some(key) = self.values.key()? {
            if key == "servicios" && self.values.kind()? == ValueKind::Object {
                self.services(sink)?;
            } else {
                self.values.skip()?;
            }
        }
        Ok(())
    }

    fn services(&mut self, sink: &mut PieceSink<'_, '_>) -> Result<(), Failed> {
        self.values.object()?;
        while let Some(key) = self.values.key()? {
            if key == "medicamentos" {
                self.each_object(sink, Self::medicine)?;
            } else {
                self.values.skip()?;
            }
        }
        Ok(())
    }

    fn medicine(&mut self, sink: &mut PieceSink<'_, '_>) -> Result<(), Failed> {
        let document = match &self.shared {
            Some(document) => Arc::clone(document),
            None => {
                let document = Arc::new(finished(&self.document));
                sink.document(&document)?;
                self.shared.insert(document).clone()
            }
        };
        let mut line = InvoiceLine::new(document, LinePlace { row: self.values.place().0, ..LinePlace::default() });
        let mut rips = RipsMedicine::default();
        self.values.object()?;
        while let Some(key) = self.values.key()? {
            if KEPT.contains(&key.as_str()) {
                let value = self.values.scalar()?;
                read_member(&mut line, &mut rips, &key, value);
            } else {
                self.values.skip()?;
            }
        }
        line.unit = rips.dispensing_unit.clone();
        line.rips = Some(Box::new(rips));
        Ok(sink.line(line)?)
    }
}

/// A bill of notes corrects the invoice whose number it gives.
fn finished(document: &InvoiceDocument) -> InvoiceDocument {
    let mut document = document.clone();
    if document.kind.is_note() {
        document.references.push(BillingReference { number: document.number.clone(), cufe: None });
    }
    document
}

/// `NC`, `ND` and `NA`; `RS` is a bill without an invoice.
fn kind_of_note(kind: Option<&str>) -> DocumentKind {
    match kind {
        Some("NC") => DocumentKind::CreditNote,
        Some("ND" | "NA") => DocumentKind::DebitNote,
        _ => DocumentKind::RipsBill,
    }
}

/// The members of a medicine that are read.
const KEPT: [&str; 12] = [
    "codTecnologiaSalud", "nomTecnologiaSalud", "tipoMedicamento", "concentracionMedicamento", "unidadMedida",
    "formaFarmaceutica", "unidadMinDispensa", "cantidadMedicamento", "vrUnitMedicamento", "vrServicio", "fechaDispensAdmon",
    "consecutivo",
];

fn read_member(line: &mut InvoiceLine, rips: &mut RipsMedicine, key: &str, value: Option<Scalar>) {
    match key {
        "cantidadMedicamento" => line.quantity = number(line, LinePart::Quantity, key, value),
        "vrUnitMedicamento" => line.unit_price = number(line, LinePart::UnitPrice, key, value),
        "vrServicio" => line.total = number(line, LinePart::Total, key, value),
        _ => {
            let Some(text) = text_of(value) else { return };
            match key {
                "codTecnologiaSalud" => line.codes.push(LineCode { scheme: CodeScheme::RipsTechnology, value: text }),
                "nomTecnologiaSalud" => {
                    let (text, cut) = cleaned(&text);
                    line.texts.push(text);
                    if cut {
                        line.mark(LineMark::TextCut);
                    }
                }
                "tipoMedicamento" => rips.medicine_type = Some(text),
                "concentracionMedicamento" => rips.concentration = Some(text),
                "unidadMedida" => rips.measure_unit = Some(text),
                "formaFarmaceutica" => rips.form = Some(text),
                "unidadMinDispensa" => rips.dispensing_unit = Some(text),
                "consecutivo" => line.place.number = Some(text),
                // The hour does not matter.
                _ => match text.get(..10).and_then(|day| parse_date(day).ok()).and_then(Period::day) {
                    Some(day) => line.sold_in = Some(day),
                    None => line.faults.push(CellFault::new(LinePart::Date, key, &text, "not_a_date")),
                },
            }
        }
    }
}

/// A number, or a number in quotes; digit for digit, never by way of a float.
fn number(line: &mut InvoiceLine, part: LinePart, key: &str, value: Option<Scalar>) -> Option<Decimal> {
    let text = match value {
        Some(Scalar::Nothing) => return None,
        Some(Scalar::Text(text)) if text.trim().is_empty() => return None,
        Some(Scalar::Text(text) | Scalar::Number(text)) => text,
        Some(Scalar::Truth(_)) | None => {
            line.faults.push(CellFault::new(part, key, "", "not_a_number"));
            return None;
        }
    };
    match FROM_CELLS.parse(&text) {
        Ok(number) => Some(number),
        Err(reason) => {
            line.faults.push(CellFault::new(part, key, &text, reason));
            None
        }
    }
}

fn text_of(value: Option<Scalar>) -> Option<String> {
    let text = match value? {
        Scalar::Text(text) | Scalar::Number(text) => cleaned(&text).0,
        Scalar::Nothing | Scalar::Truth(_) => return None,
    };
    if text.is_empty() { None } else { Some(text) }
}
