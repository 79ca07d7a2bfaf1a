//! Petitions, comments on drafts, reports of prices, the terms in which they are answered, and how much people take part.

/// Enums whose members have a code on the wire and in the database.
macro_rules! codes {
    ($(#[$about:meta])* $name:ident: $($variant:ident $code:literal),*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

pub mod consultation;
pub mod indicators;
pub mod petition;
pub mod price_report;
pub mod price_statistics;
