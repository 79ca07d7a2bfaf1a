//! What the lines of all files of a batch say of each other: credit and debit notes, bonus units, and documents that come twice.
//!
//! First every line is shown to `see`; then `standing` answers. Memory: some hundred bytes a line.

use super::{
    arithmetic::is_bonus,
    cufe::Cufe,
    document::{DocumentKind, InvoiceDocument, NoteConcept},
    line::InvoiceLine,
    standing::LineStanding,
};
use crate::domain::{identifier::nit::Nit, number::exact};
use rust_decimal::Decimal;
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

#[derive(Debug, Default)]
pub struct BatchFacts {
    /// A document with a CUFE and a number stands under both.
    places: HashMap<DocumentId, usize>,
    documents: Vec<SeenDocument>,
    /// By the document that they are about, which may come later, or never.
    notes: HashMap<DocumentId, SeenNotes>,
}

/// Two sellers may have an invoice 111 each: a number alone identifies nothing beyond its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum DocumentId {
    Cufe(Cufe),
    Number(DocumentKind, Nit, String),
    InFile(Arc<str>, Option<Nit>, String),
}

#[derive(Debug)]
struct SeenDocument {
    file: Arc<str>,
    items: HashMap<String, Item>,
}

/// The lines of a document with the same code or text.
#[derive(Clone, Debug, Default)]
struct Item {
    lines: u64,
    units: Sum,
    total: Sum,
    price: Option<Decimal>,
    several_prices: bool,
    bonus_units: Sum,
    bonus_total: Sum,
}

#[derive(Debug, Default)]
struct SeenNotes {
    annulled: bool,
    items: HashMap<String, Change>,
    /// Whether each of them fits an item of the document; found out once.
    all_fit: OnceLock<bool>,
}

#[derive(Clone, Debug, Default)]
struct Change {
    returned: Sum,
    credited: Sum,
    debited: Sum,
}

/// `None` as soon as a part is missing or the sum is out of range.
#[derive(Clone, Copy, Debug)]
struct Sum(Option<Decimal>);

impl Default for Sum {
    fn default() -> Self {
        Self(Some(Decimal::ZERO))
    }
}

impl Sum {
    fn add(&mut self, part: Option<Decimal>) {
        self.0 = self.0.zip(part).and_then(|(sum, part)| exact::sum(sum, part));
    }
}

impl BatchFacts {
    pub fn see(&mut self, line: &InvoiceLine) {
        let ids = ids_of(&line.document);
        let known = ids.first().and_then(|id| self.places.get(id)).copied();
        let place = known.unwrap_or_else(|| {
            self.documents.push(SeenDocument { file: Arc::clone(&line.document.file), items: HashMap::new() });
            self.documents.len() - 1
        });
        for id in ids {
            self.places.entry(id).or_insert(place);
        }
        let document = &mut self.documents[place];
        // The same document in another file counts once.
        if document.file != line.document.file {
            return;
        }
        document.items.entry(item_of(line)).or_default().see(line);
        if line.document.kind.is_note() {
            self.see_note(line);
        }
    }

    fn see_note(&mut self, line: &InvoiceLine) {
        let note = &*line.document;
        let concept = note.note_concept.unwrap_or(NoteConcept::Other);
        if !concept.changes_the_price() {
            return;
        }
        for reference in &note.references {
            let by_number = || {
                let number = reference.number.clone().filter(|number| !number.is_empty())?;
                Some(DocumentId::Number(DocumentKind::Invoice, note.seller?, number))
            };
            let Some(id) = reference.cufe.clone().map(DocumentId::Cufe).or_else(by_number) else { continue };
            let notes = self.notes.entry(id).or_default();
            notes.annulled |= concept == NoteConcept::Annulment;
            let change = notes.items.entry(item_of(line)).or_default();
            match (note.kind, concept) {
                (DocumentKind::DebitNote, _) => change.debited.add(line.total),
                (_, NoteConcept::Return | NoteConcept::Annulment) => change.returned.add(line.quantity),
                _ => change.credited.add(line.total),
            }
        }
    }

    /// After every line was seen. A line that was not stands alone.
    pub fn standing(&self, line: &InvoiceLine) -> LineStanding {
        let ids = ids_of(&line.document);
        let place = ids.first().and_then(|id| self.places.get(id));
        let Some(document) = place.and_then(|place| self.documents.get(*place)) else { return LineStanding::alone() };
        if document.file != line.document.file {
            return LineStanding { repeated: true, ..LineStanding::alone() };
        }
        let name = item_of(line);
        let Some(item) = document.items.get(&name) else { return LineStanding::alone() };
        let mut standing = LineStanding {
            item_units: item.units.0.unwrap_or_default(),
            item_total: item.total.0.unwrap_or_default(),
            bonus_units: item.bonus_units.0.unwrap_or_default(),
            bonus_total: item.bonus_total.0.unwrap_or_default(),
            ..LineStanding::alone()
        };
        for notes in ids.iter().filter_map(|id| self.notes.get(id)) {
            standing.reversed |= notes.annulled;
            let all_fit = *notes.all_fit.get_or_init(|| notes.items.keys().all(|name| document.items.contains_key(name)));
            standing.note_not_matched |= !all_fit;
            if let Some(change) = notes.items.get(&name) {
                apply(&mut standing, item, change);
            }
        }
        let all_of = |part: Decimal, whole: Sum| part > Decimal::ZERO && whole.0.is_some_and(|whole| part >= whole);
        standing.reversed |= all_of(standing.returned, item.units);
        standing.reversed |= standing.debited.is_zero() && all_of(standing.credited, item.total);
        standing
    }
}

fn apply(standing: &mut LineStanding, item: &Item, change: &Change) {
    let (Some(returned), Some(credited), Some(debited)) = (change.returned.0, change.credited.0, change.debited.0) else {
        standing.note_not_matched = true;
        return;
    };
    // A change of what several lines at several prices cost can be laid to none of them.
    let of_price = !credited.is_zero() || !debited.is_zero();
    let unknown = item.units.0.is_none() || (of_price && item.total.0.is_none());
    standing.note_not_matched |= unknown || (of_price && item.several_prices);
    for (sum, part) in [(&mut standing.returned, returned), (&mut standing.credited, credited), (&mut standing.debited, debited)]
    {
        match exact::sum(*sum, part) {
            Some(total) => *sum = total,
            None => standing.note_not_matched = true,
        }
    }
}

impl Item {
    fn see(&mut self, line: &InvoiceLine) {
        if is_bonus(line) {
            self.bonus_units.add(line.quantity);
            self.bonus_total.add(Some(line.total.unwrap_or_default()));
            return;
        }
        self.lines += 1;
        self.units.add(line.quantity);
        self.total.add(line.total);
        self.several_prices |= self.lines > 1 && self.price != line.unit_price;
        self.price = line.unit_price;
    }
}

/// Under which a document is known; the first is what it is, a second one what notes call it.
fn ids_of(document: &InvoiceDocument) -> Vec<DocumentId> {
    let number = document.number.clone().filter(|number| !number.is_empty());
    let is_electronic = matches!(document.kind, DocumentKind::Invoice | DocumentKind::CreditNote | DocumentKind::DebitNote);
    let mut ids = Vec::new();
    if is_electronic {
        ids.extend(document.cufe.clone().map(DocumentId::Cufe));
        ids.extend(number.clone().zip(document.seller).map(|(number, seller)| DocumentId::Number(document.kind, seller, number)));
    }
    if ids.is_empty() {
        ids.push(DocumentId::InFile(Arc::clone(&document.file), document.seller, number.unwrap_or_default()));
    }
    ids
}

/// The first code that identifies something, else the text without case and punctuation.
fn item_of(line: &InvoiceLine) -> String {
    let code = line.codes.iter().map(|code| code.value.trim()).find(|code| !is_filler(code));
    match code {
        Some(code) => format!("#{}", code.to_lowercase()),
        None => line
            .texts
            .iter()
            .flat_map(|text| text.chars())
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect(),
    }
}

/// `000`, `N/A`: written because a form wants something.
fn is_filler(code: &str) -> bool {
    code.chars().all(|letter| matches!(letter, '0' | '-' | '.' | ' '))
        || matches!(code.to_ascii_uppercase().as_str(), "N/A" | "NA")
}

#[cfg(test)]
mod tests;
