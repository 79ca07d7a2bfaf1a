//! Pages for people, rendered here and readable without a script. Each says what operations of the API say, and nothing else.
//!
//! Invariant: a page asks operations as a client would (`ask`), so that a page and the API can never differ.
mod acts;
mod complaint;
mod consultations;
mod docs;
mod group;
mod guide;
mod history;
mod home;
mod invoices;
mod item_line;
mod legal;
mod market;
mod medicine;
mod open_data;
mod oversight;
mod participation;
mod placed;
mod price_reports;
mod purchases;
mod results;
mod site_files;
mod status;
mod verdict;

use super::{App, Endpoint, routing::path_headers};

pub fn endpoints() -> Vec<Endpoint<App>> {
    let mut endpoints = vec![
        super::view::frame::page("/", home::show),
        super::view::frame::page("/medicamentos/{cum}", medicine::show),
        super::view::frame::page("/medicamentos/{cum}/hoja", medicine::sheet),
        super::view::frame::page("/termometro", group::show),
        super::view::frame::page("/linea", item_line::show),
        super::view::frame::page("/mercados/{market}", market::show),
        super::view::frame::page("/actos", acts::list),
        super::view::frame::page("/actos/{id}", acts::show),
        super::view::frame::page_by_content("/estado", status::show),
        super::view::frame::page_by_content("/datos", open_data::show),
        super::view::frame::page_by_content("/guia", guide::show),
        super::view::frame::page_by_content("/cumplimiento", oversight::compliance::show),
        super::view::frame::page_by_content("/registro", oversight::register::show),
        super::view::frame::page("/docs/", docs::show).with_headers(path_headers::REFERENCE),
        super::view::assets::endpoint(),
    ];
    endpoints.extend(invoices::endpoints());
    endpoints.extend(participation::endpoints());
    endpoints.extend(price_reports::endpoints());
    endpoints.extend(consultations::endpoints());
    endpoints.extend(purchases::endpoints());
    endpoints.extend(site_files::endpoints());
    endpoints
}
