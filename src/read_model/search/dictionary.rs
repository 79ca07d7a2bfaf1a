//! The words of the catalogue, and which of them a typed word may mean, likeliest first.

use super::{general::is_number, near::Near, sound, words::BYTES_MAX};
use fst::{Automaton, IntoStreamer, Map, MapBuilder, Streamer, automaton::Str};

/// A word of the catalogue, by its place in the order of words.
pub type Token = u32;

/// Two finite-state maps: of the words, and of their phonetic forms.
pub struct Dictionary {
    written: Map<Vec<u8>>,
    /// Each sound's place in `sounding`.
    sounds: Map<Vec<u8>>,
    /// `starts[n]..starts[n + 1]` of `sounding` are the words of sound n.
    starts: Vec<u32>,
    sounding: Vec<Token>,
    /// Each word's letters: `ends[n - 1]..ends[n]`.
    letters: String,
    ends: Vec<u32>,
}

/// A word of the catalogue that a typed one may mean, and how surely, of 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub token: Token,
    pub surely: u8,
}

const EXACT: u8 = 100;
/// Less the letters that are left to type, of which eight count.
const BEGINS: u8 = 90;
const TAIL_MAX: u8 = 8;
/// All below are guesses, and less each letter that is another one.
const SOUNDS: u8 = 78;
const NEAR: u8 = 64;
const FAR: u8 = 40;
const PREFIX_BYTES_MIN: usize = 2;
/// Shorter words have too many neighbours, so most guesses would be another medicine: tried on the register of medicines.
const SOUND_BYTES_MIN: usize = 3;
const NEAR_BYTES_MIN: usize = 4;
const TWO_LETTERS_BYTES_MIN: usize = 7;
const FAR_BYTES_MIN: usize = 7;
/// Of the name that is guessed: two slips in a shorter one are another name.
const FAR_NAME_BYTES_MIN: usize = 8;
const OTHER_LETTERS_MAX: usize = 2;
/// Who hears a name rarely mistakes its first sound.
const OTHER_LETTERS_OF_ANOTHER_FIRST_SOUND_MAX: usize = 1;
/// What one typed word may mean at most: the rest of a short beginning's words are not looked at.
const MEANINGS_MAX: usize = 512;

impl Meaning {
    /// The whole word was typed so.
    pub fn is_whole(surely: u8) -> bool {
        surely == EXACT
    }

    /// The word was typed so, or its beginning was. All else is a guess.
    pub fn is_as_typed(surely: u8) -> bool {
        surely >= BEGINS - TAIL_MAX
    }
}

impl Dictionary {
    /// `words` are distinct and in order.
    pub fn new(words: &[&str]) -> Result<Self, fst::Error> {
        let mut written = MapBuilder::memory();
        let (mut letters, mut ends, mut by_sound) = (String::new(), Vec::with_capacity(words.len()), Vec::new());
        for (token, word) in (0..).zip(words) {
            written.insert(word, u64::from(token))?;
            letters.push_str(word);
            ends.push(u32::try_from(letters.len()).unwrap_or(u32::MAX));
            if may_be_misspelled(word) {
                by_sound.push((sound::key(word), token));
            }
        }
        by_sound.sort_unstable();
        let (mut sounds, mut starts, mut sounding) = (MapBuilder::memory(), Vec::new(), Vec::with_capacity(by_sound.len()));
        for same in by_sound.chunk_by(|one, other| one.0 == other.0) {
            let place = u32::try_from(sounding.len()).unwrap_or(u32::MAX);
            if let Some((key, _)) = same.first() {
                sounds.insert(key, starts.len() as u64)?;
            }
            starts.push(place);
            sounding.extend(same.iter().map(|(_, token)| *token));
        }
        starts.push(u32::try_from(sounding.len()).unwrap_or(u32::MAX));
        Ok(Self { written: written.into_map(), sounds: sounds.into_map(), starts, sounding, letters, ends })
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn bytes(&self) -> usize {
        let maps = self.written.as_fst().as_bytes().len() + self.sounds.as_fst().as_bytes().len();
        maps + self.letters.capacity() + (self.starts.capacity() + self.sounding.capacity() + self.ends.capacity()) * 4
    }

    /// Surest first, each word once.
    pub fn meanings(&self, typed: &str) -> Vec<Meaning> {
        let mut found = Vec::new();
        self.as_written(typed, &mut found);
        if may_be_misspelled(typed) {
            self.as_heard(typed, &mut found);
        }
        found.sort_unstable_by(|one: &Meaning, other| (one.token, other.surely).cmp(&(other.token, one.surely)));
        found.dedup_by_key(|meaning| meaning.token);
        found.sort_unstable_by(|one, other| (other.surely, one.token).cmp(&(one.surely, other.token)));
        found
    }

    /// The word itself, and those that it begins. A number is only itself, unless nothing is.
    fn as_written(&self, typed: &str, found: &mut Vec<Meaning>) {
        let exact = self.written.get(typed).and_then(|token| Token::try_from(token).ok());
        found.extend(exact.map(|token| Meaning { token, surely: EXACT }));
        if typed.len() < PREFIX_BYTES_MIN || is_whole_name(typed) || (is_number(typed) && exact.is_some()) {
            return;
        }
        let mut stream = self.written.search(Str::new(typed).starts_with()).into_stream();
        while let Some((word, token)) = stream.next().filter(|_| found.len() < MEANINGS_MAX) {
            let tail = u8::try_from(word.len() - typed.len()).unwrap_or(TAIL_MAX).min(TAIL_MAX);
            found.extend(Token::try_from(token).ok().map(|token| Meaning { token, surely: BEGINS - tail }));
        }
    }

    /// Those that sound alike, or nearly; when there is none, those two slips away.
    fn as_heard(&self, typed: &str, found: &mut Vec<Meaning>) {
        let key = sound::key(typed);
        let key = key.as_bytes().get(..BYTES_MAX).unwrap_or(key.as_bytes());
        if key.len() < SOUND_BYTES_MIN {
            return;
        }
        let slips = u8::from(typed.len() >= NEAR_BYTES_MIN);
        let near = Near { word: key, slips, first: None };
        self.hear(near, typed, key, found);
        if found.is_empty() && typed.len() >= FAR_BYTES_MIN {
            self.hear(Near { word: key, slips: 2, first: key.first().copied() }, typed, key, found);
        }
    }

    fn hear(&self, near: Near<'_>, typed: &str, key: &[u8], found: &mut Vec<Meaning>) {
        let far = near.slips > 1;
        let mut stream = self.sounds.search(near).into_stream();
        let mut left = MEANINGS_MAX;
        while let Some((sound, place)) = stream.next().filter(|_| left > 0) {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let range = self.starts.get(place).zip(self.starts.get(place.saturating_add(1)));
            let Some(same) = range.and_then(|(start, end)| self.sounding.get(*start as usize..*end as usize)) else { continue };
            for token in same {
                left = left.saturating_sub(1);
                let surely = self.how_surely(typed, *token, (sound, key), far);
                found.extend(surely.map(|surely| Meaning { token: *token, surely }));
            }
        }
    }

    /// Of words that sound equally near, the one that is written nearer is surer. `None`: too far to be a guess.
    fn how_surely(&self, typed: &str, token: Token, (sound, key): (&[u8], &[u8]), far: bool) -> Option<u8> {
        let word = self.word(token);
        if far && word.len() < FAR_NAME_BYTES_MIN {
            return None;
        }
        let others = strsim::osa_distance(typed, word);
        let same_sound = sound == key;
        let most = match () {
            () if sound.first() != key.first() => OTHER_LETTERS_OF_ANOTHER_FIRST_SOUND_MAX,
            () if same_sound || typed.len() >= TWO_LETTERS_BYTES_MIN => OTHER_LETTERS_MAX,
            () => 1,
        };
        let base = match (same_sound, far) {
            _ if others > most => return None,
            (true, _) => SOUNDS,
            (false, false) => NEAR,
            (false, true) => FAR,
        };
        Some(base - u8::try_from(others).unwrap_or(TAIL_MAX).min(TAIL_MAX))
    }

    pub fn word(&self, token: Token) -> &str {
        let token = token as usize;
        let start = token.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(token).copied().unwrap_or(start);
        self.letters.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// A number and a code are what they are.
fn may_be_misspelled(word: &str) -> bool {
    !is_whole_name(word) && !word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Words that are one name, of salts or of a factor, and begin no other: see `general::salt_name` and `words::each_word`.
fn is_whole_name(word: &str) -> bool {
    word.starts_with('=') || word.contains(' ')
}
