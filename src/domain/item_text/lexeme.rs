//! Splits a text into words, numbers and signs, each with its place; a number is parted from what is glued to it.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::token::TextSpan;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// Letters, folded; with the digits glued to one or two of them (`b12`).
    Word(String),
    /// As written, from its first digit, separator or point to its last digit.
    Number(String),
    Sign(char),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexeme {
    pub span: TextSpan,
    pub kind: LexemeKind,
}

impl Lexeme {
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            LexemeKind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<&str> {
        match &self.kind {
            LexemeKind::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == LexemeKind::Sign(sign)
    }

    /// What multiplies: `x 30`, `* 30`, `por 30`.
    pub fn multiplies(&self) -> bool {
        match &self.kind {
            LexemeKind::Word(word) => matches!(word.as_str(), "x" | "por"),
            LexemeKind::Sign(sign) => matches!(sign, '*' | '×'),
            LexemeKind::Number(_) => false,
        }
    }
}

/// Letters that may be glued to digits and stay one word: `b12`, `q10`, `d3`.
const GLUED_LETTERS_MAX: usize = 2;

/// The lexemes of what `taken` does not cover; its spans are in order.
pub fn split(text: &str, taken: &[TextSpan]) -> Vec<Lexeme> {
    let mut found = Vec::new();
    let mut from = 0;
    for span in taken {
        stretch(text, from, span.start, &mut found);
        from = span.end.max(from);
    }
    stretch(text, from, text.len(), &mut found);
    found
}

/// The words of a name as the index keeps them: no numbers, no signs.
pub fn words(text: &str) -> Vec<String> {
    split(text, &[]).into_iter().filter_map(|lexeme| lexeme.word().map(str::to_owned)).collect()
}

fn stretch(text: &str, from: usize, to: usize, found: &mut Vec<Lexeme>) {
    let mut at = from;
    while let Some(rest) = text.get(at..to).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { return };
        let numbered = numbered_length(rest);
        let length = if let Some(length) = numbered {
            length
        } else if first.is_ascii_digit() || begins_number(rest) {
            number_length(rest)
        } else if first.is_alphabetic() {
            word_length(rest)
        } else {
            first.len_utf8()
        };
        let (span, piece) = (TextSpan { start: at, end: at + length }, &rest[..length]);
        if first.is_alphabetic() || numbered.is_some() {
            let word = folded(piece);
            if !word.is_empty() {
                found.push(Lexeme { span, kind: LexemeKind::Word(word) });
            }
        } else if first.is_ascii_digit() || length > 1 && piece.bytes().any(|byte| byte.is_ascii_digit()) {
            found.push(Lexeme { span, kind: LexemeKind::Number(piece.to_owned()) });
        } else if !first.is_whitespace() && !is_combining_mark(first) {
            found.push(Lexeme { span, kind: LexemeKind::Sign(first) });
        }
        at += length;
    }
}

/// `1a`, `2b` of interferons: one digit and one of these letters, alone.
fn numbered_length(rest: &str) -> Option<usize> {
    let mut bytes = rest.bytes();
    let shaped = bytes.next()?.is_ascii_digit() && matches!(bytes.next()?, b'a' | b'b' | b'A' | b'B');
    let ends = rest.chars().nth(2).is_none_or(|next| !next.is_alphanumeric());
    (shaped && ends).then_some(2)
}

/// `.09`, `,5`
fn begins_number(rest: &str) -> bool {
    let mut bytes = rest.bytes();
    matches!(bytes.next(), Some(b'.' | b',')) && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
}

/// Digits with single points and commas between them.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let separates = matches!(byte, b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !separates {
            break;
        }
        end += 1;
    }
    end
}

/// Letters; then the digits glued to one or two of them, unless the letter multiplies.
fn word_length(rest: &str) -> usize {
    let letter = |c: &char| c.is_alphabetic() || is_combining_mark(*c);
    let letters = rest.chars().take_while(letter);
    let (count, end) = letters.fold((0, 0), |(count, end), c| (count + 1, end + c.len_utf8()));
    let digits = rest[end..].bytes().take_while(u8::is_ascii_digit).count();
    let multiplies = matches!(&rest[..end], "x" | "X");
    let glued = count <= GLUED_LETTERS_MAX && !multiplies && (1..=2).contains(&digits);
    if glued { end + digits } else { end }
}

fn folded(word: &str) -> String {
    word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let show = |lexeme: Lexeme| match lexeme.kind {
            LexemeKind::Word(word) => word,
            LexemeKind::Number(number) => format!("#{number}"),
            LexemeKind::Sign(sign) => format!("'{sign}"),
        };
        split(text, &[]).into_iter().map(show).collect()
    }

    #[test]
    fn numbers_are_parted_from_what_is_glued_to_them() {
        assert_eq!(pieces("TAB500mg X30"), ["tab", "#500", "mg", "x", "#30"]);
        assert_eq!(pieces("Ácido 0,5 %"), ["acido", "#0,5", "'%"]);
        assert_eq!(pieces("SODIO .09% 1.000,50"), ["sodio", "#.09", "'%", "#1.000,50"]);
        assert_eq!(pieces("VITAMINA B12 Q10"), ["vitamina", "b12", "q10"]);
        assert_eq!(pieces("5ml/3."), ["#5", "ml", "'/", "#3", "'."]);
        assert_eq!(pieces("Ａ\u{301}x"), ["ax"]);
    }

    #[test]
    fn spans_are_of_the_text_as_given() {
        for text in ["Ácido fólico 1 mg", "é9É.,", "💊x3", "a\u{301}b"] {
            for lexeme in split(text, &[]) {
                assert!(text.is_char_boundary(lexeme.span.start) && text.is_char_boundary(lexeme.span.end), "{text}");
            }
        }
        assert_eq!(split("a 19-2 b", &[TextSpan { start: 2, end: 6 }]).len(), 2);
    }
}
