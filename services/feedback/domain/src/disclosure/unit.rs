//! What is counted by itself: an item, or two that are compared.

use khidma_events::feedback::{
    AnswerKind, Choice, Definition, Item, Measure, Quality, Value, Values,
};
use serde::{Deserialize, Serialize};

use super::{Counts, Figures, Tally};
use crate::answer::values::items;

/// What is counted by itself, of all who answered it.
///
/// Two items that are compared person by person are one unit, and answers to one of them alone are not counted at all: else
/// the sums of both less the sum of their differences would be about those who answered one only, and they may be few.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Unit {
    /// That somebody answered at all.
    Answered,
    /// An item.
    One {
        /// Its key.
        item: String,
        /// How its answers are counted.
        counted: Counted,
    },
    /// What is expected and what is experienced of a quality, on one scale.
    Gap {
        /// The quality.
        quality: Quality,
        /// The key of the item that asks what is expected.
        expectation: String,
        /// The key of the item that asks what is experienced.
        perception: String,
    },
}

/// How answers to an item are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    /// By the number of the scale.
    Scale,
    /// By the place of the chosen among these keys.
    Choice(Vec<String>),
    /// By sum and spread.
    Number,
    /// By how many wrote something.
    Text,
}

/// What is counted of a survey, in its order; that somebody answered comes first.
pub fn units(definition: &Definition) -> Vec<Unit> {
    let all: Vec<&Item> = items(definition).collect();
    let mut units = vec![Unit::Answered];
    for (place, item) in all.iter().enumerate() {
        match partner(&all, place) {
            // A pair stands where the first of both does.
            Some((other, _)) if other < place => {}
            Some((_, gap)) => units.push(gap),
            None => units.push(Unit::One {
                item: item.key.clone(),
                counted: counted(&item.answer),
            }),
        }
    }
    units
}

fn counted(answer: &AnswerKind) -> Counted {
    let keys = |options: &[Choice]| options.iter().map(|one| one.key.clone()).collect();
    match answer {
        AnswerKind::Scale { .. } => Counted::Scale,
        AnswerKind::Choice { options } | AnswerKind::MultiChoice { options, .. } => {
            Counted::Choice(keys(options))
        }
        AnswerKind::Number { .. } => Counted::Number,
        AnswerKind::Text { .. } => Counted::Text,
    }
}

/// The item that the one at `place` is compared with, and the two as a unit. Of several on the same quality, the first that is
/// expected goes with the first that is experienced, and so on.
fn partner(all: &[&Item], place: usize) -> Option<(usize, Unit)> {
    let item = all.get(place)?;
    let (quality, wanted) = match item.measure? {
        Measure::Expectation(quality) => (quality, Measure::Perception(quality)),
        Measure::Perception(quality) => (quality, Measure::Expectation(quality)),
        _ => return None,
    };
    let before = all.iter().take(place);
    let number = before.filter(|one| one.measure == item.measure).count();
    let others = all.iter().enumerate();
    let mut others = others.filter(|(_, one)| one.measure == Some(wanted));
    let (other, with) = others.nth(number)?;
    if scale(item).is_none() || scale(item) != scale(with) {
        return None;
    }
    let (expectation, perception) = match wanted {
        Measure::Perception(_) => (&item.key, &with.key),
        _ => (&with.key, &item.key),
    };
    let gap = Unit::Gap {
        quality,
        expectation: expectation.clone(),
        perception: perception.clone(),
    };
    Some((other, gap))
}

fn scale(item: &Item) -> Option<(i32, i32)> {
    match item.answer {
        AnswerKind::Scale { min, max, .. } => Some((min, max)),
        _ => None,
    }
}

impl Unit {
    /// Whether it is somebody's own words, for which another threshold holds.
    pub fn is_text(&self) -> bool {
        let text = Counted::Text;
        matches!(self, Self::One { counted, .. } if *counted == text)
    }

    /// What one person's answer counts here; `None` if they did not answer it.
    pub fn count(&self, values: &Values) -> Option<Tally> {
        let figures = match self {
            Self::Answered => Figures::None,
            Self::One { item, counted } => figures(counted, values.get(item)?)?,
            Self::Gap {
                expectation,
                perception,
                ..
            } => match (values.get(expectation)?, values.get(perception)?) {
                (Value::Scale(expected), Value::Scale(experienced)) => Figures::Gap {
                    expected: Counts::from([(*expected, 1)]),
                    experienced: Counts::from([(*experienced, 1)]),
                    gaps: Counts::from([(experienced.saturating_sub(*expected), 1)]),
                },
                _ => return None,
            },
        };
        Some(Tally { count: 1, figures })
    }
}

fn figures(counted: &Counted, value: &Value) -> Option<Figures> {
    let place = |keys: &[String], key: &String| {
        let place = keys.iter().position(|one| one == key)?;
        i32::try_from(place).ok().map(|place| (place, 1))
    };
    match (counted, value) {
        (Counted::Scale, Value::Scale(value)) => Some(Figures::Counts(Counts::from([(*value, 1)]))),
        (Counted::Choice(keys), Value::Choice(key)) => {
            Some(Figures::Counts(Counts::from([place(keys, key)?])))
        }
        (Counted::Choice(keys), Value::Choices(chosen)) => {
            let chosen = chosen.iter().filter_map(|key| place(keys, key));
            Some(Figures::Counts(chosen.collect()))
        }
        (Counted::Number, Value::Number(value)) => Some(Figures::Moments {
            mean: *value,
            squares: 0.0,
        }),
        (Counted::Text, Value::Text(_)) => Some(Figures::None),
        _ => None,
    }
}
