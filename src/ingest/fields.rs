//! The fields of one record, one behind the other in one buffer.

/// The fields of one record, in one buffer that is used again for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    text: String,
    ends: Vec<usize>,
}

impl Fields {
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(self.text.len()) };
        let end = self.ends.get(index).copied().unwrap_or(self.text.len());
        if index < self.ends.len() { &self.text[start..end] } else { "" }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count()).map(|index| self.get(index))
    }

    /// All fields, one behind the other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One more letter of the field that is being read.
    pub fn go_on(&mut self, letter: char) {
        self.text.push(letter);
    }

    /// The field that is being read ends here.
    pub fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    pub fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}
