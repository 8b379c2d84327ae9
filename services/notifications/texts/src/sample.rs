//! A message of each kind, for previews and tests.

use std::collections::BTreeMap;

use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_kernel::Timestamp;

/// Friday, 13 November 2026, 13:30 UTC.
const FRIDAY: i64 = 1_794_576_600;

/// A message of that kind with all that it can speak of, as it might come to somebody. A digest has three messages in it.
pub fn sample(kind: MessageKind) -> Message {
    let mut message = Message {
        kind,
        request: None,
        args: BTreeMap::new(),
        items: Vec::new(),
    };
    let args: &mut dyn FnMut(&str, Arg) = &mut |name, arg| {
        message.args.insert(name.to_owned(), arg);
    };
    if is_about_a_request(kind) {
        args("title", text("The projector in room 204 is broken"));
    }
    people(kind, args);
    clocks(kind, args);
    house(kind, args);
    voices(kind, args);
    if kind == MessageKind::Digest {
        let kinds = [
            MessageKind::Receipt,
            MessageKind::Reply,
            MessageKind::Resolved,
        ];
        message.items = kinds.map(sample).into();
    }
    message
}

fn is_about_a_request(kind: MessageKind) -> bool {
    !matches!(
        kind,
        MessageKind::Concern
            | MessageKind::Role
            | MessageKind::Standards
            | MessageKind::Announcement
            | MessageKind::Survey
            | MessageKind::Improvement
            | MessageKind::Action
            | MessageKind::Digest
    )
}

/// What people say to each other about a request.
fn people(kind: MessageKind, args: &mut dyn FnMut(&str, Arg)) {
    let provider = text("IT Services");
    let by = text("Mai Tanaka");
    let requester = text("Omid Rahimi");
    match kind {
        MessageKind::Receipt => {
            args("provider", provider);
            args(
                "standard",
                text("A first answer within four working hours."),
            );
        }
        MessageKind::Request => {
            args("provider", provider);
            args("requester", requester);
        }
        MessageKind::Assignment => {
            args("requester", requester);
            args("by", by);
        }
        MessageKind::Question => {
            args("provider", provider);
            args(
                "question",
                text("Does the lamp blink?\nIf so: which colour is it?"),
            );
        }
        MessageKind::Reply => {
            args("by", by);
            args("text", text("We have a spare one & bring it at noon."));
        }
        MessageKind::Progress => {
            args("step", choice("task_done"));
            args("by", by);
            args("detail", text("The spare projector is mounted."));
        }
        MessageKind::Resolved => {
            args("provider", provider);
            args("outcome", text("The projector was replaced."));
            args("closes", at(7 * 86_400));
        }
        MessageKind::Ended => {
            args("how", choice("declined"));
            args("reason", text("The room is being rebuilt until spring."));
        }
        MessageKind::Reopened => {
            args("by", requester);
            args("reason", text("It went dark again after an hour."));
        }
        MessageKind::Approval => {
            args("requester", requester);
            args("step", text("Budget"));
        }
        _ => {}
    }
}

/// What clocks of service levels say.
fn clocks(kind: MessageKind, args: &mut dyn FnMut(&str, Arg)) {
    if matches!(
        kind,
        MessageKind::Warning
            | MessageKind::Breach
            | MessageKind::Retraction
            | MessageKind::Escalation
    ) {
        args("provider", text("IT Services"));
        args("metric", choice("first_response"));
    }
    match kind {
        MessageKind::Warning => {
            args("percent", Arg::Number(80));
            args("due", at(3_000));
            args("left", Arg::Seconds(3_000));
        }
        MessageKind::Breach => args("at", at(0)),
        MessageKind::Escalation => {
            args("step", Arg::Number(1));
            args("level", Arg::Number(2));
            args("due", at(0));
            args("escalation", text("01920000-0000-7000-8000-00000000002a"));
        }
        _ => {}
    }
}

/// What departments and the house say.
fn house(kind: MessageKind, args: &mut dyn FnMut(&str, Arg)) {
    match kind {
        MessageKind::Concern => {
            args("title", text("The back stairs are not lit"));
            args("outcome", text("Lamps with motion sensors were installed."));
            args("acted", choice("yes"));
        }
        MessageKind::Role => {
            args("role", text("Fire warden"));
            args(
                "description",
                text("Knows the ways out.\nLeads everybody to them."),
            );
            args("revision", Arg::Number(3));
        }
        MessageKind::Standards => {
            args("department", text("IT Services"));
            args(
                "standards",
                text("We answer within four working hours.\nWe say when something takes longer."),
            );
        }
        MessageKind::Announcement => {
            args("department", text("IT Services"));
            args("title", text("No e-mail on Sunday morning"));
            args(
                "text",
                text("The mail servers are moved from 6:00 to 9:00."),
            );
        }
        MessageKind::Digest => args("count", Arg::Number(3)),
        _ => {}
    }
}

/// What is asked, heard, thanked for and done.
fn voices(kind: MessageKind, args: &mut dyn FnMut(&str, Arg)) {
    let department = text("IT Services");
    match kind {
        MessageKind::Survey => {
            args("asked", choice("survey"));
            args("title", text("How we work together"));
            args("provider", department);
            args("until", at(14 * 86_400));
            args("round", text("01920000-0000-7000-8000-00000000002b"));
        }
        MessageKind::Thanks => {
            args("by", text("Omid Rahimi"));
            args("text", text("You came before the lesson began. Thank you!"));
        }
        MessageKind::Improvement => {
            args("department", department);
            args("you_said", text("Nobody says when somebody will come."));
            args(
                "we_did",
                text("Every request now has a date,\nand you hear of it when that moves."),
            );
        }
        MessageKind::Action => {
            args("state", choice("assigned"));
            args("department", department);
            args("title", text("Say when somebody will come"));
            args("due", at(30 * 86_400));
        }
        _ => {}
    }
}

fn text(words: &str) -> Arg {
    Arg::Text(words.to_owned())
}

fn choice(word: &str) -> Arg {
    Arg::Choice(word.to_owned())
}

/// So many seconds after that Friday.
fn at(seconds: i64) -> Arg {
    Arg::At(Timestamp::EPOCH.plus_seconds(FRIDAY + seconds))
}
