//! The thermometer on the wire.

use std::{cmp::Ordering, sync::Arc};

use jiff::{civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        law::channel::Channel,
        market::thermometer::{Agreement, Distribution, Level},
        number::{amount, exact},
        verdict::comparison::Per,
    },
    http::wire::service::money::Money,
    read_model::medicines::thermometer::{Placed, ThermometerGroup, ThermometerList},
};

/// Where a price stands among those of the same concentration, dispensing unit and channel (termómetro de precios).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Thermometer {
    #[schema(example = "institutional")]
    pub channel: &'static str,
    /// Concentration as published (concentración).
    #[schema(example = "Losartan 50 mg")]
    pub concentration: Arc<str>,
    /// Dispensing unit as published (unidad de dispensación).
    #[schema(example = "Tableta")]
    pub unit: Arc<str>,
    /// `low`, `normal` or `high`; null when a group was asked for instead of a product, and where there is nothing to compare with.
    #[schema(example = "normal")]
    pub level: Option<&'static str>,
    /// True when there is nothing to compare with: then no price has a level.
    pub no_comparators: bool,
    /// True when there are fewer than four prices, so that the level says little: of two, one is always low and the other one high.
    pub few_comparators: bool,
    /// How many prices the group has.
    #[schema(example = 7)]
    pub n: usize,
    pub min: Money,
    pub p25: Money,
    pub p50: Money,
    pub p75: Money,
    pub max: Money,
    /// The product asked for, each of its prices with its level.
    pub products: Vec<Arc<ThermometerProduct>>,
    /// The other products of the group, cheapest first.
    pub comparators: Vec<Arc<ThermometerProduct>>,
    pub list: Arc<ListAge>,
    /// How the level was found: the rule matches the published labels; no official text of it is known.
    #[schema(example = "below p25 low, above p75 high, else normal; quartiles by linear interpolation")]
    pub rule: &'static str,
    /// Where the price of the question stands among them; only when one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<PlacedPrice>,
}

/// A price from outside the list, held against a group of it. It is a comparison, not a legal verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlacedPrice {
    /// The price as it was given.
    pub price: Money,
    /// Dispensing units that the price is for, plain decimal; null where the pack's are not known.
    #[schema(example = "30")]
    pub units: Option<String>,
    /// Price divided by units, half-up to 4 decimals. The comparison itself divides nothing.
    pub unit_price: Option<Money>,
    /// `low`, `normal` or `high`; null with a reason.
    #[schema(example = "high")]
    pub level: Option<&'static str>,
    /// `no_comparators` or `unit_not_convertible` where there is no level; `few_comparators` (fewer than four prices) beside one that
    /// says little.
    pub reason: Option<&'static str>,
    /// How many prices of the group are below it.
    pub cheaper: Option<usize>,
    /// How many are above it.
    pub dearer: Option<usize>,
}

/// A medicine's thermometer in one channel, and in the other one beside it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MedicineThermometer<'a> {
    #[serde(flatten)]
    pub reading: &'a Thermometer,
    /// Readings in other channels, when no channel was asked for.
    pub other_channels: &'a [Thermometer],
}

/// One price of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThermometerProduct {
    #[schema(example = 103795)]
    pub expediente: i32,
    pub brand: Arc<str>,
    /// Fabricante.
    pub maker: Arc<str>,
    pub ingredient: Arc<str>,
    pub concentration: Arc<str>,
    pub unit: Arc<str>,
    /// Per dispensing unit as published; for many liquids that is a whole bottle.
    pub price: Money,
    /// `low`, `normal` or `high`; null for the only price of a group, which has nothing to be compared with.
    #[schema(example = "normal")]
    pub level: Option<&'static str>,
    /// The publisher's own label.
    pub published_level: Option<&'static str>,
}

/// The list and its age.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListAge {
    pub file: String,
    pub sha256: String,
    /// Prices in the list.
    pub rows: i64,
    /// Where the file states it.
    pub cut_date: Option<String>,
    #[schema(example = "2026-11-23T07:00:00Z")]
    pub recorded_at: String,
    /// Days from the cut date (or, where there is none, from the import, which says nothing of the list's age) to the day asked about.
    #[schema(example = 40)]
    pub age_days: i32,
    /// Whether anybody says of which day the list is; if not, its age is not known.
    pub day_known: bool,
}

/// How far our levels agree with the published labels.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgreementBody {
    /// Prices with a published label.
    pub compared: u64,
    /// Our levels that equal the label, grouped by concentration, dispensing unit and channel as published.
    pub agreeing: u64,
    /// The same in percent, 4 decimals, half-up.
    #[schema(example = "91.6946")]
    pub agreeing_percent: Option<String>,
    /// With dispensing units pooled (tablet with capsule; ampoule, vial, bottle and the like) as the 2025 labels suggest.
    pub agreeing_with_pooled_units: u64,
    #[schema(example = "95.6997")]
    pub agreeing_with_pooled_units_percent: Option<String>,
    pub list: ListAge,
}

const RULE: &str = "below p25 low, above p75 high, else normal; quartiles by linear interpolation";

impl Thermometer {
    pub fn new(reading: &ThermometerGroup, as_of: Date) -> Self {
        let products = |placed: &[Placed]| placed.iter().map(|placed| Arc::new(ThermometerProduct::new(placed))).collect();
        let list = Arc::new(ListAge::new(&reading.list, as_of));
        let (own, others) = (products(&reading.products), products(&reading.comparators));
        Self::of(reading.channel, &reading.distribution, own, others, list)
    }

    /// The same from products that other readings of the group share. `products` is empty when the group itself is asked for.
    pub fn of(
        channel: Channel,
        spread: &Distribution,
        products: Vec<Arc<ThermometerProduct>>,
        comparators: Vec<Arc<ThermometerProduct>>,
        list: Arc<ListAge>,
    ) -> Self {
        let money = |amount| Money::new(amount, Per::DispensingUnit);
        let shown = products.first().or(comparators.first());
        Self {
            channel: channel.code(),
            concentration: shown.map(|product| product.concentration.clone()).unwrap_or_default(),
            unit: shown.map(|product| product.unit.clone()).unwrap_or_default(),
            level: products.first().and_then(|product| product.level),
            no_comparators: spread.no_comparators(),
            few_comparators: spread.few_comparators(),
            n: spread.n,
            min: money(spread.min),
            p25: money(spread.p25),
            p50: money(spread.p50),
            p75: money(spread.p75),
            max: money(spread.max),
            products,
            comparators,
            list,
            rule: RULE,
            placed: None,
        }
    }

    pub fn placing(self, placed: Option<PlacedPrice>) -> Self {
        Self { placed, ..self }
    }
}

impl PlacedPrice {
    /// `units` are the dispensing units that the amount is for, where they are known.
    pub fn new(reading: &ThermometerGroup, (price, per): (Decimal, Per), units: Option<Decimal>) -> Self {
        let spread = &reading.distribution;
        let level = units.and_then(|units| spread.level_of(price, units)).filter(|_| !spread.no_comparators());
        let reason = match level {
            Some(_) => spread.few_comparators().then_some("few_comparators"),
            None if units.is_some() && spread.no_comparators() => Some("no_comparators"),
            None => Some("unit_not_convertible"),
        };
        let beside = |side: Ordering| {
            let prices = reading.products.iter().chain(&reading.comparators).map(|placed| placed.row.price);
            let of_pack: Option<Vec<Decimal>> = prices.map(|price| exact::product(price, units?)).collect();
            Some(of_pack?.into_iter().filter(|other| other.cmp(&price) == side).count())
        };
        Self {
            price: Money::new(price, per),
            units: units.map(amount::plain),
            unit_price: units
                .and_then(|units| exact::quotient_half_up(price, units, 4))
                .map(|price| Money::new(price, Per::DispensingUnit)),
            level: level.map(Level::code),
            reason,
            cheaper: beside(Ordering::Less),
            dearer: beside(Ordering::Greater),
        }
    }
}

impl ThermometerProduct {
    pub fn new(placed: &Placed) -> Self {
        let row = &placed.row;
        Self {
            expediente: row.expediente,
            brand: row.brand.as_str().into(),
            maker: row.maker.as_str().into(),
            ingredient: row.ingredient.as_str().into(),
            concentration: row.concentration.as_str().into(),
            unit: row.dispensing_unit.as_str().into(),
            price: Money::new(row.price, Per::DispensingUnit),
            level: placed.level.map(Level::code),
            published_level: row.published_level.map(|level| level.code()),
        }
    }
}

impl ListAge {
    pub fn new(list: &ThermometerList, as_of: Date) -> Self {
        let since = list.cut_date.unwrap_or_else(|| list.recorded_at.to_zoned(TimeZone::fixed(jiff::tz::offset(-5))).date());
        Self {
            file: list.name.clone(),
            sha256: list.sha256.clone(),
            rows: list.rows,
            cut_date: list.cut_date.map(|day| day.to_string()),
            recorded_at: list.recorded_at.to_string(),
            age_days: since.until(as_of).map_or(0, |span| span.get_days()),
            day_known: list.cut_date.is_some(),
        }
    }
}

impl AgreementBody {
    pub fn new(list: &ThermometerList, published: Agreement, pooled: Agreement, as_of: Date) -> Self {
        Self {
            compared: published.compared,
            agreeing: published.agreeing,
            agreeing_percent: percent(published),
            agreeing_with_pooled_units: pooled.agreeing,
            agreeing_with_pooled_units_percent: percent(pooled),
            list: ListAge::new(list, as_of),
        }
    }
}

fn percent(agreement: Agreement) -> Option<String> {
    let hundredfold = exact::product(Decimal::from(agreement.agreeing), Decimal::ONE_HUNDRED)?;
    exact::quotient_half_up(hundredfold, Decimal::from(agreement.compared), 4).map(amount::percent)
}
