//! Writes the worksheet: the law steps once per basis, the price steps once per verdict.

use rust_decimal::Decimal;

use super::{
    basis::{Absence, Chosen, Ground, Question},
    law::{Candidate, Facts, IpsMargin, MarginRule, Rules},
    reason::Reason,
    verdict::{self, Comparison, Excess, Finding, Observed, Verdict},
    worksheet::{Step, Value, number, optional, text},
};

/// Steps `period`, `place`, `ceilings`.
pub fn law_steps(question: &Question, candidates: &[Candidate], rules: &Rules, absence: &Absence, ground: &Ground) -> Vec<Step> {
    let period = Step::new(
        "period",
        vec![("date", text(question.period))],
        vec![("from", Value::Day(question.period.from)), ("until", Value::Day(question.period.until))],
    );
    let (channel, stage) = (Value::Word(question.place.channel.code()), Value::Word(question.place.stage.code()));
    let asked = match question.place.transaction() {
        Some(code) => vec![("transaction", Value::Whole(i64::from(code)))],
        None => vec![("channel", channel.clone()), ("stage", stage.clone())],
    };
    let place = Step::new("place", asked, vec![("channel", channel), ("stage", stage)]);
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
    }
    vec![period, place, Step::new("ceilings", inputs, outcome(ground))]
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
    Value::Map(vec![
        ("id", id(index)),
        ("basis", Value::Word(candidate.basis.code())),
        ("state", Value::Word(if candidate.amount.is_some() { "amount" } else { "not_bound" })),
        ("act", text(&candidate.act)),
        ("valid_from", Value::Day(candidate.valid_from)),
        ("list_cut_date", Value::Day(candidate.list_cut_date)),
        ("list_order", Value::Whole(candidate.list_order)),
        ("amount", optional(candidate.amount, number)),
        ("ips_margin", margin),
    ])
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

fn outcome(ground: &Ground) -> Vec<(&'static str, Value)> {
    match ground {
        Ground::Ceiling { chosen, changed } => vec![
            ("outcome", Value::Word("ceiling")),
            ("chosen", id(chosen.index)),
            ("margin", number(chosen.margin)),
            ("binding", number(chosen.binding)),
            ("changed_in_period", Value::Bool(*changed)),
        ],
        Ground::NoCeilingForThisStage { .. } => vec![("outcome", Value::Word("no_ceiling_for_this_stage"))],
        Ground::NotRegulated => vec![("outcome", Value::Word("not_regulated"))],
        Ground::Unknown { reason, reference } => vec![
            ("outcome", Value::Word("unknown")),
            ("reason", Value::Word(reason.code())),
            ("reference", optional(reference.as_ref(), |chosen: &Chosen| id(chosen.index))),
        ],
    }
}

/// Steps `units` to `verdict`.
pub fn price_steps(observed: Option<Observed>, ground: &Ground, facts: &Facts, verdict: &Verdict) -> Vec<Step> {
    let mut steps = Vec::new();
    if let (Some(observed), Ground::Ceiling { .. }) = (observed, ground) {
        steps.push(units(observed, facts));
    }
    if let (Some(observed), Some(compared)) = (observed, verdict.comparison.as_ref()) {
        steps.push(compare(observed, compared, verdict.finding));
        if let Some(excess) = &verdict.excess {
            steps.push(excess_step(compared, excess));
            steps.push(rounding(compared, excess));
        }
    }
    let reasons = verdict.reasons.iter().map(Reason::code_text).collect();
    let result = vec![("verdict", Value::Word(verdict.finding.code())), ("reasons", Value::List(reasons))];
    steps.push(Step::new("verdict", Vec::new(), result));
    steps
}

fn units(observed: Observed, facts: &Facts) -> Step {
    let result = match verdict::factor(observed.per, facts) {
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

fn compare(observed: Observed, compared: &Comparison, finding: Finding) -> Step {
    let inputs = vec![
        ("observed", number(observed.amount)),
        ("divided_by", number(observed.divided_by)),
        ("factor", number(compared.factor)),
        ("ceiling", number(compared.ceiling)),
    ];
    let result =
        vec![("left", number(compared.left)), ("right", number(compared.right)), ("verdict", Value::Word(finding.code()))];
    Step::new("compare", inputs, result)
}

fn sides(compared: &Comparison) -> Vec<(&'static str, Value)> {
    vec![("left", number(compared.left)), ("right", number(compared.right)), ("divided_by", number(compared.divided_by))]
}

fn excess_step(compared: &Comparison, excess: &Excess) -> Step {
    let result = vec![
        ("excess", text(super::amount::display(excess.amount))),
        ("excess_percent", text(super::amount::percent(excess.percent))),
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

impl Reason {
    fn code_text(&self) -> Value {
        Value::Word(self.code())
    }
}
