//! The parameters of lists of changes: position, kind and medicine.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::identifier::cum,
    http::{
        Problem, Request,
        values::{
            calendar::{Since, Start},
            choices::ChangedThing,
            identifiers::Cum,
            numbers::Whole,
        },
    },
    read_model::service::changes::ChangeFilter,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeParameters {
    /// Only what came after this: a position, a day (from its beginning in Bogotá), or an RFC 3339 instant.
    #[param(example = "0")]
    since: Option<Since>,
    /// Tipo: ceiling or product.
    #[param(example = "ceiling")]
    kind: Option<ChangedThing>,
    /// Only changes of this medicine, its ceilings, and the unit price of its market.
    #[param(example = "19914312-20")]
    cum: Option<Cum>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedParameters {
    /// Only what came after this: a position, a day (from its beginning in Bogotá), or an RFC 3339 instant.
    #[param(example = "0")]
    since: Option<Since>,
    /// Tipo: ceiling or product.
    #[param(example = "ceiling")]
    kind: Option<ChangedThing>,
}

/// How many entries of a feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedLimit {
    /// Cuántas: how many of the newest changes.
    #[param(minimum = 1, maximum = 200, default = 50, value_type = Option<u32>)]
    limit: Option<Whole<1, 200>>,
}

const LIMIT_DEFAULT: u32 = 50;

impl From<ChangeParameters> for ChangeFilter {
    fn from(given: ChangeParameters) -> Self {
        filter(given.since, given.kind, given.cum.map(|Cum(cum)| cum))
    }
}

impl FeedParameters {
    /// Which changes, of one medicine or of all, and how many of them.
    pub fn read(request: &Request, cum: Option<cum::Cum>) -> Result<(ChangeFilter, i64), Problem> {
        let (Self { since, kind }, FeedLimit { limit }) = (request.query()?, request.query()?);
        Ok((filter(since, kind, cum), limit.map_or(LIMIT_DEFAULT, |Whole(limit)| limit).into()))
    }
}

fn filter(since: Option<Since>, kind: Option<ChangedThing>, cum: Option<cum::Cum>) -> ChangeFilter {
    let (after, since) = match since {
        Some(Since(Start::Position(position))) => (position, None),
        Some(Since(Start::Instant(instant))) => (0, Some(instant)),
        None => (0, None),
    };
    ChangeFilter { after, since, kind: kind.map(|ChangedThing(kind)| kind), cum }
}
