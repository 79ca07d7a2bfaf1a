//! TEMP
use rust_decimal::Decimal;
pub struct Description {
    pub dispensing_units: Decimal,
}
pub fn parse(_: &str) -> Option<Description> {
    None
}
pub fn regulated_content(_: &Description, _: &str, _: &str) -> Option<Decimal> {
    None
}
