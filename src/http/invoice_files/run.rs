//! Runs a check for a request: files from disk, the law from the database, and the answer into a file that is sent from there.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    check::{Answering, CheckFault, CheckReport, SentFile},
    form::Form,
};
use crate::{
    http::{
        Answer, App, Language, Problem,
        base::{problem::Fault, problem_kind},
        request::{json_body, sent_files::SentFiles},
        response::spooled,
        wire::service::meta::Meta,
    },
    ingest::invoices::{FileFault, mapping::MappingFile},
    read_model::verdicts::invoice_lines::{LineRecogniser, SaleStated},
    spool::{Shortage, Spooled, purpose},
};

/// The kinds of file that its answers rest on.
pub const SOURCES: [&str; 4] = ["ceilings", "catalogue", "actors", "unit_conventions"];

/// What to do.
pub struct CheckOrder {
    pub mappings: MappingFile,
    pub sale: SaleStated,
    pub form: Form,
    pub language: Language,
}

/// An answer that waits on disk.
pub struct Finished {
    file: Spooled,
    pub lines: u64,
    pub report: CheckReport,
}

struct Job {
    order: CheckOrder,
    files: Vec<SentFile>,
    /// Removed with the last that holds them.
    sent: Arc<SentFiles>,
    stop: Arc<AtomicBool>,
}

impl Job {
    fn answering(&self) -> Answering<'_> {
        let CheckOrder { mappings, sale, form, language } = &self.order;
        Answering { files: &self.files, mappings, sale: *sale, form: *form, language: *language, stop: &self.stop }
    }
}

/// Stops the work when its answer is no longer waited for.
struct StopWhenDropped(Arc<AtomicBool>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub async fn run(app: &App, sent: impl Into<Arc<SentFiles>>, order: CheckOrder) -> Result<Finished, Problem> {
    let sent = sent.into();
    if sent.files.is_empty() {
        return Err(Problem::bad_body_pointer("", "no_file", ("no se envió ningún archivo", "no file was sent")));
    }
    let version = app.read_model.data_version().await?.of_lists();
    let meta = Meta::new(&version, order.language, &SOURCES);
    let index = app.read_model.item_index().await?;
    let files = sent.files.iter().map(|file| SentFile { path: file.path().to_owned(), name: file.name.clone() }).collect();
    let stop = Arc::new(AtomicBool::new(false));
    let _stop = StopWhenDropped(stop.clone());
    let job = Arc::new(Job { order, files, sent, stop });
    let first = {
        let job = job.clone();
        blocking(move || job.answering().first_pass(LineRecogniser::new(index))).await?
    };
    let law = app.read_model.law_for_lines(first.registrations.as_deref(), &first.parties).await?;
    let file = Spooled::file(&app.workflow.spool, purpose::ANSWER).map_err(|error| disk(&error))?;
    let (out, lines) = (file.open().map_err(|error| disk(&error))?, first.lines);
    let report = {
        let job = job.clone();
        blocking(move || job.answering().second_pass(first, &law, meta, out)).await?
    };
    let (files, totals) = (job.files.len(), &report.meta.totals);
    let (decided, above, sha256) = (totals.decided, totals.above, job.sent.sha256.as_str());
    // Counts and a digest: nothing of what was sent.
    tracing::info!(files, lines, decided, above, sent_bytes = job.sent.bytes, sha256, "invoice: files checked");
    Ok(Finished { file, lines, report })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, CheckFault> + Send + 'static) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(problem),
        Err(panic) => {
            // What it says may quote the file.
            tracing::error!(panicked = panic.is_panic(), "internal error: check of invoices ended");
            Err(Problem::internal())
        }
    }
}

fn problem(fault: CheckFault) -> Problem {
    match fault {
        CheckFault::Io(error) => disk(&error),
        CheckFault::Stopped => Problem::internal(),
        CheckFault::NothingRead(faults) => nothing_read(&faults),
        CheckFault::NoColumns(error) => {
            tracing::warn!(kind = ?error.kind(), "invoice: columns could not be added to a workbook");
            let detail = (
                "no se pudieron añadir columnas a ese libro: pida format=csv, o guárdelo de nuevo",
                "columns could not be added to that workbook: ask for format=csv, or save it anew",
            );
            Problem::new(&problem_kind::UNPROCESSABLE).with_detail(detail)
        }
    }
}

fn nothing_read(faults: &[FileFault]) -> Problem {
    let named = faults.iter().map(|fault| {
        let pointer = format!("/{}", json_body::escaped(&fault.file));
        Fault::pointer(pointer, fault.code, (fault.words.es.clone(), fault.words.en.clone()))
    });
    let unsupported = faults.iter().all(FileFault::is_unsupported);
    let kind = if unsupported { &problem_kind::UNSUPPORTED_MEDIA_TYPE } else { &problem_kind::UNPROCESSABLE };
    let first = faults.first().map(|fault| (fault.words.es.clone(), fault.words.en.clone()));
    Problem::new(kind).with_faults(named.collect()).with_detail(first.unwrap_or_default())
}

fn disk(error: &io::Error) -> Problem {
    if let Some(shortage) = Shortage::of(error) {
        return Problem::shortage(shortage, error);
    }
    // Its words may quote the file, so they are not logged.
    tracing::error!(kind = ?error.kind(), "internal error: files of a check could not be read or written");
    Problem::internal()
}

impl Finished {
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// From memory, or piece by piece from the file, which goes when all is sent.
    pub fn into_answer(self, content_type: &'static str) -> Result<Answer, Problem> {
        let lines = self.lines;
        Ok(spooled::answer(content_type, self.file).map_err(|error| disk(&error))?.judging(lines))
    }
}
