//! Cases against sellers: states, legal terms and excess.

pub mod case_file;
pub mod case_state;
pub mod excess_total;
