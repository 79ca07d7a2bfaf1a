//! Pages of acts: drafts and their decisions, a new draft, the list that fills it, and what it would do with other numbers.
mod draft_list;
mod drafts;
mod effect;
mod faults;
mod new_draft;
mod revision;
mod variant;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [drafts::endpoints(), new_draft::endpoints(), draft_list::endpoints(), revision::endpoints(), variant::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
