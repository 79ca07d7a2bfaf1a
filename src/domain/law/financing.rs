//! Whether the benefit plan pays for a market: by its ATC code, else by the name of its ingredient, in the plan's list of one day.

use std::collections::HashMap;

use jiff::civil::Date;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::listed::{Coverage, ListedBenefit};
use crate::domain::identifier::text::fold;

/// The combined statement of the rows of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinancingStatus {
    /// The capitation unit (UPC) pays, and nothing is said beside.
    Financed,
    /// It pays, and a clarifying text stands beside.
    FinancedWithNote,
    /// It pays under conditions.
    Conditioned,
    /// It does not pay (MIPRES), or no fund does.
    NotFinanced,
    /// Some forms or ingredients are paid for and others are not.
    Mixed,
    /// The list does not name it: nothing is known.
    NoRow,
}

impl FinancingStatus {
    pub const ALL: [Self; 6] =
        [Self::Financed, Self::FinancedWithNote, Self::Conditioned, Self::NotFinanced, Self::Mixed, Self::NoRow];

    pub fn code(self) -> &'static str {
        match self {
            Self::Financed => "financed",
            Self::FinancedWithNote => "financed_with_note",
            Self::Conditioned => "conditioned",
            Self::NotFinanced => "not_financed",
            Self::Mixed => "mixed",
            Self::NoRow => "no_row",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// The UPC pays, whatever is said beside: a unit price is a reference only.
    pub(crate) fn is_financed(self) -> bool {
        matches!(self, Self::Financed | Self::FinancedWithNote)
    }
}

/// The statement of the plan's list about one market, and the list itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFinancing {
    pub standing: FinancingStatus,
    pub list: String,
    /// The day for which the list speaks, if that is known.
    pub day: Option<Date>,
}

/// How the rows of a market were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Join {
    Code,
    Name,
}

/// The answer, with the rows that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Financing<'a> {
    pub standing: FinancingStatus,
    /// `None` without a row.
    pub by: Option<Join>,
    pub rows: Vec<&'a ListedBenefit>,
    /// Without a row: those that share one of several codes, or the name but for its punctuation. They decide nothing.
    pub beside: Vec<&'a ListedBenefit>,
}

/// The list, indexed for queries.
#[derive(Clone, Debug, Default)]
pub struct BenefitPlan {
    rows: Vec<ListedBenefit>,
    by_code: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl BenefitPlan {
    pub fn new(rows: Vec<ListedBenefit>) -> Self {
        let (mut by_code, mut by_name) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (index, row) in rows.iter().enumerate() {
            by_code.entry(code(&row.atc)).or_default().push(index);
            by_name.entry(name(&row.ingredient)).or_default().push(index);
        }
        Self { rows, by_code, by_name }
    }

    /// `atc` and `ingredient` as the sheet of markets prints them. A cell with several codes is matched as a whole: a row for `G04BE01 /
    /// C01EA01` states its conditions for both together, and not for the one that a market has.
    pub fn financing(&self, atc: &str, ingredient: &str) -> Financing<'_> {
        let of = |index: &HashMap<String, Vec<usize>>, key: &str| -> Vec<&ListedBenefit> {
            let found = index.get(key).into_iter().flatten().map(|&row| &self.rows[row]);
            found.filter(|_| !key.is_empty()).collect()
        };
        let by_code = of(&self.by_code, &code(atc));
        let (by, rows) =
            if by_code.is_empty() { (Join::Name, of(&self.by_name, &name(ingredient))) } else { (Join::Code, by_code) };
        let standing = together(&rows);
        let beside = if rows.is_empty() { self.beside(atc, ingredient) } else { Vec::new() };
        Financing { standing, by: (standing != FinancingStatus::NoRow).then_some(by), rows, beside }
    }

    fn beside(&self, atc: &str, ingredient: &str) -> Vec<&ListedBenefit> {
        let (wanted, named): (Vec<&str>, String) = (codes(atc).collect(), fold(ingredient));
        let shares = |row: &&ListedBenefit| codes(&row.atc).any(|code| wanted.contains(&code)) || fold(&row.ingredient) == named;
        self.rows.iter().filter(shares).collect()
    }
}

fn together(rows: &[&ListedBenefit]) -> FinancingStatus {
    let any = |wanted: &[Coverage]| rows.iter().any(|row| wanted.contains(&row.coverage));
    let paid = any(&[Coverage::Financed]);
    let conditioned = any(&[Coverage::Conditioned]);
    let unpaid = any(&[Coverage::NotFinanced, Coverage::Excluded]);
    match (paid, conditioned, unpaid) {
        (false, false, false) => FinancingStatus::NoRow,
        (true, false, false) if rows.iter().any(|row| row.note.is_some()) => FinancingStatus::FinancedWithNote,
        (true, false, false) => FinancingStatus::Financed,
        (false, true, false) => FinancingStatus::Conditioned,
        (false, false, true) => FinancingStatus::NotFinanced,
        _ => FinancingStatus::Mixed,
    }
}

/// The whole cell: blanks and no-break spaces around and within it do not count.
fn code(cell: &str) -> String {
    cell.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

fn codes(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty())
}

/// Without accents, case and runs of blanks.
fn name(text: &str) -> String {
    let bare: String = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_uppercase).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(atc: &str, ingredient: &str, coverage: Coverage, note: Option<&str>) -> ListedBenefit {
        let (atc, ingredient) = (atc.to_owned(), ingredient.to_owned());
        ListedBenefit { atc, ingredient, forms: String::new(), note: note.map(str::to_owned), coverage }
    }

    fn plan() -> BenefitPlan {
        use Coverage::{Conditioned, Excluded, Financed, NotFinanced};
        BenefitPlan::new(vec![
            row("A16AB08", "GALSULFASA", NotFinanced, Some("Se prescribe vía: MIPRES")),
            row("C02KX01", "BOSENTÁN", Financed, None),
            row("N02AX06", "TAPENTADOL", Financed, None),
            row("N02AX06", "TAPENTADOL", NotFinanced, Some("Se prescribe vía: MIPRES")),
            row("L03AB07", "INTERFERÓN BETA-1A", Financed, Some("Según lineamientos")),
            row("C02KX05", "RIOCIGUAT", Conditioned, None),
            row("G04BE01 / C01EA01", "ALPROSTADIL", Financed, None),
            row("M03BX02", "Tizanidina", Excluded, None),
            row("L04AA03", "INMUNOGLOBULINA ANTITIMOCITICA EQUINA", NotFinanced, None),
        ])
    }

    #[test]
    fn the_code_decides_else_the_name() {
        let plan = plan();
        for (atc, ingredient, standing, by) in [
            ("C02KX01", "Bosentan (125 mg)", FinancingStatus::Financed, Some(Join::Code)),
            ("C02KX01\u{a0}", "", FinancingStatus::Financed, Some(Join::Code)),
            (" c02kx01 ", "", FinancingStatus::Financed, Some(Join::Code)),
            ("X99XX99", " bosentan ", FinancingStatus::Financed, Some(Join::Name)),
            ("", "Bosentán", FinancingStatus::Financed, Some(Join::Name)),
            ("L03AB07", "Interferón Beta 1A (Avonex)", FinancingStatus::FinancedWithNote, Some(Join::Code)),
            ("A16AB08", "Galsulfase", FinancingStatus::NotFinanced, Some(Join::Code)),
            ("C02KX05", "Riociguat", FinancingStatus::Conditioned, Some(Join::Code)),
            ("N02AX06", "Tapentadol", FinancingStatus::Mixed, Some(Join::Code)),
            ("M03BX02", "Tizanidina", FinancingStatus::NotFinanced, Some(Join::Code)),
            ("G04BE01/C01EA01", "", FinancingStatus::Financed, Some(Join::Code)),
            ("S01GX", "Otro", FinancingStatus::NoRow, None),
            ("", "", FinancingStatus::NoRow, None),
        ] {
            let found = plan.financing(atc, ingredient);
            assert_eq!((found.standing, found.by), (standing, by), "{atc} {ingredient}");
            assert_eq!(found.rows.is_empty(), standing == FinancingStatus::NoRow);
        }
        assert_eq!(BenefitPlan::default().financing("C02KX01", "Bosentan").standing, FinancingStatus::NoRow);
    }

    /// What nearly fits is shown, and decides nothing.
    #[test]
    fn one_code_of_several_is_no_row() {
        let plan = plan();
        for (atc, ingredient, beside) in [
            ("C01EA01", "Alprostadil 500 mcg (Cardiovascular)", &["ALPROSTADIL"][..]),
            ("C02KX01/C02KX05", "Otro", &["BOSENTÁN", "RIOCIGUAT"]),
            ("L04AA99", "Inmunoglobulina Antitimocitica (Equina)", &["INMUNOGLOBULINA ANTITIMOCITICA EQUINA"]),
            ("S01GX", "Otro", &[]),
        ] {
            let found = plan.financing(atc, ingredient);
            assert_eq!(found.standing, FinancingStatus::NoRow, "{atc}");
            assert_eq!(found.beside.iter().map(|row| row.ingredient.as_str()).collect::<Vec<_>>(), beside);
        }
    }

    #[test]
    fn codes_are_stable() {
        let codes = ["financed", "financed_with_note", "conditioned", "not_financed", "mixed", "no_row"];
        assert_eq!(FinancingStatus::ALL.map(FinancingStatus::code), codes);
        assert_eq!(FinancingStatus::ALL.iter().filter(|standing| standing.is_financed()).count(), 2);
    }
}
