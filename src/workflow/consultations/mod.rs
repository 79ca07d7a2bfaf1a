//! Consultations of drafts: opened and extended by regulators, commented on by anybody, and replied to line by line.

pub(crate) mod answering;
pub(crate) mod commenting;
pub(crate) mod holding;
pub(crate) mod opening;
