//! Why a line of an invoice has no verdict, or what there is to say of it: every code in both languages.

use crate::{
    domain::reason::Reason,
    http::{base::language::Language, wire::verdicts::explanation::reason_text},
};

/// One sentence; of a code that is not known the code itself.
pub fn line_reason(code: &str, language: Language) -> String {
    if let Some(reason) = Reason::from_code(code).filter(|reason| *reason != Reason::PriceMissing) {
        return reason_text(reason, language).to_owned();
    }
    let found = OF_LINES.iter().find(|(known, ..)| *known == code);
    found.map_or(code, |(_, es, en)| if language == Language::Spanish { es } else { en }).to_owned()
}

/// Code, Spanish, English.
const OF_LINES: [(&str, &str, &str); 27] = [
    (
        "date_missing", "La línea no trae fecha y la petición tampoco la dice.",
        "The line has no date, and the request names none.",
    ),
    ("not_a_medicine", "Lo que dice la línea no es un medicamento.", "What the line says is no medicine."),
    (
        "text_not_read", "En el texto no se leyó nada que nombre un medicamento.",
        "Nothing that names a medicine was read in the text.",
    ),
    (
        "match_empty",
        "Ninguna presentación conocida concuerda con todo lo que se leyó.",
        "No known presentation agrees with all that was read.",
    ),
    (
        "match_not_unique",
        "El texto puede ser de varias presentaciones, y no todas dan la misma respuesta.",
        "The text can be of several presentations, and they do not all give the same answer.",
    ),
    (
        "code_contradicts_text", "El código es de un medicamento y el texto es de otro.",
        "The code is of one medicine and the text of another.",
    ),
    (
        "unit_not_stated",
        "No se sabe si el precio es de la caja o de una unidad, y la respuesta depende de eso.",
        "It is not known whether the price is of the pack or of one unit, and the answer depends on that.",
    ),
    (
        "line_total_mismatch", "Cantidad por precio no da el total de la línea.",
        "Quantity times price is not the total of the line.",
    ),
    (
        "discount_basis_unconfirmed",
        "Con el precio antes del descuento y con el neto la respuesta es otra, y no consta cuál obliga.",
        "The price before the discount and the net one give different answers, and it is not confirmed which one binds.",
    ),
    (
        "stage_not_known",
        "No se sabe qué venta es ni quién vende, y la respuesta depende de eso.",
        "It is not known which sale it is or who sells, and the answer depends on that.",
    ),
    ("price_missing", "La línea no trae precio.", "The line has no price."),
    ("currency_not_pesos", "El valor no está en pesos colombianos.", "The amount is not in Colombian pesos."),
    (
        "collection_only_document", "El documento recauda copagos: sus líneas no son ventas.",
        "The document collects copayments: its lines are no sales.",
    ),
    (
        "note_line",
        "Es de una nota crédito o débito, que corrige una venta y no es una.",
        "It is of a credit or debit note, which corrects a sale and is none.",
    ),
    ("reversed_by_credit_note", "Una nota crédito anuló esta línea.", "A credit note reversed this line."),
    (
        "note_not_matched",
        "Una nota sobre esta factura puede ser de esta línea o de otra.",
        "A note on this invoice may be of this line or of another.",
    ),
    ("bonus_line", "Es una bonificación, a 0 o 1 peso: no es un precio.", "It is a bonus at 0 or 1 peso: no price."),
    ("sample_line", "Es una muestra o un obsequio: no es una venta.", "It is a sample or a gift: no sale."),
    ("quantity_not_positive", "La cantidad es cero o negativa: no es una venta.", "The quantity is zero or negative: no sale."),
    ("value_not_read", "Un valor de la línea no se pudo leer.", "A value of the line could not be read."),
    ("repeated_document", "El mismo documento ya viene en otro archivo.", "The same document came in another file already."),
    (
        "unit_doubtful",
        "El precio puede ser de otra unidad que la que dice la línea, y con esa la respuesta es otra.",
        "The price may be of another unit than the line says, and with that one the answer is another.",
    ),
    (
        "rounding_explains_excess", "Redondear el precio de una unidad explica la diferencia.",
        "Rounding the price of one unit explains the difference.",
    ),
    (
        "read_otherwise_today", "Con las listas de hoy la línea se lee de otra manera.",
        "With the lists of today the line is read in another way.",
    ),
    ("cannot_compare", "No se puede decir si el precio es legal.", "It cannot be told whether the price is legal."),
    ("formula_cell", "El valor sale de una fórmula de la hoja.", "The value comes from a formula of the sheet."),
    ("text_cut", "El texto era muy largo y se cortó.", "The text was too long and was cut."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{invoices::prices::NoPrice, item_text::line_verdict::LineReason};

    #[test]
    fn every_reason_of_a_line_has_both_languages() {
        let no_prices = NoPrice::ALL.iter().map(|reason| reason.code());
        let codes = LineReason::ALL.iter().map(|reason| reason.code()).chain(no_prices);
        let of_purchases = ["unit_doubtful", "rounding_explains_excess", "read_otherwise_today"];
        for code in codes.chain([crate::read_model::verdicts::invoice_lines::DATE_MISSING]).chain(of_purchases) {
            let said = [Language::Spanish, Language::English].map(|language| line_reason(code, language));
            assert!(said[0].ends_with('.') && said[1].ends_with('.') && said[0] != said[1], "{code}: {said:?}");
        }
    }
}
