//! Structured logs: pretty lines on a terminal, one JSON object a line elsewhere; never on standard output.
use crate::config::{DEFAULT_LOG_FILTER, LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// Who reads the logs of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogReader {
    /// A collector of logs, for a service that runs for long.
    Operator,
    /// The person who runs a command, between the command's own lines.
    Person,
}

/// The default filter of commands: a person sees warnings beside the command's own lines.
const PERSON_FILTER: &str = "warn";

/// Starts logging to standard error, which leaves standard output to what a command answers.
///
/// # Errors
/// When the filter of `TERMOMETRO_LOG` cannot be read.
pub fn start(settings: &LogSettings, reader: LogReader) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter(settings, reader))?;
    let terminal = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _already = if is_pretty(settings.format, terminal, reader) {
        subscriber.with_target(false).with_ansi(terminal).try_init()
    } else {
        subscriber.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    };
    Ok(())
}

/// Whether `TERMOMETRO_LOG` can be read, starting nothing.
///
/// # Errors
/// With what is wrong in it.
pub fn check(settings: &LogSettings) -> Result<(), ParseError> {
    EnvFilter::builder().parse(&settings.filter).map(drop)
}

fn filter(settings: &LogSettings, reader: LogReader) -> &str {
    let unset = settings.filter == DEFAULT_LOG_FILTER;
    if unset && reader == LogReader::Person { PERSON_FILTER } else { &settings.filter }
}

fn is_pretty(format: LogFormat, terminal: bool, reader: LogReader) -> bool {
    match format {
        LogFormat::Auto => terminal || reader == LogReader::Person,
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_decides_for_a_service_unless_the_setting_does() {
        assert!(is_pretty(LogFormat::Auto, true, LogReader::Operator));
        assert!(!is_pretty(LogFormat::Auto, false, LogReader::Operator));
        assert!(is_pretty(LogFormat::Pretty, false, LogReader::Operator));
        assert!(!is_pretty(LogFormat::Json, true, LogReader::Operator));
    }

    #[test]
    fn a_command_prints_no_json_between_its_lines_unless_the_setting_asks_for_it() {
        assert!(is_pretty(LogFormat::Auto, false, LogReader::Person));
        assert!(!is_pretty(LogFormat::Json, false, LogReader::Person));
        let settings = |filter: &str| LogSettings { format: LogFormat::Auto, filter: filter.to_owned() };
        assert_eq!(filter(&settings(DEFAULT_LOG_FILTER), LogReader::Person), "warn");
        assert_eq!(filter(&settings(DEFAULT_LOG_FILTER), LogReader::Operator), DEFAULT_LOG_FILTER);
        assert_eq!(filter(&settings("debug"), LogReader::Person), "debug");
    }
}
