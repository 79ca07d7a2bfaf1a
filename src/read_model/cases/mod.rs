//! Cases, their evidence and the register, and what regulators keep beside them.

pub(crate) mod case;
pub(crate) mod case_columns;
pub(crate) mod case_evidence;
pub(crate) mod case_work;
