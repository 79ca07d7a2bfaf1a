//! The file of a submission, ready to read: from the upload or from its pieces in the database; unpacked, within limits.

use std::{io::Write, path::PathBuf};

use deadpool_postgres::Transaction;

use crate::{
    ingest::{self, FileError},
    store::{postgres::statements, workflow::submissions::Received},
    workflow::{
        Workflow,
        common::{error::WorkflowError, random},
    },
};

/// What a compressed upload may become.
const UNPACKED_BYTES_MAX: u64 = 4 << 30;
const UNPACKED_RATIO_MAX: u64 = 200;

/// The file to read, and its temporary copies.
pub struct SubmittedFile {
    pub readable: PathBuf,
    made: Vec<PathBuf>,
}

impl Drop for SubmittedFile {
    fn drop(&mut self) {
        for path in &self.made {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl SubmittedFile {
    pub async fn prepare(
        workflow: &Workflow,
        tx: &Transaction<'_>,
        received: &Received,
        at_hand: Option<PathBuf>,
    ) -> Result<Result<Self, FileError>, WorkflowError> {
        let mut made = Vec::new();
        let mut fresh = || -> Result<PathBuf, WorkflowError> {
            let path = workflow.spool.join(format!("validating-{}", random::digits(20)?));
            made.push(path.clone());
            Ok(path)
        };
        let stored = match at_hand {
            Some(path) => path,
            None => from_pieces(tx, &received.id, fresh()?).await?,
        };
        let packed = stored.clone();
        let readable = if received.gzip { fresh()? } else { stored };
        let files = Self { readable: readable.clone(), made };
        if received.gzip {
            let unpack = move || ingest::unpack_gzip(&packed, &readable, UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX);
            let unpacked =
                tokio::task::spawn_blocking(unpack).await.map_err(|error| WorkflowError::machine("unpacking", error))?;
            if let Err(error @ (FileError::Stopped(_) | FileError::Unreadable { .. })) = unpacked {
                return Err(WorkflowError::machine("unpacking a submission", error));
            }
            if let Err(error) = unpacked {
                return Ok(Err(error));
            }
        }
        Ok(Ok(files))
    }
}

async fn from_pieces(tx: &Transaction<'_>, id: &str, path: PathBuf) -> Result<PathBuf, WorkflowError> {
    let mut file = std::fs::File::create(&path)?;
    for ordinal in 0_i32.. {
        let Some(row) = tx.query_opt(statements::submission_piece, &[&id, &ordinal]).await? else { break };
        file.write_all(row.try_get("bytes")?)?;
    }
    Ok(path)
}
