//! Submissions and the rules that validate them, on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        identifier::nit::Nit,
        reports::validation::{self, Fate, ValidationRule},
    },
    http::{base::language::Language, wire::service::log::LeafBody},
    read_model::service::submissions::{Submission, SubmissionFault},
    text::hex::hex,
};

/// A reporter's file and its outcome.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubmissionBody {
    #[schema(example = "s4Tz0bWq81Xc")]
    pub id: String,
    /// `report`, or `invoice`: a checked file of invoices that was kept (`POST /v1/invoice-checks?keep=true`), no row of which is a report.
    #[schema(example = "report")]
    pub kind: String,
    /// NIT with its check digit.
    #[schema(example = "900123456-8")]
    pub nit: String,
    pub reporter: String,
    /// The file's name, as the reporter gave it.
    pub name: String,
    /// `csv`, `ndjson`, `xlsx` or `med100` (the file that goes to PISIS), of invoices also `dian`, `zip`, `rips` or `sismed`: as its content shows it.
    pub format: String,
    pub gzip: bool,
    #[schema(example = "2020-Q2")]
    pub period: String,
    /// `received`, `validating`, `accepted`, `partly_quarantined` or `refused`.
    #[schema(example = "accepted")]
    pub state: String,
    pub dry_run: bool,
    /// The submission that this one corrects, and the one that corrects this one.
    pub rectifies: Option<String>,
    pub rectified_by: Option<String>,
    pub version: i32,
    pub bytes: i64,
    /// SHA-256 of the bytes as they were sent.
    pub sha256: String,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// read = accepted + quarantined + refused. Of a refused file no row is accepted: the good ones are refused with it.
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
    /// It has no rows: nothing was sold in the period.
    pub zero_report: bool,
    /// Accepted rows by quality flag.
    pub flags: BTreeMap<String, u64>,
    /// Rows not taken, by rule.
    pub reasons: BTreeMap<String, u64>,
    /// Accepted rows by verdict.
    pub verdicts: BTreeMap<String, u64>,
    /// Why the whole file was not taken.
    pub refusal: Option<RefusalBody>,
    /// Position of the acceptance in the audit log.
    #[schema(example = "12")]
    pub position: Option<String>,
    /// Compact JWS (EdDSA; keys at `/v1/keys`) over a JSON object that repeats what stands here: the proof of delivery.
    pub receipt: Option<String>,
    /// The receipt's leaf in the log (`/v1/log`), whose content is `{"kind":"receipt","sha256":"…"}` with the SHA-256 of the receipt.
    pub receipt_leaf: Option<LeafBody>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusalBody {
    #[schema(example = "missing_column")]
    pub code: String,
    pub detail: String,
}

/// A rejected row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubmissionErrorBody {
    /// As a person counts lines in an editor, from 1.
    pub line: i64,
    pub column: Option<String>,
    pub value: String,
    /// Code of the rule.
    #[schema(example = "not_a_number")]
    pub rule: String,
    /// `quarantined` (a data row that cannot be used) or `refused` (not data).
    pub fate: String,
    /// What the rule says, in the language asked for.
    pub explanation: Option<&'static str>,
}

/// A rule that validates submissions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ValidationRuleBody {
    #[schema(example = "minimum_above_maximum")]
    pub code: &'static str,
    /// `refuse` (the file), `quarantine` (the row) or `flag` (the row is kept and judged).
    #[schema(example = "quarantine")]
    pub fate: &'static str,
    pub explanation: &'static str,
}

impl SubmissionBody {
    pub fn new(submission: &Submission, language: Language) -> Self {
        let counts = |json: &serde_json::Value| serde_json::from_value(json.clone()).unwrap_or_default();
        let one = submission.clone();
        let spanish = one.refusal_detail_es.filter(|_| language == Language::Spanish);
        let detail = spanish.or(one.refusal_detail);
        Self {
            id: one.id,
            kind: one.kind,
            nit: one.nit.parse::<Nit>().map_or(one.nit, |nit| nit.to_string()),
            reporter: one.reporter,
            name: one.name,
            format: one.format,
            gzip: one.gzip,
            period: one.period,
            state: one.state,
            dry_run: one.dry_run,
            rectifies: one.rectifies,
            rectified_by: one.rectified_by,
            version: one.version,
            bytes: one.bytes,
            sha256: one.sha256,
            received_at: one.received_at.to_string(),
            finished_at: one.finished_at.map(|at| at.to_string()),
            rows_read: one.rows_read,
            rows_accepted: one.rows_accepted,
            rows_quarantined: one.rows_quarantined,
            rows_refused: one.rows_refused,
            zero_report: one.zero_report,
            flags: counts(&one.flags),
            reasons: counts(&one.reasons),
            verdicts: counts(&one.verdicts),
            refusal: one.refusal_code.zip(detail).map(|(code, detail)| RefusalBody { code, detail }),
            position: one.position.map(|position| position.to_string()),
            receipt: one.receipt,
            receipt_leaf: one.receipt_leaf.map(|(index, hash)| LeafBody { index, hash: hex(&hash) }),
        }
    }
}

impl SubmissionErrorBody {
    pub fn new(fault: &SubmissionFault, language: Language) -> Self {
        let fault = fault.clone();
        let explanation = validation::rule(&fault.rule).map(|rule| explanation(rule, language));
        Self { line: fault.line, column: fault.column, value: fault.value, rule: fault.rule, fate: fault.fate, explanation }
    }
}

impl ValidationRuleBody {
    pub fn new(rule: &ValidationRule, language: Language) -> Self {
        let fate = match rule.fate {
            Fate::Refuse => "refuse",
            Fate::Quarantine => "quarantine",
            Fate::Flag => "flag",
        };
        Self { code: rule.code, fate, explanation: explanation(rule, language) }
    }
}

fn explanation(rule: &ValidationRule, language: Language) -> &'static str {
    if language == Language::Spanish { rule.es } else { rule.en }
}
