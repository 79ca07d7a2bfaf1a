//! Cases against sellers: states, terms and what they come to.

pub mod case_file;
pub mod case_state;
pub mod excess_total;
