//! Parses an amount as people type it: `$ 12.500`, `12,500`, `12500,50`. An ambiguous one is refused.

/// Plain digits with a point before the decimals, as the API wants them.
pub fn amount(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let bare: String =
        lower.replace("cop", "").replace("pesos", "").chars().filter(|c| !c.is_whitespace() && *c != '$').collect();
    let (whole, places) = split(&bare)?;
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let shown = digits.trim_start_matches('0');
    let shown = if shown.is_empty() { "0" } else { shown };
    if digits.is_empty() {
        return None;
    }
    Some(if places.is_empty() { shown.to_owned() } else { format!("{shown}.{places}") })
}

/// Before and behind the decimal separator.
fn split(text: &str) -> Option<(&str, &str)> {
    let separators: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',' | '\'')).collect();
    if !text.bytes().all(|byte| byte.is_ascii_digit() || b".,'".contains(&byte)) {
        return None;
    }
    let Some((last, mark)) = separators.last().copied() else { return Some((text, "")) };
    let behind = &text[last + 1..];
    let others = &separators[..separators.len() - 1];
    let grouped = |text: &str, by: char| {
        let mut groups = text.split(by);
        groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_digit()))
            && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
    };
    // `12.500`, `1.234.567`: groups of three.
    if others.iter().all(|(_, other)| *other == mark) && grouped(text, mark) {
        return Some((text, ""));
    }
    // `12500,50`, `1.234,5`: one or two decimals behind a separator of their own.
    let decimals = (1..=2).contains(&behind.len()) && mark != '\'';
    let whole = &text[..last];
    let before = match others.first() {
        None => !whole.is_empty(),
        Some((_, group)) => *group != mark && grouped(whole, *group),
    };
    (decimals && before).then_some((whole, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_amounts_in_many_ways() {
        for (typed, meant) in [
            ("12500", "12500"),
            ("$ 12.500", "12500"),
            ("12,500", "12500"),
            ("12.500,50", "12500.50"),
            ("12,500.5", "12500.5"),
            ("12500,50", "12500.50"),
            ("8.90", "8.90"),
            ("1.234.567", "1234567"),
            ("12.500 pesos", "12500"),
            ("COP 12.500", "12500"),
            ("0,5", "0.5"),
            ("007", "7"),
        ] {
            assert_eq!(amount(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_read() {
        for typed in [
            "", "$", "doce mil", "-5", "1e4", "12..5", "1.2.3", "12,5000", "1.23,456", ",5", "12.", "１２", "12.5.00",
            "1'234.567",
        ] {
            assert_eq!(amount(typed), None, "{typed}");
        }
    }
}
