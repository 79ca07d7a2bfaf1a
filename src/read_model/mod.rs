//! Reads: domain values and plain views, from one state of the database.
pub mod act_drafts;
pub mod acts;
pub mod assessments;
pub mod assessments_summary;
pub mod audit;
pub mod case_evidence;
pub mod cases;
pub mod ceilings;
pub mod changes;
pub mod check;
pub mod codes;
pub mod compliance;
pub mod equivalents;
pub mod exports;
pub mod market_prices;
pub mod medicines;
mod parallel;
pub mod prices;
pub mod search;
pub mod search_board;
pub mod source_rows;
pub mod sources;
pub mod statements;
pub mod status;
pub mod stored_basis;
pub mod submissions;
pub mod thermometer;
pub mod turns;
pub mod version;
pub mod whole;

use std::sync::{Arc, Mutex, atomic::AtomicBool};

use crate::store::{law_library::CommonLaw, pool::Database};

/// Everything the read side needs; cheap to clone.
#[derive(Clone)]
pub struct ReadModel {
    pub database: Database,
    /// A list speaks at most this many days past its cut date (dated configuration, 120 by default).
    pub max_age_days: i32,
    /// Reads are of the newest version known, or set this and fail; `None`: the server has what it has.
    behind: Option<Arc<AtomicBool>>,
    search: Arc<search_board::SearchBoard>,
    /// What holds for all registrations, of one version of the data.
    common: Arc<Mutex<Option<(version::DataVersion, CommonLaw)>>>,
    markets: Arc<market_prices::HeldMarkets>,
}

impl ReadModel {
    pub fn new(database: Database, max_age_days: i32) -> Self {
        Self { database, max_age_days, behind: None, search: Arc::default(), common: Arc::default(), markets: Arc::default() }
    }
}
