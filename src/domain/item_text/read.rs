//! Reads a text: codes first, then words, then numbers by the words around them. What is not certain is left.

use rust_decimal::Decimal;

use super::{
    amount::{TextNumber, TextStrength, unit},
    codes::{self, LineCodes},
    form::{self, FormFamilies},
    lexeme::{self, Lexeme, LexemeKind},
    not_medicine,
    numbers::{self, NumbersRead},
    token::{TextSpan, TextToken, TokenKind, WordLabel},
    vocabulary::{Vocabulary, WordId},
    word_lists,
};
use crate::domain::identifier::cum::Cum;

/// What stands after this is left.
pub const TEXT_CHARS_MAX: usize = 1_000;
/// Systems cut names at thirty letters and more: a bare number that ends a name as long may have lost digits.
const MAY_BE_CUT_BYTES: usize = 28;
/// A shorter word that is not known says nothing of the product.
const UNREAD_LETTERS_MIN: usize = 3;

/// The text with all that was read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadText {
    /// In order, not overlapping. What no token covers connects words.
    pub tokens: Vec<TextToken>,
    pub codes: LineCodes,
    /// Each: a presentation has one of these words, or is another one.
    pub(super) required: Vec<Vec<WordId>>,
    /// All words that products have, in order.
    pub(super) words: Vec<WordId>,
    pub(super) salts: Vec<&'static str>,
    pub(super) families: FormFamilies,
    pub(super) strengths: Vec<TextStrength>,
    pub(super) counts: Vec<Decimal>,
    pub(super) volumes: Vec<TextNumber>,
    /// Some word of it may name a further ingredient.
    pub(super) has_unread_words: bool,
    pub(super) is_something_else: bool,
    pub(super) is_called_a_sample: bool,
}

impl Default for ReadText {
    fn default() -> Self {
        Self {
            tokens: Vec::new(),
            codes: LineCodes::default(),
            required: Vec::new(),
            words: Vec::new(),
            salts: Vec::new(),
            families: FormFamilies::ALL,
            strengths: Vec::new(),
            counts: Vec::new(),
            volumes: Vec::new(),
            has_unread_words: false,
            is_something_else: false,
            is_called_a_sample: false,
        }
    }
}

impl ReadText {
    pub fn cums(&self) -> &[Cum] {
        &self.codes.cums
    }

    /// A service, a device, a cosmetic or food.
    pub fn is_not_a_medicine(&self) -> bool {
        self.is_something_else || self.codes.of_something_else
    }

    /// A strength, a form, a pack or a code, as medicines have them.
    pub(super) fn has_more_than_names(&self) -> bool {
        let LineCodes { cums, iums, registrations, .. } = &self.codes;
        let has_code = !cums.is_empty() || !iums.is_empty() || !registrations.is_empty();
        let has_amount = !self.strengths.is_empty() || !self.counts.is_empty() || !self.volumes.is_empty();
        has_code || has_amount || self.families != FormFamilies::ALL
    }

    /// Some word of it is of a product.
    pub fn names_something(&self) -> bool {
        !self.words.is_empty()
    }
}

/// The text by itself.
pub fn read(text: &str, vocabulary: &Vocabulary) -> ReadText {
    read_with_code(text, None, vocabulary)
}

/// With what stands in a column of codes beside it, one code or several, parted by blanks. Those of the column are no tokens of the text.
pub fn read_with_code(text: &str, code: Option<&str>, vocabulary: &Vocabulary) -> ReadText {
    let text = text.char_indices().nth(TEXT_CHARS_MAX).map_or(text, |(end, _)| &text[..end]);
    let (mut codes, mut tokens) = codes::find(text);
    if let Some(code) = code {
        codes.add_column(code);
    }
    let taken: Vec<TextSpan> = tokens.iter().map(|token| token.span).collect();
    let lexemes = lexeme::split(text, &taken);
    let mut reader =
        WordReader { vocabulary, read: ReadText { codes, ..ReadText::default() }, labels: vec![None; lexemes.len()] };
    reader.words(&lexemes);
    let WordReader { mut read, labels, .. } = reader;
    let may_be_cut = lexemes.last().is_some_and(|last| last.span.end >= MAY_BE_CUT_BYTES);
    let NumbersRead { tokens: numbers, strengths, counts, volumes, used } =
        numbers::read(&lexemes, &labels, read.families, may_be_cut);
    (read.strengths, read.counts, read.volumes) = (strengths, counts, volumes);
    tokens.extend(numbers);
    for (at, lexeme) in lexemes.iter().enumerate() {
        if used.get(at) == Some(&true) {
            continue;
        }
        let label = match labels.get(at) {
            Some(Some(label)) => label.clone(),
            _ => match &lexeme.kind {
                LexemeKind::Word(word) if word_lists::connects(word) || word_lists::is_noise(word) || lexeme.multiplies() => {
                    continue;
                }
                LexemeKind::Word(word) => {
                    read.has_unread_words |= word.chars().count() >= UNREAD_LETTERS_MIN && unit(word).is_none();
                    WordLabel::of(TokenKind::Unread, word, "left")
                }
                LexemeKind::Number(number) => WordLabel::of(TokenKind::Unread, number, "left"),
                LexemeKind::Sign(_) => continue,
            },
        };
        tokens.push(TextToken { span: lexeme.span, kind: label.kind, value: label.value, rule: label.rule });
    }
    tokens.sort_by_key(|token| token.span);
    read.tokens = tokens;
    read
}

struct WordReader<'a> {
    vocabulary: &'a Vocabulary,
    read: ReadText,
    labels: Vec<Option<WordLabel>>,
}

impl WordReader<'_> {
    fn words(&mut self, lexemes: &[Lexeme]) {
        for (at, lexeme) in lexemes.iter().enumerate() {
            let Some(word) = lexeme.word() else { continue };
            let next = lexemes.get(at + 1).and_then(Lexeme::word);
            let after_number = at
                .checked_sub(1)
                .and_then(|before| lexemes.get(before))
                .is_some_and(|before| before.number().is_some() || before.is_sign('/'));
            let is_unit = after_number && (unit(word).is_some() || matches!(word, "u" | "h" | "hora"));
            if is_unit || lexeme.multiplies() || word_lists::connects(word) {
                continue;
            }
            let before = at.checked_sub(1).and_then(|before| lexemes.get(before)).and_then(Lexeme::word);
            let label = self.word(word, before, next);
            if let Some(place) = self.labels.get_mut(at) {
                *place = label;
            }
        }
        let ReadText { required, words, salts, families, .. } = &mut self.read;
        *families = families.and(form::not_modified(lexemes.iter().filter_map(Lexeme::word)));
        required.sort_unstable();
        required.dedup();
        words.sort_unstable();
        words.dedup();
        salts.sort_unstable();
        salts.dedup();
        if families.is_none() {
            // Forms that do not agree say nothing.
            *families = FormFamilies::ALL;
        }
    }

    fn word(&mut self, word: &str, before: Option<&str>, next: Option<&str>) -> Option<WordLabel> {
        if not_medicine::says(word, next) {
            self.read.is_something_else = true;
            return Some(WordLabel::of(TokenKind::NotMedicine, word, "word_of_something_else"));
        }
        let is_sample = |first: Option<&str>, second: Option<&str>| {
            first.zip(second).is_some_and(|(first, second)| word_lists::says_sample(first, second))
        };
        if is_sample(Some(word), next) || is_sample(before, Some(word)) {
            self.read.is_called_a_sample = true;
            return Some(WordLabel::of(TokenKind::Sample, word, "sample_word"));
        }
        if let Some(form) = form::of_word_after(word, before) {
            self.read.families = self.read.families.and(form.families);
            let kind = if form.is_route { TokenKind::Route } else { TokenKind::Form };
            return Some(WordLabel::of(kind, form.name, "form_word"));
        }
        if let Some(container) = word_lists::container(word) {
            return Some(WordLabel::of(TokenKind::PackUnit, container, "container_word"));
        }
        if let Some(salt) = word_lists::salt(word) {
            self.read.salts.push(salt);
            self.read.words.extend(self.vocabulary.salt_id(salt));
            return Some(WordLabel::of(TokenKind::Salt, salt, "salt_word"));
        }
        if word_lists::is_noise(word) {
            return None;
        }
        let meaning = self.vocabulary.meaning(word)?;
        self.read.words.extend(meaning.words.iter().copied());
        let what = meaning.what;
        if what.names_ingredient || what.names_brand {
            self.read.required.push(meaning.words);
        }
        Some(match (what.ingredient, what.names_brand, what.holder) {
            (true, ..) if meaning.by_synonym => WordLabel::of(TokenKind::Ingredient, word, "synonym"),
            (true, ..) => WordLabel::of(TokenKind::Ingredient, word, "ingredient_word"),
            (_, true, _) => WordLabel::of(TokenKind::Brand, word, "brand_word"),
            (_, _, true) => WordLabel::of(TokenKind::Holder, word, "holder_word"),
            // A word of brands that does not tell one from another.
            _ => return None,
        })
    }
}
