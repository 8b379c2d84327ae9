//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod answers;
mod ballots;
mod figures;
mod scope;
mod scorecard;
mod surveys;
mod values;

pub(crate) use answers::{AnswersGrpc, totals};
pub(crate) use ballots::{BallotsGrpc, NAMELESS};
pub(crate) use figures::FiguresGrpc;
pub(crate) use scorecard::ScorecardGrpc;
pub(crate) use surveys::SurveysGrpc;
