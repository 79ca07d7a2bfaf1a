//! Writes the worksheet: the law steps once per basis, the price steps once per verdict.

use rust_decimal::Decimal;

use super::{
    comparison::{Comparison, Observed},
    judge::{self, Excess, Judgement, Verdict},
    readings::{self, AsIf, OtherReading},
    worksheet::{Step, Value, number, optional, text},
};
use crate::domain::{
    identifier::code_list::CodeStanding,
    law::{
        basis::{Absence, Chosen, LawQuestion, LegalBasis},
        financing::ListedFinancing,
        lawbook::{ApplicableLaw, Sibling},
        rules::{Candidate, Facts, IpsMargin, MarginRule, Rules},
    },
    reason::Reason,
};

/// The law side of a verdict: the question, the statements of the lists, and the conclusion.
#[derive(Clone, Copy)]
pub struct LawSide<'a> {
    pub question: &'a LawQuestion,
    pub candidates: &'a [Candidate],
    pub rules: &'a Rules,
    pub absence: &'a Absence,
    pub ground: &'a LegalBasis,
    pub medical_sample: bool,
    /// Where nothing else knows the medicine.
    pub code: Option<&'a CodeStanding>,
}

impl<'a> LawSide<'a> {
    pub fn of(question: &'a LawQuestion, view: &'a ApplicableLaw, rules: &'a Rules) -> Self {
        let ApplicableLaw { candidates, absence, ground, facts, .. } = view;
        let code = facts.code.as_ref().map(|found| &found.standing);
        Self { question, candidates, rules, absence, ground, medical_sample: facts.medical_sample, code }
    }
}

/// Steps `period`, `place`, `ceilings`.
pub fn law_steps(side: LawSide<'_>) -> Vec<Step> {
    let LawSide { question, candidates, rules, absence, ground, medical_sample, code } = side;
    let period = Step::new(
        "period",
        vec![("date", text(question.period))],
        vec![("from", Value::Day(question.period.from)), ("until", Value::Day(question.period.until))],
    );
    let (channel, stage) = (Value::Word(question.place.channel.code()), Value::Word(question.place.stage.code()));
    let place_text = match question.place.transaction() {
        Some(code) => vec![("transaction", Value::Whole(i64::from(code)))],
        None => vec![("channel", channel.clone()), ("stage", stage.clone())],
    };
    let place = Step::new("place", place_text, vec![("channel", channel), ("stage", stage)]);
    let mut inputs = vec![
        ("max_age_days", Value::Whole(i64::from(rules.max_age_days))),
        ("seller", Value::Word(question.seller.code())),
        ("candidates", Value::List(candidates.iter().enumerate().map(|(index, c)| candidate(index, c)).collect())),
        ("margin_rules", Value::List(rules.margin_rules.iter().map(margin_rule).collect())),
    ];
    if candidates.is_empty() {
        let evidence = match absence {
            Absence::Unknown(reason) => reason.code().to_owned(),
            Absence::NotRegulated(evidence) => evidence.clone(),
        };
        inputs.push(("evidence", text(evidence)));
        inputs.extend(code.map(|standing| (CODE_LIST, code_list(standing))));
    }
    if medical_sample {
        inputs.push((MEDICAL_SAMPLE, Value::Bool(true)));
    }
    vec![period, place, Step::new("ceilings", inputs, outcome(ground))]
}

/// An input of `ceilings`, where the catalogue says so.
pub(crate) const MEDICAL_SAMPLE: &str = "medical_sample";
/// Of a candidate derived from a unit price, where a list of the benefit plan is held.
pub(crate) const FINANCING: &str = "financing";
/// Of a candidate that a later edition of its list no longer states.
pub(crate) const OMITTED_FROM: &str = "omitted_from";
/// An input of `ceilings`, where nothing else knows the medicine: what the newest table of codes says.
pub(crate) const CODE_LIST: &str = "code_list";
/// In the result of `ceilings`.
pub(crate) const TWO_PRICES: &str = "two_prices_in_list";

fn code_list(standing: &CodeStanding) -> Value {
    Value::Map(vec![
        ("name", text(&standing.list.name)),
        ("day", optional(standing.list.day, Value::Day)),
        ("code", Value::Word(standing.listing.code())),
    ])
}

fn id(index: usize) -> Value {
    text(format!("c{}", index + 1))
}

fn candidate(index: usize, candidate: &Candidate) -> Value {
    let margin = match candidate.ips_margin {
        IpsMargin::Pesos(margin) => number(margin),
        IpsMargin::None => Value::Word("none"),
        IpsMargin::ByRule => Value::Word("rule"),
    };
    let mut members = vec![
        ("id", id(index)),
        ("basis", Value::Word(candidate.basis.code())),
        ("state", Value::Word(if candidate.amount.is_some() { "amount" } else { "not_bound" })),
        ("act", text(&candidate.act)),
        ("valid_from", Value::Day(candidate.valid_from)),
        ("list_cut_date", Value::Day(candidate.list_cut_date)),
        ("list_order", Value::Whole(candidate.list_order)),
        ("amount", optional(candidate.amount, number)),
        ("ips_margin", margin),
    ];
    if let Some(day) = candidate.omitted_from {
        members.push((OMITTED_FROM, Value::Day(day)));
    }
    if let Some(ListedFinancing { standing, list, day }) = candidate.financing.as_deref() {
        let stated = vec![("standing", Value::Word(standing.code())), ("list", text(list)), ("day", optional(*day, Value::Day))];
        members.push((FINANCING, Value::Map(stated)));
    }
    Value::Map(members)
}

fn margin_rule(rule: &MarginRule) -> Value {
    Value::Map(vec![
        ("from", Value::Day(rule.from)),
        ("until", optional(rule.until, Value::Day)),
        ("above", number(rule.above)),
        ("up_to", optional(rule.up_to, number)),
        ("percent", number(rule.percent)),
    ])
}

fn outcome(ground: &LegalBasis) -> Vec<(&'static str, Value)> {
    match ground {
        LegalBasis::Ceiling { chosen, remarks } => vec![
            ("outcome", Value::Word("ceiling")),
            ("chosen", id(chosen.index)),
            ("margin", number(chosen.margin)),
            ("binding", number(chosen.binding)),
            ("changed_in_period", Value::Bool(remarks.changed)),
            (TWO_PRICES, Value::Bool(remarks.two_prices)),
        ],
        LegalBasis::NoCeilingForThisStage { remarks } => vec![
            ("outcome", Value::Word("no_ceiling_for_this_stage")),
            ("changed_in_period", Value::Bool(remarks.changed)),
            (TWO_PRICES, Value::Bool(remarks.two_prices)),
        ],
        LegalBasis::NotRegulated => vec![("outcome", Value::Word("not_regulated"))],
        LegalBasis::Unknown { reason, reference } => vec![
            ("outcome", Value::Word("unknown")),
            ("reason", Value::Word(reason.code())),
            ("reference", optional(reference.as_ref(), |chosen: &Chosen| id(chosen.index))),
        ],
    }
}

/// Steps `units` to `judgement`.
pub fn price_steps(
    observed: Option<Observed>,
    ground: &LegalBasis,
    facts: &Facts,
    siblings: &[Sibling],
    judgement: &Judgement,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if let (Some(observed), LegalBasis::Ceiling { .. }) = (observed, ground) {
        steps.push(units(observed, facts));
    }
    if let (Some(observed), Some(compared)) = (observed, judgement.comparison.as_ref()) {
        steps.push(compare(observed, compared, judgement.verdict));
        if let Some(excess) = &judgement.excess {
            steps.push(excess_step(compared, excess));
            steps.push(rounding(compared, excess));
            steps.push(readings_step(observed, compared, siblings, &excess.other_readings));
        }
    }
    let reasons = judgement.reasons.iter().map(Reason::code_text).collect();
    let result = vec![("verdict", Value::Word(judgement.verdict.code())), ("reasons", Value::List(reasons))];
    steps.push(Step::new("verdict", Vec::new(), result));
    steps
}

fn units(observed: Observed, facts: &Facts) -> Step {
    let result = match judge::factor(observed.per, facts) {
        Some(factor) => ("factor", number(factor)),
        None => ("reason", Value::Word(Reason::UnitNotConvertible.code())),
    };
    let inputs = vec![
        ("observed_per", Value::Word(observed.per.code())),
        ("dispensing_units_per_pack", optional(facts.dispensing_units, number)),
        ("regulated_units_per_pack", optional(facts.regulated_units, number)),
    ];
    Step::new("units", inputs, vec![result])
}

fn compare(observed: Observed, compared: &Comparison, verdict: Verdict) -> Step {
    let inputs = vec![
        ("observed", number(observed.amount)),
        ("divided_by", number(observed.divided_by)),
        ("factor", number(compared.factor)),
        ("ceiling", number(compared.ceiling)),
    ];
    let result =
        vec![("left", number(compared.left)), ("right", number(compared.right)), ("verdict", Value::Word(verdict.code()))];
    Step::new("compare", inputs, result)
}

fn sides(compared: &Comparison) -> Vec<(&'static str, Value)> {
    vec![("left", number(compared.left)), ("right", number(compared.right)), ("divided_by", number(compared.divided_by))]
}

fn excess_step(compared: &Comparison, excess: &Excess) -> Step {
    let result = vec![
        ("excess", text(crate::domain::number::amount::display(excess.amount))),
        ("excess_percent", text(crate::domain::number::amount::percent(excess.percent))),
    ];
    Step::new("excess", sides(compared), result)
}

fn rounding(compared: &Comparison, excess: &Excess) -> Step {
    let units = excess.rounding.units.iter().map(|units: &Decimal| number(*units)).collect();
    let mut inputs = vec![("ceiling", number(compared.ceiling)), ("units", Value::List(units))];
    inputs.extend(sides(compared));
    let explained = excess.rounding.explained;
    let result = vec![
        ("explained", Value::Bool(explained.is_some())),
        ("to", optional(explained, |(_, to)| Value::Word(to.code()))),
        ("units", optional(explained, |(units, _)| number(units))),
    ];
    Step::new("rounding", inputs, result)
}

/// Which other units and packs were tried, and which of them the price fits.
fn readings_step(observed: Observed, compared: &Comparison, siblings: &[Sibling], found: &[OtherReading]) -> Step {
    let sibling = |one: &Sibling| {
        let (units, ceiling) = (number(one.dispensing_units), number(one.binding));
        Value::Map(vec![("cum", text(one.cum)), ("dispensing_units", units), ("ceiling", ceiling)])
    };
    let mut inputs = vec![("observed", number(observed.amount)), ("ceiling", number(compared.ceiling))];
    inputs.extend(sides(compared));
    inputs.extend([
        ("near_percent", Value::Whole(readings::NEAR_PERCENT)),
        ("far_less_times", Value::Whole(readings::FAR_LESS_TIMES)),
        ("other_packs", Value::List(siblings.iter().map(sibling).collect())),
    ]);
    Step::new("readings", inputs, vec![("readings", Value::List(found.iter().map(reading).collect()))])
}

fn reading(found: &OtherReading) -> Value {
    let cum = if let AsIf::PackOf { cum, .. } = &found.as_if { text(cum) } else { Value::Null };
    Value::Map(vec![
        ("per", text(found.as_if.label())),
        ("cum", cum),
        ("verdict", Value::Word(if found.above { "above" } else { "within" })),
        ("excess_percent", optional(found.excess_percent, |percent| text(crate::domain::number::amount::percent(percent)))),
        ("ratio", text(found.ratio_text())),
    ])
}

impl Reason {
    fn code_text(&self) -> Value {
        Value::Word(self.code())
    }
}
