//! The same figures, period by period.

use khidma_proto::feedback as pb;
use khidma_proto::sla::Metric;

use crate::chart::{Line, lines};
use crate::html::{Table, element, paragraph, text};
use crate::page::{days, section as part, share_cell};
use crate::words::Words;

/// Nothing where there is only one period.
pub(crate) fn section(words: &Words, periods: &[pb::ScorecardPeriod]) -> String {
    if periods.len() < 2 {
        return String::new();
    }
    let heading = words.say("trend");
    // The earliest first, as one reads.
    let periods: Vec<_> = periods.iter().rev().collect();
    let labels: Vec<_> = periods.iter().map(|one| words.day(&one.from)).collect();
    let line = |key: &str, class, of: fn(&pb::ScorecardPeriod) -> Option<&pb::Estimate>| {
        let points = periods.iter().map(|period| {
            let share = of(period)?;
            Some((share.value, share.low, share.high))
        });
        Line {
            label: words.say(key),
            points: points.collect(),
            class,
        }
    };
    let shown = [
        line("resolved-as-promised", "first", resolved),
        line("satisfied", "second", satisfied),
    ];
    let mut inner = paragraph("quiet", &words.say("trend-note"));
    inner += &element("figure", "", &lines(words, &heading, &labels, &shown));
    let columns = [
        "from-day",
        "requests",
        "resolved-as-promised",
        "satisfied",
        "answered",
    ];
    let mut table = Table::new(&heading, &columns.map(|key| words.say(key)));
    for period in &periods {
        let rate = period.responses.as_ref().and_then(|one| one.rate.as_ref());
        table.row(
            &text(&days(words, period)),
            &[
                text(&words.count(period.submitted)),
                share_cell(words, resolved(period)),
                share_cell(words, satisfied(period)),
                share_cell(words, rate),
            ],
        );
    }
    inner += &table.end();
    part("trend", &heading, &inner)
}

fn resolved(period: &pb::ScorecardPeriod) -> Option<&pb::Estimate> {
    let mut attainment = period.attainment.iter();
    attainment
        .find(|one| one.metric() == Metric::Resolve)?
        .kept
        .as_ref()
}

/// Of what people said; what was made up is no trend.
fn satisfied(period: &pb::ScorecardPeriod) -> Option<&pb::Estimate> {
    let mut said = period.satisfaction.iter();
    said.find(|said| !said.synthetic)?.csat.as_ref()
}
