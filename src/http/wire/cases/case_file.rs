//! One case with all its evidence: the answer of `show_case`, and the content that a dossier seals.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{
    case::{CaseActBody, CaseExcess, CaseMedicine, CasePeriod, CaseSeller, excess, medicine, period, seller},
    case_evidence::EvidenceBody,
};
use crate::{
    domain::cases::case_file::{LIMITATION, LegalTerm, REPLY, last_day, term},
    read_model::cases::case::{CaseEvent, CaseFile},
};

/// A case, its history and its evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseFileBody {
    /// Grows with every event; a step must name the one it was decided on.
    pub version: i32,
    pub case: CaseHead,
    pub history: Vec<CaseEventBody>,
    pub evidence: Vec<EvidenceBody>,
}

/// The subject of the case, and its running terms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseHead {
    #[schema(example = "c000001")]
    pub id: String,
    #[schema(example = "suspected")]
    pub state: &'static str,
    pub seller: CaseSeller,
    pub medicine: CaseMedicine,
    pub act: CaseActBody,
    pub period: CasePeriod,
    pub reports: i64,
    pub total_excess: CaseExcess,
    /// The reports fit another unit or pack better: a question to the reporter, and no accusation until it is answered. The readings
    /// stand in the worksheets of the evidence.
    pub another_unit_fits: bool,
    pub clock: CaseClock,
}

/// The legal clock: last days are inside the term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseClock {
    #[schema(value_type = Option<String>, format = Date)]
    pub notified_on: Option<Date>,
    /// Working days, the day of notification not counted.
    #[schema(value_type = Option<String>, format = Date)]
    pub reply_due: Option<Date>,
    /// The limitation date of a sale on the first day reported on.
    #[schema(value_type = Option<String>, format = Date)]
    pub limitation_first: Option<Date>,
    /// That of a sale on the last day reported on.
    #[schema(value_type = Option<String>, format = Date)]
    pub limitation_last: Option<Date>,
    pub rules: Vec<CaseTerm>,
}

/// A term of the law, and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseTerm {
    /// reply or limitation.
    #[schema(example = "reply")]
    pub code: String,
    #[schema(example = 15)]
    pub amount: u32,
    /// working_days or years.
    #[schema(example = "working_days")]
    pub unit: &'static str,
    pub citation: String,
    /// Whether an official source has been read.
    pub confirmed: bool,
}

/// One event in the history of a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseEventBody {
    pub ordinal: i32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: CaseEventBy,
    /// opened, transition, proposal, reply or evidence_changed.
    #[schema(example = "transition")]
    pub kind: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    pub text: Option<String>,
}

/// Who did it; the service itself opens cases and notes that evidence changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseEventBy {
    /// regulator, reporter or system.
    #[schema(example = "regulator")]
    pub kind: String,
    pub name: String,
}

impl From<&CaseFile> for CaseFileBody {
    fn from(file: &CaseFile) -> Self {
        let case = &file.summary;
        let evidence = file.evidence.iter().enumerate();
        Self {
            version: case.version,
            case: CaseHead {
                id: case.id.clone(),
                state: case.state.code(),
                seller: seller(case),
                medicine: medicine(case),
                act: CaseActBody::from(&case.act),
                period: period(case),
                reports: case.reports,
                total_excess: excess(case),
                another_unit_fits: case.another_unit_fits,
                clock: clock(file),
            },
            history: file.history.iter().map(CaseEventBody::from).collect(),
            evidence: evidence.map(|(index, one)| EvidenceBody::new(index + 1, one)).collect(),
        }
    }
}

impl CaseFileBody {
    /// The whole of `case.json` in a dossier.
    pub fn dossier(&self, file: &CaseFile, now: Timestamp) -> Json {
        serde_json::json!({
            "format": "termometro-dossier/1",
            "generated_at": now.to_string(),
            "data_version": file.data_version.to_string(),
            "case": self.case,
            "history": self.history,
            "evidence": self.evidence,
        })
    }
}

/// Each term as it stood when it began to run.
fn clock(file: &CaseFile) -> CaseClock {
    let (case, terms) = (&file.summary, &file.terms);
    let periods = file.evidence.iter().map(|one| one.reported.period);
    let first = periods.clone().map(|period| period.from).min().unwrap_or(case.from);
    let last = periods.map(|period| period.last_day()).max().unwrap_or_else(|| case.until.yesterday().unwrap_or(case.until));
    let reply = case.notified_on.and_then(|day| term(terms, REPLY, day));
    let mut rules: Vec<&LegalTerm> = reply.into_iter().collect();
    for day in [first, last] {
        rules.extend(term(terms, LIMITATION, day).filter(|term| !rules.contains(term)));
    }
    CaseClock {
        notified_on: case.notified_on,
        reply_due: case.notified_on.and_then(|day| last_day(terms, REPLY, day)),
        limitation_first: last_day(terms, LIMITATION, first),
        limitation_last: last_day(terms, LIMITATION, last),
        rules: rules.into_iter().map(CaseTerm::from).collect(),
    }
}

impl From<&LegalTerm> for CaseTerm {
    fn from(term: &LegalTerm) -> Self {
        Self {
            code: term.code.clone(),
            amount: term.amount,
            unit: term.unit.code(),
            citation: term.citation.clone(),
            confirmed: term.confirmed,
        }
    }
}

impl From<&CaseEvent> for CaseEventBody {
    fn from(event: &CaseEvent) -> Self {
        let event = event.clone();
        let (kind, name) = event.by.unwrap_or_else(|| ("system".to_owned(), "termometro".to_owned()));
        Self {
            ordinal: event.ordinal,
            at: event.at.to_string(),
            by: CaseEventBy { kind, name },
            kind: event.kind,
            from: event.from,
            to: event.to,
            reason: event.reason,
            text: event.text,
        }
    }
}
