//! Pages as they were last written, for the day on which ten thousand people open the same one: each is written once for a version of the
//! data, and whoever comes meanwhile waits for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use jiff::civil::Date;
use tokio::sync::OwnedMutexGuard;

use crate::read_model::data_version::DataVersion;

/// Some 10 kB each.
const PAGES_MAX: usize = 256;
const ADDRESS_BYTES_MAX: usize = 256;
/// Then the page is written beside.
const WAIT: Duration = Duration::from_secs(2);

/// A page of one version of the data and one day.
#[derive(Clone)]
pub struct KeptPage {
    pub version: DataVersion,
    pub today: Date,
    pub text: Bytes,
}

type Place = Arc<tokio::sync::Mutex<Option<KeptPage>>>;

#[derive(Default)]
pub struct KeptPages {
    places: Mutex<HashMap<String, Place>>,
}

impl KeptPages {
    /// The page's place, which nobody else writes until it is dropped. `None`: this page is not kept.
    pub(crate) async fn place(&self, address: String) -> Option<OwnedMutexGuard<Option<KeptPage>>> {
        let place = (address.len() <= ADDRESS_BYTES_MAX).then(|| self.of(address))?;
        tokio::time::timeout(WAIT, place.lock_owned()).await.ok()
    }

    fn of(&self, address: String) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= PAGES_MAX && !places.contains_key(&address) {
            places.clear();
        }
        places.entry(address).or_default().clone()
    }
}
