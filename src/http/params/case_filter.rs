//! The parameters of lists of cases, and which cases a key may read.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::access::principal::Scope,
    http::{
        Problem, Request,
        base::problem_kind::FORBIDDEN,
        values::{
            calendar::ReportingPeriod,
            choices::CaseState,
            identifiers::{ActId, Cum, Nit},
        },
    },
    read_model::cases::case::{CaseFilter, Viewer},
};

/// Filters of cases; without one, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseParameters {
    /// ask_reporter, suspected, notified, answered, confirmed, dismissed or closed.
    #[param(example = "suspected")]
    state: Option<CaseState>,
    /// NIT of the seller, with or without its check digit.
    #[param(example = "899999063-3")]
    seller: Option<Nit>,
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// The act whose ceiling was exceeded.
    #[param(example = "circular-10-2020")]
    act: Option<ActId>,
    /// Cases whose period meets this year, quarter, month or span of months.
    #[param(example = "2020-Q2")]
    period: Option<ReportingPeriod>,
}

/// Filters of confirmed cases; without one, all.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RegisterParameters {
    /// NIT of the seller, with or without its check digit.
    #[param(example = "899999063-3")]
    seller: Option<Nit>,
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
    /// The act whose ceiling was exceeded.
    #[param(example = "circular-10-2020")]
    act: Option<ActId>,
    /// Cases whose period meets this year, quarter, month or span of months.
    #[param(example = "2020-Q2")]
    period: Option<ReportingPeriod>,
}

impl From<CaseParameters> for CaseFilter {
    fn from(given: CaseParameters) -> Self {
        Self {
            state: given.state.map(|CaseState(state)| state),
            seller: given.seller.map(|Nit(nit)| nit),
            cum: given.cum.map(|Cum(cum)| cum),
            act: given.act.map(|ActId(act)| act),
            period: given.period.map(|ReportingPeriod(span)| span),
        }
    }
}

impl From<RegisterParameters> for CaseFilter {
    fn from(given: RegisterParameters) -> Self {
        let RegisterParameters { seller, cum, act, period } = given;
        CaseParameters { state: None, seller, cum, act, period }.into()
    }
}

impl Request {
    /// A seller sees its own cases; who may read all reports sees all.
    pub fn case_reader(&self) -> Result<Viewer, Problem> {
        let actor = self.actor()?;
        if actor.has(Scope::ReportsRead) {
            return Ok(Viewer::All);
        }
        let own = actor.nit.clone().filter(|_| actor.has(Scope::ReportsReadOwn));
        own.map(Viewer::Seller).ok_or_else(|| Problem::new(&FORBIDDEN))
    }
}
