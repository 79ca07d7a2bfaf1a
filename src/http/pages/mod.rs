//! Pages for people, rendered here and readable without a script. Each says what operations of the API say, and nothing else.
//!
//! Invariant: a page asks operations as a client would (`ask`), so that a page and the API can never differ.
mod acts;
mod age;
pub mod ask;
mod assets;
mod docs;
mod frame;
mod guide;
mod history;
mod home;
mod legal;
mod medicine;
mod messages;
mod open_data;
mod saving;
mod status;
mod template;
pub mod thermometer;
mod typed;
mod verdict;
mod written;

use super::{App, Endpoint, path_headers};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        frame::page("/", home::show),
        frame::page("/medicamentos/{cum}", medicine::show),
        frame::page("/medicamentos/{cum}/hoja", medicine::sheet),
        frame::page("/actos", acts::list),
        frame::page("/actos/{id}", acts::show),
        frame::page_by_content("/estado", status::show),
        frame::page_by_content("/datos", open_data::show),
        frame::page("/guia", guide::show),
        frame::page("/docs/", docs::show).with_headers(path_headers::REFERENCE),
        assets::endpoint(),
    ]
}
