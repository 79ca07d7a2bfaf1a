//! What publishing an act does, on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::act::{ChangedBody, PresentationCounts, StatedBody};
use crate::{
    domain::{law::draft_variant::DraftVariant, number::amount, verdict::judge::Verdict},
    workflow::acts::publishing::{Effect, MarketRows},
};

/// The effect of publishing: on the acts in force on the act's first day, and on the stored reports.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EffectBody {
    pub draft: String,
    pub digest: String,
    /// What was supposed of the draft (`valid_from`, `percent`, `markets`), whose content and `digest` then differ; null: the draft as it is.
    pub variant: Option<VariantBody>,
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
    /// The verdicts on the reports judged again, before and after.
    pub verdicts: Vec<VerdictShift>,
    /// What the reports above a ceiling are over by, after.
    pub excess: ExcessBody,
    /// How many rows of the draft are of each market, in order of id.
    pub by_market: Vec<MarketRowsBody>,
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

/// How many of the reports judged again have a verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerdictShift {
    #[schema(example = "above")]
    pub verdict: &'static str,
    pub before: u64,
    pub after: u64,
}

/// Pesos above the ceilings: of a report by its average price everything invoiced beyond the ceiling, or by a single price one unit, as in a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExcessBody {
    #[schema(example = "138712.00")]
    pub amount: String,
    #[schema(example = "COP")]
    pub currency: &'static str,
    /// Reports above of which it cannot be stated exactly: they are not in `amount`.
    pub not_stated: u64,
}

/// What a preview supposed of a draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VariantBody {
    pub valid_from: Option<String>,
    /// By how much amounts change, 4 decimals.
    #[schema(example = "-5.0000")]
    pub percent: Option<String>,
    /// The markets whose amounts change; empty: all amounts.
    pub markets: Vec<String>,
}

/// A market of a draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarketRowsBody {
    /// ID MR.
    #[schema(example = "96")]
    pub market: String,
    /// As the draft or a list names it.
    #[schema(example = "Insulina glargina")]
    pub ingredient: Option<String>,
    /// Ceilings and unit prices.
    pub rows: usize,
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
            variant: effect.variant.as_ref().map(VariantBody::from),
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
            verdicts: shifts(effect),
            excess: ExcessBody {
                amount: amount::display(effect.excess),
                currency: amount::CURRENCY,
                not_stated: effect.excess_unstated,
            },
            by_market: effect.by_market.iter().map(MarketRowsBody::from).collect(),
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

/// Of each verdict that some report has or had. The reports of a verdict before are those after, with what left it and without what came.
fn shifts(effect: &Effect) -> Vec<VerdictShift> {
    let came = |code: &str| effect.moved.iter().filter(|((_, to), _)| *to == code).map(|(_, reports)| reports).sum::<u64>();
    let left = |code: &str| effect.moved.iter().filter(|((from, _), _)| from == code).map(|(_, reports)| reports).sum::<u64>();
    let shift = |verdict: Verdict| {
        let code = verdict.code();
        let after = effect.verdicts.get(code).copied().unwrap_or_default();
        VerdictShift { verdict: code, before: (after + left(code)).saturating_sub(came(code)), after }
    };
    Verdict::ALL.into_iter().map(shift).filter(|shift| shift.before + shift.after > 0).collect()
}

impl From<&DraftVariant> for VariantBody {
    fn from(variant: &DraftVariant) -> Self {
        Self {
            valid_from: variant.valid_from.map(|day| day.to_string()),
            percent: variant.percent.map(amount::percent),
            markets: variant.markets.iter().cloned().collect(),
        }
    }
}

impl From<&MarketRows> for MarketRowsBody {
    fn from(one: &MarketRows) -> Self {
        Self { market: one.market.clone(), ingredient: one.ingredient.clone(), rows: one.rows }
    }
}
