//! Finds medicines by any name or code in any spelling, best match first: an immutable index, built once per data version.

pub(crate) mod board;
pub mod builder;
mod codes;
mod dictionary;
pub mod index;
mod lists;
mod near;
mod product;
mod rank;
mod sound;
mod words;

#[cfg(test)]
mod tests {
    use crate::read_model::search::{
        builder::build,
        index::{SearchEntry, SearchIndex},
    };

    fn index() -> SearchIndex {
        let entry = |cum: &str, brand: &str, ingredient: &str, holder: &str, atc: &str| SearchEntry {
            cum: cum.parse().unwrap(),
            brand: brand.to_owned(),
            ingredients: vec![ingredient.to_owned()],
            holder: holder.to_owned(),
            atc: Some(atc.to_owned()),
            strength: None,
            form: None,
            description: String::new(),
        };
        let entries = [
            entry("19914312-20", "LANTUS", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("19914312-3", "LANTUS", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("7-1", "TOUJEO", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("8-1", "Acetaminofén MK 500 mg tabletas", "Acetaminofén", "TECNOQUIMICAS", "N02BE01"),
            entry("9-1", "DOLEX", "Acetaminofén", "GSK", "N02BE01"),
            entry("10-1", "Alka Seltzer", "Ácido acetilsalicílico", "BAYER", "N02BA01"),
        ];
        build(entries).unwrap()
    }

    fn first(q: &str) -> String {
        index().search(q, 1).first().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn any_spelling_finds_it_best_first() {
        for q in ["lantus", "LANTUS", "lantsu", "lamtus", "lan", "19914312 - 003", "19914312-3", "19914312"] {
            assert_eq!(first(q), "19914312-3", "{q}");
        }
        for q in ["acetaminofen mk", "Acetaminofén 500mg", "mk asetaminofem", "asetaminofen tab"] {
            assert_eq!(first(q), "8-1", "{q}");
        }
        for q in ["alkaseltzer", "alka selzer", "seltser alka"] {
            assert_eq!(first(q), "10-1", "{q}");
        }
        assert_eq!(first("insulina toujeo"), "7-1");
        assert_eq!(index().search("A10AE", 9).len(), 3);
        assert_eq!(index().search("", 9).len(), 0);
    }

    #[test]
    fn a_word_may_miss_but_only_where_nothing_has_all() {
        assert_eq!(first("lantus bayer"), "19914312-3");
        assert_eq!(index().search("lantus sanofi", 9).len(), 2);
        assert_eq!(first("zzzzzz"), "");
    }

    #[test]
    fn hostile_queries_are_bounded_and_answered() {
        let long = "acetaminofen ".repeat(100_000);
        let many: String = (0..50_000).map(|n| format!("w{n} ")).collect();
        let endless = "a".repeat(1_000_000);
        let hostile = [
            &long, &many, &endless, "a", "1", "999999999999", "-", "--", "\u{0}\u{1}\u{7f}", "ﷺ", "💊💊", "İ", "٣-١", "cum",
            "cúm 1", "c€",
        ];
        for q in hostile {
            assert!(index().search(q, 3).len() <= 3);
            assert!(index().search(q, 0).is_empty());
        }
        assert_eq!(first(&long), "8-1");
    }
}
