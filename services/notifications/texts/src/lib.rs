//! The words of messages, in five languages.
//!
//! A message says what happened and nothing about words. Here it becomes a letter, when it is needed: in a language, by a
//! version of the texts that the delivery pins, with numbers and times as the reader writes them.
//!
//! `args` says what each kind speaks of; `shelf` has all versions of all texts, `catalogue` reads one file and `audit` refuses
//! it if it is not whole; `speech` puts a message into words and `letter` into its form, by `block`, `plain` and `html`.
//! `language` chooses among the languages, `numbers`, `moments` and `zone` write numbers and times, `clean` takes out of
//! people's words what would spoil ours.

mod args;
mod audit;
mod block;
mod catalogue;
mod clean;
mod error;
mod html;
mod language;
mod letter;
mod moments;
mod numbers;
mod plain;
mod sample;
mod shelf;
mod speech;
mod zone;

pub use args::{ArgType, args_of, check};
pub use error::TextError;
pub use language::{LANGUAGES, is_right_to_left, language_for};
pub use letter::{Letter, Links, Reader, brief, render};
pub use sample::sample;
pub use shelf::CURRENT;
