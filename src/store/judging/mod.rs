//! Reports judged: verdict codes, flags, cases.

pub mod basis_rows;
pub mod cases;
pub(crate) mod evidence_bases;
pub(crate) mod file_rows;
pub(crate) mod packed_reports;
pub(crate) mod peer_flags;
pub mod previewed_reports;
pub mod rejudge;
pub mod report_cache;
pub mod report_flags;
pub mod report_judge;
pub mod report_key;
pub mod stored_reports;
pub(crate) mod verdict_codes;
