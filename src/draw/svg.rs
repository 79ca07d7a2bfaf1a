//! Writes SVG elements. Lengths are tenths of a unit, so that no float is needed.

use std::fmt::Write;

use super::colour::{PAINTS, Paint, Theme};
use crate::domain::identifier::characters::shown;

/// A tenth of a unit of the drawing.
pub type Tenth = i64;

#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

pub struct Svg {
    out: String,
    theme: Theme,
}

impl Svg {
    /// `width` and `height` are whole units; `id` makes title and description unique in a page.
    pub fn begin((width, height): (Tenth, Tenth), theme: Theme, id: &str, title: &str, description: &str) -> Self {
        let mut svg = Self { out: String::with_capacity(4_096), theme };
        let (t, d) = (format!("{id}-t"), format!("{id}-d"));
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
             aria-labelledby=\"{t} {d}\" font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,sans-serif\"><title id=\"{t}\">{}</title>\
             <desc id=\"{d}\">{}</desc>",
            escape(title),
            escape(description)
        ));
        if theme == Theme::Auto {
            svg.put(format_args!("<style>@media (prefers-color-scheme:dark){{"));
            for paint in PAINTS {
                let (class, colour) = (paint.class(), paint.dark());
                svg.put(format_args!(".{class}{{fill:{colour}}}.s{class}{{stroke:{colour}}}"));
            }
            svg.put(format_args!("}}</style>"));
        }
        if theme != Theme::Page {
            svg.rect((0, 0), (width * 10, height * 10), Paint::LegalBasis);
        }
        svg
    }

    pub fn end(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    pub(crate) fn rect(&mut self, (x, y): (Tenth, Tenth), (width, height): (Tenth, Tenth), paint: Paint) {
        let (class, colour) = (paint.class(), paint.of(self.theme));
        let [x, y, width, height] = [x, y, width.max(0), height.max(0)].map(number);
        self.put(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" class=\"{class}\" fill=\"{colour}\"/>"
        ));
    }

    /// A filled shape of straight lines.
    pub fn shape(&mut self, points: &[(Tenth, Tenth)], paint: Paint) {
        let (class, colour) = (paint.class(), paint.of(self.theme));
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        self.put(format_args!("<polygon points=\"{}\" class=\"{class}\" fill=\"{colour}\"/>", points.join(" ")));
    }

    pub fn circle(&mut self, (x, y): (Tenth, Tenth), radius: Tenth, paint: Paint) {
        let (class, colour) = (paint.class(), paint.of(self.theme));
        let [x, y, radius] = [x, y, radius].map(number);
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" class=\"{class}\" fill=\"{colour}\"/>"));
    }

    /// A line through all points; `dashes` as SVG has them, or none.
    pub fn line(&mut self, points: &[(Tenth, Tenth)], width: Tenth, dashes: Option<&str>, paint: Paint) {
        let (class, colour, width) = (paint.class(), paint.of(self.theme), number(width));
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        let dashes = dashes.map(|dashes| format!(" stroke-dasharray=\"{dashes}\"")).unwrap_or_default();
        self.put(format_args!(
            "<polyline points=\"{}\" fill=\"none\" class=\"s{class}\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}/>",
            points.join(" ")
        ));
    }

    /// `size` in whole units.
    pub fn text(&mut self, (x, y): (Tenth, Tenth), anchor: Anchor, size: u32, bold: bool, paint: Paint, text: &str) {
        let (class, colour) = (paint.class(), paint.of(self.theme));
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if bold { " font-weight=\"700\"" } else { "" };
        self.put(format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{weight} class=\"{class}\" fill=\"{colour}\">{}</text>",
            number(x),
            number(y),
            escape(text)
        ));
    }

    /// A path of whole units in ink, as QR codes are.
    pub fn path(&mut self, data: &str, paint: Paint) {
        let (class, colour) = (paint.class(), paint.of(self.theme));
        self.put(format_args!("<path d=\"{data}\" class=\"{class}\" fill=\"{colour}\"/>"));
    }

    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.out.write_fmt(arguments);
    }
}

/// `123` tenths are `12.3`.
fn number(tenths: Tenth) -> String {
    let (whole, rest) = (tenths / 10, (tenths % 10).abs());
    let sign = if tenths < 0 && whole == 0 { "-" } else { "" };
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Text as XML holds it and people are to see it.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in shown(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_written_with_a_point() {
        assert_eq!([0, 5, 10, 123, -3, -12].map(number), ["0", "0.5", "1", "12.3", "-0.3", "-1.2"]);
    }

    #[test]
    fn nothing_that_a_text_says_becomes_markup() {
        assert_eq!(escape("<a b=\"c\">'&\u{0}"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;\u{FFFD}");
        assert_eq!(escape("a\u{FFFF}\u{202E}b"), "a\u{FFFD}[U+202E]b");
    }
}
