//! The rim on real sockets, with endpoints that exist only here: what is true of every request, whatever it asks.
mod bodies;
mod connections;
mod deprecations;
mod descriptors;
mod endpoints;
mod messages;
mod operations;
mod questions;
mod representations;
mod routes;
mod support;
