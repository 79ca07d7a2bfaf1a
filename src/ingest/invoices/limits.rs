//! How much is read at most. Real files are far smaller; a hostile one must not take the machine.

/// Of one check: the limits of all its files together.
#[derive(Clone, Debug)]
pub struct ReadLimits {
    pub files_max: u64,
    pub lines_max: u64,
    /// Entries of an archive.
    pub entries_max: usize,
    /// An entry may unpack to so many times its size.
    pub zip_ratio_max: u64,
    /// All entries of all archives.
    pub unpacked_bytes_max: u64,
    /// A document that stands inside another one.
    pub embedded_bytes_max: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            files_max: 200,
            lines_max: 100_000,
            entries_max: 500,
            zip_ratio_max: 100,
            unpacked_bytes_max: 512 << 20,
            embedded_bytes_max: 32 << 20,
        }
    }
}

/// Nesting of elements, and of values of JSON.
pub(super) const DEPTH_MAX: usize = 64;
pub(super) const ATTRIBUTES_MAX: usize = 64;
pub(super) const ATTRIBUTE_BYTES_MAX: usize = 4 << 10;
/// A tag, a text or a value, but for a document inside another one.
pub(super) const PIECE_BYTES_MAX: usize = 1 << 20;
/// Of a description; what is longer is cut.
pub(super) const TEXT_CHARS_MAX: usize = 4_000;
/// Texts, codes and adjustments of one line.
pub(super) const PARTS_MAX: usize = 32;
/// Documents in documents.
pub(super) const WRAPPERS_MAX: usize = 2;
