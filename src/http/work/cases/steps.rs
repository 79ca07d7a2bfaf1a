//! The steps of a case that are allowed now, to this visitor, and what the law asks next.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::domain::{
    access::principal::{Actor, Scope},
    cases::case_state::{CaseState, Transition, step},
};

/// What the steps of a case depend on.
pub struct Steps<'a> {
    pub actor: &'a Actor,
    pub state: CaseState,
    pub file: &'a Value,
    pub reply_due: Option<Date>,
    pub today: Date,
}

impl Steps<'_> {
    pub fn all(&self) -> Vec<Value> {
        let possible = CaseState::ALL.iter().filter_map(|to| step(self.state, *to));
        possible.filter(|step| self.allows(step)).map(|step| self.described(&step)).collect()
    }

    fn allows(&self, step: &Transition) -> bool {
        let scope = if step.to == CaseState::Confirmed { Scope::CasesConfirm } else { Scope::CasesReview };
        let needs_evidence = matches!(step.to, CaseState::Notified | CaseState::Confirmed);
        let has_evidence = self.file["case"]["reports"].as_i64().unwrap_or_default() > 0;
        let waits = step.only_after_reply_term && self.reply_due.is_none_or(|due| self.today <= due);
        let same_person = step.two_persons && proposer(self.file) == Some(self.actor.name.as_str());
        !step.by_seller && self.actor.has(scope) && (has_evidence || !needs_evidence) && !waits && !same_person
    }

    fn described(&self, step: &Transition) -> Value {
        let key = match (step.to, step.two_persons, proposer(self.file)) {
            (_, true, None) => "propose",
            (_, true, Some(_)) => "confirm",
            (to, ..) => to.code(),
        };
        json!({ "to": step.to.code(), "key": key })
    }
}

/// Who proposed to confirm it, when nothing has happened since.
pub fn proposer(file: &Value) -> Option<&str> {
    let last = file["history"].as_array()?.last()?;
    if last["kind"] == "proposal" { last["by"]["name"].as_str() } else { None }
}

/// What the law asks next: the end of a key of the messages.
pub fn next_step(state: CaseState, reply_due: Option<Date>, today: Date) -> &'static str {
    match state {
        CaseState::AskReporter => "ask",
        CaseState::Suspected => "notify",
        CaseState::Notified if reply_due.is_some_and(|due| today <= due) => "wait",
        CaseState::Notified => "decide_unanswered",
        CaseState::Answered => "decide",
        CaseState::Confirmed | CaseState::Dismissed => "close",
        CaseState::Closed => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::principal::PrincipalKind;
    use jiff::civil::date;

    fn offered(kind: PrincipalKind, state: CaseState, today: Date, history: Value, reports: i64) -> Vec<String> {
        let actor = Actor {
            principal: "p1".to_owned(),
            key: "k1".to_owned(),
            kind,
            name: "Ana".to_owned(),
            nit: None,
            scopes: kind.scopes().to_vec(),
        };
        let file = json!({ "case": { "reports": reports }, "history": history });
        let steps = Steps { actor: &actor, state, file: &file, reply_due: Some(date(2026, 12, 15)), today };
        steps.all().iter().map(|step| step["key"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn only_what_is_allowed_now_is_offered() {
        let (regulator, auditor) = (PrincipalKind::Regulator, PrincipalKind::Auditor);
        let (due, after) = (date(2026, 12, 15), date(2026, 12, 16));
        let by = |name: &str| json!([{ "kind": "proposal", "by": { "name": name } }]);
        let cases = [
            (regulator, CaseState::Suspected, due, json!([]), 1, "notified dismissed"),
            (regulator, CaseState::Suspected, due, json!([]), 0, "dismissed"),
            (regulator, CaseState::Notified, due, json!([]), 1, "dismissed"),
            (regulator, CaseState::Notified, after, json!([]), 1, "propose dismissed"),
            (regulator, CaseState::Answered, due, by("Luis"), 1, "confirm dismissed"),
            (regulator, CaseState::Answered, due, by("Ana"), 1, "dismissed"),
            (regulator, CaseState::Closed, due, json!([]), 1, ""),
            (auditor, CaseState::Suspected, due, json!([]), 1, ""),
        ];
        for (kind, state, today, history, reports, expected) in cases {
            assert_eq!(offered(kind, state, today, history, reports).join(" "), expected, "{kind} {state} {today} {reports}");
        }
    }

    #[test]
    fn the_law_asks_for_one_thing_at_a_time() {
        let (due, today) = (Some(date(2026, 12, 15)), date(2026, 12, 15));
        assert_eq!(next_step(CaseState::Notified, due, today), "wait");
        assert_eq!(next_step(CaseState::Notified, due, date(2026, 12, 16)), "decide_unanswered");
        assert_eq!(next_step(CaseState::Suspected, None, today), "notify");
    }
}
