//! `prices_by_month`: the reported prices of each presentation, as `list_prices` shows them, but for what needs other periods: whether an
//! average stands apart from the others of its product.

use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::channel::Place,
        market::price_series::{PricePoint, ReportedPrice, series},
        number::amount,
        verdict::judge::Verdict,
    },
    exports::{
        data_set::{
            DataSet, ExportValue, Field,
            FieldType::{Boolean, Integer, Money, Number, Text},
            Inputs, Params, RowReader, Sink, period_named,
        },
        error::ExportError,
    },
    read_model::{medicines::prices::report, statements},
};

pub static DATA_SET: DataSet = DataSet {
    name: "prices_by_month",
    title: ("Precios por mes", "Prices by month"),
    description: (
        "Precios reportados al SISMED por CUM, período, transacción, operación y unidad: mínimo, promedio ponderado, máximo y veredictos. Hay \
         archivos de cada período (manifest.json los nombra) y archivos con todos, período tras período. Si un promedio es atípico entre los de su \
         medicamento lo dice /v1/medicines/{cum}/prices.",
        "Prices reported to SISMED by CUM, period, transaction, operation and unit: minimum, weighted average, maximum and verdicts. There are \
         files of each period (manifest.json names them) and files with all, period after period. Whether an average is an outlier among those of \
         its medicine is said by /v1/medicines/{cum}/prices.",
    ),
    kinds: &["sismed"],
    key_fields: 5,
    fields: FIELDS,
    period_field: Some(1),
    rests_on: Inputs::Reports,
    sql: statements::export_prices,
    params,
    reader: || Box::new(ByProduct { product: None, period: String::new(), reports: Vec::new(), sample: false }),
};

/// The span from the first month to the last, and the months.
fn params(months: Option<&[Date]>) -> Params {
    let from = months.and_then(|months| months.iter().min().copied());
    let last = months.and_then(|months| months.iter().max());
    let until = last.and_then(|month| Some(Period::month(month.year(), month.month())?.until));
    vec![Box::new(from), Box::new(until), Box::new(months.map(<[Date]>::to_vec))]
}

const FIELDS: &[Field] = &[
    Field::new("cum", Text, "Código único de medicamento", "Unique medicine code").required(),
    Field::new(
        "period",
        Text,
        "Mes (AAAA-MM), o año en reportes anteriores a octubre de 2019",
        "Month (YYYY-MM), or year in reports before October 2019",
    )
    .required(),
    Field::new("transaction", Text, "Transacción del SISMED, 1 a 5", "SISMED transaction, 1 to 5")
        .required()
        .one_of(&["1", "2", "3", "4", "5"]),
    Field::new("operation", Text, "CM compra, VN venta, RC recobro", "CM purchase, VN sale, RC reimbursement claim")
        .required()
        .one_of(&["CM", "VN", "RC"]),
    Field::new("per", Text, "Unidad de factura de la que es el precio", "The invoice unit that the price is of")
        .required()
        .one_of(&["pack", "primary_pack", "dispensing_unit", "regulated_unit"]),
    Field::new("channel", Text, "Canal", "Channel").one_of(&["institutional", "commercial"]),
    Field::new("stage", Text, "Etapa de la venta", "Stage of the sale").one_of(&["primary", "secondary", "final"]),
    Field::new("currency", Text, "Moneda (ISO 4217)", "Currency (ISO 4217)").required().one_of(&[amount::CURRENCY]),
    Field::new("minimum", Money, "Precio mínimo reportado", "Lowest price reported"),
    Field::new(
        "weighted_average",
        Money,
        "Promedio ponderado por unidades, a 4 decimales (mitad hacia arriba)",
        "Average weighted by units, to 4 decimals (half up)",
    ),
    Field::new("maximum", Money, "Precio máximo reportado", "Highest price reported"),
    Field::new(
        "value",
        Number,
        "Valor de los reportes que dicen valor y unidades: promedio = value / units",
        "Value of the reports that state value and units: average = value / units",
    ),
    Field::new("units", Number, "Unidades de esos reportes", "Units of those reports"),
    Field::new("reports", Integer, "Reportes", "Number of reports").required(),
    Field::new(
        "within", Integer, "Reportes con veredicto within: dentro del precio máximo",
        "Reports with verdict within: not above the ceiling",
    )
    .required(),
    Field::new(
        "above",
        Integer,
        "Reportes con veredicto above: sobre el precio máximo (indicio, no sanción); vea another_unit_fits",
        "Reports with verdict above the ceiling (a finding, not a sanction); see another_unit_fits",
    )
    .required(),
    Field::new(
        "no_ceiling_for_this_stage", Integer, "Reportes de etapas sin precio máximo", "Reports of stages without a ceiling",
    )
    .required(),
    Field::new("not_regulated", Integer, "Reportes de medicamentos no regulados", "Reports of medicines that are not regulated")
        .required(),
    Field::new("cannot_compare", Integer, "Reportes que no se pueden comparar", "Reports that cannot be compared").required(),
    Field::new(
        "another_unit_fits",
        Integer,
        "De los above, los que encajan mejor con otra unidad o empaque: una pregunta, no una acusación",
        "Of those above, the ones that fit another unit or pack better: a question, no accusation",
    )
    .required(),
    Field::new(
        "sample", Boolean, "Verdadero: datos inventados, de la muestra de Termómetro",
        "True: invented data, of Termómetro's sample",
    )
    .required(),
];

/// A point of the series needs all reports of its product and period.
struct ByProduct {
    product: Option<Cum>,
    /// The year or the month that its file is named after.
    period: String,
    reports: Vec<ReportedPrice>,
    /// Some of them are invented.
    sample: bool,
}

impl RowReader for ByProduct {
    fn read(&mut self, row: &Row, sink: Sink<'_>) -> Result<(), ExportError> {
        let product = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        let report = report(row)?;
        let name = report.period.to_string();
        let period = period_named(&name);
        if self.product != Some(product) || self.period != period {
            self.end(sink)?;
            (self.product, self.period, self.sample) = (Some(product), period.to_owned(), false);
        }
        self.reports.push(report);
        self.sample |= row.try_get::<_, bool>("sample")?;
        Ok(())
    }

    fn end(&mut self, sink: Sink<'_>) -> Result<(), ExportError> {
        let Some(product) = self.product else { return Ok(()) };
        let (name, sample) = (product.to_string(), self.sample);
        series(self.reports.drain(..)).points.iter().try_for_each(|point| sink(cells(&name, point, sample)))
    }
}

fn cells(cum: &str, point: &PricePoint, sample: bool) -> Vec<ExportValue> {
    let (place, average) = (Place::from_transaction(point.transaction), point.average.as_ref());
    let mut cells = vec![
        cum.into(),
        point.period.to_string().into(),
        point.transaction.to_string().into(),
        point.operation.code().into(),
        point.per.code().into(),
        place.map(|place| place.channel.code()).into(),
        place.map(|place| place.stage.code()).into(),
        amount::CURRENCY.into(),
        point.minimum.into(),
        average.map(|average| average.rounded).into(),
        point.maximum.into(),
        average.map(|average| average.value).into(),
        average.map(|average| average.units).into(),
        ExportValue::count(point.reports),
    ];
    cells.extend(Verdict::ALL.iter().map(|verdict| ExportValue::count(point.verdicts.get(verdict).copied().unwrap_or(0))));
    cells.push(ExportValue::count(point.another_unit_fits));
    cells.push(sample.into());
    cells
}
