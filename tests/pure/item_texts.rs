//! Texts against what is published: the official list in five prices, and lines of real invoices that a person has read.

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
};

use rust_decimal::Decimal;
use termometro::{
    domain::{
        identifier::{cum::Cum, text::fold},
        item_text::{
            candidates::CandidateIndex,
            line_verdict::{LinePrice, LineQuestion, LineReason, PriceBasis, SalePlace, judge_line},
            presentation::ProductRow,
            read::{read, read_with_code},
            unit::{UnitOrigin, UnitReadings},
        },
        law::{
            basis::{Chosen, LegalBasis, Remarks},
            channel::Place,
            listed::{ListedAmount, ListedCeiling, ListedKind, ListedRow},
            rules::{CeilingOrigin, Facts, Seller},
        },
        market::strength::{self, Description},
        reports::source_row::RowOutcome,
        verdict::{
            comparison::Per,
            judge::{Judgement, Verdict, judge},
        },
    },
    ingest::{read_catalogue, read_ceilings, read_thermometer},
    read_model::search::synonyms,
};

fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: real data is absent ({}); set TERMOMETRO_REAL_DATA", path.display());
    }
    path.exists().then_some(path)
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The rows of the official list with a ceiling whose description can be read.
fn official() -> Option<Vec<(ListedCeiling, Description)>> {
    let path = real("ceilings/minsalud-regulated-prices-2021-09-03.xlsx")?;
    let mut rows = Vec::new();
    read_ceilings(&path, &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row: ListedRow::Ceiling(row), .. } = row
            && row.kind == ListedKind::Maximum
            && let Some(description) = strength::parse(&row.description)
        {
            rows.push((row, description));
        }
        Ok(())
    })
    .unwrap();
    Some(rows)
}

fn pmv(row: &ListedCeiling) -> Decimal {
    match row.amounts[..] {
        [(_, ListedAmount::Pesos(amount))] => amount,
        _ => panic!("{row:?}"),
    }
}

/// The law of one list: each presentation's ceiling binds. Any other is unknown.
struct ListLaw(BTreeMap<Cum, (LegalBasis, Facts)>);

impl ListLaw {
    fn of(rows: &[(ListedCeiling, Description)]) -> Self {
        let one = |(row, description): &(ListedCeiling, Description)| {
            let chosen = Chosen {
                index: 0,
                amount: pmv(row),
                margin: Decimal::ZERO,
                binding: pmv(row),
                basis: CeilingOrigin::PublishedForCum,
                act: row.act.clone(),
                valid_from: row.valid_from,
                financing: None,
            };
            let facts = Facts { dispensing_units: Some(description.dispensing_units), ..Facts::default() };
            (row.cum, (LegalBasis::Ceiling { chosen, remarks: Remarks::default() }, facts))
        };
        Self(rows.iter().map(one).collect())
    }

    fn judge(&self, question: &LineQuestion) -> Judgement {
        match self.0.get(&question.cum) {
            Some((basis, facts)) => judge(Some(question.observed), basis, facts, &[]),
            None => judge(None, &LegalBasis::NotRegulated, &Facts::default(), &[]),
        }
    }
}

fn synonyms() -> Vec<(String, String)> {
    synonyms::pairs()
}

fn list_index(rows: &[(ListedCeiling, Description)]) -> CandidateIndex {
    CandidateIndex::build(rows.iter().filter_map(|(row, _)| ProductRow::of_list(row.cum, &row.description)), &synonyms())
}

/// Ingredients with their strength as the list writes them.
fn strengths(row: &ListedCeiling) -> String {
    row.description.split(" - ").nth(1).unwrap_or_default().to_owned()
}

fn strengths_and_form(row: &ListedCeiling, description: &Description) -> String {
    format!("{} {}", strengths(row), description.form_group)
}

fn stated(amount: Decimal, divided_by: Decimal) -> [LinePrice; 1] {
    [LinePrice { basis: PriceBasis::Stated, amount, divided_by }]
}

fn per_unit() -> UnitReadings {
    UnitReadings { per: vec![Per::DispensingUnit], origin: UnitOrigin::Stated, fault: None }
}

const FACTORS: [&str; 5] = ["0.95", "1.01", "1.05", "1.2", "2"];
const HOSPITAL: [SalePlace; 1] = [SalePlace { place: Place::ALL[0], seller: Seller::Other }];

/// The same with a medical sample beside each presentation, as the registry has them: of the same ingredient, and in no list.
fn index_with_samples(rows: &[(ListedCeiling, Description)], medical_sample: bool) -> CandidateIndex {
    let of_list = |row: &ListedCeiling| ProductRow::of_list(row.cum, &row.description);
    let sample = |(number, row): (i32, ProductRow)| ProductRow {
        cum: Cum::new(row.cum.expediente, number),
        description: "MUESTRA MÉDICA: SOBRE POR 2 TABLETAS".to_owned(),
        list_description: None,
        dispensing_units: None,
        medical_sample,
        ..row
    };
    let samples = (100_000..).zip(rows.iter().filter_map(|(row, _)| of_list(row))).map(sample);
    CandidateIndex::build(rows.iter().filter_map(|(row, _)| of_list(row)).chain(samples), &synonyms())
}

/// At each price: decided, wrong.
fn decided(
    rows: &[(ListedCeiling, Description)],
    index: &CandidateIndex,
    text: impl Fn(&ListedCeiling, &Description) -> String,
) -> Vec<(usize, usize)> {
    let law = ListLaw::of(rows);
    let mut counts = vec![(0, 0); FACTORS.len()];
    for (row, description) in rows {
        let text = text(row, description);
        let candidates = index.candidates(&read(&text, index.vocabulary()));
        if !candidates.cums.contains(&row.cum) {
            eprintln!("left out: {text} ({}): {:?}", row.description, candidates.fault);
        }
        for (factor, (decided, wrong)) in FACTORS.into_iter().zip(&mut counts) {
            let truth = if d(factor) > Decimal::ONE { Verdict::Above } else { Verdict::Within };
            let prices = stated(pmv(row) * d(factor), description.dispensing_units);
            let line = judge_line(&candidates, &per_unit(), &HOSPITAL, &prices, |question| law.judge(question));
            if line.verdict != Verdict::CannotCompare {
                *decided += 1;
                *wrong += usize::from(line.verdict != truth);
            }
        }
    }
    counts
}

fn hold(name: &str, rows: usize, counts: &[(usize, usize)], least_per_mille: usize) {
    for (factor, (decided, wrong)) in FACTORS.into_iter().zip(counts) {
        println!("{name} at {factor}: {decided} of {rows} decided, {wrong} wrong");
        assert_eq!(*wrong, 0, "{name} at {factor}");
        assert!(decided * 1000 >= rows * least_per_mille, "{name} at {factor}: {decided} of {rows}");
    }
}

#[test]
fn the_official_list_is_decided_and_never_wrongly() {
    let Some(rows) = official() else { return };
    assert_eq!(rows.len(), 2508);
    let index = list_index(&rows);
    let counts = decided(&rows, &index, strengths_and_form);
    hold("ingredient, strength and form", rows.len(), &counts, 995);
    let counts = decided(&rows, &index, |row, _| strengths(row));
    hold("ingredient and strength", rows.len(), &counts, 960);
    // No figures are asked of what says less, but that nothing is wrong.
    let counts = decided(&rows, &index, |_, description| {
        description.ingredients.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(" + ")
    });
    hold("ingredient alone", rows.len(), &counts, 0);
    let counts = decided(&rows, &index, |_, description| description.brand.clone());
    hold("brand alone", rows.len(), &counts, 0);
    let counts = decided(&rows, &index, |row, _| row.description.clone());
    hold("the whole description", rows.len(), &counts, 990);
}

/// Ten of the forty presentations of the catalogue's sample are medical samples, which no list prices: beside them no text without a code
/// was decided.
#[test]
fn medical_samples_in_the_registry_leave_every_line_as_decided_as_without_them() {
    let Some(rows) = official() else { return };
    let as_candidates = decided(&rows, &index_with_samples(&rows, false), strengths_and_form);
    println!("with samples that are not known to be some: {as_candidates:?}");
    assert!(as_candidates.iter().all(|(decided, _)| decided * 100 < rows.len()), "{as_candidates:?}");
    let known = decided(&rows, &index_with_samples(&rows, true), strengths_and_form);
    hold("ingredient, strength and form, beside medical samples", rows.len(), &known, 995);
    assert_eq!(known, decided(&rows, &list_index(&rows), strengths_and_form));
}

#[test]
fn the_same_said_in_another_way_leaves_the_same_set() {
    let Some(rows) = official() else { return };
    let index = list_index(&rows);
    let set = |text: &str| index.candidates(&read(text, index.vocabulary()));
    let mut differing = Vec::new();
    for (row, description) in &rows {
        let (strengths, form) = (strengths(row), &description.form_group);
        let expected = set(&format!("{strengths} {form}"));
        let accentless: String = fold(form);
        let others = [
            format!("{form} {strengths}").to_uppercase(),
            format!("{strengths} {accentless}").to_lowercase(),
            format!("{} {form}", strengths.replace(',', ".")),
            format!("{} {form}", strengths.replace('.', ",")),
            format!("{} {form}", strengths.replace("mg", " MG ").replace("UI", " ui ").replace("ml", " ML")),
            format!("{form}   {strengths}  "),
        ];
        for other in others {
            let found = set(&other);
            if found != expected {
                differing.push(format!("{other}: {found:?} instead of {expected:?}"));
            }
        }
    }
    assert!(differing.is_empty(), "{} differ, as {}", differing.len(), differing[..differing.len().min(5)].join("\n"));
}

/// Products of all lists that are published: the official one, the thermometer's prices, and the sample of the catalogue.
fn everything() -> Option<CandidateIndex> {
    let rows = official()?;
    let mut products: Vec<ProductRow> =
        rows.iter().filter_map(|(row, _)| ProductRow::of_list(row.cum, &row.description)).collect();
    let mut number = 50_000;
    read_thermometer(&real("thermometer/clicsalud-n4dj-8r7k-2025.csv")?, &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row {
            number += 1;
            products.push(ProductRow {
                cum: Cum::new(row.expediente, number),
                brand: row.brand,
                description: row.description,
                list_description: None,
                holder: row.maker,
                registration: None,
                ingredients: row.ingredient.split('+').map(|one| one.trim().to_owned()).collect(),
                strength: Some(row.concentration),
                form: Some(row.dispensing_unit),
                route: None,
                form_group: None,
                dispensing_units: None,
                iums: Vec::new(),
                medical_sample: false,
            });
        }
        Ok(())
    })
    .unwrap();
    read_catalogue(&real("catalogue/cum-i7cb-raxc-sample-2026.csv")?, &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row {
            products.push(ProductRow {
                cum: row.cum,
                brand: row.product,
                description: row.description,
                list_description: None,
                holder: row.holder,
                registration: Some(row.registration),
                ingredients: vec![row.ingredient],
                strength: None,
                form: Some(row.form),
                route: Some(row.route),
                form_group: None,
                dispensing_units: None,
                iums: Vec::new(),
                medical_sample: row.medical_sample,
            });
        }
        Ok(())
    })
    .unwrap();
    Some(CandidateIndex::build(products, &synonyms()))
}

/// What each product of all lists is made of, folded.
fn ingredients_of_all() -> BTreeMap<Cum, String> {
    let mut names = BTreeMap::new();
    let rows = official().unwrap();
    for (row, description) in &rows {
        let name = description.ingredients.iter().map(|one| fold(&one.name)).collect::<Vec<_>>().join(" ");
        names.insert(row.cum, name);
    }
    let mut number = 50_000;
    read_thermometer(&real("thermometer/clicsalud-n4dj-8r7k-2025.csv").unwrap(), &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row {
            number += 1;
            names.insert(Cum::new(row.expediente, number), fold(&format!("{} {}", row.ingredient, row.concentration)));
        }
        Ok(())
    })
    .unwrap();
    names
}

/// Whether a product has all ingredients that a person read.
fn is_meant(means: &str, ingredients: &str) -> bool {
    let has = |part: &str| ingredients.split(' ').any(|word| word.starts_with(part));
    means.split('+').all(|one| one.split('/').any(has))
}

/// The interval of Wilson at 95 %, in tenths of a percent.
fn wilson(found: u64, all: u64) -> (u64, u64) {
    // In whole numbers: z² is 3.8416; all times 10,000.
    let (found, all, z2) = (i128::from(found) * 10_000, i128::from(all) * 10_000, 38_416_i128);
    let root = |number: i128| number.unsigned_abs().isqrt() as i128;
    let middle = found + z2 / 2;
    let spread = root(z2 * (found * (all - found) / all + z2 / 4));
    let per_mille = |number: i128| u64::try_from((number * 1000 / (all + z2)).max(0)).unwrap();
    (per_mille(middle - spread), per_mille(middle + spread))
}

#[test]
fn the_interval_of_wilson_is_that_of_the_books() {
    // 95 of 100: 88.8 % to 97.8 %.
    assert_eq!(wilson(95, 100), (888, 978));
    assert_eq!(wilson(0, 10), (0, 277));
}

#[test]
fn lines_that_a_person_has_read_are_never_another_medicine() {
    let Some(index) = everything() else { return };
    let names = ingredients_of_all();
    let lines: Vec<Vec<&str>> =
        include_str!("../fixtures/item-lines.tsv").lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 200);
    let (mut wrong, mut outcomes) = (Vec::new(), BTreeMap::<String, usize>::new());
    let (mut meant, mut known) = (0, 0);
    for line in &lines {
        let [text, _, means] = line[..] else { panic!("{line:?}") };
        let set = index.candidates(&read(text, index.vocabulary()));
        let is_known = !matches!(means, "none" | "?") && names.values().any(|ingredients| is_meant(means, ingredients));
        known += u64::from(is_known);
        let outcome = set.fault.map_or("set", LineReason::code);
        *outcomes.entry(format!("{} {outcome}", if means == "none" { "none" } else { "medicine" })).or_default() += 1;
        if set.fault.is_some() {
            continue;
        }
        let matching = set.cums.iter().filter(|cum| names.get(cum).is_some_and(|name| is_meant(means, name))).count();
        meant += u64::from(is_known && matching > 0);
        // A set without what is meant would be another medicine; one of something that is no medicine too.
        if means == "none" || means != "?" && matching == 0 {
            let shown: Vec<&str> = set.cums.iter().filter_map(|cum| names.get(cum)).map(String::as_str).take(3).collect();
            wrong.push(format!("{text} means {means}: {shown:?}"));
        }
    }
    let (low, high) = wilson(meant, known);
    let mut report = String::new();
    for (outcome, count) in &outcomes {
        let _ = write!(report, "{outcome}: {count}; ");
    }
    println!("{report}of {known} whose medicine is published the set has it in {meant} (95 %: {low} to {high} per mille)");
    assert!(wrong.is_empty(), "{} of 200:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_line_of_the_pilots_ends_in_a_verdict_or_a_reason() {
    let Some(index) = everything() else { return };
    let rows = official().unwrap();
    let law = ListLaw::of(&rows);
    for (name, lines) in [("invoices/sic-pilot-invoice-lines-1.csv", 356), ("invoices/sic-pilot-invoice-lines-2.csv", 679)] {
        let Some(path) = real(name) else { return };
        let mut outcomes = BTreeMap::<String, usize>::new();
        let mut reader = csv_lines(&std::fs::read_to_string(path).unwrap());
        assert_eq!(reader.len(), lines + 1);
        for cells in reader.drain(1..) {
            let [_, code, text, _, price, _] = &cells[..] else { panic!("{cells:?}") };
            let read = read_with_code(text, Some(code), index.vocabulary());
            let candidates = index.candidates(&read);
            let units = UnitReadings { per: vec![Per::DispensingUnit, Per::Pack], origin: UnitOrigin::Open, fault: None };
            let sales = SalePlace::possible(None, None, None);
            let line = judge_line(&candidates, &units, &sales, &stated(d(price), Decimal::ONE), |question| law.judge(question));
            let reasons: Vec<&str> = line.reasons.iter().map(|reason| reason.code()).collect();
            assert!(line.verdict != Verdict::CannotCompare || !reasons.is_empty() || !line.judge_reasons.is_empty(), "{text}");
            *outcomes.entry(format!("{} {}", line.verdict.code(), reasons.join("+"))).or_default() += 1;
        }
        println!("{name}: {outcomes:?}");
    }
}

/// Cells between commas, some in quotation marks.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        cells.push(cell);
        cells
    };
    text.lines().filter(|line| !line.is_empty()).map(cells).collect()
}
