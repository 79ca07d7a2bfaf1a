//! The states of a case against a seller, and the one table of steps between them.

use std::fmt;

macro_rules! case_states {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CaseState { $($(#[$doc])* $variant),* }
        impl CaseState {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|state| state.code() == code)
            }
        }
        impl fmt::Display for CaseState {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

case_states! {
    /// The price fits another unit or pack: ask before accusing.
    AskReporter = "ask_reporter";
    Suspected = "suspected";
    /// The seller has been notified, and its term to reply runs.
    Notified = "notified";
    /// The seller has replied.
    Answered = "answered";
    Confirmed = "confirmed";
    Dismissed = "dismissed";
    Closed = "closed";
}

/// An allowed change of state, and its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub from: CaseState,
    pub to: CaseState,
    pub reason_required: bool,
    /// One person proposes, another decides.
    pub two_persons: bool,
    /// Only when the seller's term to reply has passed.
    pub only_after_reply_term: bool,
    /// Made by the seller's reply, never by a regulator.
    pub by_seller: bool,
}

use CaseState::{Answered, AskReporter, Closed, Confirmed, Dismissed, Notified, Suspected};

/// Every allowed step. Whatever is not here cannot happen; nothing leaves `closed`.
const STEPS: &[Transition] = &[
    decided(AskReporter, Suspected),
    decided(AskReporter, Dismissed),
    decided(Suspected, Notified),
    decided(Suspected, Dismissed),
    Transition { reason_required: false, by_seller: true, ..decided(Notified, Answered) },
    Transition { two_persons: true, only_after_reply_term: true, ..decided(Notified, Confirmed) },
    decided(Notified, Dismissed),
    Transition { two_persons: true, ..decided(Answered, Confirmed) },
    decided(Answered, Dismissed),
    decided(Confirmed, Closed),
    decided(Dismissed, Closed),
];

/// A regulator's ordinary step: one person, with a reason.
const fn decided(from: CaseState, to: CaseState) -> Transition {
    Transition { from, to, reason_required: true, two_persons: false, only_after_reply_term: false, by_seller: false }
}

/// What the change takes; `None` if it is not allowed.
pub fn step(from: CaseState, to: CaseState) -> Option<Transition> {
    STEPS.iter().copied().find(|step| step.from == from && step.to == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules in a second form, a row a state: `.` not allowed, `r` with a reason, `s` by the seller's reply,
    /// `2` two persons, `t` two persons and only after the term to reply. Columns as the rows.
    const EXPECTED: &[(&str, &str)] = &[
        ("ask_reporter", ".r...r."),
        ("suspected", "..r..r."),
        ("notified", "...str."),
        ("answered", "....2r."),
        ("confirmed", "......r"),
        ("dismissed", "......r"),
        ("closed", "......."),
    ];

    fn shown(step: Option<Transition>) -> char {
        let Some(step) = step else { return '.' };
        match (step.reason_required, step.two_persons, step.only_after_reply_term, step.by_seller) {
            (true, false, false, false) => 'r',
            (false, false, false, true) => 's',
            (true, true, false, false) => '2',
            (true, true, true, false) => 't',
            _ => '?',
        }
    }

    #[test]
    fn all_49_pairs_are_as_the_rules_say() {
        assert_eq!(CaseState::ALL.len(), EXPECTED.len());
        for (from, (code, row)) in CaseState::ALL.iter().zip(EXPECTED) {
            let found: String = CaseState::ALL.iter().map(|to| shown(step(*from, *to))).collect();
            assert_eq!((from.code(), found.as_str()), (*code, *row));
            let allowed: Vec<_> = CaseState::ALL.iter().copied().filter(|to| step(*from, *to).is_some()).collect();
            let mut listed: Vec<_> = STEPS.iter().filter(|step| step.from == *from).map(|step| step.to).collect();
            listed.sort();
            assert_eq!(listed, allowed);
        }
        assert_eq!(STEPS.len(), 11);
    }

    #[test]
    fn a_step_is_found_by_its_two_states() {
        for known in STEPS {
            assert_eq!(step(known.from, known.to), Some(*known));
        }
    }

    #[test]
    fn codes_come_back() {
        for state in CaseState::ALL {
            assert_eq!(CaseState::from_code(state.code()), Some(*state));
        }
        assert_eq!(CaseState::from_code("Closed"), None);
        assert_eq!(CaseState::from_code(""), None);
    }
}
