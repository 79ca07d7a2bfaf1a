//! `thermometer`: every product of the newest thermometer list with its level and the spread of its group, as `show_thermometer` says.

use rust_decimal::Decimal;
use tokio_postgres::Row;

use crate::{
    domain::{
        market::thermometer::{Distribution, Level},
        number::amount,
    },
    exports::{
        data_set::{
            DataSet, ExportValue, Field,
            FieldType::{Boolean, Integer, Money, Text},
            Inputs, RowReader, Sink, no_params,
        },
        error::ExportError,
    },
    read_model::{
        medicines::thermometer::{ThermometerRow, row as read_row},
        statements,
    },
};

pub static DATA_SET: DataSet = DataSet {
    name: "thermometer",
    title: ("Termómetro de precios", "Price thermometer"),
    description: (
        "Precios de la lista más nueva de Clic Salud, cada uno con su nivel entre los de igual concentración, unidad de dispensación y canal.",
        "Prices of the newest Clic Salud list, each with its level among those of the same concentration, dispensing unit and channel.",
    ),
    kinds: &["thermometer"],
    key_fields: 3,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Lists,
    sql: statements::export_thermometer,
    params: no_params,
    reader: || Box::new(ByGroup { rows: Vec::new(), sample: false }),
};

const FIELDS: &[Field] = &[
    Field::new(
        "group",
        Text,
        "Grupo de comparación: concentración|unidad|canal, sin tildes ni mayúsculas",
        "Comparison group: concentration|unit|channel, folded",
    )
    .required(),
    Field::new("expediente", Integer, "Expediente del registro sanitario", "File number of the sanitary registration").required(),
    Field::new(
        "ordinal",
        Integer,
        "Distingue precios del mismo expediente en el grupo, del más bajo al más alto",
        "Tells prices of one registration in the group apart, cheapest first",
    )
    .required(),
    Field::new("channel", Text, "Canal", "Channel").required().one_of(&["institutional", "commercial"]),
    Field::new("concentration", Text, "Concentración, como se publica", "Concentration, as published"),
    Field::new("unit", Text, "Unidad de dispensación, como se publica", "Dispensing unit, as published"),
    Field::new("ingredient", Text, "Principio activo", "Active ingredient"),
    Field::new("brand", Text, "Nombre comercial", "Commercial name"),
    Field::new("maker", Text, "Fabricante", "Maker"),
    Field::new("price", Money, "Precio por unidad de dispensación, en pesos", "Price per dispensing unit, in pesos").required(),
    Field::new("currency", Text, "Moneda (ISO 4217)", "Currency (ISO 4217)").required().one_of(&[amount::CURRENCY]),
    Field::new(
        "level",
        Text,
        "Nivel: bajo p25 low, sobre p75 high, si no normal; vacío si no hay con qué comparar",
        "Level: below p25 low, above p75 high, else normal; empty where there is nothing to compare with",
    )
    .one_of(&["low", "normal", "high"]),
    Field::new("published_level", Text, "Nivel que imprime quien publica", "The publisher's own label")
        .one_of(&["low", "normal", "high"]),
    Field::new("n", Integer, "Precios del grupo", "Prices in the group").required(),
    Field::new(
        "no_comparators",
        Boolean,
        "Verdadero: no hay con qué comparar, y normal no dice nada",
        "True: there is nothing to compare with, and normal says nothing",
    )
    .required(),
    Field::new("min", Money, "Mínimo del grupo", "Lowest of the group").required(),
    Field::new("p25", Money, "Primer cuartil (interpolación lineal)", "First quartile (linear interpolation)").required(),
    Field::new("p50", Money, "Mediana", "Median").required(),
    Field::new("p75", Money, "Tercer cuartil", "Third quartile").required(),
    Field::new("max", Money, "Máximo del grupo", "Highest of the group").required(),
    Field::new(
        "sample", Boolean, "Verdadero: datos inventados, de la muestra de Termómetro",
        "True: invented data, of Termómetro's sample",
    )
    .required(),
];

/// A level needs all prices of its group.
struct ByGroup {
    rows: Vec<(ThermometerRow, i64)>,
    sample: bool,
}

impl RowReader for ByGroup {
    fn read(&mut self, row: &Row, sink: Sink<'_>) -> Result<(), ExportError> {
        let (next, ordinal) = (read_row(row)?, row.try_get("ordinal")?);
        if self.rows.first().is_some_and(|(first, _)| first.group_key != next.group_key) {
            self.end(sink)?;
        }
        self.rows.push((next, ordinal));
        self.sample = row.try_get("sample")?;
        Ok(())
    }

    fn end(&mut self, sink: Sink<'_>) -> Result<(), ExportError> {
        let (prices, sample): (Vec<Decimal>, bool) = (self.rows.iter().map(|(row, _)| row.price).collect(), self.sample);
        let Some(spread) = Distribution::of(&prices) else { return Ok(()) };
        self.rows.drain(..).try_for_each(|(row, ordinal)| sink(cells(row, ordinal, &spread, sample)))
    }
}

fn cells(row: ThermometerRow, ordinal: i64, spread: &Distribution, sample: bool) -> Vec<ExportValue> {
    vec![
        row.group_key.into(),
        i64::from(row.expediente).into(),
        ordinal.into(),
        row.channel.code().into(),
        row.concentration.into(),
        row.dispensing_unit.into(),
        row.ingredient.into(),
        row.brand.into(),
        row.maker.into(),
        row.price.into(),
        amount::CURRENCY.into(),
        spread.shown_level(row.price).map(Level::code).into(),
        row.published_level.map(|level| level.code()).into(),
        ExportValue::count(spread.n as u64),
        spread.no_comparators().into(),
        spread.min.into(),
        spread.p25.into(),
        spread.p50.into(),
        spread.p75.into(),
        spread.max.into(),
        sample.into(),
    ]
}
