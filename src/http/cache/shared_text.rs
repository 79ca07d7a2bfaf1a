//! Stores equal texts once.

use std::{collections::HashSet, sync::Arc};

use crate::http::wire::medicines::{medicine::Medicine, thermometer::ThermometerProduct};

#[derive(Default)]
pub struct SharedTexts {
    texts: HashSet<Arc<str>>,
    lists: HashSet<Arc<[Arc<str>]>>,
}

impl SharedTexts {
    /// Replaces a text by the equal one that is held already; a new one is held from now on.
    pub fn share(&mut self, text: &mut Arc<str>) {
        match self.texts.get(&**text) {
            Some(known) => text.clone_from(known),
            None => _ = self.texts.insert(text.clone()),
        }
    }

    fn share_list(&mut self, list: &mut Arc<[Arc<str>]>) {
        match self.lists.get(&**list) {
            Some(known) => list.clone_from(known),
            None => {
                let shared = list.iter().cloned().map(|mut text| {
                    self.share(&mut text);
                    text
                });
                *list = shared.collect();
                self.lists.insert(list.clone());
            }
        }
    }

    pub fn share_product(&mut self, product: &mut ThermometerProduct) {
        let ThermometerProduct { brand, maker, ingredient, concentration, unit, .. } = product;
        [brand, maker, ingredient, concentration, unit].into_iter().for_each(|text| self.share(text));
    }

    pub fn share_all(&mut self, medicine: &mut Medicine) {
        let Medicine { brand, description, holder, registration, registration_state, atc, strength, form, .. } = medicine;
        [brand, description, holder].into_iter().for_each(|text| self.share(text));
        let more = [registration, registration_state, atc, strength, form];
        more.into_iter().flatten().for_each(|text| self.share(text));
        let Medicine { route, form_group, market, regulated_unit, ingredients, sources, iums, .. } = medicine;
        [route, form_group, market, regulated_unit].into_iter().flatten().for_each(|text| self.share(text));
        [ingredients, sources, iums].into_iter().for_each(|list| self.share_list(list));
        let Medicine { dispensing_units_per_pack, regulated_units_per_pack, .. } = medicine;
        [dispensing_units_per_pack, regulated_units_per_pack].into_iter().flatten().for_each(|text| self.share(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_and_lists_are_held_once() {
        let mut texts = SharedTexts::default();
        let (mut one, mut other): (Arc<str>, Arc<str>) = ("SANOFI".into(), "SANOFI".into());
        texts.share(&mut one);
        texts.share(&mut other);
        assert!(Arc::ptr_eq(&one, &other) && &*one == "SANOFI");
        let list = || -> Arc<[Arc<str>]> { [Arc::from("SANOFI"), Arc::from("x")].into() };
        let (mut first, mut second) = (list(), list());
        texts.share_list(&mut first);
        texts.share_list(&mut second);
        assert!(Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&first[0], &one) && &*first[1] == "x");
    }
}
