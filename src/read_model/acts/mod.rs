//! Acts and their drafts.

pub mod act;
pub mod act_drafts;
