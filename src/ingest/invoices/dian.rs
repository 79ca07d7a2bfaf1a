//! DIAN's electronic documents (UBL 2.1): `Invoice`, `CreditNote` and `DebitNote`, alone or inside an `AttachedDocument`.
//!
//! In UBL the header stands before the lines, so that a document is read in one pass and handed out line by line.

use super::{
    dian_line::{self, AdjustmentParts, LineParts},
    fault::{FaultKind, FileFault},
    limits::{PARTS_MAX, ReadLimits, WRAPPERS_MAX},
    piece::{End, Failed, PieceSink},
    xml::{Step, XmlCursor},
};
use crate::{
    domain::{
        calendar::period::parse_date,
        identifier::nit::Nit,
        invoices::document::{BillingReference, DocumentKind, DocumentMark, InvoiceDocument, NoteConcept},
    },
    ingest::format::number::FROM_CELLS,
};
use jiff::civil::Date;
use std::{io::Read, sync::Arc};

/// A NIT among the kinds of identification; others are of people and are not carried.
const NIT_SCHEME: &str = "31";

/// Where a document stands.
#[derive(Clone, Copy, Default)]
pub struct Around {
    wrappers: usize,
    issued_on: Option<Date>,
}

pub fn read_xml(source: &mut dyn Read, file: &Arc<str>, limits: &ReadLimits, sink: &mut PieceSink<'_, '_>) -> Result<(), End> {
    read_inside(source, file, limits, Around::default(), sink)
}

fn read_inside(
    source: &mut dyn Read,
    file: &Arc<str>,
    limits: &ReadLimits,
    around: Around,
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), End> {
    let mut cursor = XmlCursor::new(source, limits.embedded_bytes_max);
    let read = match cursor.step() {
        Ok(_) => match kind_of(&cursor.root, around) {
            Ok(Root::Document(kind)) => read_document(&mut cursor, InvoiceDocument::new(Arc::clone(file), kind), around, sink),
            Ok(Root::Wrapper) => read_wrapper(&mut cursor, file, limits, around, sink),
            Err(kind) => Err(Failed::Here(kind)),
        },
        Err(kind) => Err(Failed::Here(kind)),
    };
    sink.summary.encoding_differs |= cursor.encoding_differs();
    read.map_err(|failed| match failed {
        Failed::Here(kind) => {
            let (line, column) = cursor.place();
            End::Fault(FileFault::new(file, kind).at(line, column))
        }
        Failed::Ended(end) => end,
    })
}

enum Root {
    Document(DocumentKind),
    Wrapper,
}

fn kind_of(root: &str, around: Around) -> Result<Root, FaultKind> {
    match root {
        "Invoice" => Ok(Root::Document(DocumentKind::Invoice)),
        "CreditNote" => Ok(Root::Document(DocumentKind::CreditNote)),
        "DebitNote" => Ok(Root::Document(DocumentKind::DebitNote)),
        "AttachedDocument" if around.wrappers >= WRAPPERS_MAX => Err(FaultKind::NestedTooDeep),
        "AttachedDocument" => Ok(Root::Wrapper),
        _ if around.wrappers > 0 => Err(FaultKind::NoInvoiceInside),
        "ApplicationResponse" => Err(FaultKind::DianResponse),
        _ => Err(FaultKind::NotAnInvoice),
    }
}

/// `AttachedDocument/Attachment/ExternalReference/Description` holds a document as text. DIAN's answer stands beside it, elsewhere.
fn read_wrapper<R: Read>(
    cursor: &mut XmlCursor<R>,
    file: &Arc<str>,
    limits: &ReadLimits,
    around: Around,
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), Failed> {
    let mut inside = Around { wrappers: around.wrappers + 1, issued_on: None };
    let mut found = false;
    loop {
        match cursor.step()? {
            Step::End if found => return Ok(()),
            Step::End => return Err(FaultKind::NoInvoiceInside.into()),
            Step::Open => {}
            Step::Close => match cursor.path() {
                "/IssueDate" => inside.issued_on = date(&cursor.text),
                "/Attachment/ExternalReference/Description" if cursor.text.trim_start().starts_with(['<', '\u{FEFF}']) => {
                    let text = std::mem::take(&mut cursor.text);
                    found = true;
                    read_inside(&mut text.trim_start().as_bytes(), file, limits, inside, sink)?;
                }
                _ => {}
            },
        }
    }
}

/// What of the header is still open.
struct Header {
    document: InvoiceDocument,
    reference: BillingReference,
    adjustment: AdjustmentParts,
}

fn read_document<R: Read>(
    cursor: &mut XmlCursor<R>,
    document: InvoiceDocument,
    around: Around,
    sink: &mut PieceSink<'_, '_>,
) -> Result<(), Failed> {
    let file = Arc::clone(&document.file);
    let mut header = Header { document, reference: BillingReference::default(), adjustment: AdjustmentParts::default() };
    header.document.wrapper_issued_on = around.issued_on;
    let mut shared: Option<Arc<InvoiceDocument>> = None;
    let mut line: Option<LineParts> = None;
    let mut late = false;
    loop {
        let step = cursor.step()?;
        let below = line_path(cursor.path());
        match (step, below) {
            (Step::End, _) => break,
            (Step::Open, Some("")) => {
                if shared.is_none() {
                    let document = finished(&mut header, cursor.encoding_differs());
                    sink.document(&document)?;
                    shared = Some(document);
                }
                line = Some(LineParts::at(cursor.place().0));
            }
            (Step::Close, Some("")) => {
                if let (Some(parts), Some(document)) = (line.take(), &shared) {
                    sink.line(parts.line(document))?;
                }
            }
            (Step::Open, _) => {}
            (Step::Close, Some(below)) => {
                if let Some(parts) = &mut line {
                    dian_line::read_part(parts, below, cursor);
                }
            }
            (Step::Close, None) => match &shared {
                None => read_header(&mut header, cursor),
                Some(_) => late |= matters_late(cursor.path()),
            },
        }
    }
    if shared.is_none() {
        sink.document(&finished(&mut header, cursor.encoding_differs()))?;
    }
    if late {
        sink.fault(FileFault::new(&file, FaultKind::HeaderAfterLines)).map_err(End::from)?;
    }
    Ok(())
}

/// What is below the line that the path leads into.
fn line_path(path: &str) -> Option<&str> {
    ["/InvoiceLine", "/CreditNoteLine", "/DebitNoteLine"].into_iter().find_map(|line| {
        let below = path.strip_prefix(line)?;
        (below.is_empty() || below.starts_with('/')).then_some(below)
    })
}

/// What would change how the lines are read.
fn matters_late(path: &str) -> bool {
    matches!(path, "/ID" | "/UUID" | "/IssueDate" | "/DocumentCurrencyCode" | "/CustomizationID" | "/AllowanceCharge/Amount")
        || path.starts_with("/BillingReference/")
}

fn finished(header: &mut Header, encoding_differs: bool) -> Arc<InvoiceDocument> {
    let document = &mut header.document;
    if document.wrapper_issued_on.is_some_and(|day| Some(day) != document.issued_on) {
        document.mark(DocumentMark::WrapperDateDiffers);
    }
    if encoding_differs {
        document.mark(DocumentMark::EncodingDiffers);
    }
    Arc::new(document.clone())
}

fn read_header<R: Read>(header: &mut Header, cursor: &XmlCursor<R>) {
    let (path, text) = (cursor.path(), cursor.text.trim());
    let document = &mut header.document;
    match path {
        "/CustomizationID" => document.operation_type = some(text),
        "/ID" => document.number = some(text),
        "/UUID" if !text.is_empty() => match text.parse() {
            Ok(cufe) => document.cufe = Some(cufe),
            Err(_) => document.mark(DocumentMark::CufeMalformed),
        },
        "/IssueDate" => {
            document.issued_on = date(text);
            if document.issued_on.is_none() {
                document.mark(DocumentMark::MalformedDate);
            }
        }
        "/DocumentCurrencyCode" => document.currency = some(&text.to_ascii_uppercase()),
        "/DiscrepancyResponse/ResponseCode" => document.note_concept = NoteConcept::of(document.kind, text),
        "/BillingReference/InvoiceDocumentReference/ID" => header.reference.number = some(text),
        "/BillingReference/InvoiceDocumentReference/UUID" => header.reference.cufe = text.parse().ok(),
        "/BillingReference" => {
            let reference = std::mem::take(&mut header.reference);
            if document.references.len() < PARTS_MAX {
                document.references.push(reference);
            }
        }
        "/AllowanceCharge" => {
            let adjustment = std::mem::take(&mut header.adjustment);
            if document.adjustments.len() < PARTS_MAX {
                document.adjustments.extend(adjustment.adjustment());
            }
        }
        "/LegalMonetaryTotal/LineExtensionAmount" | "/RequestedMonetaryTotal/LineExtensionAmount" => {
            document.lines_total = FROM_CELLS.parse(text).ok();
        }
        _ => {
            if let Some(part) = path.strip_prefix("/AllowanceCharge/") {
                header.adjustment.read(part, text);
            } else if let Some(below) = path.strip_prefix("/AccountingSupplierParty/Party/") {
                read_party(&mut document.seller, below, cursor);
            } else if let Some(below) = path.strip_prefix("/AccountingCustomerParty/Party/") {
                read_party(&mut document.customer, below, cursor);
            }
        }
    }
}

/// The first NIT that the party states.
fn read_party<R: Read>(party: &mut Option<Nit>, below: &str, cursor: &XmlCursor<R>) {
    let is_identity = matches!(below, "PartyTaxScheme/CompanyID" | "PartyLegalEntity/CompanyID" | "PartyIdentification/ID");
    let is_nit = cursor.attribute("schemeName").is_none_or(|scheme| scheme.trim() == NIT_SCHEME);
    if party.is_none() && is_identity && is_nit {
        *party = cursor.text.trim().parse().ok();
    }
}

/// `2020-06-15`, with or without a time zone behind it.
fn date(text: &str) -> Option<Date> {
    parse_date(text.trim().get(..10)?).ok()
}

fn some(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_control()).take(200).collect();
    if text.is_empty() { None } else { Some(text) }
}
