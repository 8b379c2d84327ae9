//! Read models in sled: rows and cursor in one atomic batch, rebuilt by themselves.
//!
//! A service says with [`Views`] what it makes of the log; a [`Projection`] follows the log, folds commits into rows
//! in memory and writes rows and cursor together, so nothing is skipped and nothing counted twice, whatever dies.
//! sled is a cache that can be rebuilt, never the source of truth: what is damaged is moved aside and built again
//! from the log without being asked.
//!
//! Where things are: `keys` and `row` say what a row looks like on disk, `store` is the only module that talks to
//! sled, `folder` keeps the generations of a read model apart, `follower` takes commits from the log and `fold` makes
//! rows of them, `runner` owns the serving generation, `rebuild` builds another beside it, `agenda` fires what is due, `many` reads all rows
//! on several threads.
//!
//! Invariants: a serving generation's rows and cursor are written in one atomic batch. A generation under construction
//! has no cursor, is read by nobody, and is thrown away if the process dies. Rows are readable before their position
//! is published, and the position is published before their changes are told.

mod agenda;
mod backoff;
mod config;
mod error;
mod fold;
mod folder;
mod follower;
mod generation;
mod keys;
mod many;
mod projection;
mod reader;
mod rebuild;
mod row;
mod rows;
mod runner;
mod shared;
mod status;
mod store;
mod views;

pub use agenda::{AgendaConfig, AgendaError, Lane, run_agenda, run_agenda_with};
pub use config::{Hooks, ProjectionConfig, SpanOf};
pub use error::{ApplyError, ProjectionError, RowError};
pub use keys::AgendaItem;
pub use many::fold_rows;
pub use projection::Projection;
pub use reader::{Dumped, Reader, Scan, dump, rows_equal};
pub use row::Row;
pub use rows::Rows;
pub use shared::Change;
pub use status::{Progress, ProjectionState, ProjectionStatus};
pub use views::Views;
