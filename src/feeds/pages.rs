//! The pages of a data set on disk, as they came: a reading that was stopped goes on after its last whole page.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use csv::StringRecord;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{client::machine, soda::KEY};
use crate::{
    domain::feeds::fault::FeedFault,
    store::feeds::ReadSize,
    text::hex::{hex, sha256},
};

/// Keys that are remembered: of a larger data set only the newest so many are compared.
const KEYS_MAX: usize = 4_000_000;
const BUFFER_BYTES: usize = 64 * 1024;

/// How far a reading has come; written after each whole page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ReadingState {
    /// What the publisher said before the first page: the pages of another state are of no use.
    version: String,
    bytes: u64,
    rows: u64,
    last_key: Option<String>,
}

/// The folder of one reading, which no other program uses meanwhile.
pub struct Pages {
    folder: PathBuf,
    state: ReadingState,
    header: Option<StringRecord>,
    keys: HashSet<u64>,
    /// Locked for as long as this lives.
    _lock: File,
}

impl Pages {
    /// Goes on where a reading of the same version stopped, or begins anew.
    pub fn open(folder: &Path, version: &str) -> Result<Self, FeedFault> {
        let on_disk = |error: io::Error| machine("the folder of pages", &error);
        std::fs::create_dir_all(folder).map_err(on_disk)?;
        let lock = File::create(folder.join("lock")).map_err(on_disk)?;
        if matches!(lock.try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
            return Err(FeedFault::FolderInUse);
        }
        let version = sha256(version);
        let state = std::fs::read(folder.join("state.json")).ok();
        let state: Option<ReadingState> = state.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let state = state.filter(|state| state.version == version && is_there(folder, state.bytes));
        let state = state.unwrap_or(ReadingState { version, ..ReadingState::default() });
        let mut pages = Self { folder: folder.to_owned(), state, header: None, keys: HashSet::new(), _lock: lock };
        if pages.recall().is_err() {
            let version = std::mem::take(&mut pages.state.version);
            pages.state = ReadingState { version, ..ReadingState::default() };
            (pages.header, pages.keys) = (None, HashSet::new());
        }
        Ok(pages)
    }

    /// The header and the keys of the pages that are there.
    fn recall(&mut self) -> Result<(), FeedFault> {
        if self.state.bytes == 0 {
            return Ok(());
        }
        let mut reader = reader(File::open(self.pages()).map_err(|error| machine("the pages", &error))?.take(self.state.bytes));
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            match &self.header {
                None => self.header = Some(record.clone()),
                Some(header) => {
                    let key = key_column(header)?;
                    self.remember(record.get(key).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    fn remember(&mut self, key: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        if self.keys.len() >= KEYS_MAX {
            self.keys.clear();
        }
        self.keys.insert(hasher.finish())
    }

    fn pages(&self) -> PathBuf {
        self.folder.join("pages.csv")
    }

    /// Where the next page goes as it comes.
    pub fn next_page(&self) -> PathBuf {
        self.folder.join("page.csv")
    }

    pub fn bytes(&self) -> u64 {
        self.state.bytes
    }

    pub fn rows(&self) -> u64 {
        self.state.rows
    }

    pub fn last_key(&self) -> Option<&str> {
        self.state.last_key.as_deref()
    }

    /// Adds the page that came, and returns its rows. After a fault this value is of no use; what was added before is.
    pub fn append(&mut self) -> Result<u64, FeedFault> {
        let on_disk = |error: io::Error| machine("the pages", &error);
        let page = File::open(self.next_page()).map_err(on_disk)?;
        let mut reader = reader(page);
        let mut record = StringRecord::new();
        if !reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            return Err(FeedFault::NotData { media_type: "empty".to_owned() });
        }
        let key = key_column(&record)?;
        let mut out = OpenOptions::new().create(true).truncate(false).write(true).open(self.pages()).map_err(on_disk)?;
        out.set_len(self.state.bytes).map_err(on_disk)?;
        out.seek(SeekFrom::End(0)).map_err(on_disk)?;
        let mut out = csv::Writer::from_writer(BufWriter::with_capacity(BUFFER_BYTES, out));
        match &self.header {
            Some(header) if *header != record => {
                return Err(FeedFault::ColumnsChanged { columns: changed(header, &record) });
            }
            Some(_) => {}
            None => {
                out.write_record(&record).map_err(|error| unreadable(&error))?;
                self.header = Some(record.clone());
            }
        }
        let mut rows = 0;
        let mut last_key = self.state.last_key.clone();
        while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            let text = record.get(key).filter(|key| !key.is_empty()).ok_or(FeedFault::NoKey)?;
            if !self.remember(text) {
                return Err(FeedFault::KeyRepeated { key: super::client::shortened(text) });
            }
            last_key = Some(text.to_owned());
            out.write_record(&record).map_err(|error| unreadable(&error))?;
            rows += 1;
        }
        let out = out.into_inner().map_err(|error| machine("the pages", error.error()))?;
        let out = out.into_inner().map_err(|error| machine("the pages", error.error()))?;
        let bytes = out.metadata().map_err(on_disk)?.len();
        self.state = ReadingState { bytes, rows: self.state.rows + rows, last_key, ..self.state.clone() };
        self.save().map_err(on_disk)?;
        Ok(rows)
    }

    /// In one step: whoever is killed leaves the state before or the state after.
    fn save(&self) -> io::Result<()> {
        let new = self.folder.join("state.new");
        std::fs::write(&new, serde_json::to_vec(&self.state)?)?;
        std::fs::rename(new, self.folder.join("state.json"))
    }

    /// The same rows without the portal's own columns: the same data give the same bytes, wherever they are read.
    pub fn write_file(&self, path: &Path) -> Result<ReadSize, FeedFault> {
        let on_disk = |error: io::Error| machine("the file", &error);
        let pages = File::open(self.pages()).map_err(on_disk)?;
        let mut reader = reader(pages.take(self.state.bytes));
        let header = self.header.as_ref().ok_or(FeedFault::NoRows)?;
        let kept: Vec<usize> = (0..header.len()).filter(|column| !header[*column].starts_with(':')).collect();
        let file = File::create(path).map_err(on_disk)?;
        let digested = Digested { file: BufWriter::with_capacity(BUFFER_BYTES, file), digest: Sha256::new(), bytes: 0 };
        let mut out = csv::Writer::from_writer(digested);
        let (mut record, mut lines) = (StringRecord::new(), 0_i64);
        while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            out.write_record(kept.iter().map(|column| &record[*column])).map_err(|error| unreadable(&error))?;
            lines += 1;
        }
        let mut digested = out.into_inner().map_err(|error| machine("the file", error.error()))?;
        digested.file.flush().map_err(on_disk)?;
        let bytes = i64::try_from(digested.bytes).unwrap_or(i64::MAX);
        Ok(ReadSize { rows: lines - 1, bytes, sha256: hex(&digested.digest.finalize()) })
    }

    /// All of it is read and no longer needed.
    pub fn remove(self) {
        // What cannot be removed now is overwritten by the next reading.
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// Nothing of it can be used.
    pub fn begin_anew(self, version: &str) -> Result<Self, FeedFault> {
        let Self { folder, _lock, .. } = self;
        let _ = std::fs::remove_file(folder.join("state.json"));
        drop(_lock);
        Self::open(&folder, version)
    }
}

/// Whether the pages are as long as the state says: after a power cut they may not be.
fn is_there(folder: &Path, bytes: u64) -> bool {
    bytes == 0 || std::fs::metadata(folder.join("pages.csv")).is_ok_and(|pages| pages.len() >= bytes)
}

fn reader<R: Read>(from: R) -> csv::Reader<BufReader<R>> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(BufReader::with_capacity(BUFFER_BYTES, from))
}

fn key_column(header: &StringRecord) -> Result<usize, FeedFault> {
    header.iter().position(|name| name.trim_start_matches('\u{feff}') == KEY).ok_or(FeedFault::NoKey)
}

/// The columns that one header has and the other has not.
fn changed(before: &StringRecord, after: &StringRecord) -> String {
    let only = |these: &StringRecord, others: &StringRecord, sign: &str| {
        let missing = these.iter().filter(|name| !others.iter().any(|other| other == *name));
        missing.map(|name| format!("{sign}{name}")).collect::<Vec<_>>()
    };
    let mut names = only(before, after, "-");
    names.extend(only(after, before, "+"));
    super::client::shortened(&names.join(" "))
}

fn unreadable(error: &csv::Error) -> FeedFault {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => FeedFault::NotUtf8,
        // The last row of an answer that was cut off.
        csv::ErrorKind::UnequalLengths { .. } => FeedFault::CutShort,
        _ => machine("the pages", error),
    }
}

/// Counts and digests what is written.
struct Digested {
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("termometro-pages-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    fn add(pages: &mut Pages, text: &str) -> Result<u64, FeedFault> {
        std::fs::write(pages.next_page(), text).unwrap();
        pages.append()
    }

    #[test]
    fn a_reading_goes_on_after_its_last_whole_page() {
        let folder = folder("resumed");
        let mut pages = Pages::open(&folder, "v1").unwrap();
        assert_eq!(add(&mut pages, ":id,cum\nrow-a,1-1\nrow-b,\"2-1\"\n"), Ok(2));
        assert!(matches!(Pages::open(&folder, "v1"), Err(FeedFault::FolderInUse)));
        // The next page breaks off within a row: nothing of it stays.
        assert_eq!(add(&mut pages, ":id,cum\nrow-c,3-1\nrow-d"), Err(FeedFault::CutShort));
        drop(pages);
        let mut pages = Pages::open(&folder, "v1").unwrap();
        assert_eq!((pages.rows(), pages.last_key()), (2, Some("row-b")));
        let repeated = FeedFault::KeyRepeated { key: "row-a".to_owned() };
        assert_eq!(add(&mut pages, ":id,cum\nrow-a,1-1\n"), Err(repeated), "keys of earlier runs are known");
        drop(pages);
        let mut pages = Pages::open(&folder, "v1").unwrap();
        assert_eq!(add(&mut pages, ":id,cum\nrow-c,3-1\n"), Ok(1));
        assert_eq!(add(&mut pages, ":id,cum\n"), Ok(0));
        let file = folder.join("file.csv");
        let size = pages.write_file(&file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "cum\n1-1\n2-1\n3-1\n");
        assert_eq!((size.rows, size.bytes, size.sha256), (3, 16, sha256("cum\n1-1\n2-1\n3-1\n")));
        drop(pages);
        // Of another state of the data set nothing is kept.
        assert_eq!(Pages::open(&folder, "v2").unwrap().rows(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_no_page_of_this_data_set_is_named() {
        let folder = folder("faults");
        let mut pages = Pages::open(&folder, "v1").unwrap();
        assert_eq!(add(&mut pages, ":id,cum,nombre\nrow-a,1-1,x\n"), Ok(1));
        for (text, fault) in [
            (":id,cum,producto\nrow-b,2-1,x\n", FeedFault::ColumnsChanged { columns: "-nombre +producto".to_owned() }),
            ("cum,nombre\n2-1,x\n", FeedFault::NoKey),
            (":id,cum,nombre\n,2-1,x\n", FeedFault::NoKey),
            ("", FeedFault::NotData { media_type: "empty".to_owned() }),
        ] {
            assert_eq!(add(&mut pages, text), Err(fault), "{text}");
        }
        std::fs::write(pages.next_page(), b":id,cum,nombre\nrow-c,2-1,Losart\xe1n\n").unwrap();
        assert_eq!(pages.append(), Err(FeedFault::NotUtf8));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
