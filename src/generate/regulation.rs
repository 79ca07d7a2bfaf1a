//! The regulated part: registrations belong to markets of one medicine, and a pack costs at most the price of its content.

use super::error::GenerateError;
use super::population::{Population, scaled};
use super::random::Random;

/// A relevant market: one medicine in one group of forms.
#[derive(Clone, Debug)]
pub struct Market {
    pub number: u64,
    /// The lists split some markets: `546b`.
    pub split: bool,
    /// Centavos for one dispensing unit of the medicine's first dosage.
    price: u64,
    room: u64,
}

/// How many packs open a market before the next registration gets another; 40,000 packs then have about 6,000 markets.
const ROOM: (u64, u64) = (1, 5);
/// No pack of a medicine costs more; sums over a report stay far from what a reader takes.
const CEILING_MAX: u64 = 100_000_000_000;

/// Gives exactly so many active presentations a ceiling.
pub fn regulate(population: &mut Population, seed: u64, ceilings: u64) -> Result<Vec<Market>, GenerateError> {
    let mut random = Random::new(seed, 2);
    let mut markets: Vec<Market> = Vec::new();
    let mut open: Vec<Option<usize>> = vec![None; population.vocabulary.entries.len()];
    let mut left = ceilings;
    for index in shuffled(population.registrations.len(), &mut random) {
        if left == 0 {
            return Ok(markets);
        }
        let (entry, dosage) = (population.registrations[index].entry, population.registrations[index].dosage);
        let own = population.registrations[index].presentations.clone();
        let of_entry = &population.vocabulary.entries[entry];
        let mut bound = 0;
        for at in own {
            let presentation = &mut population.presentations[at];
            if !presentation.active || presentation.sample || bound == left {
                continue;
            }
            let market = open[entry].filter(|&market| markets[market].room > 0 || bound > 0).unwrap_or_else(|| {
                markets.push(Market {
                    number: markets.len() as u64 + 1,
                    split: open[entry].is_some() && random.chance(500),
                    price: of_entry.price * random.between(90, 250) / 100,
                    room: random.between(ROOM.0, ROOM.1),
                });
                markets.len() - 1
            });
            open[entry] = Some(market);
            let unit = scaled(markets[market].price, &of_entry.dosages[dosage], &of_entry.dosages[0]).max(1_000);
            presentation.ceiling = (unit * presentation.quantity).min(CEILING_MAX);
            markets[market].room = markets[market].room.saturating_sub(1);
            population.registrations[index].market = Some(market);
            population.registrations[index].price = unit * random.between(40, 95) / 100;
            bound += 1;
        }
        left -= bound;
    }
    if left > 0 { Err(GenerateError::TooManyCeilings { most: ceilings - left }) } else { Ok(markets) }
}

fn shuffled(length: usize, random: &mut Random) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    for end in (1..length).rev() {
        order.swap(end, random.index(end + 1));
    }
    order
}
