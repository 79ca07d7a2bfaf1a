//! An address as a QR code, for printed pages.

use qrcode::{Color, QrCode};

use super::{
    colour::{Paint, Theme},
    svg::Svg,
};

/// Free modules around the code, as its standard asks.
const QUIET: usize = 4;

/// `None` when the text is too long for a code.
pub fn draw(text: &str, title: &str, id: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let side = i64::try_from(width + 2 * QUIET).ok()?;
    let mut path = String::new();
    for (colour, at) in code.to_colors().into_iter().zip(0..) {
        if colour == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    // Always dark on light: many readers know nothing else.
    let mut svg = Svg::begin((side, side), Theme::Light, id, title, text);
    svg.path(&path, Paint::Ink);
    Some(svg.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_has_its_size_and_its_corners() {
        let svg = draw("https://example.org/medicamentos/19914312-20", "QR", "q").unwrap();
        assert!(svg.contains("viewBox=\"0 0 37 37\""), "version 3 has 29 modules");
        assert!(svg.contains("M4 4h1v1h-1z"), "the corner of the upper left finder");
        assert!(!svg.contains("M3 "), "nothing in the quiet zone");
        assert!(draw(&"x".repeat(5_000), "QR", "q").is_none());
    }
}
