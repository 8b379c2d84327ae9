//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod answers;
mod ballots;
mod surveys;
mod values;

pub(crate) use answers::AnswersGrpc;
pub(crate) use ballots::{BallotsGrpc, NAMELESS};
pub(crate) use surveys::SurveysGrpc;
