//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod clocks;
mod metric;
mod policies;
mod traces;
mod what_if;

pub(crate) use clocks::ClocksGrpc;
pub(crate) use policies::PoliciesGrpc;
pub(crate) use traces::TracesGrpc;
pub(crate) use what_if::WhatIfGrpc;
