//! JSON of cases and the register.

pub(crate) mod case;
pub(crate) mod case_evidence;
pub(crate) mod case_file;
pub(crate) mod case_work;
