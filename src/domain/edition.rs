//! Whether a new edition of a file may take its place at once: what would make the published data worse is held until a person decides.

use jiff::civil::Date;

/// What is known of a file after it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// The number of its import; 0 before it has one.
    pub import: i64,
    pub name: String,
    /// The day that the publisher says the list speaks for.
    pub day: Option<Date>,
    pub rows_read: i64,
    pub rows_accepted: i64,
    pub rows_quarantined: i64,
    /// Comes from the open-data portal, which cuts a download at its default page.
    pub from_portal: bool,
}

/// What there is already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The edition of the same list that is in force.
    pub current: Option<Edition>,
    /// Rows quarantined, and data rows, of what counts of this kind and series.
    pub usual: (i64, i64),
}

/// Why an edition is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldReason {
    Smaller { accepted: i64, current: i64 },
    Older { day: Date, current: Date },
    DayNotStated { current: Date },
    ManyQuarantined { quarantined: i64, of: i64 },
    MoreQuarantinedThanUsual { quarantined: i64, of: i64, usual: (i64, i64) },
    DefaultPage,
}

/// A list that loses more than this is held.
const SHRINK_PERCENT_MAX: i64 = 20;
const QUARANTINED_PERCENT_MAX: i64 = 5;
const USUAL_TIMES_MAX: i64 = 3;
/// Three times the usual share is worth a person's look only from here on: of a list without a single fault, one fault is infinitely more.
const QUARANTINED_PER_MILLE_MIN: i64 = 5;
/// The portal's default page.
pub const DEFAULT_PAGE_ROWS: i64 = 1_000;

impl HoldReason {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Smaller { .. } => "smaller_than_current",
            Self::Older { .. } => "older_than_current",
            Self::DayNotStated { .. } => "day_not_stated",
            Self::ManyQuarantined { .. } => "many_quarantined",
            Self::MoreQuarantinedThanUsual { .. } => "more_quarantined_than_usual",
            Self::DefaultPage => "cut_at_default_page",
        }
    }

    pub fn spanish(&self) -> String {
        match self {
            Self::Smaller { accepted, current } => {
                format!("la lista vigente tiene {current} filas y esta {accepted}: más de {SHRINK_PERCENT_MAX} % menos")
            }
            Self::Older { day, current } => format!("es del {day} y la lista vigente es del {current}"),
            Self::DayNotStated { current } => {
                format!("no dice de qué día es y la lista vigente es del {current}: indíquelo con --cut-date AAAA-MM-DD")
            }
            Self::ManyQuarantined { quarantined, of } => {
                format!("{quarantined} de {of} filas no se pudieron leer: más de {QUARANTINED_PERCENT_MAX} %")
            }
            Self::MoreQuarantinedThanUsual { quarantined, of, usual: (usually, among) } => {
                format!("{quarantined} de {of} filas no se pudieron leer, y suelen ser {usually} de {among}")
            }
            Self::DefaultPage => {
                format!(
                    "tiene exactamente {DEFAULT_PAGE_ROWS} filas, la página por defecto del portal: la descarga quedó cortada"
                )
            }
        }
    }

    pub fn english(&self) -> String {
        match self {
            Self::Smaller { accepted, current } => {
                format!("the list in force has {current} rows and this one {accepted}: more than {SHRINK_PERCENT_MAX} % fewer")
            }
            Self::Older { day, current } => format!("it is of {day} and the list in force is of {current}"),
            Self::DayNotStated { current } => {
                format!(
                    "it does not say of which day it is and the list in force is of {current}: state it with --cut-date YYYY-MM-DD"
                )
            }
            Self::ManyQuarantined { quarantined, of } => {
                format!("{quarantined} of {of} rows could not be read: more than {QUARANTINED_PERCENT_MAX} %")
            }
            Self::MoreQuarantinedThanUsual { quarantined, of, usual: (usually, among) } => {
                format!("{quarantined} of {of} rows could not be read, where {usually} of {among} are usual")
            }
            Self::DefaultPage => {
                format!("it has exactly {DEFAULT_PAGE_ROWS} rows, the portal's default page: the download was cut off")
            }
        }
    }
}

/// Why a person must decide; empty when the edition may count at once.
pub fn hold_reasons(edition: &Edition, standing: &Standing) -> Vec<HoldReason> {
    let mut reasons = Vec::new();
    if edition.from_portal && edition.rows_read == DEFAULT_PAGE_ROWS {
        reasons.push(HoldReason::DefaultPage);
    }
    if let Some(current) = &standing.current {
        if edition.rows_accepted.saturating_mul(100) < current.rows_accepted.saturating_mul(100 - SHRINK_PERCENT_MAX) {
            reasons.push(HoldReason::Smaller { accepted: edition.rows_accepted, current: current.rows_accepted });
        }
        match (edition.day, current.day) {
            (Some(day), Some(current)) if day < current => reasons.push(HoldReason::Older { day, current }),
            (None, Some(current)) => reasons.push(HoldReason::DayNotStated { current }),
            _ => {}
        }
    }
    reasons.extend(quarantined(edition, standing.usual));
    reasons
}

fn quarantined(edition: &Edition, usual: (i64, i64)) -> Option<HoldReason> {
    let (quarantined, of) = (edition.rows_quarantined, edition.rows_accepted + edition.rows_quarantined);
    if quarantined.saturating_mul(100) > of.saturating_mul(QUARANTINED_PERCENT_MAX) {
        return Some(HoldReason::ManyQuarantined { quarantined, of });
    }
    let noticeable = quarantined.saturating_mul(1000) > of.saturating_mul(QUARANTINED_PER_MILLE_MIN);
    let (usually, among) = usual;
    let unusual = among > 0 && product(quarantined, among) > USUAL_TIMES_MAX as i128 * product(usually, of);
    (noticeable && unusual).then_some(HoldReason::MoreQuarantinedThanUsual { quarantined, of, usual })
}

fn product(left: i64, right: i64) -> i128 {
    i128::from(left) * i128::from(right)
}

/// How current an edition is beside another of the same list: by the day it speaks for, then by the order of import.
/// A list that states no day is older than any that does.
pub fn supersedes(day: Option<Date>, import: i64, other_day: Option<Date>, other_import: i64) -> bool {
    (day, import) > (other_day, other_import)
}

/// Where an import stands, in one word. `newest`: no other edition of its list that counts is newer.
pub fn state(kind: &str, sample: bool, ended: bool, newest: bool) -> &'static str {
    match (ended, kind) {
        (true, _) if sample => "sample_removed",
        (true, _) => "taken_back",
        (false, "undo") => "undo",
        (false, "rejudgement") => "rejudgement",
        (false, "publication") => "published",
        (false, "submission" | "sismed") => "counts",
        (false, _) if newest => "current",
        (false, _) => "history",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn edition(day: Option<Date>, accepted: i64, quarantined: i64) -> Edition {
        let rows_read = accepted + quarantined;
        Edition {
            day,
            rows_read,
            rows_accepted: accepted,
            rows_quarantined: quarantined,
            from_portal: true,
            ..Edition::default()
        }
    }

    fn codes(edition: &Edition, standing: &Standing) -> Vec<&'static str> {
        hold_reasons(edition, standing).iter().map(HoldReason::code).collect()
    }

    const JULY: Option<Date> = Some(date(2026, 7, 24));
    const AUGUST: Option<Date> = Some(date(2026, 8, 24));

    fn after(current: Edition) -> Standing {
        let usual = (current.rows_quarantined, current.rows_accepted + current.rows_quarantined);
        Standing { current: Some(current), usual }
    }

    #[test]
    fn each_limit_belongs_to_what_passes() {
        let standing = after(edition(JULY, 38_731, 0));
        for (accepted, held) in [(38_731, false), (30_985, false), (30_984, true), (2, true)] {
            assert_eq!(codes(&edition(AUGUST, accepted, 0), &standing), if held { vec!["smaller_than_current"] } else { vec![] });
        }
        for (accepted, quarantined, held) in [(950, 50, false), (949, 51, true), (0, 1, true)] {
            let reasons = codes(&edition(AUGUST, accepted, quarantined), &Standing::default());
            assert_eq!(reasons.contains(&"many_quarantined"), held, "{accepted} {quarantined}");
        }
    }

    #[test]
    fn the_usual_share_is_what_is_compared_with() {
        let standing = |quarantined| Standing { current: None, usual: (quarantined, 10_000) };
        // One in a hundred is usual: three in a hundred pass, more do not.
        assert_eq!(codes(&edition(JULY, 9_700, 300), &standing(100)), [""; 0]);
        assert_eq!(codes(&edition(JULY, 9_699, 301), &standing(100)), ["more_quarantined_than_usual"]);
        // Nothing is usual: five in a thousand pass.
        assert_eq!(codes(&edition(JULY, 9_950, 50), &standing(0)), [""; 0]);
        assert_eq!(codes(&edition(JULY, 9_949, 51), &standing(0)), ["more_quarantined_than_usual"]);
        // Nothing there at all: only the absolute limit holds.
        assert_eq!(codes(&edition(JULY, 9_600, 400), &Standing::default()), [""; 0]);
    }

    #[test]
    fn an_older_list_and_one_without_a_day_are_held() {
        let standing = after(edition(JULY, 500, 0));
        assert_eq!(codes(&edition(Some(date(2026, 7, 23)), 500, 0), &standing), ["older_than_current"]);
        assert_eq!(codes(&edition(None, 500, 0), &standing), ["day_not_stated"]);
        assert_eq!(codes(&edition(JULY, 500, 0), &standing), [""; 0], "the same day is a correction");
        assert_eq!(codes(&edition(None, 500, 0), &after(edition(None, 500, 0))), [""; 0]);
    }

    #[test]
    fn a_download_cut_at_the_portals_page_is_recognised() {
        assert_eq!(codes(&edition(JULY, 990, 10), &Standing::default()), ["cut_at_default_page"]);
        assert_eq!(codes(&edition(JULY, 1_001, 0), &Standing::default()), [""; 0]);
        let own = Edition { from_portal: false, ..edition(JULY, 1_000, 0) };
        assert_eq!(codes(&own, &Standing::default()), [""; 0]);
    }

    #[test]
    fn the_day_decides_and_then_the_import() {
        assert!(supersedes(AUGUST, 1, JULY, 2));
        assert!(supersedes(JULY, 2, JULY, 1));
        assert!(supersedes(JULY, 1, None, 2));
        assert!(!supersedes(None, 2, JULY, 1));
        assert!(supersedes(None, 2, None, 1));
    }
}
