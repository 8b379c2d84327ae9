//! The scorecard of a department as one page: HTML that loads nothing and runs nothing, to be read, printed and kept.
//!
//! Each figure stands with how sure it is; each chart is drawn within the page, is told in a sentence to who cannot see it, and
//! stands as a table beside it. The page is in the reader's language, from right to left where that is so, with numbers and
//! days as that language writes them.

mod chart;
mod deeds;
mod html;
mod page;
mod promises;
mod satisfaction;
mod surveys;
mod trend;
mod words;

pub use page::page;
pub use words::LANGUAGES;

/// The words of a language cannot be used. The tests see to it that they can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the words of {language:?} cannot be used: {reason}")]
pub struct PageError {
    /// Which.
    pub language: &'static str,
    /// Why not.
    pub reason: String,
}
