//! A submission is worked to its end: read, validated, judged and receipted in one transaction, or refused with nothing stored of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::{
    Desk, Now,
    error::DeskError,
    receipt::Receipt,
    submitted_file::{Refused, SubmittedFile},
};
use crate::{
    domain::source_row::{Fault, SourceRow},
    importing::{ImportError, RowStream},
    ingest::{self, FileError, FileFacts, IntakeFormat, IntakeRow, IntakeWindow},
    store::{
        audit::{self, Entry},
        cases, comparing_reports,
        import::{self, Import, NewFile, ReadFacts},
        import_sismed::{ReportOrigin, SismedImport},
        rejudge::rejudge_if_method_changed,
        statements,
        submissions::{self, Faults, Outcome, Received},
    },
};

/// Of a dry run nothing is stored but its result, so its faults are held in memory: these many.
const DRY_RUN_FAULTS_MAX: usize = 10_000;

/// Everything learned of the rows.
#[derive(Default)]
struct Found {
    flags: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
    verdicts: BTreeMap<&'static str, u64>,
    dry_faults: Vec<(bool, Fault)>,
}

enum Attempt {
    Done,
    Refused(Refused),
    /// A dry run: what would have become of it.
    Rehearsed(Found, import::RowCounts),
}

impl Desk {
    /// Works a submission to its end, from its file if it is still at hand. False when somebody else has it in hand or it is finished.
    pub async fn validate_submission(&self, id: &str, at_hand: Option<PathBuf>, now: &Now) -> Result<bool, DeskError> {
        let _turn = self.turn().await?;
        self.database.object().await?.execute(statements::begin_validating, &[&id]).await?;
        let mut object = self.database.object().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        let Some(received) = submissions::take_up(&tx, id).await? else { return Ok(false) };
        let files = SubmittedFile::prepare(self, &tx, &received, at_hand).await?;
        let attempt = match files {
            Ok(files) => self.attempt(tx, &received, &files.readable, now).await?,
            Err(refused) => {
                tx.rollback().await?;
                Attempt::Refused(refused)
            }
        };
        match attempt {
            Attempt::Done => {}
            Attempt::Refused(refused) => {
                self.conclude(&received, now().0, refusal(refused, now().0), Vec::new(), "refuse_submission").await?
            }
            Attempt::Rehearsed(found, counts) => {
                let outcome = outcome(&found, counts, None, now().0);
                self.conclude(&received, now().0, outcome, found.dry_faults, "rehearse_submission").await?;
            }
        }
        Ok(true)
    }

    /// Submissions that a stopped service left behind.
    pub async fn validate_unfinished(&self, now: &Now) -> Result<(), DeskError> {
        let rows = self.database.lease().await?.query(statements::unfinished_submissions, &[]).await?;
        for row in rows {
            let id: String = row.try_get("id").map_err(crate::store::error::StoreError::from)?;
            self.validate_submission(&id, None, now).await?;
        }
        Ok(())
    }

    async fn attempt(&self, tx: Transaction<'_>, received: &Received, path: &Path, now: &Now) -> Result<Attempt, DeskError> {
        // Law and reports change one at a time: what is judged here is judged under the law in force when it is stored.
        import::lock(&tx).await?;
        // The same content counts once for one reporter; another reporter's equal file is another file.
        if let Some(row) = tx.query_opt(statements::find_same_content, &[&received.nit, &received.sha256]).await? {
            let first: String = row.try_get("id")?;
            let detail = format!("el mismo contenido ya se recibió: {first} / the same content was received before: {first}");
            tx.rollback().await?;
            return Ok(Attempt::Refused(Refused { code: "duplicate_content".to_owned(), detail }));
        }
        let name = format!("submission {}", received.id);
        let mut import = Import::on(
            tx,
            &NewFile { kind: "submission", name: &name, sha256: &received.sha256, bytes: received.bytes, sample: false },
        )
        .await?;
        if let (Some(before), false) = (received.rectified_file, received.dry_run) {
            submissions::supersede(&import.tx, before, import.file).await?;
        }
        let mut found = Found::default();
        let facts = match self.rows(&mut import, received, path, now().1, &mut found).await {
            Ok(facts) => facts,
            // The machine's fault, not the reporter's: it is tried again.
            Err(ImportError::File(error @ (FileError::Stopped(_) | FileError::Unreadable { .. }))) => {
                return Err(DeskError::machine("reading a submission", error));
            }
            Err(ImportError::File(error)) => {
                import.tx.rollback().await?;
                return Ok(Attempt::Refused(Refused { code: error.code().to_owned(), detail: error.to_string() }));
            }
            Err(ImportError::Store(error)) => return Err(error.into()),
            Err(error @ (ImportError::Reader | ImportError::SampleBesideReal)) => {
                return Err(DeskError::machine("reading a submission", error));
            }
        };
        if import.counts.accepted == 0 {
            import.tx.rollback().await?;
            let detail = "ninguna fila se pudo usar / no row could be used".to_owned();
            return Ok(Attempt::Refused(Refused { code: "no_usable_row".to_owned(), detail }));
        }
        for (flag, count) in comparing_reports::flag(&import.tx, import.file).await? {
            found.flags.insert(flag, count);
        }
        if received.dry_run {
            let counts = import.counts;
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
        found: &mut Found,
    ) -> Result<FileFacts, ImportError> {
        let window = IntakeWindow { from: received.from, until: received.until, today };
        let format = if received.ndjson { IntakeFormat::Ndjson } else { IntakeFormat::Csv };
        let path = path.to_owned();
        let mut stream = RowStream::start(move |each| ingest::read_intake(&path, format, &window, &|_| (), each));
        rejudge_if_method_changed(import, self.max_age_days).await?;
        let mut sink = SismedImport::begin(&import.tx, import.file, 0, self.max_age_days).await?;
        let mut faults = Faults::default();
        while let Some(batch) = stream.next().await {
            let reports =
                batch.iter().filter_map(|row| if let SourceRow::Accepted { row, .. } = row { Some(&row.report) } else { None });
            sink.prepare(&import.tx, reports).await?;
            for row in batch {
                let (refused, fault) = match row {
                    SourceRow::Accepted { line, row } => {
                        let IntakeRow { report, counterparty, flags } = row;
                        let origin = ReportOrigin { reporter: Some(received.nit.clone()), counterparty, flags };
                        if sink.take(line, &report, &origin)? {
                            sink.flush(import).await?;
                        }
                        import.accepted();
                        continue;
                    }
                    SourceRow::Quarantined(fault) => (false, fault),
                    SourceRow::Refused(fault) => (true, fault),
                };
                *found.reasons.entry(fault.reason).or_default() += 1;
                import.set_aside(refused);
                if !received.dry_run {
                    faults.add(&import.tx, &received.id, refused, fault).await?;
                } else if found.dry_faults.len() < DRY_RUN_FAULTS_MAX {
                    found.dry_faults.push((refused, fault));
                }
            }
        }
        let facts = stream.finish().await?;
        sink.flush(import).await?;
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
        found: &Found,
        (now, today): (Timestamp, Date),
    ) -> Result<(), DeskError> {
        let FileFacts { layout, encoding, number_format, .. } = facts;
        import.state_facts(&ReadFacts { layout, encoding, number_format, ..ReadFacts::default() }).await?;
        let tx = &import.tx;
        let data_version: i64 = tx.query_one(statements::bump_data_version, &[]).await?.try_get("version")?;
        cases::refresh(tx, import.file, (now, today), self.max_age_days).await?;
        let mut outcome = outcome(found, import.counts, Some(import.file), now);
        let recorded = audit::record(tx, &entry(received, "accept_submission", now, &outcome)).await?;
        outcome.position = Some(recorded.position);
        outcome.receipt = Some(self.secrets.sign(Receipt::of(received, &outcome, &recorded).to_json().as_bytes()));
        submissions::finish(tx, &received.id, &outcome).await?;
        import.tx.commit().await?;
        self.database.newest.saw(data_version);
        Ok(())
    }

    /// Of a refused submission or a dry run only the result is stored.
    async fn conclude(
        &self,
        received: &Received,
        now: Timestamp,
        mut outcome: Outcome,
        dry_faults: Vec<(bool, Fault)>,
        action: &'static str,
    ) -> Result<(), DeskError> {
        let mut object = self.database.object().await?;
        let tx = object.transaction().await?;
        if submissions::take_up(&tx, &received.id).await?.is_none() {
            return Ok(());
        }
        let mut faults = Faults::default();
        for (refused, fault) in dry_faults {
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

fn outcome(found: &Found, counts: import::RowCounts, import: Option<i64>, now: Timestamp) -> Outcome {
    let whole = counts.quarantined + counts.refused == 0;
    Outcome {
        state: if whole { "accepted" } else { "partly_quarantined" },
        finished_at: audit::stored_instant(now),
        import,
        counts,
        flags: json!(found.flags),
        reasons: json!(found.reasons),
        verdicts: json!(found.verdicts),
        refusal: None,
        position: None,
        receipt: None,
    }
}

fn refusal(refused: Refused, now: Timestamp) -> Outcome {
    let nothing = outcome(&Found::default(), import::RowCounts::default(), None, now);
    Outcome { state: "refused", refusal: Some((refused.code, refused.detail)), ..nothing }
}

fn entry<'a>(received: &'a Received, action: &'static str, now: Timestamp, outcome: &Outcome) -> Entry<'a> {
    let import::RowCounts { read, accepted, quarantined, refused } = outcome.counts;
    let code = outcome.refusal.as_ref().map(|(code, _)| code);
    Entry {
        at: now,
        principal: Some(&received.principal),
        key: None,
        actor: &received.reporter,
        action,
        subject: &received.id,
        reason: None,
        request_id: "validation",
        details: json!({"state": outcome.state, "sha256": received.sha256, "read": read, "accepted": accepted,
            "quarantined": quarantined, "refused": refused, "refusal": code}),
    }
}
