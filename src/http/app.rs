//! The state that handlers may use.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use super::base::{kept_pages::KeptPages, known_links::KnownLinks};
use crate::{
    read_model::ReadModel,
    workflow::{Now, Workflow},
};

#[derive(Clone)]
pub struct App {
    pub read_model: ReadModel,
    pub workflow: Workflow,
    /// The only source of "now".
    pub clock: Now,
    /// Where faults of security are to be reported: a URI.
    pub security_contact: Option<Arc<str>>,
    /// Pages as they were last written; only where answers are kept in memory at all.
    pub kept_pages: Option<Arc<KeptPages>>,
    /// Whether this service reads official data by itself.
    pub reads_feeds: bool,
    /// Which pages of lists have a next one, by their tags.
    pub links: KnownLinks,
}

impl App {
    pub fn now(&self) -> Timestamp {
        (self.clock)().0
    }

    /// Today in America/Bogota.
    pub fn today(&self) -> Date {
        (self.clock)().1
    }
}
