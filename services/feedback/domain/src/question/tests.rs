//! The life of the question after a request.

use khidma_events::feedback::*;
use khidma_kernel::{Caller, DepartmentId, PersonId, Role, ServiceRequestId, Timestamp};
use khidma_testkit::Story;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::asking::DEFAULT;

type Asking = Story<QuestionDecider>;

const DAY: i64 = 24 * 3600;

fn request() -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u128(7))
}

/// 2026-03-02T09:00:00Z, when stories begin.
fn begin() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn secret(number: u8) -> String {
    format!("{number:032x}")
}

/// The request ended so many seconds after the story began; Amina is asked.
fn ask_with(number: u8, ended: i64, rule: AskingRule) -> QuestionCommand {
    QuestionCommand::Ask(Ask {
        question: question_of(request()),
        request: request(),
        provider: it(),
        offering: None,
        person: amina(),
        ended_at: begin().plus_seconds(ended),
        rule,
        secret: secret(number),
    })
}

fn ask(number: u8, ended: i64) -> QuestionCommand {
    let rule = AskingRule {
        effort: true,
        ..DEFAULT
    };
    ask_with(number, ended, rule)
}

/// Amina was asked when the story began.
fn asked() -> Asking {
    Asking::new().when(ask(1, 0)).then_events(|events| {
        assert!(matches!(events, [QuestionEvent::QuestionAsked(_)]));
    })
}

fn it() -> DepartmentId {
    "it".parse().unwrap()
}

fn amina() -> PersonId {
    "amina".parse().unwrap()
}

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

fn service() -> Caller {
    Caller::service("feedback")
}

fn reply(score: u32) -> Reply {
    Reply {
        score,
        ..Reply::default()
    }
}

fn oneself(reply: Reply) -> QuestionCommand {
    QuestionCommand::Answer {
        proof: Proof::Oneself,
        reply,
    }
}

fn by_link(number: u8, score: u32) -> QuestionCommand {
    QuestionCommand::Answer {
        proof: Proof::Link(secret(number)),
        reply: reply(score),
    }
}

fn import(score: u32) -> Import {
    Import {
        request: request(),
        reply: reply(score),
        synthetic: false,
        now: begin(),
        facts: Some(ImportFacts {
            provider: it(),
            offering: None,
            person: Some(amina()),
            ended: true,
        }),
    }
}

fn withdraw(ended: i64) -> QuestionCommand {
    QuestionCommand::Withdraw {
        ended_at: begin().plus_seconds(ended),
    }
}

fn answered(score: u8, by_link: bool) -> QuestionEvent {
    QuestionAnswered {
        score,
        effort: None,
        comment: String::new(),
        by_link,
    }
    .into()
}

#[test]
fn it_is_asked_when_the_request_ends_and_by_the_rule() {
    Asking::new()
        .later(5)
        .when(ask(1, 0))
        .then([QuestionAsked {
            question: question_of(request()),
            request: request(),
            provider: it(),
            offering: None,
            person: amina(),
            ended_at: begin(),
            effort: true,
            secret: secret(1),
            remind_at: Some(begin().plus_seconds(3 * DAY + 5)),
            expires_at: begin().plus_seconds(14 * DAY + 5),
        }
        .into()])
        .when(ask(2, 0))
        .then_nothing();
}

/// The table of who may what. For each: answer as oneself, answer by the link, take over, and what only the service does.
#[test]
fn who_may_what() {
    let no = Some("NOT_ALLOWED");
    let here = Some("ASKED_HERE");
    let table = [
        (caller("amina", "hr", &[]), [None, None, no, no]),
        (
            caller("amina", "hr", &[Role::Admin]),
            [None, None, here, no],
        ),
        (caller("badr", "hr", &[Role::Manager]), [no, None, no, no]),
        (caller("mei", "it", &[Role::Manager]), [no, None, no, no]),
        (caller("root", "it", &[Role::Admin]), [no, None, here, no]),
        (caller("mover", "it", &[Role::Import]), [no, None, here, no]),
        (service(), [no, None, no, None]),
        (Caller::anonymous(), [no, None, no, no]),
    ];
    for (by, [own, link, taken, service]) in table {
        let who = by.actor.to_string();
        let story = || asked().by(by.clone());
        assert_eq!(story().when(oneself(reply(4))).code(), own, "{who}");
        assert_eq!(story().when(by_link(1, 4)).code(), link, "{who}");
        let import = QuestionCommand::Import(import(4));
        assert_eq!(story().when(import).code(), taken, "{who}");
        for command in [
            ask(2, 60),
            QuestionCommand::Remind,
            QuestionCommand::Expire,
            withdraw(0),
        ] {
            assert_eq!(story().when(command).code(), service, "{who}");
        }
    }
}

#[test]
fn it_is_answered_once_by_who_was_asked_or_who_has_the_link() {
    let said = Reply {
        score: 5,
        effort: Some(7),
        comment: " Thanks!\nAll of it. ".into(),
    };
    asked()
        .by(caller("amina", "hr", &[]))
        .when(oneself(said))
        .then([QuestionAnswered {
            score: 5,
            effort: Some(7),
            comment: "Thanks!\nAll of it.".into(),
            by_link: false,
        }
        .into()])
        .when(oneself(reply(1)))
        .then_refused("ALREADY_ANSWERED")
        .by(service())
        .when(by_link(1, 1))
        .then_refused("ALREADY_ANSWERED")
        .when(by_link(2, 1))
        .then_refused("WRONG_LINK");
    asked().when(by_link(1, 3)).then([answered(3, true)]);
    for wrong in [
        "",
        "0",
        &secret(2),
        &secret(1)[1..],
        &format!("{}0", secret(1)),
    ] {
        let proof = Proof::Link(wrong.to_owned());
        let reply = reply(3);
        asked()
            .when(QuestionCommand::Answer { proof, reply })
            .then_refused("WRONG_LINK");
    }
    Asking::new()
        .when(by_link(1, 3))
        .then_refused_at("UNKNOWN_QUESTION", "id");
}

#[test]
fn what_is_out_of_scale_too_long_or_was_not_asked_is_refused() {
    let amina = || asked().by(caller("amina", "hr", &[]));
    for score in [0, 6, 256, u32::MAX] {
        amina()
            .when(oneself(reply(score)))
            .then_refused_at("SCORE_OUT_OF_RANGE", "score");
    }
    let with_effort = |effort| Reply {
        effort: Some(effort),
        ..reply(3)
    };
    for effort in [0, 8, 257] {
        amina()
            .when(oneself(with_effort(effort)))
            .then_refused_at("EFFORT_OUT_OF_RANGE", "effort");
    }
    Asking::new()
        .when(ask_with(1, 0, DEFAULT))
        .then_events(|_| {})
        .by(caller("amina", "hr", &[]))
        .when(oneself(with_effort(3)))
        .then_refused_at("EFFORT_NOT_ASKED", "effort");
    let saying = |comment: String| Reply {
        comment,
        ..reply(3)
    };
    amina()
        .when(oneself(saying("ب".repeat(COMMENT + 1))))
        .then_refused_at("TOO_LONG", "comment")
        .when(oneself(saying("bell\u{7}".into())))
        .then_refused_at("CONTROL_CHARACTER", "comment");
    let fits = amina().when(oneself(saying("ب".repeat(COMMENT))));
    assert_eq!(fits.code(), None);
}

#[test]
fn it_is_reminded_of_once_and_expires() {
    asked()
        .later(3 * DAY - 1)
        .when(QuestionCommand::Remind)
        .then_nothing()
        .later(1)
        .when(QuestionCommand::Remind)
        .then([QuestionReminded {}.into()])
        .when(QuestionCommand::Remind)
        .then_nothing()
        .later(11 * DAY - 1)
        .when(QuestionCommand::Expire)
        .then_nothing()
        .later(1)
        // Late, although the timer did not fire yet.
        .when(by_link(1, 5))
        .then_refused("EXPIRED")
        .when(QuestionCommand::Expire)
        .then([QuestionExpired {}.into()])
        .when(QuestionCommand::Expire)
        .then_nothing()
        .when(by_link(1, 5))
        .then_refused("EXPIRED")
        .when(ask(2, 15 * DAY))
        .then_nothing();
    let no_reminder = AskingRule {
        remind_after_days: None,
        ..DEFAULT
    };
    Asking::new()
        .when(ask_with(1, 0, no_reminder))
        .then_events(|_| {})
        .later(5 * DAY)
        .when(QuestionCommand::Remind)
        .then_nothing();
}

#[test]
fn a_reopened_request_takes_its_question_back_and_its_next_end_asks_anew() {
    let again = asked()
        .when(withdraw(60))
        .then_nothing()
        .when(withdraw(0))
        .then([QuestionWithdrawn {}.into()])
        .when(by_link(1, 5))
        .then_refused("WITHDRAWN")
        .later(DAY)
        .when(ask(2, DAY))
        .then_events(|events| assert!(matches!(events, [QuestionEvent::QuestionAsked(_)])));
    // What was about the first end is late now.
    again
        .when(ask(3, 0))
        .then_nothing()
        .when(withdraw(0))
        .then_nothing()
        .when(by_link(1, 5))
        .then_refused("WRONG_LINK")
        .when(by_link(2, 5))
        .then([answered(5, true)])
        .when(withdraw(DAY))
        .then_nothing()
        .when(ask(4, 2 * DAY))
        .then_nothing();
    // It ended again before anybody took the first one back: still there is one.
    asked().later(60).when(ask(2, 60)).then_events(|events| {
        use QuestionEvent::{QuestionAsked, QuestionWithdrawn};
        assert!(matches!(events, [QuestionWithdrawn(_), QuestionAsked(_)]));
    });
}

#[test]
fn an_answer_of_old_is_taken_over_once() {
    let story = || Asking::new().by(caller("mover", "it", &[Role::Import]));
    let imported = AnswerImported {
        request: request(),
        provider: it(),
        offering: None,
        person: Some(amina()),
        score: 4,
        effort: None,
        comment: String::new(),
        synthetic: false,
    };
    story()
        .when(QuestionCommand::Import(import(4)))
        .then([imported.into()])
        .when(QuestionCommand::Import(import(4)))
        .then_nothing()
        .when(QuestionCommand::Import(import(3)))
        .then_refused("ANSWER_DIFFERS")
        .by(service())
        // Nobody is asked about what was answered elsewhere.
        .when(ask(1, 60))
        .then_nothing()
        .when(by_link(1, 4))
        .then_refused("WRONG_LINK");
    let unknown = Import {
        facts: None,
        ..import(4)
    };
    let open = Import {
        facts: import(4).facts.map(|facts| ImportFacts {
            ended: false,
            ..facts
        }),
        ..import(4)
    };
    story()
        .when(QuestionCommand::Import(unknown))
        .then_refused_at("UNKNOWN_REQUEST", "service_request_id")
        .when(QuestionCommand::Import(open))
        .then_refused_at("NOT_ENDED", "service_request_id")
        .when(QuestionCommand::Import(import(9)))
        .then_refused_at("SCORE_OUT_OF_RANGE", "score")
        .later(1)
        .when(QuestionCommand::Import(import(4)))
        .then_refused_at("IN_THE_FUTURE", "answered_at");
}

#[test]
fn nothing_that_is_debugged_says_the_secret() {
    let said = format!("{:?} {:?}", asked().state(), by_link(1, 4));
    assert!(!said.contains(&secret(1)), "{said}");
}

/// What may happen around a question, in any order.
#[derive(Debug, Clone)]
enum Step {
    /// The request ends, and the service asks.
    End,
    /// An older end is told again, late.
    Stale,
    /// It is reopened, and the service takes the question back.
    Reopen,
    Remind,
    Expire,
    Answer(u32),
    ByLink(u8, u32),
    Import,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::End),
        1 => Just(Step::Stale),
        2 => Just(Step::Reopen),
        2 => Just(Step::Remind),
        2 => Just(Step::Expire),
        1 => (0_u32..7).prop_map(Step::Answer),
        1 => (0_u8..4, 0_u32..7).prop_map(|(secret, score)| Step::ByLink(secret, score)),
        1 => Just(Step::Import),
        3 => (1_i64..8 * DAY).prop_map(Step::Wait),
    ]
}

/// The command of a step, and who gives it. `ended` is when the request ended last, `ends` how often it did.
fn command(step: &Step, now: i64, (ended, ends): (i64, u8)) -> (QuestionCommand, Caller) {
    match step {
        Step::End => (ask(ends, now), service()),
        Step::Stale => (ask(ends, ended), service()),
        Step::Reopen => (withdraw(ended), service()),
        Step::Remind => (QuestionCommand::Remind, service()),
        Step::Expire | Step::Wait(_) => (QuestionCommand::Expire, service()),
        Step::Answer(score) => (oneself(reply(*score)), caller("amina", "hr", &[])),
        Step::ByLink(secret, score) => (by_link(*secret, *score), service()),
        Step::Import => {
            let import = Import {
                now: begin().plus_seconds(now),
                ..import(4)
            };
            let mover = caller("mover", "it", &[Role::Import]);
            (QuestionCommand::Import(import), mover)
        }
    }
}

proptest! {
    /// Whatever comes: never two questions open at once, at most one answer, one reminder for each asking, nothing asked
    /// or answered after it was answered or expired, and no answer late.
    #[test]
    fn the_life_of_a_question_has_its_order(steps in prop::collection::vec(step(), 1..60)) {
        let (mut story, mut now) = (Asking::new(), 0);
        let (mut ended, mut ends) = (0, 0_u8);
        let (mut open, mut over, mut answers, mut reminders) = (None, false, 0, 0);
        for step in steps {
            if let Step::Wait(seconds) = step {
                (story, now) = (story.later(seconds), now + seconds);
                continue;
            }
            if matches!(step, Step::End) {
                now += 1;
                (story, ends) = (story.later(1), ends.saturating_add(1));
            }
            let (command, by) = command(&step, now, (ended, ends));
            if matches!(step, Step::End) {
                ended = now;
            }
            let outcome = story.clone().by(by).when(command);
            if outcome.code().is_some() {
                continue;
            }
            let mut happened = Vec::new();
            story = outcome.then_events(|events| happened = events.to_vec());
            for event in happened {
                match event {
                    QuestionEvent::QuestionAsked(asked) => {
                        prop_assert!(open.is_none() && !over, "asked over another, or too late");
                        prop_assert_eq!(asked.ended_at, begin().plus_seconds(ended));
                        (open, reminders) = (Some(asked.expires_at), 0);
                    }
                    QuestionEvent::QuestionReminded(_) => {
                        reminders += 1;
                        prop_assert!(open.is_some() && reminders == 1);
                    }
                    QuestionEvent::QuestionAnswered(_) => {
                        answers += 1;
                        let expires = open.take();
                        prop_assert!(expires.is_some_and(|end| begin().plus_seconds(now) < end));
                        over = true;
                    }
                    QuestionEvent::QuestionExpired(_) => {
                        prop_assert!(open.take().is_some());
                        over = true;
                    }
                    QuestionEvent::QuestionWithdrawn(_) => prop_assert!(open.take().is_some()),
                    QuestionEvent::AnswerImported(_) => {
                        answers += 1;
                        prop_assert!(ends == 0 || open.is_none());
                        over = true;
                    }
                }
                prop_assert!(answers <= 1, "two answers");
            }
        }
    }
}
