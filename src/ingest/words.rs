//! A text in both languages.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub es: String,
    pub en: String,
}

impl Words {
    pub fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: en.into() }
    }
}
