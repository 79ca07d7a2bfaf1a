//! Where the members of a JSON object begin, so that those which repeat can be kept once.

/// Each member of the object as (name, where it begins). `json` is what serde wrote: no white space, valid.
pub fn members(json: &[u8]) -> Vec<(&[u8], usize)> {
    let mut found = Vec::new();
    let (mut depth, mut in_string, mut escaped, mut string_start) = (0_usize, false, false, 0);
    for (at, byte) in json.iter().enumerate() {
        if in_string {
            if escaped {
                escaped = false;
            } else if *byte == b'\\' {
                escaped = true;
            } else if *byte == b'"' {
                in_string = false;
                let names = json.get(at + 1) == Some(&b':');
                if depth == 1 && names {
                    found.push((&json[string_start..at], string_start - 1));
                }
            }
            continue;
        }
        match byte {
            b'"' => (in_string, string_start) = (true, at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outermost_names_are_found() {
        let json = br#"{"a":"x\",\"b\":1","b":{"c":[1,{"d":2}]},"e":null}"#;
        let names: Vec<_> =
            members(json).into_iter().map(|(name, at)| (String::from_utf8_lossy(name).into_owned(), json[at])).collect();
        assert_eq!(names, [("a".to_owned(), b'"'), ("b".to_owned(), b'"'), ("e".to_owned(), b'"')]);
    }
}
