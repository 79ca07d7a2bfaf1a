//! What a check of invoices and lists found over all, and in each document and file.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::line::{InvoiceLineBody, Pesos};
use crate::{
    domain::{invoices::document::InvoiceDocument, number::exact, verdict::judge::Verdict},
    http::{
        base::language::Language,
        wire::service::meta::{self, Meta},
    },
    ingest::{
        Words,
        invoices::{FileFault, ReadSummary, UsedMapping},
    },
    read_model::verdicts::invoice_lines::JudgedLine,
};

/// Lines with their verdicts, and the totals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceCheckBody {
    pub data: Vec<InvoiceLineBody>,
    pub meta: InvoiceMeta,
}

/// The state of the data, and what was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceMeta {
    #[serde(flatten)]
    pub meta: Meta,
    pub totals: InvoiceTotals,
    /// The first 1,000.
    pub documents: Vec<DocumentBody>,
    #[schema(example = 1)]
    pub documents_total: usize,
    pub files: Vec<FileBody>,
    /// Files, entries of archives and places that could not be read; the others were.
    pub faults: Vec<FileFaultBody>,
}

/// Counts (totales).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceTotals {
    #[schema(example = 3)]
    pub lines: u64,
    /// With a verdict other than `cannot_compare`.
    #[schema(example = 2)]
    pub decided: u64,
    #[schema(example = 1)]
    pub above: u64,
    #[schema(example = 1)]
    pub within: u64,
    #[schema(example = 0)]
    pub not_regulated: u64,
    #[schema(example = 0)]
    pub no_ceiling_for_this_stage: u64,
    /// Pesos above of the lines whose quantity is known, each cut to centavos.
    pub above_amount: Pesos,
    /// Lines above whose pesos are not in it.
    #[schema(example = 0)]
    pub above_without_amount: u64,
    /// Lines without a verdict, by their first reason.
    pub undecided: BTreeMap<String, u64>,
}

/// One document of the check.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentBody {
    #[schema(example = "factura.xml")]
    pub file: String,
    #[schema(example = "FE1")]
    pub document: Option<String>,
    #[schema(example = "invoice")]
    pub kind: &'static str,
    #[schema(value_type = Option<String>, format = Date, example = "2020-06-15")]
    pub issued_on: Option<jiff::civil::Date>,
    /// The health sector's operation type, as `SS-CUFE`.
    pub operation_type: Option<String>,
    /// NIT.
    pub seller: Option<String>,
    /// NIT.
    pub customer: Option<String>,
    /// What is odd about it: `cufe_malformed`, `wrapper_date_differs`, `encoding_differs`, `mapping_proposed`, `malformed_date`.
    pub marks: Vec<&'static str>,
    pub totals: InvoiceTotals,
}

/// One file that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileBody {
    #[schema(example = "factura.xml")]
    pub file: String,
    /// `dian`, `zip`, `csv`, `xlsx`, `rips`, `sismed` or `med100`.
    #[schema(example = "dian")]
    pub format: Option<&'static str>,
    #[schema(example = 1)]
    pub documents: u64,
    #[schema(example = 3)]
    pub lines: u64,
    /// Rows that are no lines: totals, repeated headers.
    #[schema(example = 0)]
    pub skipped: u64,
    /// Of a list: which column was taken for what. Look at it: it is proposed from the headers and the first rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapping: Option<MappingBody>,
}

/// Which column was taken for what.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MappingBody {
    /// Names the header: the same columns again have the same.
    pub header_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    #[schema(example = 1)]
    pub header_row: u64,
    /// Whether the request gave it.
    pub confirmed: bool,
    /// Whether `05/06/2020` is the fifth of June; null where every date can be read in one way only.
    pub day_first: Option<bool>,
    pub columns: Vec<ColumnBody>,
}

/// One column.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ColumnBody {
    #[schema(example = "vr_unitario")]
    pub header: String,
    /// `text`, `brand`, `cum`, `ium`, `gtin`, `registration`, `code`, `quantity`, `unit`, `unit_price`, `total`, `discount`, `date`, `document_number`, `cufe`, `seller`,
    /// `customer` or `currency`.
    #[schema(example = "unit_price")]
    pub field: &'static str,
}

/// What could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileFaultBody {
    #[schema(example = "foto.pdf")]
    pub file: String,
    pub line: Option<u64>,
    pub column: Option<u64>,
    #[schema(example = "pdf")]
    pub code: &'static str,
    /// In the language asked for.
    pub detail: String,
}

/// Counts as they grow.
#[derive(Clone, Debug, Default)]
pub struct TotalsCount {
    verdicts: [u64; Verdict::ALL.len()],
    above_amount: Decimal,
    above_without_amount: u64,
    undecided: BTreeMap<&'static str, u64>,
}

impl TotalsCount {
    pub fn add(&mut self, judged: &JudgedLine) {
        let verdict = judged.verdict.verdict;
        let place = Verdict::ALL.iter().position(|one| *one == verdict);
        if let Some(count) = place.and_then(|place| self.verdicts.get_mut(place)) {
            *count += 1;
        }
        match verdict {
            Verdict::CannotCompare => {
                *self.undecided.entry(judged.reasons.first().copied().unwrap_or("cannot_compare")).or_default() += 1;
            }
            Verdict::Above => {
                let excess = judged.binding.as_ref().and_then(|binding| binding.excess_of_line);
                match excess.and_then(|excess| exact::sum(self.above_amount, excess)) {
                    Some(sum) => self.above_amount = sum,
                    None => self.above_without_amount += 1,
                }
            }
            _ => {}
        }
    }

    pub fn of(&self, verdict: Verdict) -> u64 {
        Verdict::ALL.iter().zip(self.verdicts).find(|(one, _)| **one == verdict).map_or(0, |(_, count)| count)
    }

    /// How many lines have each verdict; those that none has are left out.
    pub fn by_verdict(&self) -> BTreeMap<&'static str, u64> {
        let counts = Verdict::ALL.iter().zip(self.verdicts);
        counts.filter(|(_, count)| *count > 0).map(|(verdict, count)| (verdict.code(), count)).collect()
    }

    pub fn lines(&self) -> u64 {
        self.verdicts.iter().sum()
    }

    pub fn body(&self) -> InvoiceTotals {
        InvoiceTotals {
            lines: self.lines(),
            decided: self.lines() - self.of(Verdict::CannotCompare),
            above: self.of(Verdict::Above),
            within: self.of(Verdict::Within),
            not_regulated: self.of(Verdict::NotRegulated),
            no_ceiling_for_this_stage: self.of(Verdict::NoCeilingForThisStage),
            above_amount: Pesos::new(self.above_amount),
            above_without_amount: self.above_without_amount,
            undecided: self.undecided.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect(),
        }
    }
}

impl InvoiceMeta {
    pub fn disclaimer(&self, language: Language) -> &'static str {
        meta::disclaimer(language, !self.meta.sample.is_empty())
    }
}

impl DocumentBody {
    pub fn new(document: &InvoiceDocument, totals: &TotalsCount) -> Self {
        Self {
            file: document.file.to_string(),
            document: document.number.clone(),
            kind: document.kind.code(),
            issued_on: document.issued_on,
            operation_type: document.operation_type.clone(),
            seller: document.seller.as_ref().map(ToString::to_string),
            customer: document.customer.as_ref().map(ToString::to_string),
            marks: document.marks.iter().map(|mark| mark.code()).collect(),
            totals: totals.body(),
        }
    }
}

impl FileBody {
    pub fn new(file: &str, summary: &ReadSummary) -> Self {
        Self {
            file: file.to_owned(),
            format: summary.format.map(|format| format.code()),
            documents: summary.documents,
            lines: summary.lines,
            skipped: summary.skipped,
            mapping: summary.mapping.as_ref().map(MappingBody::new),
        }
    }
}

impl MappingBody {
    pub fn new(used: &UsedMapping) -> Self {
        let columns = used.mapping.columns.iter();
        Self {
            header_digest: used.mapping.header_digest.clone(),
            sheet: used.sheet.clone(),
            header_row: used.header_row,
            confirmed: used.confirmed,
            day_first: used.mapping.day_first,
            columns: columns.map(|(header, field)| ColumnBody { header: header.clone(), field: field.code() }).collect(),
        }
    }
}

impl FileFaultBody {
    pub fn new(fault: &FileFault, language: Language) -> Self {
        let FileFault { file, line, column, code, words } = fault;
        Self { file: file.clone(), line: *line, column: *column, code, detail: within(words, language).to_owned() }
    }
}

fn within(words: &Words, language: Language) -> &str {
    if language == Language::Spanish { &words.es } else { &words.en }
}
