//! Weighted lists in request headers: `a;q=0.8, b`, strongest first.

/// The items with their weight in thousandths (`q=0.8` is 800); a malformed weight makes the item unwanted.
pub fn weighted(header: &str) -> Vec<(&str, u16)> {
    let mut items: Vec<(&str, u16)> = header.split(',').filter_map(item).collect();
    items.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    items
}

fn item(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(1000, thousandths)))
}

fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: u16 = format!("{fraction:0<3}").parse().unwrap_or(0);
    match (whole, digits, fraction) {
        ("0", true, fraction) => fraction,
        ("1", true, 0) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::weighted;

    #[test]
    fn strongest_first_and_order_kept_among_equals() {
        assert_eq!(weighted("a;q=0.5, b, c ;q=0.75,d"), [("b", 1000), ("d", 1000), ("c", 750), ("a", 500)]);
        assert_eq!(weighted("a;q=2, b;q=0, , c;q=0.1234"), [("a", 0), ("b", 0), ("c", 0)]);
    }
}
