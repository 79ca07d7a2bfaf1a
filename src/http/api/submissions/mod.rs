//! Operations on submissions.

pub mod create_submission;
pub mod list_submission_assessments;
pub mod list_submission_errors;
pub mod list_submissions;
pub mod list_validation_rules;
pub mod show_submission;
