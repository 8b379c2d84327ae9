//! What was raised, what is done about it, what people are thanked for, and whether they stay.

use khidma_proto::feedback as pb;

use crate::html::{Table, paragraph, text};
use crate::page::{or_dash, section as part, share_cell};
use crate::words::Words;

pub(crate) fn section(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let heading = words.say("deeds");
    let concerns = period.concerns.unwrap_or_default();
    let actions = period.actions.clone().unwrap_or_default();
    let columns = ["what", "count"].map(|key| words.say(key));
    let mut table = Table::new(&heading, &columns);
    for (key, count) in [
        ("raised", concerns.raised),
        ("published", concerns.published),
        ("open-concerns", concerns.open),
        ("opened", actions.opened),
        ("late", actions.done_late),
        ("dropped", actions.dropped),
        ("open-actions", actions.open),
        ("overdue", actions.overdue),
        ("on-the-wall", period.thanks),
    ] {
        table.row(&text(&words.say(key)), &[text(&words.count(count))]);
    }
    let punctual = share_cell(words, actions.punctual.as_ref());
    table.row(&text(&words.say("done-in-time")), &[punctual]);
    part("deeds", &heading, &table.end())
}

pub(crate) fn people(words: &Words, people: Option<&pb::PeopleFigures>) -> String {
    let heading = words.say("people");
    let Some(people) = people else {
        let none = paragraph("quiet", &words.say("no-people"));
        return part("people", &heading, &none);
    };
    let columns = ["what", "count"].map(|key| words.say(key));
    let mut table = Table::new(&heading, &columns);
    for (key, count) in [
        ("headcount", people.headcount),
        ("joiners", people.joiners),
        ("leavers", people.leavers),
    ] {
        let count = words.count(count.into());
        table.row(&text(&words.say(key)), &[text(&count)]);
    }
    for (key, share) in [
        ("turnover", people.turnover),
        ("retention", people.retention),
    ] {
        let share = or_dash(words, share.map(|share| words.percent(share)));
        table.row(&text(&words.say(key)), &[text(&share)]);
    }
    let note = paragraph("quiet", &words.say("people-note"));
    part("people", &heading, &(note + &table.end()))
}
