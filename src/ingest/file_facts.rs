//! How a file is written (encoding, separators, number format), reported so that a wrong guess can be seen.

use jiff::civil::Date;

/// The layout of MinSalud's workbook.
pub const WORKBOOK_LAYOUT: &str = "minsalud-workbook";
/// How the layouts of tables begin that are of no publisher.
const OWN_LAYOUTS: &str = "termometro-";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// `minsalud-workbook`, `open-data-ceilings-nauz-qkjw`, `sismed-published`, `sismed-3he6-m866`, `clicsalud-n4dj-8r7k`,
    /// `cum-i7cb-raxc`, `benefit-plan-jtqe-tuvf`, `sispro-cums`, `sispro-ium`, `termometro-actors`, `termometro-unit-conventions`.
    pub layout: &'static str,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, `windows-1252`, `xlsx`, `json`, `ndjson`; packed ones as `gzip, utf-8`.
    pub encoding: &'static str,
    /// `None` for a workbook and for JSON.
    pub delimiter: Option<char>,
    /// `1,234.56`, `1234.56` or `1.234,56`.
    pub number_format: &'static str,
    /// The day up to which the publisher's list is complete, from the file or its name.
    pub cut_date: Option<Date>,
    /// Columns that the layout does not know, as the file names them.
    pub extra_columns: Vec<String>,
}

impl FileFacts {
    /// Whether it may be a download from the open-data portal, which cuts it at its default page: the portal has every layout but the workbook
    /// and our own.
    pub(crate) fn is_from_portal(&self) -> bool {
        self.layout != WORKBOOK_LAYOUT && !self.layout.starts_with(OWN_LAYOUTS)
    }
}
