//! JSON of cases and the register.

pub mod case;
pub mod case_evidence;
pub mod case_file;
