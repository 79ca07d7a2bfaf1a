//! A value that clients write as text: its schema, its reader and its fault in one place.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use serde::de::{self, Deserializer, Visitor};

use crate::http::{Language, Text, base::fault_words::Explain};

/// A fault of a value: a stable code, and what to write instead.
#[derive(Clone, Debug)]
pub struct Invalid {
    pub code: Cow<'static, str>,
    pub detail: Text,
}

impl Invalid {
    pub fn new(code: impl Into<Cow<'static, str>>, detail: impl Into<Text>) -> Self {
        Self { code: code.into(), detail: detail.into() }
    }

    /// With the code of values that have none of their own.
    pub fn value(detail: impl Into<Text>) -> Self {
        Self::new("invalid_value", detail)
    }

    /// Back from the message of an error of serde; `None` of one that serde itself wrote.
    pub fn from_message(message: &str) -> Option<Self> {
        let mut parts = message.strip_prefix(MARK)?.split(MARK).map(str::to_owned);
        let (code, es, en) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { code: code.into(), detail: (es, en).into() })
    }
}

/// Errors of serde, of queries as of JSON, hold text and nothing else: a fault passes through them as one text, and this is the only place that
/// writes it and reads it. It begins with a control character, as no message of serde does, whatever name or value of a client it quotes.
const MARK: char = '\u{1F}';

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (es, en) = (self.detail.within(Language::Spanish), self.detail.within(Language::English));
        write!(f, "{MARK}{}{MARK}{es}{MARK}{en}", self.code)
    }
}

impl Explain for Invalid {
    fn code(&self) -> Cow<'static, str> {
        self.code.clone()
    }

    fn text(&self) -> Text {
        self.detail.clone()
    }
}

/// Deserializes by `FromStr`.
pub fn from_text<'de, T: FromStr<Err = Invalid>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Parse<T>(PhantomData<T>);

    impl<T: FromStr<Err = Invalid>> Visitor<'_> for Parse<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Parse(PhantomData))
}

/// Types that are read from text: what each holds, and how it is read.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($value:ty), $read:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $value);

        impl std::str::FromStr for $name {
            type Err = $crate::http::values::value::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let read: fn(&str) -> Result<$value, Self::Err> = $read;
                read(text).map(Self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::http::values::value::from_text(deserializer)
            }
        }
    )*};
}
pub(crate) use texts;

/// The same for kinds of values that have a name and a schema in the document.
macro_rules! values {
    ($($(#[$doc:meta])* $name:ident($value:ty), $term:literal, $schema:expr, $read:expr;)*) => {
        $(
            $crate::http::values::value::texts! { $(#[$doc])* $name($value), $read; }

            impl utoipa::PartialSchema for $name {
                fn schema() -> $crate::http::values::schema::AnySchema {
                    $schema
                }
            }

            impl utoipa::ToSchema for $name {
                fn name() -> std::borrow::Cow<'static, str> {
                    $term.into()
                }
            }
        )*

        /// By their names.
        pub fn schemas() -> Vec<(&'static str, $crate::http::values::schema::AnySchema)> {
            vec![$(($term, <$name as utoipa::PartialSchema>::schema())),*]
        }
    };
}
pub(crate) use values;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_passes_through_errors_of_serde_and_nothing_else_is_taken_for_one() {
        let fault = Invalid::new("malformed_amount", ("cifras seguidas, como 33052", "plain digits, such as 33052"));
        let error: serde_json::Error = de::Error::custom(&fault);
        let back = Invalid::from_message(&error.to_string()).unwrap();
        assert_eq!((back.code, back.detail), (fault.code, fault.detail));
        for message in [
            "unknown field `\u{1F}code\u{1F}es\u{1F}en`, expected `cum`",
            "missing field `cum`",
            "",
            "\u{1F}code\u{1F}es",
            "invalid type: string \"\u{1F}code\u{1F}es\u{1F}en\", expected u8",
        ] {
            assert!(Invalid::from_message(message).is_none(), "{message}");
        }
    }
}
