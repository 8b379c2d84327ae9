//! The words every crate shares: ids, instants, who acts, what an entity decides, what the log records,
//! which language somebody reads.
//!
//! No I/O and no async here: time and new ids arrive inside a [`Command`].

mod caller;
mod commit;
mod date;
mod decider;
mod hash;
mod id;
pub mod language;
mod position;
mod timestamp;

pub use caller::{Actor, Caller, InvalidActor, Role};
pub use commit::{Commit, Meta, OnceKey, Recorded};
pub use date::{Date, InvalidDate};
pub use decider::{Command, Decider, EntityEvent, Refusal};
pub use hash::{derived_id, digest, sha256_hex, time_ordered_id};
pub use id::{
    ActionId, AnnouncementId, CalendarId, DeliveryId, DepartmentId, EndpointId, EscalationId,
    InterviewId, InvalidId, OfferingId, PersonId, PolicyId, QuestionId, RoleId, RoundId,
    ServiceRequestId, SilenceId, SurveyId, TaskKey, ThanksId, TrainingId,
};
pub use position::Position;
pub use timestamp::{InvalidTimestamp, Timestamp};
