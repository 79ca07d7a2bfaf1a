//! How publishers describe a pack: units and their plurals, states and routes, strengths in words.

use super::line::Lines;
use super::strength::CONTENT_PLACES;
use super::vocabulary::{Dosage, Substance, titled};
use std::io::Write;

/// `Sólido - Oral`: the group of forms in which markets are drawn.
pub fn form_group(entry: &Substance) -> String {
    let route = match entry.route.as_str() {
        "ORAL" if entry.form.contains("LIBERACION") => "Oral de liberación modificada",
        "ORAL" | "BUCAL" | "SUBLINGUAL" => "Oral",
        "TOPICA (EXTERNA)" => "Tópica",
        "OFTALMICA" | "CONJUNTIVAL" | "INTRAOCULAR" | "TOPICA OCULAR" => "Oftálmica",
        "INHALACION" | "INTRATRAQUEAL" => "Inhalatoria",
        "VAGINAL" => "Vaginal",
        "INTRANASAL" => "Nasal",
        "RECTAL" => "Rectal",
        "OTICO AURICULAR" => "Ótica",
        "TRANSDERMAL" => "Transdérmica (percutánea)",
        "INTRAUTERINA" => "Intrauterina",
        _ => return "Líquido/Sólido - Inyectable".to_owned(),
    };
    let has = |words: &[&str]| words.iter().any(|word| entry.form.contains(word));
    let state = if has(&["CREMA", "GEL ", "UNGUENTO", "POMADA", "PASTA"]) {
        "Semisólido"
    } else if has(&["TABLETA", "CAPSULA", "POLVO", "GRANUL", "OVULO", "SUPOSITORIO", "COMPRIMIDO", "PARCHE", "IMPLANTE"]) {
        "Sólido"
    } else {
        "Líquido"
    };
    format!("{state} - {route}")
}

/// `Insulina Glargina 300UI/3ml (100UI/1ml)`, `Losartan 50mg/1U + Hidroclorotiazida 12,5mg/1U`
pub fn strengths<W: Write>(lines: &mut Lines<W>, entry: &Substance, dosage: &Dosage) {
    for (index, strength) in dosage.strengths.iter().enumerate() {
        lines.text(if index > 0 { " + " } else { "" }).text(&titled(entry.ingredients[index])).text(" ");
        match (dosage.volume, strength.per) {
            (Some(volume), Some(per)) => {
                lines.decimal_comma(dosage.contents[index], CONTENT_PLACES).text(strength.regulated_unit()).text("/");
                lines.decimal_comma(volume.amount, 4).text(volume.unit).text(" (");
                lines.decimal_comma(strength.amount, 4).text(strength.unit).text("/");
                lines.decimal_comma(per.amount, 4).text(per.unit).text(")");
            }
            _ => {
                lines.decimal_comma(strength.amount, 4).text(strength.unit).text("/1U");
            }
        }
    }
}

/// `3 BLISTER POR 10 TABLETAS` needs the plural: vowels take an S, the rest ES.
pub fn plural(unit: &str, count: u64) -> String {
    let words = unit.to_uppercase();
    if count == 1 {
        return words;
    }
    let each = |word: &str| if word.ends_with(['A', 'E', 'I', 'O', 'U', 'L']) { ending(word) } else { format!("{word}ES") };
    words.split(' ').map(each).collect::<Vec<_>>().join(" ")
}

fn ending(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("AL") { format!("{stem}ALES") } else { format!("{word}S") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_spanish() {
        for (one, many) in [("Tableta Vaginal", "TABLETAS VAGINALES"), ("Frasco", "FRASCOS"), ("Vial", "VIALES")] {
            assert_eq!(plural(one, 2), many);
        }
        assert_eq!(plural("Inhalador", 2), "INHALADORES");
        assert_eq!(plural("Vial", 1), "VIAL");
    }
}
