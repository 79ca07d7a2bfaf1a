//! The days on which a product's law can change: between two of them every period has the same basis.

use jiff::civil::Date;

use super::{
    lawbook::{ProductLaw, speaks_until},
    rules::Rules,
};
use crate::domain::calendar::period::Period;

/// Sorted days; the law does not change between two neighbouring days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LawChanges(Vec<Date>);

impl ProductLaw {
    /// Of all presentations of the registration, since the other packs are readings of this one's price.
    pub fn changes(&self, rules: &Rules) -> LawChanges {
        let silent = |cut: Date| cut.checked_add(jiff::ToSpan::days(i64::from(rules.max_age_days) + 1)).ok();
        let ceilings = self.statements.iter().flat_map(|s| [Some(s.valid_from), silent(s.list_cut_date)]);
        let markets = self.markets.iter().flat_map(|m| [Some(m.valid_from), silent(m.list_cut_date)]);
        let complete = self.complete_lists.iter().flat_map(|list| [Some(list.from), speaks_until(list, rules)]);
        let editions = self.editions.iter().map(|edition| Some(edition.cut_date));
        let mut days: Vec<Date> = ceilings.chain(markets).chain(complete).chain(editions).flatten().collect();
        days.sort_unstable();
        days.dedup();
        LawChanges(days)
    }
}

impl LawChanges {
    pub(crate) fn days(&self) -> &[Date] {
        &self.0
    }

    /// Which stretch a period lies in; `None` when it straddles a change.
    pub fn stretch(&self, period: &Period) -> Option<usize> {
        let stretch = self.0.partition_point(|day| *day <= period.from);
        self.0.get(stretch).is_none_or(|next| period.until <= *next).then_some(stretch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_period_lies_in_a_stretch_or_straddles() {
        let changes = LawChanges(vec![date(2020, 4, 1), date(2020, 7, 15)]);
        let stretch = |text: &str| changes.stretch(&Period::parse(text).unwrap());
        assert_eq!(stretch("2020-03"), Some(0));
        assert_eq!(stretch("2020-03-31"), Some(0));
        assert_eq!(stretch("2020-04"), Some(1));
        assert_eq!(stretch("2020-07"), None);
        assert_eq!(stretch("2020-07-14"), Some(1));
        assert_eq!(stretch("2020-07-15"), Some(2));
        assert_eq!(stretch("2020-08"), Some(2));
    }
}
