//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod actions;
mod answers;
mod ballots;
mod figures;
mod ground;
mod interviews;
mod questions;
mod recognition;
mod scope;
mod scorecard;
mod surveys;
mod values;

pub(crate) use actions::ActionsGrpc;
pub(crate) use answers::{AnswersGrpc, totals};
pub(crate) use ballots::{BallotsGrpc, NAMELESS};
pub(crate) use figures::FiguresGrpc;
pub(crate) use interviews::InterviewsGrpc;
pub(crate) use questions::QuestionsGrpc;
pub(crate) use recognition::RecognitionGrpc;
pub(crate) use scorecard::ScorecardGrpc;
pub(crate) use surveys::SurveysGrpc;
