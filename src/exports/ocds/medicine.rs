//! What the words of a line say of a medicine, in the codes of the OCDS medicine extension. What they do not say is left out, not completed from a
//! candidate.

use rust_decimal::Decimal;

use super::release::{OcdsContainer, OcdsIngredient, OcdsItem, OcdsQuantity, OcdsSimpleUnit, ocds_number};
use crate::domain::item_text::token::{TextToken, TokenKind};

/// Units of UN/CEFACT by those that strengths are read in.
const UNITS: [(&str, &str); 3] = [("mg", "MGM"), ("ui", "NIU"), ("ml", "MLT")];

const FORMS: [(&str, &str); 13] = [
    ("suspension", "SUSP"),
    ("solucion", "SOL"),
    ("crema", "CRM"),
    ("unguento", "OINT"),
    ("gel", "GEL"),
    ("locion", "LTN"),
    ("espuma", "FOAM"),
    ("spray", "SPRY"),
    ("aerosol", "AER"),
    ("supositorio", "SUPP"),
    ("parche", "PATCH"),
    ("polvo", "POWD"),
    ("gotas", "DROP"),
];

/// The list has no code of a tablet or a capsule, and is open.
const OWN_FORMS: [&str; 4] = ["tableta", "comprimido", "gragea", "capsula"];

const CONTAINERS: [(&str, &str); 4] = [("ampolla", "amp"), ("vial", "vial"), ("pluma", "cart"), ("sobre", "pkt")];

const ROUTES: [(&str, &str); 6] = [
    ("oral", "PO"),
    ("nasal", "NASAL"),
    ("topica", "TOPICAL"),
    ("rectal", "RECTAL"),
    ("transdermica", "TRNSDERM"),
    ("oftalmica", "OPTHALTA"),
];

/// Adds it to an item.
pub fn describe(item: &mut OcdsItem, tokens: &[TextToken]) {
    let of = |kind: TokenKind| tokens.iter().filter(move |token| token.kind == kind).map(|token| token.value.as_str());
    let forms: Vec<&str> = of(TokenKind::Form).collect();
    let own = |form: &&str| OWN_FORMS.contains(form).then(|| form.to_uppercase());
    item.dosage_form = forms.iter().find_map(|form| coded(&FORMS, form).map(str::to_owned).or_else(|| own(form)));
    item.immediate_container = forms.iter().find_map(|form| coded(&CONTAINERS, form)).map(|name| OcdsContainer { name });
    item.administration_route = of(TokenKind::Route).find_map(|route| coded(&ROUTES, route)).map(str::to_owned);
    let names: Vec<&str> = of(TokenKind::Ingredient).collect();
    let strengths: Vec<&str> = of(TokenKind::Strength).collect();
    // As many strengths as ingredients: each has its own. Otherwise it is not certain whose a strength is.
    let paired = names.len() == strengths.len();
    item.active_ingredients = names
        .iter()
        .enumerate()
        .map(|(at, name)| OcdsIngredient {
            name: name.to_lowercase(),
            strength: strengths.get(at).filter(|_| paired).and_then(|strength| quantity(strength)),
        })
        .collect();
}

fn coded(codes: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    codes.iter().find(|(known, _)| *known == word).map(|(_, code)| *code)
}

/// `500 mg`; a strength by volume or in percent is left out.
fn quantity(strength: &str) -> Option<OcdsQuantity> {
    let (amount, unit) = strength.split_once(' ')?;
    let amount: Decimal = amount.parse().ok()?;
    let id = coded(&UNITS, &unit.to_lowercase())?;
    Some(OcdsQuantity { value: ocds_number(amount)?, unit: OcdsSimpleUnit { scheme: "UNCEFACT", id } })
}
