//! JSON of public purchases: lines, figures, contracts and corrections.

pub(crate) mod contract;
pub(crate) mod correction;
pub(crate) mod figures;
pub(crate) mod line;
pub(crate) mod quality;
