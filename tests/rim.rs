//! The rim on real sockets, with endpoints that exist only here: what is true of every request, whatever it asks.
#[cfg(test)]
mod rim {
    pub mod endpoints;
    pub mod support;

    mod bodies;
    mod connections;
    mod deprecations;
    mod messages;
    mod operations;
    mod questions;
    mod representations;
    mod routes;
}
