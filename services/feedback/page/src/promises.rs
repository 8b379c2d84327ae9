//! How promises went, by what was promised.

use khidma_proto::feedback as pb;
use khidma_proto::sla::Metric;

use crate::chart::{Bar, bars};
use crate::html::{Table, element, paragraph, text};
use crate::page::{difference_cell, section as part, share_cell};
use crate::words::Words;

/// What is measured, in words; where nothing is named, all promises of a request are meant.
pub(crate) fn metric(words: &Words, metric: Metric) -> String {
    words.say(match metric {
        Metric::Unspecified => "all-promises",
        Metric::Acknowledge => "acknowledge",
        Metric::FirstResponse => "first_response",
        Metric::NextResponse => "next_response",
        Metric::Update => "update",
        Metric::Resolve => "resolve",
        Metric::Confirm => "confirm",
        Metric::Ownership => "ownership",
    })
}

pub(crate) fn section(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let heading = words.say("promises");
    let shown: Vec<_> = period
        .attainment
        .iter()
        .filter_map(|one| Some((one, one.kept.as_ref()?)))
        .collect();
    let mut inner = paragraph("quiet", &words.say("promises-note"));
    if shown.is_empty() {
        inner += &paragraph("quiet", &words.say("no-promises"));
    } else {
        let shown = shown.iter().map(|(one, kept)| Bar {
            label: metric(words, one.metric()),
            value: kept.value,
            range: Some((kept.low, kept.high)),
            shown: words.percent(kept.value),
            class: "first",
        });
        let shown: Vec<_> = shown.collect();
        inner += &element("figure", "", &bars(words, &heading, &shown));
    }
    if !period.attainment.is_empty() {
        inner += &table(words, &heading, period);
    }
    part("promises", &heading, &inner)
}

fn table(words: &Words, heading: &str, period: &pb::ScorecardPeriod) -> String {
    let columns = [
        "metric",
        "kept",
        "met",
        "broken-promises",
        "running",
        "excluded",
        "change",
    ];
    let mut table = Table::new(heading, &columns.map(|key| words.say(key)));
    for one in &period.attainment {
        let count = |count| text(&words.count(count));
        table.row(
            &text(&metric(words, one.metric())),
            &[
                share_cell(words, one.kept.as_ref()),
                count(one.met),
                count(one.breached),
                count(one.running),
                count(one.excluded),
                difference_cell(words, one.change.as_ref()),
            ],
        );
    }
    table.end()
}
