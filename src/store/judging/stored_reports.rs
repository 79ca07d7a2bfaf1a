//! Stored reports as they are judged again, and those of the acts that were previewed last.
//!
//! A regulator previews an act again and again with other numbers: the law is another one each time, the reports of its registrations are the
//! same. They are held for as long as the data version is, so that only the first preview reads them.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::Row;

use super::{
    report_judge::ReportKey,
    report_key::{key, prices},
};
use crate::{
    domain::verdict::{report_verdict::ReportPrices, verdict_code::VerdictCode},
    store::postgres::error::StoreError,
};

/// A row of `reports_to_judge.sql`.
pub struct StoredReport {
    pub id: i64,
    pub part: i64,
    pub key: ReportKey,
    pub prices: ReportPrices,
    /// Its verdict in force.
    pub judged: VerdictCode,
    /// It had more than its first verdict already.
    pub again: bool,
    /// The digest of the ground of its accusation, if it has one.
    pub accusation: Option<Box<str>>,
}

impl StoredReport {
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.try_get("id")?,
            part: row.try_get("part")?,
            key: key(row)?,
            prices: prices(row)?,
            judged: VerdictCode(row.try_get("judged")?),
            again: row.try_get("again")?,
            accusation: row.try_get::<_, Option<&str>>("digest")?.map(Box::from),
        })
    }
}

/// Of several acts, so that more than one regulator can look: so many reports in all, of some 150 bytes each.
pub(super) const REPORTS_HELD_MAX: usize = 400_000;

/// The reports of acts previewed last, newest last, all of one version of the data.
#[derive(Default)]
pub struct PreviewedReports(Mutex<Vec<Previewed>>);

struct Previewed {
    version: i64,
    registrations: Vec<i32>,
    reports: Arc<Vec<StoredReport>>,
}

impl PreviewedReports {
    /// `registrations` in order.
    pub fn find(&self, version: i64, registrations: &[i32]) -> Option<Arc<Vec<StoredReport>>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = held.iter().find(|one| one.version == version && one.registrations == registrations)?;
        Some(same.reports.clone())
    }

    pub fn hold(&self, version: i64, registrations: Vec<i32>, reports: Arc<Vec<StoredReport>>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|one| one.version == version && one.registrations != registrations);
        held.push(Previewed { version, registrations, reports });
        while held.iter().map(|one| one.reports.len()).sum::<usize>() > REPORTS_HELD_MAX {
            held.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{calendar::period::Period, identifier::cum::Cum, law::listed::InvoiceUnit};

    fn some(count: usize) -> Arc<Vec<StoredReport>> {
        let one = |id| StoredReport {
            id,
            part: 0,
            key: (Cum::new(1, 1), Period::day(date(2026, 1, 1)).unwrap(), 1),
            prices: ReportPrices { unit: InvoiceUnit::Pack, minimum: None, maximum: None, units: None, value: None },
            judged: VerdictCode(0),
            again: false,
            accusation: None,
        };
        Arc::new((0..).take(count).map(one).collect())
    }

    #[test]
    fn only_of_the_same_version_and_registrations() {
        let held = PreviewedReports::default();
        held.hold(7, vec![1, 2], some(3));
        held.hold(7, vec![1], some(2));
        assert_eq!(held.find(7, &[1, 2]).unwrap().len(), 3);
        assert_eq!(held.find(7, &[1]).unwrap().len(), 2);
        assert!(held.find(8, &[1]).is_none() && held.find(7, &[2]).is_none());
        held.hold(8, vec![1], some(4));
        assert_eq!(held.find(8, &[1]).unwrap().len(), 4);
        assert!(held.find(7, &[1, 2]).is_none(), "of an earlier version nothing is kept");
    }

    #[test]
    fn the_oldest_make_room_and_too_many_are_not_held() {
        let held = PreviewedReports::default();
        held.hold(1, vec![1], some(REPORTS_HELD_MAX / 2));
        held.hold(1, vec![2], some(REPORTS_HELD_MAX / 2));
        held.hold(1, vec![3], some(1));
        assert!(held.find(1, &[1]).is_none());
        assert!(held.find(1, &[2]).is_some() && held.find(1, &[3]).is_some());
        held.hold(1, vec![4], some(REPORTS_HELD_MAX + 1));
        assert!(held.find(1, &[4]).is_none());
    }
}
