//! A product: the common words of the packs of one brand, form and strength, with their fields.

use super::{
    dictionary::{Dictionary, Token},
    lists::Lists,
};
use crate::domain::identifier::cum::Cum;

/// A product's place in the order of products.
pub type ProductId = u32;

pub const BRAND: u8 = 1;
pub const INGREDIENT: u8 = 2;
pub const ATC: u8 = 4;
pub const HOLDER: u8 = 8;
pub const STRENGTH: u8 = 16;
pub const FORM: u8 = 32;
pub const DESCRIPTION: u8 = 64;
/// A word of the brand that is no strength and no form.
pub const NAME: u8 = 128;

/// The most telling field first.
const WEIGHTS: [(u8, u32); 7] = [(BRAND, 10), (INGREDIENT, 9), (ATC, 9), (STRENGTH, 6), (HOLDER, 4), (FORM, 4), (DESCRIPTION, 2)];

/// A word and its fields, packed: the token in the low 24 bits.
#[derive(Clone, Copy)]
pub struct Placed(u32);

impl Placed {
    pub const TOKENS_MAX: usize = 1 << 24;

    pub fn new(token: Token, fields: u8) -> Self {
        Self(token | (u32::from(fields) << 24))
    }

    pub fn token(self) -> Token {
        self.0 & 0x00ff_ffff
    }

    pub fn fields(self) -> u8 {
        self.0.to_be_bytes()[0]
    }

    pub fn weight(self) -> u32 {
        let fields = self.fields();
        WEIGHTS.iter().find(|(field, _)| fields & field != 0).map_or(0, |(_, weight)| *weight)
    }
}

#[derive(Clone, Copy)]
pub struct Pack {
    pub cum: Cum,
    /// List of `Catalogue::descriptions`.
    pub description: u32,
}

/// How many words the name and the ingredients have: one that was wholly asked for comes before a longer one.
#[derive(Clone, Copy)]
pub struct Lengths {
    pub name: u8,
    pub ingredients: u8,
}

pub struct Catalogue {
    pub dictionary: Dictionary,
    pub words: Lists<Placed>,
    pub lengths: Vec<Lengths>,
    /// Each product's, in order of CUM.
    pub packs: Lists<Pack>,
    pub descriptions: Lists<Token>,
    /// The products of each word, those first where it stands in the most telling field.
    pub products: Lists<ProductId>,
}

impl Catalogue {
    pub fn bytes(&self) -> usize {
        let lists = self.words.bytes() + self.packs.bytes() + self.descriptions.bytes() + self.products.bytes();
        self.dictionary.bytes() + lists + self.lengths.capacity() * size_of::<Lengths>()
    }
}
