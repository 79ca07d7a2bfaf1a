//! Cases on the wire: as they are listed, published in the register, and after a step.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::case_work::principal;
use crate::{
    domain::number::amount,
    http::wire::service::authority::PrincipalBody,
    read_model::cases::case::{CaseAct, CaseSummary, SellerReply},
    workflow::cases::CaseMoved,
};

/// The seller (NIT with its check digit).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseSeller {
    #[schema(example = "899999063-3")]
    pub nit: String,
    /// As registered here; null for a seller that only others report on.
    pub name: Option<String>,
}

/// The medicine that was sold.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseMedicine {
    #[schema(example = "19914312-20")]
    pub cum: String,
    pub description: Option<String>,
    /// Titular del registro sanitario.
    pub holder: Option<String>,
}

/// The act whose ceiling was exceeded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseActBody {
    #[schema(example = "circular-10-2020")]
    pub id: String,
    pub title: String,
    pub published_in: Option<String>,
    /// Where the act's facts were read.
    pub source: String,
}

/// Half-open: `until` is the first day outside.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CasePeriod {
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = String, format = Date)]
    pub until: Date,
}

/// The sum over all reports of the case, each cut to centavos in the seller's favour.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseExcess {
    #[schema(example = "152583.20")]
    pub amount: String,
    #[schema(example = "COP")]
    pub currency: &'static str,
}

/// A case as it is listed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseBody {
    #[schema(example = "c000001")]
    pub id: String,
    /// ask_reporter, suspected, notified, answered, confirmed, dismissed or closed.
    #[schema(example = "suspected")]
    pub state: &'static str,
    /// Grows with every event; a step must name the one it was decided on.
    pub version: i32,
    pub seller: CaseSeller,
    pub medicine: CaseMedicine,
    pub act: CaseActBody,
    pub period: CasePeriod,
    pub reports: i64,
    pub total_excess: CaseExcess,
    /// The reports fit another unit or pack better: a question to the reporter, and no accusation until it is answered. The readings
    /// stand in the worksheets of the evidence.
    pub another_unit_fits: bool,
    #[schema(format = DateTime)]
    pub opened_at: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub notified_on: Option<Date>,
    /// The last day on which the seller may reply, once it has been notified.
    #[schema(value_type = Option<String>, format = Date)]
    pub reply_due: Option<Date>,
    /// Who works on it; null: nobody. Always null for a reporter: it is the authority's own matter.
    pub assignee: Option<PrincipalBody>,
}

/// A confirmed case, with what its seller replied.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegisterBody {
    #[schema(example = "c000001")]
    pub id: String,
    /// confirmed, or closed after it was confirmed.
    #[schema(example = "confirmed")]
    pub state: &'static str,
    pub seller: CaseSeller,
    pub medicine: CaseMedicine,
    pub act: CaseActBody,
    pub period: CasePeriod,
    pub reports: i64,
    pub total_excess: CaseExcess,
    /// The reports fit another unit or pack better: a question to the reporter, and no accusation until it is answered. The readings
    /// stand in the worksheets of the evidence.
    pub another_unit_fits: bool,
    #[schema(value_type = Option<String>, format = Date)]
    pub notified_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub confirmed_on: Option<Date>,
    /// The seller's own words, oldest first.
    pub replies: Vec<SellerReplyBody>,
}

/// A reply of the seller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SellerReplyBody {
    #[schema(format = DateTime)]
    pub at: String,
    pub text: String,
}

/// How a case stands after a step or a reply.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseMovedBody {
    #[schema(example = "c000001")]
    pub id: String,
    /// The state before.
    #[schema(example = "suspected")]
    pub from: &'static str,
    #[schema(example = "notified")]
    pub state: &'static str,
    pub version: i32,
    /// True when the step waits for a second person: the state is still what it was.
    pub proposed: bool,
    /// The last day on which the seller may reply, once it has been notified.
    #[schema(value_type = Option<String>, format = Date)]
    pub reply_due: Option<Date>,
}

pub fn seller(case: &CaseSummary) -> CaseSeller {
    CaseSeller { nit: case.seller.to_string(), name: case.seller_name.clone() }
}

pub fn medicine(case: &CaseSummary) -> CaseMedicine {
    CaseMedicine { cum: case.cum.to_string(), description: case.description.clone(), holder: case.holder.clone() }
}

pub fn period(case: &CaseSummary) -> CasePeriod {
    CasePeriod { from: case.from, until: case.until }
}

pub fn excess(case: &CaseSummary) -> CaseExcess {
    CaseExcess { amount: amount::display(case.total_excess), currency: amount::CURRENCY }
}

impl From<&CaseAct> for CaseActBody {
    fn from(act: &CaseAct) -> Self {
        let CaseAct { id, title, published_in, source } = act.clone();
        Self { id, title, published_in, source }
    }
}

impl From<&CaseSummary> for CaseBody {
    fn from(case: &CaseSummary) -> Self {
        Self {
            id: case.id.clone(),
            state: case.state.code(),
            version: case.version,
            seller: seller(case),
            medicine: medicine(case),
            act: CaseActBody::from(&case.act),
            period: period(case),
            reports: case.reports,
            total_excess: excess(case),
            another_unit_fits: case.another_unit_fits,
            opened_at: case.opened_at.to_string(),
            notified_on: case.notified_on,
            reply_due: case.reply_due,
            assignee: case.assignee.as_ref().map(principal),
        }
    }
}

impl From<&CaseSummary> for RegisterBody {
    fn from(case: &CaseSummary) -> Self {
        let reply = |reply: &SellerReply| SellerReplyBody { at: reply.at.to_string(), text: reply.text.clone() };
        Self {
            id: case.id.clone(),
            state: case.state.code(),
            seller: seller(case),
            medicine: medicine(case),
            act: CaseActBody::from(&case.act),
            period: period(case),
            reports: case.reports,
            total_excess: excess(case),
            another_unit_fits: case.another_unit_fits,
            notified_on: case.notified_on,
            confirmed_on: case.confirmed_on,
            replies: case.replies.iter().map(reply).collect(),
        }
    }
}

impl From<&CaseMoved> for CaseMovedBody {
    fn from(moved: &CaseMoved) -> Self {
        Self {
            id: moved.id.clone(),
            from: moved.from.code(),
            state: moved.state.code(),
            version: moved.version,
            proposed: moved.proposed,
            reply_due: moved.reply_due,
        }
    }
}
