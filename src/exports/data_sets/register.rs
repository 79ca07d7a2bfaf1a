//! `register`: the public register of confirmed cases, with the fields of `list_register` only.

use serde_json::json;
use tokio_postgres::{Row, types::ToSql};

use crate::{
    domain::number::amount,
    exports::data_set::{
        DataSet, ExportValue, Field,
        FieldType::{Boolean, Date, Integer, List, Money, Text},
        Inputs, Params, RowByRow,
    },
    read_model::{cases::case, statements},
    store::postgres::error::StoreError,
};

pub static DATA_SET: DataSet = DataSet {
    name: "register",
    title: ("Registro público de casos confirmados", "Public register of confirmed cases"),
    description: (
        "Ventas sobre el precio máximo que dos personas del regulador confirmaron: quién vendió qué, bajo qué acto, por cuánto, y qué respondió.",
        "Sales above a ceiling that two regulators confirmed: who sold what, under which act, by how much, and what the seller replied.",
    ),
    kinds: &["ceilings", "sismed"],
    key_fields: 1,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Actions,
    sql: statements::case_list,
    params,
    reader: || Box::new(RowByRow(cells)),
};

const FIELDS: &[Field] = &[
    Field::new("id", Text, "Identificador del caso", "Identifier of the case").required(),
    Field::new("state", Text, "confirmed, o closed después de confirmado", "confirmed, or closed after it was confirmed")
        .required()
        .one_of(&["confirmed", "closed"]),
    Field::new("seller_nit", Text, "NIT de quien vendió, con dígito de verificación", "NIT of the seller, with its check digit")
        .required(),
    Field::new(
        "seller_name", Text, "Nombre de quien vendió, si está registrado aquí", "The seller's name, where it is registered here",
    ),
    Field::new("cum", Text, "Medicamento vendido", "Medicine sold").required(),
    Field::new("description", Text, "Descripción de la presentación", "Description of the presentation"),
    Field::new("holder", Text, "Titular del registro sanitario", "Holder of the sanitary registration"),
    Field::new("act", Text, "Acto cuyo precio máximo se excedió (id de acts)", "The act whose ceiling was exceeded (id of acts)")
        .required(),
    Field::new("act_title", Text, "Título del acto", "Title of the act"),
    Field::new("act_published_in", Text, "Diario Oficial del acto", "Official gazette of the act"),
    Field::new("act_source", Text, "Dónde se leyó el acto", "Where the act was read"),
    Field::new("period_from", Date, "Primer día del período", "First day of the period").required(),
    Field::new("period_until", Date, "Primer día después del período", "First day after the period").required(),
    Field::new("reports", Integer, "Reportes del caso", "Reports of the case").required(),
    Field::new(
        "total_excess", Money, "Exceso total, en pesos, a favor de quien vende", "Total excess in pesos, in the seller's favour",
    )
    .required(),
    Field::new("currency", Text, "Moneda (ISO 4217)", "Currency (ISO 4217)").required().one_of(&[amount::CURRENCY]),
    Field::new(
        "another_unit_fits",
        Boolean,
        "Verdadero: los precios encajan mejor con otra unidad o empaque; el caso empezó como pregunta a quien reporta",
        "True: the prices fit another unit or pack better; the case began as a question to the reporter",
    )
    .required(),
    Field::new("notified_on", Date, "Día en que se notificó", "Day on which the seller was notified"),
    Field::new("confirmed_on", Date, "Día en que se confirmó", "Day on which it was confirmed"),
    Field::new(
        "replies", List, "Respuestas de quien vendió: instante (at) y texto (text)",
        "What the seller replied: instant (at) and text",
    )
    .required(),
];

/// Public data: no filter but that of `Reader::Public`.
fn params(_: Option<&[jiff::civil::Date]>) -> Params {
    let (text, number, day) = (None::<String>, None::<i32>, None::<jiff::civil::Date>);
    let filters: [Box<dyn ToSql + Sync + Send>; 9] = [
        Box::new(text.clone()),
        Box::new(text.clone()),
        Box::new(text.clone()),
        Box::new(number),
        Box::new(number),
        Box::new(text.clone()),
        Box::new(day),
        Box::new(day),
        Box::new(text.clone()),
    ];
    let only_confirmed: Box<dyn ToSql + Sync + Send> = Box::new(true);
    filters.into_iter().chain([only_confirmed, Box::new(text.clone()), Box::new(i64::MAX), Box::new(text)]).collect()
}

fn cells(row: &Row) -> Result<Vec<ExportValue>, StoreError> {
    let case = case::summary(row)?;
    let replies = case.replies.iter().map(|reply| json!({"at": reply.at.to_string(), "text": reply.text})).collect();
    Ok(vec![
        case.id.into(),
        case.state.code().into(),
        case.seller.to_string().into(),
        case.seller_name.into(),
        case.cum.to_string().into(),
        case.description.into(),
        case.holder.into(),
        case.act.id.into(),
        case.act.title.into(),
        case.act.published_in.into(),
        case.act.source.into(),
        case.from.into(),
        case.until.into(),
        case.reports.into(),
        case.total_excess.into(),
        amount::CURRENCY.into(),
        case.another_unit_fits.into(),
        case.notified_on.into(),
        case.confirmed_on.into(),
        ExportValue::List(replies),
    ])
}
