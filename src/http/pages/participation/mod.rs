//! Pages of petitions, their supports and answers, and the board. They need no account and work without a script; nothing changes by GET.

mod board;
mod form;
mod petitions;
mod support;
mod ticket;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [board::endpoints(), petitions::endpoints(), form::endpoints(), support::endpoints(), ticket::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
