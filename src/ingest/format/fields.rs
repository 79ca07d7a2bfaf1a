//! The fields of one record, in one buffer that is reused.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    text: String,
    /// Where each field stands in the text.
    spans: Vec<(usize, usize)>,
    /// Where the field begins that is being read.
    open: usize,
}

impl Fields {
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    pub fn get(&self, index: usize) -> &str {
        self.spans.get(index).and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count()).map(|index| self.get(index))
    }

    /// All that was read, which may hold delimiters too.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.end();
    }

    /// A line in which nothing is quoted.
    pub fn push_line(&mut self, line: &str, delimiter: u8) {
        let mut start = self.text.len();
        self.text.push_str(line);
        for at in memchr::memchr_iter(delimiter, line.as_bytes()) {
            let end = self.text.len() - line.len() + at;
            self.spans.push((start, end));
            start = end + 1;
        }
        self.spans.push((start, self.text.len()));
        self.open = self.text.len();
    }

    /// One more letter of the field that is being read.
    pub fn go_on(&mut self, letter: char) {
        self.text.push(letter);
    }

    /// The field that is being read ends here.
    pub fn end(&mut self) {
        self.spans.push((self.open, self.text.len()));
        self.open = self.text.len();
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.open = 0;
    }
}
