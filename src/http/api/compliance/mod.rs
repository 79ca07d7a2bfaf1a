//! Operations on reporting duties.

pub(crate) mod list_reporters;
pub(crate) mod show_compliance;
