//! Filters over cases as a client writes them, read strictly; and whose eyes they are read with.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    asked_reports::read,
    fault_words::one_of,
    problem::{Fault, Problem},
    request::Request,
};
use crate::{
    domain::{act::ActId, authority::Scope, case_state::CaseState, cum::Cum, nit::Nit, reporting_period::Span},
    read_model::cases::{CaseFilter, Reader},
};

/// Which cases; all when empty.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseParameters {
    /// ask_reporter, suspected, notified, answered, confirmed, dismissed or closed.
    #[param(example = "suspected")]
    pub state: Option<String>,
    /// NIT of the seller, with or without its check digit.
    #[param(example = "899999063-3")]
    pub seller: Option<String>,
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    pub cum: Option<String>,
    /// The act whose ceiling was exceeded.
    #[param(example = "circular-10-2020")]
    pub act: Option<String>,
    /// Cases whose period meets this year, quarter, month or span of months.
    #[param(example = "2020-Q2")]
    pub period: Option<String>,
}

/// Which confirmed cases; all when empty.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RegisterParameters {
    /// NIT of the seller, with or without its check digit.
    #[param(example = "899999063-3")]
    pub seller: Option<String>,
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    pub cum: Option<String>,
    /// The act whose ceiling was exceeded.
    #[param(example = "circular-10-2020")]
    pub act: Option<String>,
    /// Cases whose period meets this year, quarter, month or span of months.
    #[param(example = "2020-Q2")]
    pub period: Option<String>,
}

impl CaseParameters {
    pub fn filter(&self) -> Result<CaseFilter, Problem> {
        let mut faults: Vec<Fault> = Vec::new();
        let filter = CaseFilter {
            state: read(
                &mut faults,
                "state",
                self.state.as_deref(),
                one_of(CaseState::ALL.iter().map(|state| state.code())),
                CaseState::from_code,
            ),
            seller: read(
                &mut faults,
                "seller",
                self.seller.as_deref(),
                ("un NIT, como 899999063-3", "a NIT, such as 899999063-3"),
                |text| text.parse::<Nit>().ok(),
            ),
            cum: read(
                &mut faults,
                "cum",
                self.cum.as_deref(),
                ("un CUM, como 19914312-20", "a CUM, such as 19914312-20"),
                |text| text.parse::<Cum>().ok(),
            ),
            act: read(
                &mut faults,
                "act",
                self.act.as_deref(),
                ("el id de un acto, como circular-10-2020", "an act's id, such as circular-10-2020"),
                |text| text.parse::<ActId>().ok(),
            ),
            period: read(
                &mut faults,
                "period",
                self.period.as_deref(),
                ("como 2020, 2020-Q2, 2020-06 o 2019-10/2021-09", "like 2020, 2020-Q2, 2020-06 or 2019-10/2021-09"),
                |text| Span::parse(text).ok(),
            ),
        };
        if faults.is_empty() { Ok(filter) } else { Err(Problem::bad_parameters(faults)) }
    }
}

impl RegisterParameters {
    pub fn filter(self) -> Result<CaseFilter, Problem> {
        let Self { seller, cum, act, period } = self;
        CaseParameters { state: None, seller, cum, act, period }.filter()
    }
}

impl Request {
    /// A seller sees its own cases; who may read all reports sees all.
    pub fn case_reader(&self) -> Result<Reader, Problem> {
        let actor = self.actor()?;
        if actor.has(Scope::ReportsRead) {
            return Ok(Reader::All);
        }
        let own = actor.nit.clone().filter(|_| actor.has(Scope::ReportsReadOwn));
        own.map(Reader::Seller).ok_or_else(|| Problem::new(&super::problem_kind::FORBIDDEN))
    }
}
