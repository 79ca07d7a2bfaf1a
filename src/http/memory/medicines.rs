//! Every presentation as it stands on the wire, in pieces: what many share is kept once, and what follows from the CUM not at all.

use std::{io::Write, sync::Arc};

use serde::Deserialize;

use super::{
    arena::{Arena, Piece, Pieces},
    records::{Writer, read},
    split::members,
};
use crate::{domain::cum::Cum, http::wire::medicine::Medicine, read_model::search::index::SearchEntry};

/// A new piece begins at each of these members; those in between differ and repeat together.
const CUTS: [&[u8]; SHARED] =
    [b"brand", b"description", b"holder", b"registration", b"registration_state", b"atc", b"strength", b"market", b"regulated"];
const SHARED: usize = 9;

/// Found by CUM, each in one look.
#[derive(Default)]
pub struct Medicines {
    /// A power of two, half of it free at least.
    slots: Vec<Option<Slot>>,
    records: Vec<u8>,
    shared: Arena,
    count: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    cum: Cum,
    /// Where its record begins: the lengths of its three texts (of itself, and what binds it in each language), and the texts.
    start: u32,
}

const LENGTHS: usize = 3 * size_of::<u32>();

impl Medicines {
    pub fn find(&self, cum: Cum) -> Option<Found> {
        let mut at = place(cum, self.slots.len());
        while let Some(slot) = self.slots.get(at).copied().flatten() {
            if slot.cum == cum {
                return Some(Found(slot));
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Option<Slot>>() + self.records.capacity() + self.shared.bytes()
    }

    /// The members of `Medicine`, without the closing brace.
    fn write_open(&self, found: Found, out: &mut Vec<u8>) {
        write_open(found.0.cum, |out| read(self.text(found, 0), &self.shared, out), out);
    }

    /// `Medicine`.
    pub fn write(&self, found: Found, out: &mut Vec<u8>) {
        self.write_open(found, out);
        out.push(b'}');
    }

    /// `MedicineDetail`; `language` counts from 0.
    pub fn write_detail(&self, found: Found, language: usize, out: &mut Vec<u8>) {
        self.write_open(found, out);
        out.push(b',');
        read(self.text(found, 1 + language), &self.shared, out);
        out.push(b'}');
    }

    fn text(&self, found: Found, number: usize) -> &[u8] {
        let record = self.records.get(found.0.start as usize..).unwrap_or_default();
        let Some((lengths, texts)) = record.split_first_chunk::<LENGTHS>() else { return &[] };
        let length = |text: usize| {
            let bytes = lengths.get(4 * text..).and_then(|rest| rest.first_chunk());
            bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
        };
        let start = (0..number).map(length).sum();
        texts.get(start..start + length(number)).unwrap_or_default()
    }
}

/// A medicine that there is.
#[derive(Clone, Copy)]
pub struct Found(Slot);

fn place(cum: Cum, slots: usize) -> usize {
    let key = (u64::from(cum.expediente.unsigned_abs()) << 16) ^ u64::from(cum.consecutive.unsigned_abs());
    // Fibonacci hashing: the upper bits are the mixed ones.
    usize::try_from(key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).unwrap_or_default() & slots.wrapping_sub(1)
}

fn write_open(cum: Cum, shared: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    let mut text = [0; 24];
    let mut rest = &mut text[..];
    let _ = write!(rest, "{cum}"); // 15 bytes at most
    let unused = rest.len();
    let cum = &text[..text.len() - unused];
    let put = |parts: &[&[u8]], out: &mut Vec<u8>| parts.iter().for_each(|part| out.extend_from_slice(part));
    put(&[b"{\"cum\":\"", cum, b"\","], out);
    shared(out);
    put(&[b"\"links\":{\"ceilings\":\"/v1/medicines/", cum, b"/ceilings\",\"thermometer\":\"/v1/medicines/", cum], out);
    put(&[b"/thermometer\",\"prices\":\"/v1/medicines/", cum, b"/prices\",\"equivalents\":\"/v1/medicines/", cum], out);
    put(&[b"/equivalents\"}"], out);
}

/// What binds a medicine, as pieces, in each language.
pub type LawText = [Vec<Piece>; 2];

/// Fills the shelf.
#[derive(Default)]
pub struct MedicinesBuilder {
    pub pieces: Pieces,
    shelved: Vec<(Cum, [Piece; SHARED], Arc<LawText>)>,
    json: Vec<u8>,
    again: Vec<u8>,
}

impl MedicinesBuilder {
    /// False when what would be answered is not what serde writes: a fault in this source.
    pub fn add(&mut self, cum: Cum, medicine: &Medicine, law: Arc<LawText>) -> bool {
        self.json.clear();
        if serde_json::to_writer(&mut self.json, medicine).is_err() {
            return false;
        }
        let members = members(&self.json);
        let at = |name: &[u8]| members.iter().find(|(other, _)| *other == name).map(|(_, at)| *at);
        let mut shared = [0; SHARED];
        for (index, cut) in CUTS.iter().enumerate() {
            let next = CUTS.get(index + 1).copied().unwrap_or(b"links");
            let (Some(start), Some(end)) = (at(cut), at(next)) else { return false };
            shared[index] = self.pieces.intern(&self.json[start..end]);
        }
        self.again.clear();
        write_open(cum, |out| shared.iter().for_each(|piece| out.extend_from_slice(self.pieces.get(*piece))), &mut self.again);
        self.again.push(b'}');
        self.shelved.push((cum, shared, law));
        self.again == self.json
    }

    /// `None` when there is more than can be numbered.
    pub fn finish(self) -> Option<Medicines> {
        let mut slots = vec![None; (2 * self.shelved.len()).next_power_of_two()];
        let used = self.shelved.iter().flat_map(|(_, shared, law)| shared.iter().chain(&law[0]).chain(&law[1]));
        let mut writer = Writer::new(self.pieces, used);
        let count = self.shelved.len();
        for (cum, shared, law) in self.shelved {
            let start = u32::try_from(writer.position()).ok()?;
            writer.put(&[0; LENGTHS]);
            let mut lengths = [0; LENGTHS];
            for (length, text) in lengths.chunks_exact_mut(4).zip([&shared[..], &law[0], &law[1]]) {
                length.copy_from_slice(&u32::try_from(writer.write(text)).ok()?.to_le_bytes());
            }
            writer.patch(start as usize, &lengths);
            let mut at = place(cum, slots.len());
            while slots[at].is_some() {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = Some(Slot { cum, start });
        }
        let (records, shared) = writer.finish()?;
        Some(Medicines { slots, records, shared, count })
    }
}

impl Medicines {
    /// What the search needs to know of each, read back from what is shown, in order of CUM.
    pub fn search_entries(&self) -> impl Iterator<Item = SearchEntry> {
        let mut all: Vec<Found> = self.slots.iter().flatten().map(|slot| Found(*slot)).collect();
        all.sort_unstable_by_key(|found| found.0.cum);
        all.into_iter().filter_map(|found| self.search_entry(found))
    }

    fn search_entry(&self, found: Found) -> Option<SearchEntry> {
        #[derive(Deserialize)]
        struct Shown {
            brand: String,
            description: String,
            holder: String,
            atc: Option<String>,
            strength: Option<String>,
            form: Option<String>,
            ingredients: Vec<String>,
        }
        let mut json = Vec::new();
        self.write(found, &mut json);
        let Shown { brand, description, holder, atc, strength, form, ingredients } = serde_json::from_slice(&json).ok()?;
        Some(SearchEntry { cum: found.0.cum, brand, ingredients, holder, atc, strength, form, description })
    }
}
