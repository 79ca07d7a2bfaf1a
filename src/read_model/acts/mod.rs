//! Acts and their drafts.

pub mod act;
pub(crate) mod act_drafts;
