//! What the index holds of one presentation.

use crate::domain::identifier::cum::Cum;

#[derive(Clone, Debug)]
pub struct SearchEntry {
    pub cum: Cum,
    pub brand: String,
    pub ingredients: Vec<String>,
    pub holder: String,
    pub atc: Option<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub description: String,
    pub registration: Option<String>,
    pub iums: Vec<String>,
}

impl SearchEntry {
    /// A price of the thermometer's list, whose ingredients stand between plus signs.
    pub fn of_a_listed_price(
        cum: Cum,
        brand: String,
        ingredient: &str,
        (concentration, unit, maker): (String, String, String),
    ) -> Self {
        let ingredients = ingredient.split('+').map(|one| one.trim().to_owned()).collect();
        Self { brand, holder: maker, strength: Some(concentration), form: Some(unit), ..Self::of_ingredients(cum, ingredients) }
    }

    /// A relevant market, known to the index by a number.
    pub fn of_a_market(number: i32, ingredients: Vec<String>, atc: String, form_group: String) -> Self {
        Self { atc: Some(atc), form: Some(form_group), ..Self::of_ingredients(Cum::new(number, 0), ingredients) }
    }

    fn of_ingredients(cum: Cum, ingredients: Vec<String>) -> Self {
        Self {
            cum,
            brand: String::new(),
            ingredients,
            holder: String::new(),
            atc: None,
            strength: None,
            form: None,
            description: String::new(),
            registration: None,
            iums: Vec::new(),
        }
    }
}
