//! What a stretch of a text was read as, and by which rule.

/// Where it stands in the text: bytes, the last one not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextSpan {
    pub start: usize,
    pub end: usize,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TokenKind { $($(#[$doc])* $variant),* }
        impl TokenKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
    };
}

kinds! {
    Ingredient = "ingredient",
    Salt = "salt",
    Strength = "strength",
    Form = "form",
    Route = "route",
    PackCount = "pack_count",
    PackUnit = "pack_unit",
    /// What a container holds, not how much of the ingredient.
    Volume = "volume",
    Brand = "brand",
    /// Named, and never a reason to leave a presentation out: a text does not tell holder, maker and seller apart.
    Holder = "holder",
    Cum = "cum",
    Ium = "ium",
    Ean = "ean",
    Registration = "registration",
    Lot = "lot",
    Expiry = "expiry",
    /// Says that it is a medical sample.
    Sample = "sample",
    /// Says that the line is of a service, a device or a cosmetic.
    NotMedicine = "not_medicine",
    Unread = "unread",
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextToken {
    pub span: TextSpan,
    pub kind: TokenKind,
    /// Its normal form: `50 mg`, `sodico`, `19914312-20`.
    pub value: String,
    /// The rule that read it.
    pub rule: &'static str,
}

/// What a word was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WordLabel {
    pub kind: TokenKind,
    pub value: String,
    pub rule: &'static str,
}

impl WordLabel {
    pub fn of(kind: TokenKind, value: &str, rule: &'static str) -> Self {
        Self { kind, value: value.to_owned(), rule }
    }
}
