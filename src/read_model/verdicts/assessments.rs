//! `list_assessments`: stored reports with their three verdicts, explained as on the day they were found.

use jiff::{Timestamp, civil::Date};
use tokio_postgres::{Row, types::ToSql};

use super::stored_basis::{JudgedPrice, StoredBasis};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::{channel::Place, listed::Operation, rules::RULE_VERSION},
        reason::Reason,
        verdict::{judge::Verdict, report_verdict::ReportPrices},
    },
    read_model::{
        ReadModel,
        columns::verdict,
        source_rows::{self, CeilingSource},
        statements,
        version::known_import,
    },
    store::{
        catalogue::law_library::LawRepository,
        imports::import_sismed::unit_from_code,
        judging::report_judge,
        postgres::{
            connections::ReadConnection,
            error::{StoreError, corrupt},
        },
    },
};

/// `None` leaves a side open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessmentFilter {
    pub cum: Option<Cum>,
    pub expediente: Option<i32>,
    /// The report's headline.
    pub verdict: Option<Verdict>,
    pub transaction: Option<u8>,
    pub operation: Option<Operation>,
    /// Reports whose period meets `[from, until)`.
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// The verdicts as this service knew them at that instant; the current ones without it.
    pub known_at: Option<Timestamp>,
    pub whose: ReportScope,
}

/// Whose reports: row by row, a submission is its reporter's and the regulator's business until a case is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReportScope {
    #[default]
    All,
    /// From published files only.
    Published,
    /// Those of one submission.
    Submission(String),
}

/// One report and its verdicts.
#[derive(Clone, Debug)]
pub struct StoredAssessment {
    /// For the cursor only: it never leaves.
    pub report_id: i64,
    pub cum: Cum,
    pub period: Period,
    pub place: Place,
    pub transaction: u8,
    pub operation: Operation,
    /// 1 makes or imports, 2 neither.
    pub actor_role: u8,
    /// Unit, minimum, maximum, units and value as reported.
    pub prices: ReportPrices,
    pub flags: Vec<String>,
    pub source: CeilingSource,
    /// The headline, and its first reason.
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    pub basis: StoredBasis,
    pub minimum: JudgedPrice,
    pub average: JudgedPrice,
    pub maximum: JudgedPrice,
    /// When these verdicts came to be known.
    pub recorded_at: Timestamp,
}

/// Reports as they are stored, and the law that explains their verdicts.
///
/// A report with its worksheets is a hundred times as large as its row; so each is explained when it is needed.
#[derive(Default)]
pub struct AssessmentPage {
    pub rows: Vec<Row>,
    law: Option<JudgingLaw>,
}

impl AssessmentPage {
    pub fn last_report_id(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.rows.last().map(|row| row.try_get("id")).transpose()?)
    }

    pub fn assessments(&self) -> impl ExactSizeIterator<Item = Result<StoredAssessment, StoreError>> {
        let law = self.law.as_ref();
        self.rows.iter().map(move |row| assessment(row, law.ok_or_else(|| corrupt("sismed_report", "no law to explain it"))?))
    }
}

impl ReadModel {
    /// In order of report; `after` is the last report of the page before.
    pub async fn list_assessments(
        &self,
        filter: &AssessmentFilter,
        after: Option<i64>,
        limit: i64,
    ) -> Result<AssessmentPage, StoreError> {
        let Some(filter_values) = FilterValues::new(filter) else { return Ok(AssessmentPage::default()) };
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let known = known_import(&mut connection, filter.known_at).await?;
        let mut params = filter_values.params(&known);
        let (published, submission) = match &filter.whose {
            ReportScope::All => (false, None),
            ReportScope::Published => (true, None),
            ReportScope::Submission(id) => (false, Some(id)),
        };
        params.extend([&after as &(dyn ToSql + Sync), &limit, &published, &submission]);
        let rows = connection.query(statements::assessment_list, &params).await?;
        let law = law_of(&mut connection, &rows, self.max_age_days, known).await?;
        connection.end_snapshot().await?;
        Ok(AssessmentPage { rows, law: Some(law) })
    }
}

/// The filter as `$1` to `$7`.
pub(crate) struct FilterValues {
    pub(crate) expediente: Option<i32>,
    pub(crate) consecutive: Option<i32>,
    verdict: Option<&'static str>,
    transaction: Option<i16>,
    operation: Option<&'static str>,
    from: Option<Date>,
    until: Option<Date>,
}

impl FilterValues {
    /// `None` when the filter contradicts itself: a CUM of another registration.
    pub(crate) fn new(filter: &AssessmentFilter) -> Option<Self> {
        let of_cum = filter.cum.map(|cum| cum.expediente);
        if of_cum.is_some() && filter.expediente.is_some() && of_cum != filter.expediente {
            return None;
        }
        Some(Self {
            expediente: of_cum.or(filter.expediente),
            consecutive: filter.cum.map(|cum| cum.consecutive),
            verdict: filter.verdict.map(Verdict::code),
            transaction: filter.transaction.map(i16::from),
            operation: filter.operation.map(Operation::code),
            from: filter.from,
            until: filter.until,
        })
    }

    /// With the import known, `$8`.
    pub(crate) fn params<'a>(&'a self, known: &'a Option<i64>) -> Vec<&'a (dyn ToSql + Sync)> {
        let Self { expediente, consecutive, verdict, transaction, operation, from, until } = self;
        vec![expediente, consecutive, verdict, transaction, operation, from, until, known]
    }
}

/// The law that these reports are judged by, as known then: what explains a verdict is worked out again from it.
struct JudgingLaw {
    library: LawRepository,
    rule_version: String,
}

async fn law_of(
    connection: &mut ReadConnection,
    rows: &[Row],
    configured: i32,
    known: Option<i64>,
) -> Result<JudgingLaw, StoreError> {
    let method = connection.query_opt(statements::method_known, &[&known]).await?;
    let (rule_version, max_age_days) = match method {
        Some(row) => (row.try_get::<_, Option<String>>("rule_version")?, row.try_get("max_age_days")?),
        None => (None, configured),
    };
    let mut expedientes: Vec<i32> = rows.iter().map(|row| row.try_get("expediente")).collect::<Result<_, _>>()?;
    expedientes.sort_unstable();
    expedientes.dedup();
    let library = LawRepository::load(connection.client()?, max_age_days, Some(&expedientes), known).await?;
    Ok(JudgingLaw { library, rule_version: rule_version.unwrap_or_else(|| RULE_VERSION.to_owned()) })
}

fn assessment(row: &Row, law: &JudgingLaw) -> Result<StoredAssessment, StoreError> {
    let report = |what: &'static str| move || corrupt("sismed_report", what);
    let (from, until) = (row.try_get("period_from")?, row.try_get("period_until")?);
    let transaction = u8::try_from(row.try_get::<_, i16>("transaction")?).map_err(|error| corrupt("sismed_report", error))?;
    let prices = ReportPrices {
        unit: unit_from_code(row.try_get("unit")?).ok_or_else(report("unit"))?,
        minimum: row.try_get("minimum")?,
        maximum: row.try_get("maximum")?,
        units: row.try_get("units")?,
        value: row.try_get("value")?,
    };
    let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
    let period = Period::from_span(from, until).ok_or_else(report("period is no day, month or year"))?;
    let question = report_judge::question((cum, period, transaction))?;
    let basis = StoredBasis::of(&question, &law.library.view(&question), &law.library.rules, &law.rule_version);
    let [minimum, average, maximum] = prices.observed().map(|observed| basis.judge(observed));
    agree(row, &basis, &[("minimum_verdict", &minimum), ("average_verdict", &average), ("maximum_verdict", &maximum)])?;
    let reason: Option<&str> = row.try_get("reason")?;
    Ok(StoredAssessment {
        report_id: row.try_get("id")?,
        cum,
        period,
        place: question.place,
        transaction,
        operation: Operation::from_code(row.try_get("operation")?).ok_or_else(report("operation"))?,
        actor_role: u8::try_from(row.try_get::<_, i16>("actor_role")?).map_err(|error| corrupt("sismed_report", error))?,
        prices,
        flags: row.try_get("flags")?,
        source: CeilingSource {
            file: row.try_get::<_, &str>("file")?.into(),
            sha256: row.try_get::<_, &str>("sha256")?.into(),
            sheet: None,
            line: row.try_get("line")?,
            origin: source_rows::origin(row)?,
        },
        verdict: verdict(row, "verdict")?,
        reason: reason.map(|code| Reason::from_code(code).ok_or_else(|| corrupt("assessment", code))).transpose()?,
        basis,
        minimum,
        average,
        maximum,
        recorded_at: row.try_get("recorded_at")?,
    })
}

/// What is explained now must be what was found then; verdicts of an earlier method may differ, and say which method it was.
fn agree(row: &Row, basis: &StoredBasis, judged: &[(&str, &JudgedPrice)]) -> Result<(), StoreError> {
    if basis.rule_version != RULE_VERSION {
        return Ok(());
    }
    for (column, price) in judged {
        let stored = verdict(row, column)?;
        if stored != price.judgement.verdict {
            let found = price.judgement.verdict.code();
            return Err(corrupt("assessment", format!("{column} is {}, its basis gives {found}", stored.code())));
        }
    }
    Ok(())
}
