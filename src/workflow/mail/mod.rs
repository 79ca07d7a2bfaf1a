//! E-mail to holders of keys: their addresses, the outbox, the words, and the sender.

pub(crate) mod addresses;
pub mod outbox;
pub mod sending;
pub(crate) mod words;
