//! Cases against sellers: states, legal terms and excess.

pub(crate) mod case_file;
pub(crate) mod case_state;
pub mod excess_total;
