//! Stories of a delivery.
