//! Operations on cases and the register.

pub(crate) mod list_cases;
pub(crate) mod list_register;
pub(crate) mod move_case;
pub(crate) mod reply_to_case;
pub(crate) mod show_case;
pub(crate) mod show_dossier;
