//! Answers to rounds that are not anonymous: named and confidential ones. What holds of every answer stands in [`values`].

mod refusal;
pub mod values;

pub use refusal::AnswerRefusal;
