//! Imported files: every row accounted for, and the rows that were not taken.
use crate::support;

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_every_file_is_accounted_for() {
    let read = support::sample().await;
    let sources = read.list_sources(None, 1000).await.unwrap();
    assert_eq!(sources.len(), 5);
    for source in &sources {
        assert_eq!(source.rows_read, source.rows_accepted + source.rows_quarantined + source.rows_refused, "{}", source.name);
        let not_taken = source.rows_quarantined + source.rows_refused;
        assert_eq!(source.faults.iter().map(|fault| fault.rows).sum::<i64>(), not_taken, "{}", source.name);
    }
    let rest = read.list_sources(Some(sources[1].id), 2).await.unwrap();
    assert_eq!(rest, sources[2..4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_not_taken_are_told_one_by_one() {
    let read = support::sample().await;
    let sources = read.list_sources(None, 1000).await.unwrap();
    let sismed = sources.iter().find(|source| source.kind == "sismed").unwrap();
    let (file, faults) = read.source_faults(&sismed.sha256, None, None, 1000).await.unwrap().unwrap();
    assert_eq!(&file, sismed);
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [111, 165, 220, 275]);
    let rest = read.source_faults(&sismed.sha256, Some("sismed"), Some(faults[1].ordinal), 1).await.unwrap().unwrap().1;
    assert_eq!(rest, faults[2..3]);
    assert_eq!(read.source_faults(&sismed.sha256, Some("ceilings"), None, 10).await.unwrap(), None);
    assert_eq!(read.source_faults(&"0".repeat(64), None, None, 10).await.unwrap(), None);
}
