//! Operations on medicines.

pub(crate) mod draw_thermometer;
pub(crate) mod list_ceilings;
pub(crate) mod list_equivalents;
pub(crate) mod list_market_prices;
pub(crate) mod list_markets;
pub(crate) mod list_medicines;
pub(crate) mod list_prices;
pub(crate) mod list_thermometer_groups;
pub(crate) mod list_vital_authorisations;
pub(crate) mod show_code;
pub(crate) mod show_medicine;
pub(crate) mod show_thermometer;
pub(crate) mod show_thermometer_agreement;
pub(crate) mod show_thermometer_group;
