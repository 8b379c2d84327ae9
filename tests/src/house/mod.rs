//! The rules of the house that a compiler does not hold: who may depend on whom, and how the sources look.

mod graph;
mod rules;
pub mod sources;

pub use graph::{Graph, Metadata};
pub use rules::violations;
