//! The user's own file: which column of a list holds what, as a person confirmed it, kept by the digest of the header; and what a person settled
//! of texts that can mean several things. The service keeps none of it.

use crate::{
    domain::{
        identifier::{cum::Cum, nit::Nit},
        invoices::settled::SettledReading,
        item_text::unit::OPEN_UNITS,
        verdict::comparison::Per,
    },
    ingest::{format::fold::fold, words::Words},
    text::hex::hex,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        /// What a column of a list can hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum LineField { $($(#[$doc])* $variant),* }
        impl LineField {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.code() == code)
            }
        }
    };
}

fields! {
    /// A description; several columns may hold parts of it.
    Text = "text",
    Brand = "brand",
    Cum = "cum",
    Ium = "ium",
    Gtin = "gtin",
    Registration = "registration",
    /// A code of which nothing is said; several columns may hold one.
    Code = "code",
    Quantity = "quantity",
    Unit = "unit",
    UnitPrice = "unit_price",
    Total = "total",
    /// In pesos of the line or of a unit, or in percent: whichever explains the total.
    Discount = "discount",
    Date = "date",
    DocumentNumber = "document_number",
    Cufe = "cufe",
    Seller = "seller",
    Customer = "customer",
    Currency = "currency",
}

impl LineField {
    pub fn is_number(self) -> bool {
        matches!(self, Self::Quantity | Self::UnitPrice | Self::Total | Self::Discount)
    }

    /// Whether several columns may hold it.
    pub fn repeats(self) -> bool {
        matches!(self, Self::Text | Self::Code)
    }

    /// What names a product.
    pub fn is_of_product(self) -> bool {
        matches!(self, Self::Text | Self::Brand | Self::Cum | Self::Ium | Self::Gtin | Self::Registration | Self::Code)
    }
}

/// Columns by their names, so that their order may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMapping {
    pub header_digest: String,
    pub columns: Vec<(String, LineField)>,
    /// Of `05/06/2024`; `None`: the column shows it.
    pub day_first: Option<bool>,
    /// `33.052` is thirty-three thousand and fifty-two; `None`: the file shows it.
    pub decimal_comma: Option<bool>,
}

impl ColumnMapping {
    /// Enough for a line to be judged: a product, and its price or what gives it.
    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }

    /// One of each that a check needs and no column offers.
    pub fn missing(&self) -> Vec<LineField> {
        let has = |field: LineField| self.columns.iter().any(|(_, known)| *known == field);
        let mut missing = Vec::new();
        if !self.columns.iter().any(|(_, field)| field.is_of_product()) {
            missing.push(LineField::Text);
        }
        let has_price = has(LineField::UnitPrice) || (has(LineField::Quantity) && has(LineField::Total));
        if !has_price {
            missing.push(LineField::UnitPrice);
        }
        missing
    }
}

/// The user's file: JSON. Members that are not known here stay as they are.
#[derive(Clone, Debug, Default)]
pub struct MappingFile {
    mappings: Vec<ColumnMapping>,
    settled: Vec<SettledReading>,
    others: Map<String, Value>,
}

/// Why a text is no such file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingFault {
    pub code: &'static str,
    pub words: Words,
}

impl MappingFault {
    fn new(code: &'static str, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, words: Words::new(es, en) }
    }
}

const MAPPINGS: &str = "mappings";
const SETTLED: &str = "settled";
const VERSION: &str = "version";
/// Of the file.
const VERSION_NOW: u64 = 1;

impl MappingFile {
    pub fn parse(text: &str) -> Result<Self, MappingFault> {
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
            .map_err(|_| MappingFault::new("not_json", "no es JSON", "it is no JSON"))?;
        let Value::Object(mut others) = value else {
            return Err(MappingFault::new("not_an_object", "no es un objeto JSON", "it is no JSON object"));
        };
        let version = others.remove(VERSION);
        if version.as_ref().is_some_and(|version| version.as_u64() != Some(VERSION_NOW)) {
            return Err(MappingFault::new(
                "unknown_version", "es de otra versión del programa", "it is of another version of the program",
            ));
        }
        let mappings = match others.remove(MAPPINGS) {
            None => Vec::new(),
            Some(Value::Array(mappings)) => mappings.iter().map(mapping_of).collect::<Result<_, _>>()?,
            Some(_) => return Err(MappingFault::new("malformed_mapping", "`mappings` no es una lista", "`mappings` is no list")),
        };
        let settled = match others.remove(SETTLED) {
            None => Vec::new(),
            Some(Value::Array(readings)) => {
                readings.iter().map(settled_of).collect::<Result<_, &str>>().map_err(malformed_settled)?
            }
            Some(_) => return Err(malformed_settled(SETTLED)),
        };
        Ok(Self { mappings, settled, others })
    }

    pub fn to_text(&self) -> String {
        let mut file = Map::new();
        file.insert(VERSION.to_owned(), VERSION_NOW.into());
        file.insert(MAPPINGS.to_owned(), self.mappings.iter().map(value_of).collect());
        if !self.settled.is_empty() {
            file.insert(SETTLED.to_owned(), self.settled.iter().map(value_of_settled).collect());
        }
        file.extend(self.others.clone());
        format!("{:#}\n", Value::Object(file))
    }

    /// How many headers it knows.
    pub fn count(&self) -> usize {
        self.mappings.len()
    }

    pub fn of(&self, header_digest: &str) -> Option<&ColumnMapping> {
        self.mappings.iter().find(|mapping| mapping.header_digest == header_digest)
    }

    /// Takes the place of the one with the same header.
    pub fn confirm(&mut self, mapping: ColumnMapping) {
        self.mappings.retain(|known| known.header_digest != mapping.header_digest);
        self.mappings.push(mapping);
    }

    pub fn settled(&self) -> &[SettledReading] {
        &self.settled
    }

    /// Takes the place of what was settled of the same line before.
    pub fn settle(&mut self, reading: SettledReading) {
        self.settled.retain(|known| !known.is_of_the_same_line(&reading));
        self.settled.push(reading);
    }

    pub fn member(&self, name: &str) -> Option<&Value> {
        self.others.get(name)
    }

    /// `mappings`, `settled` and `version` are not set in this way.
    pub fn set_member(&mut self, name: &str, value: Value) {
        if ![MAPPINGS, SETTLED, VERSION].contains(&name) {
            self.others.insert(name.to_owned(), value);
        }
    }
}

fn mapping_of(value: &Value) -> Result<ColumnMapping, MappingFault> {
    let malformed = |what: &str| {
        MappingFault::new(
            "malformed_mapping",
            format!("en `mappings`: falta o no sirve `{what}`"),
            format!("in `mappings`: `{what}` is missing or no good"),
        )
    };
    let header_digest = value.get("header_digest").and_then(Value::as_str).ok_or_else(|| malformed("header_digest"))?.to_owned();
    let columns = value.get("columns").and_then(Value::as_array).ok_or_else(|| malformed("columns"))?;
    let column = |column: &Value| {
        let header = column.get("header").and_then(Value::as_str)?.to_owned();
        Some((header, LineField::from_code(column.get("field").and_then(Value::as_str)?)?))
    };
    let columns = columns.iter().map(column).collect::<Option<Vec<_>>>().ok_or_else(|| malformed("columns"))?;
    let choice = |name: &str| value.get(name).and_then(Value::as_bool);
    let mapping =
        ColumnMapping { header_digest, columns, day_first: choice("day_first"), decimal_comma: choice("decimal_comma") };
    let twice = LineField::ALL
        .iter()
        .find(|field| !field.repeats() && mapping.columns.iter().filter(|(_, known)| known == *field).count() > 1);
    twice.map_or(Ok(mapping), |field| Err(malformed(field.code())))
}

fn malformed_settled(what: &str) -> MappingFault {
    MappingFault::new(
        "malformed_settled_reading",
        format!("en `settled`: falta o no sirve `{what}` (text o code, cum, y unit: pack o dispensing_unit)"),
        format!("in `settled`: `{what}` is missing or no good (text or code, cum, and unit: pack or dispensing_unit)"),
    )
}

/// The member at fault, where one is.
fn settled_of(value: &Value) -> Result<SettledReading, &'static str> {
    let member = |name: &'static str| match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(name),
    };
    let filled = |text: &&str| !fold(text).is_empty();
    let (text, code) = (member("text")?.filter(filled), member("code")?.filter(filled));
    if text.is_none() && code.is_none() {
        return Err("text");
    }
    let seller = member("seller")?.map(|seller| seller.parse::<Nit>().map_err(|_| "seller")).transpose()?;
    let cum = member("cum")?.and_then(|cum| cum.parse::<Cum>().ok()).ok_or("cum")?;
    let per = |unit: &str| Per::from_code(unit).filter(|per| OPEN_UNITS.contains(per)).ok_or("unit");
    let per = member("unit")?.map(per).transpose()?;
    Ok(SettledReading { text: text.unwrap_or_default().to_owned(), code: code.map(str::to_owned), seller, cum, per })
}

fn value_of_settled(reading: &SettledReading) -> Value {
    json!({
        "text": reading.text,
        "code": reading.code,
        "seller": reading.seller.map(|seller| seller.to_string()),
        "cum": reading.cum.to_string(),
        "unit": reading.per.map(Per::code),
    })
}

fn value_of(mapping: &ColumnMapping) -> Value {
    let columns: Vec<Value> =
        mapping.columns.iter().map(|(header, field)| json!({ "header": header, "field": field.code() })).collect();
    json!({
        "header_digest": mapping.header_digest,
        "columns": columns,
        "day_first": mapping.day_first,
        "decimal_comma": mapping.decimal_comma,
    })
}

/// SHA-256 of the names without case, accents and punctuation, in their order.
pub fn header_digest<'a>(header: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for name in header {
        hasher.update(fold(name).as_bytes());
        hasher.update(b"\n");
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(digest: &str) -> ColumnMapping {
        ColumnMapping {
            header_digest: digest.to_owned(),
            columns: vec![
                ("Descripción".to_owned(), LineField::Text),
                ("Código".to_owned(), LineField::Code),
                ("Vr. unitario".to_owned(), LineField::UnitPrice),
            ],
            day_first: Some(true),
            decimal_comma: None,
        }
    }

    #[test]
    fn what_is_written_is_read_back_and_what_is_not_known_stays() {
        let mut file = MappingFile::parse("{\"notes\":[{\"text\":\"x\"}]}").unwrap();
        file.confirm(mapping("a"));
        file.confirm(mapping("b"));
        file.confirm(ColumnMapping { decimal_comma: Some(true), ..mapping("a") });
        ["version", "settled"].into_iter().for_each(|name| file.set_member(name, json!(7)));
        let again = MappingFile::parse(&file.to_text()).unwrap();
        assert_eq!(again.of("a").and_then(|mapping| mapping.decimal_comma), Some(true));
        assert_eq!(again.of("b"), Some(&mapping("b")));
        assert_eq!((again.of("c"), again.member("notes")), (None, Some(&json!([{ "text": "x" }]))));
        assert_eq!(again.to_text(), file.to_text());
    }

    fn settled(text: &str, cum: &str, per: Option<Per>) -> SettledReading {
        SettledReading { text: text.to_owned(), code: None, seller: None, cum: cum.parse().unwrap(), per }
    }

    #[test]
    fn what_was_settled_is_read_back_and_the_last_word_counts() {
        let mut file = MappingFile::default();
        file.confirm(mapping("a"));
        assert!(!file.to_text().contains("settled"), "nothing was");
        file.settle(settled("LANTUS 100 UI", "19914312-20", Some(Per::Pack)));
        file.settle(SettledReading { code: Some("A-1".to_owned()), ..settled("LANTUS 100 UI", "19914312-21", None) });
        file.settle(SettledReading {
            seller: Some("860002964".parse().unwrap()),
            ..settled("LANTUS 100 UI", "19914312-22", None)
        });
        file.settle(settled("Lantus, 100 ui", "19914312-20", Some(Per::DispensingUnit)));
        let again = MappingFile::parse(&file.to_text()).unwrap();
        assert_eq!((again.settled(), again.settled().len()), (file.settled(), 3));
        assert_eq!(again.settled().last().and_then(|one| one.per), Some(Per::DispensingUnit));
        assert_eq!(again.of("a"), Some(&mapping("a")));
        let given = "{\"settled\":[{\"code\":\"A-1\",\"cum\":\"19914312-020\"}]}";
        let by_code = MappingFile::parse(given).unwrap();
        assert_eq!(by_code.settled(), [SettledReading { code: Some("A-1".to_owned()), ..settled("", "19914312-20", None) }]);
    }

    #[test]
    fn what_is_no_settled_reading_is_named() {
        for reading in [
            json!(7),
            json!({}),
            json!({ "text": " - ", "cum": "19914312-20" }),
            json!({ "text": 5, "cum": "19914312-20" }),
            json!({ "text": "x" }),
            json!({ "text": "x", "cum": "19914312" }),
            json!({ "text": "x", "cum": "19914312-20", "unit": "regulated_unit" }),
            json!({ "text": "x", "cum": "19914312-20", "unit": "caja" }),
            json!({ "text": "x", "cum": "19914312-20", "seller": "1" }),
        ] {
            let text = json!({ "settled": [reading] }).to_string();
            assert_eq!(MappingFile::parse(&text).unwrap_err().code, "malformed_settled_reading", "{text}");
        }
        assert_eq!(MappingFile::parse("{\"settled\":{}}").unwrap_err().code, "malformed_settled_reading");
    }

    #[test]
    fn what_is_no_mapping_is_named() {
        for (text, code) in [
            ("", "not_json"),
            ("[]", "not_an_object"),
            ("{\"version\":2}", "unknown_version"),
            ("{\"mappings\":{}}", "malformed_mapping"),
            ("{\"mappings\":[{}]}", "malformed_mapping"),
            ("{\"mappings\":[{\"header_digest\":\"a\",\"columns\":[{\"header\":\"x\",\"field\":\"y\"}]}]}", "malformed_mapping"),
            (
                "{\"mappings\":[{\"header_digest\":\"a\",\"columns\":[{\"header\":\"x\",\"field\":\"total\"},{\"header\":\"y\",\"field\":\"total\"}]}]}",
                "malformed_mapping",
            ),
        ] {
            assert_eq!(MappingFile::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn the_digest_forgives_spelling_and_not_order() {
        let digest = |names: [&str; 2]| header_digest(names);
        assert_eq!(digest(["Código", "PRECIO UNIT."]), digest(["CODIGO", "precio unit"]));
        assert_ne!(digest(["a", "b"]), digest(["b", "a"]));
        assert_ne!(digest(["ab", ""]), digest(["a", "b"]));
        assert_eq!(digest(["a", "b"]).len(), 64);
    }

    #[test]
    fn a_check_needs_a_product_and_a_price() {
        assert!(mapping("a").is_complete());
        let without = |field: LineField| {
            let mut mapping = mapping("a");
            mapping.columns.retain(|(_, known)| *known != field && *known != LineField::Text);
            mapping.missing()
        };
        assert_eq!(without(LineField::Code), [LineField::Text]);
        assert_eq!(without(LineField::UnitPrice), [LineField::UnitPrice]);
    }
}
