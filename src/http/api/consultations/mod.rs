//! Operations of consultations: a draft act line by line, comments on its lines, and a reply to each.

pub(crate) mod create_comment;
pub(crate) mod extend_consultation;
pub(crate) mod list_comments;
pub(crate) mod list_consultation_lines;
pub(crate) mod list_consultations;
pub(crate) mod moderate_comment;
pub(crate) mod open_consultation;
pub(crate) mod reply_to_comments;
pub(crate) mod show_comment;
pub(crate) mod show_consultation;
pub(crate) mod show_consultation_report;
pub(crate) mod withdraw_comment;
