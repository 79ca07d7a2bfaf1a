//! Imports one file: a thread reads it, one transaction writes it, with a bounded buffer between them.
//!
//! What would make the published data worse is not stored but held, until a person decides.

use std::path::Path;

use super::{
    purchases::{PurchaseFile, import_purchases},
    reports::import_reports,
    stream::{FileReader, ReadRows, Sink, pump},
};
use crate::{
    domain::{
        feeds::guards::{EditionDifference, unattended_reasons},
        law::edition::{CurrentEditions, Edition, HoldReason, hold_reasons, supersedes},
    },
    ingest::{self, FileFacts, SourceKind},
    store::{
        catalogue::medicines,
        imports::{
            holding::{self, NewHeld},
            import_catalogue::CatalogueImport,
            import_ceilings::CeilingImport,
            import_rows::RowImport,
            report_editions, statistics,
        },
        judging::{
            cases,
            rejudge::{Rejudged, rejudge, rejudge_if_method_changed},
        },
        postgres::{database::Database, error::StoreError, statements},
        transaction::{
            changes,
            import::{self, Begun, CutDateFrom, Existing, Import, NewFile, ReadFacts},
        },
    },
};
use jiff::{Timestamp, civil::Date};

use super::report::{DayNotRecorded, HeldEdition, ImportError, ImportOptions, ImportReport, Progress};

/// What becomes of a file that was read.
enum Decision {
    Accept,
    NothingUsable,
    Hold(Vec<HoldReason>),
}

pub async fn import_file(
    database: &Database,
    kind: SourceKind,
    path: &Path,
    options: &ImportOptions,
    progress: Progress,
) -> Result<ImportReport, ImportError> {
    let fingerprinted = path.to_owned();
    let (sha256, bytes) =
        tokio::task::spawn_blocking(move || ingest::fingerprint(&fingerprinted)).await.map_err(|_| ImportError::Reader)??;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes_stored = i64::try_from(bytes).unwrap_or(i64::MAX);
    let file = NewFile { kind: kind.code(), name: &name, sha256: &sha256, bytes: bytes_stored, sample: options.sample };
    let mut client = database.import_connection().await?;
    let mut report = ImportReport { sha256: sha256.clone(), ..ImportReport::default() };
    let mut import = match Import::begin(&mut client, &file).await? {
        Begun::AlreadyImported(existing) => return already_imported(database, kind, existing, options, report).await,
        Begun::Fresh(import) => import,
    };
    if options.sample && real_data(&import, kind).await? {
        return Err(ImportError::SampleBesideReal);
    }
    if let Some(origin) = &options.origin {
        import.state_origin(origin).await?;
    }
    let reader = FileReader { path: path.to_owned(), bytes, progress };
    let read = fill(database, &mut import, kind, reader, options, &mut report).await?;
    let (counts, number) = (import.counts, import.file);
    report.counts = counts;
    match read.decision {
        Decision::Accept => {
            report.in_force = in_force(&import, kind, &read).await?;
            if !options.dry_run {
                let by = options.acceptance.as_ref().map_or("import", |acceptance| acceptance.by.as_str());
                holding::release_same_content(&import, kind.code(), &sha256, by, options.clock.now()).await?;
            }
            import.finish(&read.stored_facts(), options.dry_run).await?;
            report.import = (!options.dry_run).then_some(number);
        }
        Decision::NothingUsable => {
            import.roll_back().await?;
            report.nothing_usable = true;
        }
        Decision::Hold(reasons) => {
            import.roll_back().await?;
            let id = if options.dry_run {
                None
            } else {
                let held =
                    NewHeld { file: &file, path, counts, cut_date: read.cut_date.map(|(day, _)| day), given: options.cut_date };
                Some(holding::hold(&mut client, &held, &reasons, options.clock.now()).await?)
            };
            report.held = Some(HeldEdition { id, reasons });
        }
    }
    (report.cut_date, report.facts) = (read.cut_date, Some(read.facts));
    Ok(report)
}

/// What was read of a file, and what becomes of it.
struct Read {
    facts: FileFacts,
    cut_date: Option<(Date, CutDateFrom)>,
    series: String,
    covers: Option<(Date, Date)>,
    decision: Decision,
}

impl Read {
    fn stored_facts(&self) -> ReadFacts<'_> {
        let FileFacts { layout, encoding, number_format, .. } = self.facts;
        let (cut_date, series, covers) = (self.cut_date, self.series.as_str(), self.covers);
        ReadFacts { layout, encoding, number_format, cut_date, series, covers, extra_columns: &self.facts.extra_columns }
    }

    /// The day by which the edition is compared with others.
    fn day(&self) -> Option<Date> {
        self.cut_date.map(|(day, _)| day)
    }
}

/// The same content again: it says which edition is in force, when that is another one.
async fn already_imported(
    database: &Database,
    kind: SourceKind,
    existing: Existing,
    options: &ImportOptions,
    report: ImportReport,
) -> Result<ImportReport, ImportError> {
    let client = database.write_connection().await?;
    let standing = import::standing(&*client, kind.code(), &existing.series, existing.id).await?;
    let Existing { id, counts, cut_date: stored, sample, .. } = existing;
    let other = standing.in_force().filter(|current| kind.is_list() && !sample && !replaces(stored, id, current)).cloned();
    let another_day = options.cut_date.filter(|given| stored != Some(*given));
    let day_not_recorded = another_day.map(|given| DayNotRecorded { stored, given });
    Ok(ImportReport { import: Some(id), counts, already_imported: true, in_force: other, day_not_recorded, ..report })
}

fn replaces(day: Option<Date>, import: i64, current: &Edition) -> bool {
    supersedes(day, import, current.day, current.import)
}

async fn in_force(import: &Import<'_>, kind: SourceKind, read: &Read) -> Result<Option<Edition>, StoreError> {
    if !kind.is_list() {
        return Ok(None);
    }
    let standing = import.standing(kind.code(), &read.series).await?;
    Ok(standing.in_force().filter(|current| !replaces(read.day(), import.file, current)).cloned())
}

async fn real_data(import: &Import<'_>, kind: SourceKind) -> Result<bool, StoreError> {
    Ok(import.tx.query_one(statements::real_file_exists, &[&kind.code()]).await?.try_get("found")?)
}

/// Whether what was read may count at once. `series`: which list it is an edition of.
async fn decide(
    import: &Import<'_>,
    kind: SourceKind,
    facts: &FileFacts,
    (day, series): (Option<Date>, &str),
    options: &ImportOptions,
) -> Result<Decision, StoreError> {
    if import.counts.accepted == 0 {
        return Ok(Decision::NothingUsable);
    }
    if options.sample {
        return Ok(Decision::Accept);
    }
    // Files of reports accumulate: none is an edition of another, and only the absolute limit applies.
    let standing = if kind.is_list() { import.standing(kind.code(), series).await? } else { CurrentEditions::default() };
    let edition = Edition {
        day,
        rows_read: import.counts.read,
        rows_accepted: import.counts.accepted,
        rows_quarantined: import.counts.quarantined,
        from_portal: facts.is_from_portal(),
        ..Edition::default()
    };
    let mut reasons = hold_reasons(&edition, &standing, options.clock.today());
    if options.unattended {
        let compared = comparison(import, kind, standing.current.as_ref()).await?;
        reasons.extend(unattended_reasons(&edition, &standing, &compared));
    }
    if reasons.is_empty() {
        return Ok(Decision::Accept);
    }
    let Some(acceptance) = &options.acceptance else { return Ok(Decision::Hold(reasons)) };
    if !options.dry_run {
        let by = (acceptance.by.as_str(), acceptance.reason.as_str());
        holding::record_acceptance(import, kind.code(), by, &reasons, options.clock.now()).await?;
    }
    Ok(Decision::Accept)
}

/// How the rows that were just read differ from those of the edition in force, of the kinds that have amounts.
async fn comparison(import: &Import<'_>, kind: SourceKind, current: Option<&Edition>) -> Result<EditionDifference, StoreError> {
    let statement = match kind {
        SourceKind::Ceilings => statements::compare_ceilings,
        SourceKind::Thermometer => statements::compare_thermometers,
        SourceKind::ExchangeRates => statements::compare_exchange_rates,
        _ => return Ok(EditionDifference::default()),
    };
    let Some(current) = current else { return Ok(EditionDifference::default()) };
    let row = import.tx.query_one(statement, &[&import.file, &current.import]).await?;
    Ok(EditionDifference {
        compared: row.try_get("compared")?,
        changed: row.try_get("changed")?,
        raised: row.try_get("raised")?,
        lowered: row.try_get("lowered")?,
        repeated: row.try_get("repeated")?,
        repeated_before: row.try_get("repeated_before")?,
    })
}

async fn fill(
    database: &Database,
    import: &mut Import<'_>,
    kind: SourceKind,
    reader: FileReader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError> {
    match kind {
        SourceKind::Ceilings => ceilings(import, reader, options, report).await,
        SourceKind::Catalogue => {
            let mut sink = CatalogueImport::begin();
            let facts = pump(import, reader, ingest::read_catalogue, &mut sink, report).await?;
            let series = format!("{}:{}", facts.layout, sink.usual_state());
            settle_list(import, kind, (facts, series), options, report).await
        }
        SourceKind::Thermometer => {
            rows(import, kind, (reader, ingest::read_thermometer, RowImport::thermometer()), options, report).await
        }
        SourceKind::BenefitPlan => {
            rows(import, kind, (reader, ingest::read_benefit_plan, RowImport::benefit_plan()), options, report).await
        }
        SourceKind::CumCodes => {
            rows(import, kind, (reader, ingest::read_cum_codes, RowImport::cum_codes()), options, report).await
        }
        SourceKind::IumCodes => {
            rows(import, kind, (reader, ingest::read_ium_codes, RowImport::ium_codes()), options, report).await
        }
        SourceKind::VitalNotAvailable => {
            let sink = RowImport::vital_authorisations();
            rows(import, kind, (reader, ingest::read_vital_authorisations, sink), options, report).await
        }
        SourceKind::ExchangeRates => {
            rows(import, kind, (reader, ingest::read_exchange_rates, RowImport::exchange_rates()), options, report).await
        }
        SourceKind::Actors => rows(import, kind, (reader, ingest::read_actors, RowImport::actors()), options, report).await,
        SourceKind::UnitConventions => {
            rows(import, kind, (reader, ingest::read_unit_conventions, RowImport::unit_conventions()), options, report).await
        }
        SourceKind::TvecOrders => {
            rows(import, kind, (reader, ingest::read_tvec_orders, RowImport::purchase_orders()), options, report).await
        }
        SourceKind::SecopContracts => {
            rows(import, kind, (reader, ingest::read_secop_contracts, RowImport::contracts()), options, report).await
        }
        SourceKind::SecopAdditions => {
            rows(import, kind, (reader, ingest::read_secop_additions, RowImport::contract_events()), options, report).await
        }
        SourceKind::TvecItems => purchases(database, import, reader, options, report).await,
        SourceKind::Sismed => sismed(database, import, reader, options, report).await,
    }
}

async fn ceilings(
    import: &mut Import<'_>,
    reader: FileReader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError> {
    let mut sink = CeilingImport::begin(import, options.sample, options.clock.today()).await?;
    let facts = pump(import, reader, ingest::read_ceilings, &mut sink, report).await?;
    // Without a stated day, a list speaks up to the first day of its newest act that has begun.
    let cut_date = stated_day(&facts, options).or(sink.newest_act.map(|day| (day, CutDateFrom::Acts)));
    let series = facts.layout.to_owned();
    let mut read = Read { facts, cut_date, series, covers: None, decision: Decision::Accept };
    read.decision = decide(import, SourceKind::Ceilings, &read.facts, (read.day(), &read.series), options).await?;
    if matches!(read.decision, Decision::Accept) {
        import.state_facts(&read.stored_facts()).await?;
        sink.fill_contents(import).await?;
        settle(import, SourceKind::Ceilings, options, report).await?;
    }
    Ok(read)
}

/// A list whose rows are stored as they are read, and of whose layout there is one series.
async fn rows<T: Send + 'static>(
    import: &mut Import<'_>,
    kind: SourceKind,
    (reader, read, mut sink): (FileReader, ReadRows<T>, RowImport<T>),
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError>
where
    RowImport<T>: Sink<Row = T>,
{
    let facts = pump(import, reader, read, &mut sink, report).await?;
    let series = facts.layout.to_owned();
    settle_list(import, kind, (facts, series), options, report).await
}

/// A list other than of ceilings, once its rows are stored.
async fn settle_list(
    import: &mut Import<'_>,
    kind: SourceKind,
    (facts, series): (FileFacts, String),
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError> {
    let cut_date = stated_day(&facts, options);
    let decision = decide(import, kind, &facts, (cut_date.map(|(day, _)| day), &series), options).await?;
    let read = Read { facts, cut_date, series, covers: None, decision };
    if matches!(read.decision, Decision::Accept) {
        // Which edition counts depends on the day it states.
        import.state_facts(&read.stored_facts()).await?;
        settle(import, kind, options, report).await?;
    }
    Ok(read)
}

/// Lines of purchases: read and judged on their way in.
async fn purchases(
    database: &Database,
    import: &mut Import<'_>,
    reader: FileReader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError> {
    let FileReader { path, bytes, progress } = reader;
    let file = PurchaseFile { path, bytes, progress };
    let loaded = import_purchases(database, import, file, options.max_age_days, options.clock.today()).await?;
    let series = loaded.facts.layout.to_owned();
    let read = settle_list(import, SourceKind::TvecItems, (loaded.facts, series), options, report).await?;
    (report.verdicts, report.cannot_compare, report.reasons) =
        (loaded.tally.verdicts, loaded.tally.cannot_compare, loaded.reasons);
    Ok(read)
}

async fn sismed(
    database: &Database,
    import: &mut Import<'_>,
    reader: FileReader,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<Read, ImportError> {
    let FileReader { path, bytes, progress } = reader;
    let judged_again = rejudge_if_method_changed(import, options.max_age_days).await?;
    let law = database.write_connection().await?;
    let loaded = import_reports(import, law, path, bytes, options.max_age_days, progress).await?;
    (report.verdicts, report.cannot_compare, report.reasons) =
        (loaded.verdicts(), loaded.cannot_compare(), loaded.reasons.clone());
    let (facts, part) = (loaded.facts.clone(), loaded.part());
    let cut_date = stated_day(&facts, options);
    let series = facts.layout.to_owned();
    let decision = decide(import, SourceKind::Sismed, &facts, (cut_date.map(|(day, _)| day), &series), options).await?;
    let read = Read { facts, cut_date, series, covers: loaded.covers(), decision };
    if !matches!(read.decision, Decision::Accept) {
        return Ok(read);
    }
    loaded.attach(import).await?;
    if let Some(covers) = read.covers {
        report.superseded = report_editions::supersede(import, part, read.day(), covers).await?;
    }
    if judged_again {
        refresh_cases(import, options).await?;
    }
    let ended = end_sample(import, SourceKind::Sismed, options, report).await?;
    if ended {
        medicines::rebuild_after_reports_ended(import).await?;
        changes::record_products(&import.tx, import.file).await?;
    }
    Ok(read)
}

/// The day that the file speaks for: as the person says, else as the file or its name does.
fn stated_day(facts: &FileFacts, options: &ImportOptions) -> Option<(Date, CutDateFrom)> {
    let given = options.cut_date.map(|day| (day, CutDateFrom::Given));
    let from = if facts.layout == ingest::WORKBOOK_LAYOUT { CutDateFrom::File } else { CutDateFrom::Name };
    given.or(facts.cut_date.map(|day| (day, from)))
}

async fn end_sample(
    import: &Import<'_>,
    kind: SourceKind,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<bool, StoreError> {
    if options.sample {
        return Ok(false);
    }
    let ended = import.end_sample(Some(kind.code())).await?;
    report.sample_ended = ended.into_iter().map(|(_, kind)| kind).collect();
    report.sample_ended.dedup();
    Ok(!report.sample_ended.is_empty())
}

/// What follows once the rows of a list are stored: products, changes, and verdicts that rest on them.
async fn settle(
    import: &Import<'_>,
    kind: SourceKind,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    statistics::take(import, kind.code()).await?;
    end_sample(import, kind, options, report).await?;
    let done = follow(import, kind, (options.clock.now(), options.clock.today()), options.max_age_days).await?;
    report.rejudged = done.changed;
    report.verdicts = done.verdicts.into_iter().collect();
    report.cannot_compare = done.cannot_compare.into_iter().collect();
    Ok(())
}

/// The same for whatever changes which files of a kind count.
pub(crate) async fn follow(
    import: &Import<'_>,
    kind: SourceKind,
    (now, today): (Timestamp, Date),
    max_age_days: i32,
) -> Result<Rejudged, StoreError> {
    if kind.names_products() {
        medicines::rebuild(import).await?;
        statistics::take(import, statistics::MEDICINES).await?;
        match kind {
            SourceKind::Ceilings => changes::record_all(&import.tx, Some(import.file)).await?,
            _ => changes::record_products(&import.tx, import.file).await?,
        }
    }
    if !kind.is_law() {
        return Ok(Rejudged::default());
    }
    let done = rejudge(import, max_age_days, None).await?;
    cases::refresh(&import.tx, import.file, (now, today), max_age_days).await?;
    Ok(done)
}

async fn refresh_cases(import: &Import<'_>, options: &ImportOptions) -> Result<(), StoreError> {
    cases::refresh(&import.tx, import.file, (options.clock.now(), options.clock.today()), options.max_age_days).await?;
    Ok(())
}
