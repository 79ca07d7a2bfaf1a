//! Draws the prices paid month by month, by channel, beside the ceiling; months without reports stay empty.

use rust_decimal::Decimal;

use super::{
    colour::{Paint, Theme},
    scale::{along, round_above},
    svg::{Anchor, Svg, Tenth},
};

/// One month of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    pub least: Decimal,
    pub average: Decimal,
    pub most: Decimal,
}

pub struct History<'a> {
    pub title: &'a str,
    pub description: &'a str,
    /// Names of the months, one behind the other without a gap.
    pub months: &'a [String],
    /// In the order of the months.
    pub institutional: &'a [Option<Month>],
    pub commercial: &'a [Option<Month>],
    /// The ceiling of the month, where one is known.
    pub ceiling: &'a [Option<Decimal>],
    /// What the two channels and the ceiling are called.
    pub names: [&'a str; 3],
    /// Writes an amount.
    pub written: &'a dyn Fn(Decimal) -> String,
}

const WIDTH: Tenth = 360;
const HEIGHT: Tenth = 270;
const LEFT: Tenth = 160;
const LENGTH: Tenth = 3_280;
const TOP: Tenth = 620;
const BOTTOM: Tenth = 2_380;
/// What fits beneath the plot in one line.
const MONTH_NAMES_CHARS_MAX: usize = 42;

impl History<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let mut svg = Svg::begin((WIDTH, HEIGHT), theme, id, self.title, self.description);
        let top = self.top();
        self.legend(&mut svg);
        self.axes(&mut svg, top);
        self.ceiling(&mut svg, top);
        self.series(&mut svg, top, self.institutional, Paint::Institutional);
        self.series(&mut svg, top, self.commercial, Paint::Commercial);
        svg.end()
    }

    /// The scale follows averages and the ceiling; what a few reports say beyond it is cut off at the top.
    fn top(&self) -> Decimal {
        let averages = self.institutional.iter().chain(self.commercial).flatten().map(|month| month.average);
        round_above(averages.chain(self.ceiling.iter().copied().flatten()).max().unwrap_or(Decimal::ONE))
    }

    fn x(&self, month: usize) -> Tenth {
        let last = self.months.len().saturating_sub(1);
        if last == 0 { LEFT + LENGTH / 2 } else { LEFT + 60 + along(Decimal::from(month), Decimal::from(last), LENGTH - 120) }
    }

    /// Where a month begins: half-way from the one before, so that the ceiling steps upright.
    fn edge(&self, month: usize) -> Tenth {
        match month {
            0 => LEFT,
            month if month >= self.months.len() => LEFT + LENGTH,
            month => i64::midpoint(self.x(month - 1), self.x(month)),
        }
    }

    fn legend(&self, svg: &mut Svg) {
        dot(svg, (LEFT + 60, 130), Paint::Institutional);
        svg.text((LEFT + 190, 180), Anchor::Start, 13, false, Paint::Ink, self.names[0]);
        dot(svg, (LEFT + 60, 320), Paint::Commercial);
        svg.text((LEFT + 190, 370), Anchor::Start, 13, false, Paint::Ink, self.names[1]);
        if self.ceiling.iter().any(Option::is_some) {
            svg.line(&[(LEFT + 1_700, 130), (LEFT + 1_880, 130)], 25, Some("6 3"), Paint::High);
            svg.text((LEFT + 1_940, 180), Anchor::Start, 13, false, Paint::Ink, self.names[2]);
        }
    }

    fn axes(&self, svg: &mut Svg, top: Decimal) {
        for half in 0..=2 {
            let y = BOTTOM - half * (BOTTOM - TOP) / 2;
            svg.line(&[(LEFT, y), (LEFT + LENGTH, y)], 8, if half == 0 { None } else { Some("2 3") }, Paint::Faint);
            if half > 0 {
                let amount = (self.written)(top * Decimal::from(half) / Decimal::TWO);
                svg.text((LEFT, y - 40), Anchor::Start, 12, false, Paint::Faint, &amount);
            }
        }
        self.month_names(svg);
    }

    /// The first and the last, and the middle one where there is room for three.
    fn month_names(&self, svg: &mut Svg) {
        let last = self.months.len().saturating_sub(1);
        let places: &[(usize, Anchor)] = match last {
            0 => &[(0, Anchor::Middle)],
            1 => &[(0, Anchor::Start), (last, Anchor::End)],
            _ => &[(0, Anchor::Start), (last, Anchor::End), (last / 2, Anchor::Middle)],
        };
        let mut chars = 0;
        for (at, anchor) in places {
            let Some(name) = self.months.get(*at) else { continue };
            chars += name.chars().count();
            if chars <= MONTH_NAMES_CHARS_MAX {
                svg.text((self.x(*at), BOTTOM + 180), *anchor, 12, false, Paint::Faint, name);
            }
        }
    }

    /// Level within a month, a step between two.
    fn ceiling(&self, svg: &mut Svg, top: Decimal) {
        let mut points: Vec<(Tenth, Tenth)> = Vec::new();
        for (month, ceiling) in self.ceiling.iter().enumerate() {
            let Some(ceiling) = ceiling else {
                svg_line(svg, &mut points);
                continue;
            };
            let y = height(*ceiling, top);
            points.extend([(self.edge(month), y), (self.edge(month + 1), y)]);
        }
        svg_line(svg, &mut points);
    }

    fn series(&self, svg: &mut Svg, top: Decimal, months: &[Option<Month>], paint: Paint) {
        let mut run: Vec<(Tenth, Tenth)> = Vec::new();
        for (at, month) in months.iter().enumerate() {
            let Some(month) = month else {
                draw_run(svg, &mut run, paint);
                continue;
            };
            let x = self.x(at);
            svg.line(&[(x, height(month.least, top)), (x, height(month.most, top))], 12, None, paint);
            run.push((x, height(month.average, top)));
        }
        draw_run(svg, &mut run, paint);
    }
}

fn height(amount: Decimal, top: Decimal) -> Tenth {
    BOTTOM - along(amount, top, BOTTOM - TOP)
}

fn svg_line(svg: &mut Svg, points: &mut Vec<(Tenth, Tenth)>) {
    if !points.is_empty() {
        svg.line(points, 25, Some("6 3"), Paint::High);
        points.clear();
    }
}

fn draw_run(svg: &mut Svg, run: &mut Vec<(Tenth, Tenth)>, paint: Paint) {
    if run.len() > 1 {
        svg.line(run, 20, None, paint);
    }
    for place in run.drain(..) {
        dot(svg, place, paint);
    }
}

/// A circle or a square, so that grey paper tells the channels apart.
fn dot(svg: &mut Svg, (x, y): (Tenth, Tenth), paint: Paint) {
    if paint == Paint::Commercial {
        svg.rect((x - 38, y - 38), (76, 76), paint);
    } else {
        svg.circle((x, y), 42, paint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(average: i64) -> Option<Month> {
        let of = Decimal::from;
        Some(Month { least: of(average / 2), average: of(average), most: of(average * 3) })
    }

    #[test]
    fn months_without_reports_are_gaps_and_nothing_leaves_the_paper() {
        let months: Vec<String> = (1..=6).map(|month| format!("2026-0{month}")).collect();
        let history = History {
            title: "t",
            description: "d",
            months: &months,
            institutional: &[month(100), month(120), None, month(90), None, None],
            commercial: &[None, None, None, None, None, month(400)],
            ceiling: &[None, Some(Decimal::from(150)), Some(Decimal::from(150)), Some(Decimal::from(130)), None, None],
            names: ["i", "c", "x"],
            written: &|amount| amount.to_string(),
        };
        let svg = history.draw(Theme::Light, "h");
        let lines = |width: &str| svg.matches(&format!("stroke-width=\"{width}\"")).count();
        assert_eq!(lines("2"), 1, "one run has two months; a month alone is a mark");
        assert_eq!(svg.matches("<circle").count(), 3 + 1, "a mark a month, and one in the legend");
        assert_eq!(history.top(), Decimal::from(500));
        assert_eq!(height(Decimal::from(1_200), history.top()), TOP, "cut off at the top");
        assert!((0..6).all(|at| (LEFT..=LEFT + LENGTH).contains(&history.x(at))));
    }

    #[test]
    fn a_single_month_stands_in_the_middle() {
        let (months, one) = (["2026-01".to_owned()], [month(10)]);
        let written = |amount: Decimal| amount.to_string();
        let history = History {
            title: "t",
            description: "d",
            months: &months,
            institutional: &one,
            commercial: &[None],
            ceiling: &[None],
            names: ["i", "c", "x"],
            written: &written,
        };
        assert_eq!(history.x(0), LEFT + LENGTH / 2);
        assert_eq!(history.draw(Theme::Light, "h").matches("2026-01").count(), 1);
    }
}
