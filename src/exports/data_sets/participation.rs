//! `participation`: what people sent that has a term to be answered in, with its days and what came of it, and no word of its text.

use tokio_postgres::Row;

use crate::{
    exports::data_set::{
        DataSet, ExportValue, Field,
        FieldType::{Boolean, Date, Text},
        Inputs, Params, RowByRow,
    },
    read_model::statements,
    store::postgres::error::StoreError,
};

pub static DATA_SET: DataSet = DataSet {
    name: "participation",
    title: ("Participación y respuestas", "Participation and answers"),
    description: (
        "Lo que las personas enviaron y debe responderse: cuándo se recibió, hasta cuándo hay plazo, cuándo se respondió y qué se decidió. Sin textos.",
        "What people sent and is owed an answer: when it was received, until when there is time, when it was answered and what was decided. No texts.",
    ),
    kinds: &[],
    key_fields: 2,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Actions,
    sql: statements::participation_items,
    params,
    reader: || Box::new(RowByRow(cells)),
};

const FIELDS: &[Field] = &[
    Field::new(
        "kind",
        Text,
        "Clase: petition es una petición; consultation_comment, un comentario a un proyecto de acto",
        "Kind: petition, or consultation_comment of a draft act",
    )
    .required(),
    Field::new("id", Text, "Identificador de lo que se envió", "Identifier of what was sent").required(),
    Field::new("received_on", Date, "Día en que se recibió", "Day on which it was received").required(),
    Field::new("due_on", Date, "Último día para responder", "Last day to answer").required(),
    Field::new("state", Text, "Estado de ahora", "Present state").required(),
    Field::new("answered_on", Date, "Día de la primera respuesta", "Day of the first answer"),
    Field::new("disposition", Text, "Qué se decidió en la última respuesta", "What the newest answer decided"),
    Field::new("contested", Boolean, "Si se controvirtió la respuesta", "Whether the answer was contested").required(),
];

fn params(_: Option<&[jiff::civil::Date]>) -> Params {
    Vec::new()
}

fn cells(row: &Row) -> Result<Vec<ExportValue>, StoreError> {
    let text = |name: &str| row.try_get::<_, String>(name);
    let day = |name: &str| row.try_get::<_, jiff::civil::Date>(name);
    let answered_on: Option<jiff::civil::Date> = row.try_get("answered_on")?;
    let disposition: Option<String> = row.try_get("disposition")?;
    Ok(vec![
        text("kind")?.into(),
        text("id")?.into(),
        day("received_on")?.into(),
        day("due_on")?.into(),
        text("state")?.into(),
        answered_on.into(),
        disposition.into(),
        row.try_get::<_, bool>("contested")?.into(),
    ])
}
