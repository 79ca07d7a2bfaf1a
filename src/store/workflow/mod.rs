//! What principals write: drafts, publications, submissions, watches.

pub mod act_drafts;
pub mod publication;
pub mod submissions;
pub mod watches;
