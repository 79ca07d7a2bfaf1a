//! `GET /v1/medicines/{cum}/thermometer`: whether a medicine's price is low, normal or high.

use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{identifier, verdict::comparison::Per},
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        params::as_of::day,
        request::incoming::Request,
        response::envelope::Envelope,
        values::{
            calendar::Day,
            choices::Channel,
            identifiers::Cum,
            numbers::{PriceAmount, PriceUnit},
        },
        wire::{
            medicines::thermometer::{MedicineThermometer, PlacedPrice, Thermometer},
            service::meta::One,
        },
    },
};

/// The kinds of source that its answers use.
pub const SOURCES: [&str; 1] = ["thermometer"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowThermometerQuery {
    /// institutional or commercial; when absent, commercial if the medicine stands there, and the other one beside it.
    #[param(example = "commercial")]
    pub channel: Option<Channel>,
    /// The day for which the list's age is stated; today in Bogotá when absent.
    pub as_of: Option<Day>,
    /// A price to place among those of the list, in pesos: then each reading has `placed`.
    #[param(example = "60000")]
    pub amount: Option<PriceAmount>,
    /// What `amount` is for: pack or dispensing_unit can be held against the list. Default pack.
    #[param(example = "pack")]
    pub per: Option<PriceUnit>,
}

/// Show the thermometer of one medicine
///
/// Where the medicine's price stands among those of the same concentration, dispensing unit and channel in the newest published list:
/// low, normal or high, with the quartiles and every comparator. With no comparators it says so. With `amount`, where that price would
/// stand among them. This is a comparison, not a legal verdict.
#[utoipa::path(get, operation_id = "show_thermometer", path = "/v1/medicines/{cum}/thermometer", tag = "medicines",
    params(("cum" = Cum, Path, description = "CUM in any spelling", example = "90000301-1"), ShowThermometerQuery),
    responses((status = 200, description = "Where its price stands", body = One<MedicineThermometer<'static>>),
        (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let Cum(cum) = request.path("cum")?;
    let query: ShowThermometerQuery = request.query()?;
    let (as_of, channel) = (day(&app, query.as_of), query.channel.map(|Channel(channel)| channel));
    let reply = Envelope::begin_of_lists(&app, &request, &SOURCES).await?.with_as_of(as_of);
    if let Some(unchanged) = reply.not_modified() {
        return Ok(unchanged);
    }
    let readings = app.read_model.thermometer_of(cum, channel).await?.unwrap_or_default();
    let price = match query.amount {
        None => None,
        Some(PriceAmount(amount)) => {
            let per = query.per.map_or(Per::Pack, |PriceUnit(per)| per);
            Some(((amount, per), units(&app, cum, per).await?))
        }
    };
    let placed = |reading| price.map(|(price, units)| PlacedPrice::new(reading, price, units));
    let mut bodies: Vec<Thermometer> =
        readings.iter().map(|reading| Thermometer::new(reading, as_of).placing(placed(reading))).collect();
    // Commercial first: it is what a person without an insurer sees.
    bodies.sort_by_key(|body| body.channel);
    let Some((reading, other_channels)) = bodies.split_first() else {
        return Err(Problem::not_found(
            ("en el termómetro el medicamento con CUM", "thermometer reading of the medicine with CUM"),
            cum,
        ));
    };
    reply.one(MedicineThermometer { reading, other_channels })
}

/// How many dispensing units a price is for; `None` where that is not known.
async fn units(app: &App, cum: identifier::cum::Cum, per: Per) -> Result<Option<Decimal>, Problem> {
    Ok(match per {
        Per::DispensingUnit => Some(Decimal::ONE),
        Per::Pack => app.read_model.show_medicine(cum).await?.1.and_then(|medicine| medicine.dispensing_units),
        Per::PrimaryPack | Per::RegulatedUnit => None,
    })
}
