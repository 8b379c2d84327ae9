//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod deliveries;
mod escalations;
mod words;

pub(crate) use deliveries::DeliveriesGrpc;
pub(crate) use escalations::EscalationsGrpc;
