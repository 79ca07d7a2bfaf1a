//! Colombian public holidays by rule, and terms counted in working days: Monday to Friday, no holiday.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holiday {
    pub day: Date,
    pub es: &'static str,
    pub en: &'static str,
}

/// How the law finds the day of rest.
#[derive(Clone, Copy)]
enum When {
    /// This month and day, on whatever weekday it falls.
    On(i8, i8),
    /// The Monday on or after this month and day.
    MondayFrom(i8, i8),
    /// So many days after Easter Sunday; the moved ones are already counted to their Monday.
    Easter(i32),
}
use When::{Easter, MondayFrom, On};

/// First year in which the law gives this day, the rule, and the names.
type Rule = (i16, When, &'static str, &'static str);

const EMILIANI: i16 = 1984;
const CHIQUINQUIRA: i16 = 2026;

/// Ley 51 de 1983 art. 1 (Ley Emiliani), moved days from 1984; Ley 2578 de 2026 art. 6 adds 9 July, moved by the same law.
const RULES: &[Rule] = &[
    (EMILIANI, On(1, 1), "Año Nuevo", "New Year's Day"),
    (EMILIANI, MondayFrom(1, 6), "Día de los Reyes Magos", "Epiphany"),
    (EMILIANI, MondayFrom(3, 19), "Día de San José", "Saint Joseph's Day"),
    (EMILIANI, Easter(-3), "Jueves Santo", "Maundy Thursday"),
    (EMILIANI, Easter(-2), "Viernes Santo", "Good Friday"),
    (EMILIANI, On(5, 1), "Día del Trabajo", "Labour Day"),
    (EMILIANI, Easter(43), "Ascensión del Señor", "Ascension Day"),
    (EMILIANI, Easter(64), "Corpus Christi", "Corpus Christi"),
    (EMILIANI, Easter(71), "Sagrado Corazón de Jesús", "Sacred Heart"),
    (EMILIANI, MondayFrom(6, 29), "San Pedro y San Pablo", "Saint Peter and Saint Paul"),
    (CHIQUINQUIRA, MondayFrom(7, 9), "Nuestra Señora del Rosario de Chiquinquirá", "Our Lady of the Rosary of Chiquinquirá"),
    (EMILIANI, On(7, 20), "Día de la Independencia", "Independence Day"),
    (EMILIANI, On(8, 7), "Batalla de Boyacá", "Battle of Boyacá"),
    (EMILIANI, MondayFrom(8, 15), "Asunción de la Virgen", "Assumption Day"),
    (EMILIANI, MondayFrom(10, 12), "Día de la Raza", "Columbus Day"),
    (EMILIANI, MondayFrom(11, 1), "Día de Todos los Santos", "All Saints' Day"),
    (EMILIANI, MondayFrom(11, 11), "Independencia de Cartagena", "Independence of Cartagena"),
    (EMILIANI, On(12, 8), "Inmaculada Concepción", "Immaculate Conception"),
    (EMILIANI, On(12, 25), "Navidad", "Christmas Day"),
];

/// The holidays of a year, in order of day. Two may share one day (Sacred Heart with Saint Peter and Saint Paul, as in 2025):
/// both are listed. Empty before 1984, when other rules held.
pub fn holidays(year: i16) -> Vec<Holiday> {
    let in_force = RULES.iter().filter(|(since, ..)| *since <= year);
    let mut found: Vec<_> =
        in_force.filter_map(|&(_, when, es, en)| Some(Holiday { day: day_of(when, year)?, es, en })).collect();
    found.sort_by_key(|holiday| holiday.day);
    found
}

pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// The last day of a term of so many working days. It begins the day after `from`: the day of notification is not counted.
/// A term of no days ends on `from`; one beyond the calendar ends on its last day.
pub fn add_working_days(from: Date, days: u32) -> Date {
    let (mut day, mut left) = (from, days);
    while left > 0 {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        left -= u32::from(is_working_day(day));
    }
    day
}

/// How many working days are left until the last day of a term, that day counted and today not; none once it is past.
pub fn working_days_until(today: Date, last: Date) -> u32 {
    let (mut day, mut left) = (today, 0);
    while day < last {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        left += u32::from(is_working_day(day));
    }
    left
}

fn is_holiday(day: Date) -> bool {
    let year = day.year();
    RULES.iter().any(|&(since, when, ..)| since <= year && day_of(when, year) == Some(day))
}

fn day_of(when: When, year: i16) -> Option<Date> {
    match when {
        On(month, day) => Date::new(year, month, day).ok(),
        MondayFrom(month, day) => {
            let day = Date::new(year, month, day).ok()?;
            let wait = (7 - day.weekday().to_monday_zero_offset()) % 7;
            day.checked_add(i64::from(wait).days()).ok()
        }
        Easter(after) => easter(year)?.checked_add(i64::from(after).days()).ok(),
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let (golden, century, of_century) = (year_number % 19, year_number / 100, year_number % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    Date::new(year, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_church_says() {
        let known = [
            (1984, 4, 22),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2018, 4, 1),
            (2024, 3, 31),
            (2035, 3, 25),
            (2038, 4, 25),
        ];
        for (year, month, day) in known {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn what_is_left_of_a_term_is_what_it_had() {
        // Over 8 December, a holiday.
        let from = date(2026, 11, 23);
        for days in [0, 1, 4, 5, 15, 40] {
            assert_eq!(working_days_until(from, add_working_days(from, days)), days);
        }
        assert_eq!(working_days_until(date(2026, 11, 28), date(2026, 11, 29)), 0, "a Saturday and a Sunday");
        assert_eq!(working_days_until(from, date(2026, 11, 20)), 0, "past");
    }

    #[test]
    fn a_year_has_its_holidays_in_order_and_two_may_share_a_day() {
        for (year, names, days) in
            [(1984, 18, 17), (2018, 18, 18), (2011, 18, 17), (2025, 18, 17), (2026, 19, 19), (2030, 19, 18)]
        {
            let mut all: Vec<Date> = holidays(year).iter().map(|holiday| holiday.day).collect();
            assert!(all.is_sorted(), "{year}");
            assert_eq!(all.len(), names, "{year}");
            all.dedup();
            assert_eq!(all.len(), days, "{year}");
        }
        let shared: Vec<_> = holidays(2025).into_iter().filter(|holiday| holiday.day == date(2025, 6, 30)).collect();
        assert_eq!(shared.iter().map(|holiday| holiday.en).collect::<Vec<_>>(), ["Sacred Heart", "Saint Peter and Saint Paul"]);
        assert!(holidays(1983).is_empty());
    }

    #[test]
    fn chiquinquira_is_a_holiday_only_since_its_law() {
        assert!(is_working_day(date(2025, 7, 14)));
        assert!(is_working_day(date(2026, 7, 9)) && !is_working_day(date(2026, 7, 13)));
        assert!(!is_working_day(date(2029, 7, 9)));
    }

    #[test]
    fn fixed_holidays_do_not_move_and_moved_ones_leave_their_own_day() {
        // 20 July 2025 was a Sunday, 6 January 2026 a Tuesday.
        assert!(!is_working_day(date(2025, 7, 20)) && is_working_day(date(2025, 7, 21)));
        assert!(is_working_day(date(2026, 1, 6)) && !is_working_day(date(2026, 1, 12)));
        assert!(!is_working_day(date(2026, 1, 10)) && !is_working_day(date(2026, 1, 11)));
    }

    #[test]
    fn the_day_of_notification_is_not_counted() {
        // Wednesday of Holy Week 2024: Thursday, Friday and the week-end follow.
        assert_eq!(add_working_days(date(2024, 3, 27), 1), date(2024, 4, 1));
        assert_eq!(add_working_days(date(2024, 3, 30), 1), date(2024, 4, 1));
        assert_eq!(add_working_days(date(2026, 12, 4), 10), date(2026, 12, 21));
        assert_eq!(add_working_days(date(2025, 12, 30), 5), date(2026, 1, 7));
        assert_eq!(add_working_days(date(2024, 3, 30), 0), date(2024, 3, 30));
        // Two holidays on 30 June 2025 take one working day away, not two.
        assert_eq!(add_working_days(date(2025, 6, 27), 2), date(2025, 7, 2));
    }

    #[test]
    fn a_term_has_as_many_working_days_as_were_added() {
        for from in [date(2023, 12, 29), date(2024, 3, 27), date(2025, 6, 28), date(2026, 7, 10)] {
            let (mut last, mut days) = (from, 0);
            while days < 300 {
                assert!(days == 0 || is_working_day(last));
                assert_eq!(add_working_days(from, days), last, "{from} + {days}");
                last = last.tomorrow().unwrap();
                while !is_working_day(last) {
                    last = last.tomorrow().unwrap();
                }
                days += 1;
            }
        }
    }

    #[test]
    fn a_term_beyond_the_calendar_ends_with_it() {
        assert_eq!(add_working_days(date(9999, 12, 1), 400), Date::MAX);
    }
}
