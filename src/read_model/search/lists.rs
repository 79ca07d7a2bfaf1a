//! Many short lists in one allocation.

pub struct Lists<T> {
    items: Vec<T>,
    /// `starts[n]..starts[n + 1]` is list n.
    starts: Vec<u32>,
}

impl<T> Lists<T> {
    pub fn new() -> Self {
        Self { items: Vec::new(), starts: vec![0] }
    }

    pub fn push(&mut self, list: impl IntoIterator<Item = T>) {
        self.items.extend(list);
        self.starts.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    pub fn get(&self, list: u32) -> &[T] {
        let at = list as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(start, end)| self.items.get(*start as usize..*end as usize)).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn shrink(&mut self) {
        self.items.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<T>() + self.starts.capacity() * 4
    }
}
