//! JSON of acts and drafts of acts.

pub mod act;
pub mod act_draft;
pub mod act_effect;
