//! How escalations look to people.

use comfy_table::Cell;
use khidma_proto::notifications::{
    Channel, Escalation, EscalationState, PreviewedLevel, PreviewedStep,
};

use super::{Output, Table, Tone, duration};
use crate::words::Word;

const MICROS: u64 = 1_000_000;

fn clock(metric: &str, number: u32) -> String {
    let metric = metric.replace('_', " ");
    if number > 1 {
        format!("{metric} {number}")
    } else {
        metric
    }
}

/// Why there is nobody more to be told.
fn end_of_line(why: &str) -> &str {
    match why {
        "" => "",
        "top" => "nobody above them",
        "circle" => "the reporting line goes in a circle",
        other => other,
    }
}

/// As [`escalations_table`], without ids.
pub fn way_up_table(output: &Output, escalations: &[Escalation]) -> Table {
    let mut table = Table::new(["clock", "state", "told", "how it goes on"]);
    for one in escalations {
        let metric = Cell::new(clock(&one.metric, one.number));
        let [state, told, goes_on] = way_up(output, one);
        table.add(vec![metric, state, told, goes_on]);
    }
    table
}

/// A line for each escalation: who was told, and how it goes on.
pub fn escalations_table(output: &Output, escalations: &[Escalation]) -> Table {
    let mut table = Table::new([
        "id",
        "request",
        "clock",
        "step",
        "state",
        "told",
        "how it goes on",
    ])
    .without_if_narrow(&[1, 3]);
    for one in escalations {
        let [state, told, goes_on] = way_up(output, one);
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Tone::Faint.cell(&one.service_request_id),
            Cell::new(clock(&one.metric, one.number)),
            Cell::new(one.step.saturating_add(1)),
            state,
            told,
            goes_on,
        ]);
    }
    table
}

/// Its state, who was told, level by level, and how it goes on.
fn way_up(output: &Output, one: &Escalation) -> [Cell; 3] {
    let told = one.levels.iter().map(|level| level.person_ids.join(", "));
    let told: Vec<_> = told.collect();
    let (tone, goes_on) = match one.state() {
        EscalationState::Open => (Tone::Care, up_again(output, one)),
        EscalationState::Acknowledged => {
            let person = &one.acknowledged_by;
            (Tone::Good, format!("{person} takes care of it"))
        }
        EscalationState::Exhausted => (Tone::Bad, end_of_line(&one.exhausted).to_owned()),
        EscalationState::Ended | EscalationState::Unspecified => (Tone::Faint, String::new()),
    };
    [
        tone.cell(EscalationState::word(one.state)),
        Tone::Strong.cell(told.join(" → ")),
        Cell::new(goes_on),
    ]
}

fn up_again(output: &Output, one: &Escalation) -> String {
    match one.climbs_at {
        Some(_) => format!("further up {}", output.ago(one.climbs_at)),
        None => String::new(),
    }
}

/// A line for each message that would be sent.
pub fn previewed_table(steps: &[PreviewedStep]) -> Table {
    let mut table = Table::new(["clock", "step", "when", "then after", "told", "in", "by"]);
    for step in steps {
        let when = if step.percent > 0 {
            format!("{} % used up", step.percent)
        } else {
            let after = duration(step.seconds_after_breach.saturating_mul(MICROS));
            format!("{after} after the breach")
        };
        for level in &step.levels {
            for (person, language, channels) in people(level) {
                table.add(vec![
                    Cell::new(clock(&step.metric, step.number)),
                    Cell::new(step.step.saturating_add(1)),
                    Cell::new(&when),
                    Tone::Faint.cell(later(level)),
                    Tone::Strong.cell(person),
                    Cell::new(language),
                    Cell::new(channels),
                ]);
            }
        }
        if !step.exhausted.is_empty() {
            let end = Tone::Faint.cell(end_of_line(&step.exhausted));
            let [empty, none, nothing] = [""; 3].map(Cell::new);
            let name = Cell::new(clock(&step.metric, step.number));
            let number = Cell::new(step.step.saturating_add(1));
            table.add(vec![
                name,
                number,
                Cell::new(&when),
                empty,
                end,
                none,
                nothing,
            ]);
        }
    }
    table
}

fn later(level: &PreviewedLevel) -> String {
    match level.after_seconds {
        0 => String::new(),
        seconds => duration(seconds.saturating_mul(MICROS)),
    }
}

/// Each person of a level once: in which language, and by which channels.
fn people(level: &PreviewedLevel) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for message in &level.messages {
        let channel = format!("{} {}", Channel::word(message.channel), message.endpoint_id);
        let channel = channel.trim_end();
        match found
            .iter_mut()
            .find(|(person, ..)| *person == message.person_id)
        {
            Some((.., channels)) => *channels = format!("{channels}, {channel}"),
            None => found.push((
                message.person_id.clone(),
                message.language.clone(),
                channel.to_owned(),
            )),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use khidma_proto::notifications::{EscalationLevel, PreviewedMessage};
    use khidma_runtime::Clock;

    use super::*;

    #[test]
    fn an_escalation_tells_its_way_up() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let level = |person: &str| EscalationLevel {
            person_ids: vec![person.to_owned()],
            ..EscalationLevel::default()
        };
        let one = Escalation {
            metric: "first_response".into(),
            number: 2,
            state: EscalationState::Exhausted.into(),
            levels: vec![level("mei"), level("sara")],
            exhausted: "circle".into(),
            ..Escalation::default()
        };
        let table = escalations_table(&output, &[one]).draw(false, false);
        for words in ["first response 2", "mei → sara", "exhausted", "in a circle"] {
            assert!(table.contains(words), "{words}: {table}");
        }
    }

    #[test]
    fn a_preview_has_a_line_for_each_person() {
        let message = |channel: Channel| PreviewedMessage {
            person_id: "mei".into(),
            channel: channel.into(),
            language: "ja".into(),
            ..PreviewedMessage::default()
        };
        let level = PreviewedLevel {
            level: 1,
            after_seconds: 1800,
            messages: vec![message(Channel::Inbox), message(Channel::Email)],
        };
        let step = PreviewedStep {
            metric: "resolve".into(),
            number: 1,
            percent: 100,
            levels: vec![level],
            exhausted: "top".into(),
            ..PreviewedStep::default()
        };
        let table = previewed_table(&[step]).draw(false, false);
        assert!(table.contains("30 min"), "{table}");
        assert!(table.contains("inbox, email"), "{table}");
        assert!(table.contains("nobody above them"), "{table}");
        assert_eq!(table.matches("100 % used up").count(), 2, "{table}");
    }
}
