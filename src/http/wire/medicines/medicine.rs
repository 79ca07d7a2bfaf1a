//! A medicine on the wire, and its ceilings place by place.

use std::{borrow::Cow, fmt, sync::Arc};

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::channel::Place,
        market::medicine,
        number::amount,
        reason::Reason,
        verdict::{comparison::Per, judge::financing_reason},
    },
    http::{
        base::language::Language,
        wire::{
            service::{money::Money, source::SourceRow},
            verdicts::financing::FinancingBody,
        },
    },
    read_model::{
        medicines::ceilings::{CeilingInForce, CeilingStatus, CeilingsView, PlaceState, StatedPrice},
        search::hit::SearchHit,
    },
};

/// One commercial presentation (presentación comercial).
// Not the domain's: the cache holds one of each presentation, so equal texts are shared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Medicine {
    /// Código Único de Medicamento, canonical form.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, example = "19914312-20")]
    pub cum: Cum,
    /// Nombre comercial.
    #[schema(example = "LANTUS")]
    pub brand: Arc<str>,
    pub description: Arc<str>,
    /// Titular del registro sanitario.
    pub holder: Arc<str>,
    /// Registro sanitario INVIMA.
    pub registration: Option<Arc<str>>,
    pub registration_state: Option<Arc<str>>,
    /// Whether the CUM is active, where the catalogue says so.
    pub active: Option<bool>,
    /// Muestra médica: has a CUM but is not priced.
    pub medical_sample: bool,
    /// ATC class.
    #[schema(example = "A10AE04")]
    pub atc: Option<Arc<str>>,
    /// Principios activos.
    pub ingredients: Arc<[Arc<str>]>,
    /// Concentración.
    pub strength: Option<Arc<str>>,
    /// Forma farmacéutica.
    pub form: Option<Arc<str>>,
    /// Vía de administración.
    pub route: Option<Arc<str>>,
    /// Forma farmacéutica agrupada.
    pub form_group: Option<Arc<str>>,
    /// ID of the relevant market (mercado relevante) that a list names.
    #[schema(example = "96")]
    pub market: Option<Arc<str>>,
    /// Dispensing units in the pack, plain decimal.
    #[schema(example = "1")]
    pub dispensing_units_per_pack: Option<Arc<str>>,
    /// Units of regulation in the pack, plain decimal.
    #[schema(example = "300")]
    pub regulated_units_per_pack: Option<Arc<str>>,
    #[schema(example = "UI")]
    pub regulated_unit: Option<Arc<str>>,
    /// Some list states a binding ceiling for this CUM.
    pub regulated: bool,
    /// Which sources describe it: catalogue, ceilings; sismed where nothing but reports names it.
    pub sources: Arc<[Arc<str>]>,
    /// Identificador Único de Medicamento, where the catalogue states it.
    #[schema(example = json!(["1A1006781005100"]))]
    pub iums: Arc<[Arc<str>]>,
    pub links: Links,
}

/// A medicine of a list, and by what a search found it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedMedicine<'a> {
    #[serde(flatten)]
    pub medicine: Cow<'a, Medicine>,
    /// Only of a search, by what this one was found: `exact` (words as they were typed, or their beginning), `synonym` (another name of the
    /// ingredient), `spelling` (a guess: it sounds alike or is a letter or two away), `code`. Of several words, by the least sure.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(example = "exact")]
    pub found_by: Option<&'static str>,
    /// Only of a search: this one lacks a word that was typed and that identifies a product, as a single ingredient of a combination does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    pub partial: Option<bool>,
}

impl<'a> ListedMedicine<'a> {
    pub fn new(medicine: Cow<'a, Medicine>) -> Self {
        Self { medicine, found_by: None, partial: None }
    }

    pub fn found(medicine: Cow<'a, Medicine>, hit: SearchHit) -> Self {
        Self { medicine, found_by: Some(hit.found_by.code()), partial: Some(hit.partial) }
    }
}

/// Links to related resources.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Links {
    #[schema(value_type = String, example = "/v1/medicines/19914312-20/ceilings")]
    pub ceilings: Link,
    #[schema(value_type = String)]
    pub thermometer: Link,
    #[schema(value_type = String)]
    pub prices: Link,
    #[schema(value_type = String)]
    pub equivalents: Link,
}

/// The path of something that belongs to a medicine.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    cum: Cum,
    what: Linked,
}

#[derive(Clone, Copy, Debug)]
enum Linked {
    Ceilings,
    Thermometer,
    Prices,
    Equivalents,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            Linked::Ceilings => "ceilings",
            Linked::Thermometer => "thermometer",
            Linked::Prices => "prices",
            Linked::Equivalents => "equivalents",
        };
        write!(f, "/v1/medicines/{}/{what}", self.cum)
    }
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn as_text<S: Serializer>(cum: &Cum, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cum)
}

/// A medicine with the ceilings that bind it on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MedicineDetail<'a> {
    #[serde(flatten)]
    pub medicine: &'a Medicine,
    /// Ceilings in force on `meta.as_of`, one per bound place.
    pub ceilings: &'a [Ceiling],
    /// Places that no ceiling binds on that day, or where that is not known.
    pub not_bound: &'a [NotBound],
}

impl Medicine {
    pub fn new(cum: Cum, known: &medicine::Medicine) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(Arc::from);
        let list = |list: &[String]| list.iter().map(|text| Arc::from(text.as_str())).collect();
        let number = |number: Option<rust_decimal::Decimal>| number.map(|number| Arc::from(amount::plain(number)));
        let link = |what| Link { cum, what };
        Self {
            cum,
            brand: known.brand.as_str().into(),
            description: known.description.as_str().into(),
            holder: known.holder.as_str().into(),
            registration: text(&known.registration),
            registration_state: text(&known.registration_state),
            active: known.active,
            medical_sample: known.medical_sample,
            atc: text(&known.atc),
            ingredients: list(&known.ingredients),
            strength: text(&known.strength),
            form: text(&known.form),
            route: text(&known.route),
            form_group: text(&known.form_group),
            market: text(&known.market),
            dispensing_units_per_pack: number(known.dispensing_units),
            regulated_units_per_pack: number(known.regulated_units),
            regulated_unit: text(&known.regulated_unit),
            regulated: known.regulated,
            sources: list(&known.sources),
            iums: list(&known.iums),
            links: Links {
                ceilings: link(Linked::Ceilings),
                thermometer: link(Linked::Thermometer),
                prices: link(Linked::Prices),
                equivalents: link(Linked::Equivalents),
            },
        }
    }
}

/// The ceiling (precio máximo de venta) that binds one place of sale.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ceiling {
    #[schema(example = "institutional")]
    pub channel: &'static str,
    #[schema(example = "primary")]
    pub stage: &'static str,
    /// SISMED transaction, null for the counter sale.
    #[schema(example = "1")]
    pub transaction: Option<String>,
    pub amount: Money,
    /// Price per unit of regulation of the market, where the list of this ceiling states it under the same act; otherwise null.
    pub unit_price: Option<Money>,
    /// `mg`, `UI`, …: what `unit_price` is for.
    pub regulated_unit: Option<String>,
    /// What an IPS may add here; zero outside the final institutional sale.
    pub ips_margin: Money,
    /// `published_for_cum` or `derived_from_unit_price`.
    pub basis: &'static str,
    /// The act that sets it.
    #[schema(example = "circular-10-2020")]
    pub act: Arc<str>,
    #[schema(example = "2020-03-28")]
    pub valid_from: String,
    /// First day on which it no longer holds, where a later act is known.
    pub valid_until: Option<String>,
    /// The list speaks up to this day.
    #[schema(example = "2021-09-03")]
    pub list_cut_date: String,
    /// Only of one derived from a unit price, and only where a list of the benefit plan is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub financing: Option<FinancingBody>,
    /// What every verdict by this ceiling says too: `financing_not_verified` or `not_financed_by_upc`. Only of one derived from a unit
    /// price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The same for people, in the language asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The row it was read from.
    pub source_row: Option<SourceRow>,
    /// Only where the list states two prices for this CUM and place: all of its rows, in its order. The one more favourable to the
    /// seller binds, and every verdict says `list_states_two_prices`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<Vec<StatedPriceBody>>,
}

/// One of several rows of one list about one CUM and place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatedPriceBody {
    /// Per pack; null: the row says that nothing binds here.
    pub amount: Option<Money>,
    /// What an IPS may add in a final institutional sale, where the row states it in pesos.
    pub ips_margin: Option<Money>,
    pub source_row: SourceRow,
}

/// A place of sale without a ceiling to compare a price with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotBound {
    pub channel: &'static str,
    pub stage: &'static str,
    pub transaction: Option<String>,
    /// `no_ceiling_for_this_stage`, `not_regulated` or `cannot_compare`.
    pub state: &'static str,
    /// Why it is not known, and other remarks: `medical_sample`, `list_states_two_prices`.
    pub reason: Option<&'static str>,
    /// For people, in the language asked for.
    pub explanation: Option<String>,
    /// The ceiling of another time, or a unit price that does not bind: for reference, without an accusation.
    pub reference: Option<Box<Ceiling>>,
    /// As `stated` of a ceiling: one row of the list binds here, another one does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<Vec<StatedPriceBody>>,
}

/// Bound and not bound places of a view.
pub fn places(view: &CeilingsView, language: Language) -> (Vec<Ceiling>, Vec<NotBound>) {
    let (mut bound, mut free) = (Vec::new(), Vec::new());
    let sample = view.facts.medical_sample.then_some(Reason::MedicalSample);
    for here in &view.places {
        match &here.state {
            CeilingStatus::Bound(ceiling_here) => bound.push(ceiling(here, ceiling_here, language)),
            CeilingStatus::NoCeilingForThisStage => {
                let two_prices = (!here.stated.is_empty()).then_some(Reason::ListStatesTwoPrices);
                let (state, stated) = ("no_ceiling_for_this_stage", stated(here));
                free.push(NotBound { stated, ..not_bound(here.place, state, sample.or(two_prices), language) });
            }
            CeilingStatus::NotRegulated => free.push(not_bound(here.place, "not_regulated", sample, language)),
            CeilingStatus::Unknown { reason, reference } => {
                let financing =
                    reference.as_ref().and_then(|known| known.financing.as_deref()).map(|one| FinancingBody::new(one, language));
                let explanation =
                    Some(crate::http::wire::verdicts::explanation::of_reason(*reason, financing.as_ref(), language));
                let reference = reference.as_ref().map(|known| Box::new(for_reference(ceiling(here, known, language))));
                let here = not_bound(here.place, "cannot_compare", Some(*reason), language);
                free.push(NotBound { reference, explanation, ..here });
            }
        }
    }
    (bound, free)
}

fn stated(here: &PlaceState) -> Option<Vec<StatedPriceBody>> {
    let one = |one: &StatedPrice| StatedPriceBody {
        amount: one.amount.map(Money::per_pack),
        ips_margin: one.ips_margin.map(Money::per_pack),
        source_row: SourceRow::from(&one.source),
    };
    (!here.stated.is_empty()).then(|| here.stated.iter().map(one).collect())
}

fn not_bound(place: Place, state: &'static str, reason: Option<Reason>, language: Language) -> NotBound {
    NotBound {
        channel: place.channel.code(),
        stage: place.stage.code(),
        transaction: place.transaction().map(|code| code.to_string()),
        state,
        reason: reason.map(Reason::code),
        explanation: reason.map(|reason| crate::http::wire::verdicts::explanation::of_reason(reason, None, language)),
        reference: None,
        stated: None,
    }
}

/// A ceiling for reference does not bind, so it has no reason why it might not.
fn for_reference(ceiling: Ceiling) -> Ceiling {
    Ceiling { reason: None, explanation: None, ..ceiling }
}

fn ceiling(here: &PlaceState, ceiling: &CeilingInForce, language: Language) -> Ceiling {
    let place = here.place;
    let (unit_price, unit) = ceiling.unit_price.clone().unzip();
    let financing = ceiling.financing.as_deref().map(|one| FinancingBody::new(one, language));
    let reason = financing_reason(ceiling.basis, ceiling.financing.as_deref());
    let margin = if place.is_final_institutional() { ceiling.ips_margin } else { rust_decimal::Decimal::ZERO };
    Ceiling {
        channel: place.channel.code(),
        stage: place.stage.code(),
        transaction: place.transaction().map(|code| code.to_string()),
        amount: Money::per_pack(ceiling.amount),
        unit_price: unit_price.map(|price| Money::new(price, Per::RegulatedUnit)),
        regulated_unit: unit,
        ips_margin: Money::per_pack(margin),
        basis: ceiling.basis.code(),
        act: ceiling.act.clone(),
        valid_from: ceiling.valid_from.to_string(),
        valid_until: ceiling.valid_until.map(|day| day.to_string()),
        list_cut_date: ceiling.list_cut_date.to_string(),
        reason: reason.map(Reason::code),
        explanation: reason
            .map(|reason| crate::http::wire::verdicts::explanation::of_reason(reason, financing.as_ref(), language)),
        financing,
        source_row: ceiling.source.as_ref().map(SourceRow::from),
        stated: stated(here),
    }
}
