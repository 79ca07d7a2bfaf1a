//! All presentations that contradict nothing that was read of a text.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{
    line_reason::LineReason,
    presentation::PresentationFacts,
    read::ReadText,
    vocabulary::{Vocabulary, WordId},
};
use crate::domain::identifier::{cum::Cum, ium::Ium, registration::Registration};

pub(super) type IngredientId = u32;

/// A name of an ingredient, without what the same ingredient may lack elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ingredient {
    /// In order. Of a name made of salts alone the words of its salts.
    pub words: Box<[WordId]>,
    pub salts: Box<[&'static str]>,
    pub of_salts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexedPresentation {
    pub cum: Cum,
    pub ingredients: Box<[IngredientId]>,
    pub brand: u32,
    pub facts: PresentationFacts,
    /// A medical sample, which nobody may sell.
    pub is_sample: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Products {
    pub ingredients: Vec<Ingredient>,
    /// The words of each brand that tell it.
    pub brands: Vec<Box<[WordId]>>,
    /// In order of CUM.
    pub presentations: Vec<IndexedPresentation>,
    /// Of each word, the presentations that have it, in order.
    pub places: Vec<Box<[u32]>>,
    /// In order.
    pub registrations: Vec<(Registration, u32)>,
    pub iums: Vec<(Ium, u32)>,
}

/// Immutable; built once for each version of the data, and shared.
#[derive(Clone, Debug, Default)]
pub struct CandidateIndex {
    pub(super) vocabulary: Vocabulary,
    pub(super) products: Products,
}

/// By CUM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextCandidates {
    pub cums: Vec<Cum>,
    /// Why no verdict can be based on them. They are what is left to look at, perhaps nothing.
    pub fault: Option<LineReason>,
}

impl CandidateIndex {
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub fn len(&self) -> usize {
        self.products.presentations.len()
    }

    pub fn is_empty(&self) -> bool {
        self.products.presentations.is_empty()
    }

    /// Dispensing units in the pack of each, `None` where it is not known.
    pub fn pack_units(&self, cums: &[Cum]) -> Vec<Option<Decimal>> {
        let units = |cum: &Cum| self.place(*cum).and_then(|place| self.presentation(place)?.facts.dispensing_units);
        cums.iter().map(units).collect()
    }

    /// In memory, about.
    pub fn bytes(&self) -> usize {
        let Products { ingredients, brands, presentations, places, registrations, iums } = &self.products;
        let of_ingredients: usize =
            ingredients.iter().map(|one| size_of::<Ingredient>() + size_of_val(&*one.words) + size_of_val(&*one.salts)).sum();
        let of_brands: usize = brands.iter().map(|words| size_of::<Box<[WordId]>>() + size_of_val(&**words)).sum();
        let of_presentations: usize = presentations
            .iter()
            .map(|one| {
                let strengths = one.facts.strengths.as_deref().map_or(0, size_of_val);
                size_of::<IndexedPresentation>() + size_of_val(&*one.ingredients) + strengths + size_of_val(&*one.facts.volumes)
            })
            .sum();
        let of_places: usize = places.iter().map(|list| size_of::<Box<[u32]>>() + size_of_val(&**list)).sum();
        let of_codes = registrations.len() * (size_of::<(Registration, u32)>() + 8) + iums.len() * (size_of::<(Ium, u32)>() + 16);
        self.vocabulary.bytes() + of_ingredients + of_brands + of_presentations + of_places + of_codes
    }

    pub(super) fn presentation(&self, place: u32) -> Option<&IndexedPresentation> {
        self.products.presentations.get(place as usize)
    }

    fn place(&self, cum: Cum) -> Option<u32> {
        let found = self.products.presentations.binary_search_by_key(&cum, |one| one.cum).ok()?;
        u32::try_from(found).ok()
    }

    pub fn candidates(&self, read: &ReadText) -> TextCandidates {
        if read.is_not_a_medicine() {
            return TextCandidates { cums: Vec::new(), fault: Some(LineReason::NotAMedicine) };
        }
        let codes = self.of_codes(read);
        let named = self.named(read);
        let by_text = match &named {
            Some(named) => self.not_contradicting(read, named),
            None => self.of_code_alone(read, &codes),
        };
        let Some(places) = by_text else {
            return TextCandidates { cums: self.cums(&codes.known()), fault: Some(LineReason::TextNotRead) };
        };
        let mut left = places.clone();
        for group in &codes.groups {
            left.retain(|place| group.binary_search(place).is_ok());
        }
        if left.is_empty() && !codes.groups.is_empty() {
            let shown = [codes.known(), places].concat();
            return TextCandidates { cums: self.cums(&shown), fault: Some(LineReason::CodeContradictsText) };
        }
        let fault = if left.is_empty() {
            named.is_some().then_some(LineReason::MatchEmpty)
        } else {
            self.take_out_samples(read, &mut left)
        };
        let mut cums = self.cums(&left);
        // A code of a presentation that no source names: it may be that one.
        cums.extend(codes.strangers);
        cums.sort_unstable();
        cums.dedup();
        TextCandidates { cums, fault }
    }

    /// What is left where the presentation is stated by somebody who looked: it is evidence as a code is. One that is not among the candidates
    /// contradicts the text, but for a text in which no product was read at all: that one is taken, if nothing that was read contradicts it.
    pub fn settled(&self, read: &ReadText, set: &TextCandidates, cum: Cum) -> TextCandidates {
        let is_left = match set.fault {
            None => set.cums.contains(&cum),
            Some(LineReason::TextNotRead) => self.place(cum).is_some_and(|place| self.may_be(read, place)),
            // Nothing that a person says makes a medicine of what is none, or one of what contradicts itself.
            Some(_) => return set.clone(),
        };
        match (is_left, set.fault) {
            (true, _) => TextCandidates { cums: vec![cum], fault: None },
            (false, None) => TextCandidates { cums: set.cums.clone(), fault: Some(LineReason::CodeContradictsText) },
            (false, Some(_)) => set.clone(),
        }
    }

    /// Nothing that was read, not even a word or a code that alone names no product, contradicts it.
    fn may_be(&self, read: &ReadText, place: u32) -> bool {
        let Some(presentation) = self.presentation(place) else { return false };
        let codes = self.of_codes(read);
        let by_codes = codes.strangers.is_empty() && codes.groups.iter().all(|group| group.binary_search(&place).is_ok());
        let by_words = read.required.iter().all(|words| self.having_any(words).binary_search(&place).is_ok());
        let is_sold = !presentation.is_sample && !read.is_called_a_sample;
        is_sold && by_codes && by_words && !self.contradicts(read, presentation)
    }

    fn cums(&self, places: &[u32]) -> Vec<Cum> {
        let mut cums: Vec<Cum> = places.iter().filter_map(|place| Some(self.presentation(*place)?.cum)).collect();
        cums.sort_unstable();
        cums.dedup();
        cums
    }

    /// The presentations with all words that are required, if the text names one of them in full; `None`: it names nothing. Nor does a name
    /// beside words that are not read, without anything else of a medicine: `CAPACIDAD DE FIJACION DEL HIERRO`.
    fn named(&self, read: &ReadText) -> Option<Vec<u32>> {
        if read.has_unread_words && !read.has_more_than_names() {
            return None;
        }
        let mut required: Vec<Cow<'_, [u32]>> = read.required.iter().map(|words| self.having_any(words)).collect();
        if required.is_empty() {
            // A name made of salts alone.
            required =
                read.salts.iter().filter_map(|salt| self.vocabulary.salt_id(salt)).map(|id| self.having_any(&[id])).collect();
        }
        required.sort_by_key(|places| places.len());
        let (first, others) = required.split_first()?;
        let mut all = first.to_vec();
        for other in others {
            all.retain(|place| other.binary_search(place).is_ok());
        }
        if !read.required.is_empty() {
            self.take_out_without_salts(read, &mut all);
        }
        // Words of different products: what each names is known, and none has all of them.
        if all.is_empty() {
            let names = |places: &Cow<'_, [u32]>| places.iter().any(|place| self.is_named(read, *place));
            return required.iter().any(names).then_some(all);
        }
        all.iter().any(|place| self.is_named(read, *place)).then_some(all)
    }

    /// Salts that are a name by themselves, `CLORURO DE SODIO`, stay one beside other names: what has them nowhere is something else.
    fn take_out_without_salts(&self, read: &ReadText, places: &mut Vec<u32>) {
        if read.salts.len() < 2 {
            return;
        }
        let words: Vec<WordId> = read.salts.iter().filter_map(|salt| self.vocabulary.salt_id(salt)).collect();
        let having = self.having_any(&words);
        let ingredients = having.iter().filter_map(|place| self.presentation(*place)).flat_map(|one| self.ingredients_of(one));
        let mut names: Vec<&[&str]> =
            ingredients.filter(|one| one.of_salts && one.salts.len() > 1 && one.is_in(read)).map(|one| &*one.salts).collect();
        names.sort_unstable();
        names.dedup();
        let has = |presentation: &IndexedPresentation, name: &[&str]| {
            self.ingredients_of(presentation).any(|one| name.iter().all(|salt| one.salts.contains(salt)))
        };
        places.retain(|place| self.presentation(*place).is_some_and(|one| names.iter().all(|name| has(one, name))));
    }

    /// In order.
    fn having_any(&self, words: &[WordId]) -> Cow<'_, [u32]> {
        let mut lists = words.iter().filter_map(|word| self.products.places.get(*word as usize)).filter(|list| !list.is_empty());
        let first: Cow<'_, [u32]> = Cow::Borrowed(lists.next().map(|list| &**list).unwrap_or_default());
        let others: Vec<u32> = lists.flat_map(|list| list.iter().copied()).collect();
        if others.is_empty() {
            return first;
        }
        let mut all = [&*first, &others].concat();
        all.sort_unstable();
        all.dedup();
        Cow::Owned(all)
    }

    /// An ingredient of it stands in the text in full, or its brand does.
    fn is_named(&self, read: &ReadText, place: u32) -> bool {
        let Some(presentation) = self.presentation(place) else { return false };
        self.has_brand(read, presentation) || self.ingredients_of(presentation).any(|one| one.is_in(read))
    }

    fn has_brand(&self, read: &ReadText, presentation: &IndexedPresentation) -> bool {
        let words = self.products.brands.get(presentation.brand as usize).map(|words| &**words).unwrap_or_default();
        !words.is_empty() && words.iter().all(|word| read.words.binary_search(word).is_ok())
    }

    pub(super) fn ingredients_of<'a>(&'a self, presentation: &'a IndexedPresentation) -> impl Iterator<Item = &'a Ingredient> {
        presentation.ingredients.iter().filter_map(|id| self.products.ingredients.get(*id as usize))
    }

    fn not_contradicting(&self, read: &ReadText, places: &[u32]) -> Option<Vec<u32>> {
        let fits = |place: &u32| self.presentation(*place).is_some_and(|one| !self.contradicts(read, one));
        Some(places.iter().copied().filter(fits).collect())
    }

    /// A medical sample may not be sold, so a sale was of another presentation where one is left. Where none is, the line is of a sample,
    /// unless a code of a product names it: what the law says of that one, the judge says.
    fn take_out_samples(&self, read: &ReadText, places: &mut Vec<u32>) -> Option<LineReason> {
        let is_for_sale = |place: &u32| self.presentation(*place).is_none_or(|one| !one.is_sample);
        if read.is_called_a_sample {
            return Some(LineReason::SampleLine);
        }
        if places.iter().any(is_for_sale) {
            places.retain(is_for_sale);
            return None;
        }
        let is_coded = !read.codes.cums.is_empty() || !read.codes.iums.is_empty();
        (!is_coded).then_some(LineReason::SampleLine)
    }

    /// Beside a text without a word that says anything, a code says what is meant; beside words that are not read it does not.
    fn of_code_alone(&self, read: &ReadText, codes: &KnownCodes) -> Option<Vec<u32>> {
        let has_words = read.has_unread_words || !read.words.is_empty();
        if has_words || codes.groups.is_empty() && codes.strangers.is_empty() {
            return None;
        }
        self.not_contradicting(read, &codes.known())
    }

    fn of_codes(&self, read: &ReadText) -> KnownCodes {
        let (mut groups, mut strangers) = (Vec::new(), Vec::new());
        for cum in &read.codes.cums {
            match self.place(*cum) {
                Some(place) => groups.push(vec![place]),
                None => strangers.push(*cum),
            }
        }
        for ium in &read.codes.iums {
            groups.push(self.of_ium(ium));
        }
        // A text that has several registrations is of several lots: any of them.
        groups.push(read.codes.registrations.iter().flat_map(|one| self.of_registration(one)).collect());
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.retain(|group| !group.is_empty());
        KnownCodes { groups, strangers }
    }

    fn of_ium(&self, ium: &Ium) -> Vec<u32> {
        let start = self.products.iums.partition_point(|(known, _)| known < ium);
        let same = self.products.iums.iter().skip(start).take_while(|(known, _)| known.as_str().starts_with(ium.as_str()));
        same.map(|(_, place)| *place).collect()
    }

    fn of_registration(&self, registration: &Registration) -> Vec<u32> {
        let start = self.products.registrations.partition_point(|(known, _)| known.number < registration.number);
        let same = self.products.registrations.iter().skip(start).take_while(|(known, _)| known.number == registration.number);
        same.filter(|(known, _)| known.letters == registration.letters).map(|(_, place)| *place).collect()
    }
}

impl Ingredient {
    /// All its words stand in the text.
    fn is_in(&self, read: &ReadText) -> bool {
        self.words.iter().all(|word| read.words.binary_search(word).is_ok())
    }

    /// None of its words stands in the text.
    pub fn is_absent(&self, read: &ReadText) -> bool {
        self.words.iter().all(|word| read.words.binary_search(word).is_err())
    }
}

/// Each group: what one code, or all registrations, stand for. All must agree with the text.
struct KnownCodes {
    groups: Vec<Vec<u32>>,
    strangers: Vec<Cum>,
}

impl KnownCodes {
    fn known(&self) -> Vec<u32> {
        self.groups.concat()
    }
}
