//! Operations on public purchases: lines, figures of markets and buyers, contracts, corrections, releases of OCDS.

pub(crate) mod answer_purchase_correction;
pub(crate) mod correct_purchase;
pub(crate) mod list_ocds_releases;
pub(crate) mod list_price_dispersion;
pub(crate) mod list_purchase_correction_queue;
pub(crate) mod list_purchase_corrections;
pub(crate) mod list_purchases;
pub(crate) mod show_buyer;
pub(crate) mod show_contract;
pub(crate) mod show_purchase;
pub(crate) mod show_purchase_correction;
pub(crate) mod show_purchase_quality;
pub(crate) mod withdraw_purchase_correction;
