//! Finds medicines by any name or code in any spelling, best match first: an immutable index, built once per data version.

pub(crate) mod board;
pub mod builder;
pub(crate) mod codes;
mod dictionary;
pub mod entry;
pub mod general;
pub mod hit;
pub mod index;
mod lists;
mod near;
mod product;
mod rank;
mod sound;
pub mod synonyms;
mod words;

#[cfg(test)]
mod tests {
    use crate::read_model::search::{
        builder::build,
        codes::CodeKind,
        entry::SearchEntry,
        hit::{FoundBy, SearchHits},
        index::SearchIndex,
    };

    fn entry(cum: &str, brand: &str, ingredients: &[&str], holder: &str, atc: &str) -> SearchEntry {
        SearchEntry {
            cum: cum.parse().unwrap(),
            brand: brand.to_owned(),
            ingredients: ingredients.iter().map(|text| (*text).to_owned()).collect(),
            holder: holder.to_owned(),
            atc: Some(atc.to_owned()),
            strength: None,
            form: None,
            description: String::new(),
            registration: None,
            iums: Vec::new(),
        }
    }

    fn index() -> SearchIndex {
        let entries = [
            entry("19914312-20", "LANTUS", &["Insulina Glargina"], "SANOFI AVENTIS", "A10AE04"),
            entry("19914312-3", "LANTUS", &["Insulina Glargina"], "SANOFI AVENTIS", "A10AE04"),
            entry("7-1", "TOUJEO", &["Insulina Glargina"], "SANOFI AVENTIS", "A10AE04"),
            entry("8-1", "Acetaminofén MK 500 mg tabletas", &["Acetaminofén"], "TECNOQUIMICAS", "N02BE01"),
            entry("9-1", "DOLEX", &["Acetaminofén"], "GSK", "N02BE01"),
            entry("10-1", "Alka Seltzer", &["Ácido acetilsalicílico"], "BAYER", "N02BA01"),
        ];
        build(entries).unwrap()
    }

    /// What real lists hold of the medicines that people were answered with instead of theirs.
    fn others() -> SearchIndex {
        let entries = [
            entry("20-1", "RISPERDAL 60 mg tableta", &["Risperidona"], "JANSSEN", "N05AX08"),
            entry("21-1", "OXCARBAZEPINA GENFAR", &["Oxcarbazepina"], "GENFAR", "N03AF02"),
            entry("22-1", "SABRIL", &["Vigabatrina"], "SANOFI", "N03AG04"),
            entry("23-1", "BELARA", &["Clormadinona", "Etinilestradiol"], "GRUNENTHAL", "G03AB07"),
            entry("24-1", "BENEFIX 500 UI", &["Factor IX de coagulación"], "PFIZER", "B02BD04"),
            entry("25-1", "XYNTHA 500 UI", &["Factor VIII de coagulación"], "PFIZER", "B02BD02"),
            entry("26-1", "ACTONEL", &["Ácido risedrónico sódico"], "SANOFI", "M05BA07"),
            entry("27-1", "FEMELLE 20", &["Drospirenona", "Etinilestradiol"], "LAFRANCOL", "G03AA12"),
            entry("28-1", "VASTAREL", &["Trimetazidina diclorhidrato"], "SERVIER", "C01EB15"),
            entry("29-1", "SOLUCION NORMAL", &["Cloruro de sodio"], "BAXTER", "B05XA03"),
            entry("30-1", "HYZAAR", &["Losartán potásico", "Hidroclorotiazida"], "MERCK", "C09DA01"),
            entry("31-1", "LOSARTAN ANDINA", &["Losartán potásico"], "ANDINA", "C09CA01"),
            entry("32-1", "HIDROCLOROTIAZIDA ANDINA", &["Hidroclorotiazida"], "ANDINA", "C03AA03"),
            entry("33-1", "VIMIZIM", &["Elosulfasa alfa"], "BIOMARIN", "A16AB12"),
        ];
        build(entries).unwrap()
    }

    fn first(q: &str) -> String {
        index().search(q, 1).hits.first().map(|hit| hit.cum.to_string()).unwrap_or_default()
    }

    fn found(hits: &SearchHits) -> Vec<String> {
        hits.hits.iter().map(|hit| hit.cum.to_string()).collect()
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
        assert_eq!(index().search("A10AE", 9).hits.len(), 3);
        assert_eq!(index().search("", 9), SearchHits::default());
    }

    #[test]
    fn a_word_may_miss_but_only_where_nothing_has_all_and_it_is_said() {
        let missed = index().search("lantus bayer", 9);
        assert_eq!(
            (found(&missed), missed.unmatched),
            (vec!["19914312-3".to_owned(), "19914312-20".to_owned()], vec!["bayer".to_owned()])
        );
        assert!(index().search("lantus bayer", 9).hits.iter().all(|hit| hit.partial));
        let both = index().search("lantus sanofi", 9);
        assert!(both.hits.len() == 2 && both.unmatched.is_empty() && both.hits.iter().all(|hit| !hit.partial));
        assert_eq!(first("zzzzzz"), "");
        assert_eq!(index().search("sanofi", 9).hits.len(), 3, "a holder alone is what is meant");
    }

    #[test]
    fn what_is_not_held_is_not_answered_with_something_else() {
        for (q, unmatched) in [
            ("clexane 60 mg", vec!["clexane"]),
            ("clexane genfar", vec!["clexane", "genfar"]),
            ("xyzzyq 60", vec!["xyzzyq"]),
            ("xyzzyq 50 mg", vec!["xyzzyq"]),
            ("xyzzyq tableta", vec!["xyzzyq"]),
            ("cozaar", vec!["cozaar"]),
            ("viagra", vec!["viagra"]),
            ("coumadin", vec!["coumadin"]),
            ("vacuna", vec!["vacuna"]),
            ("enoxaparina sodica", vec!["enoxaparina"]),
            ("omeprazol 20", vec!["omeprazol"]),
            ("amoxicilina 500", vec!["amoxicilina"]),
            ("aspirina 100", vec!["aspirina"]),
            ("asfotasa alfa", vec!["asfotasa"]),
            ("acido clorhidrato", vec![]),
            ("500 mg tabletas", vec![]),
        ] {
            let hits = others().search(q, 9);
            assert_eq!(found(&hits), Vec::<String>::new(), "{q}");
            assert_eq!(hits.unmatched, unmatched, "{q}");
        }
    }

    #[test]
    fn each_answer_says_by_what_it_was_found() {
        for (q, cum, found_by) in [
            ("dolex", "9-1", FoundBy::Exact),
            ("dole", "9-1", FoundBy::Exact),
            ("doles", "9-1", FoundBy::Spelling),
            ("paracetamol", "8-1", FoundBy::Synonym),
            ("parasetamol", "8-1", FoundBy::Spelling),
            ("acetaminophen", "8-1", FoundBy::Synonym),
            ("aspirina", "10-1", FoundBy::Synonym),
            ("9-1", "9-1", FoundBy::Code),
        ] {
            let hits = index().search(q, 9).hits;
            let first = hits.first().unwrap();
            assert_eq!((first.cum.to_string().as_str(), first.found_by), (cum, found_by), "{q}");
        }
    }

    #[test]
    fn a_factor_is_found_by_either_numeral() {
        for (q, cum) in [("factor 8", "25-1"), ("factor VIII", "25-1"), ("factor 9", "24-1"), ("factor ix", "24-1")] {
            assert_eq!(found(&others().search(q, 9)), [cum], "{q}");
        }
        assert_eq!(others().search("factor 13", 9).unmatched, ["factor 13"]);
    }

    #[test]
    fn a_combination_comes_first_and_its_parts_are_marked() {
        let whole = others().search("losartan hidroclorotiazida", 9);
        assert_eq!((found(&whole), whole.hits[0].partial), (vec!["30-1".to_owned()], false));
        let single = others().search("losartan", 9);
        assert_eq!(found(&single), ["31-1", "30-1"], "the ingredient alone before the combination");
        let not_held = others().search("losartan amlodipino", 9);
        assert_eq!(
            (found(&not_held), not_held.unmatched),
            (vec!["31-1".to_owned(), "30-1".to_owned()], vec!["amlodipino".to_owned()])
        );
        assert!(others().search("losartan amlodipino", 9).hits.iter().all(|hit| hit.partial));
    }

    #[test]
    fn a_name_of_salts_is_found_by_the_whole_of_it() {
        for q in ["cloruro de sodio", "sodio cloruro", "Cloruro de Sodio 0.9 %"] {
            assert_eq!(found(&others().search(q, 9)), ["29-1"], "{q}");
        }
        for q in ["cloruro", "sodio", "cloruro de potasio"] {
            assert_eq!(found(&others().search(q, 9)), Vec::<String>::new(), "{q}");
        }
    }

    #[test]
    fn what_looks_like_a_code_is_never_searched_as_words() {
        for (q, kind) in [
            ("19914312-20.", CodeKind::Cum),
            ("\u{200b}19914312-20", CodeKind::Cum),
            ("COL19914312-20", CodeKind::Cum),
            ("19914312-20-1", CodeKind::Cum),
            ("1L1029991000100", CodeKind::Ium),
            ("1K1027361200102", CodeKind::Ium),
            ("2012M-9914312", CodeKind::Registration),
            ("7702605101234", CodeKind::Barcode),
        ] {
            let hits = others().search(q, 9);
            assert_eq!((hits.code, hits.hits.len()), (Some(kind), 0), "{q}");
        }
    }

    #[test]
    fn hostile_queries_are_bounded_and_answered() {
        let long = "acetaminofen ".repeat(100_000);
        let many: String = (0..50_000).map(|n| format!("w{n} ")).collect();
        let endless = "a".repeat(1_000_000);
        let hostile = [
            &long, &many, &endless, "a", "1", "999999999999", "-", "--", "\u{0}\u{1}\u{7f}", "ﷺ", "💊💊", "İ", "٣-١", "cum",
            "cúm 1", "c€", "=", "=cloruro+sodio", "factor", "factor factor 8 8",
        ];
        for q in hostile {
            assert!(index().search(q, 3).hits.len() <= 3);
            assert!(index().search(q, 0).hits.is_empty());
        }
        assert_eq!(first(&long), "8-1");
    }
}
