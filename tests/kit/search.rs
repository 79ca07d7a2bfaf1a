//! A generated catalogue as search entries, and queries labelled with the product they mean: by rule, and by hand.

use std::{collections::BTreeMap, path::Path};
use termometro::{
    domain::{
        identifier::{cum::Cum, text::fold},
        law::listed::ListedPresentation,
        market::medicine,
    },
    generate::{Wanted, generate},
    ingest::read_catalogue,
    read_model::search::{entry::SearchEntry, index::SearchIndex},
};

/// A query and what the right product must have, folded.
pub struct Label {
    pub query: String,
    pub kind: &'static str,
    pub right: Right,
}

pub enum Right {
    /// This brand with these ingredients and, when it was asked for, this strength.
    Product {
        cum: Cum,
        brand: String,
        ingredients: String,
        strength: Option<String>,
    },
    /// A product that has all these words.
    Words(Vec<String>),
    Code(Cum),
}

/// What `medicine` holds of the generated catalogue, without a database.
pub fn entries(medicines: u64) -> Vec<SearchEntry> {
    let folder = std::env::temp_dir().join(format!("termometro-search-{}-{medicines}", std::process::id()));
    generate(&Wanted { seed: 1, medicines, ceilings: 10, reports: 1, faults: 0 }, &folder, &mut |_| {}).unwrap();
    let mut rows: BTreeMap<Cum, Vec<ListedPresentation>> = BTreeMap::new();
    read_catalogue(&folder.join("catalogue.csv"), &|_| {}, &mut |row| {
        if let termometro::domain::reports::source_row::RowOutcome::Accepted { row, .. } = row {
            rows.entry(row.cum).or_default().push(row);
        }
        Ok(())
    })
    .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let mut medicines = medicine::Medicines::new();
    rows.values().for_each(|rows| medicine::add_catalogue(&mut medicines, rows, None, None));
    medicines.into_iter().map(entry).collect()
}

/// As the index takes it.
pub fn entry((cum, found): (Cum, medicine::Medicine)) -> SearchEntry {
    SearchEntry {
        cum,
        brand: found.brand,
        ingredients: found.ingredients,
        holder: found.holder,
        atc: found.atc,
        strength: found.strength,
        form: found.form,
        description: found.description,
        registration: found.registration,
        iums: found.iums,
    }
}

/// A small generator of its own: the same labels every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap()
    }
}

/// The brand's own words: without the strength and form that the catalogue writes into it.
fn name(entry: &SearchEntry) -> Vec<String> {
    let form = fold(entry.form.as_deref().unwrap_or_default());
    let form = form.split(' ').next().unwrap_or_default().to_owned();
    let brand = fold(&entry.brand);
    let words = brand.split(' ').take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    words.filter(|word| form.len() < 4 || !word.starts_with(&form)).map(str::to_owned).collect()
}

fn strength(entry: &SearchEntry) -> Option<String> {
    let strength = fold(entry.strength.as_deref()?);
    let mut words = strength.split(' ');
    let (amount, unit) = (words.next()?, words.next()?);
    (amount.len() > 1 && !unit.starts_with(|c: char| c.is_ascii_digit())).then(|| format!("{amount} {unit}"))
}

type Mistake = fn(&mut Vec<char>, &mut Dice);

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
/// What is written for what is heard.
const HEARD: &[&str] = &["v=b", "z=s", "ce=se", "ci=si", "ll=y", "h=", "b=v", "x=s", "y=i", "s=z"];

const MISTAKES: &[(&str, Mistake)] = &[
    ("insert", |word, dice| {
        let at = dice.below(word.len());
        word.insert(at, char::from(LETTERS[dice.below(26)]));
    }),
    ("delete", |word, dice| {
        word.remove(dice.below(word.len()));
    }),
    ("swap", |word, dice| {
        let at = dice.below(word.len() - 1);
        word.swap(at, at + 1);
    }),
    ("replace", |word, dice| {
        let at = dice.below(word.len());
        word[at] = char::from(LETTERS[dice.below(26)]);
    }),
    ("double", |word, dice| {
        let at = dice.below(word.len());
        word.insert(at, word[at]);
    }),
    ("sound", |word, _| {
        let text: String = word.iter().collect();
        let change = HEARD.iter().filter_map(|pair| pair.split_once('=')).find(|(from, _)| text.contains(from));
        *word = change.map_or(text.clone(), |(from, to)| text.replacen(from, to, 1)).chars().collect();
    }),
    ("two slips", |word, dice| {
        if word.len() >= 8 {
            word.remove(1 + dice.below(3));
            let last = word.len() - 2;
            word.swap(last, last - 1);
        }
    }),
    ("prefix", |word, _| word.truncate(word.len().min(5).max(word.len() * 3 / 4))),
];

/// Labels by rule, the same for the same entries: each kind asks for `each` products.
pub fn labels(entries: &[SearchEntry], each: usize) -> Vec<Label> {
    let (mut dice, mut labels) = (Dice(0x9E37_79B9_7F4A_7C15), Vec::new());
    let product = |entry: &SearchEntry, strength| Right::Product {
        cum: entry.cum,
        brand: name(entry).join(" "),
        ingredients: fold(&entry.ingredients.join(" ")),
        strength,
    };
    let mut pick = |enough: &dyn Fn(&SearchEntry) -> bool, each: &mut dyn FnMut(&SearchEntry, &mut Dice)| loop {
        let entry = &entries[dice.below(entries.len())];
        if enough(entry) {
            break each(entry, &mut dice);
        }
    };
    let long = |entry: &SearchEntry| name(entry).iter().any(|word| word.chars().count() >= 5);
    for _ in 0..each {
        for (kind, mistake) in MISTAKES {
            pick(&long, &mut |entry, dice| {
                let mut words = name(entry);
                let wrong = words.iter().position(|word| word.chars().count() >= 5).unwrap();
                let mut letters = words[wrong].chars().collect();
                mistake(&mut letters, dice);
                words[wrong] = letters.into_iter().collect();
                let query = words.join(" ");
                labels.push(Label { query, kind, right: product(entry, None) });
            });
        }
        pick(&|entry| strength(entry).is_some() && long(entry), &mut |entry, _| {
            let asked = strength(entry);
            let query = format!("{} {}", name(entry).join(" "), asked.clone().unwrap_or_default());
            labels.push(Label { query, kind: "brand + strength", right: product(entry, asked) });
        });
        pick(&|entry| strength(entry).is_some() && long(entry), &mut |entry, dice| {
            let asked = strength(entry);
            let mut words = name(entry);
            words.insert(0, asked.clone().unwrap_or_default().replace(' ', ""));
            let last = words.len() - 1;
            words.swap(dice.below(last), last);
            labels.push(Label { query: words.join(" "), kind: "any order", right: product(entry, asked) });
        });
        pick(&|entry| long(entry) && !entry.ingredients.is_empty(), &mut |entry, _| {
            let ingredient = fold(&entry.ingredients[0]);
            let ingredient = ingredient.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
            let query = format!("{ingredient} {}", name(entry).join(" "));
            labels.push(Label { query, kind: "INN + brand", right: product(entry, None) });
        });
        pick(&|entry| !entry.ingredients.is_empty(), &mut |entry, _| {
            let query = fold(&entry.ingredients.join(" "));
            let words = query.split(' ').filter(|word| word.len() > 3).map(str::to_owned).collect();
            labels.push(Label { query: query.clone(), kind: "INN without accents", right: Right::Words(words) });
        });
        pick(&|_| true, &mut |entry, dice| {
            let Cum { expediente, consecutive } = entry.cum;
            let query = match dice.below(4) {
                0 => format!("{expediente}-{consecutive}"),
                1 => format!("{expediente} - {consecutive:03}"),
                2 => format!("CUM 0{expediente}-{consecutive}"),
                _ => format!("{expediente}–{consecutive:02}"),
            };
            labels.push(Label { query, kind: "CUM", right: Right::Code(entry.cum) });
        });
    }
    labels
}

/// What was labelled by hand, before the search was written.
pub fn by_hand() -> Vec<Label> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/search-labels.csv");
    let mut file = csv::Reader::from_path(path).unwrap();
    let label = |row: csv::StringRecord| {
        let words = fold(&row[1]).split(' ').map(str::to_owned).collect();
        Label { query: row[0].to_owned(), kind: "by hand", right: Right::Words(words) }
    };
    file.records().map(|row| label(row.unwrap())).collect()
}

/// Whether this medicine is what the label means.
pub fn is_right(right: &Right, entry: &SearchEntry) -> bool {
    let has = |strength: &str| {
        let own = format!(" {} ", fold(entry.strength.as_deref().unwrap_or_default()));
        own.contains(&format!(" {strength} "))
    };
    match right {
        Right::Code(cum) => entry.cum == *cum,
        Right::Product { brand, ingredients, strength, .. } => {
            name(entry).join(" ") == *brand
                && fold(&entry.ingredients.join(" ")) == *ingredients
                && strength.as_deref().is_none_or(has)
        }
        Right::Words(words) => {
            let strength = entry.strength.as_deref().unwrap_or_default();
            let all = fold(&format!("{} {} {strength} {}", entry.brand, entry.ingredients.join(" "), entry.holder));
            words.iter().all(|word| all.split(' ').any(|own| own == word))
        }
    }
}

/// Of each kind: how many were found among the first ten, of how many; and the queries that were not.
pub fn recall(
    index: &SearchIndex,
    entries: &[SearchEntry],
    labels: &[Label],
) -> BTreeMap<&'static str, (usize, usize, Vec<String>)> {
    let by_cum: BTreeMap<Cum, &SearchEntry> = entries.iter().map(|entry| (entry.cum, entry)).collect();
    let mut kinds: BTreeMap<&'static str, (usize, usize, Vec<String>)> = BTreeMap::new();
    for label in labels {
        let found = index.search(&label.query, 10).hits.iter().any(|hit| is_right(&label.right, by_cum[&hit.cum]));
        let (right, all, missed) = kinds.entry(label.kind).or_default();
        *all += 1;
        let meant = match &label.right {
            Right::Product { cum, .. } | Right::Code(cum) => format!(" ({cum})"),
            Right::Words(_) => String::new(),
        };
        if found { *right += 1 } else { missed.push(format!("{}{meant}", label.query)) }
    }
    kinds
}
