//! By which names the groups of the thermometer are found, of the newest data that was read.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Mutex;

use super::search::index::SearchIndex;
use crate::domain::{identifier::cum::Cum, law::channel::Channel};

/// What a version of the data gave already.
#[derive(Default)]
pub struct HeldThermometer(pub Mutex<Option<(i64, Arc<GroupIndex>)>>);

/// The comparison groups of one list.
pub struct GroupIndex {
    /// In order.
    pub keys: Vec<String>,
    /// Of each key.
    pub channels: Vec<Channel>,
    /// Its entries are rows of the list: the registration, and the place of the row among those of the registration.
    pub index: SearchIndex,
    /// Position in `keys` of each entry.
    pub groups: HashMap<Cum, usize>,
}
