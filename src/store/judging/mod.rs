//! Reports judged: verdict codes, flags, cases.

pub mod basis_rows;
pub mod cases;
pub mod evidence_bases;
pub mod packed_reports;
pub mod peer_flags;
pub mod rejudge;
pub mod report_cache;
pub mod report_flags;
pub mod report_judge;
pub mod report_key;
pub mod verdict_codes;
