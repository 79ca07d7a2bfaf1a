//! The reports that a preview of an act judges again, as far as their verdicts depend on them.
//!
//! A regulator previews an act again and again with other numbers: the law is another one each time, the reports of its registrations are the
//! same. They are held for as long as the data version is, so that only the first preview reads them.

use std::{
    collections::HashMap,
    ops::Range,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use deadpool_postgres::Transaction;
use futures_util::{StreamExt, TryStreamExt, stream::Fuse};
use tokio_postgres::{
    binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream},
    types::Type,
};

use super::{
    report_judge::ReportKey,
    report_key::{key_of, unit_of},
};
use crate::{
    domain::{
        identifier::cum::Cum,
        verdict::{report_verdict::ReportPrices, verdict_code::VerdictCode},
    },
    store::postgres::{error::StoreError, numeric::Amount, statements},
};

/// Of several acts, so that more than one regulator can look: so many reports in all, of some 100 bytes each.
pub const REPORTS_HELD_MAX: usize = 1_000_000;
/// While they are put in order they take twice the memory.
const REPORTS_AT_ONCE: usize = 200_000;
const COLUMNS: [Type; 12] = [
    Type::INT4,
    Type::INT4,
    Type::DATE,
    Type::DATE,
    Type::INT2,
    Type::INT2,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::INT4,
    Type::TEXT,
];

/// Reports in force, in order of their keys.
#[derive(Default)]
pub struct PreviewedReports {
    /// Each key, and where its reports end.
    keys: Vec<(ReportKey, usize)>,
    reports: Vec<PreviewedReport>,
    /// Of those that accuse, the digest of the ground, by their place.
    accusations: HashMap<usize, Box<str>>,
}

pub struct PreviewedReport {
    pub prices: ReportPrices,
    /// Its verdict in force.
    pub judged: VerdictCode,
}

type ReadReport = (ReportKey, PreviewedReport, Option<Box<str>>);

/// The reports in force of some registrations, each once, in parts.
pub struct PreviewReader(Pin<Box<Fuse<BinaryCopyOutStream>>>);

impl PreviewReader {
    /// The connection answers nothing else until all of them are read.
    pub async fn of(tx: &Transaction<'_>, registrations: &[i32]) -> Result<Self, StoreError> {
        let registrations: Vec<String> = registrations.iter().map(i32::to_string).collect();
        let sql = statements::copy_out_reports_to_preview.replace("$1", &registrations.join(","));
        // At its end the library must not be called again.
        Ok(Self(Box::pin(BinaryCopyOutStream::new(tx.copy_out(&sql).await?, &COLUMNS).fuse())))
    }

    /// `None` at the end.
    pub async fn next(&mut self) -> Result<Option<PreviewedReports>, StoreError> {
        let mut read = Vec::new();
        while read.len() < REPORTS_AT_ONCE {
            let Some(row) = self.0.try_next().await? else { break };
            read.push(report(&row)?);
        }
        Ok((!read.is_empty()).then(|| PreviewedReports::of(read)))
    }
}

impl PreviewedReports {
    fn of(mut read: Vec<ReadReport>) -> Self {
        read.sort_by_key(|(key, ..)| *key);
        let mut held = Self { reports: Vec::with_capacity(read.len()), ..Self::default() };
        for (at, (key, report, accusation)) in read.into_iter().enumerate() {
            match held.keys.last_mut() {
                Some((same, end)) if *same == key => *end = at + 1,
                _ => held.keys.push((key, at + 1)),
            }
            held.reports.push(report);
            held.accusations.extend(accusation.map(|digest| (at, digest)));
        }
        held.keys.shrink_to_fit();
        held
    }

    pub fn count(&self) -> usize {
        self.reports.len()
    }

    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Some of the keys, each with its reports and, of those that accuse, the digest of the ground.
    pub fn of_keys(
        &self,
        some: Range<usize>,
    ) -> impl Iterator<Item = (ReportKey, impl Iterator<Item = (&PreviewedReport, Option<&str>)>)> {
        let mut start = some.start.checked_sub(1).map_or(0, |before| self.keys[before].1);
        self.keys[some].iter().map(move |(key, end)| {
            let places = std::mem::replace(&mut start, *end)..*end;
            (*key, places.map(|at| (&self.reports[at], self.accusations.get(&at).map(|digest| &**digest))))
        })
    }
}

fn report(row: &BinaryCopyOutRow) -> Result<ReadReport, StoreError> {
    let amount = |at| row.try_get::<Amount>(at).map(|amount| amount.0);
    let key = key_of(Cum::new(row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?), row.try_get(4)?)?;
    let unit = unit_of(row.try_get(5)?)?;
    let prices = ReportPrices { unit, minimum: amount(6)?, maximum: amount(7)?, units: amount(8)?, value: amount(9)? };
    let judged = VerdictCode(row.try_get(10)?);
    Ok((key, PreviewedReport { prices, judged }, row.try_get::<Option<&str>>(11)?.map(Box::from)))
}

/// The reports of acts previewed last, newest last, all of one version of the data.
#[derive(Default)]
pub struct PreviewCache(Mutex<Vec<Held>>);

struct Held {
    version: i64,
    registrations: Vec<i32>,
    parts: Arc<[Arc<PreviewedReports>]>,
}

impl PreviewCache {
    /// `registrations` in order.
    pub fn find(&self, version: i64, registrations: &[i32]) -> Option<Arc<[Arc<PreviewedReports>]>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = held.iter().find(|one| one.version == version && one.registrations == registrations)?;
        Some(same.parts.clone())
    }

    pub fn hold(&self, version: i64, registrations: Vec<i32>, parts: Vec<Arc<PreviewedReports>>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|one| one.version == version && one.registrations != registrations);
        held.push(Held { version, registrations, parts: parts.into() });
        while held.iter().flat_map(|one| &*one.parts).map(|part| part.count()).sum::<usize>() > REPORTS_HELD_MAX {
            held.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{calendar::period::Period, law::listed::InvoiceUnit};

    fn read(expediente: i32, judged: i32, accusation: Option<&str>) -> ReadReport {
        let prices = ReportPrices { unit: InvoiceUnit::Pack, minimum: None, maximum: None, units: None, value: None };
        let key = (Cum::new(expediente, 1), Period::day(date(2026, 1, 1)).unwrap(), 1);
        (key, PreviewedReport { prices, judged: VerdictCode(judged) }, accusation.map(Box::from))
    }

    fn some(count: usize) -> Vec<Arc<PreviewedReports>> {
        vec![Arc::new(PreviewedReports::of((0..count).map(|_| read(1, 0, None)).collect()))]
    }

    fn count(held: &PreviewCache, version: i64, registrations: &[i32]) -> usize {
        held.find(version, registrations).unwrap().iter().map(|part| part.count()).sum()
    }

    #[test]
    fn reports_stand_by_their_keys_with_their_accusations() {
        let read = vec![read(2, 0, None), read(1, 1, Some("a")), read(3, 2, Some("b")), read(1, 3, None), read(2, 4, Some("c"))];
        let held = PreviewedReports::of(read);
        // Registration, then verdict and accusation of each report.
        type Shown<'a> = Vec<(i32, Vec<(i32, Option<&'a str>)>)>;
        let of_keys = |some| -> Shown<'_> {
            held.of_keys(some)
                .map(|(key, reports)| (key.0.expediente, reports.map(|(one, digest)| (one.judged.0, digest)).collect()))
                .collect()
        };
        let first = (1, vec![(1, Some("a")), (3, None)]);
        let second = (2, vec![(0, None), (4, Some("c"))]);
        let third = (3, vec![(2, Some("b"))]);
        assert_eq!(held.keys(), 3);
        assert_eq!(of_keys(0..3), [first.clone(), second.clone(), third.clone()]);
        assert_eq!([of_keys(0..1), of_keys(1..3)].concat(), [first, second, third]);
    }

    #[test]
    fn only_of_the_same_version_and_registrations() {
        let held = PreviewCache::default();
        held.hold(7, vec![1, 2], some(3));
        held.hold(7, vec![1], some(2));
        assert_eq!(count(&held, 7, &[1, 2]), 3);
        assert_eq!(count(&held, 7, &[1]), 2);
        assert!(held.find(8, &[1]).is_none() && held.find(7, &[2]).is_none());
        held.hold(8, vec![1], some(4));
        assert_eq!(count(&held, 8, &[1]), 4);
        assert!(held.find(7, &[1, 2]).is_none(), "of an earlier version nothing is kept");
    }

    #[test]
    fn the_oldest_make_room_and_too_many_are_not_held() {
        let held = PreviewCache::default();
        held.hold(1, vec![1], some(REPORTS_HELD_MAX / 2));
        held.hold(1, vec![2], some(REPORTS_HELD_MAX / 2));
        held.hold(1, vec![3], some(1));
        assert!(held.find(1, &[1]).is_none());
        assert!(held.find(1, &[2]).is_some() && held.find(1, &[3]).is_some());
        held.hold(1, vec![4], some(REPORTS_HELD_MAX + 1));
        assert!(held.find(1, &[4]).is_none());
    }
}
