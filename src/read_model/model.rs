//! The read side's state.

use std::sync::{Arc, Mutex, atomic::AtomicBool};

use super::{
    counts_cache::HeldCounts, data_version::DataVersion, item_index_cache::HeldItemIndex, law_cache::HeldRegistrations,
    market_cache::HeldMarkets, purchase_cache::HeldPurchaseQuality, search::board::SearchBoard, shared_read::SharedRead,
    thermometer_cache::HeldThermometer,
};
use crate::store::{catalogue::law_library::CommonLaw, postgres::database::Database};

/// Everything the read side needs; cheap to clone.
#[derive(Clone)]
pub struct ReadModel {
    pub database: Database,
    /// A list speaks at most this many days past its cut date (dated configuration, 120 by default).
    pub max_age_days: i32,
    /// Reads are of the newest version known, or set this and fail; `None`: the server has what it has.
    pub(crate) behind: Option<Arc<AtomicBool>>,
    pub(crate) search: Arc<SearchBoard>,
    pub(crate) items: Arc<HeldItemIndex>,
    /// What holds for all registrations, of one version of the lists: as it is known now, and as at the `known_at` last requested.
    pub(crate) common: Arc<[HeldLaw; 2]>,
    pub(crate) registrations: Arc<HeldRegistrations>,
    pub(crate) markets: Arc<HeldMarkets>,
    pub(crate) thermometer: Arc<HeldThermometer>,
    pub(crate) counts: Arc<HeldCounts>,
    pub(crate) purchases: Arc<HeldPurchaseQuality>,
    pub(crate) versions: Arc<SharedRead<DataVersion>>,
}

/// Of one version of the lists, once it was read.
type HeldLaw = Mutex<Option<(i64, CommonLaw)>>;

impl ReadModel {
    pub fn new(database: Database, max_age_days: i32) -> Self {
        Self {
            database,
            max_age_days,
            behind: None,
            search: Arc::default(),
            items: Arc::default(),
            common: Arc::default(),
            registrations: Arc::default(),
            markets: Arc::default(),
            thermometer: Arc::default(),
            counts: Arc::default(),
            purchases: Arc::default(),
            versions: Arc::default(),
        }
    }
}
