//! The thermometer: where a price stands among those it can be compared with.
//!
//! The bar has four equal parts, each of which holds a quarter of the prices; within a part the place is proportional to the price.
//! So a price below the first quartile always stands in the first part, however far apart the prices lie.

use rust_decimal::Decimal;

use super::{
    colour::{Paint, Theme},
    scale::along,
    svg::{Anchor, Svg, Tenth},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Low,
    Normal,
    High,
    /// There is nothing to compare with.
    Alone,
}

/// An amount, and how it is written.
#[derive(Clone, Debug)]
pub struct Shown {
    pub amount: Decimal,
    pub text: String,
}

pub struct Thermometer<'a> {
    pub title: &'a str,
    pub description: &'a str,
    pub level: Level,
    /// The level in a word or two.
    pub word: &'a str,
    pub price: Shown,
    /// Minimum, quartiles, maximum, in order.
    pub marks: [Shown; 5],
    /// What the first, the two middle and the last part are called.
    pub parts: [&'a str; 3],
    /// Beneath, a line each: how many prices, which unit and channel, how old.
    pub notes: &'a [String],
}

const WIDTH: Tenth = 360;
const LEFT: Tenth = 160;
const LENGTH: Tenth = 3_280;
/// A longer price would meet the word beside it.
const LONG_PRICE_CHARS: usize = 14;
const BAR_TOP: Tenth = 880;
const BAR_HEIGHT: Tenth = 220;

impl Level {
    fn paint(self) -> Paint {
        match self {
            Self::Low => Paint::Low,
            Self::Normal | Self::Alone => Paint::Normal,
            Self::High => Paint::High,
        }
    }
}

impl Thermometer<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let first = if self.level == Level::Alone { 950 } else { 1_680 };
        let height = first / 10 - 2 + 18 * i64::try_from(self.notes.len()).unwrap_or(0);
        let mut svg = Svg::begin((WIDTH, height), theme, id, self.title, self.description);
        self.headline(&mut svg);
        if self.level != Level::Alone {
            self.bar(&mut svg);
        }
        for (note, line) in self.notes.iter().zip(0..) {
            svg.text((LEFT, first + 180 * line), Anchor::Start, 13, false, Paint::Faint, note);
        }
        svg.end()
    }

    fn headline(&self, svg: &mut Svg) {
        mark(svg, self.level, (LEFT + 130, 300), 130);
        svg.text((LEFT + 340, 380), Anchor::Start, 24, true, self.level.paint(), self.word);
        // Without a bar there is room beneath for the price: "nothing to compare" is long in every language.
        let (place, anchor) =
            if self.level == Level::Alone { ((LEFT + 340, 690), Anchor::Start) } else { ((LEFT + LENGTH, 380), Anchor::End) };
        let size = if self.price.text.chars().count() > LONG_PRICE_CHARS { 15 } else { 20 };
        svg.text(place, anchor, size, true, Paint::Ink, &self.price.text);
    }

    fn bar(&self, svg: &mut Svg) {
        let quarter = LENGTH / 4;
        let zones = [(0, 1, Paint::Low), (1, 2, Paint::Normal), (3, 1, Paint::High)];
        for ((start, length, paint), name) in zones.into_iter().zip(self.parts) {
            let (x, width) = (LEFT + start * quarter, length * quarter);
            svg.rect((x, BAR_TOP), (width, BAR_HEIGHT), paint);
            svg.text((x + width / 2, BAR_TOP + 160), Anchor::Middle, 13, true, Paint::LegalBasis, name);
        }
        for (shown, at) in self.marks.iter().zip(0..) {
            let x = LEFT + at * quarter;
            // The median's line would run through the name of its part.
            let top = if at == 2 { BAR_TOP + BAR_HEIGHT } else { BAR_TOP - 20 };
            svg.line(&[(x, top), (x, BAR_TOP + BAR_HEIGHT + 60)], 15, None, Paint::Ink);
            let anchor = match at {
                0 => Anchor::Start,
                4 => Anchor::End,
                _ => Anchor::Middle,
            };
            // Neighbours stand on two lines, so that long amounts do not meet.
            let y = BAR_TOP + BAR_HEIGHT + if at % 2 == 0 { 200 } else { 350 };
            svg.text((x, y), anchor, 12, false, Paint::Ink, &shown.text);
        }
        let at = LEFT + self.position();
        svg.line(&[(at, BAR_TOP - 140), (at, BAR_TOP + 20)], 30, None, Paint::Ink);
        mark(svg, self.level, (at, BAR_TOP - 200), 90);
    }

    /// From the left end of the bar.
    fn position(&self) -> Tenth {
        let (price, quarter) = (self.price.amount, LENGTH / 4);
        let amounts = || self.marks.iter().map(|mark| mark.amount);
        let below = amounts().filter(|amount| *amount < price).count();
        let same = amounts().filter(|amount| *amount == price).count();
        let parts = |count: usize| quarter * i64::try_from(count).unwrap_or(0);
        if same > 0 {
            // In the middle of all the marks that it stands on.
            return parts(below) + parts(same - 1) / 2;
        }
        let (Some(low), Some(high)) = (below.checked_sub(1).and_then(|at| self.marks.get(at)), self.marks.get(below)) else {
            return if below == 0 { 0 } else { LENGTH };
        };
        parts(below - 1) + along(price - low.amount, high.amount - low.amount, quarter)
    }
}

/// A triangle downwards, a circle, a triangle upwards, a diamond.
fn mark(svg: &mut Svg, level: Level, (x, y): (Tenth, Tenth), size: Tenth) {
    let paint = level.paint();
    match level {
        Level::Low => svg.shape(&[(x - size, y - size), (x + size, y - size), (x, y + size)], paint),
        Level::High => svg.shape(&[(x - size, y + size), (x + size, y + size), (x, y - size)], paint),
        Level::Normal => svg.circle((x, y), size, paint),
        Level::Alone => svg.shape(&[(x, y - size), (x + size, y), (x, y + size), (x - size, y)], paint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(amount: i64) -> Shown {
        Shown { amount: Decimal::from(amount), text: format!("$ {amount}") }
    }

    fn of(price: i64, marks: [i64; 5]) -> Thermometer<'static> {
        Thermometer {
            title: "t",
            description: "d",
            level: Level::Normal,
            word: "normal",
            price: shown(price),
            marks: marks.map(shown),
            parts: ["a", "b", "c"],
            notes: &[],
        }
    }

    #[test]
    fn a_price_stands_in_the_part_of_its_level() {
        let marks = [100, 200, 300, 400, 5_000];
        let quarter = LENGTH / 4;
        assert_eq!(of(100, marks).position(), 0);
        assert_eq!(of(150, marks).position(), quarter / 2);
        assert_eq!(of(200, marks).position(), quarter);
        assert_eq!(of(400, marks).position(), 3 * quarter);
        assert!(of(500, marks).position() > 3 * quarter);
        assert_eq!(of(5_000, marks).position(), LENGTH);
        assert_eq!(of(7, [7; 5]).position(), LENGTH / 2, "all prices are one");
        assert_eq!(of(7, [7, 7, 8, 9, 9]).position(), quarter / 2);
    }

    proptest! {
        #[test]
        fn dearer_stands_further_right(mut marks: [u16; 5], a: u16, b: u16) {
            marks.sort_unstable();
            let at = |price: u16| of(price.into(), marks.map(i64::from)).position();
            prop_assert!(at(a.min(b)) <= at(a.max(b)));
            prop_assert!((0..=LENGTH).contains(&at(a)));
        }
    }
}
