//! The body of a webhook subscription, read strictly.

use std::collections::BTreeSet;

use crate::{
    domain::identifier::cum,
    http::{
        Problem,
        base::problem::Fault,
        values::{choices::WatchedThing, identifiers::Cum},
        wire::changes::watch::NewWatchBody,
    },
    workflow::webhooks::watches::{NewWatch, WatchState},
};

/// The longest body of a watch.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
const CUMS_MAX: usize = 500;
const DESCRIPTION_CHARS_MAX: usize = 200;

impl NewWatchBody {
    pub fn read(self) -> Result<NewWatch, Problem> {
        let mut faults = Vec::new();
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            let detail =
                (format!("hasta {DESCRIPTION_CHARS_MAX} caracteres"), format!("at most {DESCRIPTION_CHARS_MAX} characters"));
            faults.push(Fault::pointer("/description", "description", detail));
        }
        let mut kinds = BTreeSet::new();
        for (index, kind) in self.kinds.iter().enumerate() {
            match kind.parse() {
                Ok(WatchedThing(kind)) => kinds.extend([kind]),
                Err(fault) => faults.push(Fault::pointer(format!("/kinds/{index}"), fault.code, fault.detail)),
            }
        }
        let cums = self.cums.as_ref().map(|cums| read_cums(cums, &mut faults));
        if !faults.is_empty() {
            return Err(Problem::bad_body(faults));
        }
        Ok(NewWatch { url: self.url, description: self.description, kinds: kinds.into_iter().collect(), cums })
    }
}

fn read_cums(cums: &[String], faults: &mut Vec<Fault>) -> BTreeSet<cum::Cum> {
    if cums.is_empty() || cums.len() > CUMS_MAX {
        let detail = (format!("de 1 a {CUMS_MAX}; sin el campo, todos"), format!("1 to {CUMS_MAX}; all without the field"));
        faults.push(Fault::pointer("/cums", "cums", detail));
        return BTreeSet::new();
    }
    let mut read = BTreeSet::new();
    for (index, text) in cums.iter().enumerate() {
        match text.parse() {
            Ok(Cum(cum)) => read.extend([cum]),
            Err(fault) => faults.push(Fault::pointer(format!("/cums/{index}"), fault.code, fault.detail)),
        }
    }
    read
}

pub fn state(text: &str) -> Result<WatchState, Problem> {
    let known = [WatchState::Active, WatchState::Paused, WatchState::Deleted].into_iter().find(|state| state.code() == text);
    let detail = ("active, paused o deleted", "active, paused or deleted");
    known.ok_or_else(|| Problem::bad_body_pointer("/state", "state", detail))
}
