//! Feedback over real gRPC, on a log in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a failed unwrap is a failed test; a story is told in one piece"
)]

mod actions;
mod anonymity;
mod asking;
mod asking_stage;
mod ballots;
mod importing;
mod interviews;
mod linking;
mod people_figures;
mod recounting;
mod results;
mod results_stage;
mod rounds;
mod score_stage;
mod scoring;
mod stage;
mod survey_stage;
mod surveys;
mod thanks;
mod voice_stage;
