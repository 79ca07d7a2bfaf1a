//! The names of layouts for people, and the command that imports a file of each.

use super::words::Words;

#[derive(Debug)]
pub struct LayoutName {
    pub code: &'static str,
    pub es: &'static str,
    pub en: &'static str,
    pub way: Way,
}

#[derive(Debug)]
pub enum Way {
    /// The kind of file to import it as.
    Import(&'static str),
    /// Nothing here reads it: what to take instead.
    Instead { es: &'static str, en: &'static str },
}

impl LayoutName {
    /// `wanted` is the layout that a reader expected.
    pub fn words(&self, wanted: &str) -> Words {
        let Self { code, es, en, way } = self;
        match way {
            Way::Import(kind) => Words::new(
                format!("esto es {es} (`{code}`), no `{wanted}`: use `termometro import {kind} …`"),
                format!("this is {en} (`{code}`), not `{wanted}`: use `termometro import {kind} …`"),
            ),
            Way::Instead { es: instead_es, en: instead_en } => Words::new(
                format!("esto es {es} (`{code}`), no `{wanted}`: {instead_es}"),
                format!("this is {en} (`{code}`), not `{wanted}`: {instead_en}"),
            ),
        }
    }

    /// Its name, for people who cannot import.
    pub fn what(&self) -> Words {
        Words::new(format!("esto es {}", self.es), format!("this is {}", self.en))
    }
}
