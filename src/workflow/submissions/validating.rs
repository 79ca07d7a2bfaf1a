//! Validates a submission: read, validated, judged and receipted in one transaction, or refused without storing a row.
//!
//! A small one waits for its turn among the imports and then does all of it. A large one is prepared first, and has its turn only for what
//! others must not change meanwhile: it is attached, its cases are opened, and it is receipted.

use std::path::PathBuf;

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::{
    loading::{Findings, LoadedRows, Loading},
    receipt::Receipt,
    submitted_file::SubmittedFile,
};
use crate::{
    domain::reports::{source_row::RowFault, validation},
    import::report::ImportError,
    ingest::{FileError, FileFacts, Words},
    store::{
        judging::{
            cases,
            evidence_bases::Grounds,
            rejudge::{method_changed, rejudge_if_method_changed},
        },
        log::append,
        postgres::statements,
        transaction::{
            audit::{self, NewAuditEntry},
            import::{self, Import, NewFile, ReadFacts},
        },
        workflow::submissions::{self, FaultWriter, FileRefusal, PreparationBasis, Received, SubmissionOutcome},
    },
    workflow::{
        Now, Workflow,
        common::error::WorkflowError,
        mail::outbox::{self, MailKind, NewMail},
    },
};

/// A large one whose preparation the law overtook is prepared again; the last time it has its turn from the beginning.
const PREPARATIONS_MAX: usize = 2;

/// When a submission waits for its turn among the imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TurnBegins {
    BeforeReading,
    /// With all of it prepared.
    Prepared,
}

enum Attempt {
    Done,
    Refused(FileRefusal, Findings),
    /// A dry run: what would have become of it.
    Rehearsed(Findings),
    /// Nothing of it was stored: what it rested on changed while it was prepared.
    Overtaken,
}

/// What became of a call, not of the submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validated {
    Here,
    /// By another service, or before.
    Elsewhere,
    Overtaken,
}

impl Workflow {
    /// Validates a submission, from its file if that still exists. False when another service is validating it or it is finished.
    pub async fn validate_submission(&self, id: &str, at_hand: Option<PathBuf>, now: &Now) -> Result<bool, WorkflowError> {
        // Before it waits: a small one must not wait for what is only being prepared.
        let is_large = submissions::is_large(&*self.database.write_connection().await?, id).await?;
        if !is_large.unwrap_or(false) {
            let _turn = self.write_lock().await?;
            return Ok(self.validate(id, at_hand, now, TurnBegins::BeforeReading).await? == Validated::Here);
        }
        let _turn = self.preparation_lock().await?;
        for _ in 0..PREPARATIONS_MAX {
            match self.validate(id, at_hand.clone(), now, TurnBegins::Prepared).await? {
                Validated::Overtaken => {
                    tracing::info!(submission = id, "submission: prepared again, the law or its reporter's reports changed")
                }
                ended => return Ok(ended == Validated::Here),
            }
        }
        Ok(self.validate(id, at_hand, now, TurnBegins::BeforeReading).await? == Validated::Here)
    }

    /// Submissions that a stopped service left behind. The small ones do not wait for the large ones.
    pub async fn validate_unfinished(&self, now: &Now) -> Result<(), WorkflowError> {
        let rows = self.database.read_connection().await?.query(statements::unfinished_submissions, &[]).await?;
        let (large, small): (Vec<_>, Vec<_>) = submissions::unfinished(&rows)?.into_iter().partition(|(_, is_large)| *is_large);
        let (small, large) = tokio::join!(self.validate_each(small, now), self.validate_each(large, now));
        small.and(large)
    }

    async fn validate_each(&self, unfinished: Vec<(String, bool)>, now: &Now) -> Result<(), WorkflowError> {
        for (id, _) in unfinished {
            self.validate_submission(&id, None, now).await?;
        }
        Ok(())
    }

    async fn validate(
        &self,
        id: &str,
        at_hand: Option<PathBuf>,
        now: &Now,
        turn: TurnBegins,
    ) -> Result<Validated, WorkflowError> {
        self.database.write_connection().await?.execute(statements::begin_validating, &[&id]).await?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        let Some(received) = submissions::take_up(&tx, id).await? else { return Ok(Validated::Elsewhere) };
        let files = SubmittedFile::prepare(self, &tx, &received, at_hand).await?;
        let attempt = match (files, turn) {
            (Ok(files), TurnBegins::BeforeReading) => self.attempt(tx, &received, files.readable.clone(), now).await?,
            (Ok(files), TurnBegins::Prepared) => self.prepare(tx, &received, files.readable.clone(), now).await?,
            (Err(error), _) => {
                tx.rollback().await?;
                refused(of_file(&error))
            }
        };
        match attempt {
            Attempt::Done => {}
            Attempt::Overtaken => return Ok(Validated::Overtaken),
            Attempt::Refused(refusal, found) => {
                let outcome = refusing(outcome(&found, None, now().0), refusal, received.zero_report);
                self.conclude(&received, now().0, outcome, found.held, "refuse_submission").await?;
            }
            Attempt::Rehearsed(found) => {
                let outcome = outcome(&found, None, now().0);
                self.conclude(&received, now().0, outcome, found.held, "rehearse_submission").await?;
            }
        }
        Ok(Validated::Here)
    }

    /// All of it in its turn: what is judged is judged under the law in force when it is stored.
    async fn attempt(
        &self,
        tx: Transaction<'_>,
        received: &Received,
        path: PathBuf,
        now: &Now,
    ) -> Result<Attempt, WorkflowError> {
        import::lock(&tx).await?;
        // The same content counts once for one reporter; another reporter's equal file is another file.
        if let Some(first) = same_content(&tx, received, false).await? {
            tx.rollback().await?;
            return Ok(refused(first));
        }
        let name = name(received);
        let import = Import::on(tx, &new_file(received, &name)).await?;
        self.replace_earlier(&import, received).await?;
        let mut found = Findings::default();
        let loading = self.loading(received, path, now, import.file);
        let loaded = match load(&import.tx, &loading, &mut found).await? {
            Ok(loaded) => loaded,
            Err(refusal) => {
                import.tx.rollback().await?;
                return Ok(Attempt::Refused(refusal, found));
            }
        };
        loaded.flag(&import.tx, received, &mut found).await?;
        if received.dry_run {
            import.tx.rollback().await?;
            return Ok(Attempt::Rehearsed(found));
        }
        self.accept(import, received, (&loaded, None), &found, now()).await?;
        Ok(Attempt::Done)
    }

    /// The same with the turn last, so that others have theirs meanwhile. What it was judged by must still hold then.
    async fn prepare(
        &self,
        tx: Transaction<'_>,
        received: &Received,
        path: PathBuf,
        now: &Now,
    ) -> Result<Attempt, WorkflowError> {
        tx.batch_execute(statements::wait_for_turn).await?;
        import::lock_preparation(&tx).await?;
        if let Some(first) = same_content(&tx, received, false).await? {
            tx.rollback().await?;
            return Ok(refused(first));
        }
        let basis = PreparationBasis::read(&tx, &received.nit).await?;
        if method_changed(&tx, self.max_age_days).await? {
            tx.rollback().await?;
            return Ok(Attempt::Overtaken);
        }
        let number = import::reserve_number(&tx).await?;
        let mut found = Findings::default();
        let loading = self.loading(received, path, now, number);
        let loaded = match load(&tx, &loading, &mut found).await? {
            Ok(loaded) => loaded,
            Err(refusal) => {
                tx.rollback().await?;
                return Ok(Attempt::Refused(refusal, found));
            }
        };
        loaded.flag(&tx, received, &mut found).await?;
        if received.dry_run {
            tx.rollback().await?;
            return Ok(Attempt::Rehearsed(found));
        }
        let grounds = Grounds::of_file(&tx, &loaded.rows, self.max_age_days).await?;
        import::lock(&tx).await?;
        // Once the lock is held, each statement sees all that was committed before.
        if PreparationBasis::read(&tx, &received.nit).await? != basis || method_changed(&tx, self.max_age_days).await? {
            tx.rollback().await?;
            return Ok(Attempt::Overtaken);
        }
        let name = name(received);
        let Some(import) = Import::prepared(tx, &new_file(received, &name), number).await? else { return Ok(Attempt::Overtaken) };
        self.replace_earlier(&import, received).await?;
        self.accept(import, received, (&loaded, grounds), &found, now()).await?;
        Ok(Attempt::Done)
    }

    fn loading<'a>(&self, received: &'a Received, path: PathBuf, now: &Now, file: i64) -> Loading<'a> {
        Loading { received, path, today: now().1, max_age_days: self.max_age_days, file }
    }

    /// The rows that it corrects no longer count, and no report stays behind that an earlier method judged.
    async fn replace_earlier(&self, import: &Import<'_>, received: &Received) -> Result<(), WorkflowError> {
        if let (Some(before), false) = (received.rectified_file, received.dry_run) {
            import::end_reports(&import.tx, &[before], import.file).await?;
        }
        rejudge_if_method_changed(import, self.max_age_days).await?;
        Ok(())
    }

    async fn accept(
        &self,
        mut import: Import<'_>,
        received: &Received,
        (loaded, grounds): (&LoadedRows, Option<Grounds>),
        found: &Findings,
        (now, today): (Timestamp, Date),
    ) -> Result<(), WorkflowError> {
        if let Some(partition) = &loaded.partition {
            partition.attach(&import.tx).await?;
        }
        loaded.sink.finish(&import).await?;
        import.counts = found.counts;
        let FileFacts { layout, encoding, number_format, .. } = &loaded.facts;
        import.state_facts(&ReadFacts { layout, encoding, number_format, ..ReadFacts::default() }).await?;
        let tx = &import.tx;
        let data_version: i64 = tx.query_one(statements::bump_data_version, &[&import.file]).await?.try_get("version")?;
        match grounds {
            Some(grounds) => cases::refresh_prepared(tx, import.file, (now, today), grounds).await?,
            None => cases::refresh(tx, import.file, (now, today), self.max_age_days).await?,
        };
        let mut outcome = outcome(found, Some(import.file), now);
        let recorded = audit::record(tx, &entry(received, "accept_submission", now, &outcome)).await?;
        outcome.position = Some(recorded.position);
        outcome.receipt = Some(self.secrets.sign(Receipt::of(received, &outcome, &recorded).to_json().as_bytes()));
        submissions::finish(tx, &received.id, &outcome).await?;
        write_to_reporter(tx, received, &outcome, now).await?;
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
        write_to_reporter(&tx, received, &outcome, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// E-mail to whoever sent it; what became of a dry run is not waited for.
async fn write_to_reporter(
    tx: &Transaction<'_>,
    received: &Received,
    outcome: &SubmissionOutcome,
    now: Timestamp,
) -> Result<(), WorkflowError> {
    if received.dry_run {
        return Ok(());
    }
    let message = NewMail { kind: MailKind::SubmissionEnded, subject: &received.id, version: 0, detail: outcome.state };
    Ok(outbox::to_person(tx, &received.principal, &message, now).await?)
}

/// The rows as far as they are written; or why the file is not taken.
async fn load(
    tx: &Transaction<'_>,
    loading: &Loading<'_>,
    found: &mut Findings,
) -> Result<Result<LoadedRows, FileRefusal>, WorkflowError> {
    let loaded = match loading.run(tx, found).await {
        Ok(loaded) => loaded,
        // A fault of the system, not of the reporter: the validation is tried again.
        Err(ImportError::File(error @ (FileError::Stopped(_) | FileError::Unreadable { .. }))) => {
            return Err(WorkflowError::machine("reading a submission", error));
        }
        Err(ImportError::File(error)) => return Ok(Err(of_file(&error))),
        Err(ImportError::Store(error)) => return Err(error.into()),
        Err(error @ (ImportError::Reader | ImportError::SampleBesideReal)) => {
            return Err(WorkflowError::machine("reading a submission", error));
        }
    };
    Ok(as_a_whole(tx, loading.received, found).await?.map_or(Ok(loaded), Err))
}

fn name(received: &Received) -> String {
    format!("submission {}", received.id)
}

fn new_file<'a>(received: &'a Received, name: &'a str) -> NewFile<'a> {
    NewFile { kind: "submission", name, sha256: &received.sha256, bytes: received.bytes, sample: false }
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
async fn as_a_whole(tx: &Transaction<'_>, received: &Received, found: &Findings) -> Result<Option<FileRefusal>, WorkflowError> {
    let counts = found.counts;
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
    Attempt::Refused(refusal, Findings::default())
}

/// Nothing of a refused file is taken: its good rows are refused with it, and have no verdicts.
fn refusing(outcome: SubmissionOutcome, refusal: FileRefusal, zero_report: bool) -> SubmissionOutcome {
    let import::RowCounts { read, accepted, quarantined, refused } = outcome.counts;
    let counts = import::RowCounts { read, accepted: 0, quarantined, refused: refused + accepted };
    let (flags, verdicts) = (json!({}), json!({}));
    SubmissionOutcome { state: "refused", refusal: Some(refusal), counts, flags, verdicts, zero_report, ..outcome }
}

fn outcome(found: &Findings, import: Option<i64>, now: Timestamp) -> SubmissionOutcome {
    let counts = found.counts;
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
