//! What a price may be per: as stated, as the line's sums show, as its source always writes, else every unit that is possible.

use rust_decimal::Decimal;

use super::{amount, line_reason::LineReason};
use crate::domain::{
    identifier::text::fold,
    number::{exact, line_total::is_total},
    verdict::comparison::Per,
};

/// A unit of content (mg, ml): prices of it cannot be compared with a ceiling here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentUnit;

/// What is known of a line beside its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineFacts<'a> {
    /// As written: a code of the invoices (`BX`, `U2`, `94`), a word (`caja`), or our own (`pack`).
    pub unit: Option<&'a str>,
    pub quantity: Option<Decimal>,
    pub unit_price: Option<Decimal>,
    pub line_total: Option<Decimal>,
    /// How the source writes its prices, where that is known and dated.
    pub convention: Option<Per>,
    /// What a person settled of this very line: one of the units that are read where nothing says it.
    pub settled: Option<Per>,
}

/// What the readings rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitOrigin {
    Stated,
    LineArithmetic,
    SourceConvention,
    Open,
}

impl UnitOrigin {
    pub fn code(self) -> &'static str {
        match self {
            Self::Stated => "unit_stated",
            Self::LineArithmetic => "line_total",
            Self::SourceConvention => "source_convention",
            Self::Open => "unit_open",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitReadings {
    pub per: Vec<Per>,
    pub origin: UnitOrigin,
    /// Why no price of the line can be compared.
    pub fault: Option<LineReason>,
}

/// `pack_units`: of each candidate, how many dispensing units its pack holds.
pub fn unit_readings(facts: &LineFacts<'_>, pack_units: &[Option<Decimal>]) -> UnitReadings {
    let sums = sums(facts, pack_units);
    let fault = (sums == Sums::Wrong).then_some(LineReason::LineTotalMismatch);
    let readings = |per: &[Per], origin| UnitReadings { per: per.to_vec(), origin, fault };
    match facts.unit.map(stated_unit) {
        Some(Err(ContentUnit)) => {
            let fault = fault.or(Some(LineReason::UnitNotStated));
            return UnitReadings { fault, ..readings(&OPEN_UNITS, UnitOrigin::Stated) };
        }
        Some(Ok(Some(per))) => return readings(&[per], UnitOrigin::Stated),
        _ => {}
    }
    match (sums, facts.convention, facts.settled) {
        (Sums::OfUnitsInPacks, ..) => readings(&[Per::DispensingUnit], UnitOrigin::LineArithmetic),
        // What contradicts itself says nothing: both are read.
        (_, Some(usual), Some(settled)) if usual != settled => readings(&[usual, settled], UnitOrigin::Open),
        (_, Some(per), _) | (_, None, Some(per)) => readings(&[per], UnitOrigin::SourceConvention),
        (_, None, None) => readings(&OPEN_UNITS, UnitOrigin::Open),
    }
}

/// What a price is read as where nothing says what it is for. A person may settle that it is one of them: that leaves the other out and adds none.
pub const OPEN_UNITS: [Per; 2] = [Per::DispensingUnit, Per::Pack];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sums {
    /// Quantity times price is the total, or something is not given: the unit is that of the quantity, whichever that is.
    Open,
    /// The quantity counts packs and the price is of one unit: quantity times units times price is the total.
    OfUnitsInPacks,
    Wrong,
}

fn sums(facts: &LineFacts<'_>, pack_units: &[Option<Decimal>]) -> Sums {
    let (Some(quantity), Some(price), Some(total)) = (facts.quantity, facts.unit_price, facts.line_total) else {
        return Sums::Open;
    };
    if is_total(quantity, price, total).unwrap_or(true) {
        return Sums::Open;
    }
    let in_packs = |units: &Option<Decimal>| {
        let units = (*units)?;
        is_total(exact::product(quantity, units)?, price, total)
    };
    // Every candidate must say so: of another one the sums would be wrong.
    let all = !pack_units.is_empty() && pack_units.iter().all(|units| in_packs(units) == Some(true));
    if all { Sums::OfUnitsInPacks } else { Sums::Wrong }
}

/// `Ok(None)`: the unit says nothing, such as `94` (unidad): of what is left open.
pub fn stated_unit(text: &str) -> Result<Option<Per>, ContentUnit> {
    let text = text.trim();
    if let Some(per) = Per::from_code(text) {
        return Ok(Some(per));
    }
    // Codes of the invoices (UN/ECE recommendation 20, as DIAN's table has them).
    match text.to_ascii_uppercase().as_str() {
        "BX" | "CA" | "CR" | "CT" | "PA" | "PK" => return Ok(Some(Per::Pack)),
        "U2" | "AV" | "AM" | "AW" => return Ok(Some(Per::DispensingUnit)),
        "MGM" | "GRM" | "KGM" | "MC" | "MLT" | "LTR" | "CMQ" => return Err(ContentUnit),
        // A bottle, a vial and a tube may be a pack of one, or one of a pack.
        "94" | "EA" | "NIU" | "C62" | "ZZ" | "BO" | "VI" | "TU" | "EV" | "" => return Ok(None),
        _ => {}
    }
    let folded = fold(text);
    let word = folded.split(' ').next().unwrap_or_default();
    if amount::unit(word).is_some() {
        return Err(ContentUnit);
    }
    Ok(match word {
        "caja" | "cajas" | "cja" | "cj" | "estuche" | "paquete" | "paq" | "empaque" | "presentacion" | "pack" => Some(Per::Pack),
        "tableta" | "tabletas" | "tab" | "capsula" | "capsulas" | "cap" | "caps" | "ampolla" | "ampollas" | "amp" | "gragea"
        | "grageas" | "comprimido" | "comprimidos" | "ovulo" | "ovulos" | "supositorio" | "supositorios" | "jeringa"
        | "jeringas" | "parche" | "parches" => Some(Per::DispensingUnit),
        _ => None,
    })
}

/// Of SISPRO's units of dispensing (tabla UPR, `unidadMinDispensa` of RIPS) those that say what a price is for; a bottle or a vial may be either.
const SISPRO_UNITS: [(&str, &str); 11] = [
    ("1", "ampolla"),
    ("11", "caja"),
    ("14", "capsula"),
    ("17", "estuche"),
    ("46", "paquete"),
    ("49", "parche"),
    ("63", "supositorio"),
    ("65", "jeringa"),
    ("66", "tableta"),
    ("80", "litro"),
    ("81", "ovulo"),
];

/// The word of a code; nothing of one that says nothing.
pub fn sispro_unit(code: &str) -> &'static str {
    let bare = code.trim().trim_start_matches('0');
    SISPRO_UNITS.iter().find(|(known, _)| *known == bare).map_or("", |(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn codes_and_words_state_the_unit_or_leave_it_open() {
        for (text, per) in [
            ("BX", Some(Per::Pack)),
            ("u2", Some(Per::DispensingUnit)),
            ("Cápsula", Some(Per::DispensingUnit)),
            ("CAJA X 30", Some(Per::Pack)),
            ("94", None),
            ("unidad", None),
            ("VI", None),
            ("", None),
            ("pack", Some(Per::Pack)),
            ("dispensing_unit", Some(Per::DispensingUnit)),
        ] {
            assert_eq!(stated_unit(text), Ok(per), "{text}");
        }
        for text in ["MGM", "mlt", "mg", "Mililitro"] {
            assert_eq!(stated_unit(text), Err(ContentUnit), "{text}");
        }
    }

    fn read(quantity: &str, price: &str, total: &str, units: &[Option<Decimal>]) -> (Vec<Per>, UnitOrigin, Option<LineReason>) {
        let facts = LineFacts {
            quantity: Some(d(quantity)),
            unit_price: Some(d(price)),
            line_total: Some(d(total)),
            ..LineFacts::default()
        };
        let UnitReadings { per, origin, fault } = unit_readings(&facts, units);
        (per, origin, fault)
    }

    #[test]
    fn the_codes_of_sispro_are_words() {
        let stated = |code: &str| stated_unit(sispro_unit(code));
        for (code, per) in [
            ("66", Some(Per::DispensingUnit)),
            ("01", Some(Per::DispensingUnit)),
            ("11", Some(Per::Pack)),
            ("13", None),
            ("", None),
        ] {
            assert_eq!(stated(code), Ok(per), "{code}");
        }
        assert_eq!(stated("80"), Err(ContentUnit));
        assert!(SISPRO_UNITS.iter().all(|(_, word)| stated_unit(word) != Ok(None)), "each says something");
    }

    #[test]
    fn the_sums_of_a_line_show_the_unit_or_that_they_are_wrong() {
        let thirty = [Some(d("30")), Some(d("30"))];
        assert_eq!(read("2", "1000", "2000", &thirty), (OPEN_UNITS.to_vec(), UnitOrigin::Open, None));
        assert_eq!(read("2", "1000", "60000", &thirty), (vec![Per::DispensingUnit], UnitOrigin::LineArithmetic, None));
        let mixed = [Some(d("30")), Some(d("28"))];
        assert_eq!(read("2", "1000", "60000", &mixed).2, Some(LineReason::LineTotalMismatch));
        assert_eq!(read("2", "1000", "60000", &[]).2, Some(LineReason::LineTotalMismatch));
        // A price rounded to pesos, a total that is not.
        assert_eq!(read("3", "333", "1000", &thirty).2, None);
        assert_eq!(read("3", "333", "1002.5", &thirty).2, Some(LineReason::LineTotalMismatch));
        // A total rounded to pesos, a price that is not.
        assert_eq!(read("1", "10.25", "11", &thirty).2, None);
    }

    #[test]
    fn what_is_stated_wins_over_what_the_source_usually_writes() {
        let facts = LineFacts { unit: Some("94"), convention: Some(Per::Pack), ..LineFacts::default() };
        assert_eq!(unit_readings(&facts, &[]).origin, UnitOrigin::SourceConvention);
        let facts = LineFacts { unit: Some("U2"), ..facts };
        assert_eq!(unit_readings(&facts, &[]).per, [Per::DispensingUnit]);
        let settled = LineFacts { unit: None, settled: Some(Per::DispensingUnit), ..LineFacts::default() };
        assert_eq!(unit_readings(&settled, &[]).per, [Per::DispensingUnit]);
        assert_eq!(unit_readings(&LineFacts { unit: Some("BX"), ..settled }, &[]).per, [Per::Pack], "the line says otherwise");
        let both = unit_readings(&LineFacts { convention: Some(Per::Pack), ..settled }, &[]);
        assert_eq!((both.per, both.origin), (vec![Per::Pack, Per::DispensingUnit], UnitOrigin::Open), "two that differ");
        let facts = LineFacts { unit: Some("MGM"), ..facts };
        assert_eq!(unit_readings(&facts, &[]).fault, Some(LineReason::UnitNotStated));
    }
}
