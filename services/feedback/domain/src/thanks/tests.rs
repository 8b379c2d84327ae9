//! Who thanks whom, how often, and who takes it back.

use khidma_events::feedback::{Thanked, ThanksEvent, ThanksGiven, ThanksWithdrawn};
use khidma_kernel::{Caller, Role, ServiceRequestId, ThanksId};
use khidma_testkit::Story;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

type Thanking = Story<ThanksDecider>;

const LIMITS: Limits = Limits {
    in_all: 4,
    to_one: 2,
};
const HOUR: i64 = 3600;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn caller(person: &str, roles: &[Role]) -> Caller {
    Caller::person(id(person), id("hr"), roles.iter().copied())
}

fn amina() -> Thanking {
    Thanking::new().by(caller("amina", &[]))
}

fn thanks() -> ThanksId {
    ThanksId(Uuid::from_u128(1))
}

fn person(name: &str) -> Thanked {
    Thanked::Person(id(name))
}

fn team(name: &str) -> Thanked {
    Thanked::Team(id(name))
}

fn give(to: &Thanked) -> ThanksCommand {
    ThanksCommand::Give {
        thanks: thanks(),
        to: to.clone(),
        request: None,
        text: "It was there before I was".into(),
        public: true,
        limits: LIMITS,
        facts: GivingFacts {
            there: true,
            department: Some(id("it")),
            request_known: false,
        },
    }
}

fn given(to: &Thanked) -> ThanksEvent {
    ThanksGiven {
        thanks: thanks(),
        to: to.clone(),
        wall: Some(id("it")),
        request: None,
        text: "It was there before I was".into(),
    }
    .into()
}

/// [`give`] to Daniel, changed.
fn giving(
    change: impl FnOnce(&mut Option<ServiceRequestId>, &mut String, &mut bool, &mut GivingFacts),
) -> ThanksCommand {
    let mut command = give(&person("daniel"));
    if let ThanksCommand::Give {
        request,
        text,
        public,
        facts,
        ..
    } = &mut command
    {
        change(request, text, public, facts);
    }
    command
}

#[test]
fn a_person_and_a_team_are_thanked_on_their_wall_or_quietly() {
    let quiet = giving(|_, _, public, _| *public = false);
    let told = ThanksGiven {
        thanks: thanks(),
        to: person("daniel"),
        wall: None,
        request: None,
        text: "It was there before I was".into(),
    };
    let homeless = giving(|_, _, _, facts| facts.department = None);
    amina()
        .when(give(&person("daniel")))
        .then([given(&person("daniel"))])
        .when(give(&team("it")))
        .then([given(&team("it"))])
        .when(quiet)
        .then([told.clone().into()]);
    // Who belongs to no department has no wall.
    drop(amina().when(homeless).then([told.into()]));
}

#[test]
fn who_is_thanked_and_for_what_has_to_be_there() {
    let request = || Some(ServiceRequestId(Uuid::from_u128(7)));
    let gone = |to: &Thanked| {
        let mut command = give(to);
        if let ThanksCommand::Give { facts, .. } = &mut command {
            facts.there = false;
        }
        command
    };
    let words = |words: String| giving(move |_, text, _, _| *text = words);
    amina()
        .when(give(&person("amina")))
        .then_refused_at("ONESELF", "to_person_id")
        .when(gone(&person("daniel")))
        .then_refused_at("UNKNOWN_PERSON", "to_person_id")
        .when(gone(&team("it")))
        .then_refused_at("UNKNOWN_DEPARTMENT", "to_department_id")
        .when(giving(|asked, _, _, _| *asked = request()))
        .then_refused_at("UNKNOWN_REQUEST", "service_request_id")
        .when(words(String::new()))
        .then_refused_at("MISSING_FIELD", "text")
        .when(words("ب".repeat(TEXT + 1)))
        .then_refused_at("TOO_LONG", "text")
        .when(words("x".repeat(10_000_000)))
        .then_refused_at("TOO_LONG", "text")
        .when(words("\u{7}".into()))
        .then_refused_at("CONTROL_CHARACTER", "text")
        .when(giving(|asked, text, _, facts| {
            *asked = request();
            *text = "ب".repeat(TEXT);
            facts.request_known = true;
        }))
        .then_events(|events| assert_eq!(events.len(), 1));
    let service = Thanking::new().by(Caller::service("feedback"));
    drop(service.when(give(&team("it"))).then_refused("NOT_ALLOWED"));
}

#[test]
fn so_many_a_day_and_not_one_more() {
    let [daniel, it, sana] = [person("daniel"), team("it"), person("sana")];
    amina()
        .when(give(&daniel))
        .then([given(&daniel)])
        .later(HOUR)
        .when(give(&daniel))
        .then([given(&daniel)])
        .when(give(&daniel))
        .then_refused("TOO_MANY_THANKS_TO_ONE")
        .when(give(&it))
        .then([given(&it)])
        .when(give(&sana))
        .then([given(&sana)])
        .when(give(&it))
        .then_refused("TOO_MANY_THANKS")
        // The first was given 24 hours ago less a second, and then it was.
        .later(23 * HOUR - 1)
        .when(give(&it))
        .then_refused("TOO_MANY_THANKS")
        .later(1)
        .when(give(&it))
        .then([given(&it)])
        .when(give(&daniel))
        .then_refused("TOO_MANY_THANKS");
}

#[test]
fn what_was_taken_back_counts_on() {
    let daniel = person("daniel");
    let taken: ThanksEvent = ThanksWithdrawn { thanks: thanks() }.into();
    let given = |_| vec![given(&daniel), taken.clone()];
    let history: Vec<ThanksEvent> = (0..2).flat_map(given).collect();
    amina()
        .and(history)
        .when(give(&daniel))
        .then_refused("TOO_MANY_THANKS_TO_ONE");
}

/// The table of who takes thanks of Amina back.
#[test]
fn who_gave_them_and_admins_take_them_back() {
    let withdraw = |giver: Option<&str>, withdrawn| ThanksCommand::Withdraw {
        thanks: thanks(),
        facts: WithdrawalFacts {
            giver: giver.map(id),
            withdrawn,
        },
    };
    let unknown = Some("UNKNOWN_THANKS");
    let table = [
        (caller("amina", &[]), None),
        (caller("root", &[Role::Admin]), None),
        (caller("daniel", &[]), unknown),
        (caller("linh", &[Role::Manager]), unknown),
        (Caller::service("feedback"), unknown),
    ];
    for (who, expected) in table {
        let story = || Thanking::new().by(who.clone());
        let outcome = story().when(withdraw(Some("amina"), false));
        assert_eq!(outcome.code(), expected, "{}", who.actor);
        let nobodys = story().when(withdraw(None, false));
        assert_eq!(nobodys.code(), unknown, "{}", who.actor);
    }
    amina()
        .when(withdraw(Some("amina"), false))
        .then([ThanksWithdrawn { thanks: thanks() }.into()])
        .when(withdraw(Some("amina"), true))
        .then_nothing();
}

proptest! {
    /// Whenever somebody gives: in no 24 hours there are more than there may be, and what is refused would have been more.
    #[test]
    fn limits_are_exact(tries in proptest::collection::vec((0_i64..10 * HOUR, 0_usize..3), 1..60)) {
        let receivers = [person("daniel"), person("sana"), team("it")];
        let mut story = amina();
        let (mut now, mut stood): (i64, Vec<(i64, usize)>) = (0, Vec::new());
        for (pause, to) in tries {
            now += pause;
            let recent: Vec<_> = stood.iter().filter(|(at, _)| now - at < WINDOW).collect();
            let same = recent.iter().filter(|(_, other)| *other == to).count();
            let fits = recent.len() < LIMITS.in_all && same < LIMITS.to_one;
            story = story.later(pause);
            let outcome = story.clone().when(give(&receivers[to]));
            prop_assert_eq!(outcome.code().is_none(), fits);
            if fits {
                story = outcome.then_events(|_| {});
                stood.push((now, to));
            }
            prop_assert!(story.state().0.len() <= LIMITS.in_all, "it remembers no more than it needs");
        }
    }
}
