//! Reads a stored basis as domain values, so that the code that made it can explain it.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value as Json;
use tokio_postgres::Row;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::code_list::{CodeFinding, CodeList, CodeStanding, Listing},
        law::{
            basis::{Chosen, LawQuestion, LegalBasis, Remarks},
            financing::{FinancingStatus, ListedFinancing},
            lawbook::{ApplicableLaw, Sibling},
            rules::{CeilingOrigin, Facts, Rules},
        },
        reason::Reason,
        verdict::{
            comparison::Observed,
            explain,
            judge::{Judgement, judge},
        },
    },
    store::{
        judging::basis_rows::canonical,
        postgres::error::{StoreError, corrupt},
    },
    text::worksheet::step_json,
};

#[derive(Clone, Debug)]
pub struct StoredBasis {
    pub rule_version: String,
    pub ground: LegalBasis,
    pub facts: Facts,
    pub siblings: Vec<Sibling>,
    /// Steps `period`, `place`, `ceilings` as they were written down.
    pub law_steps: Vec<Json>,
}

/// One price of a report, and everything that explains its verdict.
#[derive(Clone, Debug)]
pub struct JudgedPrice {
    /// `None`: the report has no such price.
    pub observed: Option<Observed>,
    pub judgement: Judgement,
    pub worksheet: Vec<Json>,
}

impl StoredBasis {
    /// From a row with the columns of `basis`, its `reason` named `ground_reason`.
    pub fn read(row: &Row) -> Result<Self, StoreError> {
        let law_steps = match row.try_get("law_steps")? {
            Json::Array(steps) => steps,
            other => return Err(corrupt("basis", format!("law_steps is {other}"))),
        };
        let facts = Facts {
            dispensing_units: row.try_get("dispensing_units")?,
            regulated_units: row.try_get("regulated_units")?,
            regulated_unit: row.try_get("regulated_unit")?,
            medical_sample: ceilings_step(&law_steps).is_some_and(|step| step["inputs"][explain::MEDICAL_SAMPLE] == true),
            code: code(&law_steps)?,
        };
        let siblings = siblings(&row.try_get("siblings")?).ok_or_else(|| corrupt("basis", "siblings"))?;
        let ground = ground(row, &law_steps)?;
        Ok(Self { rule_version: row.try_get("rule_version")?, ground, facts, siblings, law_steps })
    }

    /// The same from the law itself.
    pub fn of(question: &LawQuestion, view: &ApplicableLaw, rules: &Rules, rule_version: &str) -> Self {
        let law_steps = match canonical(question, view, rules).law_steps {
            Json::Array(steps) => steps,
            _ => Vec::new(),
        };
        let (ground, facts, siblings) = (view.ground.clone(), view.facts.clone(), view.siblings.clone());
        Self { rule_version: rule_version.to_owned(), ground, facts, siblings, law_steps }
    }

    pub fn judge(&self, observed: Option<Observed>) -> JudgedPrice {
        let judgement = judge(observed, &self.ground, &self.facts, &self.siblings);
        let steps = explain::price_steps(observed, &self.ground, &self.facts, &self.siblings, &judgement);
        let worksheet = self.law_steps.iter().cloned().chain(steps.iter().map(step_json)).collect();
        JudgedPrice { observed, judgement, worksheet }
    }
}

fn ground(row: &Row, law_steps: &[Json]) -> Result<LegalBasis, StoreError> {
    let two_prices = ceilings_step(law_steps).is_some_and(|step| step["result"][explain::TWO_PRICES] == true);
    let remarks = Remarks { changed: row.try_get("changed_in_period")?, two_prices };
    let outcome: &str = row.try_get("outcome")?;
    Ok(match outcome {
        "ceiling" => {
            let chosen = chosen(row, law_steps)?.ok_or_else(|| corrupt("basis", "a ceiling without its act"))?;
            LegalBasis::Ceiling { chosen, remarks }
        }
        "no_ceiling_for_this_stage" => LegalBasis::NoCeilingForThisStage { remarks },
        "not_regulated" => LegalBasis::NotRegulated,
        "unknown" => {
            let code: &str = row.try_get("ground_reason")?;
            let reason = Reason::from_code(code).ok_or_else(|| corrupt("basis", code))?;
            LegalBasis::Unknown { reason, reference: chosen(row, law_steps)? }
        }
        other => return Err(corrupt("basis", other)),
    })
}

fn chosen(row: &Row, law_steps: &[Json]) -> Result<Option<Chosen>, StoreError> {
    let Some(act) = row.try_get::<_, Option<String>>("act_id")? else { return Ok(None) };
    let code: &str = row.try_get("ceiling_basis")?;
    let basis =
        [CeilingOrigin::PublishedForCum, CeilingOrigin::DerivedFromUnitPrice].into_iter().find(|basis| basis.code() == code);
    Ok(Some(Chosen {
        index: index(law_steps).ok_or_else(|| corrupt("basis", "no step names the ceiling chosen"))?,
        amount: row.try_get("amount")?,
        margin: row.try_get("margin")?,
        binding: row.try_get("binding")?,
        basis: basis.ok_or_else(|| corrupt("basis", code))?,
        act,
        valid_from: row.try_get("valid_from")?,
        financing: financing(law_steps)?.map(Arc::new),
    }))
}

fn ceilings_step(law_steps: &[Json]) -> Option<&Json> {
    law_steps.iter().find(|step| step["step"] == "ceilings")
}

/// What the benefit plan says of the ceiling chosen, as the worksheet has it.
fn financing(law_steps: &[Json]) -> Result<Option<ListedFinancing>, StoreError> {
    let candidate = index(law_steps).zip(ceilings_step(law_steps)).map(|(index, step)| &step["inputs"]["candidates"][index]);
    let Some(stated) = candidate.and_then(|candidate| candidate.get(explain::FINANCING)) else { return Ok(None) };
    let read = || {
        let day = match &stated["day"] {
            Json::Null => None,
            day => Some(day.as_str()?.parse().ok()?),
        };
        let standing = FinancingStatus::from_code(stated["standing"].as_str()?)?;
        Some(ListedFinancing { standing, list: stated["list"].as_str()?.to_owned(), day })
    };
    read().map(Some).ok_or_else(|| corrupt("basis", format!("financing is {stated}")))
}

/// What the table of codes said, and what that meant for the days that were asked about.
fn code(law_steps: &[Json]) -> Result<Option<CodeFinding>, StoreError> {
    let stated = ceilings_step(law_steps).map(|step| &step["inputs"][explain::CODE_LIST]).filter(|stated| stated.is_object());
    let Some(stated) = stated else { return Ok(None) };
    let day = |json: &Json| json.as_str()?.parse().ok();
    let period = law_steps.iter().find(|step| step["step"] == "period").map(|step| &step["result"]);
    let period = period.and_then(|result| Period::from_span(day(&result["from"])?, day(&result["until"])?));
    let (name, listing) = (stated["name"].as_str(), stated["code"].as_str().and_then(Listing::from_code));
    let read = period.zip(name).zip(listing).filter(|_| stated["day"].is_null() || day(&stated["day"]).is_some());
    let ((period, name), listing) = read.ok_or_else(|| corrupt("basis", format!("the table of codes is {stated}")))?;
    let list = Arc::new(CodeList { name: name.to_owned(), day: day(&stated["day"]) });
    Ok(Some(CodeStanding { list, listing }.on(&period)))
}

/// The worksheet numbers its candidates `c1`, `c2`, …; the domain counts from 0.
fn index(law_steps: &[Json]) -> Option<usize> {
    let result = &ceilings_step(law_steps)?["result"];
    let id = result["chosen"].as_str().or(result["reference"].as_str())?;
    id.strip_prefix('c')?.parse::<usize>().ok()?.checked_sub(1)
}

/// `[[cum, dispensing units, binding ceiling], …]`
fn siblings(stored: &Json) -> Option<Vec<Sibling>> {
    let sibling = |entry: &Json| {
        let number = |at: usize| entry[at].as_str()?.parse::<Decimal>().ok();
        Some(Sibling { cum: entry[0].as_str()?.parse().ok()?, dispensing_units: number(1)?, binding: number(2)? })
    };
    stored.as_array()?.iter().map(sibling).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_ceiling_chosen_is_found_in_the_worksheet() {
        let steps = |result: Json| vec![json!({"step": "period"}), json!({"step": "ceilings", "result": result})];
        assert_eq!(index(&steps(json!({"outcome": "ceiling", "chosen": "c12"}))), Some(11));
        assert_eq!(index(&steps(json!({"outcome": "unknown", "reference": "c1"}))), Some(0));
        assert_eq!(index(&steps(json!({"outcome": "unknown", "reference": null}))), None);
        assert_eq!(index(&steps(json!({"chosen": "c0"}))), None);
    }

    #[test]
    fn what_a_table_of_codes_said_is_read_back_or_refused() {
        let steps = |list: Json| {
            vec![
                json!({"step": "period", "result": {"from": "2020-07-01", "until": "2020-08-01"}}),
                json!({"step": "ceilings", "inputs": {"code_list": list}}),
            ]
        };
        let reason = |list| code(&steps(list)).unwrap().and_then(|found| found.reason);
        let absent = |day: Json| json!({"name": "REF_CUMS.csv", "day": day, "code": "not_listed"});
        assert_eq!(reason(absent(json!("2020-07-31"))), Some(Reason::UnknownCode));
        assert_eq!(reason(absent(json!("2020-07-30"))), None);
        assert_eq!(reason(absent(Json::Null)), None);
        assert_eq!(reason(json!({"name": "a", "day": null, "code": "listed"})), Some(Reason::NotInOurLists));
        assert_eq!(code(&[json!({"step": "ceilings", "inputs": {}})]).unwrap(), None);
        for bad in
            [absent(json!("julio")), json!({"name": "a", "day": null, "code": "x"}), json!({"day": null, "code": "listed"})]
        {
            assert!(code(&steps(bad)).is_err());
        }
    }

    #[test]
    fn siblings_are_read_back_or_refused() {
        let read = siblings(&json!([["19914312-21", "5", "165259.98"]])).unwrap();
        assert_eq!((read[0].cum.consecutive, read[0].binding), (21, Decimal::new(16_525_998, 2)));
        assert_eq!(siblings(&json!([["19914312-21", 5, "165259.98"]])), None);
        assert_eq!(siblings(&json!([])), Some(Vec::new()));
    }
}
