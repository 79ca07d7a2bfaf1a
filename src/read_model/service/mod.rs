//! Sources, status, exports, submissions, audit and versions.

pub mod audit;
pub mod changes;
pub mod compliance;
pub mod exports;
pub mod sources;
pub mod status;
pub mod submissions;
