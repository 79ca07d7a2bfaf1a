//! Whether a presentation cannot be what a text says. What either of them leaves out contradicts nothing.

use rust_decimal::Decimal;

use super::{
    amount::{Dimension, ProductState, StatedStrength, TextStrength},
    candidates::{CandidateIndex, IndexedPresentation},
    form::FormFamilies,
    presentation::PresentationFacts,
    read::ReadText,
};
use crate::domain::number::exact;

impl CandidateIndex {
    pub(super) fn contradicts(&self, read: &ReadText, presentation: &IndexedPresentation) -> bool {
        let facts = &presentation.facts;
        !facts.families.meets(read.families)
            || self.salt_contradicts(read, presentation)
            || strength_contradicts(read, facts)
            || count_contradicts(read, facts)
            || volume_contradicts(read, facts)
            || self.lacks_ingredients(read, presentation)
    }

    /// Every ingredient states salts, and none has the one that the text names.
    fn salt_contradicts(&self, read: &ReadText, presentation: &IndexedPresentation) -> bool {
        let mut ingredients = self.ingredients_of(presentation).peekable();
        if ingredients.peek().is_none() {
            return false;
        }
        let stated: Vec<&[&str]> = ingredients.map(|one| &*one.salts).collect();
        stated.iter().all(|salts| !salts.is_empty())
            && read.salts.iter().any(|salt| !stated.iter().any(|salts| salts.contains(salt)))
    }

    /// A text that is read to its end names all its ingredients: one that it does not name is of another product. Where more
    /// strengths than ingredients stand, or words that are not read, another ingredient may be meant.
    fn lacks_ingredients(&self, read: &ReadText, presentation: &IndexedPresentation) -> bool {
        if read.has_unread_words || presentation.ingredients.len() < 2 {
            return false;
        }
        let absent = self.ingredients_of(presentation).filter(|one| one.is_absent(read)).count();
        let present = presentation.ingredients.len() - absent;
        absent > 0 && present > 0 && distinct(&read.strengths).len() <= present
    }
}

/// The strengths of the text, without what restates one in 1 ml.
fn distinct(strengths: &[TextStrength]) -> Vec<&TextStrength> {
    let mut own: Vec<&TextStrength> = Vec::new();
    for one in strengths {
        if !own.iter().any(|known| known.is_same_ratio(one) && (known.is_content || known.is_repeated)) {
            own.push(one);
        }
    }
    own
}

/// Some strength of the text is none of the product's.
fn strength_contradicts(read: &ReadText, facts: &PresentationFacts) -> bool {
    let Some(stated) = &facts.strengths else { return false };
    let state = state(facts.families);
    let is_count =
        |one: &TextStrength| one.dimension.is_none() && one.amount.values().any(|value| facts.dispensing_units == Some(value));
    let fits = |one: &TextStrength, stated: &StatedStrength| !one.contradicts(stated, state);
    if read.strengths.iter().any(|one| !is_count(one) && !stated.iter().any(|stated| fits(one, stated))) {
        return true;
    }
    let own = distinct(&read.strengths);
    let is_each = own.len() == stated.len() && own.len() > 1 && stated.iter().all(|stated| stated.is_total);
    is_each && !pairs(&own, stated, &fits)
}

/// Whether each can be given one of the other side: of as many strengths as ingredients, each is of another ingredient.
fn pairs(own: &[&TextStrength], stated: &[StatedStrength], fits: &impl Fn(&TextStrength, &StatedStrength) -> bool) -> bool {
    let Some((first, others)) = own.split_first() else { return true };
    (0..stated.len()).any(|at| {
        let rest = || [&stated[..at], &stated[at + 1..]].concat();
        stated.get(at).is_some_and(|one| fits(first, one)) && pairs(others, &rest(), fits)
    })
}

fn state(families: FormFamilies) -> ProductState {
    if families.is_solid_oral() {
        ProductState::SolidOral
    } else if families.meets(FormFamilies::LIQUID_ORAL) {
        ProductState::MayBeDrunk
    } else {
        ProductState::Other
    }
}

/// None of the counts is the pack's, and neither is their product: `3 blister x 10`.
fn count_contradicts(read: &ReadText, facts: &PresentationFacts) -> bool {
    let Some(units) = facts.dispensing_units.filter(|_| !read.counts.is_empty()) else { return false };
    let all = read.counts.iter().try_fold(Decimal::ONE, |all, count| exact::product(all, *count));
    !read.counts.contains(&units) && all.is_some_and(|all| all != units)
}

/// None of the volumes is one of the container's. A volume that stands with a strength is not asked.
fn volume_contradicts(read: &ReadText, facts: &PresentationFacts) -> bool {
    if facts.volumes.is_empty() || read.volumes.is_empty() {
        return false;
    }
    let of_strengths =
        |volume: Decimal| read.strengths.iter().any(|one| matches!(one.per, Some((of, Dimension::Volume)) if of == volume));
    let fits = |volume: Decimal| facts.volumes.contains(&volume) || of_strengths(volume);
    !read.volumes.iter().any(|volume| volume.values().any(fits))
}
