//! How requests look to people.

use comfy_table::Cell;
use khidma_proto::common::{Actor, actor};
use khidma_proto::requests::{Priority, ServiceRequest, State, TimelineEntry, Workload};

use super::{Output, Table, Tone};
use crate::words::Word;

/// What nobody has or does.
const NOBODY: &str = "–";

fn or_nobody(text: &str) -> &str {
    if text.is_empty() { NOBODY } else { text }
}

/// A state in its tone.
pub fn state_cell(state: i32) -> Cell {
    state_tone(state).cell(State::word(state))
}

fn state_tone(state: i32) -> Tone {
    match State::try_from(state) {
        Ok(State::Confirmed | State::Resolved) => Tone::Good,
        Ok(State::Waiting | State::Submitted | State::AwaitingApproval) => Tone::Care,
        Ok(
            State::Closed | State::Declined | State::Cancelled | State::Rejected | State::Merged,
        ) => Tone::Faint,
        Ok(State::Acknowledged | State::InProgress | State::Unspecified) | Err(_) => Tone::Plain,
    }
}

fn priority_cell(priority: i32) -> Cell {
    let tone = match Priority::try_from(priority) {
        Ok(Priority::Urgent) => Tone::Bad,
        Ok(Priority::High) => Tone::Care,
        Ok(Priority::Low) => Tone::Faint,
        Ok(Priority::Normal | Priority::Unspecified) | Err(_) => Tone::Plain,
    };
    tone.cell(Priority::word(priority))
}

/// Who caused something: a person, or a service of ours by itself.
fn actor_name(by: Option<&Actor>) -> &str {
    match by.and_then(|by| by.kind.as_ref()) {
        Some(actor::Kind::PersonId(person)) => person,
        Some(actor::Kind::Service(service)) => service,
        Some(actor::Kind::Anonymous(_)) => "anonymous",
        None => NOBODY,
    }
}

/// A line a request.
pub fn requests_table(output: &Output, requests: &[ServiceRequest]) -> Table {
    let mut table = Table::new([
        "id", "state", "priority", "asked of", "asked by", "done by", "asked", "title",
    ])
    .without_if_narrow(&[6, 3, 2, 4, 5]);
    for one in requests {
        table.add(vec![
            Tone::Faint.cell(&one.id),
            state_cell(one.state),
            priority_cell(one.priority),
            Cell::new(&one.provider_id),
            Cell::new(&one.requester_id),
            Cell::new(or_nobody(&one.assignee_id)),
            Cell::new(output.ago(one.submit_time)),
            Tone::Strong.cell(&one.title),
        ]);
    }
    table
}

/// A line an event, oldest first.
pub fn timeline_table(output: &Output, entries: &[TimelineEntry]) -> Table {
    let mut table = Table::new(["when", "who", "what", "in their words"]);
    for entry in entries {
        table.add(vec![
            Tone::Faint.cell(output.when(entry.time)),
            Cell::new(actor_name(entry.actor.as_ref())),
            Tone::Strong.cell(what(entry)),
            Cell::new(words(output, entry)),
        ]);
    }
    table
}

/// What each member of a department has in hand.
pub fn workload_table(workloads: &[Workload]) -> Table {
    let mut table = Table::new(["who", "open", "waiting on the requester"]);
    for one in workloads {
        let who = if one.person_id.is_empty() {
            "nobody yet"
        } else {
            &one.person_id
        };
        table.add(vec![
            Cell::new(who),
            Cell::new(one.open),
            Cell::new(one.waiting),
        ]);
    }
    table
}

/// An event as one line, as it happens.
pub fn entry_line(output: &Output, entry: &TimelineEntry) -> String {
    let time = output.paint(Tone::Faint, output.time_of_day(entry.time));
    let who = actor_name(entry.actor.as_ref());
    let what = output.paint(Tone::Strong, format!("{:<18}", what(entry)));
    format!("{time}  {who:<10}  {what}  {}", words(output, entry))
        .trim_end()
        .to_owned()
}

fn what(entry: &TimelineEntry) -> String {
    let kind = entry.kind.replace('_', " ");
    if entry.internal {
        format!("{kind} (internal)")
    } else {
        kind
    }
}

/// The words that go with an event, and its particulars behind them.
fn words(output: &Output, entry: &TimelineEntry) -> String {
    // On which side somebody spoke is plain from who they are.
    let told = entry.particulars.iter().filter(|(name, _)| *name != "side");
    let mut particulars: Vec<_> = told
        .map(|(name, value)| format!("{}: {}", name.replace('_', " "), output.particular(value)))
        .collect();
    particulars.sort();
    match (entry.text.as_str(), particulars.join(", ")) {
        ("", particulars) => particulars,
        (text, particulars) if particulars.is_empty() => text.to_owned(),
        (text, particulars) => format!("{text} ({particulars})"),
    }
}

#[cfg(test)]
mod tests {
    use khidma_runtime::Clock;

    use super::*;

    #[test]
    fn an_event_is_told_with_its_particulars_in_order() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let particulars = [("to", "it"), ("from", "hr"), ("side", "provider")];
        let entry = TimelineEntry {
            text: "Not ours".into(),
            particulars: particulars
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            ..TimelineEntry::default()
        };
        assert_eq!(words(&output, &entry), "Not ours (from: hr, to: it)");
    }

    #[test]
    fn an_instant_among_the_particulars_is_told_as_people_say_it() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let due = (
            "auto_close_at".to_owned(),
            "2026-11-29T01:03:45.510214Z".to_owned(),
        );
        let entry = TimelineEntry {
            particulars: [due].into(),
            ..TimelineEntry::default()
        };
        assert_eq!(words(&output, &entry), "auto close at: 29 Nov 2026 01:03");
    }
}
