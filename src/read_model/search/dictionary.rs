//! The words of the catalogue, and which of them a typed word may mean, likeliest first.

use super::{
    near::Near,
    sound,
    words::{BYTES_MAX, is_number},
};
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
const BEGINS: u8 = 80;
const SOUNDS: u8 = 78;
const NEAR: u8 = 64;
const NEAR_BEGINS: u8 = 50;
const FAR: u8 = 40;
const FAR_BEGINS: u8 = 28;
const PREFIX_BYTES_MIN: usize = 2;
/// Shorter sounds have too many neighbours.
const NEAR_BYTES_MIN: usize = 3;
const NEAR_BEGINS_BYTES_MIN: usize = 5;
const FAR_BYTES_MIN: usize = 6;
/// What one typed word may mean at most: the rest of a short beginning's words are not looked at.
const MEANINGS_MAX: usize = 512;

impl Dictionary {
    /// `words` are distinct and in order.
    pub fn new(words: &[&str]) -> Result<Self, fst::Error> {
        let mut written = MapBuilder::memory();
        let (mut letters, mut ends, mut by_sound) = (String::new(), Vec::with_capacity(words.len()), Vec::new());
        for (token, word) in (0..).zip(words) {
            written.insert(word, u64::from(token))?;
            letters.push_str(word);
            ends.push(u32::try_from(letters.len()).unwrap_or(u32::MAX));
            if !is_number(word) {
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
        if !is_number(typed) {
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
        if typed.len() < PREFIX_BYTES_MIN || (is_number(typed) && exact.is_some()) {
            return;
        }
        let mut stream = self.written.search(Str::new(typed).starts_with()).into_stream();
        while let Some((word, token)) = stream.next().filter(|_| found.len() < MEANINGS_MAX) {
            let tail = u8::try_from((word.len() - typed.len()).min(8)).unwrap_or(8);
            found.extend(Token::try_from(token).ok().map(|token| Meaning { token, surely: BEGINS - tail }));
        }
    }

    /// Those that sound alike, or nearly; when there is none, those two slips away.
    fn as_heard(&self, typed: &str, found: &mut Vec<Meaning>) {
        let key = sound::key(typed);
        let key = key.as_bytes().get(..BYTES_MAX).unwrap_or(key.as_bytes());
        if key.len() < NEAR_BYTES_MIN {
            return;
        }
        let near = Near { word: key, slips: 1, begins: key.len() >= NEAR_BEGINS_BYTES_MIN, first: None };
        self.hear(near, typed, key, found);
        if found.iter().all(|meaning| meaning.surely < NEAR_BEGINS) && key.len() >= FAR_BYTES_MIN {
            self.hear(Near { word: key, slips: 2, begins: true, first: key.first().copied() }, typed, key, found);
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
                let surely = self.how_surely(typed, *token, sound == key, sound.len().abs_diff(key.len()), far);
                found.push(Meaning { token: *token, surely });
            }
        }
    }

    /// Of words that sound equally near, the one that is written nearer is surer.
    fn how_surely(&self, typed: &str, token: Token, same_sound: bool, longer: usize, far: bool) -> u8 {
        let word = self.word(token);
        let slips = strsim::osa_distance(typed, word).min(8);
        let whole = longer <= if far { 2 } else { 1 } && slips <= 3;
        let base = match (same_sound, whole, far) {
            (true, _, _) => SOUNDS,
            (_, true, false) => NEAR,
            (_, false, false) => NEAR_BEGINS,
            (_, true, true) => FAR,
            (_, false, true) => FAR_BEGINS,
        };
        base - u8::try_from(slips).unwrap_or(8)
    }

    pub fn word(&self, token: Token) -> &str {
        let token = token as usize;
        let start = token.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(token).copied().unwrap_or(start);
        self.letters.get(start as usize..end as usize).unwrap_or_default()
    }
}
