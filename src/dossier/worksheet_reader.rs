//! Converts a worksheet to domain values and back, so that the code that made it can check it.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{json::Node, report::DossierFault};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::{
            code_list::{CodeFinding, CodeList, CodeStanding, Listing},
            cum::Cum,
        },
        law::{
            basis::{self, Absence, LawQuestion, LegalBasis},
            channel::Place,
            financing::{FinancingStatus, ListedFinancing},
            lawbook::Sibling,
            rules::{Candidate, CeilingOrigin, Facts, IpsMargin, MarginRule, Rules, Seller},
        },
        reason::Reason,
        verdict::explain,
    },
    text::worksheet::step_json,
};

/// No list has more to say of one presentation.
const CANDIDATES_MAX: usize = 500;
const SIBLINGS_MAX: usize = 1_000;
/// Some centuries; beyond that, days are no calendar.
const AGE_DAYS_MAX: i32 = 100_000;

/// Everything that decides which ceiling binds.
#[derive(Clone, Debug)]
pub struct LawSide {
    pub question: LawQuestion,
    pub candidates: Vec<Candidate>,
    pub rules: Rules,
    pub absence: Absence,
    pub medical_sample: bool,
    /// Where nothing else knows the medicine.
    pub code: Option<CodeStanding>,
}

impl LawSide {
    /// From steps `period`, `place`, `ceilings`; their results are not looked at.
    pub fn read(steps: &Node<'_>, cum: Cum) -> Result<Self, DossierFault> {
        let steps_list = steps.items()?;
        let [period, place, ceilings] = &steps_list[..] else { return Err(steps.malformed()) };
        let inputs = ceilings.get("inputs")?;
        let (candidates, rules) = (inputs.get("candidates")?, inputs.get("margin_rules")?);
        let question = LawQuestion {
            cum,
            period: period.get("inputs")?.get("date")?.one_of(period_of)?,
            place: place_of(&place.get("inputs")?)?,
            seller: inputs.get("seller")?.one_of(|code| [Seller::Ips, Seller::Other].into_iter().find(|s| s.code() == code))?,
        };
        let candidates = candidates.items_up_to(CANDIDATES_MAX)?;
        let candidates = candidates.iter().map(|node| candidate(node, cum)).collect::<Result<_, _>>()?;
        let age = inputs.get("max_age_days")?;
        let max_age_days = age.one_of(|text| text.parse().ok().filter(|days| (0..=AGE_DAYS_MAX).contains(days)))?;
        let margin_rules = rules.items_up_to(CANDIDATES_MAX)?.iter().map(margin_rule).collect::<Result<_, _>>()?;
        let absence = inputs.optional("evidence").map_or(Ok(Absence::Unknown(Reason::MarketUnknown)), |node| {
            let text = node.text()?;
            Ok(Reason::from_code(text).map_or_else(|| Absence::NotRegulated(text.to_owned()), Absence::Unknown))
        })?;
        let medical_sample = inputs.optional(explain::MEDICAL_SAMPLE).is_some_and(|node| node.value == true);
        let nothing_else = absence == Absence::Unknown(Reason::UnknownMedicine);
        let code = inputs.optional(explain::CODE_LIST).filter(|_| nothing_else).map(|node| code(&node)).transpose()?;
        Ok(Self { question, candidates, rules: Rules { max_age_days, margin_rules }, absence, medical_sample, code })
    }

    /// What the table of codes means for the days that were asked about.
    pub fn code(&self) -> Option<CodeFinding> {
        self.code.clone().map(|standing| standing.on(&self.question.period))
    }

    pub fn ground(&self) -> LegalBasis {
        basis::ground(&self.question, &self.candidates, &self.rules, &self.absence)
    }

    /// The three steps as they must stand there.
    pub fn steps(&self, ground: &LegalBasis) -> Vec<Json> {
        let Self { question, candidates, rules, absence, medical_sample, code } = self;
        let steps = explain::law_steps(explain::LawSide {
            question,
            candidates,
            rules,
            absence,
            ground,
            medical_sample: *medical_sample,
            code: code.as_ref(),
        });
        steps.iter().map(step_json).collect()
    }
}

/// A day, a month or a year.
pub fn period_of(text: &str) -> Option<Period> {
    let year = (text.len() == 4).then(|| Period::parse(&format!("{text}-01")).ok()).flatten();
    year.and_then(|january| Period::year(january.from.year())).or_else(|| Period::parse(text).ok())
}

fn place_of(inputs: &Node<'_>) -> Result<Place, DossierFault> {
    match inputs.optional("transaction") {
        Some(code) => code.one_of(|text| text.parse().ok().and_then(Place::from_transaction)),
        None => Ok(Place::new(inputs.get("channel")?.parsed()?, inputs.get("stage")?.parsed()?)),
    }
}

fn nullable<T>(
    node: &Node<'_>,
    key: &str,
    read: impl FnOnce(&Node<'_>) -> Result<T, DossierFault>,
) -> Result<Option<T>, DossierFault> {
    let node = node.get(key)?;
    if node.value.is_null() { Ok(None) } else { read(&node).map(Some) }
}

pub fn decimal_or_null(node: &Node<'_>, key: &str) -> Result<Option<Decimal>, DossierFault> {
    nullable(node, key, |node| node.decimal())
}

fn candidate(node: &Node<'_>, cum: Cum) -> Result<Candidate, DossierFault> {
    let margin = node.get("ips_margin")?;
    let ips_margin = match margin.text()? {
        "none" => IpsMargin::None,
        "rule" => IpsMargin::ByRule,
        _ => IpsMargin::Pesos(margin.decimal()?),
    };
    let bases = [CeilingOrigin::PublishedForCum, CeilingOrigin::DerivedFromUnitPrice];
    Ok(Candidate {
        cum,
        basis: node.get("basis")?.one_of(|code| bases.into_iter().find(|basis| basis.code() == code))?,
        amount: decimal_or_null(node, "amount")?,
        act: node.get("act")?.text()?.to_owned(),
        valid_from: node.get("valid_from")?.date()?,
        list_cut_date: node.get("list_cut_date")?.date()?,
        list_order: node.get("list_order")?.parsed()?,
        ips_margin,
        financing: node.optional(explain::FINANCING).map(|node| financing(&node)).transpose()?.map(Arc::new),
        omitted_from: node.optional(explain::OMITTED_FROM).map(|node| node.date()).transpose()?,
    })
}

fn financing(node: &Node<'_>) -> Result<ListedFinancing, DossierFault> {
    Ok(ListedFinancing {
        standing: node.get("standing")?.one_of(FinancingStatus::from_code)?,
        list: node.get("list")?.text()?.to_owned(),
        day: nullable(node, "day", |node| node.date())?,
    })
}

fn margin_rule(node: &Node<'_>) -> Result<MarginRule, DossierFault> {
    Ok(MarginRule {
        from: node.get("from")?.date()?,
        until: nullable(node, "until", |node| node.date())?,
        above: node.get("above")?.decimal()?,
        up_to: decimal_or_null(node, "up_to")?,
        percent: node.get("percent")?.decimal()?,
    })
}

/// `[[cum, dispensing units, binding ceiling], …]`
pub fn siblings(node: &Node<'_>) -> Result<Vec<Sibling>, DossierFault> {
    let sibling = |node: &Node<'_>| {
        let parts = node.items()?;
        let [cum, units, binding] = &parts[..] else { return Err(node.malformed()) };
        Ok(Sibling { cum: cum.parsed()?, dispensing_units: units.decimal()?, binding: binding.decimal()? })
    };
    node.items_up_to(SIBLINGS_MAX)?.iter().map(sibling).collect()
}

/// The table of codes, its day, and whether it has the code.
fn code(node: &Node<'_>) -> Result<CodeStanding, DossierFault> {
    let (name, day) = (node.get("name")?.text()?.to_owned(), nullable(node, "day", |node| node.date())?);
    Ok(CodeStanding { list: Arc::new(CodeList { name, day }), listing: node.get("code")?.one_of(Listing::from_code)? })
}

/// `[dispensing units, units of regulation, their unit]`; whether it is a medical sample and whether its code exists stand in the worksheet.
pub fn facts(node: &Node<'_>, side: &LawSide) -> Result<Facts, DossierFault> {
    let parts = node.items()?;
    let [dispensing, regulated, unit] = &parts[..] else { return Err(node.malformed()) };
    let number = |node: &Node<'_>| if node.value.is_null() { Ok(None) } else { node.decimal().map(Some) };
    let unit = if unit.value.is_null() { None } else { Some(unit.text()?.to_owned()) };
    let (dispensing_units, regulated_units) = (number(dispensing)?, number(regulated)?);
    let (medical_sample, code) = (side.medical_sample, side.code());
    Ok(Facts { dispensing_units, regulated_units, regulated_unit: unit, medical_sample, code })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::domain::law::lawbook::{ApplicableLaw, ProductLaw, RegulationStatus};

    fn steps(day: Option<jiff::civil::Date>, listing: Listing, period: &str) -> (ApplicableLaw, Json) {
        let question = LawQuestion {
            cum: Cum::new(99_999_998, 1),
            period: Period::parse(period).unwrap(),
            place: Place::ALL[0],
            seller: Seller::Other,
        };
        let list = Arc::new(CodeList { name: "REF_CUMS.csv".to_owned(), day });
        let code = Some(CodeStanding { list, listing }.on(&question.period));
        let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
        let view =
            ProductLaw::default().view(&question, &rules, &RegulationStatus::UnknownProduct, &Facts { code, ..Facts::default() });
        let steps = explain::law_steps(explain::LawSide::of(&question, &view, &rules));
        (view, Json::Array(steps.iter().map(step_json).collect()))
    }

    #[test]
    fn what_a_table_of_codes_said_is_read_back_and_decided_again() {
        let july = Some(date(2026, 7, 31));
        for (day, listing, period, reason) in [
            (july, Listing::NotListed, "2026-07", Some(Reason::UnknownCode)),
            (july, Listing::NotListed, "2026-08", None),
            (None, Listing::NotListed, "2020-07-01", None),
            (july, Listing::Listed { enabled: true }, "2026-08", Some(Reason::NotInOurLists)),
            (None, Listing::Listed { enabled: false }, "2020-07", Some(Reason::NotInOurLists)),
        ] {
            let (view, written) = steps(day, listing, period);
            let side = LawSide::read(&Node::root(&written, "case.json"), Cum::new(99_999_998, 1)).unwrap();
            assert_eq!((side.code(), side.code().and_then(|found| found.reason)), (view.facts.code, reason));
            assert_eq!((Json::Array(side.steps(&side.ground())), side.ground()), (written, view.ground));
        }
    }

    #[test]
    fn a_table_of_codes_counts_only_where_nothing_else_knows_the_medicine() {
        let (_, mut written) = steps(None, Listing::NotListed, "2020-07");
        written[2]["inputs"]["evidence"] = json!("market_unknown");
        let side = LawSide::read(&Node::root(&written, "case.json"), Cum::new(99_999_998, 1)).unwrap();
        assert_eq!(side.code(), None);
        written[2]["inputs"]["evidence"] = json!("unknown_medicine");
        written[2]["inputs"]["code_list"]["code"] = json!("perhaps");
        assert!(LawSide::read(&Node::root(&written, "case.json"), Cum::new(99_999_998, 1)).is_err());
    }
}
