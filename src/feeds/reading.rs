//! A whole data set as one file: page by page, counted again at the end, in bytes that are the same wherever they are read.

use std::path::{Path, PathBuf};

use super::{
    client::{PortalClient, machine},
    pages::Pages,
    soda,
};
use crate::{
    clock::Clock,
    domain::feeds::fault::FeedFault,
    store::feeds::{Probe, ReadSize},
};

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub feed: &'a str,
    pub data_set: &'a str,
    /// Where its pages wait, and where its file is made.
    pub folder: &'a Path,
}

/// A file that holds all of it, and what the publisher said when it was read.
#[derive(Clone, Debug)]
pub struct ReadFile {
    pub path: PathBuf,
    pub size: ReadSize,
    pub probe: Probe,
}

/// What the publisher says before anything is read: two requests.
pub async fn probe(client: &PortalClient, data_set: &str, before: Option<&Probe>) -> Result<Probe, FeedFault> {
    soda::probe(client, data_set, before).await
}

pub fn address(client: &PortalClient, data_set: &str) -> String {
    soda::address(&client.settings.base, data_set)
}

/// Reads it whole. A data set that changed meanwhile is read once more.
pub async fn read(client: &PortalClient, wanted: Wanted<'_>, probe: Probe) -> Result<ReadFile, FeedFault> {
    if probe.rows == Some(0) {
        return Err(FeedFault::NoRows);
    }
    let waiting = wanted.folder.join(format!("pages-{}", wanted.feed));
    let mut probe = probe;
    let version = version(client, wanted.data_set, &probe);
    let mut pages = blocking(move || Pages::open(&waiting, &version)).await?;
    let mut first = true;
    loop {
        pages = read_pages(client, wanted.data_set, &probe, pages).await?;
        let read = i64::try_from(pages.rows()).unwrap_or(i64::MAX);
        let (rows, newest) = soda::count(client, wanted.data_set).await?;
        let counted = rows.unwrap_or(read);
        if counted == read && (newest.is_none() || probe.newest.is_none() || newest == probe.newest) {
            break;
        }
        if !first {
            return Err(FeedFault::ChangedWhileReading { read, counted });
        }
        first = false;
        probe = soda::probe(client, wanted.data_set, None).await?;
        let version = self::version(client, wanted.data_set, &probe);
        pages = blocking(move || pages.begin_anew(&version)).await?;
    }
    if pages.rows() == 0 {
        return Err(FeedFault::NoRows);
    }
    let path = wanted.folder.join(file_name(wanted, &probe));
    let written = path.clone();
    let size = blocking(move || {
        let size = pages.write_file(&written)?;
        pages.remove();
        Ok(size)
    })
    .await?;
    Ok(ReadFile { path, size, probe })
}

async fn read_pages(client: &PortalClient, data_set: &str, probe: &Probe, mut pages: Pages) -> Result<Pages, FeedFault> {
    loop {
        soda::page(client, data_set, pages.last_key(), &pages.next_page()).await?;
        let (back, rows) = blocking(move || {
            let rows = pages.append()?;
            Ok((pages, rows))
        })
        .await?;
        pages = back;
        let bytes_max = client.settings.file_bytes_max;
        if pages.bytes() > bytes_max {
            return Err(FeedFault::TooLarge { bytes_max });
        }
        let all = probe.rows.is_some_and(|counted| u64::try_from(counted).is_ok_and(|counted| counted == pages.rows()));
        // A portal may have pages smaller than what is wanted: only an empty one is surely the last.
        if rows == 0 || (all && rows < client.settings.page_rows) {
            return Ok(pages);
        }
    }
}

/// Pages of another state of the data set, or of another portal, do not go together.
fn version(client: &PortalClient, data_set: &str, probe: &Probe) -> String {
    let Probe { updated_at, rows, newest, columns, .. } = probe;
    format!("{} {data_set} {updated_at:?} {rows:?} {newest:?} {columns:?}", client.settings.base)
}

/// With the day that the publisher changed it last, in Colombia: the day that the list speaks for.
fn file_name(wanted: Wanted<'_>, probe: &Probe) -> String {
    let newest = probe.newest.as_deref().and_then(|newest| newest.parse().ok());
    let day = probe.updated_at.or(newest).map(|instant| format!("-{}", Clock::Fixed(instant).today())).unwrap_or_default();
    format!("{}-{}{day}.csv", wanted.feed, wanted.data_set)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, FeedFault> + Send + 'static) -> Result<T, FeedFault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| machine("a thread", &error))?
}
