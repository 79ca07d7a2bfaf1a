//! A file on disk without a name: the system frees it even if the program is killed.

use std::{fs::File, io, path::Path};

use crate::spool::{Spooled, purpose};

/// Open for reading and writing, and already removed from its folder.
pub fn file(folder: &Path) -> io::Result<File> {
    Spooled::file(folder, purpose::EXPORT)?.open()
}
