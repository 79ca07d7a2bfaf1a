//! The current search index: an immutable snapshot of one data version, swapped whole when the data change.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::index::SearchIndex;

#[derive(Default)]
pub struct SearchBoard {
    pub(crate) current: ArcSwapOption<Snapshot>,
    pub(crate) building: Mutex<()>,
}

pub struct Snapshot {
    /// Of the lists: no report changes what is found.
    pub version: i64,
    pub index: Arc<SearchIndex>,
}
