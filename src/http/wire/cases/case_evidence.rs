//! One report of a case on the wire: enough to recompute its verdict and its excess.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::{
    domain::{number::amount, verdict::comparison::Per},
    http::{
        base::language::Language,
        wire::{
            invoices::sentence::unit_name,
            service::money::Money,
            verdicts::{ceiling::CeilingBody, reading::Reading, verdict::Judged},
        },
    },
    read_model::{
        cases::case_evidence::{Evidence, EvidenceExcess, EvidenceSource, Reported},
        verdicts::stored_basis::{JudgedPrice, StoredBasis},
    },
};

/// A report above the ceiling, where it stands, and what its verdict and its excess rest on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceBody {
    /// From 1, in order of report.
    pub number: usize,
    pub source: EvidenceSourceBody,
    pub reported: ReportedBody,
    /// Quality flags of the report.
    pub flags: Vec<String>,
    pub basis: EvidenceBasisBody,
    /// The prices that the report has.
    pub prices: Vec<EvidencePriceBody>,
    pub excess: EvidenceExcessBody,
}

/// Where the row stands. A reporter's own file has a submission, with its receipt as a signed JWS.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceSourceBody {
    pub file: String,
    pub sha256: String,
    pub line: i64,
    pub publisher: String,
    pub submission: Option<String>,
    /// Its acceptance in the audit log.
    pub position: Option<String>,
    pub receipt: Option<String>,
}

/// The row as the file states it; numbers are plain decimals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportedBody {
    #[schema(example = "19914312-20")]
    pub cum: String,
    #[schema(example = "2020-06")]
    pub period: String,
    #[schema(example = "1")]
    pub actor_role: String,
    #[schema(example = "VN")]
    pub operation: String,
    #[schema(example = "1")]
    pub transaction: String,
    /// A pack, B primary pack, C dispensing unit, D unit of regulation.
    #[schema(example = "A")]
    pub unit: String,
    pub minimum: Option<String>,
    pub maximum: Option<String>,
    pub units: Option<String>,
    pub value: Option<String>,
    pub reporter_nit: Option<String>,
    pub seller_nit: String,
}

/// The law side of the verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceBasisBody {
    pub rule_version: String,
    /// SHA-256 of the rule version, the law steps, the siblings and the facts as compact JSON, one a line.
    pub digest: String,
    #[schema(value_type = Vec<Object>)]
    pub law_steps: Vec<Json>,
    /// [[CUM, dispensing units, binding ceiling], …]
    #[schema(value_type = Vec<Vec<String>>)]
    pub siblings: Json,
    /// Dispensing units, regulated units, unit of regulation of the pack.
    pub facts: [Option<String>; 3],
}

/// One price of the report with every step of its verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidencePriceBody {
    /// minimum, average or maximum.
    #[schema(example = "average")]
    pub which: &'static str,
    #[schema(example = "above")]
    pub verdict: &'static str,
    #[schema(value_type = Vec<Object>)]
    pub worksheet: Vec<Json>,
    /// Not in a dossier, where nothing stands that does not prove.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<EvidenceWordsBody>,
}

/// What the verdict on a price says to people, in the language asked for; all of it follows from the worksheet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceWordsBody {
    /// The price; an average is value / units, half-up to 4 decimals.
    pub observed: Option<Money>,
    /// What that price is for.
    #[schema(example = "presentación")]
    pub unit: Option<&'static str>,
    /// The ceiling that it was compared with, for a pack.
    pub ceiling: Option<CeilingBody>,
    /// What the ceiling is for.
    #[schema(example = "presentación")]
    pub ceiling_unit: Option<&'static str>,
    /// By how much one pack is above; only when above.
    pub excess: Option<Money>,
    /// Percent of the ceiling, 4 decimals, half-up; only when above.
    #[schema(example = "419.6781")]
    pub excess_percent: Option<String>,
    /// `cent` or `peso`, when rounding the unit price explains the excess.
    pub rounded_to: Option<&'static str>,
    /// Other units or packs that the price fits better: a question before any accusation.
    pub other_readings: Vec<Reading>,
    /// One or two sentences.
    pub explanation: String,
}

/// `amount` is (left − right) / factor, cut to centavos.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceExcessBody {
    /// net_of_average: of all units; one_unit_at_least: only one price is known to be above.
    #[schema(example = "net_of_average")]
    pub kind: String,
    #[schema(example = "average")]
    pub price: String,
    pub left: String,
    pub right: String,
    pub factor: String,
    #[schema(example = "152583.20")]
    pub amount: String,
}

impl EvidenceBody {
    pub fn new(number: usize, evidence: &Evidence) -> Self {
        let facts = &evidence.basis.facts;
        let prices = evidence.prices.iter().filter(|(_, price)| price.observed.is_some());
        let price = |(which, price): &(&'static str, _)| price_body(which, price);
        Self {
            number,
            source: EvidenceSourceBody::from(&evidence.source),
            reported: ReportedBody::from(&evidence.reported),
            flags: evidence.flags.clone(),
            basis: EvidenceBasisBody {
                rule_version: evidence.basis.rule_version.clone(),
                digest: evidence.digest.clone(),
                law_steps: evidence.basis.law_steps.clone(),
                siblings: evidence.siblings.clone(),
                facts: [number_text(facts.dispensing_units), number_text(facts.regulated_units), facts.regulated_unit.clone()],
            },
            prices: prices.map(price).collect(),
            excess: EvidenceExcessBody::from(&evidence.excess),
        }
    }

    /// With what the verdict on each price says, by the writer of every verdict.
    pub fn in_words(mut self, evidence: &Evidence, language: Language) -> Self {
        for body in &mut self.prices {
            let price = evidence.prices.iter().find(|(which, _)| *which == body.which);
            body.words = price.map(|(_, price)| words(&evidence.basis, price, language));
        }
        self
    }
}

fn price_body(which: &'static str, price: &JudgedPrice) -> EvidencePriceBody {
    EvidencePriceBody { which, verdict: price.judgement.verdict.code(), worksheet: price.worksheet.clone(), words: None }
}

fn words(basis: &StoredBasis, price: &JudgedPrice, language: Language) -> EvidenceWordsBody {
    let law = (&basis.ground, &basis.facts);
    let Judged { observed, ceiling, excess, excess_percent, rounded_to, other_readings, explanation, .. } =
        Judged::new(price.observed, law, &price.judgement, Vec::new(), language);
    EvidenceWordsBody {
        observed,
        unit: price.observed.map(|observed| unit_name(observed.per, language)),
        ceiling_unit: ceiling.as_ref().map(|_| unit_name(Per::Pack, language)),
        ceiling,
        excess,
        excess_percent,
        rounded_to,
        other_readings,
        explanation,
    }
}

fn number_text(value: Option<Decimal>) -> Option<String> {
    value.map(amount::plain)
}

impl From<&EvidenceSource> for EvidenceSourceBody {
    fn from(source: &EvidenceSource) -> Self {
        let EvidenceSource { file, sha256, line, publisher, submission, position, receipt } = source.clone();
        let position = position.map(|position| position.to_string());
        Self { file, sha256, line, publisher, submission, position, receipt }
    }
}

impl From<&Reported> for ReportedBody {
    fn from(row: &Reported) -> Self {
        Self {
            cum: row.cum.to_string(),
            period: row.period.to_string(),
            actor_role: row.actor_role.to_string(),
            operation: row.operation.clone(),
            transaction: row.transaction.to_string(),
            unit: row.unit.clone(),
            minimum: number_text(row.minimum),
            maximum: number_text(row.maximum),
            units: number_text(row.units),
            value: number_text(row.value),
            reporter_nit: row.reporter.map(|nit| nit.to_string()),
            seller_nit: row.seller.to_string(),
        }
    }
}

impl From<&EvidenceExcess> for EvidenceExcessBody {
    fn from(excess: &EvidenceExcess) -> Self {
        Self {
            kind: excess.kind.clone(),
            price: excess.price.clone(),
            left: amount::plain(excess.left),
            right: amount::plain(excess.right),
            factor: amount::plain(excess.factor),
            amount: amount::display(excess.amount),
        }
    }
}
