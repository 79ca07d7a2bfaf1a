//! JSON of consultations, their lines, comments and replies.

pub(crate) mod comment;
pub(crate) mod consultation;
pub(crate) mod sent;
