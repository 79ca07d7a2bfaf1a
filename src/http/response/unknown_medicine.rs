//! The problem for a CUM that no source has; it says whether the code exists at all.

use crate::{
    domain::identifier::{code_list::MedicineCode, cum::Cum},
    http::{App, Language, Problem, base::problem_kind as kind, wire::verdicts::code::describe},
};

/// Always a problem: `not_found`, or why that could not be looked up.
pub async fn unknown_medicine(app: &App, cum: Cum) -> Problem {
    let view = match app.read_model.show_code(&MedicineCode::Cum(cum)).await {
        Ok(view) => view,
        Err(error) => return error.into(),
    };
    let (mut es, mut en) =
        (format!("no tenemos el medicamento con CUM «{cum}»"), format!("we hold no medicine with CUM \"{cum}\""));
    if !view.in_our_lists {
        let (_, text) = describe(&view, None);
        es = format!("{es}. {}", text.within(Language::Spanish));
        en = format!("{en}. {}", text.within(Language::English));
    }
    Problem::new(&kind::NOT_FOUND).with_detail((es, en))
}
