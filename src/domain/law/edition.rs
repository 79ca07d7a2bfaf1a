//! Whether a new edition of a file takes effect at once: one that would make the published data worse is held until a person decides.

use jiff::civil::Date;

/// The facts about a file after it was read.
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

/// The edition in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrentEditions {
    /// The newest edition of the same list and layout.
    pub current: Option<Edition>,
    /// The edition in force of the kind, where its layouts are editions of one list.
    pub of_kind: Option<Edition>,
    /// Rows quarantined, and data rows, of what counts of this kind and series.
    pub usual: (i64, i64),
}

impl CurrentEditions {
    /// The edition that a new one would take the place of.
    pub fn in_force(&self) -> Option<&Edition> {
        self.of_kind.as_ref().or(self.current.as_ref())
    }
}

/// Whether lists of a kind are editions of one list whatever their layout: the Ministry's workbook and the open data state the same ceilings,
/// as two publishers state the same exchange rates. The catalogue's four data sets of one layout are four lists.
pub fn layouts_are_one_list(kind: &str) -> bool {
    matches!(kind, "ceilings" | "exchange_rates" | "tvec_items")
}

/// Why an edition is held. `list` names the edition that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldReason {
    Smaller {
        accepted: i64,
        current: i64,
        list: String,
    },
    Older {
        day: Date,
        current: Date,
        list: String,
    },
    DayNotStated {
        current: Date,
        list: String,
    },
    /// Neither edition states a day.
    NoDayOnEither {
        list: String,
    },
    DayNotCome {
        day: Date,
        today: Date,
    },
    ManyQuarantined {
        quarantined: i64,
        of: i64,
    },
    MoreQuarantinedThanUsual {
        quarantined: i64,
        of: i64,
        usual: (i64, i64),
    },
    DefaultPage,
    /// The rest is looked for in files that came by themselves only.
    Larger {
        accepted: i64,
        current: i64,
        list: String,
    },
    /// Amounts under acts that the list in force names too.
    ManyChanged {
        changed: i64,
        of: i64,
        list: String,
    },
    /// As when a unit of the price changed.
    AmountsShifted {
        shifted: i64,
        of: i64,
        list: String,
    },
    KeysRepeated {
        repeated: i64,
        before: i64,
        list: String,
    },
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
            Self::NoDayOnEither { .. } => "no_day_on_either",
            Self::DayNotCome { .. } => "day_not_come",
            Self::ManyQuarantined { .. } => "many_quarantined",
            Self::MoreQuarantinedThanUsual { .. } => "more_quarantined_than_usual",
            Self::DefaultPage => "cut_at_default_page",
            Self::Larger { .. } => "larger_than_current",
            Self::ManyChanged { .. } => "many_changed",
            Self::AmountsShifted { .. } => "amounts_shifted",
            Self::KeysRepeated { .. } => "keys_repeated",
        }
    }

    pub fn spanish(&self) -> String {
        match self {
            Self::Smaller { accepted, current, list } => {
                format!(
                    "la lista que cuenta hoy ({list}) tiene {current} filas y esta {accepted}: más de {SHRINK_PERCENT_MAX} % menos"
                )
            }
            Self::Older { day, current, list } => format!("es del {day} y la lista que cuenta hoy ({list}) es del {current}"),
            Self::DayNotStated { current, list } => {
                format!(
                    "no dice de qué día es y la lista que cuenta hoy ({list}) es del {current}: indíquelo con --cut-date AAAA-MM-DD"
                )
            }
            Self::NoDayOnEither { list } => {
                format!(
                    "ni esta lista ni la que cuenta hoy ({list}) dicen de qué día son, y no se sabe cuál es la más nueva: indíquelo con --cut-date AAAA-MM-DD"
                )
            }
            Self::DayNotCome { day, today } => {
                format!("habla de un día que no ha llegado: el {day}, y hoy es {today}; indique su día con --cut-date AAAA-MM-DD")
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
            Self::Larger { accepted, current, list } => {
                format!("la lista que cuenta hoy ({list}) tiene {current} filas y esta {accepted}: más de la mitad más")
            }
            Self::ManyChanged { changed, of, list } => {
                format!("cambia {changed} de {of} valores de la lista que cuenta hoy ({list}) sin nombrar un acto nuevo")
            }
            Self::AmountsShifted { shifted, of, list } => {
                format!(
                    "{shifted} de {of} valores se apartan cinco veces o más, hacia el mismo lado, de los de la lista que cuenta hoy ({list}): ¿cambió la unidad?"
                )
            }
            Self::KeysRepeated { repeated, before, list } => {
                format!("{repeated} claves están más de una vez, y en la lista que cuenta hoy ({list}) {before}")
            }
        }
    }

    pub fn english(&self) -> String {
        match self {
            Self::Smaller { accepted, current, list } => {
                format!(
                    "the list that counts today ({list}) has {current} rows and this one {accepted}: more than {SHRINK_PERCENT_MAX} % fewer"
                )
            }
            Self::Older { day, current, list } => {
                format!("it is of {day} and the list that counts today ({list}) is of {current}")
            }
            Self::DayNotStated { current, list } => {
                format!(
                    "it does not say of which day it is and the list that counts today ({list}) is of {current}: state it with --cut-date YYYY-MM-DD"
                )
            }
            Self::NoDayOnEither { list } => {
                format!(
                    "neither this list nor the one that counts today ({list}) says of which day it is, and it is not known which is newer: give its day with --cut-date YYYY-MM-DD"
                )
            }
            Self::DayNotCome { day, today } => {
                format!(
                    "it speaks for a day that has not come: {day}, and today is {today}; give its day with --cut-date YYYY-MM-DD"
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
            Self::Larger { accepted, current, list } => {
                format!(
                    "the list that counts today ({list}) has {current} rows and this one {accepted}: more than half as many again"
                )
            }
            Self::ManyChanged { changed, of, list } => {
                format!("it changes {changed} of {of} amounts of the list that counts today ({list}) and names no new act")
            }
            Self::AmountsShifted { shifted, of, list } => {
                format!(
                    "{shifted} of {of} amounts are five times or more away, to the same side, from those of the list that counts today ({list}): did the unit change?"
                )
            }
            Self::KeysRepeated { repeated, before, list } => {
                format!("{repeated} keys stand more than once, and {before} in the list that counts today ({list})")
            }
        }
    }
}

/// Why a person must decide; empty when the edition may count at once. `today` is the legal day, in America/Bogota.
pub fn hold_reasons(edition: &Edition, standing: &CurrentEditions, today: Date) -> Vec<HoldReason> {
    let mut reasons = Vec::new();
    if edition.from_portal && edition.rows_read == DEFAULT_PAGE_ROWS {
        reasons.push(HoldReason::DefaultPage);
    }
    reasons.extend(smaller(edition, standing));
    reasons.extend(day_in_doubt(edition, standing, today));
    reasons.extend(quarantined(edition, standing.usual));
    reasons
}

/// It is compared with the edition before it of its layout, and with the one of another layout whose place it would take.
fn smaller(edition: &Edition, standing: &CurrentEditions) -> Option<HoldReason> {
    // It is imported after all others.
    let replaced = standing.of_kind.iter().filter(|other| supersedes(edition.day, i64::MAX, other.day, other.import));
    let largest = standing.current.iter().chain(replaced).max_by_key(|other| other.rows_accepted)?;
    let (accepted, current) = (edition.rows_accepted, largest.rows_accepted);
    let shrinks = accepted.saturating_mul(100) < current.saturating_mul(100 - SHRINK_PERCENT_MAX);
    shrinks.then(|| HoldReason::Smaller { accepted, current, list: largest.name.clone() })
}

fn day_in_doubt(edition: &Edition, standing: &CurrentEditions, today: Date) -> Option<HoldReason> {
    let Some(day) = edition.day else {
        let Edition { day, name, .. } = standing.in_force()?;
        let list = name.clone();
        return Some(match day {
            Some(current) => HoldReason::DayNotStated { current: *current, list },
            None => HoldReason::NoDayOnEither { list },
        });
    };
    if day > today {
        return Some(HoldReason::DayNotCome { day, today });
    }
    // An older list of another layout is history that no other list has.
    let before = standing.current.as_ref()?;
    let current = before.day.filter(|current| day < *current)?;
    Some(HoldReason::Older { day, current, list: before.name.clone() })
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

    fn codes(edition: &Edition, standing: &CurrentEditions) -> Vec<&'static str> {
        hold_reasons(edition, standing, TODAY).iter().map(HoldReason::code).collect()
    }

    const JULY: Option<Date> = Some(date(2026, 7, 24));
    const AUGUST: Option<Date> = Some(date(2026, 8, 24));
    const TODAY: Date = date(2026, 11, 29);

    fn after(current: Edition) -> CurrentEditions {
        let usual = (current.rows_quarantined, current.rows_accepted + current.rows_quarantined);
        CurrentEditions { current: Some(current), of_kind: None, usual }
    }

    #[test]
    fn each_limit_belongs_to_what_passes() {
        let standing = after(edition(JULY, 38_731, 0));
        for (accepted, held) in [(38_731, false), (30_985, false), (30_984, true), (2, true)] {
            assert_eq!(codes(&edition(AUGUST, accepted, 0), &standing), if held { vec!["smaller_than_current"] } else { vec![] });
        }
        for (accepted, quarantined, held) in [(950, 50, false), (949, 51, true), (0, 1, true)] {
            let reasons = codes(&edition(AUGUST, accepted, quarantined), &CurrentEditions::default());
            assert_eq!(reasons.contains(&"many_quarantined"), held, "{accepted} {quarantined}");
        }
    }

    #[test]
    fn the_usual_share_is_what_is_compared_with() {
        let standing = |quarantined| CurrentEditions { usual: (quarantined, 10_000), ..CurrentEditions::default() };
        // One in a hundred is usual: three in a hundred pass, more do not.
        assert_eq!(codes(&edition(JULY, 9_700, 300), &standing(100)), [""; 0]);
        assert_eq!(codes(&edition(JULY, 9_699, 301), &standing(100)), ["more_quarantined_than_usual"]);
        // Nothing is usual: five in a thousand pass.
        assert_eq!(codes(&edition(JULY, 9_950, 50), &standing(0)), [""; 0]);
        assert_eq!(codes(&edition(JULY, 9_949, 51), &standing(0)), ["more_quarantined_than_usual"]);
        // Nothing there at all: only the absolute limit holds.
        assert_eq!(codes(&edition(JULY, 9_600, 400), &CurrentEditions::default()), [""; 0]);
    }

    #[test]
    fn an_older_list_and_one_without_a_day_are_held() {
        let standing = after(edition(JULY, 500, 0));
        assert_eq!(codes(&edition(Some(date(2026, 7, 23)), 500, 0), &standing), ["older_than_current"]);
        assert_eq!(codes(&edition(None, 500, 0), &standing), ["day_not_stated"]);
        assert_eq!(codes(&edition(JULY, 500, 0), &standing), [""; 0], "the same day is a correction");
        assert_eq!(codes(&edition(JULY, 500, 0), &after(edition(None, 500, 0))), [""; 0], "it gives the first day");
    }

    #[test]
    fn of_two_lists_without_a_day_none_is_the_newer() {
        let standing = after(Edition { name: "t.csv".to_owned(), ..edition(None, 500, 0) });
        assert_eq!(codes(&edition(None, 500, 0), &standing), ["no_day_on_either"]);
        assert_eq!(codes(&edition(None, 500, 0), &CurrentEditions::default()), [""; 0], "there is none before it");
        let said = &hold_reasons(&edition(None, 500, 0), &standing, TODAY)[0];
        for text in [said.spanish(), said.english()] {
            assert!(text.contains("(t.csv)") && text.contains("--cut-date"), "{text}");
        }
    }

    #[test]
    fn a_day_that_has_not_come_is_held_whatever_there_is() {
        for standing in [CurrentEditions::default(), after(edition(JULY, 500, 0)), after(edition(None, 500, 0))] {
            assert_eq!(codes(&edition(Some(TODAY), 500, 0), &standing), [""; 0]);
            assert_eq!(codes(&edition(Some(date(2026, 11, 30)), 500, 0), &standing), ["day_not_come"]);
        }
        let said = HoldReason::DayNotCome { day: date(2027, 12, 31), today: TODAY };
        assert!(said.spanish().starts_with("habla de un día que no ha llegado: el 2027-12-31, y hoy es 2026-11-29;"));
        assert!(said.english().starts_with("it speaks for a day that has not come: 2027-12-31, and today is 2026-11-29;"));
    }

    #[test]
    fn a_newer_list_of_another_layout_is_compared_with_the_one_whose_place_it_takes() {
        let workbook = Edition { name: "workbook.xlsx".to_owned(), import: 4, ..edition(JULY, 6_605, 0) };
        let first_of_its_layout = CurrentEditions { of_kind: Some(workbook.clone()), ..CurrentEditions::default() };
        for (day, accepted, held) in [
            (AUGUST, 2, true),
            (AUGUST, 5_283, true),
            (AUGUST, 5_284, false),
            (JULY, 2, true),
            (Some(date(2026, 7, 23)), 2, false),
        ] {
            let expected = if held { vec!["smaller_than_current"] } else { vec![] };
            assert_eq!(codes(&edition(day, accepted, 0), &first_of_its_layout), expected, "{day:?} {accepted}");
        }
        let said = &hold_reasons(&edition(AUGUST, 2, 0), &first_of_its_layout, TODAY)[0];
        assert_eq!(
            said.english(),
            "the list that counts today (workbook.xlsx) has 6605 rows and this one 2: more than 20 % fewer"
        );
        assert_eq!(said.spanish(), "la lista que cuenta hoy (workbook.xlsx) tiene 6605 filas y esta 2: más de 20 % menos");
        assert_eq!(codes(&edition(None, 7_000, 0), &first_of_its_layout), ["day_not_stated"]);
        // The edition before it of its own layout was larger than the one in force: a loss beside either is one.
        let larger_before = CurrentEditions { current: Some(edition(Some(date(2026, 1, 1)), 38_731, 0)), ..first_of_its_layout };
        assert_eq!(codes(&edition(AUGUST, 6_605, 0), &larger_before), ["smaller_than_current"]);
        assert_eq!(codes(&edition(AUGUST, 38_000, 0), &larger_before), [""; 0]);
    }

    #[test]
    fn a_download_cut_at_the_portals_page_is_recognised() {
        assert_eq!(codes(&edition(JULY, 990, 10), &CurrentEditions::default()), ["cut_at_default_page"]);
        assert_eq!(codes(&edition(JULY, 1_001, 0), &CurrentEditions::default()), [""; 0]);
        let own = Edition { from_portal: false, ..edition(JULY, 1_000, 0) };
        assert_eq!(codes(&own, &CurrentEditions::default()), [""; 0]);
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
