//! Turns a domain view into a stored basis.

use serde_json::{Value as Json, json};
use tokio_postgres::types::Type;

use crate::{
    cells,
    domain::{
        law::{
            basis::{Chosen, LawQuestion, LegalBasis},
            lawbook::ApplicableLaw,
            rules::{RULE_VERSION, Rules},
        },
        number::amount::plain,
        reason::Reason,
        verdict::explain::{self, LawSide},
    },
    store::postgres::copy_writer::CopyValue,
    text::{hex::sha256, worksheet::step_json},
};

/// The parts of a stored basis; its digest is the identity of a verdict's inputs.
pub struct Canonical {
    pub law_steps: Json,
    pub siblings: Json,
    pub digest: String,
}

pub fn canonical(question: &LawQuestion, view: &ApplicableLaw, rules: &Rules) -> Canonical {
    let steps = explain::law_steps(LawSide::of(question, view, rules));
    let law_steps = Json::Array(steps.iter().map(step_json).collect());
    let sibling =
        |s: &crate::domain::law::lawbook::Sibling| json!([s.cum.to_string(), plain(s.dispensing_units), plain(s.binding)]);
    let siblings = Json::Array(view.siblings.iter().map(sibling).collect());
    let number = |value: Option<rust_decimal::Decimal>| value.map(plain);
    let facts = json!([number(view.facts.dispensing_units), number(view.facts.regulated_units), view.facts.regulated_unit]);
    let text = format!("{RULE_VERSION}\n{law_steps}\n{siblings}\n{facts}");
    Canonical { law_steps, siblings, digest: sha256(text) }
}

pub(crate) const BASIS_TYPES: &[Type] = &[
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

pub(crate) fn basis_row(
    id: i64,
    question: &LawQuestion,
    view: &ApplicableLaw,
    canonical: Canonical,
    recorded_in: i64,
) -> Vec<CopyValue> {
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

fn ground_columns(ground: &LegalBasis) -> (&'static str, Option<Reason>, bool, Option<&Chosen>) {
    match ground {
        LegalBasis::Ceiling { chosen, remarks } => ("ceiling", None, remarks.changed, Some(chosen)),
        LegalBasis::NoCeilingForThisStage { remarks } => ("no_ceiling_for_this_stage", None, remarks.changed, None),
        LegalBasis::NotRegulated => ("not_regulated", None, false, None),
        LegalBasis::Unknown { reason, reference } => ("unknown", Some(*reason), false, reference.as_ref()),
    }
}
