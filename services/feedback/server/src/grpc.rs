//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod ballots;
mod surveys;

pub(crate) use ballots::{BallotsGrpc, NAMELESS};
pub(crate) use surveys::SurveysGrpc;
