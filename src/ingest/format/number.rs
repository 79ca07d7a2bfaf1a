//! Numbers as publishers print them. The format is detected once per file, from all its numbers; a number that fits no format is refused.

use rust_decimal::{Decimal, RoundingStrategy};

/// How a file writes one thousand two hundred and thirty-four and a half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// `1,234.5`; also `1234.5`.
    Grouped,
    /// `1234.5`, and no comma anywhere.
    Plain,
    /// `1.234,5`; also `1234,5`.
    Spanish,
}

impl NumberFormat {
    pub fn label(self) -> &'static str {
        match self {
            Self::Grouped => "1,234.56",
            Self::Plain => "1234.56",
            Self::Spanish => "1.234,56",
        }
    }
}

/// The decision for one file. With `doubt`, numbers that read two ways (`1.234`) are not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub format: NumberFormat,
    pub doubt: bool,
}

/// A spreadsheet's cells hold numbers, not texts: nothing to decide.
pub const FROM_CELLS: Numbers = Numbers { format: NumberFormat::Plain, doubt: false };

/// More whole digits than any peso amount or quantity of a medicine needs; sums and products of such numbers stay exact.
const WHOLE_DIGITS_MAX: usize = 15;
/// One reading must outweigh the other this many times before the file is taken to be of one mind.
const DOMINANCE: u64 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberShape {
    Whole,
    /// `3752.86`: the point is the decimal mark.
    Point,
    /// `1,234.56` or `1,234,567`.
    Commas,
    /// `1.234,56`, `1.234.567` or `12,5`.
    Spanish,
    /// `1.234`: a decimal, or Spanish thousands.
    EitherPoint,
    /// `1,234`: thousands, or a Spanish decimal.
    EitherComma,
}

fn shape(text: &str) -> Option<NumberShape> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        return Some(NumberShape::Whole);
    }
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    if points + commas == 1 {
        let (whole, rest) = text.split_once(['.', ','])?;
        if !digits(whole) || !digits(rest) {
            return None;
        }
        let could_group = rest.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
        return Some(match (points == 1, could_group) {
            (true, true) => NumberShape::EitherPoint,
            (true, false) => NumberShape::Point,
            (false, true) => NumberShape::EitherComma,
            (false, false) => NumberShape::Spanish,
        });
    }
    if grouped(text, ',', '.') {
        return Some(NumberShape::Commas);
    }
    grouped(text, '.', ',').then_some(NumberShape::Spanish)
}

/// Groups of three after a first group of one to three, then at most one decimal part.
fn grouped(text: &str, group: char, mark: char) -> bool {
    let (whole, decimals) = text.split_once(mark).map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    if decimals.is_some_and(|rest| rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let mut groups = whole.split(group);
    let first = groups.next().unwrap_or_default();
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && numeric(first)
        && groups.all(|part| part.len() == 3 && numeric(part))
}

/// Counts the evidence that a file's numbers give.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    point: u64,
    commas: u64,
    spanish: u64,
    either_point: u64,
    either_comma: u64,
}

impl Evidence {
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return; // most are whole, and say nothing
        }
        match shape(text) {
            Some(NumberShape::Point) => self.point += 1,
            Some(NumberShape::Commas) => self.commas += 1,
            Some(NumberShape::Spanish) => self.spanish += 1,
            Some(NumberShape::EitherPoint) => self.either_point += 1,
            Some(NumberShape::EitherComma) => self.either_comma += 1,
            Some(NumberShape::Whole) | None => {}
        }
    }

    pub fn add(&mut self, other: Self) {
        self.point += other.point;
        self.commas += other.commas;
        self.spanish += other.spanish;
        self.either_point += other.either_point;
        self.either_comma += other.either_comma;
    }

    /// `usual` is the publisher's documented format. It settles the comma of a file whose decimals are points, and nothing else.
    pub fn decide(&self, usual: NumberFormat) -> Numbers {
        let english = self.point + self.commas;
        let groups = self.commas > 0 || (usual == NumberFormat::Grouped && self.either_comma > 0 && self.spanish == 0);
        let english_format = if groups { NumberFormat::Grouped } else { NumberFormat::Plain };
        if english + self.spanish == 0 {
            let doubt = self.either_point + self.either_comma > 0;
            return Numbers { format: NumberFormat::Plain, doubt };
        }
        if english >= self.spanish.saturating_mul(DOMINANCE) {
            Numbers { format: english_format, doubt: false }
        } else if self.spanish >= english.saturating_mul(DOMINANCE) {
            Numbers { format: NumberFormat::Spanish, doubt: false }
        } else {
            let format = if english >= self.spanish { english_format } else { NumberFormat::Spanish };
            Numbers { format, doubt: true }
        }
    }
}

impl Numbers {
    /// The exact number, or a reason code. Never rounds.
    pub fn parse(self, text: &str) -> Result<Decimal, &'static str> {
        let text = text.trim();
        self.parse_short(text).map_or_else(|| self.parse_any(text), Ok)
    }

    /// A plain decimal from a cell or a JSON number, whose point is the decimal mark whatever the file's texts say: as this format
    /// writes it, so that it is read as what it is. `None` where it can stay as it is.
    pub fn written(self, plain: &str) -> Option<String> {
        let (format, doubt) = (self.format, self.doubt);
        let (whole, decimals) = plain.split_once('.')?;
        if format != NumberFormat::Spanish && !doubt {
            return None;
        }
        let mark = if format == NumberFormat::Spanish { ',' } else { '.' };
        // One zero more, so that three decimals are not read as thousands.
        let padding = if decimals.len() == 3 { "0" } else { "" };
        Some(format!("{whole}{mark}{decimals}{padding}"))
    }

    fn parse_any(self, text: &str) -> Result<Decimal, &'static str> {
        use NumberFormat::{Grouped, Plain, Spanish};
        let shape = shape(text).ok_or("not_a_number")?;
        let either = matches!(shape, NumberShape::EitherPoint | NumberShape::EitherComma);
        if either && (self.doubt || (shape == NumberShape::EitherComma && self.format == Plain)) {
            return Err("ambiguous_number");
        }
        let plain = match (shape, self.format) {
            (NumberShape::Whole, _) => text.to_owned(),
            (NumberShape::Point | NumberShape::EitherPoint, Grouped | Plain) => text.to_owned(),
            (NumberShape::Commas | NumberShape::EitherComma, Grouped) => text.replace(',', ""),
            (NumberShape::Spanish | NumberShape::EitherPoint | NumberShape::EitherComma, Spanish) => {
                text.replace('.', "").replace(',', ".")
            }
            _ => return Err("not_in_the_files_number_format"),
        };
        exact(&plain)
    }
}

impl Numbers {
    /// The ordinary case at once: a few digits, at most one decimal point, nothing that reads two ways.
    fn parse_short(self, text: &str) -> Option<Decimal> {
        let bytes = text.as_bytes();
        if self.format == NumberFormat::Spanish || self.doubt || bytes.len() > SHORT_BYTES_MAX {
            return None;
        }
        let (mut mantissa, mut point) = (0_i64, None);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
                b'.' if point.is_none() => point = Some(at),
                _ => return None,
            }
        }
        let decimals = point.map_or(0, |at| bytes.len() - at - 1);
        let whole = bytes.len() - decimals - usize::from(point.is_some());
        let formed = (1..=WHOLE_DIGITS_MAX).contains(&whole) && (point.is_none() || decimals > 0);
        formed.then(|| Decimal::new(mantissa, u32::try_from(decimals).unwrap_or_default()))
    }
}

const SHORT_BYTES_MAX: usize = 18; // so many digits always fit 64 bits

/// A plain decimal text, exactly: too many digits is an error, never a rounding.
fn exact(plain: &str) -> Result<Decimal, &'static str> {
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.trim_start_matches('0').len() > WHOLE_DIGITS_MAX {
        return Err("number_too_large");
    }
    if whole.trim_start_matches('0').len() + decimals.len() > 28 {
        return Err("too_many_digits");
    }
    Decimal::from_str_exact(plain).map_err(|_| "too_many_digits")
}

/// Money from a spreadsheet cell: the publisher's binary-float dirt (`1345.5400000000002`) goes, half-even at 4 decimals.
pub fn money_of_cell(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven).normalize()
}

/// A content (`0.6 mg`) from a spreadsheet cell: float dirt lies past the tenth decimal, real contents do not.
pub fn quantity_of_cell(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(10, RoundingStrategy::MidpointNearestEven).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn decided(texts: &[&str], usual: NumberFormat) -> Numbers {
        let mut evidence = Evidence::default();
        texts.iter().for_each(|text| evidence.see(text));
        evidence.decide(usual)
    }

    #[test]
    fn the_format_comes_from_the_whole_file() {
        use NumberFormat::{Grouped, Plain, Spanish};
        let cases: &[(&[&str], NumberFormat, Numbers)] = &[
            (&["3,490.33", "12"], Plain, Numbers { format: Grouped, doubt: false }),
            (&["3752.866667", "12"], Plain, Numbers { format: Plain, doubt: false }),
            (&["1.234,56", "1.234"], Plain, Numbers { format: Spanish, doubt: false }),
            (&["12", "13"], Grouped, Numbers { format: Plain, doubt: false }),
            (&["1.234"], Plain, Numbers { format: Plain, doubt: true }),
            (&["19,222", "75168.31"], Grouped, Numbers { format: Grouped, doubt: false }),
            (&["19,222", "75168.31"], Plain, Numbers { format: Plain, doubt: false }),
            (&["1.5", "2,5"], Plain, Numbers { format: Plain, doubt: true }),
        ];
        for (texts, usual, expected) in cases {
            assert_eq!(decided(texts, *usual), *expected, "{texts:?}");
        }
    }

    #[test]
    fn each_format_reads_its_own_and_nothing_else() {
        let read = |format, text: &str| Numbers { format, doubt: false }.parse(text);
        use NumberFormat::{Grouped, Plain, Spanish};
        assert_eq!(read(Grouped, "3,490.33"), Ok(d("3490.33")));
        assert_eq!(read(Grouped, "1,234"), Ok(d("1234")));
        assert_eq!(read(Plain, "3752.866667"), Ok(d("3752.866667")));
        assert_eq!(read(Plain, "1.234"), Ok(d("1.234")));
        assert_eq!(read(Plain, "1,234"), Err("ambiguous_number"));
        assert_eq!(read(Plain, "3752,86"), Err("not_in_the_files_number_format"));
        assert_eq!(read(Spanish, "1.234,56"), Ok(d("1234.56")));
        assert_eq!(read(Spanish, "1.234"), Ok(d("1234")));
        assert_eq!(read(Spanish, "12,5"), Ok(d("12.5")));
        assert_eq!(read(Spanish, "1234.5"), Err("not_in_the_files_number_format"));
        assert_eq!(Numbers { format: Plain, doubt: true }.parse("1.234"), Err("ambiguous_number"));
        assert_eq!(read(Plain, "-5"), Ok(d("-5")));
    }

    #[test]
    fn a_cells_number_is_itself_under_every_format() {
        for format in [NumberFormat::Grouped, NumberFormat::Plain, NumberFormat::Spanish] {
            for doubt in [false, true] {
                for plain in ["1.234", "35365.64", "12", "0.125", "-1.5", "171764"] {
                    let numbers = Numbers { format, doubt };
                    let written = numbers.written(plain).unwrap_or_else(|| plain.to_owned());
                    assert_eq!(numbers.parse(&written), Ok(d(plain)), "{written} {numbers:?}");
                }
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_short_way_reads_what_the_long_way_reads(
            text in "[0-9]{1,16}|[0-9]{0,16}[.][0-9]{0,9}|[0-9.,-]{0,10}", doubt in proptest::prelude::any::<bool>(), format in 0..3_usize
        ) {
            let numbers = Numbers { format: [NumberFormat::Grouped, NumberFormat::Plain, NumberFormat::Spanish][format], doubt };
            let (short, long) = (numbers.parse(&text), numbers.parse_any(&text));
            proptest::prop_assert_eq!(&short, &long);
            proptest::prop_assert_eq!(short.map(|n| n.to_string()), long.map(|n| n.to_string()), "digit for digit");
        }
    }

    #[test]
    fn what_is_not_a_number_is_said_so() {
        let read = |text: &str| Numbers { format: NumberFormat::Grouped, doubt: false }.parse(text);
        for text in [
            "", "-", "1e5", "+5", ".5", "5.", "1,23,456", "1..2", "0x10", "NaN", "inf", "1 234", "$5", "１２", "1.2.3", "--5",
            "0,123.5",
        ] {
            assert_eq!(read(text), Err("not_a_number"), "{text}");
        }
        assert_eq!(read("1234567890123456"), Err("number_too_large"));
        assert_eq!(read("0.12345678901234567890123456789"), Err("too_many_digits"));
        assert_eq!(read("000000000000000000000000000000012"), Ok(d("12")));
    }

    #[test]
    fn float_dirt_goes_half_even() {
        assert_eq!(money_of_cell(d("1345.5400000000002")).to_string(), "1345.54");
        assert_eq!(money_of_cell(d("3403351.9999999995")).to_string(), "3403352");
        assert_eq!(money_of_cell(d("0.00005")).to_string(), "0");
        assert_eq!(quantity_of_cell(d("0.30000000000000004")).to_string(), "0.3");
    }
}
