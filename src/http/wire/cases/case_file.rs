//! One case with all its evidence: the answer of `show_case`, and the content that a dossier seals.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{
    case::{CaseActBody, CaseExcess, CaseMedicine, CasePeriod, CaseSeller, excess, medicine, period, seller},
    case_evidence::EvidenceBody,
    case_work::principal,
};
use crate::{
    domain::cases::case_file::{LIMITATION, LegalTerm, REPLY, last_day, term},
    http::{base::language::Language, wire::service::authority::PrincipalBody},
    read_model::cases::case::{CaseEvent, CaseFile},
    text::hex::sha256,
};

/// A case, its history and its evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseFileBody {
    /// Grows with every event; a step must name the one it was decided on.
    pub version: i32,
    /// Who works on it; null: nobody. Always null for a reporter: it is the authority's own matter.
    pub assignee: Option<PrincipalBody>,
    /// Null where no term to reply is known for its day.
    pub notification: Option<CaseNotification>,
    /// SHA-256 of the evidence as a dossier has it: `evidence` of its `case.json` as compact JSON in UTF-8 with the members of every object
    /// in order of name, as `jq -cjS .evidence` writes it.
    pub evidence_sha256: String,
    pub case: CaseHead,
    pub history: Vec<CaseEventBody>,
    pub evidence: Vec<EvidenceBody>,
}

/// What the notification of a case says of the seller's term to reply.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseNotification {
    /// False: the seller has not been notified; the days are those of a notification today.
    pub recorded: bool,
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The last day on which the seller may reply.
    #[schema(value_type = String, format = Date)]
    pub reply_due: Date,
    pub term: CaseTerm,
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

impl CaseFileBody {
    /// As it is shown: the verdicts in words too.
    pub fn shown(file: &CaseFile, today: Date, language: Language) -> Self {
        let mut body = Self::new(file, today);
        let evidence = std::mem::take(&mut body.evidence).into_iter().zip(&file.evidence);
        body.evidence = evidence.map(|(one, stored)| one.in_words(stored, language)).collect();
        body
    }

    /// Without words, as a dossier has its evidence.
    pub fn new(file: &CaseFile, today: Date) -> Self {
        let case = &file.summary;
        let evidence: Vec<EvidenceBody> =
            file.evidence.iter().enumerate().map(|(index, one)| EvidenceBody::new(index + 1, one)).collect();
        Self {
            version: case.version,
            assignee: case.assignee.as_ref().map(principal),
            notification: notification(file, today),
            evidence_sha256: digest(&evidence),
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
            evidence,
        }
    }

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

fn digest(evidence: &[EvidenceBody]) -> String {
    let mut evidence = serde_json::json!(evidence);
    evidence.sort_all_objects();
    sha256(evidence.to_string())
}

fn notification(file: &CaseFile, today: Date) -> Option<CaseNotification> {
    let notified_on = file.summary.notified_on;
    let on = notified_on.unwrap_or(today);
    let term = term(&file.terms, REPLY, on)?;
    Some(CaseNotification { recorded: notified_on.is_some(), on, reply_due: term.last_day(on), term: CaseTerm::from(term) })
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
