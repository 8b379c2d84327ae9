//! Feedback over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod actions;
mod asking;
mod asking_stage;
mod importing;
mod interviews;
mod linking;
mod anonymity;
mod ballots;
mod results;
mod results_stage;
mod rounds;
mod stage;
mod survey_stage;
mod surveys;
mod thanks;
mod voice_stage;
