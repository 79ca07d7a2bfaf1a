//! The differences between the ceilings of two acts, exact enough to turn one set into the other. An amendment is compared only where it speaks.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use rust_decimal::Decimal;

use super::channel::CeilingColumn;
use crate::domain::{identifier::cum::Cum, number::exact};

/// The ceilings of one act, by presentation and column.
pub type Ceilings = BTreeMap<(Cum, CeilingColumn), Decimal>;
/// All statements of an act, including what it says is not bound (`None`).
pub type Statements = BTreeMap<(Cum, CeilingColumn), Option<Decimal>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedCeiling {
    pub cum: Cum,
    pub column: CeilingColumn,
    pub amount: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedCeiling {
    pub cum: Cum,
    pub column: CeilingColumn,
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
    /// Presentations of which no column changed.
    pub unchanged_presentations: usize,
}

/// How many presentations (CUM) a difference is about, each counted once whatever its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presentations {
    pub added: usize,
    pub removed: usize,
    pub raised: usize,
    pub lowered: usize,
    /// Of which nothing changed.
    pub unchanged: usize,
}

/// Statements of an amended act that its amendment does not restate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Untouched {
    pub ceilings: usize,
    /// Presentations of which the amendment says nothing.
    pub presentations: usize,
}

pub fn diff(before: &Ceilings, after: &Ceilings) -> ActDiff {
    let mut diff = ActDiff::default();
    let mut same = BTreeSet::new();
    for (&(cum, column), &amount) in before {
        let Some(&now) = after.get(&(cum, column)) else {
            diff.removed.push(StatedCeiling { cum, column, amount });
            continue;
        };
        let changed = ChangedCeiling { cum, column, before: amount, after: now, percent: percent(amount, now) };
        match now.cmp(&amount) {
            Ordering::Greater => diff.raised.push(changed),
            Ordering::Less => diff.lowered.push(changed),
            Ordering::Equal => {
                diff.unchanged += 1;
                same.insert(cum);
            }
        }
    }
    let new = after.iter().filter(|(key, _)| !before.contains_key(key));
    diff.added = new.map(|(&(cum, column), &amount)| StatedCeiling { cum, column, amount }).collect();
    let touched: BTreeSet<Cum> = diff.touched().collect();
    diff.unchanged_presentations = same.difference(&touched).count();
    diff
}

/// What an act states, without what it says is not bound.
pub fn binding(statements: &Statements) -> Ceilings {
    statements.iter().filter_map(|(key, amount)| Some((*key, (*amount)?))).collect()
}

/// From an act to the act as amended: only where the amendment speaks; the rest of the act stays as it was.
pub fn amended(before: &Ceilings, amendment: &Statements) -> (ActDiff, Untouched) {
    let (restated, rest): (Ceilings, Ceilings) = before.iter().partition(|(key, _)| amendment.contains_key(key));
    let spoken_of: BTreeSet<Cum> = amendment.keys().map(|(cum, _)| *cum).collect();
    let presentations: BTreeSet<Cum> = rest.keys().map(|(cum, _)| *cum).filter(|cum| !spoken_of.contains(cum)).collect();
    (diff(&restated, &binding(amendment)), Untouched { ceilings: rest.len(), presentations: presentations.len() })
}

/// By how much of what was before, half up; `None` where that cannot be written exactly.
pub(crate) fn percent(before: Decimal, after: Decimal) -> Option<Decimal> {
    let change = exact::difference(after, before)?;
    exact::quotient_half_up(exact::product(change, Decimal::ONE_HUNDRED)?, before, 4)
}

impl ActDiff {
    /// Presentations with a change in some column, once for each change.
    fn touched(&self) -> impl Iterator<Item = Cum> {
        let stated = self.added.iter().chain(&self.removed).map(|one| one.cum);
        stated.chain(self.raised.iter().chain(&self.lowered).map(|one| one.cum))
    }

    pub fn presentations(&self) -> Presentations {
        let stated = |list: &[StatedCeiling]| list.iter().map(|one| one.cum).collect::<BTreeSet<_>>().len();
        let changed = |list: &[ChangedCeiling]| list.iter().map(|one| one.cum).collect::<BTreeSet<_>>().len();
        Presentations {
            added: stated(&self.added),
            removed: stated(&self.removed),
            raised: changed(&self.raised),
            lowered: changed(&self.lowered),
            unchanged: self.unchanged_presentations,
        }
    }

    /// The same difference, the other way round.
    #[must_use]
    pub fn backwards(&self) -> Self {
        let back = |list: &[ChangedCeiling]| {
            let swap = |one: &ChangedCeiling| ChangedCeiling {
                before: one.after,
                after: one.before,
                percent: percent(one.after, one.before),
                ..*one
            };
            list.iter().map(swap).collect()
        };
        Self {
            added: self.removed.clone(),
            removed: self.added.clone(),
            raised: back(&self.lowered),
            lowered: back(&self.raised),
            unchanged: self.unchanged,
            unchanged_presentations: self.unchanged_presentations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ceilings() -> impl Strategy<Value = Ceilings> {
        use CeilingColumn::{CommercialFinal, CommercialWholesale, Institutional};
        let column = prop_oneof![Just(Institutional), Just(CommercialWholesale), Just(CommercialFinal)];
        let key = (1..20_i32, 0..3_i32, column)
            .prop_map(|(expediente, consecutive, column)| (Cum::new(expediente, consecutive), column));
        // Few amounts, so that equal ones meet; with scales, since 1.10 is 1.1.
        let amount = (1..6_i64, 0..3_u32).prop_map(|(number, scale)| Decimal::new(number * 10_i64.pow(scale), scale));
        proptest::collection::btree_map(key, amount, 0..40)
    }

    /// The later set, from the earlier one and their difference.
    fn apply(diff: &ActDiff, before: &Ceilings) -> Ceilings {
        let mut set = before.clone();
        for gone in &diff.removed {
            set.remove(&(gone.cum, gone.column));
        }
        set.extend(diff.added.iter().map(|new| ((new.cum, new.column), new.amount)));
        let changed = diff.raised.iter().chain(&diff.lowered);
        set.extend(changed.map(|changed| ((changed.cum, changed.column), changed.after)));
        set
    }

    proptest! {
        #[test]
        fn the_diff_makes_the_one_set_of_the_other(before in ceilings(), after in ceilings()) {
            let diff = diff(&before, &after);
            prop_assert_eq!(apply(&diff, &before), after.clone());
            let kept = diff.raised.len() + diff.lowered.len() + diff.unchanged;
            prop_assert_eq!(kept + diff.removed.len(), before.len());
            prop_assert_eq!(kept + diff.added.len(), after.len());
            prop_assert!(diff.raised.iter().all(|changed| changed.after > changed.before && changed.percent > Some(Decimal::ZERO)));
            prop_assert!(diff.lowered.iter().all(|changed| changed.after < changed.before && changed.percent < Some(Decimal::ZERO)));
        }

        #[test]
        fn the_diff_backwards_swaps_the_sides(before in ceilings(), after in ceilings()) {
            let (forth, back) = (diff(&before, &after), diff(&after, &before));
            prop_assert_eq!(&forth.backwards(), &back);
            prop_assert_eq!((forth.added, forth.removed), (back.removed, back.added));
            prop_assert_eq!((forth.raised.len(), forth.lowered.len()), (back.lowered.len(), back.raised.len()));
        }
    }

    proptest! {
        /// What the amendment says takes the place of what was there, and nothing else moves.
        #[test]
        fn an_amendment_changes_what_it_restates_and_no_more(before in ceilings(), stated in ceilings(), freed in ceilings()) {
            let mut amendment: Statements = freed.keys().map(|key| (*key, None)).collect();
            amendment.extend(stated.iter().map(|(key, amount)| (*key, Some(*amount))));
            let (diff, untouched) = amended(&before, &amendment);
            let mut expected = before.clone();
            for (key, amount) in &amendment {
                match amount {
                    Some(amount) => expected.insert(*key, *amount),
                    None => expected.remove(key),
                };
            }
            prop_assert_eq!(apply(&diff, &before), expected);
            let restated = before.keys().filter(|key| amendment.contains_key(key)).count();
            prop_assert_eq!(diff.removed.len() + diff.raised.len() + diff.lowered.len() + diff.unchanged, restated);
            prop_assert_eq!(untouched.ceilings + restated, before.len());
            prop_assert!(untouched.presentations <= untouched.ceilings);
        }
    }

    fn set(rows: &[(i32, CeilingColumn, &str)]) -> Ceilings {
        rows.iter().map(|(cum, column, amount)| ((Cum::new(*cum, 1), *column), amount.parse().unwrap())).collect()
    }

    #[test]
    fn an_amendment_leaves_the_rest_in_force() {
        use CeilingColumn::{CommercialWholesale as Wholesale, Institutional};
        let before = set(&[
            (1, Institutional, "10"),
            (1, Wholesale, "10"),
            (2, Institutional, "20"),
            (2, Wholesale, "20"),
            (3, Institutional, "30"),
        ]);
        let mut amendment: Statements = set(&[(1, Institutional, "12"), (4, Institutional, "40")])
            .into_iter()
            .map(|(key, amount)| (key, Some(amount)))
            .collect();
        amendment.insert((Cum::new(3, 1), Institutional), None);
        let (diff, untouched) = amended(&before, &amendment);
        assert_eq!(
            (diff.added.len(), diff.removed.len(), diff.raised.len(), diff.lowered.len(), diff.unchanged),
            (1, 1, 1, 0, 0)
        );
        // Both columns of 2 and one of 1; only of 2 the amendment says nothing.
        assert_eq!(untouched, Untouched { ceilings: 3, presentations: 1 });
    }

    #[test]
    fn a_presentation_is_counted_once_whatever_its_columns() {
        use CeilingColumn::{CommercialWholesale as Wholesale, Institutional};
        let before = set(&[
            (1, Institutional, "10"),
            (1, Wholesale, "10"),
            (2, Institutional, "20"),
            (2, Wholesale, "20"),
            (3, Institutional, "30"),
            (3, Wholesale, "30"),
        ]);
        let after = set(&[
            (1, Institutional, "11"),
            (1, Wholesale, "11"),
            (2, Institutional, "20"),
            (2, Wholesale, "20"),
            (3, Institutional, "30"),
            (3, Wholesale, "29"),
            (4, Institutional, "4"),
            (4, Wholesale, "4"),
        ]);
        let diff = diff(&before, &after);
        assert_eq!((diff.added.len(), diff.raised.len(), diff.lowered.len(), diff.unchanged), (2, 2, 1, 3));
        assert_eq!(diff.presentations(), Presentations { added: 1, removed: 0, raised: 1, lowered: 1, unchanged: 1 });
    }

    #[test]
    fn percents_are_of_the_ceiling_before_and_half_up() {
        let set = |amount: &str| Ceilings::from([((Cum::new(1, 1), CeilingColumn::Institutional), amount.parse().unwrap())]);
        let percent = |before, after| {
            let diff = diff(&set(before), &set(after));
            diff.raised.iter().chain(&diff.lowered).map(|changed| changed.percent.unwrap().to_string()).collect::<String>()
        };
        assert_eq!(percent("33052", "40000"), "21.0214");
        assert_eq!(percent("40000", "33052"), "-17.37");
        assert_eq!(percent("33052", "33052.00"), "");
    }
}
