//! What a client asks of watches, read strictly; and the body of what they are told.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Language, Problem,
    fault_words::Explain,
    problem::Fault,
    wire::{
        change::ChangeBody,
        watch::{NewWatchBody, WatchEvent},
    },
};
use crate::{
    desk::{
        delivering::Compose,
        error::DeskError,
        watches::{Message, NewWatch, WatchState},
    },
    domain::cum::Cum,
    read_model::ReadModel,
};

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
        let mut kinds = Vec::new();
        for (index, kind) in self.kinds.iter().enumerate() {
            match kind.as_str() {
                "ceiling" => kinds.push("ceiling"),
                "product" => kinds.push("product"),
                _ => faults.push(Fault::pointer(format!("/kinds/{index}"), "kind", ("ceiling o product", "ceiling or product"))),
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        let cums = self.cums.as_ref().map(|cums| read_cums(cums, &mut faults));
        if !faults.is_empty() {
            return Err(Problem::bad_body(faults));
        }
        Ok(NewWatch { url: self.url, description: self.description, kinds, cums })
    }
}

fn read_cums(cums: &[String], faults: &mut Vec<Fault>) -> BTreeSet<Cum> {
    if cums.is_empty() || cums.len() > CUMS_MAX {
        let detail = (format!("de 1 a {CUMS_MAX}; sin el campo, todos"), format!("1 to {CUMS_MAX}; all without the field"));
        faults.push(Fault::pointer("/cums", "cums", detail));
        return BTreeSet::new();
    }
    let mut read = BTreeSet::new();
    for (index, text) in cums.iter().enumerate() {
        match text.parse::<Cum>() {
            Ok(cum) => {
                read.insert(cum);
            }
            Err(error) => faults.push(Fault::pointer(format!("/cums/{index}"), "malformed_cum", error.text())),
        }
    }
    read
}

pub fn state(text: &str) -> Result<WatchState, Problem> {
    let known = [WatchState::Active, WatchState::Paused, WatchState::Deleted].into_iter().find(|state| state.code() == text);
    let detail = ("active, paused o deleted", "active, paused or deleted");
    known.ok_or_else(|| Problem::bad_body_pointer("/state", "state", detail))
}

/// Makes the bodies of messages from the changes that they are of.
pub fn compose(read_model: ReadModel) -> Compose {
    Arc::new(move |message: Message| {
        let read_model = read_model.clone();
        Box::pin(async move {
            let changes = read_model.changes_at(&message.positions).await?;
            let bodies: Result<Vec<ChangeBody>, Problem> =
                changes.iter().map(|change| ChangeBody::new(change, Language::Spanish)).collect();
            let bodies = bodies.map_err(|problem| DeskError::machine("a change cannot be written", problem.code()))?;
            let event = WatchEvent::new(&message, bodies);
            serde_json::to_string(&event).map_err(|error| DeskError::machine("a message cannot be written", error))
        })
    })
}
