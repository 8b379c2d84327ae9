//! What the tests of the whole house share: its rules as code, so that each can be shown able to fail.

pub mod compose;
pub mod house;
