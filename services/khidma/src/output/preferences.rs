//! How preferences and silences look to people.

use comfy_table::Cell;
use khidma_proto::notifications::{Channel, MessageKind, Preferences, Silence, Way};

use super::deliveries::kinds;
use super::{Output, Table, Tone};
use crate::cli::WEEKDAYS;
use crate::words::Word;

/// What preferences come to, a line for each kind.
pub fn ways_table(ways: &[Way]) -> Table {
    let mut table = Table::new(["kind", "at once", "in a digest", "can be muted"]);
    for one in ways {
        let muted = one.at_once.is_empty() && one.in_digest.is_empty();
        let at_once = if muted {
            Tone::Care.cell("not at all")
        } else {
            Cell::new(channels(&one.at_once))
        };
        table.add(vec![
            Tone::Strong.cell(MessageKind::word(one.kind)),
            at_once,
            Cell::new(channels(&one.in_digest)),
            Tone::Faint.cell(if one.mutable { "yes" } else { "no" }),
        ]);
    }
    table
}

fn channels(numbers: &[i32]) -> String {
    let words: Vec<_> = numbers.iter().copied().map(Channel::word).collect();
    words.join(", ")
}

/// What was said besides the kinds: a name and a value for each line; empty values where nothing was.
pub fn preference_facts(output: &Output, said: &Preferences) -> [(&'static str, String); 3] {
    let days = said.digest_weekdays.iter().filter_map(|day| {
        let index = usize::try_from(*day).ok()?.checked_sub(1)?;
        WEEKDAYS.get(index).copied()
    });
    let parts = [
        said.digest_at.clone(),
        said.digest_time_zone.clone(),
        days.collect::<Vec<_>>().join(", "),
    ];
    let digest = parts.into_iter().filter(|part| !part.is_empty());
    let stand_in = match said.stand_in_id.as_str() {
        "" => String::new(),
        person => format!("{person}, until {}", output.when(said.stand_in_until)),
    };
    let urgent = if said.quiet_even_if_urgent {
        "waits until quiet hours end"
    } else {
        ""
    };
    [
        ("digests", digest.collect::<Vec<_>>().join("  ")),
        ("what is urgent", urgent.to_owned()),
        ("stand-in", stand_in),
    ]
}

/// A line for each silence.
pub fn silences_table(output: &Output, silences: &[Silence]) -> Table {
    let mut table =
        Table::new(["id", "from", "until", "begun by", "silent", "why"]).without_if_narrow(&[3]);
    for one in silences {
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Cell::new(output.when(one.from)),
            Cell::new(output.when(one.until)),
            Cell::new(&one.begun_by),
            Cell::new(silent(one)),
            Tone::Strong.cell(&one.reason),
        ]);
    }
    table
}

/// `warning, breach about it`.
fn silent(silence: &Silence) -> String {
    let scope = silence.scope.clone().unwrap_or_default();
    let mut words = vec![kinds(&scope.kinds)];
    let said = [
        ("to", scope.person_id),
        ("for", scope.department_id),
        ("about", scope.service_request_id),
    ];
    let said = said.into_iter().filter(|(_, whom)| !whom.is_empty());
    words.extend(said.map(|(how, whom)| format!("{how} {whom}")));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use khidma_proto::notifications::SilenceScope;
    use khidma_runtime::Clock;

    use super::*;

    #[test]
    fn what_was_said_is_told_in_words() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let said = Preferences {
            digest_at: "07:30".into(),
            digest_weekdays: vec![1, 5],
            stand_in_id: "sol".into(),
            stand_in_until: Some(prost_types::Timestamp::default()),
            ..Preferences::default()
        };
        let facts = preference_facts(&output, &said);
        assert_eq!(facts[0].1, "07:30  mon, fri");
        assert_eq!(facts[1].1, "");
        assert_eq!(facts[2].1, "sol, until 1 Jan 1970 00:00");
    }

    #[test]
    fn a_silence_says_what_is_silent() {
        let scope = SilenceScope {
            kinds: vec![MessageKind::Warning.into()],
            department_id: "it".into(),
            ..SilenceScope::default()
        };
        let one = Silence {
            scope: Some(scope),
            ..Silence::default()
        };
        assert_eq!(silent(&one), "warning for it");
    }

    #[test]
    fn a_kind_that_is_muted_is_told_not_at_all() {
        let progress = Way {
            kind: MessageKind::Progress.into(),
            mutable: true,
            ..Way::default()
        };
        let breach = Way {
            kind: MessageKind::Breach.into(),
            at_once: vec![Channel::Inbox.into(), Channel::Email.into()],
            ..Way::default()
        };
        let table = ways_table(&[progress, breach]).draw(false, false);
        let lines: Vec<_> = table.lines().skip(2).collect();
        assert!(
            lines[0].contains("not at all") && lines[0].ends_with("yes"),
            "{table}"
        );
        assert!(
            lines[1].contains("inbox, email") && lines[1].ends_with("no"),
            "{table}"
        );
    }
}
