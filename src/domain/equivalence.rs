//! TEMP
use super::{listed::ListedPresentation, medicine::ParsedDescription};
pub fn read_description(_: &str) -> Option<ParsedDescription> {
    None
}
pub fn of_presentation(_: &[ListedPresentation], _: Option<&str>) -> Option<String> {
    None
}
