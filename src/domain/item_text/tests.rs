//! Texts against a few products: what is read, which presentations are left, and that what is added never reverses a verdict.

use std::sync::LazyLock;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    candidates::{CandidateIndex, TextCandidates},
    line_verdict::{LinePrice, LineQuestion, LineReason, PriceBasis, SalePlace, judge_line},
    presentation::ProductRow,
    read::{read, read_with_code},
    token::TokenKind,
    unit::{LineFacts, OPEN_UNITS, UnitOrigin, UnitReadings, unit_readings},
};
use crate::domain::{
    identifier::cum::Cum,
    law::{channel::Place, rules::Seller},
    verdict::{
        comparison::Per,
        judge::{Excess, Judgement, Verdict},
        rounding_band::RoundingBand,
    },
};

fn listed(cum: i32, description: &str) -> ProductRow {
    ProductRow::of_list(Cum::new(cum, 1), description).unwrap_or_else(|| panic!("{description}"))
}

fn index() -> &'static CandidateIndex {
    static INDEX: LazyLock<CandidateIndex> = LazyLock::new(built);
    &INDEX
}

const SAMPLE: i32 = 15;

/// As the registry has medical samples: no list names them.
fn sample_of_losartan() -> ProductRow {
    ProductRow {
        description: "MUESTRA MÉDICA: SOBRE POR 2 TABLETAS".to_owned(),
        list_description: None,
        strength: Some("50 mg / TABLETA".to_owned()),
        ingredients: vec!["LOSARTAN POTASICO".to_owned()],
        form: Some("TABLETA".to_owned()),
        medical_sample: true,
        ..listed(SAMPLE, "LOSARTAN - Losartan potasico 50mg/1U - Sólido - Oral x 2 - GENFAR")
    }
}

fn built() -> CandidateIndex {
    let rows = [
        listed(1, "CLEXANE - Enoxaparina sodica 60mg/0,6ml (100mg/1ml) - Líquido/Sólido - Inyectable x 2 - SANOFI AVENTIS"),
        listed(2, "CLEXANE - Enoxaparina sodica 40mg/0,4ml (100mg/1ml) - Líquido/Sólido - Inyectable x 2 - SANOFI AVENTIS"),
        listed(3, "ENOXAPARINA - Enoxaparina sodica 60mg/0,6ml (100mg/1ml) - Líquido/Sólido - Inyectable x 10 - PROCAPS"),
        listed(4, "COZAAR - Losartan potasico 50mg/1U - Sólido - Oral x 30 - MERCK"),
        listed(5, "LOSARTAN - Losartan potasico 50mg/1U - Sólido - Oral x 100 - GENFAR"),
        listed(6, "LOSARTAN - Losartan potasico 100mg/1U - Sólido - Oral x 30 - GENFAR"),
        listed(7, "HYZAAR - Losartan potasico 50mg/1U + Hidroclorotiazida 12,5mg/1U - Sólido - Oral x 30 - MERCK"),
        listed(8, "BETALOC ZOK - Metoprolol succinato 50mg/1U - Sólido - Oral de liberación modificada x 30 - ASTRAZENECA"),
        listed(9, "METOPROLOL - Metoprolol tartrato 50mg/1U - Sólido - Oral x 30 - GENFAR"),
        listed(10, "LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 5 - SANOFI AVENTIS"),
        listed(11, "APIDRA - Insulina Glulisina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 5 - SANOFI AVENTIS"),
        listed(12, "SOLUCION SALINA - Cloruro de sodio 900mg/100ml - Líquido/Sólido - Inyectable x 1 - BAXTER"),
        listed(13, "CLORURO DE POTASIO - Cloruro de potasio 2000mg/10ml - Líquido/Sólido - Inyectable x 1 - BAXTER"),
        ProductRow {
            registration: Some("INVIMA 2012M-0002041-R1".to_owned()),
            strength: Some("5 mg / TABLETA".to_owned()),
            ingredients: vec!["AMLODIPINO BESILATO".to_owned()],
            list_description: None,
            form: Some("TABLETA".to_owned()),
            route: Some("ORAL".to_owned()),
            brand: "AMLODIPINO 5 MG TABLETAS".to_owned(),
            ..listed(14, "X - Amlodipino 5mg/1U - Sólido - Oral x 10 - GENFAR")
        },
        sample_of_losartan(),
    ];
    CandidateIndex::build(rows, &[("paracetamol".to_owned(), "acetaminofen".to_owned())])
}

fn found(text: &str) -> Vec<i32> {
    let index = index();
    index.candidates(&read(text, index.vocabulary())).cums.iter().map(|cum| cum.expediente).collect()
}

fn fault(text: &str, code: Option<&str>) -> Option<LineReason> {
    let index = index();
    index.candidates(&read_with_code(text, code, index.vocabulary())).fault
}

#[test]
fn tokens_say_what_was_read_and_what_was_left() {
    let index = index();
    let text = "** CLEXANE 60 MG/ 0.6 ML SOLUCION INYECTABLE JERINGA PLATEADAR.S:2012M-0002041-R1 Lote:9A F.V.:2021/01 36241-3";
    let read = read(text, index.vocabulary());
    let said: Vec<(TokenKind, &str)> = read.tokens.iter().map(|token| (token.kind, token.value.as_str())).collect();
    assert_eq!(
        said,
        [
            (TokenKind::Brand, "clexane"),
            (TokenKind::Strength, "60 mg / 0.6 ml"),
            (TokenKind::Form, "solucion"),
            (TokenKind::Form, "inyectable"),
            (TokenKind::Form, "jeringa"),
            (TokenKind::Unread, "plateada"),
            (TokenKind::Registration, "2012M-0002041-R1"),
            (TokenKind::Lot, "9A"),
            (TokenKind::Expiry, "2021/01"),
            (TokenKind::Cum, "36241-3"),
        ]
    );
    for two in read.tokens.windows(2) {
        assert!(two[0].span.end <= two[1].span.start, "{two:?}");
    }
}

#[test]
fn the_set_is_what_contradicts_nothing() {
    for (text, expected) in [
        ("CLEXANE", vec![1, 2]),
        ("CLEXANE 60 MG", vec![1]),
        ("ENOXAPARINA SODICA 60 MG JERINGA", vec![1, 3]),
        ("ENOXAPARINA 100 MG/ML", vec![1, 2, 3]),
        ("LOSARTAN TAB 50", vec![4, 5]),
        ("LOSARTAN 50 MG TABLETA", vec![4, 5]),
        ("LOSARTAN 0,05 G TABLETA", vec![4, 5]),
        ("LOSARTAN 50 MG XYZ TABLETA", vec![4, 5, 7]),
        ("LOSARTAN 50 MG + HIDROCLOROTIAZIDA 12.5 MG", vec![7]),
        ("LOSARTAN HIDROCLOROTIAZIDA TAB 50/12.5", vec![7]),
        ("HYZAAR 50/12,5 MG TABLETA", vec![7]),
        ("LOSARTAN 50 MG TABLETA X 30", vec![4]),
        ("METOPROLOL 50 MG TABLETA", vec![8, 9]),
        ("METOPROLOL TARTRATO 50 MG", vec![9]),
        ("METOPROLOL 50 MG TABLETA LIBERACION PROLONGADA", vec![8]),
        ("INSULINA GLARGINA 100 UI/ML", vec![10]),
        ("CLORURO DE SODIO 0.9% BOLSA", vec![12]),
        ("CLORURO DE SODIO .9 % SOLUCION INYECTABLE", vec![12]),
        ("AMLODIPINO TAB 5 mg", vec![14]),
        ("LOSARTAN AMPOLLA", vec![]),
        ("LOSARTAN CLEXANE", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn a_strength_that_stands_twice_is_a_content_in_brackets_and_may_be_of_two_ingredients_without() {
    let rows = [
        listed(21, "RISPERDAL - Risperidona 100mg/100ml (100mg/100ml) - Líquido - Oral x 1 - JANSSEN"),
        listed(22, "RISPERDAL - Risperidona 30mg/30ml (1mg/1ml) - Líquido - Oral x 1 - JANSSEN"),
        listed(
            23,
            "MIXTA - Cloruro de sodio 4500mg/500ml (900mg/100ml) + Cloruro de potasio 4500mg/500ml (900mg/100ml) - Líquido - Oral x 1 - BAXTER",
        ),
    ];
    let index = CandidateIndex::build(rows, &[]);
    let found = |text: &str| -> Vec<i32> {
        index.candidates(&read(text, index.vocabulary())).cums.iter().map(|cum| cum.expediente).collect()
    };
    assert_eq!(found("RISPERIDONA 100 MG/100 ML (100 MG/100 ML) SOLUCION ORAL"), [21]);
    assert_eq!(found("RISPERIDONA 100 MG/100 ML SOLUCION ORAL"), [21, 22]);
    assert_eq!(found("CLORURO DE SODIO 900 MG/100 ML + CLORURO DE POTASIO 900 MG/100 ML SOLUCION ORAL"), [23]);
}

#[test]
fn what_names_nothing_is_not_guessed() {
    for (text, code, expected) in [
        ("TABLETA 50 MG", None, Some(LineReason::TextNotRead)),
        ("ZAPATOS ROJOS", None, Some(LineReason::TextNotRead)),
        ("ZAPATOS ROJOS", Some("1-1"), Some(LineReason::TextNotRead)),
        ("CATETER CON LOSARTAN", None, Some(LineReason::NotAMedicine)),
        ("ALGODONR.S:2008DM-0002383", None, Some(LineReason::NotAMedicine)),
        ("LOSARTAN 75 MG", None, Some(LineReason::MatchEmpty)),
        ("LOSARTAN 50 MG", Some("10-1"), Some(LineReason::CodeContradictsText)),
        ("LOSARTAN 50 MG", Some("6-1"), Some(LineReason::CodeContradictsText)),
        ("LOSARTAN 50 MG", Some("5-1"), None),
        ("CLEXANE", Some("7706569020659"), None),
        ("LOSARTAN 50 MGR.S:2012M-0002041-R1", None, Some(LineReason::CodeContradictsText)),
        ("", Some("5-1"), None),
    ] {
        assert_eq!(fault(text, code), expected, "{text} {code:?}");
    }
}

#[test]
fn a_sale_is_of_no_medical_sample_unless_a_code_or_the_text_says_so() {
    let index = index();
    for (text, code, expected, fault) in [
        ("LOSARTAN 50 MG TABLETA", None, vec![4, 5], None),
        ("LOSARTAN 50 MG TABLETA X 2", None, vec![SAMPLE], Some(LineReason::SampleLine)),
        ("MUESTRA MÉDICA LOSARTAN 50 MG TABLETA", None, vec![4, 5, SAMPLE], Some(LineReason::SampleLine)),
        ("LOSARTAN 50 MG TABLETA X 2 MUESTRA SIN VALOR COMERCIAL", None, vec![SAMPLE], Some(LineReason::SampleLine)),
        ("AMLODIPINO 5 MG MUESTRAS MEDICAS", None, vec![14], Some(LineReason::SampleLine)),
        ("LOSARTAN 50 MG", Some("15-1"), vec![SAMPLE], None),
        ("", Some("15-1"), vec![SAMPLE], None),
        // The word by itself may be of blood.
        ("LOSARTAN 50 MG TABLETA CUALQUIER MUESTRA", None, vec![4, 5, 7], None),
    ] {
        let set = index.candidates(&read_with_code(text, code, index.vocabulary()));
        let cums: Vec<i32> = set.cums.iter().map(|cum| cum.expediente).collect();
        assert_eq!((cums, set.fault), (expected, fault), "{text} {code:?}");
    }
}

#[test]
fn salts_that_are_a_name_stay_one_beside_another_name() {
    let index = index();
    for (text, expected, fault) in [
        ("CLORURO DE SODIO", vec![12], None),
        ("CLORURO DE SODIO HYZAAR", vec![], Some(LineReason::MatchEmpty)),
        ("CLORURO DE SODIO POTASICO HYZAAR", vec![], Some(LineReason::MatchEmpty)),
        ("CLORURO DE SODIO SOLUCION SALINA", vec![12], None),
        ("HYZAAR POTASICO", vec![7], None),
    ] {
        let set = index.candidates(&read(text, index.vocabulary()));
        let cums: Vec<i32> = set.cums.iter().map(|cum| cum.expediente).collect();
        assert_eq!((cums, set.fault), (expected, fault), "{text}");
    }
}

#[test]
fn a_mark_that_something_doubts_leaves_no_presentation_out() {
    let list = "LOSARTAN - Losartan potasico 50mg/1U - Sólido - Oral x 2 - GENFAR";
    let sample = sample_of_losartan();
    for (doubted, row) in [
        ("not marked", ProductRow { medical_sample: false, ..sample.clone() }),
        ("not called so", ProductRow { description: "SOBRE POR 2 TABLETAS".to_owned(), ..sample.clone() }),
        ("priced by a list", ProductRow { list_description: Some(list.to_owned()), ..sample.clone() }),
        ("beyond doubt", sample),
    ] {
        let sold = listed(5, "LOSARTAN - Losartan potasico 50mg/1U - Sólido - Oral x 100 - GENFAR");
        let index = CandidateIndex::build([sold, row], &[]);
        let found = index.candidates(&read("LOSARTAN 50 MG TABLETA", index.vocabulary()));
        assert_eq!(found.cums.len(), if doubted == "beyond doubt" { 1 } else { 2 }, "{doubted}");
    }
}

#[test]
fn a_code_that_no_source_knows_is_a_candidate_of_its_own() {
    let index = index();
    let set = index.candidates(&read_with_code("LOSARTAN 100 MG", Some("77777-3"), index.vocabulary()));
    assert_eq!(set.cums, [Cum::new(6, 1), Cum::new(77777, 3)]);
}

#[test]
fn the_same_said_in_another_way_leaves_the_same_set() {
    for (text, others) in [
        (
            "LOSARTAN POTASICO 50 MG TABLETA",
            vec![
                "tableta 50 mg losartan potasico", "Losartán  Potásico 50mg  tabletas", "LOSARTAN POTASICO 50,0 MG TAB",
                "losartan potasica 0.05 g tab", "LOSARTAN POTASICO TAB 50 mg", "LOSARTAN-POTASICO(50 MG)TABLETA",
                "losartan potasico 50000 mcg tableta", "LOSARTAN POTASICO 50 MGR TABLETA",
            ],
        ),
        (
            "INSULINA GLARGINA 300 UI/3 ML",
            vec![
                "300 ui/3ml insulina glargina", "Insulina Glargina 100 U/ml", "GLARGINA INSULINA 100 UI / ML",
                "insulina glargina 300 IU/3 cc",
            ],
        ),
    ] {
        let expected = found(text);
        assert!(!expected.is_empty(), "{text}");
        for other in others {
            assert_eq!(found(other), expected, "{other}");
        }
    }
}

#[test]
fn a_settled_presentation_is_one_of_what_the_text_can_mean() {
    let index = index();
    let settled_with = |text: &str, code: Option<&str>, cum: i32| {
        let read = read_with_code(text, code, index.vocabulary());
        let left = index.settled(&read, &index.candidates(&read), Cum::new(cum, 1));
        (left.cums.iter().map(|cum| cum.expediente).collect::<Vec<_>>(), left.fault)
    };
    let settled = |text: &str, cum: i32| settled_with(text, None, cum);
    assert_eq!(settled("CLEXANE", 2), (vec![2], None));
    let contradicts = Some(LineReason::CodeContradictsText);
    assert_eq!(settled("CLEXANE", 4), (vec![1, 2], contradicts), "what the text can mean is still shown");
    assert_eq!(settled_with("CLEXANE 60 MG", Some("4-1"), 1).1, contradicts, "a line that contradicts itself stays one");
    assert_eq!(settled("CLEXANE 70 MG", 1).1, Some(LineReason::MatchEmpty));
    assert_eq!(settled("GUANTES DE NITRILO", 1).1, Some(LineReason::NotAMedicine));
    assert_eq!(settled("MUESTRA MEDICA LOSARTAN 50 MG", 5).1, Some(LineReason::SampleLine));
    // Nothing of it names a product, and what was read of it contradicts the second and the sample.
    assert_eq!(settled("XYZZY PLUGH 60 MG", 1), (vec![1], None));
    for other in [2, SAMPLE, 99] {
        assert_eq!(settled("XYZZY PLUGH 60 MG", other), (Vec::new(), Some(LineReason::TextNotRead)), "{other}");
    }
}

#[test]
fn hostile_texts_are_read_in_bounds() {
    let index = index();
    let long = "losartan 50 mg ".repeat(10_000);
    let digits = "1".repeat(5_000);
    for text in [
        &long, &digits, "", " ", "\u{0}", "ﷺ", "💊50mg", "R.S:", "LOTE:é", "1/2/3/4/5", "x x x", "....", "5,,5", "INVIMAé", "%%",
        "(", "50/", "+5", "2012M-",
    ] {
        let read = read(text, index.vocabulary());
        assert!(read.tokens.iter().all(|token| text.get(token.span.start..token.span.end).is_some()), "{text:.20}");
        let _ = index.candidates(&read);
    }
}

/// Ceilings of each product, so that neighbours differ, and of each unit. A sample has none: a list that named it would have left it among the candidates.
fn judge(question: &LineQuestion) -> Judgement {
    if question.cum.expediente == SAMPLE {
        let verdict = Verdict::NotRegulated;
        return Judgement { verdict, reasons: Vec::new(), comparison: None, excess: None, reference: None };
    }
    let units = match question.observed.per {
        Per::Pack => 10,
        Per::PrimaryPack => 4,
        Per::DispensingUnit => 1,
        Per::RegulatedUnit => 2,
    };
    let over = question.observed.amount - Decimal::from(units * (100 + 10 * question.cum.expediente));
    let verdict = if over > Decimal::ZERO { Verdict::Above } else { Verdict::Within };
    let excess = (verdict == Verdict::Above).then(|| Excess {
        amount: over,
        percent: over,
        rounding: RoundingBand::default(),
        other_readings: Vec::new(),
    });
    Judgement { verdict, reasons: Vec::new(), comparison: None, excess, reference: None }
}

fn verdict(candidates: &TextCandidates, price: i64) -> Verdict {
    verdict_in(candidates, &UnitReadings { per: vec![Per::DispensingUnit], origin: UnitOrigin::Stated, fault: None }, price)
}

fn verdict_in(candidates: &TextCandidates, units: &UnitReadings, price: i64) -> Verdict {
    let sales = [SalePlace { place: Place::ALL[0], seller: Seller::Other }];
    let prices = [LinePrice { basis: PriceBasis::Stated, amount: Decimal::from(price), divided_by: Decimal::ONE }];
    judge_line(candidates, units, &sales, &prices, judge).verdict
}

/// What can be said of a product, in any order. A further ingredient is no addition: it says that the first is not all.
fn saying() -> impl Strategy<Value = (Vec<String>, Vec<String>, i64)> {
    let names = prop::sample::select(vec![
        "clexane", "enoxaparina", "losartan", "metoprolol", "insulina glargina", "cloruro de sodio", "amlodipino",
    ]);
    let more = prop::sample::select(vec![
        "50 mg", "60 mg", "100 mg", "100 mg/ml", "100 ui/ml", "0,9 %", "tableta", "inyectable", "oral", "potasico", "sodica",
        "succinato", "x 30 tabletas", "x 100 tabletas", "caja", "sanofi", "genfar", "xyzzy", "zapatos", "liberacion prolongada",
        "5", "5-1", "10-1", "15-1", "x 2", "muestra medica", "muestra", "r.s:2012M-0002041-R1", "cozaar", "hyzaar", "clexane",
        "0.6 ml", "77777-3", "cateter",
    ]);
    (names, prop::collection::vec(more.clone(), 0..4), prop::collection::vec(more, 1..3), 90_i64..280).prop_map(
        |(name, few, added, price)| {
            let first: Vec<String> = std::iter::once(name).chain(few).map(str::to_owned).collect();
            (first, added.into_iter().map(str::to_owned).collect(), price)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_never_makes_a_verdict_its_opposite((first, added, price) in saying()) {
        let index = index();
        let of = |parts: &[String]| index.candidates(&read(&parts.join(" "), index.vocabulary()));
        let (before, after) = (of(&first), of(&[first.clone(), added].concat()));
        let (before, after) = (verdict(&before, price), verdict(&after, price));
        let opposite = [(Verdict::Above, Verdict::Within), (Verdict::Within, Verdict::Above)];
        prop_assert!(!opposite.contains(&(before, after)), "{first:?} {before:?} {after:?}");
    }

    #[test]
    fn what_is_settled_leaves_a_verdict_or_gives_one_and_never_makes_its_opposite(
        (first, added, _) in saying(), cum in 1_i32..17, settled in prop::sample::select(OPEN_UNITS.to_vec()),
        usual in prop::option::of(prop::sample::select(Per::ALL.to_vec())), unit in prop::sample::select(vec!["", "BX", "U2", "94", "MGM"]),
        price in 90_i64..3_000,
    ) {
        let index = index();
        let read = read(&[first, added].concat().join(" "), index.vocabulary());
        let set = index.candidates(&read);
        let left = index.settled(&read, &set, Cum::new(cum, 1));
        let facts = LineFacts { unit: Some(unit), convention: usual, ..LineFacts::default() };
        let of = |set: &TextCandidates, settled: Option<Per>| {
            let units = unit_readings(&LineFacts { settled, ..facts }, &index.pack_units(&set.cums));
            verdict_in(set, &units, price)
        };
        let (before, after) = (of(&set, None), of(&left, Some(settled)));
        let agree = before == after || before == Verdict::CannotCompare || after == Verdict::CannotCompare;
        prop_assert!(agree, "{before:?} {after:?} {set:?} {left:?}");
        // It narrows: but for a text in which nothing was read, what is left was there, and a fault of the line stays one.
        let narrows = left.cums.iter().all(|one| set.cums.contains(one)) && (set.fault.is_none() || left.fault == set.fault);
        prop_assert!(narrows || set.fault == Some(LineReason::TextNotRead), "{set:?} {left:?}");
        if set.fault.is_none() && !set.cums.contains(&Cum::new(cum, 1)) {
            prop_assert_eq!(left.fault, Some(LineReason::CodeContradictsText));
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,60}", code in proptest::option::of("[0-9A-Z-]{1,16}")) {
        let index = index();
        let read = read_with_code(&text, code.as_deref(), index.vocabulary());
        for token in &read.tokens {
            prop_assert!(text.get(token.span.start..token.span.end).is_some());
        }
        let _ = index.candidates(&read);
    }
}
