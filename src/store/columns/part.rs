//! The reports of one partition, packed: forty-eight bytes each, beside each other by product, transaction and period.

use std::{collections::HashMap, ops::Range};

use crate::{
    domain::{cum::Cum, listed::InvoiceUnit, weighted_quartiles::Scaled},
    store::{
        judgement::ReportPrices,
        report_judge::{Present, ReportKey},
    },
};

#[derive(Default)]
pub struct Part {
    /// By product, then transaction, then period; each once.
    pub keys: Vec<ReportKey>,
    /// Where the rows of each key begin; one more than keys.
    pub starts: Vec<u32>,
    pub rows: Vec<PackedReport>,
    /// The prices of rows that do not fit a `PackedReport`, by position.
    pub wide: HashMap<u32, ReportPrices>,
    ids: Ids,
    /// Verdicts as they were when the partition was read, by position.
    pub judged: Vec<i32>,
}

/// Which report each row is.
enum Ids {
    /// Of one file: beyond the least of them.
    Near { first: i64, beyond: Vec<u32> },
    /// Of several files.
    Far(Vec<i64>),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Far(Vec::new())
    }
}

impl Ids {
    /// In their final order.
    fn of(ids: Vec<i64>) -> Self {
        let first = ids.iter().min().copied().unwrap_or_default();
        let beyond: Result<Vec<u32>, _> = ids.iter().map(|id| u32::try_from(id - first)).collect();
        beyond.map_or_else(|_| Self::Far(ids), |beyond| Self::Near { first, beyond })
    }

    fn get(&self, at: usize) -> Option<i64> {
        match self {
            Self::Near { first, beyond } => beyond.get(at).map(|beyond| first + i64::from(*beyond)),
            Self::Far(ids) => ids.get(at).copied(),
        }
    }
}

/// Whole numbers, each with its decimal places; zero is "not reported".
#[derive(Clone, Copy, Debug, Default)]
pub struct PackedReport {
    pub minimum: u64,
    pub maximum: u64,
    pub units: u64,
    pub value: u64,
    /// Of minimum, maximum, units and value.
    pub places: [u8; 4],
    /// As in `InvoiceUnit`, in order.
    pub unit: u8,
    /// Its prices are in `Part::wide`.
    pub wide: bool,
}

pub const UNITS: [InvoiceUnit; 4] =
    [InvoiceUnit::Pack, InvoiceUnit::PrimaryPack, InvoiceUnit::DispensingUnit, InvoiceUnit::RegulatedUnit];

impl PackedReport {
    pub fn value(&self) -> Option<Scaled> {
        Some(Scaled { mantissa: self.value, places: self.places[3] }).filter(|value| value.mantissa > 0)
    }

    pub fn units(&self) -> Option<Scaled> {
        Some(Scaled { mantissa: self.units, places: self.places[2] }).filter(|units| units.mantissa > 0)
    }

    pub fn present(&self) -> Present {
        Present { minimum: self.minimum > 0, average: self.value > 0 && self.units > 0, maximum: self.maximum > 0 }
    }

    /// `None`: a number is wider than a decimal may be, which `wide` should have told.
    fn prices(&self) -> Option<ReportPrices> {
        let decimal = |mantissa: u64, places: u8| {
            let scaled = Scaled { mantissa, places };
            if mantissa == 0 { Some(None) } else { scaled.decimal().map(Some) }
        };
        let [minimum, maximum, units, value] = self.places;
        Some(ReportPrices {
            unit: *UNITS.get(usize::from(self.unit))?,
            minimum: decimal(self.minimum, minimum)?,
            maximum: decimal(self.maximum, maximum)?,
            units: decimal(self.units, units)?,
            value: decimal(self.value, value)?,
        })
    }
}

impl Part {
    pub fn prices(&self, at: u32) -> Option<ReportPrices> {
        match self.wide.get(&at) {
            Some(prices) => Some(*prices),
            None => self.rows.get(at as usize)?.prices(),
        }
    }

    /// Positions of the rows of some keys.
    pub fn rows_of(&self, keys: Range<usize>) -> Range<usize> {
        let start = |at: usize| self.starts.get(at).map_or(self.rows.len(), |start| *start as usize);
        start(keys.start)..start(keys.end)
    }

    /// Positions of the keys of a registration.
    pub fn keys_of(&self, expediente: i32) -> Range<usize> {
        let start = self.keys.partition_point(|key| key.0.expediente < expediente);
        start..start + self.keys[start..].partition_point(|key| key.0.expediente == expediente)
    }

    /// Each product with the positions of its rows.
    pub fn products(&self) -> impl Iterator<Item = (Cum, Range<usize>)> {
        let mut from = 0;
        self.keys.chunk_by(|a, b| a.0 == b.0).map(move |keys| {
            let rows = self.rows_of(from..from + keys.len());
            from += keys.len();
            (keys[0].0, rows)
        })
    }

    /// These verdicts, with some replaced.
    pub fn rejudged(&self, judged: &[i32], newer: &HashMap<i64, i32>) -> Vec<i32> {
        let of = |at: usize| self.ids.get(at).and_then(|id| newer.get(&id).copied());
        judged.iter().enumerate().map(|(at, code)| of(at).unwrap_or(*code)).collect()
    }
}

/// Takes rows in any order.
#[derive(Default)]
pub struct PartBuilder {
    keys: HashMap<ReportKey, u32>,
    /// The key of each row.
    of: Vec<u32>,
    last: Option<(ReportKey, u32)>,
    rows: Vec<PackedReport>,
    wide: HashMap<u32, ReportPrices>,
    ids: Vec<i64>,
    judged: Vec<i32>,
}

impl PartBuilder {
    pub fn push(&mut self, id: i64, key: ReportKey, judged: i32, row: PackedReport, wide: Option<ReportPrices>) {
        let of = match self.last {
            Some((last, of)) if last == key => of,
            _ => {
                let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                *self.keys.entry(key).or_insert(next)
            }
        };
        self.last = Some((key, of));
        self.of.push(of);
        if let (Some(prices), Ok(at)) = (wide, u32::try_from(self.rows.len())) {
            self.wide.insert(at, prices);
        }
        self.rows.push(PackedReport { wide: wide.is_some(), ..row });
        self.ids.push(id);
        self.judged.push(judged);
    }

    /// `None`: there are too many rows.
    pub fn finish(self) -> Option<Part> {
        let (keys, starts, place) = places(self.keys, &self.of)?;
        let (mut ids, mut rows, mut judged) = (self.ids, self.rows, self.judged);
        let wide = self.wide.into_iter().filter_map(|(at, prices)| Some((*place.get(at as usize)?, prices))).collect();
        let mut place = place;
        for at in 0..place.len() {
            // Each swap puts one row where it belongs, so that nothing is held twice.
            while place[at] as usize != at {
                let to = place[at] as usize;
                rows.swap(at, to);
                ids.swap(at, to);
                judged.swap(at, to);
                place.swap(at, to);
            }
        }
        rows.shrink_to_fit();
        Some(Part { keys, starts, rows, wide, ids: Ids::of(ids), judged })
    }
}

/// The keys in order, where the rows of each begin, and where each row belongs.
fn places(numbered: HashMap<ReportKey, u32>, of: &[u32]) -> Option<(Vec<ReportKey>, Vec<u32>, Vec<u32>)> {
    let mut keys: Vec<(ReportKey, u32)> = numbered.into_iter().collect();
    keys.sort_unstable_by_key(|((cum, period, transaction), _)| (*cum, *transaction, *period));
    let mut counts = vec![0_u32; keys.len()];
    of.iter().try_for_each(|key| {
        *counts.get_mut(*key as usize)? += 1;
        Some(())
    })?;
    let (mut starts, mut next, mut so_far) = (Vec::with_capacity(keys.len() + 1), vec![0_u32; keys.len()], 0_u32);
    for (_, number) in &keys {
        starts.push(so_far);
        next[*number as usize] = so_far;
        so_far = so_far.checked_add(counts[*number as usize])?;
    }
    starts.push(so_far);
    let take = |key: &u32| {
        let next = &mut next[*key as usize];
        *next += 1;
        *next - 1
    };
    let place = of.iter().map(take).collect();
    Some((keys.into_iter().map(|(key, _)| key).collect(), starts, place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::period::Period;

    fn built(ids: &[i64]) -> Part {
        let mut builder = PartBuilder::default();
        for (at, id) in (0_i32..).zip(ids) {
            // The later, the smaller the registration: every row has to move.
            let key = (Cum::new(1_000 - at, 1), Period::parse("2020-06").unwrap(), 1);
            let minimum = u64::try_from(*id).unwrap();
            builder.push(*id, key, at, PackedReport { minimum, ..PackedReport::default() }, None);
        }
        builder.finish().unwrap()
    }

    #[test]
    fn rows_keep_their_ids_and_verdicts_when_they_are_put_in_order_also_those_of_several_files() {
        let (one, several) = ([5_i64 << 32 | 2, 5 << 32 | 3, 5 << 32 | 9], [5_i64 << 32 | 2, 7 << 32 | 3, 900 << 32 | 2]);
        for ids in [one, several] {
            let part = built(&ids);
            assert!(part.keys.is_sorted());
            let newer = HashMap::from([(ids[1], 77)]);
            assert_eq!(part.rejudged(&part.judged, &newer), [2, 77, 0]);
            let minima: Vec<u64> = part.rows.iter().map(|row| row.minimum).collect();
            assert_eq!(minima, [ids[2], ids[1], ids[0]].map(|id| u64::try_from(id).unwrap()));
        }
    }
}
