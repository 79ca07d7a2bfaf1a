//! JSON of acts and drafts of acts.

pub(crate) mod act;
pub(crate) mod act_draft;
pub(crate) mod act_effect;
