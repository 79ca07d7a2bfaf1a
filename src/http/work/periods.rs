//! The periods that reports are due for, as the dated rules cut them, and how a reporter stands.

use jiff::{ToSpan, civil::Date};
use serde_json::{Value, json};

use super::operation::{Call, read};
use crate::{
    domain::{
        access::principal::Actor,
        calendar::reporting_period::{Due, ReportingRule, Span, due_within},
    },
    http::{App, Problem, Request},
};

/// Older periods are written by hand.
const MONTHS_OFFERED: i32 = 24;

/// What reporters owe for the last period that has ended, and how they stand.
pub struct Duties(Value);

impl Duties {
    pub async fn read(app: &App, request: &Request) -> Result<Self, Problem> {
        Ok(Self(read(app, request, Call { name: "show_compliance", path: &[] }, &[]).await?))
    }

    /// The reporting periods that have ended, the newest first.
    pub fn periods(&self, today: Date) -> Vec<Value> {
        let rules: Vec<ReportingRule> = self.0["rules"].as_array().into_iter().flatten().filter_map(rule).collect();
        ended(today, &rules).iter().map(|due| described(due, today)).collect()
    }

    /// How this reporter stands; nothing for everybody else.
    pub fn own(&self, actor: &Actor) -> Value {
        let Some(nit) = &actor.nit else { return Value::Null };
        let is_own = |row: &&Value| row["nit"].as_str().and_then(|shown| shown.split('-').next()) == Some(nit.as_str());
        self.0["data"].as_array().into_iter().flatten().find(is_own).cloned().unwrap_or_default()
    }
}

fn ended(today: Date, rules: &[ReportingRule]) -> Vec<Due> {
    let month = today.first_of_month();
    let span = month.checked_sub(MONTHS_OFFERED.months()).ok().and_then(|from| Span::new(from, month));
    let mut ended = span.map(|span| due_within(span, rules)).unwrap_or_default();
    ended.reverse();
    ended
}

fn described(due: &Due, today: Date) -> Value {
    let months = months(&due.period);
    json!({
        "code": due.period.to_string(), "from": months[0], "to": months[1], "due_on": due.due_on, "over": due.due_on < today,
    })
}

/// The first and the last month, as `2026-07`.
pub fn months(period: &Span) -> [String; 2] {
    let last = period.until.yesterday().unwrap_or(period.until);
    [period.from, last].map(|day| day.strftime("%Y-%m").to_string())
}

fn rule(row: &Value) -> Option<ReportingRule> {
    let small = |name: &str| row[name].as_u64().and_then(|number| u8::try_from(number).ok());
    Some(ReportingRule {
        from: row["valid_from"].as_str()?.parse().ok()?,
        until: row["valid_until"].as_str().and_then(|day| day.parse().ok()),
        months: small("months")?,
        due_months_after: small("due_months_after")?,
        citation: row["citation"].as_str().unwrap_or_default().to_owned(),
        confirmed: row["confirmed"] == true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_that_have_ended_are_offered_newest_first() {
        let rules = json!([
            { "valid_from": "2010-01-01", "valid_until": "2026-01-01", "months": 3, "due_months_after": 1, "citation": "", "confirmed": true },
            { "valid_from": "2026-01-01", "valid_until": null, "months": 1, "due_months_after": 1, "citation": "", "confirmed": false },
        ]);
        let duties = Duties(json!({ "rules": rules, "data": [{ "nit": "900123456-8", "standing": "late" }] }));
        let offered = duties.periods(date(2026, 3, 15));
        let codes: Vec<&str> = offered.iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes[..4], ["2026-02", "2026-01", "2025-Q4", "2025-Q3"]);
        assert_eq!((&offered[0]["over"], &offered[1]["over"]), (&json!(false), &json!(true)));
        assert_eq!((&offered[2]["from"], &offered[2]["to"]), (&json!("2025-10"), &json!("2025-12")));
    }
}
