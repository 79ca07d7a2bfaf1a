//! A product: the common words of the packs of one brand, form and strength, with their fields.

use super::{
    dictionary::{Dictionary, Token},
    lists::Lists,
};
use crate::domain::identifier::cum::Cum;

/// A product's place in the order of products.
pub type ProductId = u32;

/// The fields that a word stands in, one bit each.
pub type Fields = u16;

pub const BRAND: Fields = 1;
pub const INGREDIENT: Fields = 2;
pub const ATC: Fields = 4;
pub const HOLDER: Fields = 8;
pub const STRENGTH: Fields = 16;
pub const FORM: Fields = 32;
pub const DESCRIPTION: Fields = 64;
/// A word of the brand that is no strength and no form.
pub const NAME: Fields = 128;
/// Another name of an ingredient.
pub const SYNONYM: Fields = 256;

/// What a medicine is called. What is typed must match here.
pub const IDENTIFYING: Fields = BRAND | INGREDIENT | SYNONYM | ATC;

/// The most telling field first.
const WEIGHTS: [(Fields, u32); 8] =
    [(BRAND, 10), (INGREDIENT, 9), (SYNONYM, 9), (ATC, 9), (STRENGTH, 6), (HOLDER, 4), (FORM, 4), (DESCRIPTION, 2)];

/// A word and its fields, packed: the token in the low 22 bits.
#[derive(Clone, Copy)]
pub struct Placed(u32);

impl Placed {
    const TOKEN_BITS: u32 = 22;
    pub const TOKENS_MAX: usize = 1 << Self::TOKEN_BITS;

    pub fn new(token: Token, fields: Fields) -> Self {
        Self(token | (u32::from(fields) << Self::TOKEN_BITS))
    }

    pub fn token(self) -> Token {
        self.0 & ((1 << Self::TOKEN_BITS) - 1)
    }

    pub fn fields(self) -> Fields {
        Fields::try_from(self.0 >> Self::TOKEN_BITS).unwrap_or_default()
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
    /// Words of holders, in order: where one stands in a brand it names a house and no product.
    pub houses: Vec<Token>,
}

impl Catalogue {
    pub fn bytes(&self) -> usize {
        let lists = self.words.bytes() + self.packs.bytes() + self.descriptions.bytes() + self.products.bytes();
        self.dictionary.bytes()
            + lists
            + self.lengths.capacity() * size_of::<Lengths>()
            + self.houses.capacity() * size_of::<Token>()
    }
}
