//! The reasons in both languages why a row of a publisher's file was set aside, as far as a submission cannot have them; `validation`
//! has those that it can have.

use super::validation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub es: &'static str,
    pub en: &'static str,
}

/// What a reason code says to people, of whatever file.
pub fn explain(code: &str) -> Option<Explanation> {
    let import = IMPORT_FAULTS.iter().find(|(known, _)| *known == code).map(|(_, explanation)| *explanation);
    import.or_else(|| validation::rule(code).map(|rule| Explanation { es: rule.es, en: rule.en }))
}

macro_rules! faults {
    ($($code:ident $es:literal $en:literal;)*) => {
        pub static IMPORT_FAULTS: &[(&str, Explanation)] = &[$((stringify!($code), Explanation { es: $es, en: $en })),*];
    };
}

faults! {
    not_a_date "No es una fecha, o lleva una hora." "It is not a date, or it carries a time.";
    ambiguous_date "El día y el mes se pueden leer de dos maneras, y ninguna otra fecha del archivo lo decide." "Day and month can be read in two ways, and no other date of the file decides it.";
    not_an_end_of_month "La fecha de corte no es el primer ni el último día de un mes." "The cut date is neither the first nor the last day of a month.";
    zero_price "Un precio de cero no es un precio." "A price of zero is no price.";
    text_too_long "El texto es demasiado largo." "The text is too long.";
    nested_value "El valor es una lista o un objeto de JSON, no un texto ni un número." "The value is a JSON array or object, not a text or a number.";
    not_a_market_id "No es el número de un mercado relevante (96, 546b)." "It is not the number of a relevant market (96, 546b).";
    unknown_unit "La unidad de regulación no es de la lista conocida." "The unit of regulation is not in the known list.";
    market_not_in_the_workbook "El mercado no está en la hoja de mercados del libro." "The market is not in the workbook's sheet of markets.";
    market_under_two_acts "El mercado está en dos actos distintos." "The market stands under two acts.";
    note_outside_the_table "Es una nota fuera de la tabla: no es un dato." "It is a note outside the table: no data.";
    not_an_expediente "No es un número de expediente del INVIMA." "It is not a registration number of INVIMA.";
    label_and_number_disagree "El rótulo y el número del nivel se contradicen." "The level's label and its number disagree.";
    ends_before_it_begins "El último día es anterior al primero." "The last day comes before the first.";
    zero_rate "Una tasa de cero no es una tasa." "A rate of zero is no rate.";
    says_nothing "La fila no dice de quién habla o qué dice de él." "The row does not say whom it speaks of, or what it says of them.";
    not_an_organisation "No es el NIT de una organización: nueve dígitos que empiezan por 8 o 9." "It is not the NIT of an organisation: nine digits that begin with 8 or 9.";
    not_a_currency "No es un código de moneda (COP, USD)." "It is not a code of a currency (COP, USD).";
    date_in_future "La fecha aún no ha llegado." "The date has not come.";
    cum_repeated_in_list "El mismo CUM ya está en esta lista." "The same CUM stands in this list already.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_reason_has_one_text_in_each_language() {
        let codes: HashSet<_> = IMPORT_FAULTS.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), IMPORT_FAULTS.len());
        for (code, Explanation { es, en }) in IMPORT_FAULTS {
            assert!(validation::rule(code).is_none(), "{code} stands in both lists");
            assert!(es.ends_with('.') && en.ends_with('.') && es != en, "{code}");
        }
        assert_eq!(explain("not_a_cum").map(|found| found.en), Some("It is not a CUM (registration and consecutive)."));
        assert_eq!(explain("zero_price").map(|found| found.es), Some("Un precio de cero no es un precio."));
        assert_eq!(explain("no_such_reason"), None);
    }
}
