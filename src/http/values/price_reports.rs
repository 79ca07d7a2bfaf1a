//! Values of reports of prices: what a report is of, where, and what is decided on it.

use super::{
    choices::{choice, chosen},
    schema::pattern,
    value::{Invalid, values},
};
use crate::domain::participation::price_report;

values! {
    PriceReportId(String), "PriceReportId", pattern("A p and 12 hexadecimal digits.", "^p[0-9a-f]{12}$"),
        |text| {
            let digits = text.strip_prefix('p').unwrap_or_default();
            let fits = digits.len() == 12 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let fault = || Invalid::value((
                "el id de un reporte es una p y 12 cifras hexadecimales, como p0123456789ab",
                "a report's id is p and 12 hexadecimal digits, such as p0123456789ab",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    Area(String), "Area", pattern("CO, or the code of a department or municipality (DANE).", "^(CO|[0-9]{2}|[0-9]{5})$"),
        |text| {
            let is_code = matches!(text.len(), 2 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
            let fault = || Invalid::value((
                "CO, o el código del DANE de un departamento (05) o municipio (05001)",
                "CO, or DANE's code of a department (05) or municipality (05001)",
            ));
            (text == "CO" || is_code).then(|| text.to_owned()).ok_or_else(fault)
        };

    Municipality(String), "Municipality", pattern("Code of a municipality (DANE), of five digits.", "^[0-9]{5}$"),
        |text| {
            let fits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
            let fault = || Invalid::value(("cinco cifras, como 05001 para Medellín", "five digits, such as 05001 for Medellín"));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    PriceReportUnit(price_report::PriceReportUnit), "PriceReportUnit", choice("Por qué unidad se pagó.", report_units()),
        |text| chosen(price_report::PriceReportUnit::from_code(text), "unknown_unit", report_units());

    NotUsableReason(price_report::NotUsableReason), "NotUsableReason", choice("Por qué no cuenta.", not_usable_reasons()),
        |text| chosen(price_report::NotUsableReason::from_code(text), "invalid_value", not_usable_reasons());

    PriceReportDisposition(price_report::PriceReportDisposition), "PriceReportDisposition",
        choice("Lo que se responde.", report_dispositions()),
        |text| chosen(price_report::PriceReportDisposition::from_code(text), "invalid_value", report_dispositions());
}

fn report_units() -> impl Iterator<Item = &'static str> {
    price_report::PriceReportUnit::ALL.iter().map(|unit| unit.code())
}

fn not_usable_reasons() -> impl Iterator<Item = &'static str> {
    price_report::NotUsableReason::ALL.iter().map(|reason| reason.code())
}

fn report_dispositions() -> impl Iterator<Item = &'static str> {
    price_report::PriceReportDisposition::ALL.iter().map(|disposition| disposition.code())
}
