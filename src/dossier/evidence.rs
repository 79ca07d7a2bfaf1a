//! Recomputes one report of a case: the ceiling that binds, the verdict on each price, and the excess of the row.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    json::Node,
    report::{DossierFault, FaultKind},
    worksheet_reader::{LawSide, decimal_or_null, facts, siblings},
};
use crate::{
    domain::{
        cases::excess_total::{RowExcess, WhichPrice, row_excess},
        identifier::cum::Cum,
        law::{
            basis::LegalBasis,
            lawbook::Sibling,
            rules::{Facts, RULE_VERSION},
        },
        number::amount,
        verdict::{
            comparison::{Observed, Per},
            explain,
            judge::{Judgement, judge},
        },
    },
    text::{hex::sha256, worksheet::step_json},
};

/// The law side of a row, worked out from the candidates of its worksheet.
pub struct Law {
    pub side: LawSide,
    pub ground: LegalBasis,
    pub steps: Vec<Value>,
    pub facts: Facts,
    pub siblings: Vec<Sibling>,
}

/// One price of a row.
pub struct Price {
    pub which: WhichPrice,
    pub observed: Option<Observed>,
    pub judgement: Judgement,
    /// Every step, from `period` to `judgement`.
    pub worksheet: Vec<Value>,
}

pub fn law(row: &Node<'_>) -> Result<Law, DossierFault> {
    let cum: Cum = row.get("reported")?.get("cum")?.parsed()?;
    let basis = row.get("basis")?;
    let side = LawSide::read(&basis.get("law_steps")?, cum)?;
    let ground = side.ground();
    let steps = side.steps(&ground);
    let facts = facts(&basis.get("facts")?, &side)?;
    Ok(Law { ground, steps, facts, siblings: siblings(&basis.get("siblings")?)?, side })
}

/// SHA-256 of the version of the rules and the three parts as compact JSON, one a line.
pub fn digest(row: &Node<'_>) -> Result<String, DossierFault> {
    let basis = row.get("basis")?;
    let (law_steps, siblings, facts) = (basis.get("law_steps")?.value, basis.get("siblings")?.value, basis.get("facts")?.value);
    let version = basis.get("rule_version")?;
    match version.text()? {
        RULE_VERSION => Ok(sha256(format!("{RULE_VERSION}\n{law_steps}\n{siblings}\n{facts}"))),
        other => Err(version.fault(FaultKind::UnknownVersion(other.chars().take(20).collect()))),
    }
}

/// A: the pack, B: primary pack, C: dispensing unit, D: unit of regulation.
fn per(code: &str) -> Option<Per> {
    let at = ["A", "B", "C", "D"].into_iter().position(|known| known == code)?;
    Per::ALL.get(at).copied()
}

/// What the report says of each price, in the order minimum, average, maximum.
fn observed(row: &Node<'_>) -> Result<[Option<Observed>; 3], DossierFault> {
    let reported = row.get("reported")?;
    let per = reported.get("unit")?.one_of(per)?;
    let number = |key| decimal_or_null(&reported, key);
    let single = |amount: Option<Decimal>| amount.map(|amount| Observed { amount, divided_by: Decimal::ONE, per });
    let average = number("value")?.zip(number("units")?).map(|(amount, divided_by)| Observed { amount, divided_by, per });
    Ok([single(number("minimum")?), average, single(number("maximum")?)])
}

pub fn prices(row: &Node<'_>, law: &Law) -> Result<[Price; 3], DossierFault> {
    let observed = observed(row)?;
    let one = |at: usize| {
        let (which, observed) = (WhichPrice::ALL[at], observed[at]);
        let judgement = judge(observed, &law.ground, &law.facts, &law.siblings);
        let steps = explain::price_steps(observed, &law.ground, &law.facts, &law.siblings, &judgement);
        let worksheet = law.steps.iter().cloned().chain(steps.iter().map(step_json)).collect();
        Price { which, observed, judgement, worksheet }
    };
    Ok([0, 1, 2].map(one))
}

pub fn excess(prices: &[Price; 3]) -> Option<RowExcess> {
    let [minimum, average, maximum] = prices;
    row_excess(&minimum.judgement, &average.judgement, &maximum.judgement)
}

/// Every price that the report has stands there once, with its verdict and all its steps. Returns how many.
pub fn check_prices(row: &Node<'_>, prices: &[Price; 3]) -> Result<usize, DossierFault> {
    let list = row.get("prices")?;
    let stated = list.items_up_to(prices.len())?;
    let mut seen = Vec::new();
    for node in &stated {
        let which = node.get("which")?;
        let price = prices.iter().find(|price| which.text() == Ok(price.which.code())).ok_or_else(|| which.malformed())?;
        if seen.contains(&price.which) {
            return Err(which.fault(FaultKind::Repeated));
        }
        seen.push(price.which);
        node.get("verdict")?.must_be_text(price.judgement.verdict.code())?;
        node.get("worksheet")?.expect_eq(&Value::Array(price.worksheet.clone()))?;
    }
    match prices.iter().find(|price| price.observed.is_some() && !seen.contains(&price.which)) {
        Some(price) => Err(DossierFault::differs(format!("{}/which", list.malformed().place), "-", price.which.code())),
        None => Ok(stated.len()),
    }
}

/// What must stand there, and the amount that counts towards the total.
pub fn excess_json(row: &Node<'_>, prices: &[Price; 3]) -> Result<(Value, Decimal), DossierFault> {
    let computed =
        excess(prices).ok_or_else(|| DossierFault::new(format!("{}/excess", row.malformed().place), FaultKind::NoExcess))?;
    let RowExcess { kind, price, left, right, factor, amount } = computed;
    let [left, right, factor] = [left, right, factor].map(amount::plain);
    let shown = amount::display(amount);
    let stated =
        json!({"kind": kind.code(), "price": price.code(), "left": left, "right": right, "factor": factor, "amount": shown});
    Ok((stated, amount))
}
