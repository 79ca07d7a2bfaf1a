//! How many verdicts would be other ones under another law: counted from memory, written nowhere.

use std::ops::Range;

use super::{
    cores::by_stretches,
    law::{CompiledLaw, Span},
};
use crate::{
    domain::verdict::Finding,
    store::{
        error::{StoreError, corrupt},
        judgement_code::JudgementCode,
        rejudge::Rejudged,
        report_judge::ReportKey,
    },
};

/// What changes, and which keys it touches.
pub struct Counted {
    pub rejudged: Rejudged,
    /// In order, each once.
    pub changed: Vec<ReportKey>,
}

/// Reports by finding: before, after.
type Moves = [[u64; Finding::ALL.len()]; Finding::ALL.len()];

#[derive(Default)]
struct Tally {
    changed: u64,
    moves: Moves,
    keys: Vec<ReportKey>,
}

const SPANS_AT_ONCE: usize = 4_000;

pub fn count(law: &CompiledLaw) -> Result<Counted, StoreError> {
    let (mut rejudged, mut changed, mut moves) = (Rejudged::default(), Vec::new(), Moves::default());
    for tally in by_stretches(law.spans.len(), SPANS_AT_ONCE, |range| tally(law, range)) {
        let tally = tally.ok_or_else(|| corrupt("sismed_row", "a report that cannot be judged"))?;
        rejudged.changed += tally.changed;
        changed.extend(tally.keys);
        for (sum, more) in moves.iter_mut().flatten().zip(tally.moves.into_iter().flatten()) {
            *sum += more;
        }
    }
    // The same key may stand in several parts.
    changed.sort();
    changed.dedup();
    rejudged.bases_changed = changed.len() as u64;
    rejudged.reports = moves.iter().flatten().sum();
    tell(&moves, &mut rejudged);
    Ok(Counted { rejudged, changed })
}

fn tell(moves: &Moves, rejudged: &mut Rejudged) {
    for (before, row) in Finding::ALL.into_iter().zip(moves) {
        for (after, reports) in Finding::ALL.into_iter().zip(row).filter(|(_, reports)| **reports > 0) {
            *rejudged.verdicts.entry(after.code()).or_default() += *reports;
            if before != after {
                rejudged.moved.insert((before.code().to_owned(), after.code()), *reports);
            }
        }
    }
}

/// `None`: something cannot be judged.
fn tally(law: &CompiledLaw, range: Range<usize>) -> Option<Tally> {
    let mut tally = Tally::default();
    for span in law.spans.get(range)? {
        tally.judge(law, span)?;
    }
    Some(tally)
}

impl Tally {
    fn judge(&mut self, law: &CompiledLaw, span: &Span) -> Option<()> {
        let (held, law) = (law.reports.parts.get(span.part)?, law.laws.get(span.law)?);
        let part = &held.part;
        let rows = part.rows_of(span.keys.clone());
        let mut key = span.keys.start;
        let some = part.rows.get(rows.clone())?.iter().zip(held.judged().get(rows.clone())?);
        for ((row, judged), at) in some.zip(rows) {
            let prices = || part.prices(u32::try_from(at).ok()?);
            let (before, after) = (JudgementCode(*judged), law.code(row, prices)?);
            *self.moves.get_mut(before.finding_number())?.get_mut(after.finding_number())? += 1;
            if before != after {
                self.changed += 1;
                while part.rows_of(key..key + 1).end <= at {
                    key += 1;
                }
                let key = part.keys.get(key)?;
                if self.keys.last() != Some(key) {
                    self.keys.push(*key);
                }
            }
        }
        Some(())
    }
}
