//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod actions;
mod ground;

pub(crate) use actions::ActionsGrpc;
