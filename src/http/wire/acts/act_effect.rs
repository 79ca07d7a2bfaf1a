//! What publishing an act does, on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::act::{ChangedBody, PresentationCounts, StatedBody};
use crate::workflow::acts::publishing::Effect;

/// The effect of publishing: on the acts in force on the act's first day, and on the stored reports.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EffectBody {
    pub draft: String,
    pub digest: String,
    #[schema(example = "circular-30-2026")]
    pub act: String,
    /// 1 for a new act; corrections of the same act count on.
    pub version: i64,
    pub valid_from: String,
    /// The act is taken as in force up to the age limit beyond this day (its publication, or its first day if that is later).
    pub speaks_until: String,
    pub counts: ChangeCounts,
    /// At most 1000 of each kind.
    pub added: Vec<StatedBody>,
    pub removed: Vec<StatedBody>,
    pub raised: Vec<ChangedBody>,
    pub lowered: Vec<ChangedBody>,
    /// Markets whose price ends with the superseded acts.
    pub withdrawn_markets: Vec<String>,
    /// The change in presentations (CUM), each counted once whatever its columns.
    pub presentations: PresentationCounts,
    pub reports: ReportsMoved,
    #[schema(format = DateTime)]
    pub published_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangeCounts {
    pub added: usize,
    pub removed: usize,
    pub raised: usize,
    pub lowered: usize,
    pub unchanged: usize,
    /// Among `removed`: ended because the superseded acts' rows are not named again.
    pub withdrawn: usize,
    /// Unit prices of markets.
    pub markets: usize,
}

/// Stored reports that the act touches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportsMoved {
    /// Products, periods and transactions of which a verdict, or what it accuses with, is another one.
    pub bases_changed: u64,
    /// Reports of the medicines it touches, held against it.
    pub judged_again: u64,
    /// Of these, the reports with a changed verdict.
    pub changed: u64,
    pub moved: Vec<MovedBody>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovedBody {
    #[schema(example = "within")]
    pub from: String,
    #[schema(example = "above")]
    pub to: &'static str,
    pub reports: u64,
}

const ROWS_SHOWN_MAX: usize = 1000;

impl From<&Effect> for EffectBody {
    fn from(effect: &Effect) -> Self {
        let change = &effect.change;
        let stated =
            |rows: &[_]| rows.iter().take(ROWS_SHOWN_MAX).map(|one| StatedBody::new(one, &effect.descriptions)).collect();
        let changed =
            |rows: &[_]| rows.iter().take(ROWS_SHOWN_MAX).map(|one| ChangedBody::new(one, &effect.descriptions)).collect();
        let counts = ChangeCounts {
            added: change.added.len(),
            removed: change.removed.len(),
            raised: change.raised.len(),
            lowered: change.lowered.len(),
            unchanged: change.unchanged,
            withdrawn: effect.withdrawn,
            markets: effect.markets,
        };
        Self {
            draft: effect.draft.clone(),
            digest: effect.digest.clone(),
            act: effect.act.clone(),
            version: effect.version,
            valid_from: effect.valid_from.to_string(),
            speaks_until: effect.speaks_until.to_string(),
            counts,
            added: stated(&change.added),
            removed: stated(&change.removed),
            raised: changed(&change.raised),
            lowered: changed(&change.lowered),
            withdrawn_markets: effect.withdrawn_markets.clone(),
            presentations: change.presentations().into(),
            reports: moved(effect),
            published_at: effect.published_at.map(|at| at.to_string()),
        }
    }
}

fn moved(effect: &Effect) -> ReportsMoved {
    let by_pair: &BTreeMap<_, _> = &effect.moved;
    let moved = by_pair.iter().map(|((from, to), reports)| MovedBody { from: from.clone(), to, reports: *reports }).collect();
    let (bases_changed, judged_again) = (effect.bases_changed, effect.reports_judged_again);
    ReportsMoved { bases_changed, judged_again, changed: by_pair.values().sum(), moved }
}
