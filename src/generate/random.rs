//! Numbers from a seed alone (splitmix64), written here because another version of a crate may give other numbers.

/// The same seed and stream give the same numbers for ever; each file draws from a stream of its own.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut mixed = Self(seed);
        mixed.0 = mixed.next().wrapping_add(stream);
        Self(mixed.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From zero up to, and without, `end`; zero when `end` is zero.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// From `first` to `last`, both possible.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// True in so many of ten thousand draws.
    pub fn chance(&mut self, of_ten_thousand: u64) -> bool {
        self.below(10_000) < of_ten_thousand
    }

    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// One of a list, by the weights that stand beside its members.
    pub fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let mut left = self.below(choices.iter().map(|(weight, _)| weight).sum());
        let mut chosen = choices[0].1;
        for (weight, choice) in choices {
            chosen = *choice;
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => break,
            }
        }
        chosen
    }
}

/// A long list of weights, drawn from by halving.
#[derive(Clone, Debug)]
pub struct Wheel(Vec<u64>);

impl Wheel {
    pub fn new(weights: impl Iterator<Item = u64>) -> Self {
        let mut total = 0;
        Self(
            weights
                .map(|weight| {
                    total += weight;
                    total
                })
                .collect(),
        )
    }

    pub fn spin(&self, random: &mut Random) -> usize {
        let at = random.below(self.0.last().copied().unwrap_or_default());
        self.0.partition_point(|&end| end <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_splitmix64s() {
        // The reference implementation's first numbers for the seed 0.
        let mut random = Random(0);
        assert_eq!([random.next(), random.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(7, 0);
        let wheel = Wheel::new([1, 0, 3].into_iter());
        let mut counts = [0_u32; 3];
        (0..4000).for_each(|_| counts[wheel.spin(&mut random)] += 1);
        assert!(counts[1] == 0 && (900..1100).contains(&counts[0]), "{counts:?}");
        counts = [0; 3];
        (0..4000).for_each(|_| counts[random.weighted(&[(1, 0), (0, 1), (3, 2)])] += 1);
        assert!(counts[1] == 0 && (900..1100).contains(&counts[0]), "{counts:?}");
    }
}
