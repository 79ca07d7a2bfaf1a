//! Files of a request, each waiting in a file of its own on disk: the body itself, or the parts of a form with its other fields.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{
    multipart::{self, MultipartFault, Part},
    upload::is_gzip,
};
use crate::{
    http::{Problem, Request},
    spool::{self, Shortage, purpose},
    workflow::Workflow,
};

/// Fields of a form beside its files; more is no form of ours.
const FIELDS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 200;

/// What was sent; its files are removed with it.
#[derive(Debug)]
pub struct SentFiles {
    pub files: Vec<OneFile>,
    fields: Vec<(String, String)>,
    /// Of the whole body.
    pub bytes: u64,
    pub sha256: String,
    /// Of the request's line and its body: the identity of the request.
    pub request_digest: String,
}

#[derive(Debug)]
pub struct OneFile {
    file: Waiting,
    /// As its sender calls it.
    pub name: String,
}

#[derive(Debug)]
enum Waiting {
    Body(super::upload::Spooled),
    Part(spool::Spooled),
}

impl OneFile {
    pub fn path(&self) -> &Path {
        match &self.file {
            Waiting::Body(file) => file.path(),
            Waiting::Part(file) => file.path(),
        }
    }
}

/// How much may be sent.
#[derive(Clone, Copy, Debug)]
pub struct SentLimits {
    pub bytes_max: u64,
    pub files_max: usize,
    /// Of one field that is no file.
    pub field_bytes_max: u64,
    /// Fields that may be sent as files.
    pub texts: &'static [&'static str],
}

impl SentFiles {
    /// `name`: what a body that is one file is called.
    pub async fn receive(request: &mut Request, workflow: &Workflow, name: &str, limits: SentLimits) -> Result<Self, Problem> {
        if is_gzip(&request.headers)? {
            let detail = ("envíe el cuerpo sin comprimir", "send the body uncompressed");
            return Err(Problem::unsupported_media_type(detail).closing());
        }
        let boundary = multipart::boundary(&request.headers).transpose().map_err(malformed)?;
        let body = request.spool(workflow, limits.bytes_max).await?;
        let (bytes, sha256, request_digest) = (body.bytes, body.sha256.clone(), body.request_digest.clone());
        let Some(boundary) = boundary else {
            let one = OneFile { file: Waiting::Body(body), name: name.to_owned() };
            return Ok(Self { files: vec![one], fields: Vec::new(), bytes, sha256, request_digest });
        };
        let folder = workflow.spool.clone();
        let parted = tokio::task::spawn_blocking(move || parted(body.path(), &boundary, &folder, limits)).await;
        let (files, fields) = parted.map_err(|_panicked| Problem::internal())??;
        Ok(Self { files, fields, bytes, sha256, request_digest })
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// With a file that stands in a field.
    pub fn with_file(mut self, workflow: &Workflow, name: &str, content: &[u8]) -> Result<Self, Problem> {
        let file = spool::Spooled::file(&workflow.spool, purpose::UPLOAD).map_err(disk)?;
        file.open().and_then(|mut out| out.write_all(content)).map_err(disk)?;
        self.files.push(OneFile { file: Waiting::Part(file), name: fit(name) });
        Ok(self)
    }
}

type Parted = (Vec<OneFile>, Vec<(String, String)>);

/// Each file of a form in a file of its own; a field that was left empty is none.
fn parted(body: &Path, boundary: &str, folder: &Path, limits: SentLimits) -> Result<Parted, Problem> {
    let mut source = File::open(body).map_err(disk)?;
    let parts = multipart::parts(&mut source, boundary, limits.files_max + FIELDS_MAX).map_err(malformed)?;
    let (mut files, mut fields) = (Vec::new(), Vec::new());
    for part in parts {
        let length = part.content.end - part.content.start;
        let is_text = limits.texts.contains(&part.name.as_str());
        match part.file_name.clone() {
            Some(name) if name.is_empty() && length == 0 => {}
            Some(name) if !is_text && files.len() < limits.files_max => {
                let file = spool::Spooled::file(folder, purpose::UPLOAD).map_err(disk)?;
                let copied = content(&mut source, &part).and_then(|mut part| io::copy(&mut part, &mut file.open()?));
                copied.map_err(disk)?;
                files.push(OneFile { file: Waiting::Part(file), name: fit(&name) });
            }
            Some(_) if !is_text => return Err(too_many(limits.files_max)),
            _ if length > limits.field_bytes_max => {
                return Err(Problem::body_too_large(usize::try_from(limits.field_bytes_max).unwrap_or(usize::MAX)));
            }
            _ => {
                let mut text = Vec::new();
                content(&mut source, &part).and_then(|mut part| part.read_to_end(&mut text)).map_err(disk)?;
                fields.push((part.name, String::from_utf8_lossy(&text).trim().to_owned()));
            }
        }
    }
    Ok((files, fields))
}

fn content<'f>(source: &'f mut File, part: &Part) -> io::Result<io::Take<&'f mut File>> {
    source.seek(SeekFrom::Start(part.content.start))?;
    Ok(source.take(part.content.end - part.content.start))
}

/// The last part of a path, without what cannot be seen, and not too long.
fn fit(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect();
    if name.trim().is_empty() { "archivo".to_owned() } else { name }
}

fn too_many(files_max: usize) -> Problem {
    let detail = (format!("máximo {files_max} archivos"), format!("at most {files_max} files"));
    Problem::bad_body_pointer("", "too_many_files", detail)
}

fn malformed(fault: MultipartFault) -> Problem {
    match fault {
        MultipartFault::Io(error) => disk(error),
        MultipartFault::TooManyParts => Problem::bad_body_pointer(
            "",
            "too_many_parts",
            ("el formulario trae demasiadas partes", "the form has too many parts"),
        ),
        MultipartFault::Malformed => {
            let detail = ("no es multipart/form-data completo", "is no whole multipart/form-data");
            Problem::bad_body_pointer("", "malformed_multipart", detail)
        }
    }
}

fn disk(error: io::Error) -> Problem {
    if let Some(shortage) = Shortage::of(&error) {
        return Problem::shortage(shortage, &error);
    }
    tracing::error!(%error, "upload: parts of a form could not be written to disk");
    Problem::internal()
}
