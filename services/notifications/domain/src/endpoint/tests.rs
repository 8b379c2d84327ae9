//! Stories of an endpoint.
