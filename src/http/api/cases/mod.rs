//! Operations on cases and the register.

pub mod list_cases;
pub mod list_register;
pub mod move_case;
pub mod reply_to_case;
pub mod show_case;
pub mod show_dossier;
