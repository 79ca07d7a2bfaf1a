//! Turns a domain view into a stored basis, and a report's three prices into a stored verdict.

use serde_json::{Value as Json, json};
use tokio_postgres::types::Type;

use super::bulk::Cell;
use crate::{
    cells,
    domain::{
        amount::plain,
        basis::{Chosen, Ground, Question},
        comparison::{Observed, Per},
        explain::{self, LawSide},
        law::{RULE_VERSION, Rules},
        lawbook::LegalView,
        listed::{InvoiceUnit, SismedReport},
        reason::Reason,
        verdict::{Finding, Verdict, judge},
    },
    text::{hex::sha256, worksheet::step_json},
};

/// What a stored basis consists of; its digest is the identity of a verdict's inputs.
pub struct Canonical {
    pub law_steps: Json,
    pub siblings: Json,
    pub digest: String,
}

pub fn canonical(question: &Question, view: &LegalView, rules: &Rules) -> Canonical {
    let steps = explain::law_steps(LawSide::of(question, view, rules));
    let law_steps = Json::Array(steps.iter().map(step_json).collect());
    let sibling = |s: &crate::domain::lawbook::Sibling| json!([s.cum.to_string(), plain(s.dispensing_units), plain(s.binding)]);
    let siblings = Json::Array(view.siblings.iter().map(sibling).collect());
    let number = |value: Option<rust_decimal::Decimal>| value.map(plain);
    let facts = json!([number(view.facts.dispensing_units), number(view.facts.regulated_units), view.facts.regulated_unit]);
    let text = format!("{RULE_VERSION}\n{law_steps}\n{siblings}\n{facts}");
    Canonical { law_steps, siblings, digest: sha256(text) }
}

pub const BASIS_TYPES: &[Type] = &[
    Type::INT8,
    Type::INT4,
    Type::INT4,
    Type::DATE,
    Type::DATE,
    Type::INT2,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT,
    Type::TEXT,
    Type::DATE,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::TEXT,
    Type::JSONB,
    Type::JSONB,
    Type::INT8,
];

pub fn basis_row(id: i64, question: &Question, view: &LegalView, canonical: Canonical, recorded_in: i64) -> Vec<Cell> {
    let (outcome, reason, changed, chosen) = ground_columns(&view.ground);
    let transaction = question.place.transaction().map(i16::from);
    cells![
        id,
        question.cum.expediente,
        question.cum.consecutive,
        question.period.from,
        question.period.until,
        transaction,
        RULE_VERSION,
        canonical.digest,
        outcome,
        reason.map(Reason::code),
        changed,
        chosen.map(|c| c.act.clone()),
        chosen.map(|c| c.basis.code()),
        chosen.map(|c| c.valid_from),
        chosen.map(|c| c.amount),
        chosen.map(|c| c.margin),
        chosen.map(|c| c.binding),
        view.facts.dispensing_units,
        view.facts.regulated_units,
        view.facts.regulated_unit.clone(),
        canonical.siblings,
        canonical.law_steps,
        recorded_in,
    ]
}

fn ground_columns(ground: &Ground) -> (&'static str, Option<Reason>, bool, Option<&Chosen>) {
    match ground {
        Ground::Ceiling { chosen, remarks } => ("ceiling", None, remarks.changed, Some(chosen)),
        Ground::NoCeilingForThisStage { remarks } => ("no_ceiling_for_this_stage", None, remarks.changed, None),
        Ground::NotRegulated => ("not_regulated", None, false, None),
        Ground::Unknown { reason, reference } => ("unknown", Some(*reason), false, reference.as_ref()),
    }
}

/// The three prices of a report, each judged in the unit it was invoiced in.
pub struct ReportVerdicts {
    pub minimum: Verdict,
    pub average: Verdict,
    pub maximum: Verdict,
}

/// The prices of a report, without the identity of the report.
#[derive(Clone, Copy, Debug)]
pub struct ReportPrices {
    pub unit: InvoiceUnit,
    pub minimum: Option<rust_decimal::Decimal>,
    pub maximum: Option<rust_decimal::Decimal>,
    pub units: Option<rust_decimal::Decimal>,
    pub value: Option<rust_decimal::Decimal>,
}

impl From<&SismedReport> for ReportPrices {
    fn from(report: &SismedReport) -> Self {
        let SismedReport { unit, minimum, maximum, units, value, .. } = *report;
        Self { unit, minimum, maximum, units, value }
    }
}

impl ReportPrices {
    pub fn per(&self) -> Per {
        Self::per_unit(self.unit)
    }

    pub fn per_unit(unit: InvoiceUnit) -> Per {
        match unit {
            InvoiceUnit::Pack => Per::Pack,
            InvoiceUnit::PrimaryPack => Per::PrimaryPack,
            InvoiceUnit::DispensingUnit => Per::DispensingUnit,
            InvoiceUnit::RegulatedUnit => Per::RegulatedUnit,
        }
    }

    pub fn single(&self, amount: Option<rust_decimal::Decimal>) -> Option<Observed> {
        amount.map(|amount| Observed { amount, divided_by: rust_decimal::Decimal::ONE, per: self.per() })
    }

    /// value / units, kept as the fraction.
    pub fn average(&self) -> Option<Observed> {
        Some(Observed { amount: self.value?, divided_by: self.units?, per: self.per() })
    }

    pub fn judge(&self, view: &LegalView) -> ReportVerdicts {
        let one = |observed| judge(observed, &view.ground, &view.facts, &view.siblings);
        ReportVerdicts {
            minimum: one(self.single(self.minimum)),
            average: one(self.average()),
            maximum: one(self.single(self.maximum)),
        }
    }
}

impl ReportVerdicts {
    /// Above if any price is above (in doubt if one of these is); otherwise what the maximum says (else the average, else the minimum).
    pub fn headline(&self) -> &Verdict {
        let all = [&self.maximum, &self.average, &self.minimum];
        let doubtful = all.into_iter().find(|verdict| verdict.reasons.contains(&Reason::AnotherUnitFits));
        let above = doubtful.or(all.into_iter().find(|verdict| verdict.finding == Finding::Above));
        let told = all.into_iter().find(|verdict| verdict.reasons.first() != Some(&Reason::PriceMissing));
        above.or(told).unwrap_or(&self.maximum)
    }
}
