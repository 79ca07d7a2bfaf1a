//! A relevant market in a list.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::verdict::comparison::Per,
    http::wire::service::money::Money,
    read_model::{
        market_cache::{MarketActPrice, MarketView},
        search::hit::SearchHit,
    },
};

/// A relevant market (mercado relevante) and the unit price that a list states for it. `check_price` says what binds a sale.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedMarketBody {
    /// ID of the relevant market.
    #[schema(example = "96")]
    pub market: String,
    /// ATC classes.
    #[schema(example = json!(["A10AE04"]))]
    pub atc: Vec<String>,
    /// Principios activos as printed; of a vital no disponible with its form.
    #[schema(example = json!(["Insulina Glargina"]))]
    pub ingredients: Vec<String>,
    /// Forma farmacéutica agrupada; empty where the list states none.
    #[schema(example = "Líquido/Sólido - Inyectable")]
    pub form_group: String,
    /// Per unit of regulation.
    pub unit_price: Money,
    /// Unit of regulation (unidad de regulación).
    #[schema(example = "UI")]
    pub regulated_unit: String,
    /// The act that sets it.
    #[schema(example = "circular-10-2020")]
    pub act: String,
    #[schema(example = "2020-03-28")]
    pub valid_from: String,
    /// The list speaks up to this day.
    #[schema(example = "2021-09-03")]
    pub list_cut_date: Option<String>,
    /// Medicamento vital no disponible: without a registration, so without a CUM.
    #[schema(example = false)]
    pub vital_not_available: bool,
    /// How many presentations belong to it here.
    #[schema(example = 29)]
    pub presentations: i64,
    /// What each act says of its price, newest first, by the newest list that states it.
    pub history: Vec<MarketActPriceBody>,
    /// Only of a search, by what this one was found: `exact`, `synonym`, `spelling`, `code` (its ID).
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(example = "exact")]
    pub found_by: Option<&'static str>,
    /// Only of a search: this one lacks a word that was typed and that identifies a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    pub partial: Option<bool>,
}

/// What one act says of the price of a relevant market.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MarketActPriceBody {
    /// Per unit of regulation; null where the act ended the price.
    pub unit_price: Option<Money>,
    /// Unit of regulation (unidad de regulación).
    #[schema(example = "UI")]
    pub regulated_unit: String,
    #[schema(example = "circular-10-2020")]
    pub act: String,
    #[schema(example = "2020-03-28")]
    pub valid_from: String,
    /// The list speaks up to this day.
    #[schema(example = "2021-09-03")]
    pub list_cut_date: Option<String>,
}

impl MarketActPriceBody {
    fn new(price: &MarketActPrice) -> Self {
        Self {
            unit_price: price.unit_price.map(|amount| Money::new(amount, Per::RegulatedUnit)),
            regulated_unit: price.unit.clone(),
            act: price.act.clone(),
            valid_from: price.valid_from.to_string(),
            list_cut_date: price.list_cut_date.map(|day| day.to_string()),
        }
    }
}

impl ListedMarketBody {
    pub fn new(view: &MarketView, hit: Option<SearchHit>) -> Self {
        Self {
            market: view.market.clone(),
            atc: view.atc.clone(),
            ingredients: view.ingredients.clone(),
            form_group: view.form_group.clone(),
            unit_price: Money::new(view.unit_price, Per::RegulatedUnit),
            regulated_unit: view.unit.clone(),
            act: view.act.clone(),
            valid_from: view.valid_from.to_string(),
            list_cut_date: view.list_cut_date.map(|day| day.to_string()),
            vital_not_available: view.vital_not_available,
            presentations: view.presentations,
            history: view.history.iter().map(MarketActPriceBody::new).collect(),
            found_by: hit.map(|hit| hit.found_by.code()),
            partial: hit.map(|hit| hit.partial),
        }
    }
}
