//! Names drawn from the register of medicines, put to the lists that are published: an answer is about what was typed, or there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use calamine::{Reader, Xlsx, open_workbook};
use termometro::{
    domain::{
        identifier::{cum::Cum, text::fold},
        law::listed::{ListedKind, ListedPresentation, ListedRow},
        market::{
            equivalence,
            medicine::{self, FromList, Medicines},
        },
        reports::source_row::RowOutcome,
    },
    ingest::{read_catalogue, read_ceilings, read_thermometer},
    read_model::search::{
        builder::{build, build_of_words},
        entry::SearchEntry,
        general::identifies,
        hit::FoundBy,
        index::SearchIndex,
        synonyms,
    },
};

use crate::kit::{
    alone,
    search::{self, Dice},
};

const SEED: u64 = 20_261_129;
/// Of each way of typing, in hundredths of all names: fewer than this.
const UNRELATED_MAX: usize = 2;

/// A product of the register.
struct Registered {
    name: String,
    ingredient: String,
}

/// `None`, and a word about it, where the real data are not at hand.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no real data in {} (TERMOMETRO_REAL_DATA names another folder)", folder.display());
        return None;
    }
    Some(folder)
}

fn file(folder: &Path, part: &str) -> PathBuf {
    let mut files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.find(|path| path.to_string_lossy().contains(part)).unwrap()
}

/// The names as printed in the register, without a word of what is drawn.
fn registered(path: &Path) -> Vec<Registered> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (name, ingredient) = (column("producto"), column("principio_activo"));
    rows.map(|row| Registered { name: row[name].to_string(), ingredient: row[ingredient].to_string() }).collect()
}

/// One index and its entries: `/` searches presentations first, then the thermometer, then markets.
struct Searched {
    index: SearchIndex,
    entries: BTreeMap<Cum, SearchEntry>,
}

impl Searched {
    fn new(index: SearchIndex, entries: Vec<SearchEntry>) -> Self {
        Self { index, entries: entries.into_iter().map(|entry| (entry.cum, entry)).collect() }
    }
}

/// Everything that is published, as the service holds it once all of it is imported.
fn everything(folder: &Path) -> [Searched; 3] {
    let (presentations, prices, markets) = (presentations(folder), prices(folder), markets(folder));
    [
        Searched::new(build(presentations.iter().cloned()).unwrap(), presentations),
        Searched::new(build(prices.iter().cloned()).unwrap(), prices),
        Searched::new(build_of_words(markets.iter().cloned()).unwrap(), markets),
    ]
}

fn prices(folder: &Path) -> Vec<SearchEntry> {
    let mut entries = Vec::new();
    read_thermometer(&file(&folder.join("thermometer"), "n4dj-8r7k"), &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row {
            let cum = Cum::new(row.expediente, i32::try_from(entries.len()).unwrap());
            let words = (row.concentration, row.dispensing_unit, row.maker);
            entries.push(SearchEntry::of_a_listed_price(cum, row.brand, &row.ingredient, words));
        }
        Ok(())
    })
    .unwrap();
    entries
}

fn markets(folder: &Path) -> Vec<SearchEntry> {
    let mut markets: BTreeMap<String, (Vec<String>, Vec<String>, String)> = BTreeMap::new();
    read_ceilings(&file(&folder.join("ceilings"), "2021-09-03"), &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row: ListedRow::Market(row), .. } = row {
            let (ingredients, atc, form_group) = markets.entry(row.id).or_default();
            ingredients.push(row.ingredient);
            atc.extend(row.atc);
            *form_group = row.form_group;
        }
        Ok(())
    })
    .unwrap();
    let entry = |(number, (ingredients, atc, form)): (i32, (Vec<String>, Vec<String>, String))| {
        SearchEntry::of_a_market(number, ingredients, atc.join(" "), form)
    };
    (1..).zip(markets.into_values()).map(entry).collect()
}

/// What the lists of ceilings and the catalogue name, as `medicine` holds it.
fn presentations(folder: &Path) -> Vec<SearchEntry> {
    let mut medicines = Medicines::new();
    let mut presentations: BTreeMap<Cum, Vec<ListedPresentation>> = BTreeMap::new();
    read_catalogue(&file(&folder.join("catalogue"), "i7cb-raxc"), &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row {
            presentations.entry(row.cum).or_default().push(row);
        }
        Ok(())
    })
    .unwrap();
    presentations.values().for_each(|rows| medicine::add_catalogue(&mut medicines, rows, None, None));
    read_ceilings(&file(&folder.join("ceilings"), "2021-09-03"), &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row: ListedRow::Ceiling(row), .. } = row {
            let parsed = equivalence::read_description(&row.description);
            let listed = FromList {
                cum: row.cum,
                description: row.description,
                market: row.market,
                binds: row.kind == ListedKind::Maximum,
                atc: None,
                dispensing_units: None,
                regulated_units: None,
                regulated_unit: None,
            };
            medicine::add_list(&mut medicines, listed, parsed);
        }
        Ok(())
    })
    .unwrap();
    medicines.into_iter().map(search::entry).collect()
}

/// The first five letters of each word that identifies, and of its other names.
fn stems(texts: &[&str]) -> BTreeSet<String> {
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    let words: BTreeSet<&str> = folded.iter().flat_map(|text| text.split(' ')).filter(|word| identifies(word)).collect();
    let others = words.iter().flat_map(|word| synonyms::of(word)).map(String::as_str);
    words.iter().copied().chain(others).map(|word| word.chars().take(5).collect()).collect()
}

/// The four ways in which people type a medicine.
fn ways(drawn: &Registered) -> Vec<(&'static str, String)> {
    let folded = fold(&drawn.name);
    let first = folded.split(' ').find(|word| word.chars().count() >= 4 && word.chars().all(char::is_alphabetic));
    let mut ways = vec![("name as printed", drawn.name.clone()), ("ingredient as printed", drawn.ingredient.clone())];
    if let Some(word) = first {
        ways.push(("first plain word", word.to_owned()));
        ways.push(("first plain word and 50 mg", format!("{word} 50 mg")));
    }
    ways
}

/// By way: related, nothing, and the unrelated answers.
type Answers = BTreeMap<&'static str, (usize, usize, Vec<String>)>;

fn ask(searched: &[Searched], drawn: &[&Registered]) -> Answers {
    let mut answers = Answers::new();
    for one in drawn {
        for (way, q) in ways(one) {
            let (related, nothing, unrelated) = answers.entry(way).or_default();
            let mut found =
                searched.iter().flat_map(|one| one.index.search(&q, 1).hits.into_iter().map(|hit| (hit, &one.entries)));
            let Some((first, entries)) = found.next() else {
                *nothing += 1;
                continue;
            };
            let entry = &entries[&first.cum];
            let ingredients = entry.ingredients.join(" ");
            let answered = stems(&[&entry.brand, &ingredients]);
            // A salt alone, as in `cloruro de sodio`, identifies by the whole of it: no stem, and nothing but that can be found.
            let is_whole_name = first.found_by == FoundBy::Exact && stems(&[&q]).is_empty();
            if is_whole_name || !answered.is_disjoint(&stems(&[&q, &one.name, &one.ingredient])) {
                *related += 1;
            } else {
                unrelated.push(format!("{q} -> {} ({ingredients}), {}", entry.brand, first.found_by.code()));
            }
        }
    }
    answers
}

#[test]
fn what_the_lists_do_not_hold_is_hardly_ever_answered_with_something_else() {
    let Some(folder) = folder() else { return };
    let registered = registered(&file(&folder.join("catalogue"), "medicamentos_aprobados"));
    let searched = everything(&folder);
    let mut dice = Dice(SEED);
    let names = alone::size(250, 100);
    let drawn: Vec<&Registered> = (0..names).map(|_| &registered[dice.below(registered.len())]).collect();
    for (way, (related, nothing, unrelated)) in ask(&searched, &drawn) {
        println!("{way}: {related} related, {nothing} nothing, {} unrelated: {unrelated:#?}", unrelated.len());
        assert!(related > 0, "{way}: what is held is found");
        assert!(unrelated.len() * 100 < names * UNRELATED_MAX, "{way}: {unrelated:#?}");
    }
}
