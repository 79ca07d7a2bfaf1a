//! A medicine's code on the wire: whether it exists, whether our lists have it, and what a table of codes cannot prove.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::code_list::{CodeList, CodeStanding, Listing},
        reason::Reason,
    },
    http::{Language, Text},
    read_model::medicines::codes::CodeView,
};

/// A code of a medicine (CUM or IUM) and what is known of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MedicineCodeBody {
    /// In its usual spelling.
    #[schema(example = "19914312-20")]
    pub code: String,
    /// `cum` or `ium`.
    #[schema(example = "cum")]
    pub kind: &'static str,
    /// `in_our_lists`: a list of ceilings or the catalogue has it. `not_in_our_lists`: it exists by the table of codes, and no list of ours
    /// has it. `unknown_code`: the table of codes did not have it on its day. `cannot_tell`: no table of codes is held, or it does not
    /// state its day, or `as_of` lies after that day.
    #[schema(example = "in_our_lists")]
    pub standing: &'static str,
    /// Whether the table of codes has it as enabled (habilitado); null where no table is held or it does not have the code.
    pub enabled: Option<bool>,
    /// The newest table of codes of this kind; null when none was imported.
    pub list: Option<CodeListBody>,
    /// The CUM that it stands for: of an IUM those to which the newest catalogue that has them gives it, by CUM, at most 1,000; of a CUM
    /// itself, where a source has it (a report too).
    #[schema(example = json!(["19914312-20"]))]
    pub medicines: Vec<String>,
    /// Whether there are more than the 1,000 shown.
    pub more_medicines: bool,
    /// For a CUM: its IUM in the newest catalogue that has the CUM.
    #[schema(example = json!([]))]
    pub iums: Vec<String>,
    /// For people, in the language asked for; it says of which day the table is, and what absence from it does not prove.
    pub explanation: String,
}

/// A table of all codes (SISPRO): it names every code given out until its day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CodeListBody {
    #[schema(example = "REF_CUMS_20260731.csv")]
    pub name: String,
    /// The day that it speaks for; null where no source states it.
    #[schema(value_type = Option<String>, format = Date, example = "2026-07-31")]
    pub day: Option<Date>,
}

impl From<&CodeList> for CodeListBody {
    fn from(list: &CodeList) -> Self {
        Self { name: list.name.clone(), day: list.day }
    }
}

/// `CUM` or `IUM`.
type KindName = &'static str;

impl MedicineCodeBody {
    /// `as_of`: the day that is asked about; the table's own day when absent.
    pub fn new(view: CodeView, as_of: Option<Date>, language: Language) -> Self {
        let standing = view.standing.as_ref();
        let (code, explanation) = describe(&view, as_of);
        Self {
            kind: if view.kind == "CUM" { "cum" } else { "ium" },
            standing: code,
            enabled: standing.and_then(|standing| standing.listing.enabled()),
            list: standing.map(|standing| CodeListBody::from(&*standing.list)),
            explanation: explanation.within(language).to_owned(),
            code: view.code,
            medicines: view.medicines.iter().map(ToString::to_string).collect(),
            more_medicines: view.more_medicines,
            iums: view.iums,
        }
    }
}

/// Its standing and the sentences about it.
pub fn describe(view: &CodeView, as_of: Option<Date>) -> (&'static str, Text) {
    if view.in_our_lists {
        let text = match view.kind {
            "CUM" => (
                "Nuestras listas de precios o el catálogo traen este CUM.",
                "Our lists of ceilings or the catalogue have this CUM.",
            ),
            _ => ("El catálogo da este IUM a uno o más CUM.", "The catalogue gives this IUM to one CUM or more."),
        };
        return ("in_our_lists", text.into());
    }
    let Some(standing) = &view.standing else {
        let (es, en) = (
            format!("No tenemos ninguna lista de códigos {}: no podemos decir si existe.", view.kind),
            format!("We hold no list of {} codes: it cannot be told whether it exists.", view.kind),
        );
        return ("cannot_tell", (es, en).into());
    };
    let reason = as_of.or(standing.list.day).and_then(Period::day).and_then(|day| standing.reason(&day));
    // Without a day there is no period to ask about; a listed code exists all the same.
    let reason = reason.or_else(|| standing.listing.enabled().map(|_| Reason::NotInOurLists));
    (reason.map_or("cannot_tell", Reason::code), sentence(standing, reason, view.kind))
}

/// What a table of codes says of a code that no list of ours has.
pub fn sentence(standing: &CodeStanding, reason: Option<Reason>, kind: KindName) -> Text {
    let (es, en) = named(&standing.list, kind);
    let (es, en) = match (standing.listing, reason, standing.list.day) {
        (Listing::Listed { enabled }, ..) => {
            let (es_state, en_state) =
                if enabled { ("", "") } else { (" Esa lista lo da por no habilitado.", " That list calls it not enabled.") };
            (
                format!("El código sí existe en {es}, pero ni nuestras listas de precios ni el catálogo lo traen.{es_state}"),
                format!("The code exists in {en}, but neither our lists of ceilings nor the catalogue have it.{en_state}"),
            )
        }
        (Listing::NotListed, Some(_), _) => (
            format!("El código no existe en {es}. Los que se dieron después de ese día no están en ella."),
            format!("The code does not exist in {en}. Codes given out after that day are not in it."),
        ),
        (Listing::NotListed, None, Some(_)) => (
            format!("El código no está en {es}, pero los que se dieron después de ese día no están en ella: eso no prueba nada."),
            format!("The code is not in {en}, but codes given out after that day are not in it: that proves nothing."),
        ),
        (Listing::NotListed, None, None) => (
            format!("El código no está en {es}, que no dice de qué día es: eso no prueba nada."),
            format!("The code is not in {en}, which does not say of which day it is: that proves nothing."),
        ),
    };
    Text::new(es, en)
}

fn named(list: &CodeList, kind: KindName) -> (String, String) {
    match list.day {
        Some(day) => (format!("la lista de códigos {kind} del {day}"), format!("the list of {kind} codes of {day}")),
        None => (format!("la lista de códigos {kind} «{}»", list.name), format!("the list of {kind} codes \"{}\"", list.name)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;

    fn view(list: Option<(Option<Date>, Listing)>, in_our_lists: bool) -> CodeView {
        let standing = list
            .map(|(day, listing)| CodeStanding { list: Arc::new(CodeList { name: "REF_CUMS.csv".to_owned(), day }), listing });
        CodeView { code: "1-1".to_owned(), kind: "CUM", standing, in_our_lists, ..CodeView::default() }
    }

    fn says(view: &CodeView, as_of: Option<Date>, standing: &str, es: &str, en: &str) {
        let (code, text) = describe(view, as_of);
        assert_eq!(code, standing);
        for (language, part) in [(Language::Spanish, es), (Language::English, en)] {
            assert!(text.within(language).contains(part), "{}", text.within(language));
        }
    }

    #[test]
    fn every_standing_names_the_day_and_what_absence_does_not_prove() {
        let july = Some(date(2026, 7, 31));
        let listed = |enabled| Listing::Listed { enabled };
        says(&view(Some((july, Listing::NotListed)), true), None, "in_our_lists", "Nuestras listas", "Our lists");
        says(&view(None, false), None, "cannot_tell", "No tenemos ninguna lista de códigos CUM", "We hold no list of CUM codes");
        let absent = view(Some((july, Listing::NotListed)), false);
        let (es, en) =
            ("no existe en la lista de códigos CUM del 2026-07-31", "does not exist in the list of CUM codes of 2026-07-31");
        says(&absent, None, "unknown_code", es, en);
        says(&absent, july, "unknown_code", "Los que se dieron después de ese día", "Codes given out after that day");
        let after = Some(date(2026, 8, 1));
        says(&absent, after, "cannot_tell", "del 2026-07-31, pero", "of 2026-07-31, but codes given out after that day");
        says(&absent, after, "cannot_tell", "eso no prueba nada", "that proves nothing");
        let undated = view(Some((None, Listing::NotListed)), false);
        for day in [None, after] {
            says(&undated, day, "cannot_tell", "«REF_CUMS.csv», que no dice de qué día es", "does not say of which day it is");
        }
        for day in [None, after] {
            let (es, en) = ("El código sí existe", "The code exists");
            says(&view(Some((july, listed(true))), false), day, "not_in_our_lists", es, en);
            says(&view(Some((None, listed(true))), false), day, "not_in_our_lists", es, en);
            says(&view(Some((july, listed(false))), false), day, "not_in_our_lists", "no habilitado", "not enabled");
        }
    }
}
