//! What changed between the ceilings of two acts: exactly enough to turn the one set into the other.

use std::{cmp::Ordering, collections::BTreeMap};

use rust_decimal::Decimal;

use super::{channel::Column, cum::Cum, exact};

/// What one act states, by presentation and column.
pub type Ceilings = BTreeMap<(Cum, Column), Decimal>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedCeiling {
    pub cum: Cum,
    pub column: Column,
    pub amount: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedCeiling {
    pub cum: Cum,
    pub column: Column,
    pub before: Decimal,
    pub after: Decimal,
    /// Of the ceiling before, negative when lowered, half-up to 4 decimals; `None` where it does not fit a decimal.
    pub percent: Option<Decimal>,
}

/// Each list in order of CUM and column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActDiff {
    pub added: Vec<StatedCeiling>,
    pub removed: Vec<StatedCeiling>,
    pub raised: Vec<ChangedCeiling>,
    pub lowered: Vec<ChangedCeiling>,
    pub unchanged: usize,
}

pub fn diff(before: &Ceilings, after: &Ceilings) -> ActDiff {
    let mut diff = ActDiff::default();
    for (&(cum, column), &amount) in before {
        let Some(&now) = after.get(&(cum, column)) else {
            diff.removed.push(StatedCeiling { cum, column, amount });
            continue;
        };
        let changed = ChangedCeiling { cum, column, before: amount, after: now, percent: percent(amount, now) };
        match now.cmp(&amount) {
            Ordering::Greater => diff.raised.push(changed),
            Ordering::Less => diff.lowered.push(changed),
            Ordering::Equal => diff.unchanged += 1,
        }
    }
    let new = after.iter().filter(|(key, _)| !before.contains_key(key));
    diff.added = new.map(|(&(cum, column), &amount)| StatedCeiling { cum, column, amount }).collect();
    diff
}

fn percent(before: Decimal, after: Decimal) -> Option<Decimal> {
    let change = exact::difference(after, before)?;
    exact::quotient_half_up(exact::product(change, Decimal::ONE_HUNDRED)?, before, 4)
}

impl ActDiff {
    /// The later set, from the earlier one.
    pub fn apply(&self, before: &Ceilings) -> Ceilings {
        let mut set = before.clone();
        for gone in &self.removed {
            set.remove(&(gone.cum, gone.column));
        }
        set.extend(self.added.iter().map(|new| ((new.cum, new.column), new.amount)));
        let changed = self.raised.iter().chain(&self.lowered);
        set.extend(changed.map(|changed| ((changed.cum, changed.column), changed.after)));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ceilings() -> impl Strategy<Value = Ceilings> {
        use Column::{CommercialFinal, CommercialWholesale, Institutional};
        let column = prop_oneof![Just(Institutional), Just(CommercialWholesale), Just(CommercialFinal)];
        let key = (1..20_i32, 0..3_i32, column)
            .prop_map(|(expediente, consecutive, column)| (Cum::new(expediente, consecutive), column));
        // Few amounts, so that equal ones meet; with scales, since 1.10 is 1.1.
        let amount = (1..6_i64, 0..3_u32).prop_map(|(number, scale)| Decimal::new(number * 10_i64.pow(scale), scale));
        proptest::collection::btree_map(key, amount, 0..40)
    }

    proptest! {
        #[test]
        fn the_diff_turns_the_one_set_into_the_other(before in ceilings(), after in ceilings()) {
            let diff = diff(&before, &after);
            prop_assert_eq!(diff.apply(&before), after.clone());
            let kept = diff.raised.len() + diff.lowered.len() + diff.unchanged;
            prop_assert_eq!(kept + diff.removed.len(), before.len());
            prop_assert_eq!(kept + diff.added.len(), after.len());
            prop_assert!(diff.raised.iter().all(|changed| changed.after > changed.before && changed.percent > Some(Decimal::ZERO)));
            prop_assert!(diff.lowered.iter().all(|changed| changed.after < changed.before && changed.percent < Some(Decimal::ZERO)));
        }

        #[test]
        fn the_diff_backwards_swaps_the_sides(before in ceilings(), after in ceilings()) {
            let (forth, back) = (diff(&before, &after), diff(&after, &before));
            prop_assert_eq!((forth.added, forth.removed), (back.removed, back.added));
            prop_assert_eq!((forth.raised.len(), forth.lowered.len()), (back.lowered.len(), back.raised.len()));
        }
    }

    #[test]
    fn percents_are_of_the_ceiling_before_and_half_up() {
        let set = |amount: &str| Ceilings::from([((Cum::new(1, 1), Column::Institutional), amount.parse().unwrap())]);
        let percent = |before, after| {
            let diff = diff(&set(before), &set(after));
            diff.raised.iter().chain(&diff.lowered).map(|changed| changed.percent.unwrap().to_string()).collect::<String>()
        };
        assert_eq!(percent("33052", "40000"), "21.0214");
        assert_eq!(percent("40000", "33052"), "-17.37");
        assert_eq!(percent("33052", "33052.00"), "");
    }
}
