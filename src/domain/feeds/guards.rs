//! What holds a file that came by itself, beyond what holds every file: nobody looked at it before.

use crate::domain::law::edition::{CurrentEditions, Edition, HoldReason};

/// An edition of more than this share of the rows before it is held, in percent.
const GROW_PERCENT_MAX: i64 = 150;
/// Ceilings that changed although no new act is named, in percent.
const CHANGED_PERCENT_MAX: i64 = 5;

/// How a new edition differs from the one in force, of what both state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EditionDifference {
    /// Places that both state with an amount.
    pub compared: i64,
    /// Of them, those whose amount is another one under an act that the edition in force names too.
    pub changed: i64,
    /// Those at five times the amount or more, and at a fifth or less: a shift by ten is well beyond.
    pub raised: i64,
    pub lowered: i64,
    /// Places stated more than once, in the new edition and in the one in force.
    pub repeated: i64,
    pub repeated_before: i64,
}

/// Why a person must look at it; `standing` is what it would follow.
pub fn unattended_reasons(edition: &Edition, standing: &CurrentEditions, compared: &EditionDifference) -> Vec<HoldReason> {
    let Some(current) = &standing.current else { return Vec::new() };
    let mut reasons = Vec::new();
    let list = || current.name.clone();
    let (accepted, before) = (edition.rows_accepted, current.rows_accepted);
    if accepted.saturating_mul(100) > before.saturating_mul(GROW_PERCENT_MAX) {
        reasons.push(HoldReason::Larger { accepted, current: before, list: list() });
    }
    let EditionDifference { compared: of, changed, raised, lowered, repeated, repeated_before } = *compared;
    if changed.saturating_mul(100) > of.saturating_mul(CHANGED_PERCENT_MAX) {
        reasons.push(HoldReason::ManyChanged { changed, of, list: list() });
    }
    let shifted = raised.max(lowered);
    if shifted.saturating_mul(2) > of {
        reasons.push(HoldReason::AmountsShifted { shifted, of, list: list() });
    }
    if repeated > repeated_before {
        reasons.push(HoldReason::KeysRepeated { repeated, before: repeated_before, list: list() });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(accepted: i64, before: Option<i64>, compared: EditionDifference) -> Vec<&'static str> {
        let edition = |rows_accepted| Edition { rows_accepted, name: "list.csv".to_owned(), ..Edition::default() };
        let standing = CurrentEditions { current: before.map(edition), ..CurrentEditions::default() };
        let reasons = unattended_reasons(&edition(accepted), &standing, &compared);
        for reason in &reasons {
            assert!(reason.spanish().contains("list.csv") && reason.english().contains("list.csv"));
        }
        reasons.iter().map(HoldReason::code).collect()
    }

    #[test]
    fn each_limit_belongs_to_what_passes() {
        let none = EditionDifference::default();
        for (accepted, before, held) in [(150, Some(100), false), (151, Some(100), true), (1_000_000, None, false)] {
            assert_eq!(codes(accepted, before, none), if held { vec!["larger_than_current"] } else { vec![] });
        }
        for (changed, held) in [(50, false), (51, true)] {
            let compared = EditionDifference { compared: 1_000, changed, ..none };
            assert_eq!(codes(100, Some(100), compared), if held { vec!["many_changed"] } else { vec![] });
        }
        for (raised, lowered, held) in [(500, 0, false), (501, 0, true), (0, 501, true), (400, 400, false)] {
            let compared = EditionDifference { compared: 1_000, raised, lowered, ..none };
            assert_eq!(codes(100, Some(100), compared), if held { vec!["amounts_shifted"] } else { vec![] });
        }
        for (repeated, repeated_before, held) in [(3, 3, false), (4, 3, true)] {
            let compared = EditionDifference { repeated, repeated_before, ..none };
            assert_eq!(codes(100, Some(100), compared), if held { vec!["keys_repeated"] } else { vec![] });
        }
    }
}
