//! Which characters a text may hold, and how invisible ones are shown: one rule for all input and output.
//!
//! - Control characters are refused everywhere; line breaks and tabs are allowed where a person writes prose.
//! - Noncharacters (U+FFFE, U+FFFF and the like) are refused everywhere: no XML can hold them.
//! - Marks that steer the direction of text, or take no room, are refused in names and codes. Where they come in a file or in prose, they
//!   are data: kept as they are, and shown by name (`[U+202E]`) to people, so that they are seen and steer nothing.

use std::borrow::Cow;

/// The use of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// A name, a code, a heading: one line, all of it seen.
    Line,
    /// What a person writes at length: line breaks and tabs, and the marks that some scripts need.
    Prose,
}

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Control,
    Noncharacter,
    Direction,
}

impl Unfit {
    pub fn code(self) -> &'static str {
        match self {
            Self::Control => "control_character",
            Self::Noncharacter => "noncharacter",
            Self::Direction => "direction_mark",
        }
    }
}

/// The first thing that such a text may not hold.
pub(crate) fn unfit(text: &str, kind: TextKind) -> Option<Unfit> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    text.chars().find_map(|letter| match letter {
        '\n' | '\r' | '\t' if kind == TextKind::Prose => None,
        _ if letter.is_control() => Some(Unfit::Control),
        _ if is_noncharacter(letter) => Some(Unfit::Noncharacter),
        _ if kind == TextKind::Line && is_direction_mark(letter) => Some(Unfit::Direction),
        _ => None,
    })
}

/// U+FDD0 to U+FDEF, and the last two of every plane.
pub(crate) fn is_noncharacter(letter: char) -> bool {
    matches!(letter, '\u{FDD0}'..='\u{FDEF}') || u32::from(letter) & 0xFFFE == 0xFFFE
}

/// What turns the words and figures beside it, or is not seen at all: embeddings, overrides, isolates, direction marks, zero width
/// spaces and the byte order mark.
pub fn is_direction_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}

/// Letters that run from right to left.
fn runs_to_the_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFD}' | '\u{1E800}'..='\u{1EFFD}'
    )
}

/// A text as people are shown it, in pages, drawings, feeds and spreadsheets. What steers direction is named, what XML cannot hold and
/// control characters other than line breaks and tabs become U+FFFD, and a text with letters that run from right to left is isolated
/// (U+2068 … U+2069), so that it does not turn what stands beside it.
pub fn shown(text: &str) -> Cow<'_, str> {
    // Nearly every text.
    if text.chars().all(|letter| is_plain(letter) && !runs_to_the_left(letter)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let isolated = text.chars().any(|letter| runs_to_the_left(letter) && !is_direction_mark(letter));
    if isolated {
        out.push('\u{2068}');
    }
    for letter in text.chars() {
        match letter {
            _ if is_plain(letter) => out.push(letter),
            _ if is_direction_mark(letter) => out.push_str(&format!("[U+{:04X}]", u32::from(letter))),
            _ => out.push('\u{FFFD}'),
        }
    }
    if isolated {
        out.push('\u{2069}');
    }
    Cow::Owned(out)
}

fn is_plain(letter: char) -> bool {
    match letter {
        ' '..='~' | '\n' | '\r' | '\t' => true,
        _ => !letter.is_control() && !is_noncharacter(letter) && !is_direction_mark(letter),
    }
}

/// Prose as it is kept: every line break is a line feed, and nothing blank stands around it.
pub(crate) fn prose(text: &str) -> String {
    let text = text.trim();
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_lines_and_names_have_not() {
        for good in ["Señor:\n\n\tNo es así.\r\nAtentamente", "مرحبا\u{200F}", "😀"] {
            assert_eq!(unfit(good, TextKind::Prose), None, "{good}");
        }
        for (text, line, prose) in [
            ("a\nb", Some(Unfit::Control), None),
            ("a\tb", Some(Unfit::Control), None),
            ("a\u{0}b", Some(Unfit::Control), Some(Unfit::Control)),
            ("a\u{85}", Some(Unfit::Control), Some(Unfit::Control)),
            ("\u{7F}", Some(Unfit::Control), Some(Unfit::Control)),
            ("\u{FFFF}", Some(Unfit::Noncharacter), Some(Unfit::Noncharacter)),
            ("\u{FFFE}", Some(Unfit::Noncharacter), Some(Unfit::Noncharacter)),
            ("\u{FDD0}", Some(Unfit::Noncharacter), Some(Unfit::Noncharacter)),
            ("\u{10FFFF}", Some(Unfit::Noncharacter), Some(Unfit::Noncharacter)),
            ("a\u{202E}b", Some(Unfit::Direction), None),
            ("a\u{200B}b", Some(Unfit::Direction), None),
            ("\u{FEFF}a", Some(Unfit::Direction), None),
            ("Ñandú ® 10 µg", None, None),
        ] {
            assert_eq!((unfit(text, TextKind::Line), unfit(text, TextKind::Prose)), (line, prose), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_seen_is_shown_and_steers_nothing() {
        for (text, expected) in [
            ("LANTUS 100 UI/mL ®", "LANTUS 100 UI/mL ®"),
            ("gnp\u{202E}exe", "gnp[U+202E]exe"),
            ("a\u{200B}\u{FEFF}b", "a[U+200B][U+FEFF]b"),
            ("\u{61C}", "[U+061C]"),
            ("a\u{FFFF}\u{1}b", "a\u{FFFD}\u{FFFD}b"),
            ("línea\notra\tmás", "línea\notra\tmás"),
            ("דוד", "\u{2068}דוד\u{2069}"),
            ("דוד\u{2069} 12", "\u{2068}דוד[U+2069] 12\u{2069}"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
        assert!(matches!(shown("plano"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_line_break_is_kept_as_one() {
        assert_eq!(prose(" a\r\nb\rc\nd \n"), "a\nb\nc\nd");
    }
}
