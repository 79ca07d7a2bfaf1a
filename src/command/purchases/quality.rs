//! `termometro purchases quality FILE…`: what a labelled sample says of how lines are read.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{label_file, products::ProductFiles};
use crate::{
    command::exit::{EXIT_DONE, EXIT_FAILED},
    domain::{
        item_text::read::read,
        number::amount,
        purchases::{
            label_quality::wilson,
            label_sample::SampleLabel,
            sample_figures::{LabellerAgreement, SampleFigures, agreement, by_text},
        },
    },
};

#[derive(Debug, Args)]
pub struct QualityArguments {
    /// Files of labels, as `termometro purchases label` writes them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    products: ProductFiles,
}

pub fn run(arguments: &QualityArguments) -> anyhow::Result<u8> {
    let mut labels: Vec<SampleLabel> = Vec::new();
    for path in &arguments.files {
        labels.extend(label_file::read(path)?);
    }
    let index = arguments.products.index()?;
    let texts = by_text(&labels);
    let figures = SampleFigures::of(&texts, |text| index.candidates(&read(text, index.vocabulary())));
    print(&mut io::stdout().lock(), agreement(&texts).as_ref(), &figures)?;
    Ok(if figures.settled == 0 { EXIT_FAILED } else { EXIT_DONE })
}

/// One figure a line; an interval is that of Wilson, 95 %, in percent, rounded outwards.
fn print(out: &mut impl Write, agreement: Option<&LabellerAgreement>, figures: &SampleFigures) -> anyhow::Result<()> {
    writeln!(out, "labelled: {}", figures.labelled)?;
    if let Some(LabellerAgreement { labellers: [first, second], lines, alike, kappa }) = agreement {
        write!(out, "agreement of {first} and {second}: {alike} of {lines}, kappa ")?;
        match kappa.and_then(|kappa| Some((kappa, kappa.rounded()?))) {
            Some((kappa, rounded)) => writeln!(out, "{} ({kappa})", amount::percent(rounded))?,
            None => writeln!(out, "not defined")?,
        }
    }
    writeln!(out, "settled: {}, differing: {}", figures.settled, figures.differing)?;
    writeln!(
        out,
        "products: {}, not_a_medicine: {}, cannot_tell: {}",
        figures.products, figures.not_a_medicine, figures.cannot_tell
    )?;
    writeln!(out, "covered: {}", share(figures.covered, figures.products))?;
    writeln!(out, "decidable: {}, without the truth among the candidates: {}", figures.decidable, figures.wrong)?;
    writeln!(out, "decidable with it: {}", share(figures.decidable - figures.wrong, figures.decidable))?;
    Ok(())
}

fn share(found: usize, of: usize) -> String {
    match wilson(found, of) {
        Some((low, high)) => format!("{found} of {of} ({} to {} %)", amount::percent(low), amount::percent(high)),
        None => format!("{found} of {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purchases::sample_figures::Kappa;

    #[test]
    fn figures_are_printed_with_their_intervals() {
        let figures =
            SampleFigures { labelled: 520, settled: 510, products: 500, covered: 500, decidable: 0, ..Default::default() };
        let agreement = LabellerAgreement {
            labellers: ["ana".to_owned(), "luz".to_owned()],
            lines: 50,
            alike: 35,
            kappa: Some(Kappa { numerator: 2, denominator: 5 }),
        };
        let mut out = Vec::new();
        print(&mut out, Some(&agreement), &figures).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert!(said.contains("agreement of ana and luz: 35 of 50, kappa 0.4000 (2/5)\n"), "{said}");
        assert!(said.contains("covered: 500 of 500 (99.23") && said.contains(" to 100.0000 %)\n"), "{said}");
        assert!(said.ends_with("decidable with it: 0 of 0\n"), "{said}");
    }
}
