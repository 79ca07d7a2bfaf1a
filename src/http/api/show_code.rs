//! `GET /v1/codes/{code}`: does this code of a medicine exist, and do our lists have it?

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::code_list::MedicineCode,
    http::{
        Answer, App,
        asked::day,
        envelope::Envelope,
        problem::Problem,
        request::Request,
        wire::{code::MedicineCodeBody, meta::One},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// The day of the sale, for what absence from a table of codes proves; the table's own day when absent.
    #[param(example = "2020-06-15")]
    pub as_of: Option<String>,
}

/// Show what is known of a code
///
/// A CUM or an IUM: whether our lists have it, whether it exists by the newest table of all codes (SISPRO), or whether it exists in none
/// of that table's day. A code that exists and is in no list of ours is not a code that nothing regulates: that is told by `check_price`.
/// Absence from the table proves nothing of later days, and nothing where the table does not state its day. A well-formed code is never
/// answered with 404.
#[utoipa::path(get, operation_id = "show_code", path = "/v1/codes/{code}", tag = "medicines",
    params(("code" = String, Path, description = "CUM or IUM in any spelling", example = "19914312-20"), Query),
    responses((status = 200, description = "What is known of the code", body = One<MedicineCodeBody>), (status = 304, description = "Not modified"),
        (status = "4XX", description = "Malformed", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Try again", body = Problem, content_type = "application/problem+json")))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let code: MedicineCode = request.path("code")?;
    let query: Query = request.query()?;
    let as_of: Option<Date> = query.as_of.as_deref().map(|text| day(&app, Some(text))).transpose()?;
    let sources: &[&str] = match &code {
        MedicineCode::Cum(_) => &["catalogue", "ceilings", "sismed", "cum_codes"],
        MedicineCode::Ium(_) => &["catalogue", "ium_codes"],
    };
    let mut reply = Envelope::begin(&app, &request, sources).await?;
    if let Some(day) = as_of {
        reply = reply.as_of(day);
    }
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let view = app.read_model.show_code(&code).await?;
    reply.one(MedicineCodeBody::new(view, as_of, reply.language))
}
