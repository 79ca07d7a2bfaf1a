//! Every presentation as it stands on the wire, in pieces: what many share is kept once, and what follows from the CUM not at all.

use std::io::Write;

use serde::Deserialize;

use super::{
    arena::{Arena, Piece, Pieces},
    split::members,
};
use crate::{domain::cum::Cum, http::wire::medicine::Medicine, read_model::search::SearchEntry};

/// A new piece begins at each of these members; those in between differ and repeat together.
const CUTS: [&[u8]; SHARED] =
    [b"brand", b"description", b"holder", b"registration", b"registration_state", b"atc", b"strength", b"market", b"regulated"];
const SHARED: usize = 9;

/// One presentation: its shared pieces, and what binds it in each language.
#[derive(Clone, Copy, Debug)]
struct Shelved {
    shared: [Piece; SHARED],
    law: [Piece; 2],
}

/// In order of CUM.
#[derive(Default)]
pub struct Medicines {
    cums: Vec<Cum>,
    shelved: Vec<Shelved>,
}

impl Medicines {
    pub fn find(&self, cum: Cum) -> Option<usize> {
        self.cums.binary_search(&cum).ok()
    }

    pub fn count(&self) -> usize {
        self.cums.len()
    }

    /// The members of `Medicine`, without the closing brace.
    fn write_open(&self, arena: &Arena, at: usize, out: &mut Vec<u8>) {
        let (Some(cum), Some(shelved)) = (self.cums.get(at), self.shelved.get(at)) else { return };
        write_open(*cum, shelved.shared.map(|piece| arena.get(piece)), out);
    }

    /// `Medicine`.
    pub fn write(&self, arena: &Arena, at: usize, out: &mut Vec<u8>) {
        self.write_open(arena, at, out);
        out.push(b'}');
    }

    /// What the search needs to know of it, read back from what is shown.
    pub fn search_entry(&self, arena: &Arena, at: usize) -> Option<SearchEntry> {
        #[derive(Deserialize)]
        struct Shown {
            brand: String,
            description: String,
            holder: String,
            atc: Option<String>,
            ingredients: Vec<String>,
        }
        let mut json = Vec::new();
        self.write(arena, at, &mut json);
        let Shown { brand, description, holder, atc, ingredients } = serde_json::from_slice(&json).ok()?;
        Some(SearchEntry { cum: *self.cums.get(at)?, brand, ingredients, holder, atc, description })
    }

    /// `MedicineDetail`; `language` counts from 0.
    pub fn write_detail(&self, arena: &Arena, at: usize, language: usize, out: &mut Vec<u8>) {
        self.write_open(arena, at, out);
        out.push(b',');
        let law = self.shelved.get(at).and_then(|shelved| shelved.law.get(language));
        out.extend_from_slice(law.map_or(b"", |law| arena.get(*law)));
        out.push(b'}');
    }
}

fn write_open(cum: Cum, shared: [&[u8]; SHARED], out: &mut Vec<u8>) {
    let mut text = [0; 24];
    let mut rest = &mut text[..];
    let _ = write!(rest, "{cum}"); // 15 bytes at most
    let unused = rest.len();
    let cum = &text[..text.len() - unused];
    let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
    put(&[b"{\"cum\":\"", cum, b"\","]);
    put(&shared);
    put(&[b"\"links\":{\"ceilings\":\"/v1/medicines/", cum, b"/ceilings\",\"thermometer\":\"/v1/medicines/", cum]);
    put(&[b"/thermometer\",\"prices\":\"/v1/medicines/", cum, b"/prices\",\"equivalents\":\"/v1/medicines/", cum]);
    put(&[b"/equivalents\"}"]);
}

/// Fills the shelf.
#[derive(Default)]
pub struct MedicinesBuilder {
    shelf: Medicines,
    json: Vec<u8>,
    again: Vec<u8>,
}

impl MedicinesBuilder {
    /// `law` is a piece for each language. False when what would be answered is not what serde writes: a fault in this source.
    pub fn add(&mut self, pieces: &mut Pieces, cum: Cum, medicine: &Medicine, law: [Piece; 2]) -> bool {
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
            shared[index] = pieces.intern(&self.json[start..end]);
        }
        self.again.clear();
        write_open(cum, shared.map(|piece| pieces.get(piece)), &mut self.again);
        self.again.push(b'}');
        self.shelf.cums.push(cum);
        self.shelf.shelved.push(Shelved { shared, law });
        self.again == self.json
    }

    pub fn finish(mut self) -> Medicines {
        self.shelf.cums.shrink_to_fit();
        self.shelf.shelved.shrink_to_fit();
        self.shelf
    }
}
