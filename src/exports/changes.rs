//! The differences that lead from a version to the next.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Seek, Write},
    ops::Range,
    path::Path,
};

use deadpool_postgres::ClientWrapper;

use super::{
    data_set::DataSet,
    delta::{self, Before, CONTEXT_LINES},
    error::ExportError,
    records::{Order, TextFormat},
    render::{Made, made, whole},
    scratch,
    storing::{Base, FileInParts, keep, read_parts, whole_files},
};
use crate::read_model::{self, service::exports::ExportPart};

/// For each text format that differs, from which version and of which format.
pub async fn deltas(
    client: &mut ClientWrapper,
    folder: &Path,
    data_set: &'static DataSet,
    base: &Base,
    files: &[FileInParts],
) -> Result<Vec<(i64, &'static str, FileInParts)>, ExportError> {
    let before = whole_files(client, base.id).await?;
    let mut deltas = Vec::new();
    for (format, text) in [("csv", TextFormat::Csv), ("ndjson", TextFormat::Ndjson)] {
        let of_format = |file: &&FileInParts| file.format == format;
        let (Some(after), Some((old, id, pieces))) =
            (files.iter().find(of_format), before.iter().find(|(old, ..)| of_format(&old)))
        else {
            continue;
        };
        // An earlier release wrote all periods product by product: every line would stand elsewhere.
        if old.sha256 == after.sha256 || (data_set.period_field.is_some() && *pieces > 0) {
            continue;
        }
        let both = Both::read(client, folder, (old, *id, *pieces), after).await?;
        let (name, file) = (format!("{}.{format}.from-{}.diff", data_set.name, base.name), after.name.clone());
        let folder = folder.to_owned();
        let work = move || difference(both, &folder, (data_set, text), &file, name);
        let delta = tokio::task::spawn_blocking(work).await.map_err(|error| ExportError::Stopped(error.to_string()))??;
        if delta.bytes > 0 {
            deltas.push((base.id, format, keep(client, delta).await?));
        }
    }
    Ok(deltas)
}

/// What differs of two files, with some lines around it where the files are in parts.
struct Both {
    old: File,
    new: File,
    before: Before,
}

impl Both {
    async fn read(
        client: &ClientWrapper,
        folder: &Path,
        (old, id, pieces): (&FileInParts, i64, i64),
        new: &FileInParts,
    ) -> Result<Self, ExportError> {
        if pieces > 0 {
            let (old, new) = (pieces_of(client, folder, id, pieces).await?, on_disk(client, folder, &new.parts).await?);
            return Ok(Self { old, new, before: Before::default() });
        }
        let (of_old, of_new) = stretches(&old.parts, &new.parts);
        let lines = old.parts.iter().take(of_old.start).map(|part| part.lines).sum();
        let [old, new] = [old.parts.get(of_old), new.parts.get(of_new)].map(Option::unwrap_or_default);
        Ok(Self { old: on_disk(client, folder, old).await?, new: on_disk(client, folder, new).await?, before: Before(lines) })
    }
}

/// The parts between those that both have at their beginnings and ends, and of these as many as have the lines of a context.
fn stretches(old: &[ExportPart], new: &[ExportPart]) -> (Range<usize>, Range<usize>) {
    let same = |(one, other): &(&ExportPart, &ExportPart)| one.id == other.id;
    let mut head = old.iter().zip(new).take_while(same).count();
    let rest = old.len().min(new.len()) - head;
    let mut tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let mut lines = 0;
    while head > 0 && lines < CONTEXT_LINES {
        head -= 1;
        lines += old[head].lines;
    }
    lines = 0;
    while tail > 0 && lines < CONTEXT_LINES {
        lines += old[old.len() - tail].lines;
        tail -= 1;
    }
    (head..old.len() - tail, head..new.len() - tail)
}

fn difference(
    both: Both,
    folder: &Path,
    (data_set, text): (&DataSet, TextFormat),
    file: &str,
    name: String,
) -> Result<Made, ExportError> {
    let Both { old, new, before } = both;
    let mut open = || -> io::Result<(Box<dyn BufRead>, Box<dyn BufRead>)> {
        let from_the_start = |file: &File| {
            let mut file = file.try_clone()?;
            file.rewind()?;
            io::Result::Ok(Box::new(BufReader::new(file)))
        };
        Ok((from_the_start(&old)?, from_the_start(&new)?))
    };
    let mut out = BufWriter::new(scratch::file(folder)?);
    delta::write(file, (text, &Order::of(data_set, text)), before, &mut open, &mut out)?;
    made(name, "diff", whole(out)?, &[])
}

async fn on_disk(client: &ClientWrapper, folder: &Path, parts: &[ExportPart]) -> Result<File, ExportError> {
    let mut file = BufWriter::new(scratch::file(folder)?);
    read_parts(client, parts, &mut |bytes| Ok(file.write_all(bytes)?)).await?;
    Ok(whole(file)?)
}

/// A file that an earlier release stored.
async fn pieces_of(client: &ClientWrapper, folder: &Path, file: i64, pieces: i64) -> Result<File, ExportError> {
    let mut out = scratch::file(folder)?;
    for ordinal in 0..i32::try_from(pieces).unwrap_or(i32::MAX) {
        let row = client.query_one(read_model::statements::export_piece, &[&file, &ordinal]).await?;
        out.write_all(row.try_get("bytes")?)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(parts: &[(i64, u64)]) -> Vec<ExportPart> {
        parts.iter().map(|(id, lines)| ExportPart { id: *id, bytes: 1, deflated_bytes: 1, crc32: 0, lines: *lines }).collect()
    }

    #[test]
    fn what_changed_is_compared_with_some_lines_around_it() {
        const HEAD: (i64, u64) = (1, 1);
        for (old, new, expected) in [
            (vec![HEAD, (2, 9), (3, 9), (4, 9), (5, 9)], vec![HEAD, (2, 9), (3, 9), (4, 9), (6, 9)], (3..5, 3..5)),
            (vec![HEAD, (2, 9), (3, 9), (4, 9), (5, 9)], vec![HEAD, (2, 9), (7, 9), (4, 9), (5, 9)], (1..4, 1..4)),
            (vec![HEAD, (2, 9), (3, 9), (4, 9)], vec![HEAD, (2, 9), (8, 9), (3, 9), (4, 9)], (1..3, 1..4)),
            (vec![HEAD, (2, 9), (3, 9)], vec![HEAD, (2, 9), (3, 9), (4, 9)], (2..3, 2..4)),
            // Parts of a line or two do not have the three lines of a context.
            (
                vec![HEAD, (2, 1), (3, 1), (4, 1), (5, 2), (6, 9)],
                vec![HEAD, (2, 1), (3, 1), (7, 1), (5, 2), (6, 9)],
                (0..6, 0..6),
            ),
            (vec![HEAD], vec![HEAD, (2, 9)], (0..1, 0..2)),
            (vec![HEAD, (2, 9)], vec![HEAD], (0..2, 0..1)),
            (vec![], vec![(2, 9)], (0..0, 0..1)),
        ] {
            assert_eq!(stretches(&parts(&old), &parts(&new)), expected, "{old:?} {new:?}");
        }
    }
}
