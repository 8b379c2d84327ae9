//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod answers;
mod values;

pub(crate) use answers::AnswersGrpc;
