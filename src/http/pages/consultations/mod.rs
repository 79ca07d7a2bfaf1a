//! Pages of consultations: drafts laid open line by line, comments with their replies, the report, and what a ticket can do. Nothing changes by GET.

mod comment;
mod consultation;
mod ticket;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [consultation::endpoints(), comment::endpoints(), ticket::endpoints()].into_iter().flatten().collect()
}
