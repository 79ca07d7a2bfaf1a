//! How much an act changed: how many ceilings went up or down, by how much.

use rust_decimal::Decimal;

use super::{
    colour::{Paint, Theme},
    scale::along,
    svg::{Anchor, Svg, Tenth},
};

/// Where one class of changes ends and the next begins, in percent. A class holds its upper bound when it is below zero, otherwise its lower one.
pub(crate) const BOUNDS_PERCENT: [i64; 7] = [-50, -25, -10, 0, 10, 25, 50];
pub const CLASSES: usize = BOUNDS_PERCENT.len() + 1;

/// How many changes fall into each class, from the greatest fall to the greatest rise.
pub fn count(percents: impl IntoIterator<Item = Decimal>) -> [u64; CLASSES] {
    let mut counts = [0; CLASSES];
    for percent in percents {
        let before = |bound: &&i64| {
            let bound = Decimal::from(**bound);
            if bound <= Decimal::ZERO && percent < Decimal::ZERO { bound < percent } else { bound <= percent }
        };
        counts[BOUNDS_PERCENT.iter().filter(before).count()] += 1;
    }
    counts
}

pub struct ChangesChart<'a> {
    pub title: &'a str,
    pub description: &'a str,
    pub counts: [u64; CLASSES],
    /// What each class is called.
    pub names: [String; CLASSES],
}

const WIDTH: Tenth = 360;
const ROW: Tenth = 260;
const NAMES: Tenth = 1_350;
const BARS: Tenth = 1_750;

impl ChangesChart<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let height = 26 * i64::try_from(CLASSES).unwrap_or(0) + 8;
        let mut svg = Svg::begin((WIDTH, height), theme, id, self.title, self.description);
        let most = Decimal::from(self.counts.into_iter().max().unwrap_or(0));
        for ((count, name), row) in self.counts.into_iter().zip(&self.names).zip(0_i64..) {
            let top = ROW * row + 40;
            let falls = row < i64::try_from(CLASSES / 2).unwrap_or(0);
            let paint = if falls { Paint::Low } else { Paint::High };
            svg.text((NAMES - 80, top + 165), Anchor::End, 13, false, Paint::Ink, name);
            let width = along(Decimal::from(count), most, BARS);
            svg.rect((NAMES, top), (width.max(if count > 0 { 15 } else { 0 }), 210), paint);
            svg.text((NAMES + width + 60, top + 165), Anchor::Start, 13, true, Paint::Ink, &count.to_string());
        }
        svg.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_falls_into_one_class() {
        let of = |texts: &[&str]| count(texts.iter().map(|text| text.parse().unwrap()));
        assert_eq!(of(&["-80", "-50", "-49.9", "-25", "-10.1"]), [2, 2, 1, 0, 0, 0, 0, 0]);
        assert_eq!(of(&["-10", "-0.0001", "0", "9.99", "10", "24", "25", "50", "900"]), [0, 0, 1, 1, 2, 2, 1, 2]);
    }
}
