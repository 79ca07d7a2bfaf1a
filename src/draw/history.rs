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
    /// Stands above the plot too.
    pub title: &'a str,
    pub description: &'a str,
    /// What the prices are for.
    pub unit: &'a str,
    /// Where they come from, beneath.
    pub source: &'a str,
    /// How many months, one behind the other without a gap.
    pub months: usize,
    /// The dates of the axis: at which month, and its name.
    pub dates: &'a [(usize, String)],
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
const HEIGHT: Tenth = 300;
const LEFT: Tenth = 160;
const LENGTH: Tenth = 3_280;
const TOP: Tenth = 760;
const BOTTOM: Tenth = 2_480;
/// With more months the lowest and highest prices would stand like a fence; the table has them.
pub(crate) const RANGES_MONTHS_MAX: usize = 24;
/// Of the letters in which amounts and names stand, at most.
const CHAR_WIDTH: Tenth = 78;

impl History<'_> {
    pub fn draw(&self, theme: Theme, id: &str) -> String {
        let mut svg = Svg::begin((WIDTH, HEIGHT), theme, id, self.title, self.description);
        let top = self.top();
        svg.text((LEFT, 190), Anchor::Start, 16, true, Paint::Ink, self.title);
        svg.text((LEFT, 380), Anchor::Start, 14, false, Paint::Faint, self.unit);
        self.axes(&mut svg, top);
        self.ceiling(&mut svg, top);
        self.series(&mut svg, top, self.institutional, Paint::Institutional);
        self.series(&mut svg, top, self.commercial, Paint::Commercial);
        self.names(&mut svg, top);
        svg.text((LEFT, 2_890), Anchor::Start, 13, false, Paint::Faint, self.source);
        svg.end()
    }

    /// The scale follows averages and the ceiling; what a few reports say beyond it is cut off at the top.
    fn top(&self) -> Decimal {
        let averages = self.institutional.iter().chain(self.commercial).flatten().map(|month| month.average);
        round_above(averages.chain(self.ceiling.iter().copied().flatten()).max().unwrap_or(Decimal::ONE))
    }

    /// Where the plot begins: right of the amounts.
    fn left(&self) -> Tenth {
        let chars = (self.written)(self.top()).chars().count();
        LEFT + CHAR_WIDTH * i64::try_from(chars).unwrap_or(0) + 60
    }

    fn x(&self, month: usize) -> Tenth {
        let (last, left) = (self.months.saturating_sub(1), self.left());
        let length = LEFT + LENGTH - left;
        if last == 0 { left + length / 2 } else { left + 60 + along(Decimal::from(month), Decimal::from(last), length - 120) }
    }

    /// Where a month begins: half-way from the one before, so that the ceiling steps upright.
    fn edge(&self, month: usize) -> Tenth {
        match month {
            0 => self.left(),
            month if month >= self.months => LEFT + LENGTH,
            month => i64::midpoint(self.x(month - 1), self.x(month)),
        }
    }

    /// Each line has its name near its last point: where no line and no other name runs through it.
    fn names(&self, svg: &mut Svg, top: Decimal) {
        let averages = |months: &[Option<Month>]| months.iter().map(|month| month.map(|month| month.average)).collect::<Vec<_>>();
        let lines = [averages(self.institutional), averages(self.commercial), self.ceiling.to_vec()];
        let paints = [Paint::Institutional, Paint::Commercial, Paint::High];
        let point = |(at, amount): (usize, &Option<Decimal>)| Some((self.x(at), height((*amount)?, top)));
        let mut taken: Vec<(Tenth, Tenth)> = lines.iter().flat_map(|line| line.iter().enumerate().filter_map(point)).collect();
        for ((line, name), paint) in lines.iter().zip(self.names).zip(paints) {
            let Some((x, foot)) = line.iter().enumerate().filter_map(point).next_back() else { continue };
            let width = CHAR_WIDTH * i64::try_from(name.chars().count()).unwrap_or(0);
            // A name at the left end would leave the paper.
            let (from, anchor) = if x - width < LEFT { (x, Anchor::Start) } else { (x - width, Anchor::End) };
            let is_free = |y: Tenth| {
                let meets = |(x, other): &(Tenth, Tenth)| {
                    (from - 60..=from + width + 60).contains(x) && (y - 190..=y + 80).contains(other)
                };
                (TOP - 160..BOTTOM - 40).contains(&y) && !taken.iter().any(meets)
            };
            let tried = (0..40).flat_map(|step| [foot - 90 - 40 * step, foot + 200 + 40 * step]);
            let y = tried.into_iter().find(|y| is_free(*y)).unwrap_or(foot - 90);
            // The next name keeps away from the whole of this one.
            taken.extend((0..=8).map(|part| (from + width * part / 8, y - 60)));
            svg.text((x, y), anchor, 14, true, paint, name);
        }
    }

    fn axes(&self, svg: &mut Svg, top: Decimal) {
        for half in 0..=2 {
            let y = BOTTOM - half * (BOTTOM - TOP) / 2;
            svg.line(&[(self.left(), y), (LEFT + LENGTH, y)], 8, if half == 0 { None } else { Some("2 3") }, Paint::Faint);
            if half > 0 {
                let amount = (self.written)(top * Decimal::from(half) / Decimal::TWO);
                svg.text((self.left() - 50, y + 45), Anchor::End, 13, false, Paint::Faint, &amount);
            }
        }
        for (month, name) in self.dates {
            let x = self.x(*month);
            svg.line(&[(x, BOTTOM), (x, BOTTOM + 50)], 10, None, Paint::Faint);
            // A name at the right end would leave the paper.
            let anchor = if x > LEFT + LENGTH - 250 { Anchor::End } else { Anchor::Middle };
            svg.text((x, BOTTOM + 190), anchor, 13, false, Paint::Faint, name);
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
            if self.months <= RANGES_MONTHS_MAX {
                svg.line(&[(x, height(month.least, top)), (x, height(month.most, top))], 8, None, paint);
            }
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

    fn history<'a>(
        series: [&'a [Option<Month>]; 2],
        ceiling: &'a [Option<Decimal>],
        dates: &'a [(usize, String)],
    ) -> History<'a> {
        History {
            title: "t",
            description: "d",
            unit: "u",
            source: "s",
            months: ceiling.len(),
            dates,
            institutional: series[0],
            commercial: series[1],
            ceiling,
            names: ["i", "c", "x"],
            written: &|amount| amount.to_string(),
        }
    }

    #[test]
    fn months_without_reports_are_gaps_and_nothing_leaves_the_paper() {
        let institutional = [month(100), month(120), None, month(90), None, None];
        let commercial = [None, None, None, None, None, month(400)];
        let ceiling = [None, Some(Decimal::from(150)), Some(Decimal::from(150)), Some(Decimal::from(130)), None, None];
        let dates = [(0, "2026-01".to_owned()), (5, "2026-06".to_owned())];
        let history = history([&institutional, &commercial], &ceiling, &dates);
        let svg = history.draw(Theme::Light, "h");
        let lines = |width: &str| svg.matches(&format!("stroke-width=\"{width}\"")).count();
        assert_eq!(lines("2"), 1, "one run has two months; a month alone is a mark");
        assert_eq!(svg.matches("<circle").count(), 3, "a mark a month");
        assert_eq!([">i<", ">c<", ">x<", ">t<", ">u<", ">s<"].map(|word| svg.matches(word).count()), [1, 1, 1, 2, 1, 1]);
        assert_eq!(history.top(), Decimal::from(500));
        assert_eq!(height(Decimal::from(1_200), history.top()), TOP, "cut off at the top");
        assert!((0..6).all(|at| (history.left()..=LEFT + LENGTH).contains(&history.x(at))));
    }

    #[test]
    fn a_single_month_stands_in_the_middle() {
        let dates = [(0, "2026-01".to_owned())];
        let (one, none) = ([month(10)], [None]);
        let history = history([&one, &none], &[None], &dates);
        assert_eq!(history.x(0), i64::midpoint(history.left(), LEFT + LENGTH));
        assert_eq!(history.draw(Theme::Light, "h").matches("2026-01").count(), 1);
    }

    #[test]
    fn of_many_months_only_the_averages_are_drawn() {
        let many: Vec<_> = (0..30).map(|_| month(10)).collect();
        let none = vec![None; 30];
        let ceiling = vec![None; 30];
        let svg = history([&many, &none], &ceiling, &[]).draw(Theme::Light, "h");
        assert_eq!(
            svg.matches("stroke-width=\"0.8\" ").count() + svg.matches("stroke-width=\"0.8\"/").count(),
            3,
            "the grid alone"
        );
    }
}
