//! Asking for something that is in the catalogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use khidma_events::requests::*;
use khidma_kernel::{ServiceRequestId, derived_id};
use khidma_requests_domain::offering::FormProblem;
use khidma_requests_domain::{Body, RequestDecider, State, Submit, Wanted};
use khidma_testkit::Story;

use crate::support::*;

type Requests = Story<RequestDecider>;

fn task(key: &str, needs: &[&str]) -> PlannedTask {
    PlannedTask {
        key: key.parse().unwrap(),
        title: format!("The {key}"),
        description: String::new(),
        provider: "it".parse().unwrap(),
        offering: None,
        answers: serde_json::Map::new(),
        priority: Priority::Normal,
        needs: needs.iter().map(|need| need.parse().unwrap()).collect(),
    }
}

fn step(approver: Approver, timeout: Option<ApprovalTimeout>) -> ApprovalStep {
    ApprovalStep {
        name: "Manager".into(),
        approvers: vec![approver],
        rule: ApprovalRule::Any,
        timeout,
    }
}

/// IT's offering, in its third version.
fn laptop(approvals: Vec<ApprovalStep>, plan: Vec<PlannedTask>) -> OfferingPublished {
    let text = OfferingText {
        name: "A laptop".into(),
        description: String::new(),
        standard: String::new(),
    };
    OfferingPublished {
        offering: "laptop".parse().unwrap(),
        version: 3,
        provider: "it".parse().unwrap(),
        texts: BTreeMap::from([("en".into(), text)]),
        language: "en".into(),
        form: None,
        approvals,
        plan,
    }
}

fn wanted(offered: OfferingPublished) -> Wanted {
    Wanted {
        offering: offered.offering.clone(),
        found: Some(Arc::new(offered)),
        retired: false,
    }
}

fn asking(offered: OfferingPublished) -> Submit {
    Submit {
        offering: Some(Box::new(wanted(offered))),
        ..asked()
    }
}

fn pinned(title: &str) -> RequestEvent {
    let RequestEvent::Submitted(submitted) = submitted() else {
        unreachable!("it is one")
    };
    Submitted {
        offering: "laptop".parse().ok(),
        offering_version: 3,
        title: title.into(),
        ..submitted
    }
    .into()
}

fn receipt() -> RequestEvent {
    ReceiptIssued {}.into()
}

fn when(submit: Submit) -> khidma_testkit::Outcome<RequestDecider> {
    Requests::new().by(amina()).when(Body::Submit(submit))
}

#[test]
fn a_request_pins_the_version_it_was_made_under() {
    when(asking(laptop(vec![], vec![]))).then([pinned("A laptop for Noor"), receipt()]);
}

#[test]
fn provider_and_title_follow_from_the_offering() {
    let submit = Submit {
        provider: None,
        title: String::new(),
        ..asking(laptop(vec![], vec![]))
    };
    when(submit).then([pinned("A laptop"), receipt()]);
}

#[test]
fn an_offering_must_be_there_be_active_and_be_the_providers() {
    let unknown = Wanted {
        offering: "laptop".parse().unwrap(),
        found: None,
        retired: false,
    };
    let submit = Submit {
        offering: Some(Box::new(unknown)),
        ..asked()
    };
    when(submit).then_refused_at("UNKNOWN_OFFERING", "offering");
    let retired = Wanted {
        retired: true,
        ..wanted(laptop(vec![], vec![]))
    };
    let submit = Submit {
        offering: Some(Box::new(retired)),
        ..asked()
    };
    when(submit).then_refused_at("OFFERING_RETIRED", "offering");
    let submit = Submit {
        provider: "hr".parse().ok(),
        ..asking(laptop(vec![], vec![]))
    };
    when(submit).then_refused_at("OFFERING_OF_ANOTHER", "provider_id");
    let submit = Submit {
        provider: None,
        ..asked()
    };
    when(submit).then_refused_at("MISSING_FIELD", "provider_id");
}

#[test]
fn answers_need_an_offering_and_must_fit_its_form() {
    let answers = serde_json::Map::from_iter([("day".into(), "2026-04-01".into())]);
    let submit = Submit {
        answers: answers.clone(),
        ..asked()
    };
    when(submit).then_refused_at("ANSWERS_WITHOUT_OFFERING", "answers");
    let form_problems = ["answers.name", "answers.day"].map(|field| FormProblem {
        field: field.into(),
        message: "is missing".into(),
    });
    let submit = Submit {
        form_problems: form_problems.into(),
        ..asking(laptop(vec![], vec![]))
    };
    when(submit.clone()).then_refused_at("INVALID_FORM", "answers.name");
    when(submit).then_refused_at("INVALID_FORM", "answers.day");
    let submit = Submit {
        answers: answers.clone(),
        ..asking(laptop(vec![], vec![]))
    };
    when(submit).then_events(|events| {
        assert!(
            matches!(&events[0], RequestEvent::Submitted(submitted) if submitted.answers == answers)
        );
    });
}

#[test]
fn a_request_that_needs_approval_waits_and_so_does_its_plan() {
    let steps = vec![step(Approver::ManagerOfRequester, None)];
    let tasks = vec![task("order", &[])];
    let story = when(asking(laptop(steps.clone(), tasks.clone()))).then([
        pinned("A laptop for Noor"),
        receipt(),
        ApprovalsRequired { steps }.into(),
        TasksPlanned {
            tasks,
            waits: vec![],
        }
        .into(),
    ]);
    let request = story.state().as_ref().unwrap();
    assert_eq!(request.state, State::AwaitingApproval);
}

#[test]
fn a_plan_without_approval_begins_with_what_needs_nothing() {
    let tasks = vec![
        task("order", &[]),
        task("ship", &["order"]),
        task("desk", &[]),
    ];
    let parent = asked().id;
    let begun = ["order", "desk"].map(|key| TaskBegun {
        task: key.parse().unwrap(),
        request: ServiceRequestId(derived_id(&[
            b"task",
            parent.0.as_bytes(),
            key.as_bytes(),
            &0_u32.to_be_bytes(),
        ])),
    });
    when(asking(laptop(vec![], tasks.clone()))).then([
        pinned("A laptop for Noor"),
        receipt(),
        TasksPlanned {
            tasks,
            waits: vec![],
        }
        .into(),
        TasksBegun {
            tasks: begun.into(),
        }
        .into(),
    ]);
}

#[test]
fn whoever_reports_to_nobody_cannot_ask_for_what_their_manager_approves() {
    let escalated = ApprovalTimeout {
        seconds: 60,
        then: OnTimeout::Escalate(Approver::ManagerOfRequester),
    };
    let linh = || Approver::Person("linh".parse().unwrap());
    let alone = |approvals| Submit {
        requester_has_manager: false,
        ..asking(laptop(approvals, vec![]))
    };
    when(alone(vec![step(Approver::ManagerOfRequester, None)])).then_refused("NO_MANAGER");
    when(alone(vec![step(linh(), Some(escalated))])).then_refused("NO_MANAGER");
    when(alone(vec![step(linh(), None)])).then_events(|events| assert_eq!(events.len(), 3));
}
