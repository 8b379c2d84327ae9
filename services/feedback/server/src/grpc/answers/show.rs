//! From what is shown to what is said: items with their bars, and measures.

use std::collections::BTreeMap;

use khidma_events::feedback::{AnswerKind, Definition, Item, Measure, Quality, Texts};
use khidma_feedback_domain::answer::values::items;
use khidma_feedback_domain::disclosure::{Counts, Figures, Shown, Unit};
use khidma_feedback_stats::{Moments, Share};
use khidma_kernel::language::choose;
use khidma_proto::feedback as pb;

use super::figures::{histogram, mean_out, recommendation, score_out, share_out};

/// The widest scale that is shown with a bar for each of its numbers, also for those that nobody chose.
const WIDEST: i64 = 101;

/// A survey's words, in a language.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    definition: &'a Definition,
    language: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn new(definition: &'a Definition, language: &'a str) -> Self {
        Self {
            definition,
            language,
        }
    }

    /// A text of the survey; empty if there is none.
    pub(super) fn of(&self, texts: &Texts) -> String {
        let language = choose([self.language], texts.keys(), &self.definition.language);
        texts.get(language).cloned().unwrap_or_default()
    }
}

/// What is shown of an item.
struct Seen<'a> {
    count: u32,
    left_out: bool,
    figures: Option<Seeing<'a>>,
}

/// What was answered to an item.
enum Seeing<'a> {
    Counts(&'a Counts),
    Moments(Moments),
}

/// Says what is shown of a survey.
pub(super) fn show(
    shown: &[Shown<'_>],
    definition: &Definition,
    words: Words<'_>,
    response: &mut pb::GetResultsResponse,
) {
    let mut seen: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
    for one in shown {
        if *one.unit == Unit::Answered {
            response.shown = one.tally.count;
            response.left_out = one.left_out;
        }
        for (key, figures) in parts(one) {
            let (count, left_out) = (one.tally.count, one.left_out);
            let part = Seen {
                count,
                left_out,
                figures,
            };
            seen.insert(key, part);
        }
    }
    for section in &definition.sections {
        let title = words.of(&section.title);
        for item in &section.items {
            if let Some(seen) = seen.get(item.key.as_str()) {
                let section = title.clone();
                let item = item_out(item, seen, words);
                response.items.push(pb::ItemResult { section, ..item });
            }
        }
    }
    response.measures = shown
        .iter()
        .filter_map(|one| measure_out(one, definition))
        .collect();
}

/// The items of a unit, each with what was answered to it.
fn parts<'a>(shown: &'a Shown<'_>) -> Vec<(&'a str, Option<Seeing<'a>>)> {
    match (shown.unit, &shown.tally.figures) {
        (Unit::Answered, _) => vec![],
        (Unit::One { item, .. }, figures) => {
            let figures = match figures {
                Figures::Counts(counts) => Some(Seeing::Counts(counts)),
                Figures::Moments { mean, squares } => Some(Seeing::Moments(Moments {
                    count: shown.tally.count.into(),
                    mean: *mean,
                    m2: *squares,
                })),
                Figures::None | Figures::Gap { .. } => None,
            };
            vec![(item, figures)]
        }
        (
            Unit::Gap {
                expectation,
                perception,
                ..
            },
            figures,
        ) => {
            let (expected, experienced) = match figures {
                Figures::Gap {
                    expected,
                    experienced,
                    ..
                } => (
                    Some(Seeing::Counts(expected)),
                    Some(Seeing::Counts(experienced)),
                ),
                _ => (None, None),
            };
            vec![(expectation, expected), (perception, experienced)]
        }
    }
}

fn item_out(item: &Item, seen: &Seen<'_>, words: Words<'_>) -> pb::ItemResult {
    let mut result = pb::ItemResult {
        key: item.key.clone(),
        text: words.of(&item.text),
        form: form_out(&item.answer).into(),
        count: seen.count,
        left_out: seen.left_out,
        ..Default::default()
    };
    match &seen.figures {
        Some(Seeing::Counts(counts)) => {
            result.bars = bars(&item.answer, counts, seen.count, words);
            if let AnswerKind::Scale { .. } = item.answer {
                let histogram = histogram(counts);
                result.median = histogram.median();
                moments_out(histogram.moments(), &mut result);
            }
        }
        Some(Seeing::Moments(moments)) => moments_out(*moments, &mut result),
        None => {}
    }
    result
}

fn moments_out(moments: Moments, result: &mut pb::ItemResult) {
    result.mean = mean_out(moments);
    result.deviation = moments.variance().map(f64::sqrt);
}

fn bars(answer: &AnswerKind, counts: &Counts, of: u32, words: Words<'_>) -> Vec<pb::Bar> {
    let bar = |place: i32| {
        let count = counts.get(&place).copied().unwrap_or_default();
        pb::Bar {
            count,
            share: share_out(Share::new(count.into(), of.into())),
            ..Default::default()
        }
    };
    match answer {
        AnswerKind::Scale { min, max, labels } => {
            let narrow = i64::from(*max) - i64::from(*min) < WIDEST;
            let numbers: Vec<i32> = match narrow {
                true => (*min..=*max).collect(),
                false => counts.keys().copied().collect(),
            };
            let label = |number| labels.get(&number).map(|texts| words.of(texts));
            let bars = numbers.into_iter().map(|number| pb::Bar {
                scale: number,
                label: label(number).unwrap_or_default(),
                ..bar(number)
            });
            bars.collect()
        }
        AnswerKind::Choice { options } | AnswerKind::MultiChoice { options, .. } => {
            let options = (0..).zip(options);
            let bars = options.map(|(place, option)| pb::Bar {
                choice: option.key.clone(),
                label: words.of(&option.text),
                ..bar(place)
            });
            bars.collect()
        }
        AnswerKind::Number { .. } | AnswerKind::Text { .. } => Vec::new(),
    }
}

fn form_out(answer: &AnswerKind) -> pb::AnswerForm {
    match answer {
        AnswerKind::Scale { .. } => pb::AnswerForm::Scale,
        AnswerKind::Choice { .. } => pb::AnswerForm::Choice,
        AnswerKind::MultiChoice { .. } => pb::AnswerForm::MultiChoice,
        AnswerKind::Number { .. } => pb::AnswerForm::Number,
        AnswerKind::Text { .. } => pb::AnswerForm::Text,
    }
}

/// What a unit measures; `None` if nothing.
fn measure_out(shown: &Shown<'_>, definition: &Definition) -> Option<pb::MeasureResult> {
    let left_out = shown.left_out;
    let (unit, figures) = (shown.unit, &shown.tally.figures);
    match unit {
        Unit::Answered => None,
        Unit::Gap {
            quality,
            expectation,
            perception,
        } => {
            let gaps = match figures {
                Figures::Gap { gaps, .. } => Some(gaps),
                _ => None,
            };
            Some(pb::MeasureResult {
                kind: pb::FigureKind::Gap.into(),
                quality: quality_out(*quality).into(),
                item_keys: vec![expectation.clone(), perception.clone()],
                estimate: gaps.and_then(|gaps| mean_out(histogram(gaps).moments())),
                favourable: gaps.and_then(|gaps| from(gaps, 0)),
                left_out,
            })
        }
        Unit::One { item: key, .. } => {
            let item = items(definition).find(|item| item.key == *key)?;
            let AnswerKind::Scale { min, max, .. } = item.answer else {
                return None;
            };
            let measure = item.measure?;
            let (kind, quality) = kind_out(measure);
            let counts = match figures {
                Figures::Counts(counts) => Some(counts),
                _ => None,
            };
            let score = measure == Measure::Recommendation;
            let estimate = counts.and_then(|counts| match score {
                true => score_out(recommendation(counts)),
                false => mean_out(histogram(counts).moments()),
            });
            let least = match score {
                true => 9,
                // Above the middle: of 1 to 5, 4 and 5.
                false => (i64::from(min) + i64::from(max)).div_euclid(2) + 1,
            };
            Some(pb::MeasureResult {
                kind: kind.into(),
                quality: quality.map_or(0, |quality| quality_out(quality).into()),
                item_keys: vec![key.clone()],
                estimate,
                favourable: counts.and_then(|counts| from(counts, least)),
                left_out,
            })
        }
    }
}

/// How large a part answered so much or more.
fn from(counts: &Counts, least: i64) -> Option<pb::Estimate> {
    let histogram = histogram(counts);
    share_out(Share::new(
        histogram.between(least, i64::MAX),
        histogram.count(),
    ))
}

fn kind_out(measure: Measure) -> (pb::FigureKind, Option<Quality>) {
    match measure {
        Measure::Quality(quality) => (pb::FigureKind::Quality, Some(quality)),
        Measure::Expectation(quality) => (pb::FigureKind::Expectation, Some(quality)),
        Measure::Perception(quality) => (pb::FigureKind::Perception, Some(quality)),
        Measure::Recommendation => (pb::FigureKind::Recommendation, None),
        Measure::Satisfaction => (pb::FigureKind::Satisfaction, None),
        Measure::Effort => (pb::FigureKind::Effort, None),
    }
}

fn quality_out(quality: Quality) -> pb::Quality {
    match quality {
        Quality::Availability => pb::Quality::Availability,
        Quality::Legitimacy => pb::Quality::Legitimacy,
        Quality::Accuracy => pb::Quality::Accuracy,
        Quality::Honesty => pb::Quality::Honesty,
        Quality::Speed => pb::Quality::Speed,
        Quality::Cost => pb::Quality::Cost,
        Quality::Participation => pb::Quality::Participation,
        Quality::TangibleTrust => pb::Quality::TangibleTrust,
    }
}
