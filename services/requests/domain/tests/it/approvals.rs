//! Who has to agree before a request is worked on, and what their word does.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::*;
use khidma_events::requests::*;
use khidma_kernel::{Actor, Caller, Command, Decider, Recorded, Role, ServiceRequestId, Timestamp};
use khidma_requests_domain::{
    Action, Approving, Authority, Body, Request, RequestDecider, Standing, State, may,
};
use khidma_testkit::Story;
use proptest::prelude::*;

const HOUR: u32 = 3600;

fn id() -> ServiceRequestId {
    "01890000-0000-7000-8000-000000000001".parse().unwrap()
}

/// When stories begin.
fn beginning() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
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

fn step(rule: ApprovalRule, approvers: impl IntoIterator<Item = Approver>) -> ApprovalStep {
    ApprovalStep {
        name: "Agreement".into(),
        approvers: approvers.into_iter().collect(),
        rule,
        timeout: None,
    }
}

fn within(seconds: u32, then: OnTimeout, step: ApprovalStep) -> ApprovalStep {
    let timeout = Some(ApprovalTimeout { seconds, then });
    ApprovalStep { timeout, ..step }
}

/// A request that waits for these steps.
fn awaiting(steps: impl IntoIterator<Item = ApprovalStep>) -> Story<RequestDecider> {
    let steps = steps.into_iter().collect();
    story().and([ApprovalsRequired { steps }.into()])
}

/// What the directory says of somebody who holds `roles` (role and department) and nothing else.
fn authority(person: &str, roles: &[(&str, &str)]) -> Authority {
    let role =
        |(role, department): &(&str, &str)| (role.parse().unwrap(), department.parse().unwrap());
    Authority {
        person: person.parse().unwrap(),
        roles: roles.iter().map(role).collect(),
        manages_requester: false,
    }
}

fn own(own: Authority) -> Approving {
    Approving {
        own,
        delegated: vec![],
    }
}

fn standing_in(person: &str, delegated: impl IntoIterator<Item = Authority>) -> Approving {
    Approving {
        own: authority(person, &[]),
        delegated: delegated.into_iter().collect(),
    }
}

fn plain(person: &str) -> Approving {
    own(authority(person, &[]))
}

fn approve(approving: Approving) -> Body {
    Body::Approve {
        id: id(),
        comment: String::new(),
        approving,
    }
}

fn reject(reason: &str, approving: Approving) -> Body {
    Body::Reject {
        reason: reason.into(),
        approving,
    }
}

fn timeout(step: u32, since: Timestamp) -> Body {
    Body::ApprovalTimeout {
        id: id(),
        step,
        since,
    }
}

fn given(step: u32, approver: u32) -> RequestEvent {
    ApprovalGiven {
        step,
        approver,
        on_behalf_of: None,
        comment: None,
    }
    .into()
}

fn given_for(step: u32, approver: u32, person: &str) -> RequestEvent {
    ApprovalGiven {
        step,
        approver,
        on_behalf_of: Some(person.parse().unwrap()),
        comment: None,
    }
    .into()
}

fn passed(step: u32) -> RequestEvent {
    ApprovalStepPassed { step }.into()
}

fn approved() -> RequestEvent {
    Approved {}.into()
}

fn farid() -> Caller {
    caller("farid", "finance", &[])
}

fn omar() -> Caller {
    caller("omar", "legal", &[])
}

fn service() -> Caller {
    Caller::service("requests")
}

#[test]
fn any_of_a_step_is_one_of_them() {
    use ApprovalRule::Any;
    awaiting([step(Any, [person("farid"), person("omar")])])
        .by(omar())
        .when(approve(plain("omar")))
        .then([given(0, 1), passed(0), approved()])
        .by(farid())
        .when(approve(plain("farid")))
        .then_refused("INVALID_TRANSITION")
        .by(daniel())
        .when(Body::Start)
        .then([
            acknowledged(),
            super::support::assigned("daniel"),
            started(),
        ]);
}

#[test]
fn all_of_a_step_are_each_of_them_and_each_counts_once() {
    use ApprovalRule::All;
    let two = || awaiting([step(All, [person("farid"), role("lawyer", None)])]);
    let lawyer = || own(authority("omar", &[("lawyer", "legal")]));
    two()
        .by(omar())
        .when(approve(lawyer()))
        .then([given(0, 1)])
        .when(approve(lawyer()))
        .then_refused("ALREADY_APPROVED")
        .when(reject("After all, no", lawyer()))
        .then_refused("ALREADY_APPROVED")
        .by(farid())
        .when(approve(plain("farid")))
        .then([given(0, 0), passed(0), approved()]);
    // Farid is both, and is one person all the same: he takes the place that only he can.
    let both = || own(authority("farid", &[("lawyer", "finance")]));
    awaiting([step(All, [role("lawyer", None), person("farid")])])
        .by(farid())
        .when(approve(both()))
        .then([given(0, 1)])
        .when(approve(both()))
        .then_refused("ALREADY_APPROVED")
        .by(omar())
        .when(approve(lawyer()))
        .then([given(0, 0), passed(0), approved()]);
}

#[test]
fn steps_come_one_after_the_other() {
    use ApprovalRule::Any;
    awaiting([
        step(Any, [person("farid")]),
        step(Any, [role("lawyer", Some("legal"))]),
    ])
    .by(omar())
    .when(approve(own(authority("omar", &[("lawyer", "legal")]))))
    .then_refused("UNKNOWN_REQUEST")
    .by(farid())
    .when(approve(plain("farid")))
    .then([given(0, 0), passed(0)])
    // He agreed to the step before: he may still read it, and no more.
    .when(approve(plain("farid")))
    .then_refused("NOT_ALLOWED")
    .by(omar())
    .when(approve(own(authority("omar", &[("lawyer", "hr")]))))
    .then_refused("UNKNOWN_REQUEST")
    .when(approve(own(authority("omar", &[("lawyer", "legal")]))))
    .then([given(1, 0), passed(1), approved()]);
}

#[test]
fn the_manager_is_whom_the_requester_reports_to_now() {
    let manages = |person: &str| {
        own(Authority {
            manages_requester: true,
            ..authority(person, &[])
        })
    };
    let story = awaiting([step(ApprovalRule::Any, [Approver::ManagerOfRequester])]);
    story
        .by(omar())
        .when(approve(plain("omar")))
        .then_refused("UNKNOWN_REQUEST")
        .when(approve(manages("omar")))
        .then([given(0, 0), passed(0), approved()]);
}

#[test]
fn a_delegate_speaks_for_who_delegated_unless_they_are_asked_themselves() {
    use ApprovalRule::All;
    let two = || awaiting([step(All, [person("farid"), person("omar")])]);
    two()
        .by(mei())
        .when(approve(standing_in("mei", [authority("omar", &[])])))
        .then([given_for(0, 1, "omar")])
        // For another place they are the same person.
        .when(approve(standing_in("mei", [authority("farid", &[])])))
        .then_refused("ALREADY_APPROVED")
        .by(omar())
        .when(approve(plain("omar")))
        .then_refused("NOT_ALLOWED")
        .by(farid())
        .when(approve(standing_in("farid", [authority("omar", &[])])))
        .then([given(0, 0), passed(0), approved()]);
}

#[test]
fn nobody_approves_what_they_ask_for() {
    use ApprovalRule::Any;
    let asked = || awaiting([step(Any, [person("amina"), role("lawyer", None)])]);
    let lawyer = || own(authority("amina", &[("lawyer", "hr")]));
    asked()
        .by(amina())
        .when(approve(plain("amina")))
        .then_refused("OWN_REQUEST")
        .when(approve(lawyer()))
        .then_refused("OWN_REQUEST")
        .when(approve(standing_in(
            "amina",
            [authority("omar", &[("lawyer", "legal")])],
        )))
        .then_refused("OWN_REQUEST")
        .when(reject("No", lawyer()))
        .then_refused("OWN_REQUEST")
        // Nor does she choose who agrees in her place.
        .by(mei())
        .when(approve(standing_in("mei", [authority("amina", &[])])))
        .then_refused("NOT_ALLOWED")
        .by(omar())
        .when(approve(standing_in("omar", [authority("amina", &[])])))
        .then_refused("UNKNOWN_REQUEST");
}

#[test]
fn a_no_needs_a_reason_and_ends_the_request() {
    use ApprovalRule::All;
    awaiting([step(All, [person("farid"), person("omar")])])
        .by(farid())
        .when(reject(" ", plain("farid")))
        .then_refused_at("MISSING_FIELD", "reason")
        .when(reject("Not this year", plain("farid")))
        .then([ApprovalRejected {
            step: 0,
            on_behalf_of: None,
            reason: "Not this year".into(),
        }
        .into()])
        .when(approve(plain("farid")))
        .then_refused("INVALID_TRANSITION")
        .by(omar())
        .when(approve(plain("omar")))
        .then_refused("INVALID_TRANSITION")
        .by(daniel())
        .when(Body::Start)
        .then_refused("INVALID_TRANSITION")
        .by(amina())
        .when(Body::Cancel {
            reason: String::new(),
            tasks: None,
        })
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn a_comment_is_kept_and_has_its_limit() {
    let say = |comment: String| Body::Approve {
        id: id(),
        comment,
        approving: plain("farid"),
    };
    awaiting([step(ApprovalRule::Any, [person("farid")])])
        .by(farid())
        .when(say("x".repeat(khidma_requests_domain::limits::TEXT + 1)))
        .then_refused_at("TOO_LONG", "comment")
        .when(say("Within the budget".into()))
        .then([
            ApprovalGiven {
                step: 0,
                approver: 0,
                on_behalf_of: None,
                comment: Some("Within the budget".into()),
            }
            .into(),
            passed(0),
            approved(),
        ]);
}

#[test]
fn silence_may_be_consent() {
    let consent = within(
        HOUR,
        OnTimeout::Approve,
        step(ApprovalRule::Any, [person("farid")]),
    );
    let timed_out = || {
        ApprovalTimedOut {
            step: 0,
            then: OnTimeout::Approve,
        }
        .into()
    };
    awaiting([consent.clone(), consent])
        .by(farid())
        .when(timeout(0, beginning()))
        .then_refused("UNKNOWN_REQUEST")
        .by(service())
        .later(i64::from(HOUR) - 1)
        .when(timeout(0, beginning()))
        .then_nothing()
        .later(1)
        .when(timeout(0, beginning()))
        .then([timed_out(), passed(0)])
        // It rings twice; and the second step has only begun.
        .when(timeout(0, beginning()))
        .then_nothing()
        .when(timeout(1, beginning().plus_seconds(HOUR.into())))
        .then_nothing()
        .later(10)
        .by(farid())
        .when(approve(plain("farid")))
        .then([given(1, 0), passed(1), approved()])
        .later(i64::from(HOUR))
        .by(service())
        .when(timeout(1, beginning().plus_seconds(HOUR.into())))
        .then_nothing();
}

#[test]
fn silence_may_be_a_no() {
    let no = within(
        HOUR,
        OnTimeout::Reject,
        step(ApprovalRule::Any, [person("farid")]),
    );
    awaiting([no])
        .by(service())
        .later(HOUR.into())
        .when(timeout(0, beginning()))
        .then([
            ApprovalTimedOut {
                step: 0,
                then: OnTimeout::Reject,
            }
            .into(),
            ApprovalRejected {
                step: 0,
                on_behalf_of: None,
                reason: "Nobody decided in time.".into(),
            }
            .into(),
        ])
        .when(timeout(0, beginning()))
        .then_nothing();
}

#[test]
fn silence_may_bring_in_another_whose_word_is_enough() {
    use ApprovalRule::All;
    let then = OnTimeout::Escalate(person("omar"));
    let asked = step(All, [person("farid"), person("linh")]);
    let escalated = awaiting([within(HOUR, then.clone(), asked)])
        .by(omar())
        .when(approve(plain("omar")))
        .then_refused("UNKNOWN_REQUEST")
        .by(farid())
        .when(approve(plain("farid")))
        .then([given(0, 0)])
        .by(service())
        .later(HOUR.into())
        .when(timeout(0, beginning()))
        .then([ApprovalTimedOut { step: 0, then }.into()])
        // It is not escalated twice.
        .later(HOUR.into())
        .when(timeout(0, beginning().plus_seconds(HOUR.into())))
        .then_nothing();
    escalated
        .clone()
        .by(omar())
        .when(approve(plain("omar")))
        .then([given(0, 2), passed(0), approved()]);
    // Those who were asked first may still make it up.
    escalated
        .by(linh())
        .when(approve(plain("linh")))
        .then([given(0, 1), passed(0), approved()]);
}

#[test]
fn it_may_be_escalated_to_somebody_who_agreed_before() {
    let then = OnTimeout::Escalate(person("farid"));
    let asked = step(ApprovalRule::All, [person("farid"), person("linh")]);
    awaiting([within(HOUR, then.clone(), asked)])
        .by(farid())
        .when(approve(plain("farid")))
        .then([given(0, 0)])
        .by(service())
        .later(HOUR.into())
        .when(timeout(0, beginning()))
        .then([ApprovalTimedOut { step: 0, then }.into()])
        .by(farid())
        .when(approve(plain("farid")))
        .then([given(0, 2), passed(0), approved()]);
}

#[test]
fn who_asks_on_behalf_of_another_does_not_approve_it() {
    let submit = khidma_requests_domain::Submit {
        on_behalf_of: Some(subject("amina", "hr")),
        ..asked()
    };
    let asked = Story::<RequestDecider>::new()
        .by(daniel())
        .when(Body::Submit(submit))
        .then_events(|_| ())
        .and([ApprovalsRequired {
            steps: vec![step(ApprovalRule::Any, [person("daniel"), person("farid")])],
        }
        .into()]);
    asked
        .when(approve(plain("daniel")))
        .then_refused("OWN_REQUEST")
        .by(omar())
        .when(approve(standing_in("omar", [authority("daniel", &[])])))
        .then_refused("UNKNOWN_REQUEST")
        .by(farid())
        .when(approve(standing_in("farid", [authority("daniel", &[])])))
        .then([given(0, 1), passed(0), approved()]);
}

#[test]
fn who_answers_for_the_provider_may_decline_what_nobody_can_approve() {
    let decline = Body::Decline {
        reason: "Nobody is left to agree".into(),
        tasks: None,
    };
    for by in [mei(), caller("root", "ops", &[Role::Admin])] {
        let after = awaiting([step(ApprovalRule::Any, [person("amina")])])
            .by(by)
            .when(decline.clone())
            .then_events(|_| ());
        assert_eq!(after.state().as_ref().unwrap().state, State::Declined);
    }
}

#[test]
fn when_it_is_approved_its_plan_begins_with_what_waits_for_nothing() {
    let task = |key: &str, needs: &[&str]| PlannedTask {
        key: key.parse().unwrap(),
        title: key.into(),
        description: String::new(),
        provider: "finance".parse().unwrap(),
        offering: None,
        answers: Default::default(),
        priority: Priority::Normal,
        needs: needs.iter().map(|key| key.parse().unwrap()).collect(),
    };
    let planned = TasksPlanned {
        tasks: vec![
            task("record", &[]),
            task("payroll", &["record"]),
            task("desk", &[]),
        ],
        waits: vec![],
    };
    awaiting([step(ApprovalRule::Any, [person("farid")])])
        .and([planned.into()])
        .by(farid())
        .when(approve(plain("farid")))
        .then_events(|events| {
            let Some(RequestEvent::TasksBegun(begun)) = events.last() else {
                panic!("{events:?}");
            };
            let keys: Vec<&str> = begun.tasks.iter().map(|task| task.task.as_str()).collect();
            assert_eq!(keys, ["record", "desk"]);
            assert_ne!(begun.tasks[0].request, begun.tasks[1].request);
            assert_eq!(events.len(), 4);
        });
}

#[test]
fn while_it_waits_the_provider_leaves_it_alone_and_the_requester_does_not() {
    let waits = || awaiting([step(ApprovalRule::Any, [person("farid")])]);
    for body in [
        Body::Acknowledge {
            note: String::new(),
        },
        Body::Claim,
        Body::Start,
        Body::WaitOnRequester {
            question: "?".into(),
        },
        Body::Transfer {
            to: "hr".parse().unwrap(),
            to_known: true,
            reason: "r".into(),
        },
        resolve(),
        Body::Decline {
            reason: "r".into(),
            tasks: None,
        },
    ] {
        waits()
            .by(daniel())
            .when(body)
            .then_refused("INVALID_TRANSITION");
    }
    waits()
        .by(amina())
        .when(Body::Reply {
            text: "It is for Noor".into(),
        })
        .then([Replied {
            side: Side::Requester,
            text: "It is for Noor".into(),
        }
        .into()])
        .when(Body::AddWatcher {
            person: subject("omar", "legal"),
            approver: false,
        })
        .then([WatcherAdded {
            person: "omar".parse().unwrap(),
        }
        .into()])
        .when(Body::Cancel {
            reason: String::new(),
            tasks: None,
        })
        .then([Cancelled {
            reason: None,
            tasks: None,
        }
        .into()])
        .by(farid())
        .when(approve(plain("farid")))
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn what_needs_no_approval_is_not_approved() {
    story()
        .by(daniel())
        .when(approve(plain("daniel")))
        .then_refused("INVALID_TRANSITION")
        .by(farid())
        .when(approve(plain("farid")))
        .then_refused("UNKNOWN_REQUEST");
}

#[test]
fn an_approver_reads_it_without_its_notes_and_may_bring_in_a_watcher() {
    let story = awaiting([step(ApprovalRule::Any, [person("farid"), person("omar")])]);
    let request = story.state().as_ref().unwrap();
    let mut standing = Standing::of(&farid(), request);
    assert!(!may(Action::Read, standing));
    standing.approver = plain("farid").is_approver(request);
    assert!(may(Action::Read, standing) && !may(Action::ReadNotes, standing));
    let watcher = |approver| Body::AddWatcher {
        person: subject("sana", "it"),
        approver,
    };
    let story = story
        .by(farid())
        .when(watcher(false))
        .then_refused("UNKNOWN_REQUEST")
        .when(watcher(true))
        .then([WatcherAdded {
            person: "sana".parse().unwrap(),
        }
        .into()])
        .when(approve(plain("farid")))
        .then([given(0, 0), passed(0), approved()]);
    // Who has spoken goes on reading it; who was asked does so while the directory says that they would be.
    let request = story.state().as_ref().unwrap();
    assert!(may(Action::Read, Standing::of(&farid(), request)));
    assert!(!may(Action::Read, Standing::of(&omar(), request)));
    assert!(plain("omar").is_approver(request) && !plain("mei").is_approver(request));
}

/// Who may decide: by everybody who may stand to a request, without being asked.
#[test]
fn deciding_is_for_who_is_asked() {
    let columns = [
        (amina(), "OWN_REQUEST"),
        (linh(), "NOT_ALLOWED"),
        (sana(), "NOT_ALLOWED"),
        (mei(), "NOT_ALLOWED"),
        (caller("root", "ops", &[Role::Admin]), "NOT_ALLOWED"),
        (service(), "UNKNOWN_REQUEST"),
        (caller("vera", "sales", &[Role::Manager]), "UNKNOWN_REQUEST"),
        (Caller::anonymous(), "UNKNOWN_REQUEST"),
    ];
    for (by, code) in columns {
        let story = awaiting([step(ApprovalRule::Any, [person("farid")])]).by(by.clone());
        let name = by.actor.person().map_or("nobody", |person| person.as_str());
        for body in [approve(plain(name)), reject("No", plain(name))] {
            assert_eq!(story.clone().when(body).code(), Some(code), "{}", by.actor);
        }
        let rang = story.when(timeout(0, beginning())).code();
        let expected = match code {
            "OWN_REQUEST" => Some("NOT_ALLOWED"),
            _ if by.is_service() => None,
            code => Some(code),
        };
        assert_eq!(rang, expected, "{}", by.actor);
    }
}

/// The people of the property: Amina asks; each holds some roles, one manages her.
const PEOPLE: [&str; 6] = ["amina", "linh", "farid", "omar", "sana", "mei"];
const ROLES: [&str; 2] = ["lawyer", "budget"];

/// Who holds which roles, whom Amina reports to, and who stands in for whom.
#[derive(Debug, Clone)]
struct Organisation {
    holders: BTreeSet<(usize, usize)>,
    manager: usize,
    delegations: BTreeSet<(usize, usize)>,
}

impl Organisation {
    fn authority(&self, who: usize) -> Authority {
        let held = self.holders.iter().filter(|(person, _)| *person == who);
        let roles: Vec<(&str, &str)> = held.map(|(_, role)| (ROLES[*role], "hr")).collect();
        Authority {
            manages_requester: self.manager == who,
            ..authority(PEOPLE[who], &roles)
        }
    }

    fn approving(&self, who: usize) -> Approving {
        let from = self.delegations.iter().filter(|(_, to)| *to == who);
        Approving {
            own: self.authority(who),
            delegated: from.map(|(from, _)| self.authority(*from)).collect(),
        }
    }

    /// Whether `who` is `approver`, told another way than the domain does.
    fn is(&self, who: usize, approver: &Approver) -> bool {
        match approver {
            Approver::Person(person) => PEOPLE[who] == person.as_str(),
            Approver::ManagerOfRequester => self.manager == who,
            Approver::Role { role, department } => {
                department.as_ref().is_none_or(|one| one.as_str() == "hr")
                    && ROLES
                        .iter()
                        .position(|one| *one == role.as_str())
                        .is_some_and(|role| self.holders.contains(&(who, role)))
            }
        }
    }

    /// Whether `who` may speak as `approver`, themselves or for somebody other than Amina.
    fn may_speak(&self, who: usize, approver: &Approver) -> bool {
        let stands_in =
            |(from, to): &(usize, usize)| *to == who && *from != 0 && self.is(*from, approver);
        who != 0 && (self.is(who, approver) || self.delegations.iter().any(stands_in))
    }
}

fn organisations() -> impl Strategy<Value = Organisation> {
    let pairs = |limit: usize| prop::collection::btree_set((0..PEOPLE.len(), 0..limit), 0..8);
    (pairs(ROLES.len()), 1..PEOPLE.len(), pairs(PEOPLE.len())).prop_map(
        |(holders, manager, delegations)| Organisation {
            holders,
            manager,
            delegations,
        },
    )
}

fn approvers() -> impl Strategy<Value = Approver> {
    prop_oneof![
        prop::sample::select(&PEOPLE[..]).prop_map(person),
        Just(Approver::ManagerOfRequester),
        (prop::sample::select(&ROLES[..]), any::<bool>())
            .prop_map(|(name, here)| role(name, here.then_some("hr"))),
    ]
}

fn steps() -> impl Strategy<Value = Vec<ApprovalStep>> {
    let rule = prop_oneof![Just(ApprovalRule::Any), Just(ApprovalRule::All)];
    let then = prop_oneof![
        Just(OnTimeout::Approve),
        Just(OnTimeout::Reject),
        approvers().prop_map(OnTimeout::Escalate)
    ];
    let timeout = prop::option::of((1_u32..100, then));
    let one = (prop::collection::vec(approvers(), 1..4), rule, timeout).prop_map(
        |(approvers, rule, timeout)| {
            let one = step(rule, approvers);
            match timeout {
                Some((seconds, then)) => within(seconds, then, one),
                None => one,
            }
        },
    );
    prop::collection::vec(one, 1..4)
}

#[derive(Debug, Clone)]
enum Deed {
    Approve(usize),
    Reject(usize),
    /// The timer of the present step rings; or, if stale, that of an instant before.
    Ring {
        stale: bool,
    },
    Later(i64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        12 => (0..PEOPLE.len()).prop_map(Deed::Approve),
        1 => (0..PEOPLE.len()).prop_map(Deed::Reject),
        3 => any::<bool>().prop_map(|stale| Deed::Ring { stale }),
        3 => (1_i64..80).prop_map(Deed::Later),
    ];
    prop::collection::vec(deed, 1..40)
}

/// What an observer notes of the steps, who knows nothing of how they are decided.
#[derive(Default)]
struct Ledger {
    /// Who spoke as which approver of which step.
    given: BTreeMap<u32, BTreeMap<u32, usize>>,
    /// Steps that silence agreed to.
    consented: BTreeSet<u32>,
    /// Who was added to which step.
    escalated: BTreeMap<u32, Approver>,
    passed: u32,
    ended: bool,
}

impl Ledger {
    fn is_satisfied(&self, number: u32, step: &ApprovalStep) -> bool {
        let given = self.given.get(&number).cloned().unwrap_or_default();
        let asked = u32::try_from(step.approvers.len()).unwrap();
        let by_rule = match step.rule {
            ApprovalRule::Any => given.keys().any(|approver| *approver < asked),
            ApprovalRule::All => (0..asked).all(|approver| given.contains_key(&approver)),
        };
        by_rule || given.contains_key(&asked) || self.consented.contains(&number)
    }

    fn note(
        &mut self,
        event: &RequestEvent,
        who: Option<usize>,
        org: &Organisation,
        steps: &[ApprovalStep],
    ) {
        assert!(!self.ended, "after its end: {event:?}");
        match event {
            RequestEvent::ApprovalGiven(event) => {
                let who = who.unwrap();
                let step = &steps[event.step as usize];
                let added = self.escalated.get(&event.step);
                let approver = step
                    .approvers
                    .iter()
                    .chain(added)
                    .nth(event.approver as usize);
                assert!(org.may_speak(who, approver.unwrap()), "{who}: {event:?}");
                assert_eq!(event.step, self.passed);
                let given = self.given.entry(event.step).or_default();
                assert!(
                    event.approver as usize == step.approvers.len()
                        || given.values().all(|before| *before != who),
                    "twice: {event:?}"
                );
                assert_eq!(given.insert(event.approver, who), None, "{event:?}");
            }
            RequestEvent::ApprovalStepPassed(event) => {
                assert_eq!(event.step, self.passed);
                assert!(self.is_satisfied(event.step, &steps[event.step as usize]));
                self.passed += 1;
            }
            RequestEvent::ApprovalTimedOut(event) => match &event.then {
                OnTimeout::Approve => drop(self.consented.insert(event.step)),
                OnTimeout::Reject => {}
                OnTimeout::Escalate(approver) => {
                    let before = self.escalated.insert(event.step, approver.clone());
                    assert_eq!(before, None, "escalated twice");
                }
            },
            RequestEvent::Approved(_) => {
                assert_eq!(self.passed as usize, steps.len());
                self.ended = true;
            }
            RequestEvent::ApprovalRejected(_) => {
                assert_ne!(who, Some(0), "the requester rejected");
                self.ended = true;
            }
            other => panic!("nothing else happens: {other:?}"),
        }
    }
}

fn body(deed: &Deed, org: &Organisation, request: &Request) -> (Body, Caller, Option<usize>) {
    let by = |who: usize| caller(PEOPLE[who], "ops", &[]);
    let approval = request.approval.as_ref().unwrap();
    match deed {
        Deed::Approve(who) => (approve(org.approving(*who)), by(*who), Some(*who)),
        Deed::Reject(who) => (reject("No", org.approving(*who)), by(*who), Some(*who)),
        Deed::Ring { stale } => {
            let since = approval.since.plus_seconds(-i64::from(*stale));
            (timeout(approval.current, since), service(), None)
        }
        Deed::Later(_) => unreachable!("nobody does anything"),
    }
}

proptest! {
    #[test]
    fn a_request_is_approved_when_and_only_when_each_step_has_what_it_needs(
        org in organisations(), steps in steps(), deeds in deeds(),
    ) {
        let story = awaiting(steps.clone());
        let (mut state, mut at, mut ledger) = (story.state().clone(), beginning(), Ledger::default());
        for deed in &deeds {
            if let Deed::Later(seconds) = deed {
                at = at.plus_seconds(*seconds);
                continue;
            }
            let request = state.clone().unwrap();
            let (body, by, who) = body(deed, &org, &request);
            let due = request.approval.as_ref().unwrap().due();
            let command = Command { at, by: by.clone(), body };
            let decided = RequestDecider::decide(&state, &command);
            if matches!(deed, Deed::Ring { stale: true }) {
                prop_assert_eq!(decided.as_deref().ok(), Some(&[][..]));
            }
            let events = decided.unwrap_or_default();
            if events.iter().any(|event| matches!(event, RequestEvent::ApprovalTimedOut(_))) {
                prop_assert!(due.is_some_and(|due| due <= at), "too early");
            }
            for event in events {
                ledger.note(&event, who, &org, &steps);
                let actor: Actor = by.actor.clone();
                let recorded = Recorded { id: uuid::Uuid::nil(), at, by: actor, event };
                RequestDecider::evolve(&mut state, &recorded);
            }
            // What has all it needs goes on at once, and what has not does not.
            let approval = state.as_ref().unwrap().approval.as_ref().unwrap();
            prop_assert_eq!(approval.current, ledger.passed);
            if let Some(step) = steps.get(ledger.passed as usize) {
                prop_assert!(!ledger.is_satisfied(ledger.passed, step) || ledger.ended);
            }
            let all = (0..).zip(&steps).all(|(number, step)| ledger.is_satisfied(number, step));
            prop_assert_eq!(state.as_ref().unwrap().state == State::Submitted, all);
        }
    }

    #[test]
    fn whoever_may_speak_for_an_open_place_is_heard(org in organisations(), steps in steps(), who in 1..PEOPLE.len()) {
        let story = awaiting(steps.clone());
        let approve = Command {
            at: beginning(),
            by: caller(PEOPLE[who], "ops", &[]),
            body: approve(org.approving(who)),
        };
        let heard = RequestDecider::decide(story.state(), &approve).is_ok();
        let asked = steps[0].approvers.iter().any(|approver| org.may_speak(who, approver));
        prop_assert_eq!(heard, asked);
    }
}
