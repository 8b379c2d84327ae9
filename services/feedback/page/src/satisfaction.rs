//! How satisfied people were after their requests, and whether that goes with promises that were kept.

use khidma_proto::feedback as pb;

use crate::chart::{Bar, bars};
use crate::html::{Table, element, paragraph, text};
use crate::page::{difference_cell, estimate_cell, section as part, share_cell};
use crate::promises::metric;
use crate::words::Words;

pub(crate) fn section(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let mut inner = paragraph("quiet", &words.say("satisfaction-note"));
    if let Some(responses) = period.responses.as_ref().filter(|one| one.asked > 0) {
        inner += &asked(words, responses);
    }
    if period.satisfaction.is_empty() {
        inner += &paragraph("quiet", &words.say("no-satisfaction"));
    }
    for said in &period.satisfaction {
        let heading = match said.synthetic {
            true => words.say("synthetic"),
            false => words.say("satisfaction"),
        };
        if said.synthetic {
            inner += &paragraph("made-up", &words.say("synthetic-note"));
        }
        inner += &scores(words, &heading, said);
        inner += &sums(words, &heading, said);
    }
    part("satisfaction", &words.say("satisfaction"), &inner)
}

fn asked(words: &Words, responses: &pb::Responses) -> String {
    let caption = words.say("answered");
    let columns = ["what", "count"].map(|key| words.say(key));
    let mut table = Table::new(&caption, &columns);
    for (key, count) in [
        ("asked", responses.asked),
        ("expired", responses.expired),
        ("waiting", responses.waiting),
    ] {
        table.row(&text(&words.say(key)), &[text(&words.count(count))]);
    }
    let rate = share_cell(words, responses.rate.as_ref());
    table.row(&text(&words.say("response-rate")), &[rate]);
    table.end()
}

/// How many gave which answer.
fn scores(words: &Words, heading: &str, said: &pb::Satisfaction) -> String {
    let all: u64 = said.scores.iter().sum();
    let share = |count: u64| count as f64 / all.max(1) as f64;
    // The best first.
    let mut rows: Vec<_> = (1u64..).zip(&said.scores).collect();
    rows.reverse();
    let shown: Vec<_> = rows
        .iter()
        .map(|(score, count)| Bar {
            label: words.count(*score),
            value: share(**count),
            range: None,
            shown: words.percent(share(**count)),
            class: if *score >= 4 { "first" } else { "second" },
        })
        .collect();
    let columns = ["score", "count", "share"].map(|key| words.say(key));
    let mut table = Table::new(heading, &columns);
    for (score, count) in rows {
        let cells = [words.count(*count), words.percent(share(*count))];
        table.row(&text(&words.count(score)), &cells.map(|cell| text(&cell)));
    }
    element("figure", "", &bars(words, heading, &shown)) + &table.end()
}

fn sums(words: &Words, heading: &str, said: &pb::Satisfaction) -> String {
    let columns = ["what", "share", "count", "change"].map(|key| words.say(key));
    let mut table = Table::new(heading, &columns);
    let count = |estimate: Option<&pb::Estimate>| {
        text(&words.count(estimate.map_or(0, |estimate| estimate.count)))
    };
    table.row(
        &text(&words.say("csat")),
        &[
            share_cell(words, said.csat.as_ref()),
            count(said.csat.as_ref()),
            difference_cell(words, said.change.as_ref()),
        ],
    );
    if said.effort.is_some() {
        let effort = said.effort.as_ref();
        table.row(
            &text(&words.say("effort")),
            &[
                estimate_cell(words, effort, |value| words.decimal(value)),
                count(effort),
                String::new(),
            ],
        );
    }
    table.end()
}

/// The satisfaction of requests whose promise was kept beside that of those whose promise was broken.
pub(crate) fn joined(words: &Words, period: &pb::ScorecardPeriod) -> String {
    let mut inner = paragraph("quiet", &words.say("joined-note"));
    let shown: Vec<_> = period
        .satisfaction
        .iter()
        .filter(|said| !said.joined.is_empty())
        .collect();
    if shown.is_empty() {
        inner += &paragraph("quiet", &words.say("no-joined"));
    }
    for said in shown {
        let heading = match said.synthetic {
            true => words.say("synthetic"),
            false => words.say("joined"),
        };
        if said.synthetic {
            inner += &paragraph("made-up", &words.say("synthetic-note"));
        }
        inner += &beside(words, &heading, &said.joined);
    }
    part("joined", &words.say("joined"), &inner)
}

fn beside(words: &Words, heading: &str, joined: &[pb::Joined]) -> String {
    // All promises of the request come first, and are the chart.
    let all = joined.first();
    let both = all.map(|all| {
        [
            ("where-kept", all.kept.as_ref(), "first"),
            ("where-broken", all.broken.as_ref(), "second"),
        ]
    });
    let shown: Vec<_> = both
        .into_iter()
        .flatten()
        .filter_map(|(key, share, class)| {
            let share = share?;
            Some(Bar {
                label: words.say(key),
                value: share.value,
                range: Some((share.low, share.high)),
                shown: words.percent(share.value),
                class,
            })
        })
        .collect();
    let columns = ["metric", "where-kept", "where-broken", "difference"];
    let mut table = Table::new(heading, &columns.map(|key| words.say(key)));
    for one in joined {
        table.row(
            &text(&metric(words, one.metric())),
            &[
                share_of(words, one.kept.as_ref()),
                share_of(words, one.broken.as_ref()),
                difference_cell(words, one.difference.as_ref()),
            ],
        );
    }
    element("figure", "", &bars(words, heading, &shown)) + &table.end()
}

/// A share, how sure it is, and of how many it is.
fn share_of(words: &Words, share: Option<&pb::Estimate>) -> String {
    let of = share.map(|share| {
        let of = words.with("of-count", &[("count", &words.count(share.count))]);
        format!("<span class=\"sure\">{}</span>", text(&of))
    });
    share_cell(words, share) + &of.unwrap_or_default()
}
