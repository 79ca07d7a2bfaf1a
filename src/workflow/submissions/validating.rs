//! Validates a submission: read, validated, judged and receipted in one transaction, or refused without storing a row.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::{receipt::Receipt, submitted_file::SubmittedFile};
use crate::{
    domain::reports::{
        source_row::{RowFault, RowOutcome},
        validation,
    },
    import::{report::ImportError, stream::RowStream},
    ingest::{self, Empty, FileError, FileFacts, IntakeFormat, IntakeRow, IntakeWindow, Words},
    store::{
        imports::{
            import_sismed::{ReportOrigin, SismedImport},
            report_partition::{self, ReportPartition},
        },
        judging::{cases, peer_flags, rejudge::rejudge_if_method_changed},
        log::append,
        postgres::statements,
        transaction::{
            audit::{self, NewAuditEntry},
            import::{self, Import, NewFile, ReadFacts},
        },
        workflow::submissions::{self, FaultWriter, FileRefusal, Received, SubmissionOutcome},
    },
    workflow::{Now, Workflow, common::error::WorkflowError},
};

/// Of a dry run or a refused file nothing is stored but its result, so the faults are held in memory: these many.
const FAULTS_HELD_MAX: usize = 10_000;

/// Everything learned of the rows.
#[derive(Default)]
struct Findings {
    flags: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
    verdicts: BTreeMap<&'static str, u64>,
    held: Vec<(bool, RowFault)>,
    /// What is wrong with the file as a whole, first of all.
    whole: Option<&'static str>,
}

enum Attempt {
    Done,
    Refused(FileRefusal, Findings, import::RowCounts),
    /// A dry run: what would have become of it.
    Rehearsed(Findings, import::RowCounts),
}

impl Workflow {
    /// Validates a submission, from its file if that still exists. False when another service is validating it or it is finished.
    pub async fn validate_submission(&self, id: &str, at_hand: Option<PathBuf>, now: &Now) -> Result<bool, WorkflowError> {
        let _turn = self.write_lock().await?;
        self.database.write_connection().await?.execute(statements::begin_validating, &[&id]).await?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        let Some(received) = submissions::take_up(&tx, id).await? else { return Ok(false) };
        let files = SubmittedFile::prepare(self, &tx, &received, at_hand).await?;
        let attempt = match files {
            Ok(files) => self.attempt(tx, &received, &files.readable, now).await?,
            Err(error) => {
                tx.rollback().await?;
                refused(of_file(&error))
            }
        };
        match attempt {
            Attempt::Done => {}
            Attempt::Refused(refusal, found, counts) => {
                let outcome = refusing(outcome(&found, counts, None, now().0), refusal, received.zero_report);
                self.conclude(&received, now().0, outcome, found.held, "refuse_submission").await?;
            }
            Attempt::Rehearsed(found, counts) => {
                let outcome = outcome(&found, counts, None, now().0);
                self.conclude(&received, now().0, outcome, found.held, "rehearse_submission").await?;
            }
        }
        Ok(true)
    }

    /// Submissions that a stopped service left behind.
    pub async fn validate_unfinished(&self, now: &Now) -> Result<(), WorkflowError> {
        let rows = self.database.read_connection().await?.query(statements::unfinished_submissions, &[]).await?;
        for row in rows {
            let id: String = row.try_get("id").map_err(crate::store::postgres::error::StoreError::from)?;
            self.validate_submission(&id, None, now).await?;
        }
        Ok(())
    }

    async fn attempt(&self, tx: Transaction<'_>, received: &Received, path: &Path, now: &Now) -> Result<Attempt, WorkflowError> {
        // Law and reports change one at a time: what is judged here is judged under the law in force when it is stored.
        import::lock(&tx).await?;
        // The same content counts once for one reporter; another reporter's equal file is another file.
        if let Some(first) = same_content(&tx, received, false).await? {
            tx.rollback().await?;
            return Ok(refused(first));
        }
        let name = format!("submission {}", received.id);
        let mut import = Import::on(
            tx,
            &NewFile { kind: "submission", name: &name, sha256: &received.sha256, bytes: received.bytes, sample: false },
        )
        .await?;
        if let (Some(before), false) = (received.rectified_file, received.dry_run) {
            import::end_reports(&import.tx, &[before], import.file).await?;
        }
        let mut found = Findings::default();
        let read = self.rows(&mut import, received, path, now().1, &mut found).await;
        let counts = import.counts;
        let facts = match read {
            Ok(facts) => facts,
            // An empty body is a mistake, unless the request says that there is nothing to report.
            Err(ImportError::File(FileError::Empty(Empty::NoText | Empty::NoObjects))) if received.zero_report => nothing_read(),
            // A fault of the system, not of the reporter: the validation is tried again.
            Err(ImportError::File(error @ (FileError::Stopped(_) | FileError::Unreadable { .. }))) => {
                return Err(WorkflowError::machine("reading a submission", error));
            }
            Err(ImportError::File(error)) => {
                import.tx.rollback().await?;
                return Ok(Attempt::Refused(of_file(&error), found, counts));
            }
            Err(ImportError::Store(error)) => return Err(error.into()),
            Err(error @ (ImportError::Reader | ImportError::SampleBesideReal)) => {
                return Err(WorkflowError::machine("reading a submission", error));
            }
        };
        if let Some(refusal) = as_a_whole(&import.tx, received, &found, counts).await? {
            import.tx.rollback().await?;
            return Ok(Attempt::Refused(refusal, found, counts));
        }
        for (flag, count) in peer_flags::flag(&import.tx, import.file, &received.nit).await? {
            found.flags.insert(flag, count);
        }
        if received.dry_run {
            import.tx.rollback().await?;
            return Ok(Attempt::Rehearsed(found, counts));
        }
        self.accept(import, received, &facts, &found, now()).await?;
        Ok(Attempt::Done)
    }

    async fn rows(
        &self,
        import: &mut Import<'_>,
        received: &Received,
        path: &Path,
        today: Date,
        found: &mut Findings,
    ) -> Result<FileFacts, ImportError> {
        let window = IntakeWindow { from: received.from, until: received.until, today, reporter: received.nit.parse().ok() };
        let format = IntakeFormat::from_code(&received.format).unwrap_or(IntakeFormat::Csv);
        let path = path.to_owned();
        let mut stream = RowStream::start(move |each| ingest::read_intake(&path, format, &window, &|_| (), each));
        rejudge_if_method_changed(import, self.max_age_days).await?;
        let partition = ReportPartition::of_submission(&import.tx, import.file, received.bytes, &received.nit).await?;
        let part = report_partition::part(partition.as_ref());
        let mut sink = SismedImport::begin(&import.tx, import.file, part, self.max_age_days).await?;
        let mut faults = FaultWriter::default();
        while let Some(batch) = stream.next().await {
            let reports =
                batch.iter().filter_map(|row| if let RowOutcome::Accepted { row, .. } = row { Some(&row.report) } else { None });
            sink.prepare(&import.tx, reports).await?;
            for row in batch {
                let (refused, fault) = match row {
                    RowOutcome::Accepted { line, row } => {
                        let IntakeRow { report, counterparty, flags } = row;
                        let origin = ReportOrigin { reporter: Some(received.nit.clone()), counterparty, flags };
                        if sink.take(line, &report, &origin)?
                            && let Some(rows) = sink.encoded()
                        {
                            report_partition::load(&import.tx, partition.as_ref(), rows).await?;
                        }
                        import.accepted();
                        continue;
                    }
                    RowOutcome::Quarantined(fault) => (false, fault),
                    RowOutcome::Refused(fault) => (true, fault),
                    RowOutcome::Extra { .. } => continue,
                    RowOutcome::Whole(fault) => {
                        found.whole.get_or_insert(fault.reason);
                        *found.reasons.entry(fault.reason).or_default() += 1;
                        found.held.push((true, fault));
                        continue;
                    }
                };
                *found.reasons.entry(fault.reason).or_default() += 1;
                import.count_rejected(refused);
                // Until the last row it is not known whether the file is taken.
                if found.held.len() < FAULTS_HELD_MAX {
                    found.held.push((refused, fault.clone()));
                }
                if !received.dry_run {
                    faults.add(&import.tx, &received.id, refused, fault).await?;
                }
            }
        }
        let facts = stream.finish().await?;
        if let Some(rows) = sink.encoded() {
            report_partition::load(&import.tx, partition.as_ref(), rows).await?;
        }
        if let Some(partition) = partition {
            partition.attach(&import.tx).await?;
        }
        sink.finish(import).await?;
        faults.flush(&import.tx).await?;
        found.flags = sink.flags();
        found.verdicts = sink.verdicts();
        Ok(facts)
    }

    async fn accept(
        &self,
        import: Import<'_>,
        received: &Received,
        facts: &FileFacts,
        found: &Findings,
        (now, today): (Timestamp, Date),
    ) -> Result<(), WorkflowError> {
        let FileFacts { layout, encoding, number_format, .. } = facts;
        import.state_facts(&ReadFacts { layout, encoding, number_format, ..ReadFacts::default() }).await?;
        let tx = &import.tx;
        let data_version: i64 = tx.query_one(statements::bump_data_version, &[&import.file]).await?.try_get("version")?;
        cases::refresh(tx, import.file, (now, today), self.max_age_days).await?;
        let mut outcome = outcome(found, import.counts, Some(import.file), now);
        let recorded = audit::record(tx, &entry(received, "accept_submission", now, &outcome)).await?;
        outcome.position = Some(recorded.position);
        outcome.receipt = Some(self.secrets.sign(Receipt::of(received, &outcome, &recorded).to_json().as_bytes()));
        submissions::finish(tx, &received.id, &outcome).await?;
        append::append(tx).await?;
        import.tx.commit().await?;
        self.database.latest_version.observe(data_version);
        Ok(())
    }

    /// Of a refused submission or a dry run only the result is stored.
    async fn conclude(
        &self,
        received: &Received,
        now: Timestamp,
        mut outcome: SubmissionOutcome,
        held: Vec<(bool, RowFault)>,
        action: &'static str,
    ) -> Result<(), WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        if submissions::take_up(&tx, &received.id).await?.is_none() {
            return Ok(());
        }
        let mut faults = FaultWriter::default();
        for (refused, fault) in held {
            faults.add(&tx, &received.id, refused, fault).await?;
        }
        faults.flush(&tx).await?;
        let recorded = audit::record(&tx, &entry(received, action, now, &outcome)).await?;
        outcome.position = Some(recorded.position);
        submissions::finish(&tx, &received.id, &outcome).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The submission that holds the same content, as a refusal.
async fn same_content(tx: &Transaction<'_>, received: &Received, zero: bool) -> Result<Option<FileRefusal>, WorkflowError> {
    let Received { id, nit, sha256, from, until, .. } = received;
    let before = received.rectifies.as_deref();
    let row = tx.query_opt(statements::find_same_content, &[nit, sha256, &zero, from, until, id]).await?;
    let Some(first) = row.map(|row| row.try_get::<_, String>("id")).transpose()? else { return Ok(None) };
    if zero && before == Some(first.as_str()) {
        return Ok(None);
    }
    Ok(Some(refusal(
        "duplicate_content",
        format!("el mismo contenido ya se recibió: {first}"),
        format!("the same content was received before: {first}"),
    )))
}

/// Why the file is not taken although it could be read.
async fn as_a_whole(
    tx: &Transaction<'_>,
    received: &Received,
    found: &Findings,
    counts: import::RowCounts,
) -> Result<Option<FileRefusal>, WorkflowError> {
    if let Some(code) = found.whole {
        let (es, en) = validation::rule(code).map_or(("", ""), |rule| (rule.es, rule.en));
        return Ok(Some(refusal(code, es, en)));
    }
    if counts.read > 0 && received.zero_report {
        let (es, en) =
            ("se declaró que no hay filas, y el archivo tiene", "it was declared to have no rows, and the file has some");
        return Ok(Some(refusal("zero_report_with_rows", es, en)));
    }
    if counts.read == 0 {
        if let Some(first) = same_content(tx, received, true).await? {
            return Ok(Some(first));
        }
        let Received { nit, from, until, rectifies, .. } = received;
        let row = tx.query_opt(statements::find_reported_sales, &[nit, from, until, rectifies]).await?;
        let Some(standing) = row.map(|row| row.try_get::<_, String>("id")).transpose()? else { return Ok(None) };
        return Ok(Some(refusal(
            "rows_reported_before",
            format!("hay filas reportadas para ese período en {standing}: para retirarlas, rectifique ese envío"),
            format!("rows were reported for that period in {standing}: to withdraw them, rectify that submission"),
        )));
    }
    let (es, en) = ("ninguna fila se pudo usar", "no row could be used");
    Ok((counts.accepted == 0).then(|| refusal("no_usable_row", es, en)))
}

fn refusal(code: &str, es: impl Into<String>, en: impl Into<String>) -> FileRefusal {
    FileRefusal { code: code.to_owned(), es: es.into(), en: en.into() }
}

fn of_file(error: &FileError) -> FileRefusal {
    let Words { es, en } = error.words();
    refusal(error.code(), es, en)
}

/// Before any row was looked at.
fn refused(refusal: FileRefusal) -> Attempt {
    Attempt::Refused(refusal, Findings::default(), import::RowCounts::default())
}

/// Of a body that is empty on purpose.
fn nothing_read() -> FileFacts {
    let (encoding, number_format) = ("utf-8", "1234.56");
    FileFacts { layout: "zero-report", encoding, delimiter: None, number_format, cut_date: None, extra_columns: Vec::new() }
}

/// Nothing of a refused file is taken: its good rows are refused with it, and have no verdicts.
fn refusing(outcome: SubmissionOutcome, refusal: FileRefusal, zero_report: bool) -> SubmissionOutcome {
    let import::RowCounts { read, accepted, quarantined, refused } = outcome.counts;
    let counts = import::RowCounts { read, accepted: 0, quarantined, refused: refused + accepted };
    let (flags, verdicts) = (json!({}), json!({}));
    SubmissionOutcome { state: "refused", refusal: Some(refusal), counts, flags, verdicts, zero_report, ..outcome }
}

fn outcome(found: &Findings, counts: import::RowCounts, import: Option<i64>, now: Timestamp) -> SubmissionOutcome {
    let whole = counts.quarantined + counts.refused == 0;
    SubmissionOutcome {
        state: if whole { "accepted" } else { "partly_quarantined" },
        finished_at: audit::stored_instant(now),
        import,
        counts,
        flags: json!(found.flags),
        reasons: json!(found.reasons),
        verdicts: json!(found.verdicts),
        refusal: None,
        zero_report: counts.read == 0,
        position: None,
        receipt: None,
    }
}

fn entry<'a>(received: &'a Received, action: &'static str, now: Timestamp, outcome: &SubmissionOutcome) -> NewAuditEntry<'a> {
    let import::RowCounts { read, accepted, quarantined, refused } = outcome.counts;
    let code = outcome.refusal.as_ref().map(|refusal| &refusal.code);
    NewAuditEntry {
        at: now,
        principal: Some(&received.principal),
        key: None,
        actor: &received.reporter,
        action,
        subject: &received.id,
        reason: None,
        request_id: "validation",
        details: json!({"state": outcome.state, "sha256": received.sha256, "read": read, "accepted": accepted,
            "quarantined": quarantined, "refused": refused, "refusal": code, "zero_report": outcome.zero_report}),
    }
}
