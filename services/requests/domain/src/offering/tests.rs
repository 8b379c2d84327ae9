//! What happens to offerings.

use std::collections::BTreeMap;

use khidma_events::requests::*;
use khidma_kernel::{Caller, Role};
use khidma_testkit::Story;

use super::*;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn caller(department: &str, roles: &[Role]) -> Caller {
    Caller::person(id("mina"), id(department), roles.iter().copied())
}

fn text(name: &str) -> OfferingText {
    OfferingText {
        name: name.into(),
        description: String::new(),
        standard: "Within two working days.".into(),
    }
}

fn task(key: &str, provider: &str, needs: &[&str]) -> PlannedTask {
    PlannedTask {
        key: id(key),
        title: format!("The {key}"),
        description: String::new(),
        provider: id(provider),
        offering: None,
        answers: serde_json::Map::new(),
        priority: Priority::Normal,
        needs: needs.iter().map(|need| id(need)).collect(),
    }
}

fn step(approvers: Vec<Approver>) -> ApprovalStep {
    ApprovalStep {
        name: "Manager".into(),
        approvers,
        rule: ApprovalRule::Any,
        timeout: None,
    }
}

/// HR's offering for a new employee: in two languages, approved, with a plan.
fn employee() -> OfferingPublished {
    OfferingPublished {
        offering: id("new-employee"),
        version: 0,
        provider: id("hr"),
        texts: BTreeMap::from([
            ("en".into(), text("New employee")),
            ("fa".into(), text("کارمند جدید")),
        ]),
        language: "en".into(),
        form: None,
        approvals: vec![step(vec![Approver::ManagerOfRequester])],
        plan: vec![
            task("record", "hr", &[]),
            task("payroll", "finance", &["record"]),
            task("laptop", "it", &["record"]),
        ],
    }
}

fn facts() -> PublishFacts {
    PublishFacts {
        open: ["hr", "it", "finance"].map(id).into(),
        offered: BTreeMap::from([(id("laptop"), id("it"))]),
        plans: BTreeMap::new(),
        form: vec![],
    }
}

fn publish(content: OfferingPublished) -> OfferingCommand {
    publish_expecting(None, content)
}

fn publish_expecting(expected_version: Option<u32>, content: OfferingPublished) -> OfferingCommand {
    OfferingCommand::Publish(Box::new(Publish {
        content,
        expected_version,
        facts: facts(),
    }))
}

fn published(version: u32, content: OfferingPublished) -> OfferingEvent {
    OfferingPublished { version, ..content }.into()
}

fn retire(reason: &str) -> OfferingCommand {
    OfferingCommand::Retire {
        reason: reason.into(),
    }
}

fn story() -> Story<OfferingDecider> {
    Story::new().by(caller("hr", &[Role::Manager]))
}

fn renamed() -> OfferingPublished {
    let mut content = employee();
    content.texts.insert("ja".into(), text("新入社員"));
    content
}

#[test]
fn a_revision_is_a_version_and_the_same_again_is_nothing() {
    story()
        .when(publish(employee()))
        .then([published(1, employee())])
        .when(publish(employee()))
        .then_nothing()
        .when(publish(renamed()))
        .then([published(2, renamed())])
        // Going back is a version too: it is not what was published last.
        .when(publish(employee()))
        .then([published(3, employee())]);
}

#[test]
fn who_revises_may_say_which_version_they_saw() {
    story()
        .when(publish_expecting(Some(1), employee()))
        .then_refused_at("VERSION_NOT_CURRENT", "expected_version")
        .when(publish_expecting(Some(0), employee()))
        .then([published(1, employee())])
        .when(publish_expecting(Some(0), renamed()))
        .then_refused_at("VERSION_NOT_CURRENT", "expected_version")
        .when(publish_expecting(Some(1), renamed()))
        .then([published(2, renamed())]);
}

#[test]
fn an_offering_is_retired_with_a_reason_and_reinstated() {
    let reason = "Nobody asked for it";
    let retired: OfferingEvent = OfferingRetired {
        reason: reason.into(),
    }
    .into();
    let story = story()
        .when(retire(reason))
        .then_refused("UNKNOWN_OFFERING")
        .when(OfferingCommand::Reinstate)
        .then_refused("UNKNOWN_OFFERING")
        .and([published(1, employee())])
        .when(OfferingCommand::Reinstate)
        .then_nothing()
        .when(retire(" "))
        .then_refused_at("MISSING_FIELD", "reason")
        .when(retire(reason))
        .then([retired])
        .when(retire(reason))
        .then_nothing()
        .when(publish(renamed()))
        .then([published(2, renamed())]);
    assert!(
        story.state().as_ref().unwrap().retired,
        "a new version does not reinstate"
    );
    let story = story
        .when(OfferingCommand::Reinstate)
        .then([OfferingReinstated {}.into()]);
    assert!(!story.state().as_ref().unwrap().retired);
}

#[test]
fn it_stays_with_its_department() {
    let others = OfferingPublished {
        provider: id("it"),
        ..employee()
    };
    story()
        .and([published(1, employee())])
        .by(caller("hr", &[Role::Admin]))
        .when(publish(others))
        .then_refused_at("PROVIDER_FIXED", "provider_id");
}

#[test]
fn every_command_by_everybody() {
    let table = [
        ("its manager", caller("hr", &[Role::Manager]), true),
        ("an admin", caller("ops", &[Role::Admin]), true),
        ("a member", caller("hr", &[]), false),
        ("another manager", caller("it", &[Role::Manager]), false),
        ("who imports", caller("hr", &[Role::Import]), false),
        ("the service", Caller::service("requests"), false),
    ];
    for (who, caller, may) in table {
        let active = Story::<OfferingDecider>::given([published(1, employee())]);
        let retired = active.clone().and([OfferingRetired {
            reason: "Old".into(),
        }
        .into()]);
        let codes = [
            Story::<OfferingDecider>::new()
                .by(caller.clone())
                .when(publish(employee()))
                .code(),
            active
                .clone()
                .by(caller.clone())
                .when(publish(renamed()))
                .code(),
            active.by(caller.clone()).when(retire("Old")).code(),
            retired.by(caller).when(OfferingCommand::Reinstate).code(),
        ];
        let expected = if may { None } else { Some("NOT_ALLOWED") };
        assert_eq!(codes, [expected; 4], "{who}");
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table, one entry for each thing that can be wrong"
)]
fn what_cannot_be_published_is_refused_by_its_field() {
    type Change = fn(&mut OfferingPublished);
    let table: Vec<(Change, &str, &str)> = vec![
        (|c| c.texts.clear(), "MISSING_FIELD", "texts"),
        (
            |c| drop(c.texts.insert("fa".into(), text(" "))),
            "MISSING_FIELD",
            "texts.fa.name",
        ),
        (
            |c| drop(c.texts.insert("fa".into(), text(&"x".repeat(201)))),
            "TOO_LONG",
            "texts.fa.name",
        ),
        (
            |c| drop(c.texts.insert("per_sian".into(), text("x"))),
            "INVALID_LANGUAGE",
            "texts.per_sian",
        ),
        (
            |c| drop(c.texts.insert("FA".into(), text("x"))),
            "LANGUAGE_TWICE",
            "texts",
        ),
        (
            |c| c.language = "vi".into(),
            "LANGUAGE_WITHOUT_TEXT",
            "language",
        ),
        (
            |c| c.approvals[0].name.clear(),
            "MISSING_FIELD",
            "approvals[0].name",
        ),
        (
            |c| c.approvals.push(step(vec![])),
            "MISSING_FIELD",
            "approvals[1].approvers",
        ),
        (
            |c| c.approvals[0].approvers = vec![Approver::ManagerOfRequester; 21],
            "TOO_MANY",
            "approvals[0].approvers",
        ),
        (
            |c| c.approvals = vec![step(vec![Approver::ManagerOfRequester]); 11],
            "TOO_MANY",
            "approvals",
        ),
        (
            |c| {
                c.approvals[0].timeout = Some(ApprovalTimeout {
                    seconds: 0,
                    then: OnTimeout::Approve,
                })
            },
            "NO_TIME",
            "approvals[0].timeout.seconds",
        ),
        (
            |c| c.provider = id("moon"),
            "UNKNOWN_DEPARTMENT",
            "provider_id",
        ),
        (
            |c| c.plan[1].title.clear(),
            "MISSING_FIELD",
            "plan[1].title",
        ),
        (
            |c| c.plan[2].provider = id("moon"),
            "UNKNOWN_DEPARTMENT",
            "plan[2].provider_id",
        ),
        (
            |c| c.plan[2].offering = Some(id("desk")),
            "UNKNOWN_OFFERING",
            "plan[2].offering",
        ),
        (
            |c| c.plan[1].offering = Some(id("laptop")),
            "OFFERING_OF_ANOTHER",
            "plan[1].provider_id",
        ),
        (
            |c| drop(c.plan[1].answers.insert("size".into(), 13.into())),
            "ANSWERS_WITHOUT_OFFERING",
            "plan[1].answers",
        ),
        (
            |c| c.plan.push(task("laptop", "it", &[])),
            "DUPLICATE_TASK",
            "plan[3].key",
        ),
        (
            |c| c.plan[1] = task("payroll", "finance", &["badge"]),
            "UNKNOWN_NEED",
            "plan[1].needs",
        ),
        (
            |c| c.plan[0] = task("record", "hr", &["laptop"]),
            "PLAN_CYCLE",
            "plan",
        ),
        (
            |c| c.plan = vec![task("record", "hr", &[]); 2_001],
            "TOO_MANY",
            "plan",
        ),
    ];
    for (change, code, field) in table {
        let mut content = employee();
        change(&mut content);
        Story::<OfferingDecider>::new()
            .by(caller("ops", &[Role::Admin]))
            .when(publish(content))
            .then_refused_at(code, field);
    }
}

#[test]
fn a_circle_in_the_plan_is_named() {
    let mut content = employee();
    content.plan[0] = task("record", "hr", &["laptop"]);
    let command = khidma_kernel::Command {
        at: khidma_kernel::Timestamp::EPOCH,
        by: caller("hr", &[Role::Manager]),
        body: publish(content),
    };
    let refusal = OfferingDecider::decide(&None, &command).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the tasks wait for each other: laptop → record → laptop"
    );
}

#[test]
fn an_offering_that_would_ask_for_itself_or_for_too_much_is_refused() {
    let with = |offering: &str, count: usize, plans: &[(&str, Vec<Option<&str>>)]| {
        let mut content = employee();
        content.plan = (0..count)
            .map(|number| PlannedTask {
                offering: Some(id(offering)),
                ..task(&format!("task-{number}"), "it", &[])
            })
            .collect();
        let mut facts = facts();
        facts.offered.insert(id("new-employee"), id("it"));
        for (offering, plan) in plans {
            let plan = plan.iter().map(|task| task.map(id)).collect();
            facts.plans.insert(id(offering), plan);
        }
        OfferingCommand::Publish(Box::new(Publish {
            content,
            expected_version: None,
            facts,
        }))
    };
    let back = vec![None, Some("new-employee")];
    story()
        .when(with("new-employee", 1, &[]))
        .then_refused_at("PLAN_CYCLE", "plan")
        .when(with("laptop", 1, &[("laptop", back)]))
        .then_refused_at("PLAN_CYCLE", "plan")
        .when(with("laptop", 100, &[("laptop", vec![None; 20])]))
        .then_refused_at("TOO_MANY_TASKS", "plan")
        .when(with("laptop", 1, &[("laptop", vec![Some("laptop"); 50])]))
        .then_refused_at("TOO_MANY_TASKS", "plan");
}

#[test]
fn a_form_that_cannot_be_used_is_refused_place_by_place() {
    let problem = FormProblem {
        field: "form.properties.day.type".into(),
        message: "no such type".into(),
    };
    let facts = PublishFacts {
        form: vec![problem],
        ..facts()
    };
    story()
        .when(OfferingCommand::Publish(Box::new(Publish {
            content: employee(),
            expected_version: None,
            facts,
        })))
        .then_refused_at("INVALID_SCHEMA", "form.properties.day.type");
}

#[test]
fn the_department_hears_of_it() {
    let story = story().and([published(1, employee())]);
    let audience = OfferingDecider::audience(&None, story.state());
    assert_eq!(audience, [id("hr")].into());
}

#[test]
fn a_step_asks_each_approver_once() {
    let mut content = employee();
    content.approvals = vec![step(vec![Approver::ManagerOfRequester; 2])];
    story()
        .when(publish(content))
        .then_refused_at("APPROVER_TWICE", "approvals[0].approvers[1]");
}
