//! The thermometer: where a price stands among those it can be compared with.
//!
//! The bar has four equal parts, each of which holds a quarter of the prices; within a part the place is proportional to the price.
//! So a price below the first quartile always stands in the first part, however far apart the prices lie. Above the bar stands a dot
//! for every price. Of few prices no quarter is drawn: they would look as sure as those of fifty.

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
    /// So few prices that a level says little.
    Few,
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
    /// Every price of the group.
    pub all: &'a [Decimal],
    /// A price that somebody wants to see among them, and what it is called.
    pub typed: Option<(Shown, &'a str)>,
    /// What the first, the two middle and the last part are called.
    pub parts: [&'a str; 3],
    /// Beneath, a line each: how many prices, which unit and channel, how old.
    pub notes: &'a [String],
}

const WIDTH: Tenth = 360;
const LEFT: Tenth = 160;
const LENGTH: Tenth = 3_280;
/// A word and a price of more characters have no room on one line.
const HEADLINE_CHARS: usize = 23;
const PRICE_HEIGHT: Tenth = 310;
/// A longer price would meet the word beside it.
const LONG_PRICE_CHARS: usize = 14;
const BAR_TOP: Tenth = 880;
const BAR_HEIGHT: Tenth = 220;
/// What a typed price needs above the dots.
const TYPED_HEIGHT: Tenth = 260;
const NOTE_CHARS_MAX: usize = 44;

impl Level {
    fn paint(self) -> Paint {
        match self {
            Self::Low => Paint::Low,
            Self::Normal | Self::Few | Self::Alone => Paint::Normal,
            Self::High => Paint::High,
        }
    }
}

impl Thermometer<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let first = if self.level == Level::Alone { 950 } else { self.bar_top() + 820 };
        let notes: Vec<String> = self.notes.iter().flat_map(|note| lines(note)).collect();
        let height = first / 10 - 2 + 19 * i64::try_from(notes.len()).unwrap_or(0);
        let mut svg = Svg::begin((WIDTH, height), theme, id, self.title, self.description);
        self.headline(&mut svg);
        if self.level != Level::Alone {
            self.bar(&mut svg);
        }
        for (note, line) in notes.iter().zip(0..) {
            svg.text((LEFT, first + 190 * line), Anchor::Start, 14, false, Paint::Faint, note);
        }
        svg.end()
    }

    fn bar_top(&self) -> Tenth {
        let typed = if self.typed.is_some() { TYPED_HEIGHT } else { 0 };
        BAR_TOP + typed + if self.price_below() { PRICE_HEIGHT } else { 0 }
    }

    /// Whether the price has a line of its own, because there is no room beside the word.
    fn price_below(&self) -> bool {
        let chars = self.word.chars().count() + self.price.text.chars().count();
        self.level == Level::Few && chars > HEADLINE_CHARS
    }

    fn headline(&self, svg: &mut Svg) {
        mark(svg, self.level, (LEFT + 130, 300), 130);
        let long = self.level == Level::Few;
        svg.text((LEFT + 340, 380), Anchor::Start, if long { 19 } else { 24 }, true, self.level.paint(), self.word);
        // Without a bar there is room beneath for the price: "nothing to compare" is long in every language.
        let below = self.level == Level::Alone || self.price_below();
        let (place, anchor) = if below { ((LEFT + 340, 690), Anchor::Start) } else { ((LEFT + LENGTH, 380), Anchor::End) };
        let size = if self.price.text.chars().count() > LONG_PRICE_CHARS { 15 } else { 20 };
        svg.text(place, anchor, size, true, Paint::Ink, &self.price.text);
    }

    fn bar(&self, svg: &mut Svg) {
        let (top, bottom) = (self.bar_top(), self.bar_top() + BAR_HEIGHT);
        if self.level == Level::Few {
            self.plain_bar(svg, (top, bottom))
        } else {
            self.quarters(svg, (top, bottom))
        }
        for price in self.all {
            svg.circle((LEFT + self.position(*price), top - 80), 36, Paint::Faint);
        }
        let at = LEFT + self.position(self.price.amount);
        svg.line(&[(at, top - 130), (at, top + 20)], 30, None, Paint::Ink);
        mark(svg, self.level, (at, top - 200), 80);
        if let Some((typed, name)) = &self.typed {
            let at = LEFT + self.position(typed.amount);
            svg.line(&[(at, top - 390), (at, top)], 20, Some("3 2"), Paint::Ink);
            let anchor = match 3 * (at - LEFT) / LENGTH {
                0 => Anchor::Start,
                1 => Anchor::Middle,
                _ => Anchor::End,
            };
            svg.text((at, top - 440), anchor, 15, true, Paint::Ink, &format!("{name}: {}", typed.text));
        }
    }

    fn quarters(&self, svg: &mut Svg, (top, bottom): (Tenth, Tenth)) {
        let quarter = LENGTH / 4;
        let zones = [(0, 1, Paint::Low), (1, 2, Paint::Normal), (3, 1, Paint::High)];
        for ((start, length, paint), name) in zones.into_iter().zip(self.parts) {
            let (x, width) = (LEFT + start * quarter, length * quarter);
            svg.rect((x, top), (width, BAR_HEIGHT), paint);
            svg.text((x + width / 2, top + 160), Anchor::Middle, 14, true, Paint::LegalBasis, name);
        }
        for (shown, at) in self.marks.iter().zip(0..) {
            let x = LEFT + at * quarter;
            // The median's line would run through the name of its part.
            let from = if at == 2 { bottom } else { top - 20 };
            svg.line(&[(x, from), (x, bottom + 60)], 15, None, Paint::Ink);
            let anchor = match at {
                0 => Anchor::Start,
                4 => Anchor::End,
                _ => Anchor::Middle,
            };
            // Neighbours stand on two lines, so that long amounts do not meet.
            let y = bottom + if at % 2 == 0 { 220 } else { 390 };
            svg.text((x, y), anchor, 14, false, Paint::Ink, &shown.text);
        }
    }

    /// From the lowest price to the highest, in one colour.
    fn plain_bar(&self, svg: &mut Svg, (top, bottom): (Tenth, Tenth)) {
        svg.rect((LEFT, top), (LENGTH, BAR_HEIGHT / 3), Paint::Normal);
        let [min, .., max] = &self.marks;
        for (shown, x, anchor) in [(min, LEFT, Anchor::Start), (max, LEFT + LENGTH, Anchor::End)] {
            svg.line(&[(x, top - 20), (x, top + BAR_HEIGHT / 3 + 60)], 15, None, Paint::Ink);
            svg.text((x, bottom + 220), anchor, 14, false, Paint::Ink, &shown.text);
        }
    }

    /// From the left end of the bar.
    fn position(&self, price: Decimal) -> Tenth {
        let quarter = LENGTH / 4;
        let [min, .., max] = &self.marks;
        if self.level == Level::Few && min.amount < max.amount {
            return along(price - min.amount, max.amount - min.amount, LENGTH);
        }
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

/// A note on as many lines as it needs.
fn lines(note: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in note.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < NOTE_CHARS_MAX => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A triangle downwards, a circle, a triangle upwards, a diamond.
fn mark(svg: &mut Svg, level: Level, (x, y): (Tenth, Tenth), size: Tenth) {
    let paint = level.paint();
    match level {
        Level::Low => svg.shape(&[(x - size, y - size), (x + size, y - size), (x, y + size)], paint),
        Level::High => svg.shape(&[(x - size, y + size), (x + size, y + size), (x, y - size)], paint),
        Level::Normal | Level::Few => svg.circle((x, y), size, paint),
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
            all: &[],
            typed: None,
            parts: ["a", "b", "c"],
            notes: &[],
        }
    }

    fn place(price: i64, marks: [i64; 5]) -> Tenth {
        of(price, marks).position(Decimal::from(price))
    }

    #[test]
    fn few_prices_stand_along_one_line() {
        let few = Thermometer { level: Level::Few, ..of(150, [100, 120, 150, 180, 200]) };
        let at = |price: i64| few.position(Decimal::from(price));
        assert_eq!([at(90), at(100), at(150), at(200), at(900)], [0, 0, LENGTH / 2, LENGTH, LENGTH]);
        let all = [100, 200].map(Decimal::from);
        let drawing = Thermometer { level: Level::Few, all: &all, ..of(100, [100, 120, 150, 180, 200]) };
        assert_eq!(drawing.draw(Theme::Light, "t").matches("p-low").count(), 0, "nothing is coloured low or high");
    }

    #[test]
    fn a_dot_for_every_price_and_a_name_for_the_typed_one() {
        let all: Vec<Decimal> = [100, 200, 300, 400, 500].map(Decimal::from).to_vec();
        let typed = Some((shown(350), "Su precio"));
        let svg = Thermometer { all: &all, typed, ..of(200, [100, 200, 300, 400, 500]) }.draw(Theme::Light, "t");
        assert_eq!(svg.matches("<circle").count(), 5 + 2, "the dots, and the mark of the level twice");
        assert!(svg.contains("Su precio: $ 350"), "{svg}");
    }

    #[test]
    fn a_long_note_goes_on_below() {
        let note = "Insulina glargina de origen ADN recombinante 100 UI/ml, Cartucho";
        assert_eq!(lines(note), ["Insulina glargina de origen ADN recombinante", "100 UI/ml, Cartucho"]);
        assert_eq!(lines("Tableta"), ["Tableta"]);
    }

    #[test]
    fn a_price_stands_in_the_part_of_its_level() {
        let marks = [100, 200, 300, 400, 5_000];
        let quarter = LENGTH / 4;
        assert_eq!(place(100, marks), 0);
        assert_eq!(place(150, marks), quarter / 2);
        assert_eq!(place(200, marks), quarter);
        assert_eq!(place(400, marks), 3 * quarter);
        assert!(place(500, marks) > 3 * quarter);
        assert_eq!(place(5_000, marks), LENGTH);
        assert_eq!(place(7, [7; 5]), LENGTH / 2, "all prices are one");
        assert_eq!(place(7, [7, 7, 8, 9, 9]), quarter / 2);
    }

    proptest! {
        #[test]
        fn dearer_stands_further_right(mut marks: [u16; 5], a: u16, b: u16) {
            marks.sort_unstable();
            let at = |price: u16| place(price.into(), marks.map(i64::from));
            prop_assert!(at(a.min(b)) <= at(a.max(b)));
            prop_assert!((0..=LENGTH).contains(&at(a)));
        }
    }
}
