//! `medicines`: every presentation that a source names, as `list_medicines` shows it.

use crate::{
    exports::data_set::{
        DataSet, ExportValue, Field,
        FieldType::{Boolean, List, Number, Text},
        Inputs, RowByRow, no_params,
    },
    read_model::{medicines::medicine::medicine, statements},
    store::postgres::error::StoreError,
};

pub static DATA_SET: DataSet = DataSet {
    name: "medicines",
    title: ("Medicamentos", "Medicines"),
    description: (
        "Presentaciones comerciales (CUM) que nombran el catálogo del INVIMA, las listas de precios máximos o los reportes al SISMED.",
        "Commercial presentations (CUM) that INVIMA's catalogue, the lists of ceilings or the reports to SISMED name.",
    ),
    kinds: &["catalogue", "ceilings", "sismed"],
    key_fields: 1,
    fields: FIELDS,
    period_field: None,
    rests_on: Inputs::Lists,
    sql: statements::export_medicines,
    params: no_params,
    reader: || Box::new(RowByRow(cells)),
};

const FIELDS: &[Field] = &[
    Field::new(
        "cum", Text, "Código único de medicamento: expediente y consecutivo",
        "Unique medicine code: registration file and consecutive",
    )
    .required(),
    Field::new("brand", Text, "Nombre comercial", "Commercial name"),
    Field::new("description", Text, "Descripción de la presentación", "Description of the presentation"),
    Field::new("holder", Text, "Titular del registro sanitario", "Holder of the sanitary registration"),
    Field::new("registration", Text, "Registro sanitario", "Sanitary registration"),
    Field::new(
        "registration_state", Text, "Estado del registro, como lo publica el INVIMA",
        "State of the registration, as INVIMA publishes it",
    ),
    Field::new("active", Boolean, "Si el CUM está activo", "Whether the CUM is active"),
    Field::new("medical_sample", Boolean, "Si es muestra médica", "Whether it is a medical sample").required(),
    Field::new("atc", Text, "Código ATC", "ATC code"),
    Field::new("ingredients", List, "Principios activos", "Active ingredients").required(),
    Field::new("strength", Text, "Concentración", "Strength"),
    Field::new("form", Text, "Forma farmacéutica", "Pharmaceutical form"),
    Field::new("route", Text, "Vía de administración", "Route of administration"),
    Field::new(
        "form_group", Text, "Grupo de formas y vías de las listas oficiales", "Group of forms and routes in the official lists",
    ),
    Field::new("market", Text, "Mercado relevante que nombra una lista", "Relevant market that a list names"),
    Field::new(
        "dispensing_units_per_pack", Number, "Unidades mínimas de dispensación por presentación",
        "Smallest dispensing units in a pack",
    ),
    Field::new("regulated_units_per_pack", Number, "Unidades de regulación por presentación", "Units of regulation in a pack"),
    Field::new("regulated_unit", Text, "Unidad de regulación del mercado: mg, UI…", "The market's unit of regulation: mg, IU…"),
    Field::new(
        "regulated", Boolean, "Si alguna lista le fija un precio máximo", "Whether some list states a binding ceiling for it",
    )
    .required(),
    Field::new(
        "sources", List, "Qué fuentes lo nombran: catalogue, ceilings, sismed",
        "Which sources name it: catalogue, ceilings, sismed",
    )
    .required(),
    Field::new(
        "sample", Boolean, "Verdadero: datos inventados, de la muestra de Termómetro",
        "True: invented data, of Termómetro's sample",
    )
    .required(),
];

fn cells(row: &tokio_postgres::Row) -> Result<Vec<ExportValue>, StoreError> {
    let (cum, medicine) = medicine(row)?;
    Ok(vec![
        cum.to_string().into(),
        medicine.brand.into(),
        medicine.description.into(),
        medicine.holder.into(),
        medicine.registration.into(),
        medicine.registration_state.into(),
        medicine.active.into(),
        medicine.medical_sample.into(),
        medicine.atc.into(),
        ExportValue::list(&medicine.ingredients),
        medicine.strength.into(),
        medicine.form.into(),
        medicine.route.into(),
        medicine.form_group.into(),
        medicine.market.into(),
        medicine.dispensing_units.into(),
        medicine.regulated_units.into(),
        medicine.regulated_unit.into(),
        medicine.regulated.into(),
        ExportValue::list(&medicine.sources),
        row.try_get::<_, bool>("sample")?.into(),
    ])
}
