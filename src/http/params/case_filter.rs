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
            identifiers::{ActId, AssigneeFilter, Cum, Nit},
        },
    },
    read_model::cases::case::{self, CaseFilter, Viewer},
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
    /// Cases on which this principal works; me, those of the key's own; none, those that nobody has. For those alone who see every case.
    #[param(example = "none")]
    assignee: Option<AssigneeFilter>,
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

impl CaseParameters {
    /// # Errors
    /// Whoever sees only their own cases filters by who works on them.
    pub fn filter(self, request: &Request) -> Result<CaseFilter, Problem> {
        let Self { state, seller, cum, act, period, assignee } = self;
        let actor = request.actor()?;
        if assignee.is_some() && !actor.has(Scope::ReportsRead) {
            return Err(Problem::new(&FORBIDDEN));
        }
        let assignee = assignee.map(|AssigneeFilter(text)| match &*text {
            "none" => case::AssigneeFilter::Unassigned,
            "me" => case::AssigneeFilter::Principal(actor.principal.clone()),
            _ => case::AssigneeFilter::Principal(text),
        });
        let state = state.map(|CaseState(state)| state);
        Ok(CaseFilter { state, assignee, ..CaseFilter::from(RegisterParameters { seller, cum, act, period }) })
    }
}

impl From<RegisterParameters> for CaseFilter {
    fn from(given: RegisterParameters) -> Self {
        Self {
            state: None,
            seller: given.seller.map(|Nit(nit)| nit),
            cum: given.cum.map(|Cum(cum)| cum),
            act: given.act.map(|ActId(act)| act),
            period: given.period.map(|ReportingPeriod(span)| span),
            assignee: None,
        }
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
