//! Errors while a market is written.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("{path}: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("only {most} of these medicines are on sale and no samples: ask for at most as many ceilings, or for more medicines")]
    TooManyCeilings { most: u64 },
}
