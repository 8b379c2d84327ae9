//! Which code? Refusal to gRPC status.
