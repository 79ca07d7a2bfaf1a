//! Files that wait for a person, on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::base::language::Language,
    read_model::service::held_imports::{EditionView, HeldImportView},
    workflow::held_imports::HeldDecision,
};

/// A file that waits for a person (archivo retenido).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeldImportBody {
    /// Its number; on the command line `h` and the number.
    #[schema(example = 1)]
    pub held: i64,
    #[schema(example = "ceilings")]
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    #[schema(format = DateTime)]
    pub held_at: String,
    /// The reading that brought it (`list_feed_runs`), and its data set; null: given to the command line.
    pub run: Option<i64>,
    pub feed: Option<String>,
    /// What holds it, as codes.
    pub reasons: Vec<String>,
    /// The same in words and figures, in the language of the answer.
    pub explanation: String,
    /// What was found in it; the day is the one that it speaks for.
    pub found: EditionBody,
    /// What is in force and would be replaced; null: nothing, or its list is not known.
    pub in_force: Option<EditionInForceBody>,
}

/// Day and rows of an edition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EditionBody {
    #[schema(example = "2026-11-20")]
    pub cut_date: Option<String>,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
}

/// The edition in force: its import, its file, its day and its rows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EditionInForceBody {
    pub import: i64,
    pub name: String,
    #[schema(example = "2026-11-13")]
    pub cut_date: Option<String>,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    pub rows_refused: i64,
}

/// What a person decided of a held file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeldDecisionBody {
    #[schema(example = 1)]
    pub held: i64,
    #[schema(example = "ceilings")]
    pub kind: String,
    pub name: String,
    /// `released` or `discarded`.
    #[schema(example = "released", pattern = "^(released|discarded)$")]
    pub decision: &'static str,
    #[schema(format = DateTime)]
    pub decided_at: String,
}

impl From<&EditionView> for EditionBody {
    fn from(edition: &EditionView) -> Self {
        let counts = edition.counts;
        Self {
            cut_date: edition.cut_date.map(|day| day.to_string()),
            rows_read: counts.read,
            rows_accepted: counts.accepted,
            rows_quarantined: counts.quarantined,
            rows_refused: counts.refused,
        }
    }
}

impl HeldImportBody {
    pub fn new(held: &HeldImportView, language: Language) -> Self {
        let in_force = held.in_force.as_ref().map(|(import, name, edition)| {
            let EditionBody { cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused } = edition.into();
            let (import, name) = (*import, name.clone());
            EditionInForceBody { import, name, cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused }
        });
        Self {
            held: held.id,
            kind: held.kind.clone(),
            name: held.name.clone(),
            sha256: held.sha256.clone(),
            bytes: held.bytes,
            held_at: held.held_at.to_string(),
            run: held.run,
            feed: held.feed.clone(),
            reasons: held.reasons.clone(),
            explanation: if language == Language::Spanish { held.reasons_es.clone() } else { held.reasons_en.clone() },
            found: (&held.found).into(),
            in_force,
        }
    }
}

impl From<&HeldDecision> for HeldDecisionBody {
    fn from(decided: &HeldDecision) -> Self {
        Self {
            held: decided.held,
            kind: decided.kind.clone(),
            name: decided.name.clone(),
            decision: decided.decision,
            decided_at: decided.decided_at.to_string(),
        }
    }
}
