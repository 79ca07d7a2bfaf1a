//! A change of a ceiling or of a product, on the wire: the row before, the row after, and the reason.

use std::fmt::Display;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::{
    domain::{
        law::channel::{CeilingColumn, Stage},
        number::amount,
    },
    http::{Language, Problem},
    read_model::service::changes::Change,
};

/// One row of the current table that was added, changed or removed. To hold that table, keep for each `key` the value of `…_after`, and delete
/// the key when neither is there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangeBody {
    /// Without gaps, in the order in which changes became known: read on from the last one you have.
    #[schema(example = 4211)]
    pub position: i64,
    /// Which row it is of; all changes of that row have the same key.
    #[schema(example = "ceiling:cum:19914312-20:institutional:2020-03-28")]
    pub key: String,
    /// `ceiling` (precio máximo) or `product` (presentación comercial).
    #[schema(example = "ceiling", pattern = "^(ceiling|product)$")]
    pub kind: String,
    /// Ceilings: `first_listing` the first there ever was for that CUM or market and column; `new_act` a later act sets one; `superseded` it
    /// ends because a later one begins; `withdrawn` it ends and nothing follows; `correction` the same act's figures are stated anew;
    /// `history_added` one of an earlier time became known. Products: `first_listing`; `updated`; `delisted` no source names it any more;
    /// `relisted` one does again.
    #[schema(
        example = "new_act",
        pattern = "^(first_listing|new_act|superseded|withdrawn|correction|history_added|updated|delisted|relisted)$"
    )]
    pub reason: String,
    /// The reason in words, in the language asked for.
    pub explanation: &'static str,
    /// Null when it is of a market's unit price.
    #[schema(example = "19914312-20")]
    pub cum: Option<String>,
    /// The relevant market (mercado relevante) whose unit price it is of.
    pub market: Option<String>,
    /// The product's commercial name, as it is today.
    #[schema(example = "LANTUS")]
    pub product: Option<String>,
    /// The act that brings it about.
    #[schema(example = "circular-10-2020")]
    pub act: Option<String>,
    /// First day on which the ceiling binds.
    #[schema(example = "2020-03-28")]
    pub valid_from: Option<String>,
    pub ceiling_before: Option<CeilingState>,
    pub ceiling_after: Option<CeilingState>,
    pub product_before: Option<ProductState>,
    pub product_after: Option<ProductState>,
    /// When this service came to know of it.
    #[schema(format = DateTime)]
    pub recorded_at: String,
}

/// A ceiling in force from a day until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CeilingState {
    /// Plain decimal, in pesos.
    #[schema(example = "33052.00", pattern = r"^(0|[1-9][0-9]{0,27})(\.[0-9]{1,28})?$")]
    pub amount: String,
    #[schema(example = "COP", pattern = "^COP$")]
    pub currency: &'static str,
    /// `pack`, or the market's unit of regulation (mg, UI…).
    #[schema(example = "pack")]
    pub per: String,
    /// Column of the official lists: `institutional` (all stages of the institutional channel), `commercial_wholesale` (primary and
    /// secondary sales of the commercial channel), `commercial_final` (the counter).
    #[schema(example = "institutional", pattern = "^(institutional|commercial_wholesale|commercial_final)$")]
    pub column: String,
    #[schema(example = "institutional", pattern = "^(institutional|commercial)$")]
    pub channel: &'static str,
    pub stages: Vec<&'static str>,
    /// What an IPS may add: `pesos` (stated in `margin`), `none`, or `rule` (the general rule of margins).
    #[schema(example = "rule", pattern = "^(pesos|none|rule)$")]
    pub margin_kind: String,
    pub margin: Option<String>,
    #[schema(example = "circular-10-2020")]
    pub act: String,
    #[schema(example = "2020-03-28")]
    pub valid_from: String,
    /// First day on which it no longer holds; null while no later statement is known.
    pub valid_until: Option<String>,
    /// The act that ends it.
    pub ended_by: Option<String>,
}

/// A product as the sources together know it.
// Not `Medicine`: this one is read back as it was recorded at that time, and states other fields in another order. With `serde(flatten)` of
// the fields that both have, the schema would be an `allOf`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductState {
    #[schema(example = "LANTUS")]
    pub brand: String,
    pub description: String,
    /// Titular del registro sanitario.
    pub holder: String,
    pub registration: Option<String>,
    pub registration_state: Option<String>,
    pub active: Option<bool>,
    pub medical_sample: bool,
    #[schema(example = "A10AE04")]
    pub atc: Option<String>,
    pub ingredients: Vec<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub route: Option<String>,
    pub form_group: Option<String>,
    /// The relevant market that a list names.
    pub market: Option<String>,
    /// Plain decimal.
    pub dispensing_units: Option<String>,
    pub dispensing_unit: Option<String>,
    /// Plain decimal.
    pub regulated_units: Option<String>,
    pub regulated_unit: Option<String>,
    /// Products that share it are equivalents.
    pub equivalence_key: Option<String>,
    /// Some list states a binding ceiling for it.
    pub regulated: bool,
    /// Which sources describe it: catalogue, ceilings; sismed where nothing but reports names it.
    pub sources: Vec<String>,
    /// Identificador Único de Medicamento; none in states that were recorded before they were kept.
    #[serde(default)]
    pub iums: Vec<String>,
}

/// As it is stored.
#[derive(Deserialize)]
struct StoredCeiling {
    amount: String,
    per: String,
    column: String,
    margin_kind: String,
    margin: Option<String>,
    act: String,
    valid_from: String,
    valid_until: Option<String>,
    ended_by: Option<String>,
}

impl ChangeBody {
    pub fn new(change: &Change, language: Language) -> Result<Self, Problem> {
        let ceiling = change.kind == "ceiling";
        let [ceiling_before, ceiling_after] = [&change.before, &change.after].map(|state| state.as_ref().filter(|_| ceiling));
        let [product_before, product_after] = [&change.before, &change.after].map(|state| state.as_ref().filter(|_| !ceiling));
        let (ceiling_before, ceiling_after) =
            (ceiling_before.map(ceiling_state).transpose()?, ceiling_after.map(ceiling_state).transpose()?);
        let valid_from = ceiling_after.as_ref().or(ceiling_before.as_ref()).map(|state| state.valid_from.clone());
        Ok(Self {
            position: change.position,
            key: change.key.clone(),
            kind: change.kind.clone(),
            reason: change.reason.clone(),
            explanation: explanation(&change.kind, &change.reason, language),
            cum: change.cum.map(|cum| cum.to_string()),
            market: change.market.clone(),
            product: change.product.clone().filter(|name| !name.is_empty()),
            act: change.act.clone(),
            valid_from,
            ceiling_before,
            ceiling_after,
            product_before: product_before.map(stored).transpose()?,
            product_after: product_after.map(stored).transpose()?,
            recorded_at: change.recorded_at.to_string(),
        })
    }
}

fn ceiling_state(state: &Json) -> Result<CeilingState, Problem> {
    let stored: StoredCeiling = stored(state)?;
    let pesos = |text: &str| text.parse::<Decimal>().map(amount::display).map_err(|error| corrupt(&error));
    let column: CeilingColumn = stored.column.parse().map_err(|()| corrupt(&format!("column {}", stored.column)))?;
    Ok(CeilingState {
        amount: pesos(&stored.amount)?,
        currency: amount::CURRENCY,
        per: stored.per,
        channel: column.channel().code(),
        stages: column.stages().map(Stage::code).collect(),
        column: stored.column,
        margin_kind: stored.margin_kind,
        margin: stored.margin.as_deref().map(pesos).transpose()?,
        act: stored.act,
        valid_from: stored.valid_from,
        valid_until: stored.valid_until,
        ended_by: stored.ended_by,
    })
}

fn stored<T: serde::de::DeserializeOwned>(state: &Json) -> Result<T, Problem> {
    T::deserialize(state).map_err(|error| corrupt(&error))
}

fn corrupt(error: &dyn Display) -> Problem {
    tracing::error!(%error, "internal error: stored change could not be read");
    Problem::internal()
}

/// A reason in words.
pub fn explanation(kind: &str, reason: &str, language: Language) -> &'static str {
    let (es, en) = match (kind, reason) {
        ("ceiling", "first_listing") => ("Primer precio máximo conocido aquí.", "The first ceiling known here."),
        ("ceiling", "new_act") => ("Un acto posterior fija un precio máximo.", "A later act sets a ceiling."),
        ("ceiling", "superseded") => ("Termina porque empieza otro precio máximo.", "It ends because another ceiling begins."),
        ("ceiling", "withdrawn") => (
            "Termina y nada lo reemplaza: la venta queda sin precio máximo.",
            "It ends and nothing follows: the sale has no ceiling.",
        ),
        ("ceiling", "correction") => ("El precio máximo de esa fecha se corrigió.", "The ceiling of that date was corrected."),
        ("ceiling", _) => ("Se conoció un precio máximo de un tiempo anterior.", "A ceiling of an earlier time became known."),
        (_, "first_listing") => ("Un producto que no se conocía.", "A product that was not known."),
        (_, "delisted") => ("Ninguna fuente lo nombra ya.", "No source names it any more."),
        (_, "relisted") => ("Una fuente lo nombra otra vez.", "A source names it again."),
        _ => ("Cambiaron los datos del producto.", "The product's data changed."),
    };
    match language {
        Language::Spanish => es,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ceiling_state;

    #[test]
    fn a_column_that_is_not_known_is_an_error() {
        let mut stored = json!({"amount": "33052.5", "per": "pack", "column": "commercial_wholesale", "margin_kind": "none",
            "margin": null, "act": "circular-10-2020", "valid_from": "2020-03-28", "valid_until": null, "ended_by": null});
        let state = ceiling_state(&stored).unwrap();
        assert_eq!((state.channel, state.stages), ("commercial", vec!["primary", "secondary"]));
        stored["column"] = json!("pharmacy");
        assert_eq!(ceiling_state(&stored).unwrap_err().code(), "internal");
    }
}
