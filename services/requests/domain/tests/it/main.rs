//! The requests domain, told from outside.

mod access;
mod laws;
mod life;
mod support;
