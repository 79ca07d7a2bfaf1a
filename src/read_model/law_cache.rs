//! The law of single registrations, held as long as no list changes: answers about one presentation rest on it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::source_rows::SourceRows;
use crate::store::catalogue::law_library::LawRepository;

/// With one more all are let go. The law of one registration takes some ten kilobytes.
const REGISTRATIONS_MAX: usize = 4_096;

/// The law of one registration, and the rows that its ceilings were read from.
pub struct RegistrationLaw {
    pub law: LawRepository,
    pub sources: SourceRows,
}

/// Of one version of the lists, as they are known now.
#[derive(Default)]
pub struct HeldRegistrations(Mutex<Registrations>);

#[derive(Default)]
struct Registrations {
    lists_version: i64,
    laws: HashMap<i32, Arc<RegistrationLaw>>,
}

impl HeldRegistrations {
    pub fn find(&self, lists_version: i64, expediente: i32) -> Option<Arc<RegistrationLaw>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.lists_version == lists_version { held.laws.get(&expediente).cloned() } else { None }
    }

    pub fn hold(&self, lists_version: i64, expediente: i32, law: Arc<RegistrationLaw>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.lists_version != lists_version || held.laws.len() >= REGISTRATIONS_MAX {
            *held = Registrations { lists_version, laws: HashMap::new() };
        }
        held.laws.insert(expediente, law);
    }
}
