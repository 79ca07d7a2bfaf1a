//! The list of decisions that one person cannot complete alone, and the rule that they share.

/// A decision that takes two persons. A new one gets its line here, and `tests/service/two_persons.rs` does not compile without its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A contributor to a draft cannot approve it.
    ApproveActDraft,
    /// The person who proposed to withdraw a draft cannot complete the withdrawal.
    WithdrawActDraft,
    /// The person who proposed to confirm a case cannot confirm it.
    ConfirmCase,
    /// The operator who made a regulator's key cannot confirm it, and neither can its holder.
    ConfirmKey,
}

/// The decider took part in the object of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamePerson(pub Decision);

impl Decision {
    pub const ALL: &'static [Self] = &[Self::ApproveActDraft, Self::WithdrawActDraft, Self::ConfirmCase, Self::ConfirmKey];

    /// The operation of the API that makes it.
    pub fn operation(self) -> &'static str {
        match self {
            Self::ApproveActDraft => "approve_act_draft",
            Self::WithdrawActDraft => "withdraw_act_draft",
            Self::ConfirmCase => "move_case",
            Self::ConfirmKey => "confirm_key",
        }
    }

    /// Why another person must do it: Spanish, English.
    pub fn refusal(self) -> (&'static str, &'static str) {
        match self {
            Self::ApproveActDraft => (
                "quien redactó un borrador o le añadió filas no lo aprueba",
                "whoever drafted an act or added rows to it does not approve it",
            ),
            Self::WithdrawActDraft => (
                "quien propuso retirar un borrador no completa el retiro: lo confirma otra persona",
                "whoever proposed to withdraw a draft does not complete it: another person confirms it",
            ),
            Self::ConfirmCase => (
                "quien lo propuso no lo decide: lo confirma otra persona",
                "who proposed it does not decide it: another person confirms it",
            ),
            Self::ConfirmKey => (
                "la llave de un regulador la confirma otro regulador, u otro operador cuya llave no hizo quien hizo esta",
                "a regulator's key is confirmed by another regulator, or by another operator whose key was not made by whoever made this one",
            ),
        }
    }

    /// Persons are principals: another key of the same principal is the same person.
    ///
    /// # Errors
    /// `decider` is one of those who had a part in it before.
    pub(crate) fn by_another<'a>(self, decider: &str, before: impl IntoIterator<Item = &'a str>) -> Result<(), SamePerson> {
        if before.into_iter().any(|principal| principal == decider) { Err(SamePerson(self)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_without_a_part_in_it_decides() {
        for decision in Decision::ALL {
            assert_eq!(decision.by_another("ana", ["ana"]), Err(SamePerson(*decision)));
            assert_eq!(decision.by_another("ana", ["berta", "ana", "carla"]), Err(SamePerson(*decision)));
            assert_eq!(decision.by_another("ana", ["berta", "carla"]), Ok(()));
        }
    }

    #[test]
    fn each_decision_has_an_operation_and_words_of_its_own() {
        for (index, one) in Decision::ALL.iter().enumerate() {
            let (es, en) = one.refusal();
            assert!(!es.is_empty() && !en.is_empty() && es != en);
            for other in &Decision::ALL[..index] {
                assert!(one.operation() != other.operation() && one.refusal() != other.refusal());
            }
        }
    }
}
