//! The index of the candidates of texts: immutable, of one version of the lists, shared.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::domain::item_text::candidates::CandidateIndex;

#[derive(Default)]
pub struct HeldItemIndex {
    pub current: ArcSwapOption<VersionedIndex>,
    pub building: Mutex<()>,
}

pub struct VersionedIndex {
    /// Of the lists: no report changes what is found.
    pub version: i64,
    pub index: Arc<CandidateIndex>,
}
