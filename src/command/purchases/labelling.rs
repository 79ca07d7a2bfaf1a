//! `termometro purchases label FILE`: shows each line with what was read of it, and keeps what a person says that it is.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use jiff::civil::Date;

use super::{
    answer::{self, CHOICES, LabelAnswer},
    label_file::{self, LabelWriter},
    products::ProductFiles,
};
use crate::{
    clock::Clock,
    command::exit::EXIT_DONE,
    domain::{
        identifier::cum::Cum,
        item_text::{candidates::CandidateIndex, line_verdict::CANDIDATES_SHOWN, read::read},
        purchases::{
            label_sample::{SampleLabel, is_labeller},
            sample_figures::{LabelsByText, by_text, truth_of},
        },
        reports::source_row::RowOutcome,
    },
    ingest::read_tvec_items,
};

#[derive(Debug, Args)]
pub struct LabelArguments {
    /// The file of labels (CSV); it is begun where it is missing, and only ever added to
    file: PathBuf,
    /// Lines of purchases, as `termometro import tvec_items` reads them
    #[arg(long, value_name = "FILE")]
    lines: PathBuf,
    /// Who labels: small letters, digits, _ and -
    #[arg(long, value_parser = labeller)]
    labeller: String,
    /// Only lines that two others labelled, and not alike
    #[arg(long)]
    differing: bool,
    #[command(flatten)]
    products: ProductFiles,
}

fn labeller(text: &str) -> Result<String, &'static str> {
    if is_labeller(text) { Ok(text.to_owned()) } else { Err("1 to 40 small letters, digits, _ and -") }
}

pub fn run(arguments: &LabelArguments) -> anyhow::Result<u8> {
    let labels = if arguments.file.exists() { label_file::read(&arguments.file)? } else { Vec::new() };
    let index = arguments.products.index()?;
    let texts = texts_of(arguments)?;
    let known = by_text(&labels);
    let open: Vec<String> =
        texts.into_iter().filter(|text| is_open(&known, text, &arguments.labeller, arguments.differing)).collect();
    let mut writer = LabelWriter::open(&arguments.file)?;
    let session = LabellingSession { index: &index, labeller: &arguments.labeller, today: Clock::System.today() };
    session.work(&open, io::stdin().lock(), io::stdout().lock(), &mut |label| writer.add(&label))?;
    Ok(EXIT_DONE)
}

/// Each text once, in the order of the file; lines that no figure counts are left out.
fn texts_of(arguments: &LabelArguments) -> anyhow::Result<Vec<String>> {
    let (mut seen, mut texts) = (BTreeSet::new(), Vec::new());
    read_tvec_items(&arguments.lines, &|_| {}, &mut |row| {
        if let RowOutcome::Accepted { row, .. } = row
            && row.implausible().is_empty()
            && !row.is_return()
            && seen.insert(row.item_text.clone())
        {
            texts.push(row.item_text);
        }
        Ok(())
    })
    .with_context(|| arguments.lines.display().to_string())?;
    Ok(texts)
}

/// A line that this person labelled is done. What others said is never shown.
fn is_open(known: &LabelsByText<'_>, text: &str, labeller: &str, differing: bool) -> bool {
    let Some(said) = known.get(text) else { return !differing };
    !said.contains_key(labeller) && (!differing || said.len() > 1 && truth_of(said).is_none())
}

struct LabellingSession<'a> {
    index: &'a CandidateIndex,
    labeller: &'a str,
    today: Date,
}

impl LabellingSession<'_> {
    /// Until the lines end, the labeller ends it, or nothing more is typed.
    fn work(
        &self,
        texts: &[String],
        mut typed: impl BufRead,
        mut out: impl Write,
        keep: &mut dyn FnMut(SampleLabel) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut kept = 0;
        'lines: for (at, text) in texts.iter().enumerate() {
            writeln!(out, "\n{} / {}", at + 1, texts.len())?;
            let cums = self.show(text, &mut out)?;
            loop {
                write!(out, "{CHOICES}\n> ")?;
                out.flush()?;
                let mut answer = String::new();
                if typed.read_line(&mut answer)? == 0 {
                    break 'lines;
                }
                match answer::read(&answer, &cums) {
                    None => writeln!(out, "That is none of the choices.")?,
                    Some(LabelAnswer::End) => break 'lines,
                    Some(LabelAnswer::Later) => break,
                    Some(LabelAnswer::Truth(truth)) => {
                        keep(SampleLabel { text: text.clone(), labeller: self.labeller.to_owned(), truth, day: self.today })?;
                        kept += 1;
                        break;
                    }
                }
            }
        }
        writeln!(out, "\nlabelled: {kept}, left: {}", texts.len() - kept)?;
        Ok(())
    }

    /// The text, what was read of it, and the first candidates, which are the ones that can be chosen by number.
    fn show(&self, text: &str, out: &mut impl Write) -> anyhow::Result<Vec<Cum>> {
        writeln!(out, "{text}")?;
        let read = read(text, self.index.vocabulary());
        for token in &read.tokens {
            writeln!(out, "    {}: {}", token.kind.code(), token.value)?;
        }
        let set = self.index.candidates(&read);
        if let Some(fault) = set.fault {
            writeln!(out, "    {}", fault.code())?;
        }
        for (number, cum) in set.cums.iter().take(CANDIDATES_SHOWN).enumerate() {
            writeln!(out, "{:>4}  {cum}", number + 1)?;
        }
        if set.cums.len() > CANDIDATES_SHOWN {
            writeln!(out, "      and {} more", set.cums.len() - CANDIDATES_SHOWN)?;
        }
        Ok(set.cums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item_text::presentation::ProductRow;

    fn index() -> CandidateIndex {
        let rows = [
            (1, "COZAAR - Losartan potasico 50mg/1U - Sólido - Oral x 30 - MERCK"),
            (2, "LOSARTAN - Losartan potasico 50mg/1U - Sólido - Oral x 100 - GENFAR"),
        ];
        let rows = rows.map(|(number, description)| ProductRow::of_list(Cum::new(number, 1), description).unwrap());
        CandidateIndex::build(rows, &[])
    }

    #[test]
    fn answers_are_kept_as_they_come_and_a_slip_is_said() {
        let index = index();
        let session = LabellingSession { index: &index, labeller: "ana", today: jiff::civil::date(2026, 12, 1) };
        let texts = ["LOSARTAN 50 MG TABLETA", "GUANTE DE NITRILO", "LOSARTAN", "OTRA COSA"].map(str::to_owned);
        let (mut kept, mut shown) = (Vec::new(), Vec::new());
        let typed = "9\n1-1 2-1\nn\ns\nq\n";
        session
            .work(&texts, typed.as_bytes(), &mut shown, &mut |label| {
                kept.push(label.cells().join("|"));
                Ok(())
            })
            .unwrap();
        let wanted = ["LOSARTAN 50 MG TABLETA|ana|1-1 2-1|2026-12-01", "GUANTE DE NITRILO|ana|not_a_medicine|2026-12-01"];
        assert_eq!(kept, wanted);
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("strength: 50 mg") && shown.contains("none of the choices"), "{shown}");
        assert!(shown.ends_with("labelled: 2, left: 2\n"), "{shown}");
    }

    #[test]
    fn a_third_labels_only_where_two_differ() {
        let row = |text, labeller, truth| SampleLabel::read([text, labeller, truth, "2026-12-01"]).unwrap();
        let labels = [
            row("alike", "ana", "1-1"),
            row("alike", "luz", "1-1"),
            row("differ", "ana", "1-1"),
            row("differ", "luz", "cannot_tell"),
            row("alone", "ana", "1-1"),
        ];
        let known = by_text(&labels);
        let open = |labeller: &str, differing: bool| {
            let texts = ["alike", "differ", "alone", "new"].into_iter();
            texts.filter(|text| is_open(&known, text, labeller, differing)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(open("third", true), "differ");
        assert_eq!(open("luz", false), "alone new");
        assert_eq!(open("ana", true), "");
    }
}
