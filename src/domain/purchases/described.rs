//! How well the text of a line says what was bought.

/// From most to least; the last two say that it is no medicine, and that nothing of it is known.
pub const DESCRIBED: [&str; 7] =
    ["code", "presentation", "ingredient_strength_form", "ingredient_strength", "ingredient", "not_a_medicine", "not_read"];

/// Lines that say ingredient, strength and form, or a code: those by which a product can be found.
pub fn is_well_described(code: &str) -> bool {
    matches!(code, "code" | "presentation" | "ingredient_strength_form")
}
