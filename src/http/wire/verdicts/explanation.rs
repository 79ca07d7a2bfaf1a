//! The meaning of a verdict in one or two sentences, in Spanish and in English.

use super::{ceiling::CeilingBody, financing::FinancingBody};
use crate::{
    domain::{
        identifier::code_list::CodeFinding,
        number::amount,
        reason::Reason,
        verdict::judge::{Judgement, Verdict},
    },
    http::base::language::Language,
};

/// `ceiling`: the one compared with, or the one for reference.
pub fn of(judgement: &Judgement, ceiling: Option<&CeilingBody>, code: Option<&CodeFinding>, language: Language) -> String {
    let mut sentences = vec![verdict(judgement, ceiling, language)];
    let code_said = code.map(|found| super::code::sentence(&found.standing, found.reason, "CUM").within(language).to_owned());
    let others =
        judgement.reasons.iter().filter(|reason| !DOUBTS_ABOUT_THE_PRICE.contains(reason) && !ABOUT_THE_CODE.contains(reason));
    let financing = ceiling.and_then(|ceiling| ceiling.financing.as_ref());
    sentences.extend(others.map(|reason| of_reason(*reason, financing, language)));
    // Also where the table of codes proves nothing: it was looked into, and its day is said.
    sentences.extend(code_said);
    if let Some((_, to)) = judgement.excess.as_ref().and_then(|excess| excess.rounding.explained) {
        sentences.push(match (language, to.code()) {
            (Language::Spanish, "cent") => "El exceso se explica por redondear el precio unitario a centavos.".to_owned(),
            (Language::Spanish, _) => "El exceso se explica por redondear el precio unitario a pesos enteros.".to_owned(),
            (Language::English, "cent") => "Rounding the unit price to cents explains the excess.".to_owned(),
            (Language::English, _) => "Rounding the unit price to whole pesos explains the excess.".to_owned(),
        });
    }
    sentences.join(" ")
}

/// These rest on the benefit plan's list, which is named where one is held.
const RESTS_ON_THE_PLAN: [Reason; 3] = [Reason::FinancedByUpc, Reason::NotFinancedByUpc, Reason::FinancingNotVerified];

/// The sentence on a verdict says these itself, before it says what was found.
const DOUBTS_ABOUT_THE_PRICE: [Reason; 3] = [Reason::AnotherUnitFits, Reason::ImplausiblyLow, Reason::ImplausiblyHigh];

/// The sentence on the code says these with the day of the table.
const ABOUT_THE_CODE: [Reason; 2] = [Reason::UnknownCode, Reason::NotInOurLists];

/// How the sentence on a price above its ceiling begins; the percentage follows. A doubt comes first.
fn above_begins(another_unit_fits: bool, language: Language) -> &'static str {
    match (another_unit_fits, language) {
        (false, Language::Spanish) => "El precio supera en ",
        (false, Language::English) => "The price is ",
        (true, Language::Spanish) => {
            "Pregunte antes de acusar: el precio encaja mejor con otra unidad o empaque; tal como se dio, supera en "
        }
        (true, Language::English) => "Ask before accusing: the price fits another unit or pack better; as it was given, it is ",
    }
}

/// Between the percentage and what is said of the ceiling.
fn above_goes_on(language: Language) -> &'static str {
    if language == Language::Spanish { " % " } else { " % above " }
}

/// How the sentence on a price within its ceiling begins; the ceiling follows. A question comes first.
fn within_begins(implausibly_low: bool, language: Language) -> &'static str {
    match (implausibly_low, language) {
        (false, Language::Spanish) => "El precio no supera ",
        (false, Language::English) => "The price does not exceed ",
        (true, Language::Spanish) => {
            "¿Es el precio de una sola unidad, o le faltan los miles? Está cien veces o más por debajo; tal como se dio, no supera "
        }
        (true, Language::English) => {
            "Is it the price of a single unit, or are thousands missing? It is a hundred times or more below; as it was given, \
             it does not exceed "
        }
    }
}

/// One reason, with the list that it rests on.
pub fn of_reason(reason: Reason, financing: Option<&FinancingBody>, language: Language) -> String {
    let text = reason_text(reason, language);
    match financing.filter(|_| RESTS_ON_THE_PLAN.contains(&reason)) {
        Some(financing) => format!("{text} {}", financing.explanation),
        None => text.to_owned(),
    }
}

fn verdict(judgement: &Judgement, ceiling: Option<&CeilingBody>, language: Language) -> String {
    let (amount, act) = ceiling.map(|ceiling| (ceiling.amount.as_str(), ceiling.act.as_str())).unwrap_or_default();
    let limit = match language {
        Language::Spanish => format!("el máximo de {amount} pesos por empaque ({act})."),
        Language::English => format!("the ceiling of {amount} pesos per pack ({act})."),
    };
    let has = |reason| judgement.reasons.contains(&reason);
    match (judgement.verdict, language) {
        (Verdict::Within, _) => format!("{}{limit}", within_begins(has(Reason::ImplausiblyLow), language)),
        (Verdict::Above, _) => {
            let question = if has(Reason::ImplausiblyHigh) { reason_text(Reason::ImplausiblyHigh, language) } else { "" };
            let percent = judgement.excess.as_ref().map(|excess| amount::percent(excess.percent)).unwrap_or_default();
            let said =
                format!("{}{percent}{}{limit}", above_begins(has(Reason::AnotherUnitFits), language), above_goes_on(language));
            format!("{question} {said}").trim_start().to_owned()
        }
        (Verdict::NoCeilingForThisStage, Language::Spanish) => {
            "El medicamento tiene precio máximo, pero no en esta venta.".to_owned()
        }
        (Verdict::NoCeilingForThisStage, Language::English) => "The medicine has a ceiling, but not for this sale.".to_owned(),
        (Verdict::NotRegulated, Language::Spanish) => {
            "Ningún acto fija un precio máximo para este medicamento en esa fecha.".to_owned()
        }
        (Verdict::NotRegulated, Language::English) => "No act sets a ceiling for this medicine on that date.".to_owned(),
        (Verdict::CannotCompare, Language::Spanish) => "No se puede decir si el precio es legal.".to_owned(),
        (Verdict::CannotCompare, Language::English) => "It cannot be told whether the price is legal.".to_owned(),
    }
}

/// Every reason in both languages.
pub fn reason_text(reason: Reason, language: Language) -> &'static str {
    let (es, en) = match reason {
        Reason::UnknownMedicine => ("Ninguna fuente conoce este CUM.", "No source knows this CUM."),
        Reason::MarketUnknown => (
            "No se sabe a qué mercado pertenece, así que nada prueba que esté libre de control.",
            "It is not known which market it belongs to, so nothing proves that no act binds it.",
        ),
        Reason::UnitNotConvertible => (
            "Ninguna fuente relaciona la unidad del precio con la del máximo.",
            "No source relates the price's unit to the ceiling's unit.",
        ),
        Reason::CeilingListOutOfDate => (
            "La lista de precios máximos más reciente es demasiado antigua para esa fecha.",
            "The newest list of ceilings is too old for that date.",
        ),
        Reason::PeriodBeforeFirstList => (
            "La fecha, o parte de ella, es anterior a los actos que las listas traen.",
            "The date, or part of it, lies before the acts that the lists state.",
        ),
        Reason::PriceMissing => ("El reporte no trae este precio.", "The report does not have this price."),
        Reason::AmountOutOfRange => ("Las cifras exceden la aritmética exacta.", "The figures exceed exact arithmetic."),
        Reason::MarginRuleMissing => (
            "Ninguna regla fechada da el margen de la IPS para este máximo.",
            "No dated rule gives the IPS margin for this ceiling.",
        ),
        Reason::CeilingChangedInPeriod => (
            "El máximo cambió en el período; se usó el más favorable a quien vende.",
            "The ceiling changed in the period; the one more favourable to the seller was used.",
        ),
        Reason::FinancingNotVerified => (
            "El máximo se calculó con el precio unitario del mercado, que no obliga a los medicamentos financiados con la UPC; eso no se verificó.",
            "The ceiling was derived from the market's unit price, which does not bind medicines financed by the UPC; that was not verified.",
        ),
        Reason::AnotherUnitFits => (
            "El precio encaja mejor con otra unidad o empaque: pregunte antes de acusar.",
            "The price fits another unit or pack better: ask before accusing.",
        ),
        Reason::ListStatesTwoPrices => (
            "Una misma lista trae dos precios para este CUM en esta venta; se usó el más favorable a quien vende.",
            "One list states two prices for this CUM in this sale; the one more favourable to the seller was used.",
        ),
        Reason::ImplausiblyLow => (
            "El precio está cien veces o más por debajo del máximo: ¿es el de una sola unidad, o le faltan los miles?",
            "The price is a hundred times or more below the ceiling: is it that of a single unit, or are thousands missing?",
        ),
        Reason::NotInNewestList => (
            "Una edición posterior de la lista ya no trae este precio máximo: no se sabe si todavía obliga.",
            "A later edition of the list no longer states this ceiling: it is not known whether it still binds.",
        ),
        Reason::FinancedByUpc => (
            "El precio por unidad de este mercado es solo de referencia, y no un máximo, porque la UPC financia el medicamento.",
            "The unit price of this market is only a reference, and no ceiling, because the UPC finances the medicine.",
        ),
        Reason::NotFinancedByUpc => (
            "El máximo se calculó con el precio unitario del mercado, que obliga en ventas institucionales porque la UPC no financia el medicamento.",
            "The ceiling was derived from the market's unit price, which binds institutional sales because the UPC does not finance the medicine.",
        ),
        Reason::UnknownCode => (
            "El código no existe en la lista de códigos que tenemos.",
            "The code does not exist in the list of codes that we hold.",
        ),
        Reason::NotInOurLists => (
            "El código existe, pero ni nuestras listas de precios ni el catálogo lo traen.",
            "The code exists, but neither our lists of ceilings nor the catalogue have it.",
        ),
        Reason::ImplausiblyHigh => (
            "El precio está cien veces o más por encima del máximo: ¿se perdió la coma decimal?",
            "The price is a hundred times or more above the ceiling: was a decimal point lost?",
        ),
        Reason::MedicalSample => ("Es una muestra médica: no se puede vender.", "This is a medical sample: it cannot be sold."),
    };
    if language == Language::Spanish { es } else { en }
}
