//! Acts of the pricing commission on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::money::Money;
use crate::{
    domain::{
        act_diff::{ActDiff, ChangedCeiling, StatedCeiling},
        amount,
    },
    http::language::Language,
    read_model::acts::{Act, ActSummary},
};

/// An act (acto administrativo, circular) of the pricing commission.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActBody {
    #[schema(example = "circular-10-2020")]
    pub id: String,
    #[schema(example = "Circular 10 de 2020")]
    pub title: String,
    #[schema(example = "CNPMDM")]
    pub issuer: String,
    pub issued_on: Option<String>,
    /// Diario Oficial.
    pub published_in: Option<String>,
    pub in_force_from: Option<String>,
    /// The act that repeals it.
    pub repealed_by: Option<String>,
    /// What it does, in the language asked for.
    pub subject: String,
    /// Where these facts were read.
    pub source: String,
    /// False: read in a secondary source, or cited by a list and not described yet.
    pub confirmed: bool,
    /// Medicines (CUM) that imported lists give a ceiling of this act.
    pub ceilings: i64,
    /// Markets that imported lists give a unit price of this act.
    pub markets: i64,
    /// Its newest publication by this service's regulators; null for acts known from lists and sources only.
    pub publication: Option<PublicationBody>,
}

/// A publication of an act in this service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicationBody {
    /// Corrections of the same act count on.
    #[schema(example = 1)]
    pub version: i32,
    #[schema(format = DateTime)]
    pub published_at: String,
    /// Acts that end where it begins; its own id when it corrects itself.
    pub supersedes: Vec<String>,
}

/// An act with the lists that state its ceilings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActDetail {
    #[serde(flatten)]
    pub act: ActBody,
    /// Acts that it repeals.
    pub repeals: Vec<String>,
    pub lists: Vec<ActListBody>,
}

/// An imported list that states ceilings of an act.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActListBody {
    pub file: String,
    pub sha256: String,
    pub cut_date: Option<String>,
    pub recorded_at: String,
    pub ceilings: i64,
    pub markets: i64,
}

/// What changes from one act to another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActDiffBody {
    /// The act before.
    #[schema(example = "circular-10-2020")]
    pub from: String,
    /// The act after.
    #[schema(example = "circular-04-2016")]
    pub to: String,
    pub added: Vec<StatedBody>,
    pub removed: Vec<StatedBody>,
    pub raised: Vec<ChangedBody>,
    pub lowered: Vec<ChangedBody>,
    pub unchanged: usize,
}

/// A ceiling of one act only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatedBody {
    pub cum: String,
    /// `institutional`, `commercial_wholesale` or `commercial_final`.
    pub column: &'static str,
    pub amount: Money,
}

/// A ceiling of both acts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangedBody {
    pub cum: String,
    pub column: &'static str,
    pub before: Money,
    pub after: Money,
    /// Percent of `before`, signed, 4 decimals, half-up.
    #[schema(example = "-7.4000")]
    pub percent: Option<String>,
}

impl ActBody {
    pub fn new(act: &ActSummary, language: Language) -> Self {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
        Self {
            id: act.id.clone(),
            title: act.title.clone(),
            issuer: act.issuer.clone(),
            issued_on: day(act.issued_on),
            published_in: act.published_in.clone(),
            in_force_from: day(act.in_force_from),
            repealed_by: act.repealed_by.clone(),
            subject: if language == Language::Spanish { act.subject_es.clone() } else { act.subject_en.clone() },
            source: act.source.clone(),
            confirmed: act.confirmed,
            ceilings: act.ceilings,
            markets: act.markets,
            publication: act.publication.as_ref().map(|one| PublicationBody {
                version: one.version,
                published_at: one.published_at.to_string(),
                supersedes: one.supersedes.clone(),
            }),
        }
    }
}

impl ActDetail {
    pub fn new(act: &Act, language: Language) -> Self {
        let lists = act.lists.iter().map(|list| ActListBody {
            file: list.file.clone(),
            sha256: list.sha256.clone(),
            cut_date: list.cut_date.map(|day| day.to_string()),
            recorded_at: list.recorded_at.to_string(),
            ceilings: list.ceilings,
            markets: list.markets,
        });
        Self { act: ActBody::new(&act.summary, language), repeals: act.repeals.clone(), lists: lists.collect() }
    }
}

impl ActDiffBody {
    pub fn new(from: &str, to: &str, diff: &ActDiff) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            added: diff.added.iter().map(StatedBody::from).collect(),
            removed: diff.removed.iter().map(StatedBody::from).collect(),
            raised: diff.raised.iter().map(ChangedBody::from).collect(),
            lowered: diff.lowered.iter().map(ChangedBody::from).collect(),
            unchanged: diff.unchanged,
        }
    }
}

impl From<&StatedCeiling> for StatedBody {
    fn from(one: &StatedCeiling) -> Self {
        Self { cum: one.cum.to_string(), column: one.column.code(), amount: Money::per_pack(one.amount) }
    }
}

impl From<&ChangedCeiling> for ChangedBody {
    fn from(one: &ChangedCeiling) -> Self {
        Self {
            cum: one.cum.to_string(),
            column: one.column.code(),
            before: Money::per_pack(one.before),
            after: Money::per_pack(one.after),
            percent: one.percent.map(amount::percent),
        }
    }
}
