//! The words all services share: one module per bounded context with its past-tense events, and the one codec
//! that puts them on the log. Pure.
//!
//! What stands here is a contract for ever: events already on somebody's log are read by this code. A field may be
//! added if it has a default; a changed meaning is a new variant, or a new version of the type whose old version is
//! brought up to it where [`Event::decode`] reads it. `samples/` holds one golden sample per event and version.

#[macro_use]
mod vocabulary;
mod cloudevent;
pub mod directory;
pub mod feed;
pub mod feedback;
pub mod notifications;
pub mod requests;
pub mod sla;

pub use cloudevent::{
    BATCH_MEDIA_TYPE, CloudEvent, DecodeError, decode, decode_meta, encode, known_events,
    raw_events,
};
pub use vocabulary::{Event, Kind};

/// Every event of every context: what schemas, samples and catalogues are made from.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    [
        directory::DepartmentEvent::KINDS,
        directory::PersonEvent::KINDS,
        directory::RoleEvent::KINDS,
        directory::CalendarEvent::KINDS,
        directory::SkillEvent::KINDS,
        directory::TrainingEvent::KINDS,
        directory::ReviewEvent::KINDS,
        requests::RequestEvent::KINDS,
        requests::OfferingEvent::KINDS,
        requests::DelegationEvent::KINDS,
        sla::ClockEvent::KINDS,
        sla::PolicyEvent::KINDS,
        sla::AdoptionEvent::KINDS,
        notifications::OutsetEvent::KINDS,
        notifications::DeliveryEvent::KINDS,
        notifications::PreferencesEvent::KINDS,
        notifications::SilenceEvent::KINDS,
        notifications::EndpointEvent::KINDS,
        notifications::EscalationEvent::KINDS,
        notifications::AnnouncementEvent::KINDS,
        notifications::RhythmEvent::KINDS,
        feedback::OutsetEvent::KINDS,
        feedback::AskingEvent::KINDS,
        feedback::QuestionEvent::KINDS,
        feedback::SurveyEvent::KINDS,
        feedback::RoundEvent::KINDS,
        feedback::AnswerEvent::KINDS,
        feedback::BallotEvent::KINDS,
        feedback::BoxEvent::KINDS,
        feedback::InterviewEvent::KINDS,
        feedback::ActionEvent::KINDS,
        feedback::FiguresEvent::KINDS,
        feedback::ThanksEvent::KINDS,
    ]
    .into_iter()
    .flatten()
}
