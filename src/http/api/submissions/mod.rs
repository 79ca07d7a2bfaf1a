//! Operations on submissions.

pub(crate) mod create_submission;
pub(crate) mod list_submission_assessments;
pub(crate) mod list_submission_errors;
pub(crate) mod list_submissions;
pub(crate) mod list_validation_rules;
pub(crate) mod show_submission;
