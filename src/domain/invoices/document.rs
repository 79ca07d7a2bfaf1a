//! A document as its header says it: invoice, note, purchase list, bill of RIPS, SISMED report. Names of people are not carried.

use super::cufe::Cufe;
use crate::domain::identifier::nit::Nit;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    Invoice,
    CreditNote,
    DebitNote,
    PurchaseList,
    RipsBill,
    SismedReport,
}

impl DocumentKind {
    pub const ALL: [Self; 6] =
        [Self::Invoice, Self::CreditNote, Self::DebitNote, Self::PurchaseList, Self::RipsBill, Self::SismedReport];

    pub fn code(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::DebitNote => "debit_note",
            Self::PurchaseList => "purchase_list",
            Self::RipsBill => "rips_bill",
            Self::SismedReport => "sismed_report",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// It corrects a sale and is none.
    pub fn is_note(self) -> bool {
        matches!(self, Self::CreditNote | Self::DebitNote)
    }
}

/// The operation types of the health sector (`cbc:CustomizationID`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthOperation {
    Cufe,
    Cude,
    Pos,
    ShortNumber,
    Collection,
    Report,
    WithoutContribution,
}

impl HealthOperation {
    pub const ALL: [Self; 7] =
        [Self::Cufe, Self::Cude, Self::Pos, Self::ShortNumber, Self::Collection, Self::Report, Self::WithoutContribution];

    pub fn code(self) -> &'static str {
        match self {
            Self::Cufe => "SS-CUFE",
            Self::Cude => "SS-CUDE",
            Self::Pos => "SS-POS",
            Self::ShortNumber => "SS-SNum",
            Self::Collection => "SS-Recaudo",
            Self::Report => "SS-Reporte",
            Self::WithoutContribution => "SS-SinAporte",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim();
        Self::ALL.into_iter().find(|operation| operation.code().eq_ignore_ascii_case(code))
    }

    /// Copayments that were collected or reported: no sale.
    pub fn is_collection_only(self) -> bool {
        matches!(self, Self::Collection | Self::Report)
    }
}

/// Why a credit or a debit note was written (`DiscrepancyResponse/ResponseCode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteConcept {
    Return,
    Annulment,
    Rebate,
    PriceAdjustment,
    EarlyPayment,
    Volume,
    Interest,
    Expenses,
    ValueChange,
    Other,
}

impl NoteConcept {
    /// DIAN's numbers mean other things in a debit note than in a credit note.
    pub fn of(kind: DocumentKind, code: &str) -> Option<Self> {
        Some(match (kind, code.trim()) {
            (DocumentKind::CreditNote, "1") => Self::Return,
            (DocumentKind::CreditNote, "2") => Self::Annulment,
            (DocumentKind::CreditNote, "3") => Self::Rebate,
            (DocumentKind::CreditNote, "4") => Self::PriceAdjustment,
            (DocumentKind::CreditNote, "5") => Self::EarlyPayment,
            (DocumentKind::CreditNote, "6") => Self::Volume,
            (DocumentKind::DebitNote, "1") => Self::Interest,
            (DocumentKind::DebitNote, "2") => Self::Expenses,
            (DocumentKind::DebitNote, "3") => Self::ValueChange,
            (DocumentKind::CreditNote | DocumentKind::DebitNote, _) => Self::Other,
            _ => return None,
        })
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Annulment => "annulment",
            Self::Rebate => "rebate",
            Self::PriceAdjustment => "price_adjustment",
            Self::EarlyPayment => "early_payment",
            Self::Volume => "volume",
            Self::Interest => "interest",
            Self::Expenses => "expenses",
            Self::ValueChange => "value_change",
            Self::Other => "other",
        }
    }

    /// Interest and expenses are paid beside the price.
    pub fn changes_the_price(self) -> bool {
        !matches!(self, Self::Interest | Self::Expenses)
    }
}

/// The invoice that a note is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillingReference {
    pub number: Option<String>,
    pub cufe: Option<Cufe>,
}

/// What is odd about a document, and does not stop it from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentMark {
    CufeMalformed,
    /// The document around it (`AttachedDocument`) has another date.
    WrapperDateDiffers,
    /// It says one encoding and is written in another.
    EncodingDiffers,
    /// Of a list: which column holds what was proposed, and confirmed by no person.
    MappingProposed,
    MalformedDate,
}

impl DocumentMark {
    pub const ALL: [Self; 5] =
        [Self::CufeMalformed, Self::WrapperDateDiffers, Self::EncodingDiffers, Self::MappingProposed, Self::MalformedDate];

    pub fn code(self) -> &'static str {
        match self {
            Self::CufeMalformed => "cufe_malformed",
            Self::WrapperDateDiffers => "wrapper_date_differs",
            Self::EncodingDiffers => "encoding_differs",
            Self::MappingProposed => "mapping_proposed",
            Self::MalformedDate => "malformed_date",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentKind {
    Allowance,
    Charge,
}

impl AdjustmentKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Allowance => "allowance",
            Self::Charge => "charge",
        }
    }
}

/// A discount or a charge, of a line or of a whole document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub kind: AdjustmentKind,
    pub amount: Decimal,
    pub percent: Option<Decimal>,
    /// What the percentage is of.
    pub base: Option<Decimal>,
    pub reason_code: Option<String>,
    pub reason: Option<String>,
}

/// Of a list: what a row says of the invoice that it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDocument {
    /// As the caller named the file; of an archive `lote.zip/fv1.xml`.
    pub file: Arc<str>,
    pub kind: DocumentKind,
    pub number: Option<String>,
    pub cufe: Option<Cufe>,
    pub issued_on: Option<Date>,
    /// The date of the document around it. Never the one that a price is judged by.
    pub wrapper_issued_on: Option<Date>,
    pub currency: Option<String>,
    /// As written.
    pub operation_type: Option<String>,
    pub seller: Option<Nit>,
    pub customer: Option<Nit>,
    pub references: Vec<BillingReference>,
    pub note_concept: Option<NoteConcept>,
    /// Of the whole document, not of a line.
    pub adjustments: Vec<Adjustment>,
    /// The sum of its lines, as it states it.
    pub lines_total: Option<Decimal>,
    pub marks: Vec<DocumentMark>,
}

impl InvoiceDocument {
    pub fn new(file: Arc<str>, kind: DocumentKind) -> Self {
        Self {
            file,
            kind,
            number: None,
            cufe: None,
            issued_on: None,
            wrapper_issued_on: None,
            currency: None,
            operation_type: None,
            seller: None,
            customer: None,
            references: Vec::new(),
            note_concept: None,
            adjustments: Vec::new(),
            lines_total: None,
            marks: Vec::new(),
        }
    }

    pub fn health_operation(&self) -> Option<HealthOperation> {
        self.operation_type.as_deref().and_then(HealthOperation::from_code)
    }

    /// Copayments that were collected: its lines are no sales.
    pub fn is_collection_only(&self) -> bool {
        self.health_operation().is_some_and(HealthOperation::is_collection_only)
    }

    /// Once each.
    pub fn mark(&mut self, mark: DocumentMark) {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copayments_are_known_by_the_operation_type() {
        let mut document = InvoiceDocument::new("a.xml".into(), DocumentKind::Invoice);
        let cases = [
            ("SS-CUFE", false),
            ("SS-CUDE", false),
            ("SS-POS", false),
            ("SS-SNum", false),
            ("SS-Recaudo", true),
            (" ss-reporte ", true),
            ("SS-SinAporte", false),
            ("10", false),
            ("", false),
        ];
        for (written, collection) in cases {
            document.operation_type = Some(written.to_owned());
            assert_eq!(document.is_collection_only(), collection, "{written}");
        }
        document.operation_type = None;
        assert!(!document.is_collection_only());
    }

    #[test]
    fn one_number_means_two_things_in_the_two_kinds_of_notes() {
        assert_eq!(NoteConcept::of(DocumentKind::CreditNote, "1"), Some(NoteConcept::Return));
        assert_eq!(NoteConcept::of(DocumentKind::DebitNote, "1"), Some(NoteConcept::Interest));
        assert_eq!(NoteConcept::of(DocumentKind::CreditNote, "9"), Some(NoteConcept::Other));
        assert_eq!(NoteConcept::of(DocumentKind::Invoice, "1"), None);
    }
}
