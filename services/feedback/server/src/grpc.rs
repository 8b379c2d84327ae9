//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod questions;

pub(crate) use questions::QuestionsGrpc;
