//! Stories of an endpoint.

use std::collections::BTreeSet;

use khidma_events::notifications::*;
use khidma_kernel::{Caller, DepartmentId, Role, Timestamp};
use khidma_testkit::Story;

use super::*;

type Told = Story<EndpointDecider>;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn person(name: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(id(name), id(department), roles.iter().copied())
}

fn mina() -> Caller {
    person("mina", "it", &[Role::Manager])
}

fn spec(kind: EndpointKind) -> EndpointSpec {
    EndpointSpec {
        kind,
        url: "https://hooks.it.example/khidma".into(),
        kinds: BTreeSet::new(),
        language: "en".into(),
    }
}

const THERE: OwnerFact = OwnerFact {
    present: true,
    endpoints: 0,
};

fn it() -> EndpointOwner {
    EndpointOwner::Department(id("it"))
}

fn register(owner: EndpointOwner, of: OwnerFact, url: UrlFact) -> EndpointCommand {
    EndpointCommand::Register {
        id: id("it-hook"),
        owner,
        spec: spec(EndpointKind::Webhook),
        of,
        url,
    }
}

fn registered(kind: EndpointKind) -> Told {
    let event = EndpointRegistered {
        endpoint: id("it-hook"),
        owner: it(),
        spec: spec(kind),
    };
    Story::given([event.into()]).by(mina())
}

#[test]
fn endpoints_are_registered_by_who_speaks_for_their_owner() {
    let event = EndpointRegistered {
        endpoint: id("it-hook"),
        owner: it(),
        spec: spec(EndpointKind::Webhook),
    };
    Told::new()
        .by(mina())
        .when(register(it(), THERE, UrlFact::Fine))
        .then([event.into()])
        .when(register(it(), THERE, UrlFact::Fine))
        .then_refused("ENDPOINT_EXISTS");
    for (by, owner) in [
        (person("amina", "it", &[]), it()),
        (person("dao", "finance", &[Role::Manager]), it()),
        (mina(), EndpointOwner::Person(id("amina"))),
    ] {
        Told::new()
            .by(by)
            .when(register(owner, THERE, UrlFact::Fine))
            .then_refused("NOT_ALLOWED");
    }
    for by in [
        person("amina", "it", &[]),
        person("root", "hr", &[Role::Admin]),
    ] {
        Told::new()
            .by(by)
            .when(register(
                EndpointOwner::Person(id("amina")),
                THERE,
                UrlFact::Fine,
            ))
            .then_events(|events| assert_eq!(events.len(), 1));
    }
}

#[test]
fn what_leads_nowhere_is_not_registered() {
    let away = OwnerFact {
        present: false,
        ..THERE
    };
    let many = OwnerFact {
        endpoints: ENDPOINTS,
        ..THERE
    };
    let forbidden = UrlFact::Refused("that is a private address".into());
    for (of, url, code) in [
        (away, UrlFact::Fine, "UNKNOWN_OWNER"),
        (many, UrlFact::Fine, "TOO_MANY_ENDPOINTS"),
        (THERE, forbidden.clone(), "INVALID_URL"),
    ] {
        Told::new()
            .by(mina())
            .when(register(it(), of, url))
            .then_refused(code);
    }
    registered(EndpointKind::Webhook)
        .when(EndpointCommand::Change {
            spec: spec(EndpointKind::Webhook),
            url: forbidden,
        })
        .then_refused("INVALID_URL")
        .when(EndpointCommand::Change {
            spec: EndpointSpec {
                language: "no language".into(),
                ..spec(EndpointKind::Webhook)
            },
            url: UrlFact::Fine,
        })
        .then_refused("INVALID_LANGUAGE");
}

#[test]
fn a_new_secret_leaves_the_old_one_a_day() {
    let noon: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let until = noon.plus_seconds(24 * 3600);
    let story = registered(EndpointKind::Webhook)
        .at(noon)
        .when(EndpointCommand::Rotate)
        .then([SecretRotated {
            generation: 2,
            old_until: until,
        }
        .into()]);
    let endpoint = story.state().clone().unwrap();
    assert_eq!(endpoint.generations(until.plus_seconds(-1)), [2, 1]);
    assert_eq!(endpoint.generations(until), [2]);
    registered(EndpointKind::Chat)
        .when(EndpointCommand::Rotate)
        .then_refused("NO_SECRET");
}

#[test]
fn who_is_gone_is_spoken_to_no_more_until_somebody_wants_it_again() {
    let failure = Failure {
        code: "gone".into(),
        status: Some(410),
        reason: "it answered that it is gone".into(),
    };
    let disabled = EndpointDisabled {
        failure: Some(failure.clone()),
    };
    let story = registered(EndpointKind::Webhook)
        .by(Caller::service("notifications"))
        .when(EndpointCommand::Disable {
            failure: Some(failure.clone()),
        })
        .then([disabled.into()])
        .when(EndpointCommand::Disable {
            failure: Some(failure),
        })
        .then_nothing();
    let wants = |story: &Told| story.state().as_ref().unwrap().wants(MessageKind::Breach);
    assert!(!wants(&story));
    let story = story
        .by(mina())
        .when(EndpointCommand::Enable)
        .then([EndpointEnabled {}.into()])
        .when(EndpointCommand::Enable)
        .then_nothing();
    assert!(wants(&story));
}

#[test]
fn an_endpoint_gets_only_the_kinds_it_asked_for_and_changes_nothing_of_what_it_is() {
    let narrow = EndpointSpec {
        kind: EndpointKind::Chat,
        kinds: [MessageKind::Breach].into(),
        ..spec(EndpointKind::Webhook)
    };
    let kept = EndpointSpec {
        kind: EndpointKind::Webhook,
        ..narrow.clone()
    };
    let story = registered(EndpointKind::Webhook)
        .when(EndpointCommand::Change {
            spec: narrow,
            url: UrlFact::Fine,
        })
        .then([EndpointChanged { spec: kept.clone() }.into()])
        .when(EndpointCommand::Change {
            spec: kept,
            url: UrlFact::Fine,
        })
        .then_nothing();
    let endpoint = story.state().clone().unwrap();
    assert!(endpoint.wants(MessageKind::Breach) && !endpoint.wants(MessageKind::Receipt));
}

#[test]
fn what_was_removed_is_nobodys_and_its_id_is_not_given_again() {
    registered(EndpointKind::Webhook)
        .by(person("dao", "finance", &[Role::Manager]))
        .when(EndpointCommand::Remove)
        .then_refused("UNKNOWN_ENDPOINT")
        .by(mina())
        .when(EndpointCommand::Remove)
        .then([EndpointRemoved {}.into()])
        .when(EndpointCommand::Enable)
        .then_refused("UNKNOWN_ENDPOINT")
        .when(register(it(), THERE, UrlFact::Fine))
        .then_refused("ENDPOINT_EXISTS");
}

#[test]
fn a_departments_endpoint_concerns_it() {
    use khidma_kernel::Decider;
    let story = registered(EndpointKind::Webhook);
    let it: DepartmentId = id("it");
    let audience = EndpointDecider::audience(&None, story.state());
    assert_eq!(audience, [it].into());
}
