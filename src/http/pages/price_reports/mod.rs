//! Pages of reported prices: the form with its answer at once, the report of a ticket, and the released figures. Nothing changes by GET.

mod fields;
mod form;
mod statistics;
mod ticket;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [form::endpoints(), ticket::endpoints(), statistics::endpoints()].into_iter().flatten().collect()
}
