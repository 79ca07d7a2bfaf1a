//! One commercial presentation, joined from all sources, and the rule for joining them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::{identifier::cum::Cum, law::listed::ListedPresentation};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medicine {
    pub brand: String,
    pub description: String,
    pub holder: String,
    pub registration: Option<String>,
    pub registration_state: Option<String>,
    pub active: Option<bool>,
    pub medical_sample: bool,
    pub atc: Option<String>,
    pub ingredients: Vec<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub route: Option<String>,
    pub form_group: Option<String>,
    pub market: Option<String>,
    pub dispensing_units: Option<Decimal>,
    pub dispensing_unit: Option<String>,
    pub regulated_units: Option<Decimal>,
    pub regulated_unit: Option<String>,
    pub equivalence_key: Option<String>,
    pub regulated: bool,
    pub sources: Vec<String>,
    /// As the registry states them.
    pub iums: Vec<String>,
}

/// The statements of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromList {
    pub cum: Cum,
    pub description: String,
    pub market: Option<String>,
    pub binds: bool,
    pub atc: Option<String>,
    pub dispensing_units: Option<Decimal>,
    pub regulated_units: Option<Decimal>,
    pub regulated_unit: Option<String>,
}

/// The statement of the thermometer list about a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromThermometer {
    pub brand: String,
    pub ingredient: String,
    pub maker: String,
    pub concentration: String,
    pub dispensing_unit: String,
    pub description: String,
}

pub type Medicines = BTreeMap<Cum, Medicine>;

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The registry names a product best, so it goes first; a list adds its market and content.
pub fn add_catalogue(medicines: &mut Medicines, rows: &[ListedPresentation], form_group: Option<String>, key: Option<String>) {
    let Some(first) = rows.first() else { return };
    let mut ingredients: Vec<String> = rows.iter().map(|row| row.ingredient.trim().to_owned()).collect();
    ingredients.sort();
    ingredients.dedup();
    let mut strengths: Vec<String> = rows.iter().filter_map(strength_text).collect();
    strengths.dedup();
    let mut iums: Vec<String> = rows.iter().filter_map(|row| row.ium.as_ref()).map(|ium| ium.as_str().to_owned()).collect();
    iums.sort();
    iums.dedup();
    let counted = matches!(first.quantity_unit.trim().to_uppercase().as_str(), "U" | "UN" | "UNIDAD");
    let medicine = medicines.entry(first.cum).or_default();
    *medicine = Medicine {
        brand: first.product.trim().to_owned(),
        description: first.description.trim().to_owned(),
        holder: first.holder.trim().to_owned(),
        registration: some(&first.registration),
        registration_state: some(&first.registration_state),
        active: Some(first.active),
        medical_sample: first.medical_sample,
        atc: some(&first.atc),
        ingredients,
        strength: some(&strengths.join(" + ")),
        form: some(&first.form),
        route: some(&first.route),
        form_group,
        dispensing_units: first.quantity.filter(|_| counted),
        dispensing_unit: counted.then(|| first.form.trim().to_owned()),
        equivalence_key: key,
        sources: vec!["catalogue".to_owned()],
        iums,
        ..Medicine::default()
    };
}

fn strength_text(row: &ListedPresentation) -> Option<String> {
    let amount = crate::domain::number::amount::plain(row.strength?);
    some(&format!("{amount} {} / {}", row.strength_unit.trim(), row.strength_reference.trim()))
}

/// `parsed`: what the description says when it can be read.
pub fn add_list(medicines: &mut Medicines, row: FromList, parsed: Option<ParsedDescription>) {
    let medicine = medicines.entry(row.cum).or_default();
    let described = !medicine.sources.is_empty();
    medicine.sources.push("ceilings".to_owned());
    medicine.regulated |= row.binds;
    medicine.market = row.market;
    medicine.dispensing_units = row.dispensing_units.or(medicine.dispensing_units);
    medicine.regulated_units = row.regulated_units;
    medicine.regulated_unit = row.regulated_unit;
    medicine.atc = medicine.atc.take().or(row.atc.and_then(|atc| some(&atc)));
    let Some(parsed) = parsed else {
        if !described {
            medicine.brand = row.description.split(" - ").next().unwrap_or_default().to_owned();
            medicine.description = row.description;
        }
        return;
    };
    medicine.form_group = medicine.form_group.take().or(Some(parsed.form_group));
    medicine.equivalence_key = medicine.equivalence_key.take().or(parsed.equivalence_key);
    if !described {
        medicine.brand = parsed.brand;
        medicine.description = row.description;
        medicine.holder = parsed.holder.unwrap_or_default();
        medicine.ingredients = parsed.ingredients;
        medicine.strength = some(&parsed.strength);
    }
}

/// A list's description, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedDescription {
    pub brand: String,
    pub holder: Option<String>,
    pub ingredients: Vec<String>,
    pub strength: String,
    pub form_group: String,
    pub equivalence_key: Option<String>,
}

/// A presentation that only reports name gets the name of its registration, where the thermometer has it. Of one that another source describes,
/// reports change nothing.
pub(crate) fn add_reported(medicines: &mut Medicines, cum: Cum, named: Option<&FromThermometer>) {
    let medicine = medicines.entry(cum).or_default();
    let named = named.filter(|named| medicine.brand.is_empty() && !named.brand.is_empty());
    if medicine.sources.is_empty() || named.is_some() {
        medicine.sources.push("sismed".to_owned());
    }
    if let Some(named) = named {
        medicine.brand = named.brand.clone();
        medicine.description = named.description.clone();
        medicine.holder = named.maker.clone();
        medicine.ingredients = named.ingredient.split('+').filter_map(some).collect();
        medicine.strength = some(&named.concentration);
        medicine.dispensing_unit = some(&named.dispensing_unit);
    }
}
