//! Draws prices as a strip of dots for each quarter, with the median as a bar: how far apart they are, and out of how many.

use rust_decimal::Decimal;

use super::{
    colour::{Paint, Theme},
    scale::{along, round_above},
    svg::{Anchor, Svg, Tenth},
};

/// One quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// `2024-Q1`, as it is written beneath.
    pub name: String,
    /// Ascending.
    pub prices: Vec<Decimal>,
    pub median: Option<Decimal>,
}

pub struct StripPlot<'a> {
    /// Stands above the plot too.
    pub title: &'a str,
    pub description: &'a str,
    /// What the prices are for.
    pub unit: &'a str,
    /// What dots and bars are, beneath.
    pub key: &'a str,
    /// In order.
    pub strips: &'a [Strip],
    /// Writes an amount.
    pub written: &'a dyn Fn(Decimal) -> String,
}

const WIDTH: Tenth = 360;
const HEIGHT: Tenth = 300;
const LEFT: Tenth = 160;
const LENGTH: Tenth = 3_280;
const TOP: Tenth = 560;
const BOTTOM: Tenth = 2_400;
const CHAR_WIDTH: Tenth = 78;
/// Of quarters that are named beneath.
const NAMES_MAX: usize = 4;

impl StripPlot<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let mut svg = Svg::begin((WIDTH, HEIGHT), theme, id, self.title, self.description);
        let top = round_above(self.strips.iter().flat_map(|strip| strip.prices.last().copied()).max().unwrap_or(Decimal::ONE));
        svg.text((LEFT, 190), Anchor::Start, 16, true, Paint::Ink, self.title);
        svg.text((LEFT, 380), Anchor::Start, 14, false, Paint::Faint, self.unit);
        let chars = (self.written)(top).chars().count();
        let left = LEFT + CHAR_WIDTH * i64::try_from(chars).unwrap_or(0) + 60;
        for half in 0..=2 {
            let y = BOTTOM - half * (BOTTOM - TOP) / 2;
            svg.line(&[(left, y), (LEFT + LENGTH, y)], 8, if half == 0 { None } else { Some("2 3") }, Paint::Faint);
            if half > 0 {
                let amount = (self.written)(top * Decimal::from(half) / Decimal::TWO);
                svg.text((left - 50, y + 45), Anchor::End, 13, false, Paint::Faint, &amount);
            }
        }
        let count = i64::try_from(self.strips.len().max(1)).unwrap_or(i64::MAX);
        let step = self.strips.len().div_ceil(NAMES_MAX).max(1);
        for (at, strip) in self.strips.iter().enumerate() {
            let place = i64::try_from(at).unwrap_or(0);
            let (from, until) =
                (left + (LEFT + LENGTH - left) * place / count, left + (LEFT + LENGTH - left) * (place + 1) / count);
            self.strip(&mut svg, strip, (from, until), top);
            if at % step == 0 {
                svg.text((i64::midpoint(from, until), BOTTOM + 190), Anchor::Middle, 13, false, Paint::Faint, &strip.name);
            }
        }
        svg.text((LEFT, 2_850), Anchor::Start, 13, false, Paint::Faint, self.key);
        svg.end()
    }

    /// Dots stand apart by their place in the order, so that equal prices do not hide each other.
    fn strip(&self, svg: &mut Svg, strip: &Strip, (from, until): (Tenth, Tenth), top: Decimal) {
        let width = until - from;
        for (at, price) in strip.prices.iter().enumerate() {
            let apart = i64::try_from(at * 7 % 10).unwrap_or(0);
            let x = from + width / 5 + width * 3 / 5 * apart / 10;
            svg.circle((x, BOTTOM - along(*price, top, BOTTOM - TOP)), 26, Paint::Institutional);
        }
        if let Some(median) = strip.median {
            let y = BOTTOM - along(median, top, BOTTOM - TOP);
            svg.line(&[(from + width / 10, y), (until - width / 10, y)], 22, None, Paint::Ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_a_dot_and_every_median_a_bar() {
        let strip = |name: &str, prices: &[i64]| Strip {
            name: name.to_owned(),
            prices: prices.iter().copied().map(Decimal::from).collect(),
            median: prices.get(prices.len() / 2).copied().map(Decimal::from),
        };
        let strips = [strip("2024-Q1", &[10, 20, 90]), strip("2024-Q2", &[])];
        let written = |amount: Decimal| amount.to_string();
        let plot = StripPlot { title: "t", description: "d", unit: "u", key: "k", strips: &strips, written: &written };
        let drawn = plot.draw(Theme::Page, "strip");
        assert_eq!((drawn.matches("<circle").count(), drawn.matches("<polyline").count()), (3, 4), "{drawn}");
        assert!(drawn.contains("2024-Q1") && drawn.contains("2024-Q2"));
        let nothing = StripPlot { strips: &[], ..plot }.draw(Theme::Page, "strip");
        assert!(nothing.ends_with("</svg>"));
    }
}
