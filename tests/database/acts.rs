//! Acts: paging, citation, and a difference that holds.
use std::collections::BTreeMap;

use jiff::civil::date;
use termometro::{
    domain::{
        identifier::cum::Cum,
        law::{act::ActStatus, act_diff::Untouched, channel::CeilingColumn},
    },
    ingest::SourceKind,
    read_model::{
        ReadModel,
        acts::act::{ActSummary, Amendment, Compared, Comparison},
    },
};

use crate::{real, support};

const OLD: &str = "circular-10-2020";
const NEW: &str = "circular-19-2024";

async fn known(read: &ReadModel, before: &str, after: &str) -> Comparison {
    match read.diff_acts(before, after).await.unwrap() {
        Compared::Known(comparison) => *comparison,
        other => panic!("{before}, {after}: {other:?}"),
    }
}

async fn acts_of_the_sample() -> BTreeMap<String, ActSummary> {
    let acts = support::sample().await.list_acts(None, 1000).await.unwrap();
    acts.into_iter().map(|act| (act.id.clone(), act)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_to_the_whole_list() {
    let read = support::sample().await;
    let all = read.list_acts(None, 1000).await.unwrap();
    assert!(all.is_sorted_by_key(|act| act.id.clone()) && all.len() >= 18);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = read.list_acts(after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        paged.extend(page);
    }
    assert_eq!(paged, all);
    assert_eq!(read.list_acts(None, 0).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_names_the_lists_that_state_it() {
    let read = support::sample().await;
    let act = read.show_act(OLD).await.unwrap().unwrap();
    assert_eq!((act.summary.in_force_from, act.summary.confirmed), (Some(date(2020, 3, 28)), true));
    assert_eq!(act.repeals, ["circular-07-2018"]);
    let [list] = &act.lists[..] else { panic!("{:?}", act.lists) };
    assert_eq!((list.file.as_str(), list.cut_date), ("ceilings.xlsx", Some(date(2021, 9, 3))));
    assert_eq!((list.ceilings, list.markets), (act.summary.ceilings, act.summary.markets));
    assert!(list.ceilings > 20 && list.markets > 10);
    let silent = read.show_act("circular-04-2006").await.unwrap().unwrap();
    assert_eq!((silent.summary.ceilings, silent.lists.len()), (0, 0));
    assert_eq!(read.show_act("circular-99-2099").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_of_two_acts_is_counted_in_pesos_and_percent() {
    let read = support::sample().await;
    let compared = known(&read, OLD, NEW).await;
    assert_eq!(compared.amendment, None, "neither amends the other");
    let diff = compared.diff;
    let back = known(&read, NEW, OLD).await.diff;
    assert_eq!((&diff.added, &diff.removed), (&back.removed, &back.added));
    let lantus = (Cum::new(19_914_312, 20), CeilingColumn::Institutional);
    let raised = diff.raised.iter().find(|changed| (changed.cum, changed.column) == lantus).unwrap();
    assert_eq!(raised.before.normalize().to_string(), "33052");
    assert!(raised.after > raised.before && raised.percent.unwrap() > rust_decimal::Decimal::ZERO);
    let same = known(&read, OLD, OLD).await.diff;
    assert!(compared.descriptions[&lantus.0].starts_with("LANTUS - Insulina"), "{:?}", compared.descriptions.get(&lantus.0));
    assert_eq!((same.added.len(), same.removed.len(), same.raised.len(), same.lowered.len()), (0, 0, 0, 0));
    assert_eq!(same.unchanged, diff.removed.len() + diff.raised.len() + diff.lowered.len() + diff.unchanged);
    assert_eq!(read.diff_acts(OLD, "circular-99-2099").await.unwrap(), Compared::Unknown);
    for (before, after) in [(OLD, "circular-12-2021"), ("circular-12-2021", OLD)] {
        let not_held = Compared::ListNotHeld("circular-12-2021".to_owned());
        assert_eq!(read.diff_acts(before, after).await.unwrap(), not_held, "nothing of it was added or removed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_list_of_an_act_counts() {
    let database = support::database("newest_list").await;
    let sql = "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
             SELECT 'ceilings', 'list ' || n, repeat(n::text, 64), 1, '', '', '', '', '', date '2024-09-01' - n FROM generate_series(1, 2) n;
             INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, amount, margin_kind, act_id, valid_from)
             SELECT f, 1, 'maximum', e, 1, '', c, a, 'rule', 'circular-19-2024', date '2024-07-31' FROM (VALUES
                (1, 1, 'institutional', 100), (2, 1, 'institutional', 90), (2, 1, 'commercial_final', 80), (2, 2, 'institutional', 70),
                (1, 3, 'institutional', NULL), (2, 3, 'institutional', 60)) AS v (f, e, c, a);";
    support::as_owner(&database, sql).await;
    let read = ReadModel::new(database, support::MAX_AGE_DAYS);
    // An act that sets no prices has none.
    let diff = known(&read, "circular-18-2024", NEW).await.diff;
    let added: Vec<_> =
        diff.added.iter().map(|added| (added.cum.to_string(), added.column, added.amount.normalize().to_string())).collect();
    // List 1 has the later cut date although it was imported first; it leaves 1-1 free at the counter, and 3-1 everywhere.
    let institutional = CeilingColumn::Institutional;
    assert_eq!(added, [("1-1".to_owned(), institutional, "100".to_owned()), ("2-1".to_owned(), institutional, "70".to_owned())]);
}

const AMENDED: &str = OLD;
const AMENDING: &str = "circular-11-2020";

/// On the sample: an amendment that raises one price, frees a column and sets a price that the amended act did not have.
#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_is_compared_where_it_speaks() {
    let database = support::database("amendment").await;
    support::import(&database, SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    let sql = "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
             VALUES ('ceilings', 'amendment', repeat('a', 64), 1, '', '', '', '', '', '2020-04-10');
             INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, amount, margin_kind, act_id, valid_from)
             SELECT f.id, 1, 'maximum', e, c, 'SOLOSTAR - Insulina - x 1 - SANOFI', k, a, 'rule', 'circular-11-2020', '2020-04-01'
             FROM (SELECT max(id) AS id FROM source_file) f, (VALUES
                (19914312, 20, 'institutional', 40000), (19914312, 20, 'commercial_wholesale', NULL), (39999999, 1, 'institutional', 500)) AS v (e, c, k, a);";
    support::as_owner(&database, sql).await;
    let read = ReadModel::new(database, support::MAX_AGE_DAYS);
    let amended = read.show_act(AMENDED).await.unwrap().unwrap();
    assert_eq!(amended.amended_by, [AMENDING]);
    let compared = known(&read, AMENDED, AMENDING).await;
    let presentations = usize::try_from(amended.summary.ceilings).unwrap() - 1;
    let amendment = compared.amendment.unwrap();
    // The workbook of the sample binds two columns of every presentation of this act: all but the two of Lantus stay.
    let untouched = Untouched { ceilings: 2 * presentations, presentations };
    let expected = Amendment { amending: AMENDING.to_owned(), amended: AMENDED.to_owned(), untouched };
    assert_eq!(amendment, expected);
    let diff = compared.diff;
    let raised: Vec<_> =
        diff.raised.iter().map(|one| (one.cum.to_string(), one.column, one.percent.unwrap().to_string())).collect();
    // 40,000 against 33,052.
    assert_eq!(raised, [("19914312-20".to_owned(), CeilingColumn::Institutional, "21.0214".to_owned())]);
    let removed: Vec<_> = diff.removed.iter().map(|one| (one.cum.to_string(), one.column)).collect();
    assert_eq!(removed, [("19914312-20".to_owned(), CeilingColumn::CommercialWholesale)]);
    let added: Vec<_> = diff.added.iter().map(|one| (one.cum.to_string(), one.amount.normalize().to_string())).collect();
    assert_eq!((added, diff.lowered.len(), diff.unchanged), (vec![("39999999-1".to_owned(), "500".to_owned())], 0, 0));
    // The other way round it is the same comparison, backwards.
    let back = known(&read, AMENDING, AMENDED).await;
    assert_eq!((&back.amendment.unwrap(), back.diff), (&expected, diff.backwards()));
}

/// The Ministry's list of 2021 states 2,477 presentations under circular 10 and 15 others under circular 11, each in two columns.
#[tokio::test(flavor = "multi_thread")]
async fn the_real_amendment_of_2020_restates_fifteen_presentations() {
    let Some(folder) = real::folder() else { return };
    let database = support::database("real_amendment").await;
    support::import(&database, SourceKind::Ceilings, &real::only_file(folder.join("ceilings"), "2021-09-03")).await;
    let read = ReadModel::new(database, support::MAX_AGE_DAYS);
    let compared = known(&read, AMENDED, AMENDING).await;
    let counts = compared.diff.presentations();
    assert_eq!((counts.added, counts.removed, counts.raised, counts.lowered, counts.unchanged), (15, 0, 0, 0, 0));
    assert_eq!((compared.diff.added.len(), compared.diff.removed.len()), (30, 0));
    assert_eq!(compared.amendment.unwrap().untouched, Untouched { ceilings: 4954, presentations: 2477 });
    let names: Vec<&str> =
        compared.diff.added.iter().map(|one| compared.descriptions[&one.cum].split(" - ").next().unwrap()).collect();
    let simulect = names.iter().filter(|name| **name == "SIMULECT").count();
    assert_eq!((names.len(), simulect), (30, 4), "two presentations of Simulect, in two columns: {names:?}");
    let back = known(&read, AMENDING, AMENDED).await;
    assert_eq!((back.diff.added.len(), back.diff.removed.len()), (0, 30));
    let (of_2020, amendment) = (read.show_act(AMENDED).await.unwrap().unwrap(), read.show_act(AMENDING).await.unwrap().unwrap());
    assert_eq!((of_2020.summary.ceilings, amendment.summary.ceilings), (2477, 15));
}

/// Whether an act sets prices, and whether they are here, are two facts; nothing is read out of a title.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_without_ceilings_differs_from_a_list_that_is_not_held() {
    let acts = acts_of_the_sample().await;
    for (id, sets, held) in [
        ("circular-10-2020", Some(true), Some(true)),
        ("circular-19-2024", Some(true), Some(true)),
        ("circular-22-2026", Some(true), Some(false)),
        ("circular-12-2021", Some(true), Some(false)),
        ("circular-11-2020", Some(true), Some(false)),
        ("circular-04-2006", Some(false), None),
        ("circular-18-2024", Some(false), None),
    ] {
        let act = &acts[id];
        assert_eq!((act.sets_ceilings, act.list_held()), (sets, held), "{id}");
        assert_eq!(act.list_held() == Some(true), act.ceilings > 0 || act.markets > 0, "{id}");
    }
    let unstated: Vec<&str> = acts.values().filter(|act| act.sets_ceilings.is_none()).map(|act| act.id.as_str()).collect();
    assert_eq!(unstated, Vec::<&str>::new(), "of every act of the seed it is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_force_goes_by_the_day() {
    let acts = acts_of_the_sample().await;
    let (today, before, since) = (date(2026, 11, 23), date(2024, 7, 30), date(2024, 7, 31));
    for (id, day, expected) in [
        ("circular-19-2024", today, ActStatus::InForce),
        ("circular-06-2013", today, ActStatus::InForce),
        ("circular-22-2026", today, ActStatus::UnknownDate),
        ("circular-13-2022", today, ActStatus::Superseded),
        ("circular-10-2020", today, ActStatus::Superseded),
        // It amends an act that is repealed.
        ("circular-11-2020", today, ActStatus::Superseded),
        // Circular 19 is in force from 2024-07-31 and repeals circular 13 on that day.
        ("circular-19-2024", before, ActStatus::NotYetInForce),
        ("circular-19-2024", since, ActStatus::InForce),
        ("circular-13-2022", before, ActStatus::UnknownDate),
        ("circular-13-2022", since, ActStatus::Superseded),
    ] {
        assert_eq!(acts[id].standing(day), expected, "{id} on {day}");
    }
    assert_eq!(acts["circular-13-2022"].repealed_from, Some(since));
}
