//! Lines that pay for dispensing medicines: their price is of a service, and no ceiling of a product binds it.

use crate::domain::identifier::text::fold;

/// By the words of the line, or of the framework agreement that it is under.
pub fn is_dispensing_service(item_text: &str, framework: Option<&str>) -> bool {
    says_so(item_text) || framework.is_some_and(says_so)
}

/// `UNIDAD MINIMA DE DISPENSACION` is a unit, and no service.
fn says_so(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    words.iter().enumerate().any(|(at, word)| match *word {
        "servicio" | "servicios" => true,
        "dispensacion" | "dispensaciones" => {
            let before = words.get(at.saturating_sub(3)..at).unwrap_or_default();
            !before.iter().any(|word| matches!(*word, "unidad" | "unidades" | "und"))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_known_by_the_line_or_by_its_agreement() {
        assert!(is_dispensing_service("Servicio de dispensación de LOSARTAN 50 MG TABLETA", None));
        assert!(is_dispensing_service("DISPENSACION LOSARTAN 50 MG", None));
        assert!(is_dispensing_service("LOSARTAN 50 MG TABLETA", Some("Suministro y dispensación de medicamentos")));
        assert!(!is_dispensing_service("LOSARTAN 50 MG TABLETA", Some("Medicamentos II")));
        assert!(!is_dispensing_service("LOSARTAN 50 MG TABLETA (UNIDAD MÍNIMA DE DISPENSACIÓN)", None));
        assert!(!is_dispensing_service("LOSARTAN 50 MG, unidad de dispensación: tableta", None));
        assert!(!is_dispensing_service("", None));
    }
}
