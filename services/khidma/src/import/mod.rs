//! Taking over history that another system wrote down: files of cases (XES, CSV), a mapping that says what their lines
//! mean here, and the messages that come of both.

mod case;
mod csv;
mod mapping;
mod plan;
mod register;
mod report;
mod send;
mod survey;
mod template;
mod watched;
mod xes;

use std::path::PathBuf;

pub use case::{Case, Event};
pub use mapping::Mapping;
pub use plan::plan;
pub use register::make_known;
pub use report::{Counted, Report};
pub use send::send;
pub use survey::{Survey, survey};

use crate::failure::Failure;

/// How a file writes its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// IEEE 1849, plain or compressed by gzip.
    Xes,
    /// One line an event.
    Csv,
}

/// A file with cases.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies.
    pub file: PathBuf,
    /// How it is written.
    pub format: Format,
}

impl Source {
    /// Reads the file case by case, and hands each to `each`. Blocks. Of an XES file one case is in memory at a time.
    ///
    /// # Errors
    /// The file cannot be read, or makes no sense: with file, case, and event or line; or what `each` says.
    pub fn read(
        &self,
        mapping: &Mapping,
        each: &mut dyn FnMut(Case) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Xes => xes::read(&self.file, mapping, each),
            Format::Csv => csv::read(&self.file, mapping, each),
        }
    }

    /// An error at a place in this file.
    fn wrong(&self, place: impl std::fmt::Display, what: impl std::fmt::Display) -> Failure {
        Failure::Usage(format!("{}: {place}: {what}", self.file.display()))
    }
}
