//! Which code? Refusal to gRPC status.

use khidma_requests_domain::RequestRefusal;
use khidma_requests_domain::delegation::DelegationRefusal;
use khidma_requests_domain::offering::OfferingRefusal;
use tonic::Code;

pub(crate) fn code(refusal: &RequestRefusal) -> Code {
    match refusal {
        RequestRefusal::NotAllowed { .. } | RequestRefusal::OwnRequest => Code::PermissionDenied,
        RequestRefusal::UnknownRequest | RequestRefusal::UnknownOther { .. } => Code::NotFound,
        RequestRefusal::AlreadySubmitted => Code::AlreadyExists,
        RequestRefusal::InRecord { refusal, .. } => code(refusal),
        RequestRefusal::NoDepartment
        | RequestRefusal::InvalidTransition { .. }
        | RequestRefusal::AlreadyAcknowledged
        | RequestRefusal::AlreadyAssigned
        | RequestRefusal::SameProvider
        | RequestRefusal::AssigneeNotMember
        | RequestRefusal::TooManyWatchers { .. }
        | RequestRefusal::HistoryUnordered { .. }
        | RequestRefusal::HistoryDiffers { .. }
        | RequestRefusal::AlreadyApproved
        | RequestRefusal::DuplicateTask { .. }
        | RequestRefusal::TooDeep { .. }
        | RequestRefusal::TaskNotInState { .. }
        | RequestRefusal::TasksOpen { .. }
        | RequestRefusal::OfferingRetired
        | RequestRefusal::NoManager
        | RequestRefusal::TooManyLinks { .. }
        | RequestRefusal::NotConcerns
        | RequestRefusal::OtherKind
        | RequestRefusal::MergeTargetOver { .. }
        | RequestRefusal::PartOfPlan
        | RequestRefusal::TooManyAttachments { .. } => Code::FailedPrecondition,
        RequestRefusal::UnknownDepartment { .. }
        | RequestRefusal::UnknownPerson { .. }
        | RequestRefusal::Missing { .. }
        | RequestRefusal::TooLong { .. }
        | RequestRefusal::UnknownTask { .. }
        | RequestRefusal::PlanCycle { .. }
        | RequestRefusal::TooManyTasks { .. }
        | RequestRefusal::TooManyNeeds { .. }
        | RequestRefusal::InvalidTags
        | RequestRefusal::UnknownOffering { .. }
        | RequestRefusal::OfferingOfAnother
        | RequestRefusal::AnswersWithoutOffering
        | RequestRefusal::InvalidForm { .. }
        | RequestRefusal::SameRequest { .. }
        | RequestRefusal::InvalidAttachment { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn offering_code(refusal: &OfferingRefusal) -> Code {
    match refusal {
        OfferingRefusal::UnknownOffering => Code::NotFound,
        OfferingRefusal::NotAllowed => Code::PermissionDenied,
        OfferingRefusal::ProviderFixed => Code::FailedPrecondition,
        // Read again, and decide again.
        OfferingRefusal::VersionNotCurrent { .. } => Code::Aborted,
        OfferingRefusal::Missing { .. }
        | OfferingRefusal::ApproverTwice { .. }
        | OfferingRefusal::TooLong { .. }
        | OfferingRefusal::TooMany { .. }
        | OfferingRefusal::InvalidLanguage { .. }
        | OfferingRefusal::LanguageTwice
        | OfferingRefusal::LanguageWithoutText
        | OfferingRefusal::NoTime { .. }
        | OfferingRefusal::UnknownDepartment { .. }
        | OfferingRefusal::UnknownTaskOffering { .. }
        | OfferingRefusal::OfferingOfAnother { .. }
        | OfferingRefusal::AnswersWithoutOffering { .. }
        | OfferingRefusal::DuplicateTask { .. }
        | OfferingRefusal::UnknownNeed { .. }
        | OfferingRefusal::PlanCycle { .. }
        | OfferingRefusal::AsksForItself { .. }
        | OfferingRefusal::PlanTooLarge { .. }
        | OfferingRefusal::InvalidForm { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn delegation_code(refusal: &DelegationRefusal) -> Code {
    match refusal {
        DelegationRefusal::NotAllowed => Code::PermissionDenied,
        DelegationRefusal::TooManyDelegates { .. } => Code::FailedPrecondition,
        DelegationRefusal::UnknownPerson { .. }
        | DelegationRefusal::ToOneself
        | DelegationRefusal::EmptyPeriod
        | DelegationRefusal::PeriodTooLong { .. } => Code::InvalidArgument,
    }
}
