//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod ballots;

pub(crate) use ballots::{BallotsGrpc, NAMELESS};
