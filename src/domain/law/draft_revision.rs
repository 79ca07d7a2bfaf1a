//! A correction of a draft: rows put in, or in place of others, rows taken out, and another first day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    act_draft::{Draft, DraftCeiling, DraftMarket},
    channel::CeilingColumn,
};
use crate::domain::identifier::cum::Cum;

/// What is to change. A row of the same CUM and column, or of the same market, is replaced; another one is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftRevision {
    pub valid_from: Option<Date>,
    pub ceilings: Vec<DraftCeiling>,
    pub markets: Vec<DraftMarket>,
    pub removed_ceilings: Vec<(Cum, CeilingColumn)>,
    pub removed_markets: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionFault {
    /// What is to be taken out does not stand in the draft: its place in the list.
    UnknownCeiling(usize),
    UnknownMarket(usize),
    /// It is put in and taken out at once.
    BothCeiling(usize),
    BothMarket(usize),
}

impl DraftRevision {
    /// The draft so corrected. A replaced row keeps its description, market and content where the new one leaves them open.
    ///
    /// # Errors
    /// Everything that cannot be taken out.
    pub fn of(&self, mut draft: Draft) -> Result<Draft, Vec<RevisionFault>> {
        let faults = self.faults(&draft);
        if !faults.is_empty() {
            return Err(faults);
        }
        draft.head.valid_from = self.valid_from.unwrap_or(draft.head.valid_from);
        let removed: BTreeSet<_> = self.removed_ceilings.iter().copied().collect();
        draft.ceilings.retain(|row| !removed.contains(&(row.cum, row.column)));
        draft.markets.retain(|row| !self.removed_markets.contains(&row.market));
        for new in &self.ceilings {
            let line = next_line(draft.ceilings.iter().map(|row| row.line));
            match draft.ceilings.iter_mut().find(|row| (row.cum, row.column) == (new.cum, new.column)) {
                Some(row) => *row = replaced(row, new),
                None => draft.ceilings.push(DraftCeiling { line, ..new.clone() }),
            }
        }
        for new in &self.markets {
            let line = next_line(draft.markets.iter().map(|row| row.line));
            match draft.markets.iter_mut().find(|row| row.market == new.market) {
                Some(row) => *row = DraftMarket { line: row.line, ..new.clone() },
                None => draft.markets.push(DraftMarket { line, ..new.clone() }),
            }
        }
        Ok(draft)
    }

    fn faults(&self, draft: &Draft) -> Vec<RevisionFault> {
        let mut faults = Vec::new();
        for (index, name) in self.removed_ceilings.iter().enumerate() {
            if self.ceilings.iter().any(|row| (row.cum, row.column) == *name) {
                faults.push(RevisionFault::BothCeiling(index));
            } else if !draft.ceilings.iter().any(|row| (row.cum, row.column) == *name) {
                faults.push(RevisionFault::UnknownCeiling(index));
            }
        }
        for (index, market) in self.removed_markets.iter().enumerate() {
            if self.markets.iter().any(|row| row.market == *market) {
                faults.push(RevisionFault::BothMarket(index));
            } else if !draft.markets.iter().any(|row| row.market == *market) {
                faults.push(RevisionFault::UnknownMarket(index));
            }
        }
        faults
    }
}

fn next_line(lines: impl Iterator<Item = i64>) -> i64 {
    lines.max().unwrap_or_default().saturating_add(1)
}

fn replaced(row: &DraftCeiling, new: &DraftCeiling) -> DraftCeiling {
    let description = if new.description.is_empty() { row.description.clone() } else { new.description.clone() };
    let (market, content) = (new.market.clone().or(row.market.clone()), new.content.clone().or(row.content.clone()));
    DraftCeiling { line: row.line, description, market, content, ..new.clone() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;
    use crate::domain::law::{act_draft::DraftHead, rules::IpsMargin};

    fn row(consecutive: i32, amount: i64) -> DraftCeiling {
        DraftCeiling {
            line: i64::from(consecutive),
            cum: Cum::new(19_914_312, consecutive),
            column: CeilingColumn::Institutional,
            amount: Some(Decimal::from(amount)),
            margin: IpsMargin::ByRule,
            market: None,
            description: "LANTUS".to_owned(),
            content: None,
        }
    }

    fn draft() -> Draft {
        let text = || "x".to_owned();
        let head = DraftHead {
            title: text(),
            act_id: text(),
            issued_on: None,
            published_in: None,
            valid_from: date(2027, 1, 1),
            subject_es: text(),
            subject_en: text(),
            source: text(),
            supersedes: Vec::new(),
            reason: text(),
        };
        Draft { head, ceilings: vec![row(1, 5), row(2, 6)], markets: Vec::new() }
    }

    #[test]
    fn a_row_is_replaced_added_or_taken_out() {
        let new = DraftCeiling { description: String::new(), ..row(2, 7) };
        let revision = DraftRevision {
            valid_from: Some(date(2027, 2, 1)),
            ceilings: vec![new, row(9, 8)],
            removed_ceilings: vec![(Cum::new(19_914_312, 1), CeilingColumn::Institutional)],
            ..DraftRevision::default()
        };
        let revised = revision.of(draft()).unwrap();
        assert_eq!(revised.head.valid_from, date(2027, 2, 1));
        let rows: Vec<_> = revised.ceilings.iter().map(|row| (row.cum.consecutive, row.amount, row.line)).collect();
        assert_eq!(rows, [(2, Some(Decimal::from(7)), 2), (9, Some(Decimal::from(8)), 3)]);
        assert_eq!(revised.ceilings[0].description, "LANTUS", "as it was");
        assert_eq!(DraftRevision::default().of(draft()).unwrap(), draft());
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_out() {
        let column = CeilingColumn::Institutional;
        let revision = DraftRevision {
            ceilings: vec![row(1, 9)],
            removed_ceilings: vec![(Cum::new(1, 1), column), (Cum::new(19_914_312, 1), column)],
            removed_markets: vec!["96".to_owned()],
            ..DraftRevision::default()
        };
        let faults = [RevisionFault::UnknownCeiling(0), RevisionFault::BothCeiling(1), RevisionFault::UnknownMarket(0)];
        assert_eq!(revision.of(draft()), Err(faults.to_vec()));
    }
}
