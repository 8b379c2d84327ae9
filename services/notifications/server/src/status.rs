//! Which code? Refusal to gRPC status.

use khidma_notifications_domain::announcement::AnnouncementRefusal;
use khidma_notifications_domain::delivery::DeliveryRefusal;
use khidma_notifications_domain::endpoint::EndpointRefusal;
use khidma_notifications_domain::escalation::EscalationRefusal;
use khidma_notifications_domain::preferences::PreferencesRefusal;
use khidma_notifications_domain::rhythm::RhythmRefusal;
use khidma_notifications_domain::silence::SilenceRefusal;
use tonic::Code;

pub(crate) fn escalation_code(refusal: &EscalationRefusal) -> Code {
    match refusal {
        EscalationRefusal::UnknownEscalation => Code::NotFound,
        EscalationRefusal::NotAllowed => Code::PermissionDenied,
        EscalationRefusal::Over => Code::FailedPrecondition,
        EscalationRefusal::CommentTooLong { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn delivery_code(refusal: &DeliveryRefusal) -> Code {
    match refusal {
        DeliveryRefusal::Unknown => Code::NotFound,
        DeliveryRefusal::NotAllowed => Code::PermissionDenied,
        DeliveryRefusal::WrongChannel => Code::InvalidArgument,
        DeliveryRefusal::NotInInbox
        | DeliveryRefusal::NotDead
        | DeliveryRefusal::EndpointDisabled
        | DeliveryRefusal::EndpointRemoved => Code::FailedPrecondition,
    }
}

pub(crate) fn endpoint_code(refusal: &EndpointRefusal) -> Code {
    match refusal {
        EndpointRefusal::Unknown => Code::NotFound,
        EndpointRefusal::NotAllowed => Code::PermissionDenied,
        EndpointRefusal::Exists => Code::AlreadyExists,
        EndpointRefusal::TooMany { .. } | EndpointRefusal::NoSecret => Code::FailedPrecondition,
        EndpointRefusal::UnknownOwner { .. }
        | EndpointRefusal::InvalidUrl { .. }
        | EndpointRefusal::InvalidLanguage => Code::InvalidArgument,
    }
}

pub(crate) fn preferences_code(refusal: &PreferencesRefusal) -> Code {
    match refusal {
        PreferencesRefusal::NotAllowed => Code::PermissionDenied,
        PreferencesRefusal::UnknownPerson { .. }
        | PreferencesRefusal::CannotBeMuted { .. }
        | PreferencesRefusal::DigestOfDigests
        | PreferencesRefusal::InvalidTime
        | PreferencesRefusal::UnknownTimeZone
        | PreferencesRefusal::InvalidWeekday
        | PreferencesRefusal::StandInForOneself
        | PreferencesRefusal::EmptyPeriod
        | PreferencesRefusal::PeriodTooLong { .. } => Code::InvalidArgument,
        PreferencesRefusal::StandInCircle => Code::FailedPrecondition,
    }
}

pub(crate) fn silence_code(refusal: &SilenceRefusal) -> Code {
    match refusal {
        SilenceRefusal::UnknownSilence => Code::NotFound,
        SilenceRefusal::AlreadyBegun => Code::AlreadyExists,
        SilenceRefusal::NotAllowed => Code::PermissionDenied,
        SilenceRefusal::EmptyScope
        | SilenceRefusal::CannotBeMuted { .. }
        | SilenceRefusal::UnknownPerson
        | SilenceRefusal::UnknownDepartment
        | SilenceRefusal::UnknownRequest
        | SilenceRefusal::EmptyPeriod
        | SilenceRefusal::PeriodTooLong { .. }
        | SilenceRefusal::TooFarAhead { .. }
        | SilenceRefusal::NoReason
        | SilenceRefusal::TooLong { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn announcement_code(refusal: &AnnouncementRefusal) -> Code {
    match refusal {
        AnnouncementRefusal::AlreadyAnnounced => Code::AlreadyExists,
        AnnouncementRefusal::NotAllowed
        | AnnouncementRefusal::NotToOthers
        | AnnouncementRefusal::NotUrgentToOthers => Code::PermissionDenied,
        AnnouncementRefusal::UnknownDepartment { .. }
        | AnnouncementRefusal::Missing { .. }
        | AnnouncementRefusal::TooLong { .. }
        | AnnouncementRefusal::TooMany { .. }
        | AnnouncementRefusal::ControlCharacter { .. }
        | AnnouncementRefusal::InvalidLanguage { .. }
        | AnnouncementRefusal::LanguageTwice
        | AnnouncementRefusal::LanguageWithoutText => Code::InvalidArgument,
    }
}

pub(crate) fn rhythm_code(refusal: &RhythmRefusal) -> Code {
    match refusal {
        RhythmRefusal::NotAllowed => Code::PermissionDenied,
        RhythmRefusal::UnknownDepartment
        | RhythmRefusal::TooSeldom { .. }
        | RhythmRefusal::FirstInThePast
        | RhythmRefusal::FirstTooLate { .. } => Code::InvalidArgument,
    }
}
