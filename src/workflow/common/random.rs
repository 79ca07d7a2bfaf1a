//! Random identifiers and secrets, from the operating system.

use super::error::WorkflowError;
use crate::domain::identifier::api_key::digits_from;

/// `length` digits of 62.
pub fn digits(length: usize) -> Result<String, WorkflowError> {
    loop {
        // Some bytes are passed over so that every digit is equally likely; twice as many leave room for that.
        let mut bytes = vec![0; length * 2];
        fill(&mut bytes)?;
        if let Some(text) = digits_from(&bytes, length) {
            return Ok(text);
        }
    }
}

/// A public identifier: a letter that says what it names, and ten digits.
pub fn id(letter: char) -> Result<String, WorkflowError> {
    Ok(format!("{letter}{}", digits(10)?))
}

pub fn fill(bytes: &mut [u8]) -> Result<(), WorkflowError> {
    getrandom::fill(bytes).map_err(|error| WorkflowError::machine("the operating system gave no random bytes", error))
}
