//! Families of dosage forms and routes: which of them a word allows, abbreviations included. Words that allow all say nothing.

/// A set of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormFamilies(u32);

macro_rules! families {
    ($($name:ident = $bit:literal),* $(,)?) => {
        impl FormFamilies { $(pub const $name: Self = Self(1 << $bit);)* }
    };
}

families! {
    SOLID_ORAL = 0, SOLID_ORAL_MODIFIED = 1, LIQUID_ORAL = 2, INJECTABLE = 3, SEMISOLID = 4, LIQUID_TOPICAL = 5, OPHTHALMIC = 6, OTIC = 7,
    NASAL = 8, INHALED_SOLID = 9, RECTAL = 10, VAGINAL = 11, TRANSDERMAL = 12, IMPLANT = 13, OTHER = 14, INJECTABLE_MODIFIED = 15, INHALED_LIQUID = 16,
}

impl FormFamilies {
    pub const ALL: Self = Self((1 << 17) - 1);
    /// Of any release.
    pub const INJECTED: Self = Self::INJECTABLE.or(Self::INJECTABLE_MODIFIED);
    pub const INHALED: Self = Self::INHALED_SOLID.or(Self::INHALED_LIQUID);

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Nothing but solids to be swallowed.
    pub fn is_solid_oral(self) -> bool {
        !self.is_none() && self.is_within(SOLID)
    }
}

const SOLID: FormFamilies = FormFamilies::SOLID_ORAL.or(FormFamilies::SOLID_ORAL_MODIFIED);
const LIQUID: FormFamilies = FormFamilies::LIQUID_ORAL
    .or(FormFamilies::INJECTED)
    .or(FormFamilies::LIQUID_TOPICAL)
    .or(FormFamilies::OPHTHALMIC)
    .or(FormFamilies::OTIC)
    .or(FormFamilies::NASAL)
    .or(FormFamilies::INHALED_LIQUID)
    .or(FormFamilies::RECTAL)
    .or(FormFamilies::VAGINAL)
    .or(FormFamilies::OTHER);
const SOLID_STATE: FormFamilies = SOLID
    .or(FormFamilies::INJECTED)
    .or(FormFamilies::SEMISOLID)
    .or(FormFamilies::LIQUID_TOPICAL)
    .or(FormFamilies::INHALED_SOLID)
    .or(FormFamilies::RECTAL)
    .or(FormFamilies::VAGINAL)
    .or(FormFamilies::TRANSDERMAL)
    .or(FormFamilies::IMPLANT)
    .or(FormFamilies::OTHER);
const PARENTERAL: FormFamilies = FormFamilies::INJECTED.or(FormFamilies::IMPLANT).or(FormFamilies::OTHER);
const TABLET: FormFamilies = SOLID.or(FormFamilies::VAGINAL).or(FormFamilies::OTHER);
const CAPSULE: FormFamilies = SOLID.or(FormFamilies::VAGINAL).or(FormFamilies::INHALED_SOLID).or(FormFamilies::OTHER);
const CREAM: FormFamilies = FormFamilies::SEMISOLID
    .or(FormFamilies::OPHTHALMIC)
    .or(FormFamilies::OTIC)
    .or(FormFamilies::NASAL)
    .or(FormFamilies::VAGINAL)
    .or(FormFamilies::RECTAL)
    .or(FormFamilies::OTHER);
const ON_SKIN: FormFamilies =
    FormFamilies::SEMISOLID.or(FormFamilies::LIQUID_TOPICAL).or(FormFamilies::TRANSDERMAL).or(FormFamilies::OTHER);
const AMPOULE: FormFamilies = FormFamilies::INJECTED
    .or(FormFamilies::LIQUID_ORAL)
    .or(FormFamilies::INHALED_LIQUID)
    .or(FormFamilies::LIQUID_TOPICAL)
    .or(FormFamilies::OPHTHALMIC)
    .or(FormFamilies::OTHER);
const SACHET: FormFamilies =
    SOLID.or(FormFamilies::LIQUID_ORAL).or(FormFamilies::SEMISOLID).or(FormFamilies::VAGINAL).or(FormFamilies::OTHER);
const SPRAY: FormFamilies = FormFamilies::INHALED_LIQUID
    .or(FormFamilies::NASAL)
    .or(FormFamilies::LIQUID_TOPICAL)
    .or(FormFamilies::SEMISOLID)
    .or(FormFamilies::LIQUID_ORAL)
    .or(FormFamilies::OTHER);

/// A form or a route: what it allows, and which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormWord {
    pub families: FormFamilies,
    pub is_route: bool,
    /// Its usual word.
    pub name: &'static str,
}

/// Of a folded word. A plural is its singular.
pub fn of_word(word: &str) -> Option<FormWord> {
    form(word)
        .map(|(name, families)| FormWord { families, is_route: false, name })
        .or_else(|| route(word).map(|(name, families)| FormWord { families, is_route: true, name }))
}

fn form(word: &str) -> Option<(&'static str, FormFamilies)> {
    use FormFamilies as F;
    Some(match word {
        "tableta" | "tabletas" | "tab" | "tabs" | "tabl" | "tbl" | "tablet" | "tablets" => ("tableta", TABLET),
        "comprimido" | "comprimidos" | "comp" | "compr" => ("comprimido", TABLET),
        "gragea" | "grageas" | "grag" => ("gragea", TABLET),
        "capsula" | "capsulas" | "cap" | "caps" | "capsule" | "capsules" => ("capsula", CAPSULE),
        "jarabe" | "jarabes" | "jbe" | "jar" => ("jarabe", F::LIQUID_ORAL),
        "elixir" => ("elixir", F::LIQUID_ORAL),
        "suspension" | "susp" | "suspensiones" => ("suspension", LIQUID),
        "solucion" | "sol" | "soluc" | "soluciones" | "soln" => ("solucion", LIQUID),
        "emulsion" | "emul" => ("emulsion", LIQUID.or(F::SEMISOLID)),
        "gotas" | "got" | "gts" => ("gotas", F::LIQUID_ORAL.or(F::OPHTHALMIC).or(F::OTIC).or(F::NASAL)),
        "colirio" => ("colirio", F::OPHTHALMIC),
        "inyectable" | "inyectables" | "iny" | "inyec" | "inyect" | "inyeccion" => ("inyectable", F::INJECTED.or(F::IMPLANT)),
        "liofilizado" | "liof" => ("liofilizado", FormFamilies::ALL),
        "polvo" | "polvos" | "granulado" | "granulos" => ("polvo", FormFamilies::ALL),
        "ampolla" | "ampollas" | "amp" | "amps" | "ampoya" => ("ampolla", AMPOULE),
        "vial" | "viales" => ("vial", AMPOULE),
        "jeringa" | "jeringas" | "jer" => ("jeringa", F::INJECTED.or(F::OTHER)),
        "pluma" | "lapicero" | "cartucho" | "cartuchos" => ("pluma", F::INJECTED.or(F::INHALED).or(F::OTHER)),
        "infusion" => ("infusion", PARENTERAL),
        "crema" | "cre" | "crem" => ("crema", CREAM),
        "unguento" | "ung" | "pomada" => ("unguento", CREAM),
        "gel" | "jalea" => ("gel", CREAM.or(F::LIQUID_ORAL)),
        "locion" | "loc" => ("locion", ON_SKIN),
        "champu" | "shampoo" => ("champu", ON_SKIN),
        "espuma" => ("espuma", ON_SKIN.or(F::RECTAL).or(F::VAGINAL)),
        "spray" | "spr" | "esprai" | "atomizador" => ("spray", SPRAY),
        "aerosol" | "aer" => ("aerosol", SPRAY),
        "inhalador" | "inh" => ("inhalador", F::INHALED.or(F::NASAL).or(F::OTHER)),
        "supositorio" | "supositorios" => ("supositorio", F::RECTAL.or(F::VAGINAL)),
        "ovulo" | "ovulos" => ("ovulo", F::VAGINAL),
        "enema" => ("enema", F::RECTAL),
        "parche" | "parches" => ("parche", F::TRANSDERMAL.or(ON_SKIN)),
        "implante" | "implantes" => ("implante", F::IMPLANT.or(F::INJECTED).or(F::OPHTHALMIC).or(F::OTHER)),
        "sobre" | "sobres" | "sachet" | "sachets" => ("sobre", SACHET),
        "solido" => ("solido", SOLID_STATE),
        "liquido" => ("liquido", LIQUID),
        "semisolido" => ("semisolido", CREAM),
        "prolongada" | "retardada" | "modificada" | "controlada" | "sostenida" | "retard" => ("liberacion modificada", MODIFIED),
        "inmediata" => ("liberacion inmediata", NOT_MODIFIED),
        "liberacion" | "recubierta" | "recubiertas" | "cubierta" | "cubiertas" | "pelicula" | "blanda" | "dura"
        | "efervescente" | "efervescentes" | "masticable" | "masticables" | "dispersable" | "reconstituir" | "recons"
        | "esteril" | "lib" | "prellenada" | "prellenado" | "esmaltada" | "vaginales" | "concentrada" | "concentrado" => {
            ("forma", FormFamilies::ALL)
        }
        _ => return None,
    })
}

const BY_RELEASE: FormFamilies = SOLID.or(FormFamilies::INJECTED);
const MODIFIED: FormFamilies =
    FormFamilies(FormFamilies::ALL.0 & !BY_RELEASE.0).or(FormFamilies::SOLID_ORAL_MODIFIED).or(FormFamilies::INJECTABLE_MODIFIED);
pub(super) const NOT_MODIFIED: FormFamilies =
    FormFamilies(FormFamilies::ALL.0 & !BY_RELEASE.0).or(FormFamilies::SOLID_ORAL).or(FormFamilies::INJECTABLE);

fn route(word: &str) -> Option<(&'static str, FormFamilies)> {
    use FormFamilies as F;
    Some(match word {
        "oral" | "vo" | "orales" => ("oral", SOLID.or(F::LIQUID_ORAL)),
        "bucal" | "sublingual" => ("bucal", SOLID.or(F::LIQUID_ORAL).or(F::OTHER).or(F::SEMISOLID)),
        "iv" | "intravenosa" | "intravenoso" | "endovenosa" | "endovenoso" | "im" | "intramuscular" | "sc" | "subcutanea"
        | "subcutaneo" | "parenteral" | "intratecal" | "epidural" | "intradermica" | "intraarticular" | "intravitrea"
        | "intravitreo" | "infiltracion" | "perineural" => ("inyectable", PARENTERAL.or(F::OPHTHALMIC)),
        "oftalmica" | "oftalmico" | "oft" | "oftal" | "conjuntival" => ("oftalmica", F::OPHTHALMIC),
        "otica" | "otico" | "auricular" => ("otica", F::OTIC.or(F::OPHTHALMIC)),
        "nasal" => ("nasal", F::NASAL.or(F::INHALED)),
        "topica" | "topico" | "externa" | "cutanea" | "dermica" | "topical" => ("topica", ON_SKIN),
        "vaginal" => ("vaginal", F::VAGINAL),
        "rectal" => ("rectal", F::RECTAL),
        "transdermica" | "transdermico" => ("transdermica", F::TRANSDERMAL),
        "inhalacion" | "inhalatoria" | "inhalada" | "nebulizar" | "nebulizacion" | "pulmonar" | "respiratoria" => {
            ("inhalatoria", F::INHALED.or(F::NASAL))
        }
        "intrauterina" | "intrauterino" => ("intrauterina", F::IMPLANT.or(F::OTHER)),
        _ => return None,
    })
}

/// Of a grouped form as the official lists write it: `Líquido/Sólido - Inyectable`, `Sólido - Oral de liberación modificada`. `folded`.
pub fn of_group(folded: &str) -> FormFamilies {
    use FormFamilies as F;
    let words: Vec<&str> = folded.split(' ').collect();
    let has = |word: &str| words.contains(&word);
    if has("oral") {
        let solid = if has("modificada") && !has("no") { F::SOLID_ORAL_MODIFIED } else { F::SOLID_ORAL };
        let liquid = F::LIQUID_ORAL;
        return match (has("solido"), has("liquido") || has("semisolido")) {
            (true, false) => solid,
            (false, true) => liquid.or(F::OTHER),
            _ => solid.or(liquid).or(F::OTHER),
        };
    }
    let met = met(&words);
    let state = match (has("solido"), has("liquido"), has("semisolido")) {
        (false, false, true) => CREAM.or(F::VAGINAL).or(F::RECTAL),
        _ => FormFamilies::ALL,
    };
    let both = met.and(state);
    if both.is_none() { FormFamilies::ALL } else { both }
}

/// What all words allow; `no modificada` is not modified.
fn met(words: &[&str]) -> FormFamilies {
    let before = |at: usize| at.checked_sub(1).and_then(|before| words.get(before)).copied();
    let families = words.iter().enumerate().filter_map(|(at, word)| of_word_after(word, before(at)));
    families.fold(FormFamilies::ALL, |all, word| all.and(word.families))
}

/// Of a word and the one before it.
pub fn of_word_after(word: &str, before: Option<&str>) -> Option<FormWord> {
    let found = of_word(word)?;
    let denied = before == Some("no") && found.families == MODIFIED;
    Some(if denied { FormWord { families: NOT_MODIFIED, ..found } } else { found })
}

/// What the lists call `Sólido - Oral`, without `de liberación modificada`: of the words of a text, in order.
pub(super) fn not_modified<'a>(words: impl Iterator<Item = &'a str>) -> FormFamilies {
    let words: Vec<&str> = words.collect();
    let says = |at: usize| {
        let goes_on = matches!(words.get(at + 2), Some(&("de" | "liberacion")));
        words.get(at) == Some(&"solido") && words.get(at + 1) == Some(&"oral") && !goes_on
    };
    if (0..words.len()).any(says) { NOT_MODIFIED } else { FormFamilies::ALL }
}

/// Of a form and a route as the registry writes them, folded.
pub fn of_registry(folded: &str) -> FormFamilies {
    let met = met(&folded.split(' ').collect::<Vec<_>>());
    if met.is_none() { FormFamilies::ALL } else { met }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_form_meet_and_of_others_do_not() {
        let families = |text: &str| of_registry(text);
        assert!(families("tableta cubierta con pelicula oral").meets(of_group("solido oral")));
        assert!(families("tableta").meets(of_group("solido oral de liberacion modificada")));
        assert!(!families("tableta de liberacion prolongada").meets(of_group("solido oral")));
        assert!(!families("tableta").meets(of_group("liquido solido inyectable")));
        for text in ["ampolla", "vial", "jeringa prellenada", "solucion inyectable", "polvo liofilizado"] {
            assert!(families(text).meets(of_group("liquido solido inyectable")), "{text}");
        }
        assert!(
            !families("jarabe").meets(of_group("liquido oftalmica")) && families("gotas").meets(of_group("liquido oftalmica"))
        );
        assert!(families("tableta ampolla") == AMPOULE.and(TABLET) || families("tableta ampolla") == FormFamilies::ALL);
        assert!(families("tableta oral").is_solid_oral() && of_group("solido oral").is_solid_oral());
        assert!(!families("tableta").is_solid_oral());
    }
}
