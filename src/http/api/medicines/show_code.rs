//! `GET /v1/codes/{code}`: whether a medicine's code exists, and whether our lists have it.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::identifier::code_list,
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        values::{calendar::Day, identifiers::MedicineCode},
        wire::{service::meta::One, verdicts::code::MedicineCodeBody},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowCodeQuery {
    /// The day of the sale, for what absence from a table of codes proves; the table's own day when absent.
    #[param(example = "2020-06-15")]
    as_of: Option<Day>,
}

/// Show what is known of a code
///
/// A CUM or an IUM: whether our lists have it, whether it exists by the newest table of all codes (SISPRO), or whether it exists in none
/// of that table's day. A code that exists and is in no list of ours is not a code that nothing regulates: `check_price` answers that.
/// Absence from the table proves nothing of later days, and nothing where the table does not state its day. A well-formed code is never
/// answered with 404.
#[utoipa::path(get, operation_id = "show_code", path = "/v1/codes/{code}", tag = "medicines",
    params(("code" = MedicineCode, Path, description = "CUM or IUM in any spelling", example = "19914312-20"), ShowCodeQuery),
    responses((status = 200, description = "What is known of the code", body = One<MedicineCodeBody>), (status = 304, description = "Not modified"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let MedicineCode(code) = request.path("code")?;
    let as_of = request.query::<ShowCodeQuery>()?.as_of.map(|Day(day)| day);
    let sources: &[&str] = match &code {
        code_list::MedicineCode::Cum(_) => &["catalogue", "ceilings", "sismed", "cum_codes"],
        code_list::MedicineCode::Ium(_) => &["catalogue", "ium_codes"],
    };
    let mut reply = Envelope::begin(&app, &request, sources).await?;
    if let Some(day) = as_of {
        reply = reply.with_as_of(day);
    }
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let view = app.read_model.show_code(&code).await?;
    reply.one(MedicineCodeBody::new(view, as_of, reply.language))
}
