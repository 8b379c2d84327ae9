//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod deliveries;
mod escalations;
mod inbox;
mod preferences;
mod words;

pub(crate) use deliveries::DeliveriesGrpc;
pub(crate) use escalations::EscalationsGrpc;
pub(crate) use inbox::InboxGrpc;
pub(crate) use preferences::PreferencesGrpc;
