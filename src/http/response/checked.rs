//! One line of the answer of `POST /v1/checks`: a verdict or the list of faults; also as a table beside the caller's columns.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr, Type,
        extensions::ExtensionsBuilder,
        schema::{AllOf, AnyOfBuilder, ArrayBuilder, Object, ObjectBuilder, Schema},
    },
};

use super::{
    flat_csv,
    people_file::{Table, TableCell},
};
use crate::http::{
    Language,
    params::{check_lines::CheckLine, price_question::CheckFault},
    wire::verdicts::verdict::{Judged, VerdictBody},
};

/// A verdict, or what is wrong with the line where the request asked for that.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum CheckedLine {
    Verdict(Box<VerdictBody>),
    WithoutWorksheet(BareVerdict),
    Fault(FaultLine),
}

/// A verdict without its worksheet, as `worksheet: none` asks.
#[derive(Clone, Debug, Serialize)]
pub struct BareVerdict(Box<VerdictBody>);

/// A line at fault, in its place among the verdicts; only where `on_fault: report` or `Prefer: handling=lenient` asks for it.
#[derive(Clone, Debug, Serialize)]
pub struct FaultLine {
    /// Everything that is wrong with it.
    pub fault: Vec<LineFault>,
}

/// One thing that is wrong with a line (falla).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineFault {
    /// JSON Pointer into the request's body; of a table the line's number among those with data, from 0.
    #[schema(example = "/checks/17/price/amount")]
    pub pointer: String,
    #[schema(example = "malformed_amount")]
    pub code: Cow<'static, str>,
    /// In the language asked for.
    pub detail: String,
}

impl CheckedLine {
    pub fn verdict(mut body: VerdictBody, worksheet: bool) -> Self {
        if worksheet {
            return Self::Verdict(Box::new(body));
        }
        body.judged.worksheet = None;
        Self::WithoutWorksheet(BareVerdict(Box::new(body)))
    }

    pub fn fault(index: usize, faults: impl Iterator<Item = CheckFault>, language: Language) -> Self {
        let fault = |fault: CheckFault| LineFault {
            pointer: pointer(index, &fault.place),
            code: fault.code,
            detail: fault.detail.within(language).to_owned(),
        };
        Self::Fault(FaultLine { fault: faults.map(fault).collect() })
    }

    fn judged(&self) -> Option<&VerdictBody> {
        match self {
            Self::Verdict(body) | Self::WithoutWorksheet(BareVerdict(body)) => Some(body),
            Self::Fault(_) => None,
        }
    }

    /// What stands beside the caller's own columns.
    fn cells(&self) -> [TableCell; ADDED.len()] {
        let text = |text: &str| if text.is_empty() { TableCell::Empty } else { TableCell::text(text) };
        let number = |number: Option<&str>| number.map_or(TableCell::Empty, |number| TableCell::Number(number.to_owned()));
        let Some(body) = self.judged() else {
            let faults = if let Self::Fault(line) = self { line.words() } else { String::new() };
            let mut cells = [const { TableCell::Empty }; ADDED.len()];
            cells[ADDED.len() - 1] = text(&faults);
            return cells;
        };
        let Judged { verdict, ceiling, excess, excess_percent, other_readings, reasons, .. } = &body.judged;
        let readings: Vec<String> = other_readings
            .iter()
            .map(|reading| {
                let percent = reading.excess_percent.as_ref().map(|percent| format!(" {percent} %")).unwrap_or_default();
                format!("{}: {}{percent}", reading.per, reading.verdict)
            })
            .collect();
        [
            text(verdict),
            text(&reasons.join("; ")),
            number(ceiling.as_ref().map(|ceiling| ceiling.amount.as_str())),
            text(ceiling.as_ref().map_or("", |ceiling| ceiling.per)),
            text(ceiling.as_ref().map_or("", |ceiling| ceiling.act.as_str())),
            ceiling.as_ref().map_or(TableCell::Empty, |ceiling| TableCell::text(ceiling.valid_from.to_string())),
            number(excess.as_ref().map(|excess| excess.amount.as_str())),
            number(excess_percent.as_deref()),
            text(&readings.join("; ")),
            TableCell::Empty,
        ]
    }
}

impl FaultLine {
    fn words(&self) -> String {
        let said = |fault: &LineFault| {
            // The field at fault; none if the whole line is.
            let place = fault.pointer.split('/').skip(3).last().unwrap_or_default();
            let separator = if place.is_empty() { "" } else { ": " };
            format!("{place}{separator}{} ({})", fault.detail, fault.code)
        };
        self.fault.iter().map(said).collect::<Vec<_>>().join("; ")
    }
}

pub fn pointer(index: usize, place: &str) -> String {
    let separator = if place.is_empty() { "" } else { "/" };
    format!("/checks/{index}{separator}{place}")
}

/// Columns that are added to the caller's.
const ADDED: [&str; 10] =
    ["verdict", "reasons", "ceiling", "unit", "act", "valid_from", "excess", "excess_percent", "other_reading", "fault"];
/// Of lines that came as JSON.
const OWN: [&str; 9] = ["cum", "amount", "currency", "per", "date", "transaction", "channel", "stage", "seller"];

/// The caller's columns as they are, and what is added: one row a line.
pub fn table(header: &[String], own: impl Iterator<Item = Vec<String>>, lines: &[CheckedLine]) -> Table {
    let added = ADDED.iter().map(|name| {
        // A caller's own column keeps such a name.
        if header.iter().any(|own| own.trim().eq_ignore_ascii_case(name)) {
            format!("termometro_{name}")
        } else {
            (*name).to_owned()
        }
    });
    let rows = own.zip(lines).map(|(own, line)| own.into_iter().map(TableCell::Kept).chain(line.cells()).collect());
    Table { header: header.iter().cloned().chain(added).collect(), rows: rows.collect() }
}

/// Header and cells of lines that came as JSON.
pub fn own_columns(lines: &[CheckLine]) -> (Vec<String>, impl Iterator<Item = Vec<String>>) {
    let cells = |line: &CheckLine| {
        let CheckLine { cum, amount, currency, per, date, transaction, channel, stage, seller, .. } = line;
        [cum, amount, currency, per, date, transaction, channel, stage, seller]
            .map(|cell| cell.clone().unwrap_or_default())
            .to_vec()
    };
    (OWN.map(str::to_owned).to_vec(), lines.iter().map(cells))
}

impl PartialSchema for CheckedLine {
    /// Any of them, and not one alone: a verdict is also one that may lack its worksheet.
    fn schema() -> RefOr<Schema> {
        let names = [VerdictBody::name(), BareVerdict::name(), FaultLine::name()];
        names.into_iter().fold(AnyOfBuilder::new(), |any, name| any.item(Ref::from_schema_name(name))).into()
    }
}

impl ToSchema for CheckedLine {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend([
            (VerdictBody::name().into_owned(), VerdictBody::schema()),
            (BareVerdict::name().into_owned(), BareVerdict::schema()),
            (FaultLine::name().into_owned(), FaultLine::schema()),
        ]);
        VerdictBody::schemas(schemas);
        FaultLine::schemas(schemas);
    }
}

/// Says that a form of an answer is given to those only whose request names a member which the first release did not know.
const ONLY_WHEN: &str = "x-only-when";

impl PartialSchema for FaultLine {
    fn schema() -> RefOr<Schema> {
        let faults = ArrayBuilder::new()
            .items(Ref::from_schema_name(LineFault::name()))
            .description(Some("Everything that is wrong with it."));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A line at fault, in its place among the verdicts, where `on_fault: report` asks for it."))
            .property("fault", faults)
            .required("fault")
            .extensions(Some(ExtensionsBuilder::new().add(ONLY_WHEN, "on_fault").build()))
            .into()
    }
}

impl ToSchema for FaultLine {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((LineFault::name().into_owned(), LineFault::schema()));
    }
}

impl PartialSchema for BareVerdict {
    /// As a verdict's, without the one member.
    fn schema() -> RefOr<Schema> {
        let mut judged = object(Judged::schema());
        judged.properties.shift_remove(flat_csv::NOT_FOR_PEOPLE);
        judged.required.retain(|name| name != flat_csv::NOT_FOR_PEOPLE);
        let mut whole = AllOf::new();
        whole.items.push(RefOr::T(Schema::Object(judged)));
        if let RefOr::T(Schema::AllOf(all)) = VerdictBody::schema() {
            // Beside the reference to what was judged.
            whole.items.extend(all.items.into_iter().filter(|item| matches!(item, RefOr::T(_))));
        }
        whole.description = Some("A verdict without its worksheet, where `worksheet: none` asks for that.".to_owned());
        whole.extensions = Some(ExtensionsBuilder::new().add(ONLY_WHEN, "worksheet").build());
        RefOr::T(Schema::AllOf(whole))
    }
}

fn object(schema: RefOr<Schema>) -> Object {
    match schema {
        RefOr::T(Schema::Object(object)) => object,
        _ => Object::new(),
    }
}

impl ToSchema for BareVerdict {
    fn name() -> std::borrow::Cow<'static, str> {
        "VerdictWithoutWorksheet".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        VerdictBody::schemas(schemas);
    }
}
