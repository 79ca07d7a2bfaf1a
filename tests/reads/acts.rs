//! Acts: paging, citation, and a difference that holds.
use jiff::civil::date;
use termometro::domain::{channel::Column, cum::Cum};

use crate::support;

const OLD: &str = "circular-10-2020";
const NEW: &str = "circular-19-2024";

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
    let diff = read.diff_acts(OLD, NEW).await.unwrap().unwrap();
    let back = read.diff_acts(NEW, OLD).await.unwrap().unwrap();
    assert_eq!((&diff.added, &diff.removed), (&back.removed, &back.added));
    let lantus = (Cum::new(19_914_312, 20), Column::Institutional);
    let raised = diff.raised.iter().find(|changed| (changed.cum, changed.column) == lantus).unwrap();
    assert_eq!(raised.before.normalize().to_string(), "33052");
    assert!(raised.after > raised.before && raised.percent.unwrap() > rust_decimal::Decimal::ZERO);
    let same = read.diff_acts(OLD, OLD).await.unwrap().unwrap();
    assert_eq!((same.added.len(), same.removed.len(), same.raised.len(), same.lowered.len()), (0, 0, 0, 0));
    assert_eq!(same.unchanged, diff.removed.len() + diff.raised.len() + diff.lowered.len() + diff.unchanged);
    assert_eq!(read.diff_acts(OLD, "circular-99-2099").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_list_of_an_act_counts() {
    let database = support::database("newest_list").await;
    let client = database.writer().await.unwrap();
    client
        .batch_execute(
            "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
             SELECT 'ceilings', 'list ' || n, repeat(n::text, 64), 1, '', '', '', '', '', date '2024-09-01' - n FROM generate_series(1, 2) n;
             INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, amount, margin_kind, act_id, valid_from)
             SELECT f, 1, 'maximum', e, 1, '', c, a, 'rule', 'circular-19-2024', date '2024-07-31' FROM (VALUES
                (1, 1, 'institutional', 100), (2, 1, 'institutional', 90), (2, 1, 'commercial_final', 80), (2, 2, 'institutional', 70),
                (1, 3, 'institutional', NULL), (2, 3, 'institutional', 60)) AS v (f, e, c, a);",
        )
        .await
        .unwrap();
    drop(client);
    let read = termometro::read_model::ReadModel::new(database, support::MAX_AGE_DAYS);
    let diff = read.diff_acts("circular-13-2022", NEW).await.unwrap().unwrap();
    let added: Vec<_> =
        diff.added.iter().map(|added| (added.cum.to_string(), added.column, added.amount.normalize().to_string())).collect();
    // List 1 has the later cut date although it was imported first; it leaves 1-1 free at the counter, and 3-1 everywhere.
    let institutional = Column::Institutional;
    assert_eq!(added, [("1-1".to_owned(), institutional, "100".to_owned()), ("2-1".to_owned(), institutional, "70".to_owned())]);
}
