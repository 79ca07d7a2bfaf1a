//! The market's population: registrations in order of their numbers, each with its presentations. Everything else is derived from them.

use super::random::{Random, Wheel};
use super::vocabulary::{Dosage, Holder, Substance, Vocabulary, published};

/// One sanitary registration (an expediente).
#[derive(Clone, Debug)]
pub struct Registration {
    pub expediente: u64,
    pub entry: usize,
    pub dosage: usize,
    /// `DOLEX`, or `ACETAMINOFEN GENFAR`.
    pub brand: String,
    pub holder: usize,
    pub imported: bool,
    pub in_force: bool,
    pub year: u64,
    /// Centavos that one dispensing unit usually costs.
    pub price: u64,
    /// Its market, where it is regulated.
    pub market: Option<usize>,
    /// Where its presentations stand, and where they end.
    pub presentations: std::ops::Range<usize>,
}

/// One commercial presentation (a CUM).
#[derive(Clone, Debug)]
pub struct Presentation {
    pub consecutive: u64,
    /// Dispensing units in the pack.
    pub quantity: u64,
    pub active: bool,
    pub sample: bool,
    /// Centavos for the pack; zero where nothing binds it.
    pub ceiling: u64,
    /// How much it is reported, beside the others.
    pub weight: u64,
}

pub struct Population {
    pub vocabulary: Vocabulary,
    pub registrations: Vec<Registration>,
    pub presentations: Vec<Presentation>,
}

/// So many of a thousand registrations have so many presentations; measured on INVIMA's list of 2026-06 (mean 6.8).
const PRESENTATIONS: &[(u64, u64)] = &[
    (180, 1),
    (165, 2),
    (109, 3),
    (109, 4),
    (72, 5),
    (64, 6),
    (40, 7),
    (42, 8),
    (26, 9),
    (29, 10),
    (26, 12),
    (13, 11),
    (26, 14),
    (24, 16),
    (16, 20),
    (20, 18),
    (20, 25),
    (19, 35),
];
/// Presentations a registration has on average.
const MEAN: u64 = 6;
const COUNTED: &[u64] = &[10, 10, 14, 20, 20, 28, 30, 30, 30, 40, 50, 60, 90, 100, 100, 120, 200, 250, 300, 500];
const SINGLE: &[u64] = &[1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 10, 10, 12, 20, 25, 50, 100];

impl Population {
    /// Exactly so many presentations, whoever they are.
    pub fn new(seed: u64, medicines: u64) -> Self {
        let vocabulary = Vocabulary::embedded();
        let mut draw = Draw::new(seed, &vocabulary, medicines);
        let (mut registrations, mut presentations) = (Vec::new(), Vec::new());
        while (presentations.len() as u64) < medicines {
            let left = medicines - presentations.len() as u64;
            let mut registration = draw.registration(registrations.len() as u64);
            let first = presentations.len();
            let entry = &vocabulary.entries[registration.entry];
            draw.presentations(entry, registration.in_force, left, &mut presentations);
            registration.presentations = first..presentations.len();
            registrations.push(registration);
        }
        Self { vocabulary, registrations, presentations }
    }

    pub fn entry(&self, registration: &Registration) -> &Substance {
        &self.vocabulary.entries[registration.entry]
    }

    pub fn dosage(&self, registration: &Registration) -> &Dosage {
        &self.entry(registration).dosages[registration.dosage]
    }

    pub fn holder(&self, registration: &Registration) -> &Holder {
        &self.vocabulary.holders[registration.holder]
    }
}

struct Draw<'a> {
    random: Random,
    vocabulary: &'a Vocabulary,
    medicines: Wheel,
    holders: Wheel,
    generic_houses: Wheel,
    /// How far apart the numbers of old and of new registrations may be.
    steps: (u64, u64),
    expected: u64,
    last: u64,
}

/// Old registrations have small numbers; those since about 2000 begin here.
const NEW_NUMBERS: u64 = 19_900_000;
const OLD_NUMBERS: u64 = 3_000;

impl<'a> Draw<'a> {
    fn new(seed: u64, vocabulary: &'a Vocabulary, medicines: u64) -> Self {
        let expected = (medicines / MEAN).max(4);
        // Medicines of many makers have many registrations.
        let popular = |entry: &Substance| {
            let brands = entry.brands.len() as u64 + 1;
            brands * brands
        };
        Self {
            random: Random::new(seed, 1),
            vocabulary,
            medicines: Wheel::new(vocabulary.entries.iter().map(popular)),
            holders: Wheel::new(vocabulary.holders.iter().map(|holder| holder.weight)),
            generic_houses: Wheel::new(vocabulary.holders.iter().map(|one| if one.generics { one.weight } else { 0 })),
            steps: ((220_000 * 4 / expected).max(1), (400_000 * 4 / 3 / expected).max(1)),
            expected,
            last: OLD_NUMBERS,
        }
    }

    fn registration(&mut self, index: u64) -> Registration {
        let entries = &self.vocabulary.entries;
        // One in four goes through the vocabulary in order, so that rare medicines are there too.
        let round = (index / 4).wrapping_mul(997) as usize % entries.len();
        let chosen = if index.is_multiple_of(4) { round } else { self.medicines.spin(&mut self.random) };
        let entry = &entries[chosen];
        let dosage = self.random.index(entry.dosages.len()).min(self.random.index(entry.dosages.len()));
        let (brand, holder) = self.name(entry);
        let branded = !self.vocabulary.holders[holder].generics;
        let usual = scaled(entry.price, &entry.dosages[dosage], &entry.dosages[0]);
        let percent = self.random.between(50, 130) + if branded { 60 } else { 0 };
        Registration {
            expediente: self.number(index),
            entry: chosen,
            dosage,
            brand,
            holder,
            imported: self.random.chance(4_200),
            in_force: self.random.chance(8_500),
            year: (1995 + index * 29 / self.expected).min(2025),
            price: (usual * percent / 100).max(500),
            market: None,
            presentations: 0..0,
        }
    }

    fn number(&mut self, index: u64) -> u64 {
        let old = index < self.expected / 4;
        let step = if old { self.steps.0 } else { self.steps.1 };
        self.last += self.random.between(1, step);
        if !old {
            self.last = self.last.max(NEW_NUMBERS);
        }
        self.last
    }

    /// A brand of its own, or the ingredient's name with the house's.
    fn name(&mut self, entry: &Substance) -> (String, usize) {
        if !entry.brands.is_empty() && self.random.chance(4_500) {
            let brand = *self.random.pick(&entry.brands);
            // A brand has one holder, whatever the seed.
            let of_brand = brand.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
            return (brand.to_uppercase(), self.holders.spin(&mut Random::new(0, of_brand)));
        }
        let holder = self.generic_houses.spin(&mut self.random);
        let ingredients = published(&entry.ingredients.join(" + "));
        (format!("{ingredients} {}", self.vocabulary.holders[holder].short), holder)
    }

    fn presentations(&mut self, entry: &Substance, in_force: bool, most: u64, into: &mut Vec<Presentation>) {
        let count = self.random.weighted(PRESENTATIONS).min(most);
        let mut consecutive = 0;
        for _ in 0..count {
            consecutive += if self.random.chance(8_000) { 1 } else { self.random.between(2, 6) };
            let sample = self.random.chance(1_000);
            let active = in_force && self.random.chance(8_000);
            let sizes = if is_counted(entry.unit) { COUNTED } else { SINGLE };
            let quantity = if sample { self.random.between(1, 4) } else { *self.random.pick(sizes) };
            into.push(Presentation { consecutive, quantity, active, sample, ceiling: 0, weight: self.weight(sample, active) });
        }
    }

    /// A few are reported thousands of times, most a few times.
    fn weight(&mut self, sample: bool, active: bool) -> u64 {
        let weight = 100_000_000 / (self.random.below(20_000) + 25);
        // Samples are not sold, and yet reported now and then.
        if sample {
            1
        } else if active {
            weight
        } else {
            weight / 8
        }
    }
}

/// Sold by the piece, in packs of many.
pub fn is_counted(unit: &str) -> bool {
    ["Tableta", "Capsula", "Ovulo", "Supositorio", "Parche", "Sobre", "Sachet"].iter().any(|counted| unit.starts_with(counted))
}

/// A price for one content as the price for another, where the two can be set against each other.
pub fn scaled(price: u64, to: &Dosage, from: &Dosage) -> u64 {
    if to.strengths[0].regulated_unit() != from.strengths[0].regulated_unit() {
        return price;
    }
    let scaled = u128::from(price) * u128::from(to.contents[0]) / u128::from(from.contents[0]);
    // Ten times the strength is seldom ten times the price; a thousand times never is.
    u64::try_from(scaled).unwrap_or(price).clamp(price / 5 + 1, price.saturating_mul(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_wanted_and_their_numbers_rise() {
        for medicines in [1, 7, 3_000] {
            let population = Population::new(1, medicines);
            assert_eq!(population.presentations.len() as u64, medicines);
            let numbers: Vec<u64> = population.registrations.iter().map(|one| one.expediente).collect();
            assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]) && numbers.iter().all(|number| *number < 1_000_000_000));
            for one in &population.registrations {
                let own = &population.presentations[one.presentations.clone()];
                assert!(!own.is_empty() && own.windows(2).all(|pair| pair[0].consecutive < pair[1].consecutive));
                assert!(own.iter().all(|one| one.consecutive < 10_000 && one.quantity > 0));
            }
        }
    }
}
