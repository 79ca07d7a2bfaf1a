//! Consultations of drafts, the comments on their lines and the replies.

pub mod comments;
pub mod consultation;
mod line;
