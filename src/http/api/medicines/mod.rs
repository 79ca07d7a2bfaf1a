//! Operations on medicines.

pub mod draw_thermometer;
pub mod list_ceilings;
pub mod list_equivalents;
pub mod list_market_prices;
pub mod list_markets;
pub mod list_medicines;
pub mod list_prices;
pub mod list_thermometer_groups;
pub mod show_code;
pub mod show_medicine;
pub mod show_thermometer;
pub mod show_thermometer_agreement;
pub mod show_thermometer_group;
