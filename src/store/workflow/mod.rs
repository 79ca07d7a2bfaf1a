//! What principals write: drafts, publications, submissions, watches.

pub(crate) mod act_drafts;
pub(crate) mod publication;
pub(crate) mod submissions;
pub(crate) mod watches;
