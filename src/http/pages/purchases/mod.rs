//! Pages of public purchases: a market's lines, one line and how it is read, a buyer's own, and corrections. Nothing changes by GET.

mod buyer;
mod correcting;
mod correction;
mod line;
mod list;
mod plot;
mod quarter;

use crate::http::{App, Endpoint, view::frame};

pub fn endpoints() -> Vec<Endpoint<App>> {
    let mut endpoints = vec![
        frame::page_by_content("/compras", list::show),
        frame::page_by_content("/compras/{id}", line::show),
        frame::page("/compradores/{nit}", buyer::show),
    ];
    endpoints.extend(correcting::endpoints());
    endpoints.extend(correction::endpoints());
    endpoints
}
