//! The days of a quarter, for links to its lines.

/// The first day of a quarter, `2024-Q1`, and the one of the next.
pub fn days_of(quarter: &str) -> Option<(String, String)> {
    let (year, number) = quarter.split_once("-Q")?;
    let (year, number): (i16, i16) = (year.parse().ok()?, number.parse().ok()?);
    let (next_year, next_month) = if number == 4 { (year + 1, 1) } else { (year, number * 3 + 1) };
    Some((format!("{year:04}-{:02}-01", number * 3 - 2), format!("{next_year:04}-{next_month:02}-01")))
}

#[cfg(test)]
mod tests {
    use super::days_of;

    #[test]
    fn a_quarter_has_three_months() {
        let of = |from: &str, until: &str| Some((from.to_owned(), until.to_owned()));
        assert_eq!(days_of("2024-Q1"), of("2024-01-01", "2024-04-01"));
        assert_eq!(days_of("2024-Q4"), of("2024-10-01", "2025-01-01"));
        assert_eq!(days_of("2024"), None);
    }
}
