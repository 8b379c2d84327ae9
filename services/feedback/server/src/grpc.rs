//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod actions;
mod ground;
mod interviews;
mod questions;
mod recognition;

pub(crate) use questions::QuestionsGrpc;
pub(crate) use actions::ActionsGrpc;
pub(crate) use interviews::InterviewsGrpc;
pub(crate) use recognition::RecognitionGrpc;
