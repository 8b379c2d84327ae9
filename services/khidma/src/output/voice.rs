//! How actions, thanks and interviews look to people.

use comfy_table::Cell;
use khidma_proto::feedback::action_origin::Origin;
use khidma_proto::feedback::{
    Action, ActionState, Interview, InterviewConsent, InterviewKind, InterviewNote,
    InterviewParticipant, InterviewState, PublishedAction, RankedPerson, Thanks,
};

use super::{Output, Table, Tone};
use crate::words::Word;

/// Actions, a line each.
pub fn actions_table(output: &Output, actions: &[Action]) -> Table {
    let mut table = Table::new(["id", "state", "due", "owner", "department", "what"])
        .without_if_narrow(&[4, 3]);
    for one in actions {
        let due = if one.overdue { Tone::Bad } else { Tone::Plain };
        table.add(vec![
            Tone::Faint.cell(&one.id),
            tone_of(one.state()).cell(ActionState::word(one.state)),
            due.cell(output.when(one.due)),
            Cell::new(&one.owner_id),
            Cell::new(&one.department_id),
            Tone::Strong.cell(&one.title),
        ]);
    }
    table
}

fn tone_of(state: ActionState) -> Tone {
    match state {
        ActionState::Done | ActionState::Published => Tone::Good,
        ActionState::Dropped => Tone::Faint,
        ActionState::Unspecified | ActionState::Open | ActionState::Started => Tone::Plain,
    }
}

/// All of an action but its title and what was told of it.
pub fn action_facts(output: &Output, action: &Action) -> Vec<(&'static str, String)> {
    let due = output.when(action.due);
    let due = match action.overdue {
        true => output.paint(Tone::Bad, format_args!("{due}, overdue")),
        false => due,
    };
    let first = Some(action.first_due).filter(|first| *first != action.due);
    let origin = action.origin.as_ref();
    let told = action.published.as_ref();
    vec![
        ("id", action.id.clone()),
        ("state", ActionState::word(action.state)),
        ("department", action.department_id.clone()),
        ("owner", action.owner_id.clone()),
        ("from", origin.map(origin_line).unwrap_or_default()),
        ("opened", output.when(action.opened_at)),
        ("due", due),
        (
            "due at first",
            first.map(|at| output.when(at)).unwrap_or_default(),
        ),
        ("moved because", action.moved_because.clone()),
        ("ended", output.when(action.ended_at)),
        ("outcome", action.outcome.clone()),
        ("evidence", action.evidence.join("; ")),
        (
            "told",
            told.map(|told| output.when(told.published_at))
                .unwrap_or_default(),
        ),
        (
            "told to",
            told.map(|told| told.department_ids.join(", "))
                .unwrap_or_default(),
        ),
    ]
}

fn origin_line(origin: &khidma_proto::feedback::ActionOrigin) -> String {
    match &origin.origin {
        Some(Origin::RoundId(id)) => format!("round {id}"),
        Some(Origin::AnsweredRequestId(id)) => format!("what was answered after {id}"),
        Some(Origin::ConcernId(id)) => format!("concern {id}"),
        Some(Origin::BreachedRequestId(id)) => format!("a broken promise to {id}"),
        Some(Origin::InterviewId(id)) => format!("interview {id}"),
        Some(Origin::Other(words)) => words.clone(),
        None => String::new(),
    }
}

/// What was told, a line for each action, in its first language.
pub fn published_table(output: &Output, published: &[PublishedAction]) -> Table {
    let mut table = Table::new(["told", "department", "you said", "we did"]);
    for one in published {
        let first = one.texts.first().cloned().unwrap_or_default();
        table.add(vec![
            Tone::Faint.cell(output.when(one.published_at)),
            Cell::new(&one.department_id),
            Cell::new(&first.you_said),
            Tone::Strong.cell(&first.we_did),
        ]);
    }
    table
}

/// Thanks, a line each.
pub fn thanks_table(output: &Output, thanks: &[Thanks]) -> Table {
    let mut table =
        Table::new(["id", "when", "from", "to", "for", "text"]).without_if_narrow(&[4, 0]);
    for one in thanks {
        let to = match one.to_person_id.is_empty() {
            true => format!("all of {}", one.to_department_id),
            false => one.to_person_id.clone(),
        };
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Cell::new(output.when(one.given_at)),
            Cell::new(&one.from_person_id),
            Cell::new(to),
            Tone::Faint.cell(&one.service_request_id),
            Tone::Strong.cell(&one.text),
        ]);
    }
    table
}

/// Who was thanked how often.
pub fn ranking_table(ranked: &[RankedPerson]) -> Table {
    let mut table = Table::new(["thanks", "who"]);
    for one in ranked {
        table.add(vec![
            Cell::new(one.thanks),
            Tone::Strong.cell(&one.person_id),
        ]);
    }
    table
}

/// Interviews, a line each.
pub fn interviews_table(output: &Output, interviews: &[Interview]) -> Table {
    let mut table = Table::new([
        "id",
        "kind",
        "state",
        "when",
        "department",
        "interviewer",
        "about",
    ])
    .without_if_narrow(&[1, 4]);
    for one in interviews {
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Cell::new(InterviewKind::word(one.kind)),
            Cell::new(InterviewState::word(one.state)),
            Cell::new(output.when(one.at)),
            Cell::new(&one.department_id),
            Cell::new(&one.interviewer_id),
            Tone::Strong.cell(&one.topic),
        ]);
    }
    table
}

/// All of an interview but its topic, who takes part and what was said.
pub fn interview_facts(output: &Output, one: &Interview) -> Vec<(&'static str, String)> {
    let noted = match (one.state(), one.noted) {
        (InterviewState::Held, true) => "all who came agree",
        (InterviewState::Held, false) => "not all who came agree",
        _ => "",
    };
    vec![
        ("id", one.id.clone()),
        ("kind", InterviewKind::word(one.kind)),
        ("state", InterviewState::word(one.state)),
        ("department", one.department_id.clone()),
        ("interviewer", one.interviewer_id.clone()),
        ("when", output.when(one.at)),
        ("cancelled because", one.reason.clone()),
        ("notes", noted.to_owned()),
    ]
}

/// Who takes part, a line each.
pub fn participants_table(participants: &[InterviewParticipant]) -> Table {
    let mut table = Table::new(["who", "came", "agrees to notes"]);
    for one in participants {
        let consent = match one.consent() {
            InterviewConsent::Unspecified => Tone::Faint.cell("not said"),
            InterviewConsent::Withdrawn => Tone::Bad.cell("no"),
            InterviewConsent::Given => Tone::Good.cell("yes"),
            InterviewConsent::WrittenDown => Tone::Good.cell("yes, as was written down"),
        };
        let came = if one.attended { "yes" } else { "" };
        table.add(vec![Cell::new(&one.person_id), Cell::new(came), consent]);
    }
    table
}

/// What was said, by theme.
pub fn notes_table(notes: &[InterviewNote]) -> Table {
    let mut table = Table::new(["theme", "what was said"]);
    for one in notes {
        table.add(vec![Tone::Strong.cell(&one.theme), Cell::new(&one.text)]);
    }
    table
}
