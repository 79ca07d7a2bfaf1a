//! How many verdicts would be other ones under another law: counted from memory, written nowhere.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    HeldPart, Reports,
    cores::by_stretches,
    law::{CompiledLaw, among},
    limit::PriceLaw,
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
    /// In order.
    pub changed: Vec<ReportKey>,
}

#[derive(Default)]
struct Tally {
    reports: u64,
    changed: u64,
    /// By finding: before, after.
    moved: [[u64; Finding::ALL.len()]; Finding::ALL.len()],
    keys: Vec<ReportKey>,
}

const KEYS_AT_ONCE: usize = 8_000;

/// The law's keys are those of the reports.
pub fn count(reports: &Reports, law: &CompiledLaw) -> Result<Counted, StoreError> {
    let tallies = by_stretches(law.keys.len(), KEYS_AT_ONCE, |range| tally(reports, law, range));
    let (mut rejudged, mut changed) = (Rejudged::default(), Vec::new());
    let mut moved = [[0_u64; Finding::ALL.len()]; Finding::ALL.len()];
    for tally in tallies {
        let tally = tally.ok_or_else(|| corrupt("sismed_row", "a report that cannot be judged"))?;
        rejudged.reports += tally.reports;
        rejudged.changed += tally.changed;
        changed.extend(tally.keys);
        for (sum, more) in moved.iter_mut().flatten().zip(tally.moved.into_iter().flatten()) {
            *sum += more;
        }
    }
    rejudged.bases_changed = changed.len() as u64;
    (rejudged.moved, rejudged.verdicts) = told(&moved);
    Ok(Counted { rejudged, changed })
}

type Moves = [[u64; Finding::ALL.len()]; Finding::ALL.len()];

fn told(moved: &Moves) -> (BTreeMap<(String, &'static str), u64>, HashMap<&'static str, u64>) {
    let (mut moves, mut verdicts) = (BTreeMap::new(), HashMap::new());
    for (before, row) in Finding::ALL.into_iter().zip(moved) {
        for (after, reports) in Finding::ALL.into_iter().zip(row).filter(|(_, reports)| **reports > 0) {
            *verdicts.entry(after.code()).or_default() += *reports;
            if before != after {
                moves.insert((before.code().to_owned(), after.code()), *reports);
            }
        }
    }
    (moves, verdicts)
}

fn tally(reports: &Reports, law: &CompiledLaw, range: Range<usize>) -> Option<Tally> {
    let (mut tally, keys) = (Tally::default(), &law.keys[range.clone()]);
    let mut touched = vec![false; keys.len()];
    for held in &reports.parts {
        let mut at = 0;
        for key in among(&held.part.keys, keys) {
            let of = held.part.keys.get(key)?;
            while keys.get(at).is_some_and(|known| known < of) {
                at += 1;
            }
            if keys.get(at) == Some(of) {
                touched[at] |= tally.judge(held, held.part.rows_of(key), law.of(range.start + at)?)?;
            }
        }
    }
    tally.keys = keys.iter().zip(touched).filter_map(|(key, touched)| touched.then_some(*key)).collect();
    Some(tally)
}

impl Tally {
    /// Whether any verdict is another one.
    fn judge(&mut self, held: &HeldPart, rows: Range<usize>, law: &PriceLaw) -> Option<bool> {
        let before = self.changed;
        let some = held.part.rows.get(rows.clone())?.iter().zip(held.judged().get(rows.clone())?);
        for ((row, judged), at) in some.zip(rows) {
            let prices = || held.part.prices(u32::try_from(at).ok()?);
            let (before, after) = (JudgementCode(*judged), law.code(row, prices)?);
            self.reports += 1;
            self.changed += u64::from(before != after);
            self.moved[before.finding_number()][after.finding_number()] += 1;
        }
        Some(self.changed > before)
    }
}
