//! Codes of medicines, sellers, acts, cases and files.

use std::collections::BTreeSet;

use utoipa::IntoParams;

use super::{
    schema::{any_of, pattern},
    value::{Invalid, texts, values},
};
use crate::{
    domain::{
        cases::case_file,
        identifier::{
            code_list::{self, ParseMedicineCodeError},
            cum::{self, ParseCumError},
            ium, nit,
        },
        law::act,
        purchases::purchase,
    },
    http::base::fault_words::characters,
};

values! {
    Cum(cum::Cum), "Cum", pattern("CUM: expediente and consecutive, in any spelling.", CUM),
        |text| text.parse().map_err(malformed_cum);

    Ium(ium::Ium), "Ium", pattern("IUM: a digit, a letter, and 6, 10 or 13 digits.", IUM),
        |text| text.parse().map_err(|_| Invalid::new("malformed_ium", (
            "un IUM es un número, una letra y 6, 10 o 13 números, como 1A1006781005100",
            "an IUM is a digit, a letter and 6, 10 or 13 digits, such as 1A1006781005100",
        )));

    MedicineCode(code_list::MedicineCode), "MedicineCode", any_of("A CUM or an IUM.", &["Cum", "Ium"]),
        |text| text.parse().map_err(malformed_code);

    /// All presentations of one registration.
    Expediente(i32), "Expediente", pattern("Registration number (expediente).", "^(?:[1-9][0-9]{0,8}|0{1,8}[1-9])$"),
        |text| expediente(text).ok_or_else(|| Invalid::value(("de 1 a 9 cifras", "1 to 9 digits")));

    Nit(nit::Nit), "Nit", pattern("NIT, with or without its check digit.", r"^[1-9][0-9]{5,9}(-[0-9])?$"),
        |text| text.parse().map_err(|_| Invalid::value(("un NIT, como 899999063-3", "a NIT, such as 899999063-3")));

    ActId(act::ActId), "ActId", pattern("Lower-case words joined by hyphens.", "^[a-z0-9-]{1,64}$"),
        |text| text.parse().map_err(|_| Invalid::value((
            "el id de un acto son palabras en minúscula unidas por guiones, como circular-10-2020",
            "an act's id is lower-case words joined by hyphens, such as circular-10-2020",
        )));

    /// As the rows of a draft name them.
    MarketList(BTreeSet<String>), "MarketList", pattern("Markets (ID MR), joined by commas.", MARKET_LIST),
        |text| markets(text).ok_or_else(|| Invalid::value((
            "ID MR unidos por comas, como 96,8", "market IDs joined by commas, such as 96,8",
        )));

    CaseId(case_file::CaseId), "CaseId", pattern("A c and digits.", "^c[0-9]{6,18}$"),
        |text| text.parse().map_err(|_| Invalid::value((
            "el id de un caso es una c y de 6 a 18 cifras, como c000123", "a case's id is c and 6 to 18 digits, such as c000123",
        )));

    PetitionId(String), "PetitionId", pattern("A q and 12 hexadecimal digits.", "^q[0-9a-f]{12}$"),
        |text| {
            let digits = text.strip_prefix('q').unwrap_or_default();
            let fits = digits.len() == 12 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let fault = || Invalid::value((
                "el id de una petición es una q y 12 cifras hexadecimales, como q0123456789ab",
                "a petition's id is q and 12 hexadecimal digits, such as q0123456789ab",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    PurchaseId(purchase::PurchaseId), "PurchaseId", pattern("A b and 16 hexadecimal digits.", "^b[0-7][0-9a-f]{15}$"),
        |text| text.parse().map_err(|_| Invalid::value((
            "el id de una compra es una b y 16 cifras hexadecimales, como b0123456789abcdef",
            "a purchase's id is b and 16 hexadecimal digits, such as b0123456789abcdef",
        )));

    CorrectionId(String), "CorrectionId", pattern("An m and 12 hexadecimal digits.", "^m[0-9a-f]{12}$"),
        |text| {
            let digits = text.strip_prefix('m').unwrap_or_default();
            let fits = digits.len() == 12 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let fault = || Invalid::value((
                "el id de una corrección es una m y 12 cifras hexadecimales, como m0123456789ab",
                "a correction's id is m and 12 hexadecimal digits, such as m0123456789ab",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    ContractId(String), "ContractId", pattern("As SECOP II names it.", "^[0-9A-Za-z._-]{1,60}$"),
        |text| {
            let fits = (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            let fault = || Invalid::value(("el id de un contrato es como CO1.PCCNTR.123456", "a contract's id is like CO1.PCCNTR.123456"));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    MarketId(String), "MarketId", pattern("A market (ID MR).", "^[0-9A-Za-z/]{1,20}$"),
        |text| {
            let fits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
            let fault = || Invalid::value(("un ID MR, como 96", "a market's ID, such as 96"));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    /// Of a regulator, as those who can be given cases are listed.
    AssigneeId(String), "AssigneeId", pattern("Id of a principal.", "^p[0-9A-Za-z]{10}$"),
        |text| {
            let fault = || Invalid::value(("el id de una persona es una p y 10 letras o cifras", "a principal's id is p and 10 letters or digits"));
            is_principal(text).then(|| text.to_owned()).ok_or_else(fault)
        };

    AssigneeFilter(String), "AssigneeFilter", pattern("Id of a principal, me or none.", "^(me|none|p[0-9A-Za-z]{10})$"),
        |text| {
            let fault = || Invalid::value(("el id de una persona, me o none", "the id of a principal, me or none"));
            (is_principal(text) || ["me", "none"].contains(&text)).then(|| text.to_owned()).ok_or_else(fault)
        };

    Sha256(String), "Sha256", pattern("SHA-256 in hexadecimal.", "^[0-9a-f]{64}$"),
        |text| {
            let hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let fault = || Invalid::value(("64 cifras hexadecimales en minúscula", "64 lower-case hexadecimal digits"));
            hex.then(|| text.to_owned()).ok_or_else(fault)
        };

    FeedName(String), "FeedName", pattern("Lower-case words joined by underscores.", "^[a-z][a-z_]{0,63}$"),
        |text| {
            let is_name = text.len() <= 64 && text.starts_with(|letter: char| letter.is_ascii_lowercase());
            let fits = is_name && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let fault = || Invalid::value(("palabras en minúscula unidas por _, como ceilings", "lower-case words joined by _, such as ceilings"));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    FeedRun(i64), "FeedRun", pattern("Number of a run.", "^[1-9][0-9]{0,17}$"),
        |text| {
            let plain = text.len() <= 18 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
            let fault = || Invalid::value(("el número de una lectura, como 12", "the number of a run, such as 12"));
            text.parse().ok().filter(|_| plain).ok_or_else(fault)
        };

    HeldFile(i64), "HeldFile", pattern("Number of a held file.", "^[1-9][0-9]{0,17}$"),
        |text| {
            let plain = text.len() <= 18 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
            let fault = || Invalid::value(("el número de un archivo retenido, como 3", "the number of a held file, such as 3"));
            text.parse().ok().filter(|_| plain).ok_or_else(fault)
        };

    /// A day that no calendar has is merely unknown.
    ExportVersion(String), "ExportVersion", pattern("A day and one number or two; latest is the newest.", EXPORT_VERSION),
        |text| {
            let fault = || Invalid::value(("es como 2026-11-27.42, o latest", "is like 2026-11-27.42, or latest"));
            (text == "latest" || is_version(text)).then(|| text.to_owned()).ok_or_else(fault)
        };

    IdempotencyKey(String), "IdempotencyKey", pattern("1 to 200 visible ASCII characters.", "^[!-~]{1,200}$"),
        |text| {
            let fits = (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
            let fault = || Invalid::new("idempotency_key", (
                "exactamente uno, de 1 a 200 caracteres ASCII visibles; uno nuevo por operación, el mismo al repetirla",
                "exactly one, of 1 to 200 visible ASCII characters; a new one for each operation, the same one when retrying it",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };
}

texts! {
    /// A part of a text, as a pattern of `LIKE`: `%` and `_` are what they are, not wildcards.
    Part(String), |text| match text.chars().count() {
        ..=100 => Ok(text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")),
        _ => Err(Invalid::new("too_long", characters(1, 100))),
    };
}

/// Every operation that writes takes it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the document shows it; `Request::command_context` reads the header")]
pub struct IdempotencyHeader {
    /// A new one for each operation; the same one when retrying it, within seven days.
    #[param(rename = "Idempotency-Key")]
    pub key: IdempotencyKey,
}

const CUM: &str = "^ *0{0,11}[1-9][0-9]{0,8} *- *0{0,16}[0-9]{1,4} *$";
const IUM: &str = "^ *[0-9][A-Za-z]([0-9]{6}|[0-9]{10}|[0-9]{13}) *$";
const EXPORT_VERSION: &str = r"^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]{1,18}){1,2})$";

const MARKET_LIST: &str = "^[0-9A-Za-z/]{1,20}(,[0-9A-Za-z/]{1,20}){0,199}$";
const MARKETS_MAX: usize = 200;

/// As the pattern has it.
fn markets(text: &str) -> Option<BTreeSet<String>> {
    let is_market =
        |id: &str| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    let fits = text.split(',').count() <= MARKETS_MAX && text.split(',').all(is_market);
    fits.then(|| text.split(',').map(str::to_owned).collect())
}

fn malformed_cum(error: ParseCumError) -> Invalid {
    let detail = match error {
        ParseCumError::Shape => (
            "un CUM es expediente-consecutivo, dos números enteros unidos por un guion, como 19914312-20",
            "a CUM is expediente-consecutivo, two whole numbers joined by a hyphen, such as 19914312-20",
        ),
        ParseCumError::Expediente => (
            "el expediente de un CUM tiene de 1 a 9 cifras y no es cero",
            "the first part of a CUM (expediente) has 1 to 9 digits and is not zero",
        ),
        ParseCumError::Consecutive => (
            "el consecutivo de un CUM tiene de 1 a 4 cifras significativas",
            "the second part of a CUM (consecutivo) has 1 to 4 significant digits",
        ),
    };
    Invalid::new("malformed_cum", detail)
}

fn malformed_code(error: ParseMedicineCodeError) -> Invalid {
    match error {
        ParseMedicineCodeError::Cum(error) => malformed_cum(error),
        ParseMedicineCodeError::Neither => Invalid::value((
            "no es un CUM (expediente-consecutivo, como 19914312-20) ni un IUM (como 1A1006781005100)",
            "is neither a CUM (expediente-consecutivo, such as 19914312-20) nor an IUM (such as 1A1006781005100)",
        )),
    }
}

fn expediente(text: &str) -> Option<i32> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}

fn is_principal(text: &str) -> bool {
    let id = text.strip_prefix('p').unwrap_or_default();
    id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_version(text: &str) -> bool {
    let (day, numbers) = text.split_once('.').unwrap_or_default();
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = day.split('-').collect();
    let is_day = matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2)
        && parts.iter().all(|part| digits(part, 4));
    is_day && numbers.splitn(2, '.').all(|number| digits(number, 18))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn a_version_is_a_day_and_one_number_or_two() {
        assert!(["2026-11-27.42", "2026-11-27.42.2"].into_iter().all(is_version));
        assert!(
            !["", "42", "2026-11-27", "2026-1-27.1", "2026-11-27.", "2026-11-27.4a", "2026-11-27.1.2.3", "latest.1"]
                .into_iter()
                .any(is_version)
        );
    }
}
