//! A phonetic form of a word in Colombian Spanish, so that a spelling mistake rarely changes more than one letter of it.

/// b and v; c, s, z, k, q and x; ll and y; g and j; silent h; doubled letters.
pub fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let sound = match (letter, next) {
            ('h', _) => continue,
            ('p', Some('h')) => 'f',
            ('l', Some('l')) => {
                letters.next();
                'i'
            }
            ('v' | 'w', _) => 'b',
            ('c' | 'z' | 'k' | 'q' | 'x', _) => 's',
            ('j', _) => 'g',
            ('y', _) => 'i',
            _ => letter,
        };
        if !key.ends_with(sound) || letter.is_ascii_digit() {
            key.push(sound);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_one_key() {
        for (one, other) in
            [("asetaminofen", "acetaminofen"), ("plabix", "plavix"), ("idroxisina", "hidroxizina"), ("lirica", "lyrica")]
        {
            assert_eq!(key(one), key(other));
        }
        assert_ne!(key("dolex"), key("duplex"));
        assert_eq!(key("500"), "500");
    }
}
