//! Open-data files: their bytes give their digests, and each difference makes the next file of the one before.

use deadpool_postgres::Transaction;
use sha2::{Digest, Sha256};
use tokio_postgres::Statement;

use super::{
    patch::{LineSource, Patched, apply},
    section::{Findings, Subject},
};
use crate::{read_model, store::postgres::statements, text::hex::hex};

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let piece = state.prepare(read_model::statements::export_piece).await?;
    let files = state.query(statements::export_files, &[]).await?;
    let (mut findings, mut differences) = (Findings::default(), 0);
    subject.progress.set_position(0);
    subject.progress.set_length(files.len() as u64);
    for file in &files {
        let (id, bytes, sha256): (i64, i64, &str) = (file.try_get("id")?, file.try_get("bytes")?, file.try_get("sha256")?);
        let (data_set, version, name): (&str, &str, &str) =
            (file.try_get("data_set")?, file.try_get("version")?, file.try_get("name")?);
        let (length, digest) = digest(&state, &piece, id).await?;
        if (length, digest.as_str()) != (bytes, sha256) {
            findings.fault(format!("{data_set}/{version}/{name}: its bytes do not give its digest"));
        }
        if let (Some(base), Some(result)) = (file.try_get::<_, Option<i64>>("base")?, file.try_get::<_, Option<&str>>("result")?)
        {
            differences += 1;
            let (mut before, mut difference) = (Pieces::of(&state, &piece, base), Pieces::of(&state, &piece, id));
            let mut hash = Sha256::new();
            let patched = apply(&mut before, &mut difference, &mut |line| hash.update(line)).await?;
            if patched != Patched::Whole || hex(&hash.finalize()) != result {
                findings.fault(format!("{data_set}/{version}/{name}: applied to the version before it does not give this one"));
            }
        }
        subject.progress.inc(1);
    }
    for row in state.query(statements::export_chain, &[]).await? {
        let (data_set, versions, newest): (&str, i64, i64) =
            (row.try_get("data_set")?, row.try_get("versions")?, row.try_get("newest")?);
        findings.fault(format!("{data_set}: {versions} versions are there, and the newest is number {newest}"));
    }
    findings.summary = format!("{} files with their digests, {differences} differences applied", files.len());
    Ok(findings)
}

async fn digest(state: &Transaction<'_>, piece: &Statement, file: i64) -> anyhow::Result<(i64, String)> {
    let mut pieces = Pieces::of(state, piece, file);
    let (mut length, mut hash) = (0, Sha256::new());
    while let Some(bytes) = pieces.next_piece().await? {
        length += i64::try_from(bytes.len())?;
        hash.update(&bytes);
    }
    Ok((length, hex(&hash.finalize())))
}

/// A stored file, read piece by piece.
struct Pieces<'a> {
    state: &'a Transaction<'a>,
    statement: &'a Statement,
    file: i64,
    ordinal: i32,
    waiting: Vec<u8>,
    from: usize,
}

impl<'a> Pieces<'a> {
    fn of(state: &'a Transaction<'a>, statement: &'a Statement, file: i64) -> Self {
        Self { state, statement, file, ordinal: 0, waiting: Vec::new(), from: 0 }
    }

    async fn next_piece(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let row = self.state.query_opt(self.statement, &[&self.file, &self.ordinal]).await?;
        self.ordinal += 1;
        row.map(|row| Ok(row.try_get("bytes")?)).transpose()
    }
}

impl LineSource for Pieces<'_> {
    async fn next_line(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        loop {
            let rest = self.waiting.get(self.from..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = rest.get(..=end).unwrap_or_default().to_vec();
                self.from += end + 1;
                return Ok(Some(line));
            }
            let mut waiting = rest.to_vec();
            match self.next_piece().await? {
                Some(piece) => waiting.extend(piece),
                None if waiting.is_empty() => return Ok(None),
                None => {
                    (self.waiting, self.from) = (Vec::new(), 0);
                    return Ok(Some(waiting));
                }
            }
            (self.waiting, self.from) = (waiting, 0);
        }
    }
}
