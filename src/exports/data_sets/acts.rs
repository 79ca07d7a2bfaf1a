//! `acts`: the acts of the pricing commission, as `list_acts` shows them.

use crate::{
    exports::data_set::{
        DataSet, ExportValue, Field,
        FieldType::{Boolean, Date, Integer, List, Text},
        Inputs, Params, RowByRow,
    },
    read_model::{acts::act::summary, statements},
    store::postgres::error::StoreError,
};

pub static DATA_SET: DataSet = DataSet {
    name: "acts",
    title: ("Actos de la Comisión", "Acts of the commission"),
    description: (
        "Actos administrativos (circulares) de la Comisión Nacional de Precios de Medicamentos y Dispositivos Médicos, con su vigencia.",
        "Administrative acts (circulars) of Colombia's national commission of prices of medicines and medical devices, with their validity.",
    ),
    kinds: &["ceilings"],
    key_fields: 1,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Lists,
    sql: statements::act_list,
    params,
    reader: || Box::new(RowByRow(cells)),
};

const FIELDS: &[Field] = &[
    Field::new("id", Text, "Identificador del acto", "Identifier of the act").required(),
    Field::new("title", Text, "Título", "Title"),
    Field::new("issuer", Text, "Quién lo expide", "Who issues it"),
    Field::new("issued_on", Date, "Día de expedición", "Day on which it was issued"),
    Field::new("published_in", Text, "Diario Oficial", "Official gazette"),
    Field::new("in_force_from", Date, "Primer día en que rige", "First day on which it is in force"),
    Field::new("repealed_by", Text, "Acto que lo deroga", "The act that repeals it"),
    Field::new("subject_es", Text, "Qué hace, en español", "What it does, in Spanish"),
    Field::new("subject_en", Text, "Qué hace, en inglés", "What it does, in English"),
    Field::new("source", Text, "Dónde se leyeron estos datos", "Where these facts were read"),
    Field::new(
        "confirmed",
        Boolean,
        "Falso: leído en una fuente secundaria, o solo citado por una lista",
        "False: read in a secondary source, or only cited by a list",
    )
    .required(),
    Field::new(
        "ceilings",
        Integer,
        "Medicamentos (CUM) con precio máximo de este acto en alguna lista",
        "Medicines (CUM) that some list gives a ceiling of this act",
    )
    .required(),
    Field::new(
        "markets", Integer, "Mercados con precio unitario de este acto en alguna lista",
        "Markets that some list gives a unit price of this act",
    )
    .required(),
    Field::new("publication", Integer, "Número de su publicación en este servicio", "Number of its publication in this service"),
    Field::new("supersedes", List, "Actos que terminan donde este empieza", "Acts that end where this one begins"),
    Field::new("amends", Text, "Acto que modifica en parte", "The act that it amends in part"),
    Field::new(
        "sets_ceilings", Boolean, "Si fija precios máximos o unitarios; vacío: no se sabe",
        "Whether it sets ceilings or unit prices; empty: not known",
    ),
    Field::new(
        "list_held",
        Boolean,
        "Falso: fija precios y aquí no está su lista, de modo que un cero no dice nada del acto; vacío: no los fija o no se sabe",
        "False: it sets prices and no list of them is held here, so that a zero says nothing about the act; empty: it sets none, or that is not known",
    ),
    Field::new(
        "sample", Boolean, "Verdadero: datos inventados, de la muestra de Termómetro",
        "True: invented data, of Termómetro's sample",
    )
    .required(),
];

/// All of them, from the beginning.
fn params(_: Option<&[jiff::civil::Date]>) -> Params {
    vec![Box::new(None::<String>), Box::new(None::<i64>), Box::new(None::<String>)]
}

fn cells(row: &tokio_postgres::Row) -> Result<Vec<ExportValue>, StoreError> {
    let act = summary(row)?;
    let (sets_ceilings, list_held) = (act.sets_ceilings, act.list_held());
    let (publication, supersedes) =
        act.publication.map(|one| (i64::from(one.version), ExportValue::list(&one.supersedes))).unzip();
    Ok(vec![
        act.id.into(),
        act.title.into(),
        act.issuer.into(),
        act.issued_on.into(),
        act.published_in.into(),
        act.in_force_from.into(),
        act.repealed_by.into(),
        act.subject_es.into(),
        act.subject_en.into(),
        act.source.into(),
        act.confirmed.into(),
        act.ceilings.into(),
        act.markets.into(),
        publication.into(),
        supersedes.unwrap_or(ExportValue::Missing),
        act.amends.into(),
        sets_ceilings.into(),
        list_held.into(),
        row.try_get::<_, bool>("sample")?.into(),
    ])
}
