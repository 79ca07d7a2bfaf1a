//! The file of a submission, ready to read: from the upload or from its pieces in the database; unpacked, within limits.

use std::{io::Write, path::PathBuf};

use deadpool_postgres::Transaction;

use crate::{
    ingest::{self, FileError},
    spool::{Spooled, purpose},
    store::{postgres::statements, workflow::submissions::Received},
    workflow::{Workflow, common::error::WorkflowError},
};

/// What a compressed upload may become.
const UNPACKED_BYTES_MAX: u64 = 4 << 30;
const UNPACKED_RATIO_MAX: u64 = 200;

/// The file to read, and its temporary copies.
pub struct SubmittedFile {
    pub readable: PathBuf,
    /// Removed with this value.
    _made: Vec<Spooled>,
}

impl SubmittedFile {
    pub async fn prepare(
        workflow: &Workflow,
        tx: &Transaction<'_>,
        received: &Received,
        at_hand: Option<PathBuf>,
    ) -> Result<Result<Self, FileError>, WorkflowError> {
        let mut made = Vec::new();
        let mut readable = match at_hand {
            Some(path) => path,
            None => {
                let whole = Spooled::file(&workflow.spool, purpose::VALIDATING)?;
                write_pieces(tx, &received.id, &whole).await?;
                let path = whole.path().to_owned();
                made.push(whole);
                path
            }
        };
        if received.gzip {
            let unpacked = Spooled::file(&workflow.spool, purpose::VALIDATING)?;
            let (from, to) = (readable, unpacked.path().to_owned());
            readable = to.clone();
            made.push(unpacked);
            let unpack = move || ingest::unpack_gzip(&from, &to, UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX);
            let unpacked =
                tokio::task::spawn_blocking(unpack).await.map_err(|error| WorkflowError::machine("unpacking", error))?;
            if let Err(error @ (FileError::Stopped(_) | FileError::Unreadable { .. })) = unpacked {
                return Err(WorkflowError::machine("unpacking a submission", error));
            }
            if let Err(error) = unpacked {
                return Ok(Err(error));
            }
        }
        Ok(Ok(Self { readable, _made: made }))
    }
}

impl Workflow {
    /// The file of a submission as it was sent, in a file of its own.
    pub async fn submitted_file(&self, id: &str) -> Result<Spooled, WorkflowError> {
        let whole = Spooled::file(&self.spool, purpose::UPLOAD)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        write_pieces(&tx, id, &whole).await?;
        tx.commit().await?;
        Ok(whole)
    }
}

async fn write_pieces(tx: &Transaction<'_>, id: &str, whole: &Spooled) -> Result<(), WorkflowError> {
    let mut file = whole.open()?;
    for ordinal in 0_i32.. {
        let Some(row) = tx.query_opt(statements::submission_piece, &[&id, &ordinal]).await? else { break };
        file.write_all(row.try_get("bytes")?)?;
    }
    Ok(())
}
