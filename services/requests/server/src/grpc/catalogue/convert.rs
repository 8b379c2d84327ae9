//! Between the terms of an offering in the domain's words and in the protocol's.

use khidma_edge::command::id;
use khidma_edge::status::{self, Violation};
use khidma_events::requests::{
    ApprovalRule, ApprovalStep, ApprovalTimeout, Approver, OfferingPublished, OfferingText,
    OnTimeout, PlannedTask,
};
use khidma_kernel::OfferingId;
use khidma_proto::requests as pb;
use khidma_proto::requests::offering_approval_timeout::{Approve, Reject, Then};
use khidma_proto::requests::offering_approver::{Kind, ManagerOfRequester, Person, Role};
use tonic::Status;

use crate::grpc::convert::{priority_in, priority_out};
use crate::grpc::json::{object_in, object_out};
use crate::grpc::optional_id;

/// What shall be published; its version is given later.
pub(super) fn terms_in(
    offering: OfferingId,
    terms: pb::OfferingTerms,
) -> Result<OfferingPublished, Status> {
    let texts = terms.texts.into_iter();
    let form = terms.form.map(|form| object_in("form", Some(form)));
    Ok(OfferingPublished {
        offering,
        version: 0,
        provider: id("provider_id", &terms.provider_id)?,
        texts: texts
            .map(|(language, text)| (language, text_in(text)))
            .collect(),
        language: terms.language,
        form: form.transpose()?,
        approvals: all("approvals", terms.approvals, approval_in)?,
        plan: all("plan", terms.plan, task_in)?,
    })
}

/// Each item of `field`; what is wrong with one is told with its place.
fn all<T, U>(
    field: &str,
    items: Vec<T>,
    read: fn(T) -> Result<U, Status>,
) -> Result<Vec<U>, Status> {
    let items = items.into_iter().enumerate();
    items
        .map(|(number, item)| {
            read(item).map_err(|wrong| within(&format!("{field}[{number}]"), &wrong))
        })
        .collect()
}

/// A refusal whose fields lie within `place`.
fn within(place: &str, wrong: &Status) -> Status {
    let report = status::ErrorReport::from_status(wrong);
    let violations = report.violations.into_iter().map(|violation| Violation {
        field: format!("{place}.{}", violation.field),
        ..violation
    });
    let reason = report.reason.unwrap_or_default();
    status::refused(report.code, &reason, report.message, violations)
}

fn text_in(text: pb::OfferingText) -> OfferingText {
    OfferingText {
        name: text.name,
        description: text.description,
        standard: text.standard,
    }
}

fn approval_in(step: pb::OfferingApproval) -> Result<ApprovalStep, Status> {
    Ok(ApprovalStep {
        name: step.name,
        approvers: all("approvers", step.approvers, approver_in)?,
        rule: if step.all {
            ApprovalRule::All
        } else {
            ApprovalRule::Any
        },
        timeout: step.timeout.map(timeout_in).transpose()?,
    })
}

fn approver_in(approver: pb::OfferingApprover) -> Result<Approver, Status> {
    match approver.kind {
        Some(Kind::Person(person)) => Ok(Approver::Person(id("person.id", &person.id)?)),
        Some(Kind::Role(role)) => Ok(Approver::Role {
            role: id("role.id", &role.id)?,
            department: optional_id("role.department_id", &role.department_id)?,
        }),
        Some(Kind::ManagerOfRequester(ManagerOfRequester {})) => Ok(Approver::ManagerOfRequester),
        None => Err(missing(
            "kind",
            "an approver is a person, a role or the manager",
        )),
    }
}

fn timeout_in(timeout: pb::OfferingApprovalTimeout) -> Result<ApprovalTimeout, Status> {
    let then = match timeout.then {
        Some(Then::Approve(Approve {})) => OnTimeout::Approve,
        Some(Then::Reject(Reject {})) => OnTimeout::Reject,
        Some(Then::EscalateTo(approver)) => {
            let approver = approver_in(approver);
            let approver = approver.map_err(|wrong| within("timeout.escalate_to", &wrong));
            OnTimeout::Escalate(approver?)
        }
        None => return Err(missing("timeout.then", "what happens then must be said")),
    };
    Ok(ApprovalTimeout {
        seconds: timeout.seconds,
        then,
    })
}

fn task_in(task: pb::OfferingTask) -> Result<PlannedTask, Status> {
    let needs = task.needs.iter().map(|need| id("needs", need));
    Ok(PlannedTask {
        key: id("key", &task.key)?,
        title: task.title,
        description: task.description,
        provider: id("provider_id", &task.provider_id)?,
        offering: optional_id("offering", &task.offering)?,
        answers: object_in("answers", task.answers)?,
        priority: priority_in(task.priority)?,
        needs: needs.collect::<Result<_, _>>()?,
    })
}

fn missing(field: &str, message: &str) -> Status {
    status::invalid_field(field, "MISSING_FIELD", message)
}

/// The terms of a version as callers see them.
pub(super) fn terms_out(published: &OfferingPublished) -> pb::OfferingTerms {
    let texts = published.texts.iter();
    pb::OfferingTerms {
        provider_id: published.provider.to_string(),
        texts: texts
            .map(|(language, text)| (language.clone(), text_out(text)))
            .collect(),
        language: published.language.clone(),
        form: published.form.clone().map(object_out),
        approvals: published.approvals.iter().map(approval_out).collect(),
        plan: published.plan.iter().map(task_out).collect(),
    }
}

pub(super) fn text_out(text: &OfferingText) -> pb::OfferingText {
    pb::OfferingText {
        name: text.name.clone(),
        description: text.description.clone(),
        standard: text.standard.clone(),
    }
}

fn approval_out(step: &ApprovalStep) -> pb::OfferingApproval {
    pb::OfferingApproval {
        name: step.name.clone(),
        approvers: step.approvers.iter().map(approver_out).collect(),
        all: step.rule == ApprovalRule::All,
        timeout: step.timeout.as_ref().map(timeout_out),
    }
}

fn approver_out(approver: &Approver) -> pb::OfferingApprover {
    let kind = match approver {
        Approver::Person(person) => Kind::Person(Person {
            id: person.to_string(),
        }),
        Approver::Role { role, department } => Kind::Role(Role {
            id: role.to_string(),
            department_id: department
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }),
        Approver::ManagerOfRequester => Kind::ManagerOfRequester(ManagerOfRequester {}),
    };
    pb::OfferingApprover { kind: Some(kind) }
}

fn timeout_out(timeout: &ApprovalTimeout) -> pb::OfferingApprovalTimeout {
    let then = match &timeout.then {
        OnTimeout::Approve => Then::Approve(Approve {}),
        OnTimeout::Reject => Then::Reject(Reject {}),
        OnTimeout::Escalate(approver) => Then::EscalateTo(approver_out(approver)),
    };
    pb::OfferingApprovalTimeout {
        seconds: timeout.seconds,
        then: Some(then),
    }
}

fn task_out(task: &PlannedTask) -> pb::OfferingTask {
    let answers = (!task.answers.is_empty()).then(|| object_out(task.answers.clone()));
    pb::OfferingTask {
        key: task.key.to_string(),
        title: task.title.clone(),
        description: task.description.clone(),
        provider_id: task.provider.to_string(),
        offering: task
            .offering
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        answers,
        priority: priority_out(task.priority).into(),
        needs: task.needs.iter().map(ToString::to_string).collect(),
    }
}
