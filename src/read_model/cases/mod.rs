//! Cases, their evidence and the register.

pub mod case;
pub mod case_columns;
pub mod case_evidence;
