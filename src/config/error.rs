//! Faults of the environment.

/// Every fault of the environment, one a line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .faults.join("\n"))]
pub struct ConfigError {
    pub faults: Vec<String>,
}
