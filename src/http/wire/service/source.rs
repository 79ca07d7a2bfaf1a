//! Imported files, their rejected rows, and the freshness of each data set, on the wire.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::feed::FeedStateBody;
use crate::{
    domain::reports::import_faults,
    http::base::language::Language,
    read_model::{
        service::{
            sources::{SourceFault, SourceFile},
            status::{DataSet, Status},
        },
        source_rows::CeilingSource,
    },
};

/// An imported file: read = accepted + quarantined + refused, always.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceBody {
    /// ceilings, sismed, thermometer, catalogue, benefit_plan, cum_codes, ium_codes, vital_not_available, exchange_rates, actors, unit_conventions,
    /// tvec_orders, tvec_items, secop_contracts or secop_additions; publication (an act published here), submission (a report sent here) or rejudgement
    /// (reports judged again because the method of judging changed).
    pub kind: String,
    /// Of a submission its id alone is public: `sha256`, layout, encoding and number format are empty, and bytes and rows are 0.
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    /// The publisher's layout.
    #[schema(example = "minsalud-workbook")]
    pub layout: String,
    pub encoding: String,
    #[schema(example = "1234.56")]
    pub number_format: String,
    pub publisher: String,
    pub licence: String,
    /// The day up to which the file speaks.
    pub cut_date: Option<String>,
    /// Where that day comes from: `file`, `name` (of the file), `given` (by the person who imported it) or `acts` (the first day of its newest act).
    pub cut_date_by: Option<String>,
    /// `current`: the edition of its list that is in force; `history`: an older one; `counts`: reports, which add to each other; `published`;
    /// `taken_back` or `sample_removed`: it no longer counts.
    #[schema(example = "current")]
    pub state: &'static str,
    /// Invented data of this project.
    pub sample: bool,
    /// Columns that the layout does not know; they were kept, and nothing rests on them.
    pub extra_columns: Vec<String>,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
    pub recorded_at: String,
    /// Of a file that came by itself: the run that read it (`list_feed_runs`), and where.
    pub feed_run: Option<i64>,
    #[schema(example = "https://www.datos.gov.co/resource/nauz-qkjw.csv")]
    pub address: Option<Arc<str>>,
    /// Rejected rows by reason.
    pub reasons: BTreeMap<String, i64>,
}

/// A rejected row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// `quarantined` (a data row that cannot be used) or `refused` (not data, such as a note).
    pub fate: String,
    pub sheet: Option<String>,
    pub line: i64,
    pub column: Option<String>,
    pub value: String,
    #[schema(example = "not_a_number")]
    pub reason: String,
    /// What the reason says, in the language asked for.
    pub explanation: Option<&'static str>,
}

/// How fresh the data are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusBody {
    pub data_sets: Vec<DataSetBody>,
    /// Files that would have made the data worse and wait for a person's decision.
    pub held: i64,
    pub feeds: FeedStateBody,
    /// Whether this service sends e-mail to holders of keys who gave an address.
    pub mail: bool,
    pub medicines: i64,
    pub ceilings: i64,
    pub reports: i64,
    pub verdicts: i64,
    /// Version of the method by which reports were judged last; null when none ever was.
    #[schema(example = "2")]
    pub rule_version: Option<String>,
    /// False while stored reports wait to be judged again by the method of this release: until then some verdicts are of the earlier one.
    pub verdicts_up_to_date: bool,
}

/// One kind of data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DataSetBody {
    pub kind: &'static str,
    /// `green`, `amber` or `red` by age; `amber` when the list does not say of which day it is or speaks for a day that has not come, `red` when there is nothing.
    #[schema(example = "red")]
    pub colour: &'static str,
    pub age_days: Option<i32>,
    pub green_days: i32,
    pub amber_days: i32,
    /// The day up to which the data speak; null when no publisher says so.
    pub speaks_until: Option<String>,
    /// How that day is known: `cut_date` (stated), `newest_period` (of the reports) or `acts` (the first day of the newest act).
    pub speaks_until_by: Option<&'static str>,
    pub files: i64,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub recorded_at: Option<String>,
    /// The data are this project's sample: invented.
    pub sample: bool,
}

impl From<&SourceFile> for SourceBody {
    fn from(file: &SourceFile) -> Self {
        Self {
            kind: file.kind.clone(),
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            layout: file.layout.clone(),
            encoding: file.encoding.clone(),
            number_format: file.number_format.clone(),
            publisher: file.publisher.clone(),
            licence: file.licence.clone(),
            cut_date: file.cut_date.map(|day| day.to_string()),
            cut_date_by: file.cut_date_from.clone(),
            state: file.state,
            sample: file.sample,
            extra_columns: file.extra_columns.clone(),
            rows_read: file.rows_read,
            rows_accepted: file.rows_accepted,
            rows_quarantined: file.rows_quarantined,
            rows_refused: file.rows_refused,
            recorded_at: file.recorded_at.to_string(),
            feed_run: file.origin.as_ref().map(|origin| origin.run),
            address: file.origin.as_ref().map(|origin| origin.address.clone()),
            reasons: file.faults.iter().map(|fault| (fault.reason.clone(), fault.rows)).collect(),
        }
    }
}

impl FaultBody {
    pub fn new(fault: &SourceFault, language: Language) -> Self {
        let words = import_faults::explain(&fault.reason);
        Self {
            fate: fault.fate.clone(),
            sheet: fault.sheet.clone(),
            line: fault.line,
            column: fault.column.clone(),
            value: fault.value.clone(),
            reason: fault.reason.clone(),
            explanation: words.map(|words| if language == Language::Spanish { words.es } else { words.en }),
        }
    }
}

impl StatusBody {
    /// `reads_feeds`: whether this service reads official data by itself; `mail`: whether it sends e-mail.
    pub fn new(status: &Status, reads_feeds: bool, mail: bool) -> Self {
        let Status { held, medicines, ceilings, reports, verdicts, verdicts_up_to_date, .. } = *status;
        let (data_sets, rule_version) = (status.data_sets.iter().map(DataSetBody::from).collect(), status.rule_version.clone());
        let feeds = FeedStateBody::new(reads_feeds, status.feeds);
        Self { data_sets, held, feeds, mail, medicines, ceilings, reports, verdicts, rule_version, verdicts_up_to_date }
    }
}

impl From<&DataSet> for DataSetBody {
    fn from(set: &DataSet) -> Self {
        let (day, by) = set.speaks_until.map(|(day, by)| (day.to_string(), by.code())).unzip();
        Self {
            kind: set.limit.kind,
            colour: set.colour.code(),
            age_days: set.age_days,
            green_days: set.limit.green_days,
            amber_days: set.limit.amber_days,
            speaks_until: day,
            speaks_until_by: by,
            files: set.files,
            rows_read: set.rows_read,
            rows_accepted: set.rows_accepted,
            recorded_at: set.recorded_at.map(|instant| instant.to_string()),
            sample: set.sample,
        }
    }
}

/// A row of a published file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceRow {
    pub file: Arc<str>,
    pub sha256: Arc<str>,
    #[schema(example = "PMV_CUM")]
    pub sheet: Option<Arc<str>>,
    #[schema(example = 1070)]
    pub line: i64,
    /// Of a file that came by itself: the run that read it (`list_feed_runs`), and where.
    pub feed_run: Option<i64>,
    pub address: Option<Arc<str>>,
}

impl From<&CeilingSource> for SourceRow {
    fn from(row: &CeilingSource) -> Self {
        let CeilingSource { file, sha256, sheet, line, origin } = row.clone();
        let (feed_run, address) = origin.map(|origin| (origin.run, origin.address)).unzip();
        Self { file, sha256, sheet, line, feed_run, address }
    }
}
