//! Drafts of acts on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        law::{
            act_draft::{DraftCeiling, DraftStep, DraftSummary},
            rules::IpsMargin,
        },
        number::amount::{display, plain},
    },
    http::wire::service::money::Money,
    workflow::acts::list_upload::Uploaded,
};

/// A draft of an act, as it is sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// As it will be printed; the act's id is made from it (`circular-30-2026`).
    #[schema(example = "Circular 30 de 2026", max_length = 200)]
    pub title: String,
    #[schema(example = "2026-11-23", format = "Day")]
    pub issued_on: Option<String>,
    /// Diario Oficial.
    #[schema(example = "Diario Oficial 53800", max_length = 200)]
    pub published_in: Option<String>,
    /// The first day on which its ceilings bind; it may lie in the future, or in the past for a correction.
    #[schema(example = "2027-01-01", format = "Day")]
    pub valid_from: String,
    /// What it does, in one sentence.
    #[schema(max_length = 2000)]
    pub subject_es: String,
    #[schema(max_length = 2000)]
    pub subject_en: String,
    /// Where the decision can be read.
    #[schema(example = "Acta 12 de la CNPMDM", max_length = 500)]
    pub source: String,
    /// Acts that end where this one begins; what they bind and this one does not name ends. Its own id: a correction.
    #[serde(default)]
    #[schema(max_items = 100, format = "ActId")]
    pub supersedes: Vec<String>,
    /// Why, for the audit log.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// May be empty: the rows can come later as an upload in an official list layout.
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub ceilings: Vec<NewCeiling>,
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub markets: Vec<NewMarket>,
}

/// One ceiling of a draft: a presentation (CUM) in one column of the official lists.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCeiling {
    #[schema(example = "19914312-20", format = "Cum")]
    pub cum: String,
    /// `institutional` (primary, secondary, final), `commercial_wholesale` (primary, secondary) or `commercial_final` (the counter).
    #[schema(example = "institutional", pattern = "^(institutional|commercial_wholesale|commercial_final)$")]
    pub column: String,
    /// Per pack; null: from this act on nothing binds here.
    pub amount: Option<Money>,
    /// `rule` (the dated margin rules), `none`, or pesos as a plain decimal string.
    #[schema(example = "rule", format = "IpsMargin")]
    pub ips_margin: Option<String>,
    #[schema(example = "96")]
    pub market: Option<String>,
    /// As the lists write it; left out, it is taken from the newest list that names the presentation.
    #[schema(max_length = 1000)]
    pub description: Option<String>,
    /// Units of regulation in the pack, plain decimal string, with their unit.
    #[schema(example = "300", format = "PriceAmount")]
    pub regulated_units: Option<String>,
    #[schema(example = "UI")]
    pub regulated_unit: Option<String>,
}

/// A market's price per unit of regulation; it binds institutional sales of presentations that no ceiling names.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMarket {
    /// ID MR.
    #[schema(example = "96", pattern = "^[0-9A-Za-z]{1,20}$")]
    pub market: String,
    #[schema(example = "A10AE04")]
    pub atc: Option<String>,
    #[schema(example = "Insulina glargina")]
    pub ingredient: String,
    #[schema(example = "Líquido/Sólido - Inyectable")]
    pub form_group: String,
    /// Per `regulated_unit`.
    pub unit_price: Money,
    #[schema(example = "UI")]
    pub unit: String,
}

/// A correction of a draft. What is left out stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraftRevision {
    /// Another first day.
    #[schema(example = "2027-02-01", format = "Day")]
    pub valid_from: Option<String>,
    /// In place of the rows of the same CUM and column; others are added. What a row in place of another leaves open is as it was.
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub ceilings: Vec<NewCeiling>,
    /// In place of the rows of the same market; others are added.
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub markets: Vec<NewMarket>,
    /// Rows that are taken out.
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub remove_ceilings: Vec<RemovedCeiling>,
    /// ID MR of rows that are taken out.
    #[serde(default)]
    #[schema(max_items = 20000)]
    pub remove_markets: Vec<String>,
    /// Why, for the audit log.
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Which ceiling of a draft.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovedCeiling {
    #[schema(example = "19914312-20", format = "Cum")]
    pub cum: String,
    #[schema(example = "institutional", pattern = "^(institutional|commercial_wholesale|commercial_final)$")]
    pub column: String,
}

/// Why a draft is published.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublication {
    /// For the audit log.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// Why its draft was not consulted on: public, for ever. Needed where there was no consultation (409 `consultation_needed`).
    #[schema(max_length = 2000)]
    pub no_consultation_reason: Option<String>,
}

/// A draft with its state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DraftBody {
    #[schema(example = "d7Hq2LxV0aB")]
    pub id: String,
    pub act: String,
    pub title: String,
    /// `draft`, `approved`, `published` or `withdrawn`.
    pub state: String,
    pub issued_on: Option<String>,
    pub published_in: Option<String>,
    pub valid_from: String,
    pub subject_es: String,
    pub subject_en: String,
    pub source: String,
    pub supersedes: Vec<String>,
    pub reason: String,
    /// SHA-256 of the content: approval names it, so that what is approved is what was seen.
    pub digest: String,
    pub drafted_by: String,
    #[schema(format = DateTime)]
    pub drafted_at: String,
    pub approved_by: Option<String>,
    #[schema(format = DateTime)]
    pub approved_at: Option<String>,
    pub ceilings: i64,
    pub markets: i64,
    /// Who made any part of the content, in order; none of them can approve it.
    pub contributors: Vec<ContributorBody>,
    /// Who proposed to withdraw it; another person completes it.
    pub withdrawal_proposed_by: Option<String>,
    #[schema(format = DateTime)]
    pub withdrawal_proposed_at: Option<String>,
    pub withdrawn_by: Option<String>,
    #[schema(format = DateTime)]
    pub withdrawn_at: Option<String>,
    /// Everything that happened to it, oldest first.
    pub history: Vec<DraftStepBody>,
    /// Whether the approver and somebody who made the content had keys that one operator made within the seven days before they used
    /// them: not forbidden, and worth a question. Null: not approved.
    pub recent_keys_by_one_operator: Option<bool>,
}

/// A contribution to a draft's content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContributorBody {
    #[schema(example = "Ana Ruiz")]
    pub name: String,
    /// `created`, `uploaded` or `revised`.
    #[schema(example = "uploaded")]
    pub kind: &'static str,
    #[schema(format = DateTime)]
    pub at: String,
    /// SHA-256 of the content with this contribution in it.
    pub digest: String,
}

/// Something that happened to a draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DraftStepBody {
    /// `created`, `uploaded`, `revised`, `approved`, `approval_voided`, `withdrawal_proposed`, `withdrawn` or `published`.
    #[schema(example = "approved")]
    pub step: &'static str,
    /// Null: the service itself.
    pub by: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
    /// SHA-256 of the content as it was then.
    pub digest: String,
    pub reason: Option<String>,
}

/// A ceiling of a draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DraftCeilingBody {
    pub cum: String,
    pub column: &'static str,
    /// Null: from this act on nothing binds here.
    pub amount: Option<Money>,
    /// `rule`, `none`, or pesos.
    pub ips_margin: String,
    pub market: Option<String>,
    pub description: String,
    pub regulated_units: Option<String>,
    pub regulated_unit: Option<String>,
    /// Row of the upload it came from, or its position in the JSON.
    pub line: i64,
}

/// The result of an upload in an official list layout.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UploadedBody {
    pub draft: DraftBody,
    pub rows_read: u64,
    /// Rows of this act, now in the draft.
    pub taken: u64,
    /// Rows of other acts, notes and reference prices.
    pub passed_over: u64,
}

impl From<&DraftSummary> for DraftBody {
    fn from(draft: &DraftSummary) -> Self {
        let DraftSummary { head, .. } = draft.clone();
        Self {
            id: draft.id.clone(),
            act: head.act_id,
            title: head.title,
            state: draft.state.clone(),
            issued_on: head.issued_on.map(|day| day.to_string()),
            published_in: head.published_in,
            valid_from: head.valid_from.to_string(),
            subject_es: head.subject_es,
            subject_en: head.subject_en,
            source: head.source,
            supersedes: head.supersedes,
            reason: head.reason,
            digest: draft.digest.clone(),
            drafted_by: draft.drafted_by.clone(),
            drafted_at: draft.drafted_at.to_string(),
            approved_by: draft.approved_by.clone(),
            approved_at: draft.approved_at.map(|at| at.to_string()),
            ceilings: draft.ceilings,
            markets: draft.markets,
            contributors: draft.steps.iter().filter_map(ContributorBody::of).collect(),
            withdrawal_proposed_by: draft.withdrawal_proposed_by.clone(),
            withdrawal_proposed_at: draft.withdrawal_proposed_at.map(|at| at.to_string()),
            withdrawn_by: draft.withdrawn_by.clone(),
            withdrawn_at: draft.withdrawn_at.map(|at| at.to_string()),
            history: draft.steps.iter().map(DraftStepBody::from).collect(),
            recent_keys_by_one_operator: draft.recent_keys,
        }
    }
}

impl ContributorBody {
    /// `None` for a step that made no part of the content.
    fn of(step: &DraftStep) -> Option<Self> {
        let by = step.by.as_ref().filter(|_| step.kind.contributes())?;
        Some(Self { name: by.name.clone(), kind: step.kind.code(), at: step.at.to_string(), digest: step.digest.clone() })
    }
}

impl From<&DraftStep> for DraftStepBody {
    fn from(step: &DraftStep) -> Self {
        Self {
            step: step.kind.code(),
            by: step.by.as_ref().map(|person| person.name.clone()),
            at: step.at.to_string(),
            digest: step.digest.clone(),
            reason: step.reason.clone(),
        }
    }
}

impl From<&DraftCeiling> for DraftCeilingBody {
    fn from(row: &DraftCeiling) -> Self {
        let (units, unit) = row.content.clone().unzip();
        let ips_margin = match row.margin {
            IpsMargin::Pesos(pesos) => display(pesos),
            IpsMargin::None => "none".to_owned(),
            IpsMargin::ByRule => "rule".to_owned(),
        };
        Self {
            cum: row.cum.to_string(),
            column: row.column.code(),
            amount: row.amount.map(Money::per_pack),
            ips_margin,
            market: row.market.clone(),
            description: row.description.clone(),
            regulated_units: units.map(plain),
            regulated_unit: unit,
            line: row.line,
        }
    }
}

impl From<&Uploaded> for UploadedBody {
    fn from(uploaded: &Uploaded) -> Self {
        let Uploaded { rows_read, taken, passed_over, .. } = *uploaded;
        Self { draft: DraftBody::from(&uploaded.draft), rows_read, taken, passed_over }
    }
}
