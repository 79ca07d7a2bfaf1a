//! The file of labels: CSV, one row for each text and labeller, only ever added to.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use anyhow::Context;

use crate::domain::purchases::label_sample::{LABEL_COLUMNS, SampleLabel};

/// Every row is good, or the file is refused: a label that is left out would change what the sample says.
pub fn read(path: &Path) -> anyhow::Result<Vec<SampleLabel>> {
    let place = path.display();
    let mut file = csv::Reader::from_path(path).with_context(|| place.to_string())?;
    let header = file.headers().with_context(|| place.to_string())?;
    anyhow::ensure!(header.iter().eq(LABEL_COLUMNS), "{place}: its columns are not {}", LABEL_COLUMNS.join(", "));
    let mut labels = Vec::new();
    for record in file.records() {
        let record = record.with_context(|| place.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        let [text, labeller, truth, day] = cells[..] else { anyhow::bail!("{place}: line {line}: it has not four cells") };
        let label = SampleLabel::read([text, labeller, truth, day]);
        labels.push(label.with_context(|| format!("{place}: line {line}"))?);
    }
    Ok(labels)
}

/// Adds rows to a file, each on the disk before the next line is shown.
pub struct LabelWriter {
    out: csv::Writer<File>,
}

impl LabelWriter {
    /// A file that is missing or empty is begun.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let place = path.display();
        let file = OpenOptions::new().create(true).append(true).open(path).with_context(|| place.to_string())?;
        let is_new = file.metadata().with_context(|| place.to_string())?.len() == 0;
        let mut out = csv::Writer::from_writer(file);
        if is_new {
            out.write_record(LABEL_COLUMNS)?;
            out.flush()?;
        }
        Ok(Self { out })
    }

    pub fn add(&mut self, label: &SampleLabel) -> anyhow::Result<()> {
        self.out.write_record(label.cells())?;
        self.out.flush().context("the label could not be kept")
    }
}
