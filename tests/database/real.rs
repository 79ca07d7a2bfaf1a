//! The publishers' own reports: every stored verdict is explained again, and must come out the same.
use std::path::{Path, PathBuf};

use jiff::civil::date;
use rust_decimal::Decimal;
use termometro::{
    domain::{
        identifier::cum::Cum,
        reason::Reason,
        verdict::{comparison::Per, judge::Verdict},
    },
    import::report::ImportReport,
    ingest::SourceKind,
    read_model::{ReadModel, medicines::prices::PriceFilter, verdicts::assessments::AssessmentFilter},
    store::postgres::database::Database,
};

use crate::{assessments::paged, support};

/// `None`, and a word about it, where the real data are not at hand.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no real data in {} (TERMOMETRO_REAL_DATA names another folder)", folder.display());
        return None;
    }
    Some(folder)
}

pub fn only_file(folder: PathBuf, part: &str) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.into_iter().find(|path| path.to_string_lossy().contains(part)).unwrap()
}

/// The real ceilings, and the real reports of Lantus; what became of these.
async fn lantus(database: Database) -> Option<(ReadModel, ImportReport)> {
    let folder = folder()?;
    support::import(&database, SourceKind::Ceilings, &only_file(folder.join("ceilings"), "2021-09-03")).await;
    let reports = support::import(&database, SourceKind::Sismed, &only_file(folder.join("sismed"), "19914312")).await;
    Some((ReadModel::new(database, support::MAX_AGE_DAYS), reports))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_real_report_reads_back_as_it_was_judged() {
    let Some((read, imported)) = lantus(support::database("real").await).await else { return };
    let filter = AssessmentFilter::default();
    // A verdict that its basis does not give is an error of the list.
    let all = paged(&read, &filter, 1000).await;
    let (reports, above) = (all.len() as u64, all.iter().filter(|one| one.verdict == Verdict::Above).count() as u64);
    assert_eq!(reports, imported.counts.accepted.unsigned_abs());
    let summary = read.assessments_summary(&filter).await.unwrap();
    assert_eq!((summary.reports, summary.verdicts[&Verdict::Above]), (reports, above));
    assert_eq!(imported.verdicts["above"], above);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_series_keeps_its_outliers_and_flags_them() {
    let Some((read, _)) = lantus(support::database("real_series").await).await else { return };
    let series = read.list_prices(Cum::new(19_914_312, 20), &PriceFilter::default()).await.unwrap().1.unwrap();
    let flagged = series.points.iter().filter(|point| point.outlier.is_some()).count();
    assert!(flagged > 0 && flagged < series.points.len() / 2, "{flagged} of {}", series.points.len());
    assert!(series.points.iter().all(|point| point.period.until > date(2012, 1, 1)));
}

/// Lantus as published, its packs from the sample's catalogue: no finding by the unit comes without the reading as the pack's price, and yet most findings
/// by the pack stay without another reading.
#[tokio::test(flavor = "multi_thread")]
async fn no_real_finding_by_the_unit_hides_that_the_price_fits_the_pack() {
    let database = support::database("real_readings").await;
    support::import(&database, SourceKind::Catalogue, &support::sample_file("catalogue.csv")).await;
    let Some((read, _)) = lantus(database).await else { return };
    let filter = AssessmentFilter { verdict: Some(Verdict::Above), ..AssessmentFilter::default() };
    let (mut by_unit, mut by_pack, mut fitting) = ((0, 0), (0, 0), 0);
    for one in paged(&read, &filter, 1000).await {
        let doubtful = one.reason == Some(Reason::AnotherUnitFits);
        let counted = if one.prices.per() == Per::Pack { &mut by_pack } else { &mut by_unit };
        *counted = (counted.0 + 1, counted.1 + i32::from(doubtful));
        for price in [&one.minimum, &one.average, &one.maximum] {
            let (Some(compared), Some(excess)) = (price.judgement.comparison, &price.judgement.excess) else { continue };
            let several = one.prices.per() != Per::Pack && compared.factor > Decimal::ONE;
            let as_pack = price.observed.filter(|observed| several && observed.amount <= compared.right);
            if as_pack.is_some() {
                fitting += 1;
                let reading = excess.other_readings.iter().find(|reading| reading.as_if.label() == "pack");
                assert!(reading.is_some_and(|reading| !reading.above), "line {}", one.source.line);
                assert_eq!(price.judgement.reasons.first(), Some(&Reason::AnotherUnitFits), "line {}", one.source.line);
                assert!(doubtful, "line {}", one.source.line);
            }
        }
    }
    assert_eq!(by_unit, (910, 422), "findings by the unit or primary pack, and how many are in doubt");
    assert_eq!(by_pack, (280, 60), "findings by the pack, and how many are in doubt");
    assert!(fitting > 500, "{fitting}");
}
