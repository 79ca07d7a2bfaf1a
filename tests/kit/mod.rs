//! What the tests share: a server and a client that writes bytes, people with keys, databases, publishers' files.
pub mod alone;
pub mod book;
pub mod client;
pub mod conformance;
pub mod folder;
pub mod minsalud;
pub mod people;
pub mod portal;
pub mod program;
pub mod reading;
pub mod relay;
pub mod search;
pub mod server;
pub mod support;
pub mod tables;
pub mod ubl;
