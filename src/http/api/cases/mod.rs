//! Operations on cases and the register.

pub(crate) mod add_case_note;
pub(crate) mod assign_cases;
pub(crate) mod list_case_assignees;
pub(crate) mod list_case_notes;
pub(crate) mod list_cases;
pub(crate) mod list_register;
pub(crate) mod move_case;
pub(crate) mod reply_to_case;
pub(crate) mod show_case;
pub(crate) mod show_dossier;
