//! `ceilings`: the current table of ceilings with their validity; replaying `list_changes` gives the same table.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    domain::{identifier::cum::Cum, number::amount},
    exports::data_set::{
        DataSet, ExportValue, Field,
        FieldType::{Boolean, Date as Day, Money, Text},
        Inputs, RowByRow, no_params,
    },
    read_model::statements,
    store::postgres::error::StoreError,
};

pub static DATA_SET: DataSet = DataSet {
    name: "ceilings",
    title: ("Precios máximos", "Ceilings"),
    description: (
        "Precios máximos de venta por CUM o mercado y columna de las listas oficiales, con el acto que los fija y los días en que rigen.",
        "Maximum sale prices by CUM or market and column of the official lists, with the act that sets them and the days on which they bind.",
    ),
    kinds: &["ceilings"],
    key_fields: 1,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Lists,
    sql: statements::export_ceilings,
    params: no_params,
    reader: || Box::new(RowByRow(cells)),
};

const FIELDS: &[Field] = &[
    Field::new("key", Text, "Identifica la fila; la misma de /v1/changes", "Names the row; the same as in /v1/changes")
        .required(),
    Field::new(
        "cum", Text, "CUM; falta cuando es el precio unitario de un mercado",
        "CUM; missing where it is the unit price of a market",
    ),
    Field::new("market", Text, "Mercado relevante; falta cuando es de un CUM", "Relevant market; missing where it is of a CUM"),
    Field::new("column", Text, "Columna de las listas oficiales", "Column of the official lists")
        .required()
        .one_of(&["institutional", "commercial_wholesale", "commercial_final"]),
    Field::new("amount", Money, "Precio máximo, en pesos", "Ceiling, in pesos").required(),
    Field::new("currency", Text, "Moneda (ISO 4217)", "Currency (ISO 4217)").required().one_of(&[amount::CURRENCY]),
    Field::new(
        "per",
        Text,
        "Lo que se paga: pack (presentación) o la unidad de regulación",
        "What is paid for: pack, or the unit of regulation",
    )
    .required(),
    Field::new(
        "margin_kind",
        Text,
        "Lo que una IPS puede sumar: pesos, none, o rule (regla general)",
        "What an IPS may add: pesos, none, or rule (the general rule)",
    )
    .required()
    .one_of(&["pesos", "none", "rule"]),
    Field::new(
        "margin", Money, "Margen de la IPS en pesos, donde la lista lo dice",
        "The IPS's margin in pesos, where the list states it",
    ),
    Field::new("act", Text, "Acto que lo fija (id de acts)", "The act that sets it (id of acts)").required(),
    Field::new("valid_from", Day, "Primer día en que rige", "First day on which it binds").required(),
    Field::new(
        "valid_until",
        Day,
        "Primer día en que ya no rige; falta mientras no se conozca uno",
        "First day on which it no longer binds; missing while none is known",
    ),
    Field::new("ended_by", Text, "Acto que lo termina", "The act that ends it"),
    Field::new(
        "two_prices",
        Boolean,
        "Verdadero: la lista trae dos precios aquí; este es el más favorable a quien vende",
        "True: the list states two prices here; this one is more favourable to the seller",
    )
    .required(),
    Field::new(
        "sample", Boolean, "Verdadero: datos inventados, de la muestra de Termómetro",
        "True: invented data, of Termómetro's sample",
    )
    .required(),
];

fn cells(row: &tokio_postgres::Row) -> Result<Vec<ExportValue>, StoreError> {
    let cum = row.try_get::<_, Option<i32>>("expediente")?.zip(row.try_get::<_, Option<i32>>("consecutive")?);
    Ok(vec![
        row.try_get::<_, &str>("key")?.into(),
        cum.map(|(expediente, consecutive)| Cum::new(expediente, consecutive).to_string()).into(),
        row.try_get::<_, Option<String>>("market")?.into(),
        row.try_get::<_, &str>("column_code")?.into(),
        row.try_get::<_, Decimal>("amount")?.into(),
        amount::CURRENCY.into(),
        row.try_get::<_, &str>("per")?.into(),
        row.try_get::<_, &str>("margin_kind")?.into(),
        row.try_get::<_, Option<Decimal>>("margin")?.into(),
        row.try_get::<_, &str>("act_id")?.into(),
        row.try_get::<_, Date>("valid_from")?.into(),
        row.try_get::<_, Option<Date>>("valid_until")?.into(),
        row.try_get::<_, Option<String>>("ended_by")?.into(),
        row.try_get::<_, bool>("two_prices")?.into(),
        row.try_get::<_, bool>("sample")?.into(),
    ])
}
