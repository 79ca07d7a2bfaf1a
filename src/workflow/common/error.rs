//! Errors of actions: a refusal with a stable code and a sentence in both languages, or a failure of the system.

use crate::{
    domain::law::two_persons::SamePerson,
    ingest::FileError,
    spool::Shortage,
    store::{postgres::error::StoreError, transaction::idempotency::Reply},
};

#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", .0.en)]
    Refused(Refusal),
    #[error("{what}: {source}")]
    Machine {
        what: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Not a failure: an earlier try with the same key has been answered.
    #[error("answered before")]
    Replayed(Reply),
}

/// A refusal. Its code is one of the HTTP layer's problems, which has the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub es: String,
    pub en: String,
    pub faults: Vec<RefusalFault>,
    /// When it may be tried again, where that is known.
    pub retry_after_s: Option<u32>,
}

/// One thing that is wrong in the request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalFault {
    /// JSON Pointer; of a file, `/line/` and the number of the line.
    pub pointer: String,
    pub code: &'static str,
    pub es: String,
    pub en: String,
    /// In a file.
    pub cell: Option<FileCell>,
}

/// The place in a file where something is wrong, as whoever sent it counts and names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCell {
    pub sheet: Option<String>,
    /// From 1; of a sheet, its row.
    pub line: u64,
    /// `None`: the whole line.
    pub column: Option<String>,
    pub value: String,
}

impl WorkflowError {
    pub(crate) fn machine(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Machine { what, source: source.into() }
    }

    /// What the machine had too little of, if that is why it failed.
    pub fn shortage(&self) -> Option<Shortage> {
        match self {
            Self::Store(error) => matches!(error, StoreError::StorageFull(_)).then_some(Shortage::Space),
            Self::Machine { source, .. } => shortage(&**source),
            Self::Refused(_) | Self::Replayed(_) => None,
        }
    }

    pub fn refused(code: &'static str, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused(Refusal { code, es: es.into(), en: en.into(), faults: Vec::new(), retry_after_s: None })
    }

    /// What stands there cannot be used; each fault says where and why.
    pub(crate) fn unprocessable(faults: Vec<RefusalFault>) -> Self {
        let (es, en) = ("el contenido no se puede usar".to_owned(), "the content cannot be used".to_owned());
        Self::Refused(Refusal { code: "unprocessable", es, en, faults, retry_after_s: None })
    }

    /// More than one holder may do in some time.
    pub(crate) fn too_many(es: impl Into<String>, en: impl Into<String>, retry_after_s: u32) -> Self {
        let (es, en, faults) = (es.into(), en.into(), Vec::new());
        Self::Refused(Refusal { code: "too_many_requests", es, en, faults, retry_after_s: Some(retry_after_s) })
    }

    pub fn not_found(es: &str, en: &str, id: &str) -> Self {
        Self::refused("not_found", format!("no existe {es} «{id}»"), format!("there is no {en} \"{id}\""))
    }
}

impl RefusalFault {
    pub fn new(pointer: impl Into<String>, code: &'static str, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, es: es.into(), en: en.into(), cell: None }
    }

    pub fn in_file(cell: FileCell, code: &'static str, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { cell: Some(cell.clone()), ..Self::new(format!("/line/{}", cell.line), code, es, en) }
    }
}

/// Looks through what carries the fault of a file upwards.
fn shortage(error: &(dyn std::error::Error + 'static)) -> Option<Shortage> {
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        return Shortage::of(error);
    }
    match error.downcast_ref::<FileError>()? {
        FileError::Unreadable { source, .. } => Shortage::of(source),
        FileError::Stopped(stop) => shortage(&*stop.0),
        _ => None,
    }
}

/// The only way to this refusal, so that every decision of two persons stands in their one list.
impl From<SamePerson> for WorkflowError {
    fn from(SamePerson(decision): SamePerson) -> Self {
        let (es, en) = decision.refusal();
        Self::refused("second_person_needed", es, en)
    }
}

impl From<tokio_postgres::Error> for WorkflowError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<std::io::Error> for WorkflowError {
    fn from(error: std::io::Error) -> Self {
        Self::machine("a file of the service could not be used", error)
    }
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::*;
    use crate::ingest::Stop;

    #[test]
    fn a_shortage_is_found_whatever_carries_it() {
        for (errno, shortage) in [(Errno::ENOSPC, Shortage::Space), (Errno::EMFILE, Shortage::Descriptors)] {
            let fault = || std::io::Error::from_raw_os_error(errno as i32);
            let carried: [WorkflowError; 3] = [
                fault().into(),
                WorkflowError::machine("unpacking", FileError::Stopped(Stop::new(fault()))),
                WorkflowError::machine("unpacking", FileError::Unreadable { path: "a".into(), source: fault() }),
            ];
            for error in carried {
                assert_eq!(error.shortage(), Some(shortage), "{error}");
            }
        }
        let full: WorkflowError = StoreError::StorageFull("could not extend file".to_owned()).into();
        assert_eq!(full.shortage(), Some(Shortage::Space));
        let other = WorkflowError::from(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert_eq!(other.shortage(), None);
        assert_eq!(WorkflowError::from(StoreError::Timeout).shortage(), None);
    }
}
