//! Cases, their evidence and the register.

pub(crate) mod case;
pub(crate) mod case_columns;
pub(crate) mod case_evidence;
