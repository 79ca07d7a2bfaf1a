//! Pages for those who run the service and for those who decide what is in force: data sets, held files, and keys of people.

mod feed;
mod held;
mod key;
mod key_request;
mod keys;
mod sources;
mod taking;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    let of_rooms = [
        sources::endpoints(),
        feed::endpoints(),
        held::endpoints(),
        keys::endpoints(),
        key::endpoints(),
        key_request::endpoints(),
        taking::endpoints(),
    ];
    of_rooms.into_iter().flatten().collect()
}
