//! Definitions between protobuf and our own types.

use std::collections::BTreeMap;

use khidma_edge::status::invalid_field;
use khidma_events::feedback::{
    AnswerKind, Choice, Condition, Definition, Item, Measure, Quality, Section, Test,
};
use khidma_proto::feedback as pb;
use pb::item_condition::Is;
use pb::survey_item::Answer;
use tonic::Status;

use super::{missing, unknown_value};

pub(super) fn definition_in(definition: pb::SurveyDefinition) -> Result<Definition, Status> {
    let sections = definition.sections.into_iter().enumerate();
    Ok(Definition {
        title: definition.title,
        intro: definition.intro,
        language: definition.language,
        sections: sections
            .map(|(number, section)| section_in(&format!("sections[{number}]"), section))
            .collect::<Result<_, _>>()?,
    })
}

fn section_in(at: &str, section: pb::SurveySection) -> Result<Section, Status> {
    let items = section.items.into_iter().enumerate();
    Ok(Section {
        key: section.key,
        title: section.title,
        items: items
            .map(|(number, item)| item_in(&format!("{at}.items[{number}]"), item))
            .collect::<Result<_, _>>()?,
    })
}

fn item_in(at: &str, item: pb::SurveyItem) -> Result<Item, Status> {
    let answer = item
        .answer
        .ok_or_else(|| missing(&format!("{at}.answer")))?;
    let when = item
        .when
        .map(|when| condition_in(&format!("{at}.when"), when));
    let measure = item
        .measure
        .map(|one| measure_in(&format!("{at}.measure"), one));
    Ok(Item {
        key: item.key,
        text: item.text,
        answer: answer_in(at, answer)?,
        required: item.required,
        when: when.transpose()?,
        measure: measure.transpose()?,
    })
}

fn answer_in(at: &str, answer: Answer) -> Result<AnswerKind, Status> {
    Ok(match answer {
        Answer::Scale(pb::ScaleAnswer { min, max, labels }) => {
            let mut by_value = BTreeMap::new();
            for (number, label) in labels.into_iter().enumerate() {
                if by_value.insert(label.value, label.text).is_some() {
                    let field = format!("{at}.answer.scale.labels[{number}].value");
                    let message = "a value has one label";
                    return Err(invalid_field(&field, "LABEL_TWICE", message));
                }
            }
            let labels = by_value;
            AnswerKind::Scale { min, max, labels }
        }
        Answer::Choice(choice) => AnswerKind::Choice {
            options: choice.options.into_iter().map(option_in).collect(),
        },
        Answer::MultiChoice(choice) => AnswerKind::MultiChoice {
            options: choice.options.into_iter().map(option_in).collect(),
            at_most: choice.at_most,
        },
        Answer::Number(pb::NumberAnswer { min, max }) => AnswerKind::Number { min, max },
        Answer::Words(pb::WordsAnswer { at_most }) => AnswerKind::Text { at_most },
    })
}

fn option_in(option: pb::ChoiceOption) -> Choice {
    Choice {
        key: option.key,
        text: option.text,
    }
}

fn condition_in(at: &str, when: pb::ItemCondition) -> Result<Condition, Status> {
    let is = when.is.ok_or_else(|| missing(&format!("{at}.is")))?;
    Ok(Condition {
        item: when.item,
        is: match is {
            Is::AtLeast(value) => Test::AtLeast(value),
            Is::AtMost(value) => Test::AtMost(value),
            Is::OneOf(keys) => Test::OneOf(keys.keys),
        },
    })
}

fn measure_in(at: &str, measure: pb::ItemMeasure) -> Result<Measure, Status> {
    let kind_at = format!("{at}.kind");
    let kind = pb::MeasureKind::try_from(measure.kind).map_err(|_| unknown_value(&kind_at))?;
    let quality = || quality_in(&format!("{at}.quality"), measure.quality);
    Ok(match kind {
        pb::MeasureKind::Unspecified => return Err(missing(&kind_at)),
        pb::MeasureKind::Quality => Measure::Quality(quality()?),
        pb::MeasureKind::Expectation => Measure::Expectation(quality()?),
        pb::MeasureKind::Perception => Measure::Perception(quality()?),
        pb::MeasureKind::Recommendation => Measure::Recommendation,
        pb::MeasureKind::Satisfaction => Measure::Satisfaction,
        pb::MeasureKind::Effort => Measure::Effort,
    })
}

fn quality_in(at: &str, quality: i32) -> Result<Quality, Status> {
    let quality = pb::Quality::try_from(quality).map_err(|_| unknown_value(at))?;
    let mut all = Quality::ALL.into_iter();
    all.find(|ours| quality_out(*ours) == quality)
        .ok_or_else(|| missing(at))
}

pub(super) fn definition_out(definition: Definition) -> pb::SurveyDefinition {
    let sections = definition.sections.into_iter();
    pb::SurveyDefinition {
        title: definition.title,
        intro: definition.intro,
        language: definition.language,
        sections: sections
            .map(|section| pb::SurveySection {
                key: section.key,
                title: section.title,
                items: section.items.into_iter().map(item_out).collect(),
            })
            .collect(),
    }
}

fn item_out(item: Item) -> pb::SurveyItem {
    pb::SurveyItem {
        key: item.key,
        text: item.text,
        answer: Some(answer_out(item.answer)),
        required: item.required,
        when: item.when.map(condition_out),
        measure: item.measure.map(measure_out),
    }
}

fn answer_out(answer: AnswerKind) -> Answer {
    match answer {
        AnswerKind::Scale { min, max, labels } => {
            let labels = labels.into_iter();
            let labels = labels.map(|(value, text)| pb::ScaleLabel { value, text });
            Answer::Scale(pb::ScaleAnswer {
                min,
                max,
                labels: labels.collect(),
            })
        }
        AnswerKind::Choice { options } => Answer::Choice(pb::ChoiceAnswer {
            options: options.into_iter().map(option_out).collect(),
        }),
        AnswerKind::MultiChoice { options, at_most } => {
            Answer::MultiChoice(pb::MultiChoiceAnswer {
                options: options.into_iter().map(option_out).collect(),
                at_most,
            })
        }
        AnswerKind::Number { min, max } => Answer::Number(pb::NumberAnswer { min, max }),
        AnswerKind::Text { at_most } => Answer::Words(pb::WordsAnswer { at_most }),
    }
}

fn option_out(option: Choice) -> pb::ChoiceOption {
    pb::ChoiceOption {
        key: option.key,
        text: option.text,
    }
}

fn condition_out(when: Condition) -> pb::ItemCondition {
    pb::ItemCondition {
        item: when.item,
        is: Some(match when.is {
            Test::AtLeast(value) => Is::AtLeast(value),
            Test::AtMost(value) => Is::AtMost(value),
            Test::OneOf(keys) => Is::OneOf(pb::Choices { keys }),
        }),
    }
}

fn measure_out(measure: Measure) -> pb::ItemMeasure {
    let (kind, quality) = match measure {
        Measure::Quality(quality) => (pb::MeasureKind::Quality, Some(quality)),
        Measure::Expectation(quality) => (pb::MeasureKind::Expectation, Some(quality)),
        Measure::Perception(quality) => (pb::MeasureKind::Perception, Some(quality)),
        Measure::Recommendation => (pb::MeasureKind::Recommendation, None),
        Measure::Satisfaction => (pb::MeasureKind::Satisfaction, None),
        Measure::Effort => (pb::MeasureKind::Effort, None),
    };
    let quality = quality.map_or(pb::Quality::Unspecified, quality_out);
    pb::ItemMeasure {
        kind: kind.into(),
        quality: quality.into(),
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
