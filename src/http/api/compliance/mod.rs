//! Operations on reporting duties.

pub mod list_reporters;
pub mod show_compliance;
