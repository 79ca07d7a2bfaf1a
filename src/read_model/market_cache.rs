//! Markets and their prices, cached for the newest data that was read.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::{
    domain::{identifier::cum::Cum, number::weighted_quartiles::Quartiles},
    store::judging::report_cache::ReportCache,
};

/// Cached results of one version of the data.
#[derive(Default)]
pub struct HeldMarkets {
    pub reports: ReportCache,
    pub markets: Mutex<Option<(i64, Arc<Markets>)>>,
    pub latest: Mutex<Option<(i64, Arc<MarketPrices>)>>,
}

/// In order of market.
pub type MarketPrices = Vec<(String, Quartiles)>;

/// Which market each presentation belongs to.
pub struct Markets {
    /// In order.
    pub names: Vec<String>,
    /// In order of CUM.
    pub presentations: Vec<Presentation>,
}

pub struct Presentation {
    pub cum: Cum,
    /// Position in `names`.
    pub market: usize,
    pub dispensing_units: Option<u64>,
}
