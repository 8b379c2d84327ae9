//! Which code? Refusal to gRPC status.

use khidma_directory_domain::DirectoryRefusal;
use khidma_edge::command::failed;
use khidma_edge::status::{Violation, invalid_fields};
use khidma_engine::CommandError;
use khidma_kernel::Refusal;
use tonic::{Code, Status};

pub(crate) fn code(refusal: &DirectoryRefusal) -> Code {
    match refusal {
        DirectoryRefusal::NotAllowed { .. } => Code::PermissionDenied,
        DirectoryRefusal::AlreadyExists { .. } => Code::AlreadyExists,
        // The entity that is asked itself; any other is a wrong argument.
        DirectoryRefusal::Unknown { field: "id", .. } => Code::NotFound,
        DirectoryRefusal::DepartmentClosed { .. }
        | DirectoryRefusal::PersonDeactivated { .. }
        | DirectoryRefusal::DepartmentCycle
        | DirectoryRefusal::TooDeep { .. }
        | DirectoryRefusal::ReportingCycle
        | DirectoryRefusal::HasMembers { .. }
        | DirectoryRefusal::HasChildren { .. }
        | DirectoryRefusal::NotAMember { .. }
        | DirectoryRefusal::NotAHolder { .. }
        | DirectoryRefusal::RevisionNotCurrent { .. }
        | DirectoryRefusal::NothingSaid
        | DirectoryRefusal::TrainingCancelled
        | DirectoryRefusal::TrainingHeld
        | DirectoryRefusal::NoSuchReview => Code::FailedPrecondition,
        DirectoryRefusal::Unknown { .. }
        | DirectoryRefusal::Missing { .. }
        | DirectoryRefusal::TooLong { .. }
        | DirectoryRefusal::ControlCharacter { .. }
        | DirectoryRefusal::TooMany { .. }
        | DirectoryRefusal::Duplicate { .. }
        | DirectoryRefusal::InvalidLanguage
        | DirectoryRefusal::InvalidTimeZone
        | DirectoryRefusal::InvalidTime { .. }
        | DirectoryRefusal::InvalidAddress { .. }
        | DirectoryRefusal::InvalidCalendar { .. }
        | DirectoryRefusal::LevelNeedsAnother
        | DirectoryRefusal::SourceIsTraining
        | DirectoryRefusal::DateInFuture { .. }
        | DirectoryRefusal::DatesOutOfOrder
        | DirectoryRefusal::OutOfRange { .. }
        | DirectoryRefusal::InvalidCurrency
        | DirectoryRefusal::GivesNothing
        | DirectoryRefusal::AwarenessGivesSkills => Code::InvalidArgument,
    }
}

/// The status of a command that was not carried out. A calendar's problems are told each with its place.
pub(crate) fn refused(error: CommandError<DirectoryRefusal>) -> Status {
    if let CommandError::Refused(refusal @ DirectoryRefusal::InvalidCalendar { problems }) = &error
    {
        let violations = problems.iter().map(|problem| Violation {
            field: format!("calendar.{}", problem.path),
            description: problem.defect.to_string(),
        });
        return invalid_fields(refusal.code(), refusal.to_string(), violations);
    }
    failed(error, code)
}
