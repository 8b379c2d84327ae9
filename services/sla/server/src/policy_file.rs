//! A policy as people write it, in TOML. What is wrong is told with its line: names nobody knows, values of the wrong kind,
//! all at once. Whether it makes sense, the domain says.

mod reader;
pub(crate) mod words;

use std::fmt;

use khidma_edge::status::Violation;
use khidma_edge::written::Written;
use khidma_events::sla::PolicySpec;
use khidma_kernel::PolicyId;

use reader::Reader;

/// The most that is told at once.
const PROBLEMS: usize = 100;

/// Something wrong in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// In which line, from 1.
    pub line: usize,
    /// Where: `rules[0].targets.resolve.within`; empty for the whole.
    pub field: String,
    /// What is wrong, in words.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.text)
    }
}

impl From<Problem> for Violation {
    fn from(problem: Problem) -> Self {
        Self {
            description: format!("line {}: {}", problem.line, problem.text),
            field: problem.field,
        }
    }
}

/// All that is wrong in a text; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_first() {
            Some((first, [])) => first.fmt(f),
            Some((first, more)) => write!(f, "{first} (and {} more)", more.len()),
            None => Ok(()),
        }
    }
}

/// Reads a policy with its id.
///
/// # Errors
/// All that is wrong with how it is written.
pub(crate) fn read(text: &str) -> Result<(PolicyId, PolicySpec), Problems> {
    let written = Written::parse(text).map_err(|wrong| {
        Problems(vec![Problem {
            line: wrong.line,
            field: String::new(),
            text: wrong.message,
        }])
    })?;
    let mut reader = Reader::default();
    let policy = reader.policy(&written);
    match policy {
        Some(policy) if reader.problems.is_empty() => Ok(policy),
        _ => Err(Problems(reader.problems)),
    }
}

/// The lines of a text that was read.
pub(crate) struct Places(Option<Written>);

impl Places {
    /// Of `text`; `None` has no lines.
    pub(crate) fn of(text: Option<&str>) -> Self {
        Self(text.and_then(|text| Written::parse(text).ok()))
    }

    /// In which line stands what `path` names; 0 where there is no text.
    pub(crate) fn line(&self, path: &str) -> usize {
        self.0.as_ref().map_or(0, |written| written.line_of(path))
    }

    /// What is wrong at `field`, with its line.
    pub(crate) fn violation(&self, field: String, text: String) -> Violation {
        match self.line(&field) {
            0 => Violation {
                field,
                description: text,
            },
            line => Problem { line, field, text }.into(),
        }
    }
}

#[cfg(test)]
mod tests;
