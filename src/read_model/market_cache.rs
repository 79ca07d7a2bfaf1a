//! Markets and their prices, cached for the newest data that was read.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio::sync::Mutex;

use super::search::index::SearchIndex;
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
    pub listed: Mutex<Option<(i64, Arc<ListedMarkets>)>>,
}

/// The markets that a list gives a unit price.
pub struct ListedMarkets {
    /// In order of their ID.
    pub markets: Vec<MarketView>,
    /// Its entries are known by their places in `markets`, counted from 1.
    pub index: SearchIndex,
}

/// One market as the newest list that names it states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketView {
    pub market: String,
    pub atc: Vec<String>,
    /// As printed; of a vital no disponible with its form.
    pub ingredients: Vec<String>,
    pub form_group: String,
    pub unit_price: Decimal,
    pub unit: String,
    pub act: String,
    pub valid_from: Date,
    pub list_cut_date: Option<Date>,
    pub vital_not_available: bool,
    /// How many presentations belong to it.
    pub presentations: i64,
    /// What each act says of its price, newest first.
    pub history: Vec<MarketActPrice>,
}

/// What one act says of the price of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketActPrice {
    /// `None`: the act ended it.
    pub unit_price: Option<Decimal>,
    pub unit: String,
    pub act: String,
    pub valid_from: Date,
    pub list_cut_date: Option<Date>,
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
