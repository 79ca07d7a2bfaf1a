//! Reports judged: verdict codes, flags, cases.

pub mod case_grounds;
pub mod cases;
pub mod comparing_reports;
pub mod judgement;
pub mod packed_reports;
pub mod rejudge;
pub mod report_cache;
pub mod report_flags;
pub mod report_judge;
pub mod report_key;
pub mod verdict_codes;
