//! `termometro purchases label` and `termometro purchases quality`: lines that people label, and how well lines are read by what they say; and
//! `termometro read-purchases`.
mod answer;
mod label_file;
mod labelling;
mod products;
mod quality;
mod read_again;

use clap::{Args, Subcommand};

pub use read_again::run as read_again;

#[derive(Debug, Args)]
pub struct PurchasesArguments {
    #[command(subcommand)]
    command: PurchasesCommand,
}

#[derive(Debug, Subcommand)]
enum PurchasesCommand {
    /// Say of one line after another what it is; each answer is added to the file, and the next time begins where this one ends
    Label(labelling::LabelArguments),
    /// How far the labellers agree, how often the truth is among the candidates, and how often candidates without it could decide
    Quality(quality::QualityArguments),
}

pub fn run(arguments: &PurchasesArguments) -> anyhow::Result<u8> {
    match &arguments.command {
        PurchasesCommand::Label(arguments) => labelling::run(arguments),
        PurchasesCommand::Quality(arguments) => quality::run(arguments),
    }
}
