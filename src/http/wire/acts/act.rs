//! Acts of the pricing commission on the wire.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            act_diff::{ChangedCeiling, Presentations, StatedCeiling},
            act_draft::persons,
        },
        number::amount,
    },
    http::{base::language::Language, wire::service::money::Money},
    read_model::acts::act::{Act, ActSummary, Comparison, PublishedVersion},
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
    /// Whether it is in force today, as far as is known: `in_force`, `not_yet_in_force`, `superseded` (repealed, or it amends an act that is), or
    /// `unknown_date` (nothing says since when).
    #[schema(example = "in_force")]
    pub standing: &'static str,
    /// The first day of the act that repeals it, where that is known.
    #[schema(format = Date)]
    pub repealed_from: Option<String>,
    /// The act that it amends: what it does not restate stays as that act has it.
    pub amends: Option<String>,
    /// Whether it sets ceilings or unit prices; null where that is not known.
    pub sets_ceilings: Option<bool>,
    /// Whether some list here states its prices: `true`; `false` where it sets prices and no list of them is held, so that `ceilings` 0 says nothing
    /// about the act; null where it sets none, or that is not known.
    pub list_held: Option<bool>,
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
    /// Acts that amend it.
    pub amended_by: Vec<String>,
    /// How each of its publications here came about, oldest first; empty for acts known from lists and sources only.
    pub history: Vec<ActHistoryBody>,
}

/// How a publication came about: what was done to its draft, and that it took more than one person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActHistoryBody {
    #[schema(example = 1)]
    pub version: i32,
    /// Its draft; who may read drafts finds the names there.
    pub draft: String,
    #[schema(format = Date)]
    pub valid_from: String,
    #[schema(format = DateTime)]
    pub published_at: String,
    /// SHA-256 of the content that was approved and published.
    pub digest: String,
    /// Oldest first.
    pub steps: Vec<ActStepBody>,
    /// Whether the approver and somebody who made the content had keys that one operator made within the seven days before they used
    /// them: not forbidden, and worth a question.
    pub recent_keys_by_one_operator: bool,
    /// The consultation of its draft; null: there was none.
    #[schema(example = "d7Hq2LxV0aB")]
    pub consultation: Option<String>,
    /// Why there was none; null also of publications from before consultations.
    pub no_consultation_reason: Option<String>,
}

/// A step on the way to a publication.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActStepBody {
    /// `created`, `uploaded`, `revised`, `approved`, `approval_voided`, `withdrawal_proposed` or `published`.
    #[schema(example = "approved")]
    pub step: &'static str,
    /// The same number is the same person; null: the service itself. Names of persons are not public.
    #[schema(example = 2)]
    pub person: Option<usize>,
    #[schema(format = DateTime)]
    pub at: String,
    /// SHA-256 of the content as it was then.
    pub digest: String,
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

/// The differences between two acts.
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
    /// The same in presentations (CUM), each counted once whatever its columns.
    pub presentations: PresentationCounts,
    /// Set where one of the acts amends the other: then only what the amendment restates is compared.
    pub amendment: Option<AmendmentBody>,
}

/// Presentations (CUM) by what happened to them; one with two kinds of change counts in both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PresentationCounts {
    pub added: usize,
    pub removed: usize,
    pub raised: usize,
    pub lowered: usize,
    /// Presentations without a change.
    pub unchanged: usize,
}

/// The part that an amendment leaves unchanged.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AmendmentBody {
    /// The act that amends.
    #[schema(example = "circular-11-2020")]
    pub amending: String,
    /// The act that is amended.
    #[schema(example = "circular-10-2020")]
    pub amended: String,
    /// Ceilings of the amended act that the amendment does not restate: they stay.
    pub untouched_ceilings: usize,
    /// Presentations (CUM) of the amended act of which the amendment says nothing.
    pub untouched_presentations: usize,
}

/// A ceiling of one act only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatedBody {
    pub cum: String,
    /// `institutional`, `commercial_wholesale` or `commercial_final`.
    pub column: &'static str,
    pub amount: Money,
    /// Its name, as the lists write it.
    #[schema(example = "LANTUS")]
    pub name: Option<String>,
    /// The presentation, as the lists write it.
    pub description: Option<String>,
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
    /// Its name, as the lists write it.
    #[schema(example = "LANTUS")]
    pub name: Option<String>,
    /// The presentation, as the lists write it.
    pub description: Option<String>,
}

impl ActBody {
    pub fn new(act: &ActSummary, language: Language, today: Date) -> Self {
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
            standing: act.standing(today).code(),
            repealed_from: day(act.repealed_from),
            amends: act.amends.clone(),
            sets_ceilings: act.sets_ceilings,
            list_held: act.list_held(),
        }
    }
}

impl ActDetail {
    pub fn new(act: &Act, language: Language, today: Date) -> Self {
        let lists = act.lists.iter().map(|list| ActListBody {
            file: list.file.clone(),
            sha256: list.sha256.clone(),
            cut_date: list.cut_date.map(|day| day.to_string()),
            recorded_at: list.recorded_at.to_string(),
            ceilings: list.ceilings,
            markets: list.markets,
        });
        Self {
            act: ActBody::new(&act.summary, language, today),
            repeals: act.repeals.clone(),
            lists: lists.collect(),
            amended_by: act.amended_by.clone(),
            history: act.history.iter().map(ActHistoryBody::from).collect(),
        }
    }
}

impl From<&PublishedVersion> for ActHistoryBody {
    fn from(one: &PublishedVersion) -> Self {
        let steps = one.steps.iter().zip(persons(&one.steps)).map(|(step, person)| ActStepBody {
            step: step.kind.code(),
            person,
            at: step.at.to_string(),
            digest: step.digest.clone(),
        });
        Self {
            version: one.version,
            draft: one.draft.clone(),
            valid_from: one.valid_from.to_string(),
            published_at: one.published_at.to_string(),
            digest: one.digest.clone(),
            steps: steps.collect(),
            recent_keys_by_one_operator: one.recent_keys,
            consultation: one.consulted.then(|| one.draft.clone()),
            no_consultation_reason: one.no_consultation_reason.clone(),
        }
    }
}

/// How the lists write presentations.
pub type Descriptions = BTreeMap<Cum, String>;

impl ActDiffBody {
    pub fn new(from: &str, to: &str, comparison: &Comparison) -> Self {
        let Comparison { diff, amendment, descriptions } = comparison;
        let stated = |list: &[StatedCeiling]| list.iter().map(|one| StatedBody::new(one, descriptions)).collect();
        let changed = |list: &[ChangedCeiling]| list.iter().map(|one| ChangedBody::new(one, descriptions)).collect();
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            added: stated(&diff.added),
            removed: stated(&diff.removed),
            raised: changed(&diff.raised),
            lowered: changed(&diff.lowered),
            unchanged: diff.unchanged,
            presentations: diff.presentations().into(),
            amendment: amendment.as_ref().map(|one| AmendmentBody {
                amending: one.amending.clone(),
                amended: one.amended.clone(),
                untouched_ceilings: one.untouched.ceilings,
                untouched_presentations: one.untouched.presentations,
            }),
        }
    }
}

impl From<Presentations> for PresentationCounts {
    fn from(counts: Presentations) -> Self {
        let Presentations { added, removed, raised, lowered, unchanged } = counts;
        Self { added, removed, raised, lowered, unchanged }
    }
}

/// `LANTUS - Insulina glargina … - SANOFI`: the name, and all of it.
fn named(cum: Cum, descriptions: &Descriptions) -> (Option<String>, Option<String>) {
    let description = descriptions.get(&cum).map(|text| text.trim()).filter(|text| !text.is_empty());
    let name = description.and_then(|text| text.split(" - ").next()).map(|name| name.trim().to_owned());
    (name, description.map(str::to_owned))
}

impl StatedBody {
    pub fn new(one: &StatedCeiling, descriptions: &Descriptions) -> Self {
        let (name, description) = named(one.cum, descriptions);
        Self { cum: one.cum.to_string(), column: one.column.code(), amount: Money::per_pack(one.amount), name, description }
    }
}

impl ChangedBody {
    pub fn new(one: &ChangedCeiling, descriptions: &Descriptions) -> Self {
        let (name, description) = named(one.cum, descriptions);
        Self {
            cum: one.cum.to_string(),
            column: one.column.code(),
            before: Money::per_pack(one.before),
            after: Money::per_pack(one.after),
            percent: one.percent.map(amount::percent),
            name,
            description,
        }
    }
}
