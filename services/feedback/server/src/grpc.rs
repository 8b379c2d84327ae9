//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod figures;
mod scope;
mod scorecard;

pub(crate) use figures::FiguresGrpc;
pub(crate) use scorecard::ScorecardGrpc;
