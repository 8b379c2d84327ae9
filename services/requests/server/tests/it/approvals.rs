//! Who has to agree before a request is worked on: over gRPC, with what the directory says and with the clock in hand.

use std::time::Duration;

use khidma_edge::client::Connection;
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_events::directory::{
    ManagerSet, PersonEvent, PersonKind, PersonRegistered, RoleAssigned, RoleDefined, RoleEvent,
    RoleUnassigned, person_entity, role_entity,
};
use khidma_events::requests::*;
use khidma_kernel::{Actor, Position, Role, Timestamp};
use khidma_projection::rows_equal;
use khidma_proto::requests as pb;
use khidma_proto::requests::approvals_service_client::ApprovalsServiceClient;
use khidma_proto::requests::asked_approver::Kind;
use khidma_testkit::{Said, append_said, eventually};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::stage::{Client, Stage, key, laptop, refused};

type Approvals = ApprovalsServiceClient<Connection>;

const HOUR: u32 = 3600;
const DAY: i64 = 24 * 3600;

/// When the clock stands at the beginning.
fn beginning() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// Puts events on the log, said at the beginning, after what stands at `expected` of their entity.
async fn say<E: Event>(
    log: &dyn EventLog,
    entity: String,
    expected: Position,
    events: Vec<E>,
) -> Position {
    let said = Said {
        at: beginning(),
        by: Actor::Service("test".into()),
        traceparent: None,
    };
    append_said(log, entity, expected, said, events).await
}

fn person(person: &str) -> Approver {
    Approver::Person(person.parse().unwrap())
}

fn role(role: &str, department: Option<&str>) -> Approver {
    Approver::Role {
        role: role.parse().unwrap(),
        department: department.map(|department| department.parse().unwrap()),
    }
}

fn step(name: &str, rule: ApprovalRule, approvers: &[Approver]) -> ApprovalStep {
    ApprovalStep {
        name: name.into(),
        approvers: approvers.to_vec(),
        rule,
        timeout: None,
    }
}

fn any(approver: Approver) -> ApprovalStep {
    step("Agreement", ApprovalRule::Any, &[approver])
}

fn within(seconds: u32, then: OnTimeout, step: ApprovalStep) -> ApprovalStep {
    let timeout = Some(ApprovalTimeout { seconds, then });
    ApprovalStep { timeout, ..step }
}

/// The stage with Noor of HR, who reports to Linh, and two roles: Farid of finance and Sana of IT hold "budget", Omar of
/// finance holds "lawyer".
struct Desk {
    stage: Stage,
    /// Where Noor's last commit stands, and that of the role "budget".
    noor: Position,
    budget: Position,
}

impl Desk {
    async fn set() -> Self {
        let stage = Stage::set().await;
        let log = &*stage.host.log;
        for who in ["noor", "omar"] {
            let registered = PersonRegistered {
                person: who.parse().unwrap(),
                display_name: who.into(),
                kind: PersonKind::Employee,
            };
            let entity = person_entity(&who.parse().unwrap());
            say::<PersonEvent>(log, entity, Position::START, vec![registered.into()]).await;
        }
        // Noor was said before Omar.
        let noor = Position(log.head().await.unwrap().0 - 1);
        let holders = [
            ("lawyer", vec![("omar", "finance")]),
            ("budget", vec![("farid", "finance"), ("sana", "it")]),
        ];
        for (role, holders) in holders {
            let defined = RoleDefined {
                role: role.parse().unwrap(),
                name: role.into(),
                description: "Agrees".into(),
            };
            let assigned = holders.into_iter().map(|(person, department)| {
                RoleEvent::from(RoleAssigned {
                    person: person.parse().unwrap(),
                    department: department.parse().unwrap(),
                })
            });
            let events = std::iter::once(defined.into()).chain(assigned).collect();
            let entity = role_entity(&role.parse().unwrap());
            say::<RoleEvent>(log, entity, Position::START, events).await;
        }
        let budget = log.head().await.unwrap();
        let mut desk = Self {
            stage,
            noor,
            budget,
        };
        desk.noor_reports_to("linh").await;
        desk
    }

    async fn noor_reports_to(&mut self, manager: &str) {
        let manager = Some(manager.parse().unwrap());
        let set = ManagerSet { manager };
        let entity = person_entity(&"noor".parse().unwrap());
        let log = &*self.stage.host.log;
        self.noor = say::<PersonEvent>(log, entity, self.noor, vec![set.into()]).await;
    }

    async fn farid_holds_budget_no_longer(&mut self) {
        let unassigned = RoleUnassigned {
            person: "farid".parse().unwrap(),
            department: "finance".parse().unwrap(),
        };
        let entity = role_entity(&"budget".parse().unwrap());
        let log = &*self.stage.host.log;
        self.budget = say::<RoleEvent>(log, entity, self.budget, vec![unassigned.into()]).await;
    }

    /// Noor has asked IT for something that needs these steps.
    async fn asked(&self, steps: Vec<ApprovalStep>) -> String {
        let id = Uuid::new_v4().to_string();
        let submitted = Submitted::plain(
            "it".parse().unwrap(),
            "noor".parse().unwrap(),
            "hr".parse().unwrap(),
            "A laptop for Noor",
        );
        let events: Vec<RequestEvent> = vec![
            submitted.into(),
            ReceiptIssued {}.into(),
            ApprovalsRequired { steps }.into(),
        ];
        say(&*self.stage.host.log, id.clone(), Position::START, events).await;
        id
    }

    async fn requests(&self, person: &str, department: &str) -> Client {
        Client::new(self.stage.host.connect(person, department, &[]).await)
    }

    async fn approvals(&self, person: &str, department: &str) -> Approvals {
        Approvals::new(self.stage.host.connect(person, department, &[]).await)
    }

    /// The request as its requester sees it.
    async fn seen(&self, id: &str) -> pb::ServiceRequest {
        let min_position = self.stage.head().await;
        let get = pb::GetRequest {
            id: id.into(),
            min_position,
        };
        let mut noor = self.requests("noor", "hr").await;
        noor.get(get).await.unwrap().into_inner().request.unwrap()
    }

    async fn state(&self, id: &str) -> pb::State {
        self.seen(id).await.state()
    }

    async fn comes_to(&self, id: &str, state: pb::State) -> bool {
        let seen = || async { self.state(id).await == state };
        eventually(Duration::from_secs(10), seen).await
    }

    /// What waits for somebody: the requests and in whose place.
    async fn waiting(&self, person: &str, department: &str) -> Vec<(String, String)> {
        let list = pb::ListApprovalsRequest {
            min_position: self.stage.head().await,
            ..Default::default()
        };
        let mut client = self.approvals(person, department).await;
        let found = client.list_approvals(list).await.unwrap().into_inner();
        let waiting = found.approvals.into_iter();
        waiting
            .map(|one| (one.request.unwrap().id, one.on_behalf_of_id))
            .collect()
    }

    async fn kinds(&self, id: &str) -> Vec<String> {
        let mut noor = self.requests("noor", "hr").await;
        let timeline = pb::TimelineRequest {
            id: id.into(),
            min_position: self.stage.head().await,
            ..Default::default()
        };
        let entries = noor.timeline(timeline).await.unwrap().into_inner().entries;
        entries.into_iter().map(|entry| entry.kind).collect()
    }
}

async fn approve(client: &mut Approvals, id: &str) -> Result<u64, Status> {
    let approve = pb::ApproveRequest {
        request_id: key(),
        id: id.into(),
        comment: String::new(),
    };
    Ok(client.approve(approve).await?.into_inner().position)
}

async fn reject(client: &mut Approvals, id: &str, reason: &str) -> Result<u64, Status> {
    let reject = pb::RejectRequest {
        request_id: key(),
        id: id.into(),
        reason: reason.into(),
    };
    Ok(client.reject(reject).await?.into_inner().position)
}

fn time(seconds: i64) -> Option<prost_types::Timestamp> {
    let seconds = beginning().as_seconds() + seconds;
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

/// The caller's approvals go to `to`, from so many seconds after the beginning until so many.
fn delegate(to: &str, from: i64, until: i64) -> pb::DelegateApprovalsRequest {
    pb::DelegateApprovalsRequest {
        request_id: key(),
        person_id: String::new(),
        to_id: to.into(),
        from_time: time(from),
        until_time: time(until),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let (code, reason, _) = refused(result);
    (code, reason)
}

fn unknown() -> (Code, String) {
    (Code::NotFound, "UNKNOWN_REQUEST".to_owned())
}

fn ids(one: &str) -> Vec<(String, String)> {
    vec![(one.to_owned(), String::new())]
}

#[tokio::test]
async fn a_request_waits_in_sight_until_all_its_steps_agree() {
    use ApprovalRule::All;
    let desk = Desk::set().await;
    let budget = role("budget", Some("finance"));
    let steps = vec![
        step("Budget", All, &[budget, person("mei")]),
        any(role("lawyer", None)),
    ];
    let id = desk.asked(steps).await;
    let seen = desk.seen(&id).await;
    assert_eq!(seen.state(), pb::State::AwaitingApproval);
    let approval = seen.approval.unwrap();
    assert_eq!(
        (approval.step, approval.steps, approval.name.as_str()),
        (1, 2, "Budget")
    );
    assert!(approval.all && approval.due_time.is_none());
    assert_eq!(approval.since_time, time(0));
    assert_eq!(approval.waiting_for[0].present_ids, ["farid"]);
    assert_eq!(
        approval.waiting_for[1].kind,
        Some(Kind::PersonId("mei".into()))
    );

    // It is no work of the provider yet.
    let start = pb::StartRequest {
        request_id: key(),
        id: id.clone(),
    };
    let mut daniel = desk.stage.daniel.clone();
    let early = daniel.start(start.clone()).await;
    assert_eq!(code(early).1, "INVALID_TRANSITION");
    let queue = pb::GetQueueRequest {
        department_id: "it".into(),
        ..Default::default()
    };
    let queue = daniel.get_queue(queue).await.unwrap().into_inner();
    assert!(queue.requests.is_empty());

    let mut farid = desk.approvals("farid", "finance").await;
    let mut omar = desk.approvals("omar", "finance").await;
    let mut mei = desk.approvals("mei", "it").await;
    assert_eq!(desk.waiting("farid", "finance").await, ids(&id));
    assert_eq!(desk.waiting("mei", "it").await, ids(&id));
    assert!(desk.waiting("omar", "finance").await.is_empty());
    // Sana holds the role in another department; Omar is asked in the next step only.
    let mut sana = desk.approvals("sana", "it").await;
    assert_eq!(code(approve(&mut sana, &id).await).1, "NOT_ALLOWED");
    assert_eq!(code(approve(&mut omar, &id).await), unknown());
    approve(&mut farid, &id).await.unwrap();
    assert_eq!(
        code(approve(&mut farid, &id).await),
        (Code::FailedPrecondition, "ALREADY_APPROVED".into())
    );
    assert!(desk.waiting("farid", "finance").await.is_empty());
    let approval = desk.seen(&id).await.approval.unwrap();
    assert_eq!(approval.given_ids, ["farid"]);
    assert_eq!(approval.waiting_for.len(), 1);
    approve(&mut mei, &id).await.unwrap();
    assert_eq!(desk.waiting("omar", "finance").await, ids(&id));
    approve(&mut omar, &id).await.unwrap();

    let seen = desk.seen(&id).await;
    assert_eq!(seen.state(), pb::State::Submitted);
    let approval = seen.approval.unwrap();
    assert_eq!((approval.step, approval.waiting_for.len()), (2, 0));
    assert!(desk.waiting("omar", "finance").await.is_empty());
    assert_eq!(
        desk.kinds(&id).await[2..],
        [
            "approvals_required",
            "approval_given",
            "approval_given",
            "approval_step_passed",
            "approval_given",
            "approval_step_passed",
            "approved"
        ]
    );
    daniel.start(start).await.unwrap();
}

#[tokio::test]
async fn the_same_word_under_the_same_key_counts_once() {
    let desk = Desk::set().await;
    let id = desk.asked(vec![any(person("farid"))]).await;
    let mut farid = desk.approvals("farid", "finance").await;
    let approve = pb::ApproveRequest {
        request_id: key(),
        id: id.clone(),
        comment: "Fine".into(),
    };
    let first = farid.approve(approve.clone()).await.unwrap().into_inner();
    assert_eq!(farid.approve(approve).await.unwrap().into_inner(), first);
    assert_eq!(desk.stage.head().await, first.position);
}

#[tokio::test]
async fn the_manager_is_the_one_at_the_time() {
    let mut desk = Desk::set().await;
    let id = desk.asked(vec![any(Approver::ManagerOfRequester)]).await;
    assert_eq!(desk.waiting("linh", "hr").await, ids(&id));
    let asked = desk.seen(&id).await.approval.unwrap().waiting_for;
    assert_eq!(asked[0].kind, Some(Kind::ManagerOfId("noor".into())));
    assert_eq!(asked[0].present_ids, ["linh"]);
    desk.noor_reports_to("farid").await;
    assert!(desk.waiting("linh", "hr").await.is_empty());
    assert_eq!(desk.waiting("farid", "finance").await, ids(&id));
    let mut linh = desk.approvals("linh", "hr").await;
    assert_eq!(code(approve(&mut linh, &id).await), unknown());
    let mut farid = desk.approvals("farid", "finance").await;
    approve(&mut farid, &id).await.unwrap();
    assert_eq!(desk.state(&id).await, pb::State::Submitted);
}

#[tokio::test]
async fn who_holds_the_role_no_longer_is_not_asked_any_more() {
    let mut desk = Desk::set().await;
    let id = desk.asked(vec![any(role("budget", None))]).await;
    assert_eq!(desk.waiting("farid", "finance").await, ids(&id));
    assert_eq!(desk.waiting("sana", "it").await, ids(&id));
    desk.farid_holds_budget_no_longer().await;
    let mut farid = desk.approvals("farid", "finance").await;
    assert_eq!(code(approve(&mut farid, &id).await), unknown());
    assert!(desk.waiting("farid", "finance").await.is_empty());
    assert_eq!(desk.waiting("sana", "it").await, ids(&id));
}

#[tokio::test]
async fn nobody_decides_about_what_they_ask_for() {
    let desk = Desk::set().await;
    let steps = vec![step(
        "Agreement",
        ApprovalRule::Any,
        &[person("noor"), person("farid")],
    )];
    let id = desk.asked(steps).await;
    let mut noor = desk.approvals("noor", "hr").await;
    let own = (Code::PermissionDenied, "OWN_REQUEST".to_owned());
    assert_eq!(code(approve(&mut noor, &id).await), own);
    assert!(desk.waiting("noor", "hr").await.is_empty());
    let mut farid = desk.approvals("farid", "finance").await;
    // Not as a delegate, and not by a delegate.
    farid
        .delegate_approvals(delegate("noor", 0, DAY))
        .await
        .unwrap();
    noor.delegate_approvals(delegate("omar", 0, DAY))
        .await
        .unwrap();
    assert_eq!(code(approve(&mut noor, &id).await), own);
    let mut omar = desk.approvals("omar", "finance").await;
    assert_eq!(code(approve(&mut omar, &id).await), unknown());
}

#[tokio::test]
async fn a_delegate_decides_as_long_as_it_was_said() {
    let desk = Desk::set().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(desk.asked(vec![any(person("farid"))]).await);
    }
    // Of the same instant, so they come in the order of their ids.
    ids.sort();
    let mut farid = desk.approvals("farid", "finance").await;
    let mut omar = desk.approvals("omar", "finance").await;
    farid
        .delegate_approvals(delegate("omar", DAY, 2 * DAY))
        .await
        .unwrap();
    // Not transitive: whom Omar names does not stand in for Farid.
    omar.delegate_approvals(delegate("sana", 0, 3 * DAY))
        .await
        .unwrap();
    let mut own = pb::ListDelegationsRequest {
        min_position: desk.stage.head().await,
        ..Default::default()
    };
    let shown = omar.list_delegations(own.clone()).await.unwrap();
    let shown = shown.into_inner();
    assert_eq!((shown.given.len(), shown.received.len()), (1, 1));
    let received = &shown.received[0];
    assert_eq!(
        (received.person_id.as_str(), received.from_time),
        ("farid", time(DAY))
    );

    assert_eq!(code(approve(&mut omar, &ids[0]).await), unknown());
    assert!(desk.waiting("omar", "finance").await.is_empty());
    desk.stage.host.hand.advance_seconds(DAY);
    let expected: Vec<_> = ids.iter().map(|id| (id.clone(), "farid".into())).collect();
    assert_eq!(desk.waiting("omar", "finance").await, expected);
    let mut sana = desk.approvals("sana", "it").await;
    assert_eq!(code(approve(&mut sana, &ids[0]).await).1, "NOT_ALLOWED");
    approve(&mut omar, &ids[0]).await.unwrap();
    let mut noor = desk.requests("noor", "hr").await;
    let timeline = pb::TimelineRequest {
        id: ids[0].clone(),
        min_position: desk.stage.head().await,
        ..Default::default()
    };
    let entries = noor.timeline(timeline).await.unwrap().into_inner().entries;
    let given = entries.iter().find(|entry| entry.kind == "approval_given");
    assert_eq!(given.unwrap().particulars["on_behalf_of"], "farid");

    desk.stage.host.hand.advance_seconds(DAY);
    assert_eq!(code(approve(&mut omar, &ids[1]).await), unknown());
    own.min_position = desk.stage.head().await;
    let shown = omar.list_delegations(own).await.unwrap().into_inner();
    assert!(shown.received.is_empty(), "it is over");
    // Who has spoken goes on reading that request.
    let get = pb::GetRequest {
        id: ids[0].clone(),
        min_position: 0,
    };
    desk.requests("omar", "finance")
        .await
        .get(get)
        .await
        .unwrap();
    approve(&mut farid, &ids[1]).await.unwrap();
}

#[tokio::test]
async fn a_delegation_ends_early_when_it_is_said_so() {
    let desk = Desk::set().await;
    let id = desk.asked(vec![any(person("farid"))]).await;
    let mut farid = desk.approvals("farid", "finance").await;
    let mut omar = desk.approvals("omar", "finance").await;
    let at_once = pb::DelegateApprovalsRequest {
        from_time: None,
        ..delegate("omar", 0, DAY)
    };
    farid.delegate_approvals(at_once).await.unwrap();
    assert_eq!(desk.waiting("omar", "finance").await.len(), 1);
    let end = |person: &str| pb::EndDelegationRequest {
        request_id: key(),
        person_id: person.into(),
        to_id: "omar".into(),
    };
    assert_eq!(
        code(omar.end_delegation(end("farid")).await),
        (Code::PermissionDenied, "NOT_ALLOWED".into())
    );
    let admin = desk.stage.host.connect("root", "it", &[Role::Admin]).await;
    let mut admin = Approvals::new(admin);
    admin.end_delegation(end("farid")).await.unwrap();
    assert!(desk.waiting("omar", "finance").await.is_empty());
    assert_eq!(code(approve(&mut omar, &id).await), unknown());
    let of_farid = pb::ListDelegationsRequest {
        person_id: "farid".into(),
        min_position: desk.stage.head().await,
    };
    let seen = admin.list_delegations(of_farid.clone()).await.unwrap();
    assert!(seen.into_inner().given.is_empty());
    assert_eq!(
        code(omar.list_delegations(of_farid).await).0,
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn a_delegation_that_cannot_be() {
    let desk = Desk::set().await;
    let mut farid = desk.approvals("farid", "finance").await;
    let head = desk.stage.head().await;
    let good = || delegate("omar", 0, DAY);
    let refusals = [
        (delegate("nobody", 0, DAY), "UNKNOWN_PERSON", "to_id"),
        (delegate("farid", 0, DAY), "DELEGATE_TO_ONESELF", "to_id"),
        (delegate("", 0, DAY), "MISSING_FIELD", "to_id"),
        (delegate("a.b", 0, DAY), "INVALID_ID", "to_id"),
        (delegate("omar", DAY, DAY), "EMPTY_PERIOD", "until_time"),
        (delegate("omar", -DAY, 0), "EMPTY_PERIOD", "until_time"),
        (
            delegate("omar", 0, 400 * DAY),
            "PERIOD_TOO_LONG",
            "until_time",
        ),
        (
            pb::DelegateApprovalsRequest {
                until_time: None,
                ..good()
            },
            "MISSING_FIELD",
            "until_time",
        ),
        (
            pb::DelegateApprovalsRequest {
                from_time: Some(prost_types::Timestamp {
                    seconds: i64::MAX,
                    nanos: 0,
                }),
                ..good()
            },
            "INVALID_TIME",
            "from_time",
        ),
        (
            pb::DelegateApprovalsRequest {
                request_id: String::new(),
                ..good()
            },
            "MISSING_REQUEST_ID",
            "request_id",
        ),
    ];
    for (message, reason, field) in refusals {
        let refusal = refused(farid.delegate_approvals(message).await);
        assert_eq!(
            refusal,
            (Code::InvalidArgument, reason.into(), field.into())
        );
    }
    assert_eq!(desk.stage.head().await, head, "something was written");
}

#[tokio::test]
async fn a_no_ends_it_with_its_reason() {
    let desk = Desk::set().await;
    let id = desk.asked(vec![any(person("farid"))]).await;
    let mut farid = desk.approvals("farid", "finance").await;
    let missing = refused(reject(&mut farid, &id, " ").await);
    assert_eq!(
        missing,
        (
            Code::InvalidArgument,
            "MISSING_FIELD".into(),
            "reason".into()
        )
    );
    reject(&mut farid, &id, "Not this year").await.unwrap();
    assert_eq!(desk.state(&id).await, pb::State::Rejected);
    assert!(desk.waiting("farid", "finance").await.is_empty());
    assert_eq!(code(approve(&mut farid, &id).await).1, "INVALID_TRANSITION");
    let mut noor = desk.requests("noor", "hr").await;
    let timeline = pb::TimelineRequest {
        id,
        ..Default::default()
    };
    let entries = noor.timeline(timeline).await.unwrap().into_inner().entries;
    let last = entries.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.text.as_str()),
        ("approval_rejected", "Not this year")
    );
}

#[tokio::test]
async fn what_was_cancelled_waits_for_nobody() {
    let desk = Desk::set().await;
    let consent = within(HOUR, OnTimeout::Approve, any(person("farid")));
    let id = desk.asked(vec![consent]).await;
    let cancel = pb::CancelRequest {
        request_id: key(),
        id: id.clone(),
        reason: String::new(),
        tasks: 0,
    };
    let mut noor = desk.requests("noor", "hr").await;
    noor.cancel(cancel).await.unwrap();
    assert!(desk.waiting("farid", "finance").await.is_empty());
    let timer = desk.stage.host.projections[0].reader().next_due();
    assert_eq!(timer.unwrap(), None);
    assert_eq!(desk.state(&id).await, pb::State::Cancelled);
}

#[tokio::test]
async fn when_nobody_decides_in_time_what_was_said_happens() {
    let desk = Desk::set().await;
    let farid = || any(person("farid"));
    let consent = desk.asked(vec![within(HOUR, OnTimeout::Approve, farid())]);
    let consent = consent.await;
    let no = desk.asked(vec![within(HOUR, OnTimeout::Reject, farid())]);
    let no = no.await;
    let escalate = OnTimeout::Escalate(role("lawyer", None));
    let escalated = desk.asked(vec![within(HOUR, escalate, farid())]).await;
    assert_eq!(
        desk.seen(&consent).await.approval.unwrap().due_time,
        time(HOUR.into())
    );
    assert_eq!(desk.waiting("farid", "finance").await.len(), 3);
    desk.stage.host.hand.advance_seconds(i64::from(HOUR) - 1);
    desk.stage.host.caught_up().await;
    assert_eq!(desk.state(&consent).await, pb::State::AwaitingApproval);
    desk.stage.host.hand.advance_seconds(1);
    assert!(desk.comes_to(&consent, pb::State::Submitted).await);
    assert!(desk.comes_to(&no, pb::State::Rejected).await);
    let is_escalated = || async { desk.seen(&escalated).await.approval.unwrap().escalated };
    assert!(eventually(Duration::from_secs(10), is_escalated).await);
    assert_eq!(
        desk.kinds(&consent).await[3..],
        ["approval_timed_out", "approval_step_passed", "approved"]
    );
    assert_eq!(
        desk.kinds(&no).await[3..],
        ["approval_timed_out", "approval_rejected"]
    );
    let approval = desk.seen(&escalated).await.approval.unwrap();
    assert_eq!((approval.waiting_for.len(), approval.due_time), (2, None));
    assert_eq!(desk.waiting("farid", "finance").await, ids(&escalated));
    assert_eq!(desk.waiting("omar", "finance").await, ids(&escalated));
    let mut omar = desk.approvals("omar", "finance").await;
    approve(&mut omar, &escalated).await.unwrap();
    assert_eq!(desk.state(&escalated).await, pb::State::Submitted);
    let timer = desk.stage.host.projections[0].reader().next_due();
    assert_eq!(timer.unwrap(), None);
}

#[tokio::test]
async fn two_services_time_out_once() {
    let one = Desk::set().await;
    let two = Stage::on(one.stage.host.log.clone()).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let escalate = OnTimeout::Escalate(person("omar"));
        ids.push(
            one.asked(vec![within(HOUR, escalate, any(person("farid")))])
                .await,
        );
    }
    two.host.caught_up().await;
    one.stage.host.caught_up().await;
    let head = one.stage.head().await;
    one.stage.host.hand.advance_seconds(HOUR.into());
    two.host.hand.advance_seconds(HOUR.into());
    for id in &ids {
        let escalated = || async { one.seen(id).await.approval.unwrap().escalated };
        assert!(eventually(Duration::from_secs(10), escalated).await);
    }
    two.host.caught_up().await;
    assert_eq!(one.stage.head().await, head + 3);
}

#[tokio::test]
async fn an_approver_reads_the_request_without_its_notes_and_others_do_not() {
    let desk = Desk::set().await;
    let id = desk
        .asked(vec![
            any(role("budget", Some("finance"))),
            any(person("omar")),
        ])
        .await;
    let note = pb::AddNoteRequest {
        request_id: key(),
        id: id.clone(),
        text: "Too dear".into(),
    };
    desk.stage.daniel.clone().add_note(note).await.unwrap();
    let timeline = || pb::TimelineRequest {
        id: id.clone(),
        ..Default::default()
    };
    let get = || pb::GetRequest {
        id: id.clone(),
        min_position: 0,
    };
    desk.stage.host.caught_up().await;
    let mut farid = desk.requests("farid", "finance").await;
    farid.get(get()).await.unwrap();
    let entries = farid
        .timeline(timeline())
        .await
        .unwrap()
        .into_inner()
        .entries;
    assert_eq!(entries.len(), 3);
    let mut watch = farid
        .watch_request(pb::WatchRequestRequest {
            id: id.clone(),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        watch.message().await.unwrap().unwrap().entries.len(),
        3,
        "without the note"
    );
    let watcher = |person: &str| pb::AddWatcherRequest {
        request_id: key(),
        id: id.clone(),
        person_id: person.into(),
    };
    // Omar's step has not come yet.
    let mut omar = desk.requests("omar", "finance").await;
    assert_eq!(code(omar.get(get()).await), unknown());
    assert_eq!(code(omar.timeline(timeline()).await), unknown());
    assert_eq!(code(omar.add_watcher(watcher("omar")).await), unknown());
    farid.add_watcher(watcher("omar")).await.unwrap();
    desk.stage.host.caught_up().await;
    omar.get(get()).await.unwrap();
    let start = pb::StartRequest {
        request_id: key(),
        id: id.clone(),
    };
    assert_eq!(code(farid.start(start).await), unknown());
}

#[tokio::test]
async fn what_waits_comes_in_pages_oldest_first_and_once() {
    let desk = Desk::set().await;
    let mut farid = desk.approvals("farid", "finance").await;
    // Each waits for Farid in two ways: as a person, and as one of two holders of a role.
    let twice = || {
        let rule = ApprovalRule::Any;
        step("Agreement", rule, &[person("farid"), role("budget", None)])
    };
    let mut expected = Vec::new();
    for _ in 0..25 {
        expected.push(desk.asked(vec![twice()]).await);
    }
    // Of the same instant, in the order of their ids.
    expected.sort();
    let min_position = desk.stage.head().await;
    let (mut page_token, mut found, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let list = pb::ListApprovalsRequest {
            page_size: 7,
            page_token,
            min_position,
        };
        let page = farid.list_approvals(list).await.unwrap().into_inner();
        assert!(page.approvals.len() <= 7);
        for one in page.approvals {
            let approver = one.approver.unwrap();
            assert_eq!(approver.kind, Some(Kind::PersonId("farid".into())));
            found.push(one.request.unwrap().id);
        }
        pages += 1;
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(pages, 4);
    let other = pb::ListApprovalsRequest {
        page_token: "nonsense".into(),
        ..Default::default()
    };
    let refusal = refused(farid.list_approvals(other).await);
    assert_eq!(refusal.1, "MALFORMED_PAGE_TOKEN");
}

#[tokio::test]
async fn rows_of_approvals_equal_those_of_a_rebuild() {
    let mut desk = Desk::set().await;
    let mut farid = desk.approvals("farid", "finance").await;
    let mut omar = desk.approvals("omar", "finance").await;
    farid
        .delegate_approvals(delegate("omar", 0, DAY))
        .await
        .unwrap();
    farid
        .delegate_approvals(delegate("mei", DAY, 2 * DAY))
        .await
        .unwrap();
    for n in 0..12 {
        let steps = vec![
            within(
                HOUR,
                OnTimeout::Escalate(Approver::ManagerOfRequester),
                any(person("farid")),
            ),
            any(role("lawyer", None)),
        ];
        let id = desk.asked(steps).await;
        match n % 4 {
            0 => drop(approve(&mut farid, &id).await.unwrap()),
            1 => drop(reject(&mut omar, &id, "No").await.unwrap()),
            2 => {
                approve(&mut omar, &id).await.unwrap();
                // He is asked in the next step himself.
                approve(&mut omar, &id).await.unwrap();
            }
            _ => {}
        }
    }
    let plain = desk.stage.amina.submit(laptop("Plain")).await.unwrap();
    desk.noor_reports_to("mei").await;
    desk.farid_holds_budget_no_longer().await;
    desk.stage.host.hand.advance_seconds(HOUR.into());
    let quiet = || async { desk.waiting("mei", "it").await.len() == 3 };
    assert!(eventually(Duration::from_secs(10), quiet).await);
    let end = pb::EndDelegationRequest {
        request_id: key(),
        person_id: String::new(),
        to_id: "omar".into(),
    };
    farid.end_delegation(end).await.unwrap();
    assert!(plain.into_inner().position > 0);
    desk.stage.host.caught_up().await;
    let projection = &desk.stage.host.projections[0];
    let before = projection.reader();
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
}

#[tokio::test]
async fn approvers_who_speak_at_the_same_time_are_all_heard_and_it_is_approved_once() {
    let desk = Desk::set().await;
    let names: Vec<String> = (0..12).map(|n| format!("approver-{n}")).collect();
    let approvers: Vec<_> = names.iter().map(|name| person(name)).collect();
    let id = desk
        .asked(vec![step("All of them", ApprovalRule::All, &approvers)])
        .await;
    let words = names.iter().map(|name| async {
        let mut client = desk.approvals(name, "hr").await;
        approve(&mut client, &id).await.unwrap()
    });
    let positions = futures::future::join_all(words).await;
    let kinds = desk.kinds(&id).await;
    let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!(count("approval_given"), 12);
    assert_eq!((count("approval_step_passed"), count("approved")), (1, 1));
    assert_eq!(
        positions.iter().max().copied(),
        Some(desk.stage.head().await)
    );
}
