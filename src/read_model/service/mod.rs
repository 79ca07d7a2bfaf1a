//! Sources, status, exports, submissions, audit and versions.

pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod compliance;
pub(crate) mod exports;
pub(crate) mod log;
pub(crate) mod sources;
pub mod status;
pub(crate) mod submissions;
