//! What came of surveys: as much as their results show.

use khidma_proto::feedback as pb;
use khidma_proto::feedback::{FigureKind, Quality};

use crate::chart::{Bar, bars};
use crate::html::{Table, element, name, paragraph, text};
use crate::page::{estimate_cell, section as part, share_cell};
use crate::words::Words;

pub(crate) fn section(words: &Words, surveys: &[pb::SurveyFigures]) -> String {
    let heading = words.say("surveys");
    if surveys.is_empty() {
        let none = paragraph("quiet", &words.say("no-surveys"));
        return part("surveys", &heading, &none);
    }
    let mut inner = paragraph("quiet", &words.say("surveys-note"));
    for survey in surveys {
        inner += &one(words, survey);
    }
    part("surveys", &heading, &inner)
}

fn one(words: &Words, survey: &pb::SurveyFigures) -> String {
    let mut said = element("h3", "", &name(&survey.title));
    let [answered, invited] =
        [survey.answered, survey.invited].map(|count| words.count(count.into()));
    let of = [("answered", answered.as_str()), ("invited", &invited)];
    said += &paragraph("quiet", &words.with("of-invited", &of));
    let closed = survey.closed_at.and_then(|at| {
        let at = jiff::Timestamp::from_second(at.seconds).ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
    });
    if let Some(day) = closed {
        said += &paragraph("quiet", &words.with("closed", &[("day", &words.day(&day))]));
    }
    if survey.measures.is_empty() {
        return said;
    }
    let shown: Vec<_> = survey
        .measures
        .iter()
        .filter_map(|measure| Some((measure, measure.favourable.as_ref()?)))
        .map(|(measure, share)| Bar {
            label: short(words, measure),
            value: share.value,
            range: Some((share.low, share.high)),
            shown: words.percent(share.value),
            class: "first",
        })
        .collect();
    if !shown.is_empty() {
        let title = format!("{}, {}", survey.title, words.say("favourable"));
        said += &element("figure", "", &bars(words, &title, &shown));
    }
    let columns = ["measure", "figure", "favourable"].map(|key| words.say(key));
    let mut table = Table::new(&survey.title, &columns);
    for measure in &survey.measures {
        let figure = measure.estimate.as_ref();
        table.row(
            &text(&measured(words, measure)),
            &[
                estimate_cell(words, figure, |value| words.decimal(value)),
                share_cell(words, measure.favourable.as_ref()),
            ],
        );
    }
    said + &table.end()
}

/// What is measured, in few words, for a chart.
fn short(words: &Words, measure: &pb::MeasureResult) -> String {
    match measure.kind() {
        FigureKind::Recommendation => "eNPS".to_owned(),
        _ => quality(words, measure.quality()).unwrap_or_else(|| measured(words, measure)),
    }
}

/// What is measured.
fn measured(words: &Words, measure: &pb::MeasureResult) -> String {
    let kind = words.say(match measure.kind() {
        FigureKind::Unspecified => "unknown",
        FigureKind::Quality => "quality",
        FigureKind::Expectation => "expectation",
        FigureKind::Perception => "perception",
        FigureKind::Gap => "gap",
        FigureKind::Recommendation => "recommendation",
        FigureKind::Satisfaction => "satisfaction-measure",
        FigureKind::Effort => "effort-measure",
    });
    match quality(words, measure.quality()) {
        Some(quality) => words.with("of-quality", &[("kind", &kind), ("quality", &quality)]),
        None => kind,
    }
}

fn quality(words: &Words, quality: Quality) -> Option<String> {
    let key = match quality {
        Quality::Unspecified => return None,
        Quality::Availability => "availability",
        Quality::Legitimacy => "legitimacy",
        Quality::Accuracy => "accuracy",
        Quality::Honesty => "honesty",
        Quality::Speed => "speed",
        Quality::Cost => "cost",
        Quality::Participation => "participation",
        Quality::TangibleTrust => "tangible-trust",
    };
    Some(words.say(key))
}
