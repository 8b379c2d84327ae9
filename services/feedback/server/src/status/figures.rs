//! Figures of people.

use khidma_feedback_domain::figures::FiguresRefusal;
use tonic::Code;

pub(crate) fn figures_code(refusal: &FiguresRefusal) -> Code {
    match refusal {
        FiguresRefusal::NotAllowed => Code::PermissionDenied,
        FiguresRefusal::UnknownDepartment
        | FiguresRefusal::NoMonth
        | FiguresRefusal::TooManyMonths { .. }
        | FiguresRefusal::MonthTwice { .. }
        | FiguresRefusal::FutureMonth { .. }
        | FiguresRefusal::TooManyPeople { .. }
        | FiguresRefusal::MoreThanCame { .. }
        | FiguresRefusal::MoreThanWereThere { .. }
        | FiguresRefusal::Inconsistent { .. } => Code::InvalidArgument,
    }
}
