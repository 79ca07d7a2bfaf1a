//! Numbers of a text by what stands around them: strengths, volumes, pack counts. A bare number is left where it may be anything.

use rust_decimal::Decimal;

use super::{
    amount::{Dimension, TextNumber, TextStrength, unit},
    form::FormFamilies,
    lexeme::{Lexeme, LexemeKind},
    token::{TextSpan, TextToken, TokenKind, WordLabel},
    word_lists,
};

pub(super) struct NumbersRead {
    pub tokens: Vec<TextToken>,
    pub strengths: Vec<TextStrength>,
    pub counts: Vec<Decimal>,
    pub volumes: Vec<TextNumber>,
    /// Which lexemes the tokens cover.
    pub used: Vec<bool>,
}

/// More in a pack is no pack of a medicine.
const PACK_COUNT_MAX: i64 = 10_000;
/// A bare number of more digits is a code.
const BARE_DIGITS_MAX: usize = 4;

/// `may_be_cut`: a number that ends the text may have lost digits.
pub(super) fn read(lexemes: &[Lexeme], labels: &[Option<WordLabel>], families: FormFamilies, may_be_cut: bool) -> NumbersRead {
    let read = NumbersRead {
        tokens: Vec::new(),
        strengths: Vec::new(),
        counts: Vec::new(),
        volumes: Vec::new(),
        used: vec![false; lexemes.len()],
    };
    let mut reader = NumberReader { lexemes, labels, families, may_be_cut, read };
    let mut at = 0;
    while at < lexemes.len() {
        at = reader.number(at).unwrap_or(at + 1);
    }
    reader.mark_contents();
    reader.read
}

struct NumberReader<'a> {
    lexemes: &'a [Lexeme],
    labels: &'a [Option<WordLabel>],
    families: FormFamilies,
    may_be_cut: bool,
    read: NumbersRead,
}

/// What a strength is per.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StrengthPer {
    Open,
    Piece,
    Amount(Decimal, Dimension),
}

/// A number with its unit, and the place after it.
struct Measured {
    amount: TextNumber,
    dimension: Dimension,
    after: usize,
}

impl NumberReader<'_> {
    /// `300 UI / 3 ml (100 UI / 1 ml)`, `100 mg / 100 ml (100 mg / 100 ml)`: the first is what the container holds. Alike without
    /// brackets, both may be strengths of their own.
    fn mark_contents(&mut self) {
        let all = self.read.strengths.clone();
        for (at, one) in self.read.strengths.iter_mut().enumerate() {
            let own = rank(one);
            let is_simpler = |other: &TextStrength| rank(other) < own.min(2) && other.is_same_ratio(one);
            let is_same = |other: &TextStrength| own < 2 && other.per == one.per && other.is_same_ratio(one);
            let is_restated = all.get(at + 1).is_some_and(|next| next.in_brackets && is_same(next));
            let is_content = is_restated || all.iter().any(is_simpler);
            let is_repeated = all.iter().skip(at + 1).any(is_same);
            (one.is_content, one.is_repeated) = (is_content, is_repeated);
        }
    }

    fn lexeme(&self, at: usize) -> Option<&Lexeme> {
        self.lexemes.get(at)
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.lexeme(at)?.word()
    }

    fn text_number(&self, at: usize) -> Option<TextNumber> {
        TextNumber::read(self.lexeme(at)?.number()?)
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.lexeme(at).is_some_and(|lexeme| lexeme.is_sign(sign))
    }

    /// `500 mg`, `5 %`, `100 u`
    fn measured(&self, at: usize) -> Option<Measured> {
        let number = self.text_number(at)?;
        let (dimension, factor) = match &self.lexeme(at + 1)?.kind {
            LexemeKind::Sign('%') => (Dimension::Percent, Decimal::ONE),
            LexemeKind::Word(word) if word == "u" => (Dimension::International, Decimal::ONE),
            LexemeKind::Word(word) => unit(word)?,
            _ => return None,
        };
        Some(Measured { amount: number.times(factor)?, dimension, after: at + 2 })
    }

    fn is_multiplied(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.lexeme(before)).is_some_and(Lexeme::multiplies)
    }

    /// Whether the lexeme before this place ends the text and may have lost digits.
    fn loses(&self, after: usize) -> bool {
        after == self.lexemes.len() && self.may_be_cut
    }

    /// The place after what was read here.
    fn number(&mut self, at: usize) -> Option<usize> {
        self.lexeme(at)?.number()?;
        if let Some(measured) = self.measured(at) {
            return Some(self.of_measured(at, measured));
        }
        if let Some(after) = self.list(at) {
            return Some(after);
        }
        if self.is_multiplied(at) { self.count(at) } else { self.bare(at) }
    }

    fn of_measured(&mut self, at: usize, measured: Measured) -> usize {
        let Measured { amount, dimension, after } = measured;
        let is_u = self.word(at + 1) == Some("u");
        if is_u && self.is_multiplied(at) && !self.is_sign(after, '/') {
            return self.count(at).unwrap_or(after);
        }
        if dimension == Dimension::Doses {
            return self.token(at, after, TokenKind::Volume, shown(amount, dimension), "content");
        }
        if dimension == Dimension::Volume {
            self.read.volumes.push(amount);
            return self.token(at, after, TokenKind::Volume, shown(amount, dimension), "volume");
        }
        let is_content = dimension == Dimension::Mass && amount.values().all(|value| value >= Decimal::ONE_THOUSAND);
        if is_content && (self.is_multiplied(at) || self.families.is_within(SEMISOLID)) && !self.is_sign(after, '/') {
            return self.token(at, after, TokenKind::Volume, shown(amount, dimension), "content");
        }
        let (per, after) = self.per(after);
        let (of_piece, per) = match per {
            StrengthPer::Amount(of, dimension) => (false, Some((of, dimension))),
            other => (other == StrengthPer::Piece, None),
        };
        let in_brackets = at.checked_sub(1).is_some_and(|before| self.is_sign(before, '('));
        self.read.strengths.push(TextStrength { of_piece, in_brackets, ..TextStrength::new(amount, Some(dimension), per) });
        let mut value = shown(amount, dimension);
        if let Some((of, dimension)) = per {
            value.push_str(&format!(" / {} {}", of.normalize(), dimension.unit_name()));
        }
        self.token(at, after, TokenKind::Strength, value, "amount_with_unit")
    }

    /// `/ 5 ml`, `/ ml`, `/ tableta`, `/ h`, and the place after it; a number without a unit is left.
    fn per(&self, after: usize) -> (StrengthPer, usize) {
        let open = (StrengthPer::Open, after);
        if !self.is_sign(after, '/') {
            return open;
        }
        let one = self.text_number(after + 1).is_some_and(|number| number.value == Decimal::ONE);
        if one && self.word(after + 2).is_some_and(is_counted) {
            return (StrengthPer::Piece, after + 3);
        }
        if let Some(measured) = self.measured(after + 1) {
            let of = measured.amount;
            let is_gram = self.word(after + 2).is_some_and(|word| word.starts_with('g'));
            let fits = match measured.dimension {
                Dimension::Volume | Dimension::Doses => true,
                Dimension::Mass => is_gram,
                _ => false,
            };
            let one_way = of.other.is_none() && of.value > Decimal::ZERO;
            return if fits && one_way { (StrengthPer::Amount(of.value, measured.dimension), measured.after) } else { open };
        }
        let Some(word) = self.word(after + 1) else { return open };
        match unit(word) {
            Some((dimension @ (Dimension::Volume | Dimension::Mass | Dimension::Doses), factor)) => {
                (StrengthPer::Amount(factor, dimension), after + 2)
            }
            Some(_) => open,
            None if is_counted(word) => (StrengthPer::Piece, after + 2),
            None if matches!(word, "h" | "hora" | "dia" | "aplicacion") => (StrengthPer::Open, after + 2),
            None => open,
        }
    }

    /// `50/12.5 mg`, `(160 + 800) mg`, `160/800`: the unit of the last is that of all.
    fn list(&mut self, at: usize) -> Option<usize> {
        let mut places = vec![at];
        let mut next = at + 1;
        while (self.is_sign(next, '/') || self.is_sign(next, '+') || self.is_sign(next, '-'))
            && self.text_number(next + 1).is_some()
        {
            places.push(next + 1);
            next += 2;
        }
        let last = *places.last()?;
        if places.len() < 2 {
            return None;
        }
        let close = usize::from(self.is_sign(next, ')'));
        let unit_word = self
            .word(next + close)
            .and_then(unit)
            .filter(|(dimension, _)| matches!(dimension, Dimension::Mass | Dimension::International));
        // `100/5 ml` is an amount in a volume, whose unit was left out.
        let of_volume = self.word(next + close).and_then(unit).is_some_and(|(dimension, _)| dimension == Dimension::Volume);
        let short = places.iter().all(|place| self.digits(*place) <= BARE_DIGITS_MAX);
        let cut = unit_word.is_none() && self.loses(next);
        if of_volume || !short || cut || unit_word.is_none() && !self.follows_a_name(at) {
            return None;
        }
        let mut numbers = Vec::new();
        for place in &places {
            let number = self.text_number(*place)?;
            numbers.push(match unit_word {
                Some((_, factor)) => number.times(factor)?,
                None => number,
            });
        }
        let dimension = unit_word.map(|(dimension, _)| dimension);
        self.read.strengths.extend(numbers.iter().map(|amount| TextStrength::new(*amount, dimension, None)));
        let written: Vec<String> = numbers.iter().map(|number| number.value.to_string()).collect();
        let name = dimension.map(|dimension| format!(" {}", dimension.unit_name())).unwrap_or_default();
        let after = if unit_word.is_some() { next + close + 1 } else { last + 1 };
        let rule = if unit_word.is_some() { "amounts_with_unit" } else { "amounts_without_unit" };
        Some(self.token(at, after, TokenKind::Strength, format!("{}{name}", written.join(" + ")), rule))
    }

    fn digits(&self, at: usize) -> usize {
        self.lexeme(at).and_then(Lexeme::number).map_or(0, |number| number.bytes().filter(u8::is_ascii_digit).count())
    }

    /// `x 30`, `x 30 tabletas`. Of what is no solid a number without its word may be a volume.
    fn count(&mut self, at: usize) -> Option<usize> {
        let number = self.text_number(at)?;
        let counted = self.word(at + 1).is_some_and(is_counted);
        let whole = number.other.is_none() && number.value.fract().is_zero() && number.value > Decimal::ZERO;
        let small = number.value <= Decimal::from(PACK_COUNT_MAX);
        if !whole || !small || !counted && (!self.families.is_solid_or_sachet() || self.loses(at + 1)) {
            return None;
        }
        self.read.counts.push(number.value.normalize());
        let after = if self.word(at + 1) == Some("u") { at + 2 } else { at + 1 };
        Some(self.token(at, after, TokenKind::PackCount, number.value.normalize().to_string(), "multiplied"))
    }

    /// A number right after a name or a form, whose unit was left out.
    fn bare(&mut self, at: usize) -> Option<usize> {
        let number = self.text_number(at)?;
        let is_part = self.is_sign(at + 1, '/') || at > 0 && self.is_sign(at - 1, '/');
        if is_part || self.digits(at) > BARE_DIGITS_MAX || self.loses(at + 1) || !self.follows_a_name(at) {
            return None;
        }
        self.read.strengths.push(TextStrength::new(number, None, None));
        Some(self.token(at, at + 1, TokenKind::Strength, number.value.to_string(), "amount_without_unit"))
    }

    fn follows_a_name(&self, at: usize) -> bool {
        let mut before = at;
        while let Some(place) = before.checked_sub(1) {
            before = place;
            if self.is_sign(place, '(') || self.is_sign(place, '.') {
                continue;
            }
            let kind = self.labels.get(place).and_then(Option::as_ref).map(|label| label.kind);
            return matches!(kind, Some(TokenKind::Ingredient | TokenKind::Brand | TokenKind::Form | TokenKind::Salt));
        }
        false
    }

    fn token(&mut self, from: usize, after: usize, kind: TokenKind, value: String, rule: &'static str) -> usize {
        let (Some(first), Some(last)) = (self.lexeme(from), after.checked_sub(1).and_then(|last| self.lexeme(last))) else {
            return after;
        };
        let span = TextSpan { start: first.span.start, end: last.span.end };
        self.read.used.iter_mut().take(after).skip(from).for_each(|used| *used = true);
        self.read.tokens.push(TextToken { span, kind, value, rule });
        after
    }
}

/// In how simple an amount a strength is stated: in 1 ml, 1 g or one dose, then in 100, then in what a container holds.
fn rank(strength: &TextStrength) -> u8 {
    let Some((of, dimension)) = strength.per else { return 2 };
    let one = if dimension == Dimension::Mass { Decimal::ONE_THOUSAND } else { Decimal::ONE };
    let hundred = if dimension == Dimension::Mass { Decimal::from(100_000) } else { Decimal::ONE_HUNDRED };
    match of {
        of if of == one => 0,
        of if of == hundred => 1,
        _ => 2,
    }
}

const SEMISOLID: FormFamilies = FormFamilies::SEMISOLID
    .or(FormFamilies::OPHTHALMIC)
    .or(FormFamilies::OTIC)
    .or(FormFamilies::NASAL)
    .or(FormFamilies::VAGINAL)
    .or(FormFamilies::RECTAL)
    .or(FormFamilies::TRANSDERMAL)
    .or(FormFamilies::LIQUID_TOPICAL)
    .or(FormFamilies::OTHER);

impl FormFamilies {
    /// Nothing that is measured in ml.
    fn is_solid_or_sachet(self) -> bool {
        self != Self::ALL
            && !self.meets(Self::INJECTED)
            && !self.meets(Self::LIQUID_TOPICAL)
            && self.meets(Self::SOLID_ORAL.or(Self::SOLID_ORAL_MODIFIED))
    }
}

fn shown(amount: TextNumber, dimension: Dimension) -> String {
    format!("{} {}", amount.value.normalize(), dimension.unit_name())
}

/// What a pack holds some of.
fn is_counted(word: &str) -> bool {
    matches!(word, "u" | "parche" | "parches" | "implante")
        || word_lists::container(word).is_some_and(|name| name == "unidad")
        || super::form::of_word(word).is_some_and(|form| COUNTED.contains(&form.name))
}

const COUNTED: &[&str] = &[
    "tableta", "comprimido", "gragea", "capsula", "ampolla", "vial", "jeringa", "pluma", "sobre", "supositorio", "ovulo",
    "parche", "implante",
];
