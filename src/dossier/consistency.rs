//! Checks that everything in `case.json` follows from the reports and the lists; used before sealing and by whoever verifies a bundle.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    FORMAT, evidence, history,
    json::Node,
    report::{Check, DossierFault, FaultKind, Report},
    worksheet_reader::period_of,
};
use crate::domain::{cases::excess_total, identifier::cum::Cum, law::basis::LegalBasis, number::amount, reason::Reason};

/// The common facts of all rows of a case.
struct Common {
    cum: Cum,
    seller: String,
    act: String,
    from: Date,
    until: Date,
}

pub fn check(content: &Value, report: &mut Report) {
    let root = Node::root(content, "case.json");
    let result = follow(&root, report);
    report.take(result);
    let result = history::check(&root);
    if let Some(steps) = report.take(result) {
        report.did(Check::History, steps);
    }
}

fn follow(root: &Node<'_>, report: &mut Report) -> Result<(), DossierFault> {
    root.get("format")?.must_be_text(FORMAT)?;
    let case = root.get("case")?;
    let common = common(&case)?;
    let rows = root.get("evidence")?.items()?;
    let (mut amounts, mut places, mut doubtful) = (Vec::new(), BTreeSet::new(), false);
    for (index, row) in rows.iter().enumerate() {
        let origin = origin(row, index);
        if let Some(origin) = report.take(origin)
            && !places.insert(origin)
        {
            report.fault(row.fault(FaultKind::Repeated));
        }
        if let Some((amount, another_unit_fits)) = check_row(row, &common, report) {
            amounts.push(amount);
            doubtful |= another_unit_fits;
        }
    }
    report.take(case.get("another_unit_fits").and_then(|stated| stated.expect_eq(&Value::Bool(doubtful))));
    // A row that does not follow has its own fault; the total is then compared with the rest.
    check_total(&case, rows.len(), amounts, report);
    Ok(())
}

fn common(case: &Node<'_>) -> Result<Common, DossierFault> {
    let period = case.get("period")?;
    let (from, until) = (period.get("from")?.date()?, period.get("until")?.date()?);
    if !is_calendar_span(from, until) {
        return Err(period.malformed());
    }
    Ok(Common {
        cum: case.get("medicine")?.get("cum")?.parsed()?,
        seller: case.get("seller")?.get("nit")?.text()?.to_owned(),
        act: case.get("act")?.get("id")?.text()?.to_owned(),
        from,
        until,
    })
}

/// A month, a quarter, a half or a whole year of the calendar.
fn is_calendar_span(from: Date, until: Date) -> bool {
    let months = (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month());
    let whole = from.day() == 1 && until.day() == 1;
    whole && matches!(months, 1 | 3 | 6 | 12) && (i32::from(from.month()) - 1) % months == 0
}

/// Where the report came from, so that none counts twice.
fn origin(row: &Node<'_>, index: usize) -> Result<(String, u64), DossierFault> {
    let number = row.get("number")?;
    if number.integer()? != index as u64 + 1 {
        return Err(number.differs(index + 1));
    }
    let source = row.get("source")?;
    let digest = source.get("sha256")?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let sha256 = digest.one_of(|text| is_digest(text).then(|| text.to_owned()))?;
    Ok((sha256, source.get("line")?.integer()?))
}

/// The excess of the row, if it is known, and whether one of its prices fits another unit or pack better.
fn check_row(row: &Node<'_>, common: &Common, report: &mut Report) -> Option<(Decimal, bool)> {
    report.did(Check::Sources, 1);
    let law = report.take(evidence::law(row))?;
    report.take(check_common(row, &law, common));
    report.did(Check::Digests, 1);
    let digest = evidence::digest(row).and_then(|digest| row.get("basis")?.get("digest")?.must_be_text(&digest));
    report.take(digest);
    report.did(Check::LawSides, 1);
    let steps = row.get("basis").and_then(|basis| basis.get("law_steps")?.expect_eq(&Value::Array(law.steps.clone())));
    report.take(steps);
    let prices = report.take(evidence::prices(row, &law))?;
    if let Some(count) = report.take(evidence::check_prices(row, &prices)) {
        report.did(Check::Prices, count);
    }
    report.did(Check::Excesses, 1);
    let (excess, amount) = report.take(evidence::excess_json(row, &prices))?;
    report.take(row.get("excess").and_then(|stated| stated.expect_eq(&excess)));
    Some((amount, prices.iter().any(|price| price.judgement.reasons.contains(&Reason::AnotherUnitFits))))
}

fn check_common(row: &Node<'_>, law: &evidence::Law, common: &Common) -> Result<(), DossierFault> {
    let reported = row.get("reported")?;
    let cum = reported.get("cum")?;
    if cum.parsed::<Cum>()? != common.cum {
        return Err(cum.differs(common.cum));
    }
    reported.get("seller_nit")?.must_be_text(&common.seller)?;
    let period = reported.get("period")?;
    let dated = period.one_of(period_of)?;
    if dated != law.side.question.period {
        return Err(period.differs(law.side.question.period));
    }
    if dated.from < common.from || common.until < dated.until {
        return Err(period.differs(format!("{}/{}", common.from, common.until)));
    }
    let transaction = law.side.question.place.transaction().map(|code| code.to_string());
    reported.get("transaction")?.must_be_text(&transaction.unwrap_or_default())?;
    match &law.ground {
        LegalBasis::Ceiling { chosen, .. } if chosen.act == common.act => Ok(()),
        LegalBasis::Ceiling { chosen, .. } => Err(DossierFault::differs("case.json#/case/act/id", &common.act, &chosen.act)),
        _ => Err(row.get("excess")?.fault(FaultKind::NoExcess)),
    }
}

fn check_total(case: &Node<'_>, rows: usize, amounts: Vec<Decimal>, report: &mut Report) {
    let count = case.get("reports").and_then(|node| match node.integer()? {
        stated if stated == rows as u64 => Ok(()),
        _ => Err(node.differs(rows)),
    });
    report.take(count);
    let sum = case.get("total_excess").and_then(|total| {
        total.get("currency")?.must_be_text(amount::CURRENCY)?;
        let stated = total.get("amount")?;
        let sum = excess_total::total(amounts).ok_or_else(|| stated.fault(FaultKind::NoExcess))?;
        stated.must_be_text(&amount::display(sum))
    });
    report.take(sum);
    report.did(Check::Totals, 2);
}
