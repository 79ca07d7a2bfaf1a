//! Open-data files: their bytes give their digests, and each difference makes the next file of the one before.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use sha2::{Digest, Sha256};
use tokio_postgres::{Row, Statement};

use super::{
    patch::{LineSource, Patched, apply},
    section::{Findings, Subject},
};
use crate::{
    exports::parts::{inflate, joined_crc32, piece_lengths},
    read_model::{self, service::exports::ExportPart},
    store::postgres::statements,
    text::hex::hex,
};

pub async fn check(subject: Subject) -> anyhow::Result<Findings> {
    let mut client = subject.connection().await?;
    let state = subject.state(&mut client).await?;
    let rows = state.query(statements::export_files, &[]).await?;
    let mut files = Files::read(&state, &rows).await?;
    let (mut findings, mut differences) = (Findings::default(), 0);
    subject.progress.set_position(0);
    subject.progress.set_length(rows.len() as u64);
    for row in &rows {
        let [data_set, version, name] = [row.try_get("data_set")?, row.try_get("version")?, row.try_get::<_, &str>("name")?];
        if !files.is_sound(row).await? {
            findings.fault(format!("{data_set}/{version}/{name}: its bytes do not give its digest"));
        }
        if let (Some(base), Some(result)) = (row.try_get::<_, Option<i64>>("base")?, row.try_get::<_, Option<&str>>("result")?) {
            differences += 1;
            let (mut before, mut difference) = (files.pieces(base), files.pieces(row.try_get("id")?));
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
    let (files, parts) = (rows.len(), files.sound_parts.len());
    findings.summary = format!("{files} files with their digests, in {parts} parts, {differences} differences applied");
    Ok(findings)
}

/// The stored files. A part that many have is read once, and a digest goes on from that of the version before as far as both have the same parts.
struct Files<'a> {
    state: &'a Transaction<'a>,
    plain: Statement,
    deflated: Statement,
    parts: HashMap<i64, Vec<(ExportPart, String)>>,
    sound_parts: HashMap<i64, bool>,
    /// By data set and format: the parts of the last file, and where its digest had come to after each.
    before: HashMap<(String, String), Vec<(i64, Sha256)>>,
}

impl<'a> Files<'a> {
    async fn read(state: &'a Transaction<'a>, rows: &[Row]) -> anyhow::Result<Self> {
        let plain = state.prepare(read_model::statements::export_piece).await?;
        let deflated = state.prepare(read_model::statements::export_part_piece).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?;
        let mut parts: HashMap<i64, Vec<(ExportPart, String)>> = HashMap::new();
        for row in state.query(read_model::statements::export_parts, &[&ids]).await? {
            parts.entry(row.try_get("file_id")?).or_default().push((ExportPart::read(&row)?, row.try_get("sha256")?));
        }
        Ok(Self { state, plain, deflated, parts, sound_parts: HashMap::new(), before: HashMap::new() })
    }

    async fn is_sound(&mut self, file: &Row) -> anyhow::Result<bool> {
        let (id, bytes, sha256): (i64, i64, &str) = (file.try_get("id")?, file.try_get("bytes")?, file.try_get("sha256")?);
        let (deflated_bytes, crc32): (Option<i64>, Option<i64>) = (file.try_get("deflated_bytes")?, file.try_get("crc32")?);
        if deflated_bytes.is_none() {
            let (mut pieces, mut length, mut hash) = (self.pieces(id), 0, Sha256::new());
            while let Some(piece) = pieces.next_piece().await? {
                length += i64::try_from(piece.len())?;
                hash.update(&piece);
            }
            return Ok(length == bytes && hex(&hash.finalize()) == sha256);
        }
        let parts = self.parts.get(&id).cloned().unwrap_or_default();
        let mut sound = true;
        for (part, digest) in &parts {
            sound &= self.is_sound_part(part, digest).await?;
        }
        let length: u64 = parts.iter().map(|(part, _)| part.bytes).sum();
        let compressed: u64 = parts.iter().map(|(part, _)| part.deflated_bytes).sum();
        let joined = joined_crc32(parts.iter().map(|(part, _)| (part.crc32, part.bytes)));
        sound &= length == u64::try_from(bytes)? && deflated_bytes == Some(i64::try_from(compressed)?);
        sound &= crc32 == Some(i64::from(joined));
        let digest = match &parts[..] {
            [(_, digest)] => digest.clone(),
            parts => self.joined_digest((file.try_get("data_set")?, file.try_get("format")?), parts).await?,
        };
        Ok(sound && digest == sha256)
    }

    async fn is_sound_part(&mut self, part: &ExportPart, sha256: &str) -> anyhow::Result<bool> {
        if let Some(sound) = self.sound_parts.get(&part.id) {
            return Ok(*sound);
        }
        let (mut hash, mut crc, mut compressed, mut lines) = (Sha256::new(), crc32fast::Hasher::new(), 0, 0);
        for (ordinal, bytes) in piece_lengths(part.bytes) {
            let Some(row) = self.state.query_opt(&self.deflated, &[&part.id, &ordinal]).await? else { break };
            let stored: &[u8] = row.try_get("bytes")?;
            let Ok(piece) = inflate(stored, bytes) else { break };
            compressed += stored.len() as u64;
            lines += memchr::memchr_iter(b'\n', &piece).count() as u64;
            crc.update(&piece);
            hash.update(&piece);
        }
        let sound = (compressed, lines, crc.finalize()) == (part.deflated_bytes, part.lines, part.crc32)
            && hex(&hash.finalize()) == sha256;
        self.sound_parts.insert(part.id, sound);
        Ok(sound)
    }

    async fn joined_digest(&mut self, kind: (String, String), parts: &[(ExportPart, String)]) -> anyhow::Result<String> {
        let mut known = self.before.remove(&kind).unwrap_or_default();
        let alike = known.iter().zip(parts).take_while(|((id, _), (part, _))| *id == part.id).count();
        known.truncate(alike);
        let mut hash = known.last().map_or_else(Sha256::new, |(_, hash)| hash.clone());
        for (part, _) in parts.iter().skip(alike) {
            let mut pieces = Pieces::new(self, NextPieces::of(std::slice::from_ref(part)));
            while let Some(piece) = pieces.next_piece().await? {
                hash.update(&piece);
            }
            known.push((part.id, hash.clone()));
        }
        self.before.insert(kind, known);
        Ok(hex(&hash.finalize()))
    }

    fn pieces(&self, file: i64) -> Pieces<'_> {
        let place = match self.parts.get(&file) {
            Some(parts) => NextPieces::of(&parts.iter().map(|(part, _)| *part).collect::<Vec<_>>()),
            None => NextPieces::Plain(file, 0),
        };
        Pieces::new(self, place)
    }
}

/// Where the next pieces of a file lie.
enum NextPieces {
    /// As an earlier release stored it: the file, and the next piece.
    Plain(i64, i32),
    /// Part, piece and its length.
    Parts(std::vec::IntoIter<(i64, i32, u64)>),
}

impl NextPieces {
    fn of(parts: &[ExportPart]) -> Self {
        let of_part = |part: &ExportPart| {
            let id = part.id;
            piece_lengths(part.bytes).map(move |(ordinal, bytes)| (id, ordinal, bytes))
        };
        Self::Parts(parts.iter().flat_map(of_part).collect::<Vec<_>>().into_iter())
    }
}

/// A stored file, read piece by piece; it ends where a piece is missing or cannot be read.
struct Pieces<'a> {
    files: &'a Files<'a>,
    place: NextPieces,
    waiting: Vec<u8>,
    from: usize,
}

impl<'a> Pieces<'a> {
    fn new(files: &'a Files<'a>, place: NextPieces) -> Self {
        Self { files, place, waiting: Vec::new(), from: 0 }
    }

    async fn next_piece(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        match &mut self.place {
            NextPieces::Plain(file, ordinal) => {
                let row = self.files.state.query_opt(&self.files.plain, &[&*file, &*ordinal]).await?;
                *ordinal += 1;
                row.map(|row| Ok(row.try_get("bytes")?)).transpose()
            }
            NextPieces::Parts(places) => {
                let Some((part, ordinal, bytes)) = places.next() else { return Ok(None) };
                let row = self.files.state.query_opt(&self.files.deflated, &[&part, &ordinal]).await?;
                let piece = row.map(|row| row.try_get::<_, Vec<u8>>("bytes")).transpose()?;
                Ok(piece.and_then(|piece| inflate(&piece, bytes).ok()))
            }
        }
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
