//! The options of an import, and its report.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use crate::{
    clock::Clock,
    domain::law::edition::{Edition, HoldReason},
    ingest::{FileError, FileFacts},
    store::{
        postgres::error::StoreError,
        transaction::import::{CutDateFrom, FileOrigin, RowCounts},
    },
};

#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub dry_run: bool,
    pub max_age_days: i32,
    /// The day up to which a list speaks, whatever the file or its name say.
    pub cut_date: Option<Date>,
    /// When a change of verdicts is entered into the history of cases.
    pub clock: Clock,
    /// Invented data of this project: marked as such, and never beside real data of their kind.
    pub sample: bool,
    /// Who lets an edition in that would otherwise be held.
    pub acceptance: Option<Acceptance>,
    /// It came by itself: what nobody looked at is held for more reasons.
    pub unattended: bool,
    /// Where it came from by itself.
    pub origin: Option<FileOrigin>,
}

/// A person's decision to import a file that would be held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    pub by: String,
    pub reason: String,
}

impl ImportOptions {
    pub fn new(max_age_days: i32, clock: Clock) -> Self {
        Self {
            dry_run: false,
            max_age_days,
            cut_date: None,
            clock,
            sample: false,
            acceptance: None,
            unattended: false,
            origin: None,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// The import's number; none when nothing was stored.
    pub import: Option<i64>,
    pub sha256: String,
    pub counts: RowCounts,
    pub already_imported: bool,
    /// No row could be used, so nothing was changed.
    pub nothing_usable: bool,
    /// The file waits for a person's decision; nothing of it counts until then.
    pub held: Option<HeldEdition>,
    /// The edition of the same list that is in force, when it is another one.
    pub in_force: Option<Edition>,
    /// The day that the file speaks for, and where it comes from.
    pub cut_date: Option<(Date, CutDateFrom)>,
    /// The same content is there with another day, or none, than the one given.
    pub day_not_recorded: Option<DayNotRecorded>,
    /// Kinds whose invented data this import replaced.
    pub sample_ended: Vec<String>,
    /// Layout, encoding, number format, cut date: how the file was understood.
    pub facts: Option<FileFacts>,
    /// Reports by verdict, when the file holds reports.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Of those that cannot be compared, why.
    pub cannot_compare: BTreeMap<&'static str, u64>,
    /// Reports whose earlier verdict this file changed the ground of.
    pub rejudged: u64,
    /// Reports of older editions that this file replaced, and reports of this file that newer editions state already.
    pub superseded: (i64, i64),
    pub reasons: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEdition {
    /// `None` in a dry run.
    pub id: Option<i64>,
    pub reasons: Vec<HoldReason>,
}

/// The day of an import cannot be changed: undo the import, then import the file again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayNotRecorded {
    pub stored: Option<Date>,
    pub given: Date,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the reader stopped unexpectedly")]
    Reader,
    #[error("real data of this kind are there: the sample is not added to them")]
    SampleBesideReal,
}

/// Called with (bytes read so far, bytes in all).
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;
