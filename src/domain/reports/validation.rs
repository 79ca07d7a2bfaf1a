//! The rules that validate a submission: what each rule does, and its text in both languages.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    /// The whole file is not taken.
    Refuse,
    /// The row is set aside.
    Quarantine,
    /// The row is kept and judged, and marked.
    Flag,
}

impl Fate {
    pub fn code(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Quarantine => "quarantine",
            Self::Flag => "flag",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidationRule {
    pub code: &'static str,
    pub fate: Fate,
    pub es: &'static str,
    pub en: &'static str,
}

pub fn rule(code: &str) -> Option<&'static ValidationRule> {
    RULES.iter().find(|rule| rule.code == code)
}

macro_rules! rules {
    ($($fate:ident $code:ident $es:literal $en:literal;)*) => {
        pub static RULES: &[ValidationRule] =
            &[$(ValidationRule { code: stringify!($code), fate: Fate::$fate, es: $es, en: $en }),*];
    };
}

rules! {
    Refuse unreadable "El archivo no se puede leer." "The file cannot be read.";
    Refuse empty "El archivo no tiene texto: si no hubo ventas ni compras, envíelo con zero_report=true, o la tabla con su encabezado y sin filas." "The file has no text: if nothing was bought or sold, send it with zero_report=true, or the table with its header and no rows.";
    Refuse not_this_layout "No es una tabla con la disposición publicada del SISMED (CSV o Excel), ni un objeto JSON por línea, ni el archivo que va a PISIS." "It is neither a table of the published SISMED layout (CSV or Excel), nor one JSON object a line, nor the file that goes to PISIS.";
    Refuse missing_column "Falta una columna." "A column is missing.";
    Refuse renamed_column "Falta una columna y otra parece su nuevo nombre." "A column is missing and another looks like its new name.";
    Refuse unknown_column "Hay una columna que la disposición no conoce." "There is a column that the layout does not know.";
    Refuse duplicate_column "Una columna está más de una vez." "A column stands more than once.";
    Refuse decompression_bomb "El archivo comprimido crece más de lo permitido." "The compressed file grows beyond what is allowed.";
    Refuse damaged_gzip "El archivo comprimido está dañado o incompleto." "The compressed file is damaged or incomplete.";
    Refuse damaged_workbook "El libro de Excel está dañado." "The Excel workbook is damaged.";
    Refuse protected_workbook "Es un .xls antiguo o un libro con contraseña: guárdelo como .xlsx sin contraseña." "It is an old .xls or a workbook with a password: save it as .xlsx without a password.";
    Refuse control_reporter_differs "El registro de control nombra a otro informante." "The control record names another reporter.";
    Refuse control_period_differs "Las fechas del registro de control no son las del período que se reporta." "The control record's dates are not those of the period reported.";
    Refuse control_details_differ "El registro de control no dice cuántos registros de detalle hay." "The control record does not say how many detail records there are.";
    Refuse control_medicines_differ "El registro de control no dice cuántos CUM distintos hay." "The control record does not say how many different CUM there are.";
    Refuse zero_report_with_rows "Se declaró que el archivo no tiene filas (zero_report), y tiene." "It was declared to have no rows (zero_report), and the file has some.";
    Refuse rows_reported_before "Se dice que no hubo nada que reportar, y hay filas vigentes de ese período: para retirarlas, rectifique el envío que las trajo." "It says that there was nothing to report, and rows of that period stand: to withdraw them, rectify the submission that brought them.";
    Refuse duplicate_content "El mismo contenido ya se recibió de este informante." "The same content was received from this reporter before.";
    Refuse no_usable_row "Ninguna fila se pudo usar." "No row could be used.";

    Quarantine missing_value "Falta un valor obligatorio." "A required value is missing.";
    Quarantine not_a_number "No es un número." "It is not a number.";
    Quarantine number_not_string "En NDJSON los valores van como texto entre comillas, para que ninguno pierda exactitud." "In NDJSON values are strings in quotes, so that none loses exactness.";
    Quarantine not_a_string "El valor no es un texto entre comillas." "The value is not a string in quotes.";
    Quarantine not_in_the_files_number_format "El número no está escrito como los demás del archivo." "The number is not written as the others of the file.";
    Quarantine ambiguous_number "El número se puede leer de dos maneras." "The number can be read in two ways.";
    Quarantine too_many_digits "El número tiene demasiadas cifras." "The number has too many digits.";
    Quarantine number_too_large "El número es demasiado grande." "The number is too large.";
    Quarantine negative "Un valor negativo no es un precio ni una cantidad." "A negative value is no price and no quantity.";
    Quarantine minimum_above_maximum "El valor mínimo es mayor que el máximo." "The minimum is above the maximum.";
    Quarantine not_a_cum "No es un CUM (expediente y consecutivo)." "It is not a CUM (registration and consecutive).";
    Quarantine not_a_nit "No es un NIT, o su dígito de verificación no corresponde." "It is not a NIT, or its check digit is wrong.";
    Quarantine unknown_code "El código no es de la lista cerrada de su columna." "The code is not in the closed list of its column.";
    Quarantine not_a_year "No es un año entre 1990 y 2100." "It is not a year between 1990 and 2100.";
    Quarantine not_a_month "No es un mes." "It is not a month.";
    Quarantine not_a_period "No es un mes (AAAA-MM) ni un año (AAAA), o no es un lapso de meses." "It is neither a month (YYYY-MM) nor a year (YYYY), or not a span of months.";
    Quarantine period_outside_the_year "El período no está dentro del año de la fila." "The period is not inside the row's year.";
    Quarantine period_outside_submission "El período de la fila no está dentro del que se reporta." "The row's period is not inside the one reported.";
    Quarantine period_in_future "El período de la fila aún no ha comenzado." "The row's period has not begun.";
    Quarantine duplicate_row "Repite exactamente una fila anterior." "It repeats an earlier row exactly.";
    Quarantine wrong_number_of_fields "La fila no tiene tantos campos como el encabezado." "The row has not as many fields as the header.";
    Quarantine unclosed_quote "Unas comillas no se cierran." "A quote is never closed.";
    Quarantine malformed_quotes "Hay texto después de cerrar comillas." "There is text after a closing quote.";
    Quarantine record_too_long "La fila es demasiado larga (CSV: 1 MiB; NDJSON: 64 KiB)." "The row is too long (CSV: 1 MiB; NDJSON: 64 KiB).";
    Quarantine mojibake "El texto está dañado por una codificación equivocada." "The text is damaged by a wrong encoding.";
    Quarantine control_character "Hay un carácter de control." "There is a control character.";
    Quarantine broken_text "Hay bytes que no son texto." "There are bytes that are no text.";
    Quarantine wrong_consecutive "El consecutivo no sigue al del registro anterior." "The consecutive does not follow that of the record before.";
    Quarantine field_too_long "El campo es más largo de lo que admite el archivo." "The field is longer than the file allows.";
    Quarantine not_alphanumeric "El número de factura solo lleva letras y números." "An invoice number has letters and digits only.";
    Quarantine not_an_ium "No es un IUM (8, 12 o 15 signos: un número, una letra y números)." "It is not an IUM (8, 12 or 15 signs: a digit, a letter and digits).";
    Quarantine month_in_two_years "El mes está en dos años del período: reporte cada año aparte." "The month stands in two years of the period: report each year apart.";
    Quarantine not_json "La línea no es un objeto JSON." "The line is not a JSON object.";
    Quarantine unknown_key "El objeto tiene una clave desconocida." "The object has an unknown key.";
    Quarantine duplicate_key_in_object "El objeto repite una clave." "The object repeats a key.";
    Quarantine blank_row "La fila está vacía: no es un dato, y se cuenta como rechazada." "The row is blank: it is no data, and counts as refused.";
    Quarantine repeated_header "Repite el encabezado: no es un dato, y se cuenta como rechazada." "It repeats the header: it is no data, and counts as refused.";

    Flag price_missing "Falta el mínimo, el máximo, el valor o las unidades." "The minimum, maximum, value or units are missing.";
    Flag wide_range "El máximo es más de cien veces el mínimo." "The maximum is more than a hundred times the minimum.";
    Flag average_outside_range "El valor dividido por las unidades no está entre el mínimo y el máximo (tolerancia: un milésimo)." "The value divided by the units is not between the minimum and the maximum (tolerance: a thousandth).";
    Flag another_unit_fits "Está sobre el máximo, pero cabría en otra unidad o presentación: se pregunta antes de acusar." "It is above the ceiling, but would fit another unit or pack: ask before accusing.";
    Flag unit_confusion "El precio por unidad de dispensación es cerca de tantas veces, o una de tantas partes de, la mediana del mismo producto como unidades trae el empaque (a menos del 10 %)." "The price per dispensing unit is about as many times, or one of as many parts of, the median of the same product as the pack holds units (within 10 %).";
    Flag outlier "El precio medio está fuera de la cerca de Tukey del mismo producto y unidad en el envío." "The average price lies beyond Tukey's fence of the same product and unit in the submission.";
    Flag duplicate_key "Una fila anterior tiene el mismo CUM, período, rol, operación, transacción, unidad y contraparte, con otros valores." "An earlier row has the same CUM, period, role, operation, transaction, unit and counterparty, with other values.";
    Flag reported_before "El mismo informante ya reportó esa clave en otro envío vigente: no cuenta dos veces en un caso; para corregir, rectifique." "The same reporter reported that key in another submission that stands: it does not count twice in a case; to correct, rectify.";
    Flag role_with_purchase "Quien fabrica o importa (rol 1) reporta ventas, no compras ni recobros." "A maker or importer (role 1) reports sales, not purchases or reimbursements.";
    Flag reimbursement_transaction "Un recobro (RC) se reporta en transacciones 3 o 5." "A reimbursement claim (RC) is reported in transactions 3 or 5.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rule_has_one_code_and_speaks_both_languages() {
        let codes: HashSet<_> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        for rule in RULES {
            assert!(rule.code.split('_').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())));
            assert!(rule.es.chars().chain(rule.en.chars()).all(|letter| letter != '|' && letter != '\n'), "it stands in a table");
            for text in [rule.es, rule.en] {
                assert!(text.len() > 10 && text.ends_with('.'), "{}: {text}", rule.code);
            }
            assert_ne!(rule.es, rule.en);
        }
    }
}
