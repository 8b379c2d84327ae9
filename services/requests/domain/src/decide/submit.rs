//! Asking a department for something, under an offering or without.

use khidma_events::requests::*;
use khidma_kernel::{Actor, Caller, DepartmentId, PersonId};

use super::Decision;
use super::check::{optional, required, tags};
use super::plan;
use crate::command::{Subject, Submit};
use crate::evolve;
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::Request;

pub(super) fn submit(request: Option<&Request>, by: &Caller, submit: &Submit) -> Decision {
    if request.is_some() {
        return Err(Refusal::AlreadySubmitted);
    }
    let offered = offered(submit)?;
    let title = match offered {
        Some(offered) if submit.title.is_empty() => name(offered),
        _ => &submit.title,
    };
    required("title", title, limits::TITLE)?;
    optional("description", &submit.description, limits::TEXT)?;
    let tags = tags(&submit.tags)?;
    let provider = provider(submit, offered)?;
    let (requester, requester_department) = requester(by, submit, provider)?;
    if !submit.form_problems.is_empty() {
        return Err(Refusal::InvalidForm {
            problems: submit.form_problems.clone(),
        });
    }
    let submitted = Submitted {
        description: submit.description.clone(),
        offering: offered.map(|offered| offered.offering.clone()),
        offering_version: offered.map_or(0, |offered| offered.version),
        answers: submit.answers.clone(),
        priority: submit.priority,
        tags,
        channel: submit.channel,
        requester: requester.cloned(),
        requester_department: Some(requester_department.clone()),
        task_of: submit.task.as_ref().map(|task| task.of.clone()),
        provider: provider.clone(),
        kind: RequestKind::Service,
        title: title.to_owned(),
        follow_digest: None,
    };
    let follow = offered.map(|offered| follow(submit, &submitted, offered));
    let mut events = vec![submitted.into(), ReceiptIssued {}.into()];
    events.extend(follow.transpose()?.unwrap_or_default());
    Ok(events)
}

/// The terms it is asked for under; `None` if no offering is named.
fn offered(submit: &Submit) -> Result<Option<&OfferingPublished>, Refusal> {
    let Some(wanted) = &submit.offering else {
        return if submit.answers.is_empty() {
            Ok(None)
        } else {
            Err(Refusal::AnswersWithoutOffering)
        };
    };
    match &wanted.found {
        None => Err(Refusal::UnknownOffering { field: "offering" }),
        Some(_) if wanted.retired => Err(Refusal::OfferingRetired),
        Some(found) => Ok(Some(found)),
    }
}

/// An offering's name in the language to fall back to.
fn name(offered: &OfferingPublished) -> &str {
    let text = offered.texts.get(&offered.language);
    text.map(|text| text.name.as_str()).unwrap_or_default()
}

/// The department that is asked: who it is said to be, or whose offering it is.
fn provider<'a>(
    submit: &'a Submit,
    offered: Option<&'a OfferingPublished>,
) -> Result<&'a DepartmentId, Refusal> {
    let said = submit.provider.as_ref();
    let offers = offered.map(|offered| &offered.provider);
    let provider = match (said, offers) {
        (Some(said), Some(offers)) if said != offers => return Err(Refusal::OfferingOfAnother),
        (Some(provider), _) | (None, Some(provider)) => provider,
        (None, None) => {
            return Err(Refusal::Missing {
                field: "provider_id",
            });
        }
    };
    if submit.provider_known {
        Ok(provider)
    } else {
        Err(Refusal::UnknownDepartment {
            field: "provider_id",
        })
    }
}

/// Who asks, and for which department. For a task of a plan it is the coordinating department, and nobody in person.
fn requester<'a>(
    by: &'a Caller,
    submit: &'a Submit,
    provider: &DepartmentId,
) -> Result<(Option<&'a PersonId>, &'a DepartmentId), Refusal> {
    if let Some(task) = &submit.task {
        return match by.is_service() {
            true => Ok((None, &task.coordinator)),
            false => Err(Refusal::NotAllowed {
                action: "asking for a task of a plan",
                whom: "the service itself",
            }),
        };
    }
    let (Actor::Person(caller), Some(department)) = (&by.actor, &by.department) else {
        return Err(Refusal::NoDepartment);
    };
    match &submit.on_behalf_of {
        None => Ok((Some(caller), department)),
        Some(subject) if subject.person == *caller => Ok((Some(caller), department)),
        Some(_) if !by.belongs_to(provider) => Err(Refusal::NotAllowed {
            action: "asking on behalf of somebody else",
            whom: "members of the provider",
        }),
        Some(Subject {
            person,
            known: true,
            departments,
        }) => match departments.first() {
            Some(main) => Ok((Some(person), main)),
            None => Err(Refusal::NoDepartment),
        },
        Some(_) => Err(Refusal::UnknownPerson {
            field: "requester_id",
        }),
    }
}

/// What an offering's terms make of a submission: who has to agree, and the tasks it is fulfilled by.
fn follow(submit: &Submit, submitted: &Submitted, offered: &OfferingPublished) -> Decision {
    let steps = offered.approvals.clone();
    if !submit.requester_has_manager && steps.iter().any(asks_manager) {
        return Err(Refusal::NoManager);
    }
    let depth = submitted.task_of.as_ref().map_or(0, |of| of.depth);
    if depth >= limits::DEPTH && !offered.plan.is_empty() {
        return Err(Refusal::TooDeep {
            limit: limits::DEPTH,
        });
    }
    let planned = TasksPlanned {
        tasks: offered.plan.clone(),
        waits: vec![],
    };
    // A plan begins once all have agreed: at once where nobody has to.
    let begun = if steps.is_empty() {
        plan::ready(&evolve::begun_with(submitted, &planned), submit.id)
    } else {
        vec![]
    };
    let mut events = Vec::new();
    if !steps.is_empty() {
        events.push(ApprovalsRequired { steps }.into());
    }
    if !planned.tasks.is_empty() {
        events.push(planned.into());
    }
    if !begun.is_empty() {
        events.push(TasksBegun { tasks: begun }.into());
    }
    Ok(events)
}

fn asks_manager(step: &ApprovalStep) -> bool {
    let escalated = step
        .timeout
        .iter()
        .filter_map(|timeout| match &timeout.then {
            OnTimeout::Escalate(approver) => Some(approver),
            OnTimeout::Approve | OnTimeout::Reject => None,
        });
    step.approvers
        .iter()
        .chain(escalated)
        .any(|approver| *approver == Approver::ManagerOfRequester)
}
