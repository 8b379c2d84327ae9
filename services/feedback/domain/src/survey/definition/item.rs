//! What is asked: how it is answered, when it is asked, and what it measures.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::{AnswerKind, Choice, Condition, Item, Measure, Quality, Test, Texts};

use super::{Check, Defect, limits};

/// What was asked so far.
#[derive(Default)]
pub(super) struct Asked<'a> {
    /// The keys of it.
    pub keys: BTreeSet<&'a str>,
    /// How it is answered, by its key.
    pub items: BTreeMap<&'a str, &'a AnswerKind>,
    /// What measures what: where, and on which scale.
    measures: BTreeMap<Measure, (String, (i32, i32))>,
}

impl Check<'_> {
    pub(super) fn answer(&mut self, at: &str, answer: &AnswerKind) {
        match answer {
            AnswerKind::Scale { min, max, labels } => {
                self.scale(&format!("{at}.scale"), (*min, *max), labels);
            }
            AnswerKind::Choice { options } => self.options(&format!("{at}.choice"), options),
            AnswerKind::MultiChoice { options, at_most } => {
                let at = format!("{at}.multi_choice");
                self.options(&at, options);
                let most = u32::try_from(options.len()).unwrap_or(u32::MAX);
                if at_most.is_some_and(|at_most| !(1..=most).contains(&at_most)) {
                    self.wrong(format!("{at}.at_most"), Defect::OutOfRange { most });
                }
            }
            AnswerKind::Number { min, max } => {
                let finite = [min, max]
                    .into_iter()
                    .flatten()
                    .all(|bound| bound.is_finite());
                let ordered = min.zip(*max).is_none_or(|(min, max)| min <= max);
                if !(finite && ordered) {
                    self.wrong(format!("{at}.number"), Defect::InvalidBounds);
                }
            }
            AnswerKind::Text { at_most } => {
                let most = limits::WORDS;
                if !(1..=most).contains(at_most) {
                    self.wrong(format!("{at}.text.at_most"), Defect::OutOfRange { most });
                }
            }
        }
    }

    fn scale(&mut self, at: &str, (min, max): (i32, i32), labels: &BTreeMap<i32, Texts>) {
        let steps = i64::from(max) - i64::from(min) + 1;
        let limit = limits::STEPS;
        if !(2..=limit).contains(&steps) {
            self.wrong(at, Defect::InvalidScale { limit });
            return;
        }
        for (value, texts) in labels {
            let at = format!("{at}.labels.{value}");
            if !(min..=max).contains(value) {
                self.wrong(&at, Defect::LabelOutside);
            }
            self.texts(&at, texts, true);
        }
    }

    fn options(&mut self, at: &str, options: &[Choice]) {
        let (least, most) = (limits::OPTIONS_LEAST, limits::OPTIONS);
        if !(least..=most).contains(&options.len()) {
            self.wrong(format!("{at}.options"), Defect::Options { least, most });
            return;
        }
        let mut keys = BTreeSet::new();
        for (number, option) in options.iter().enumerate() {
            let at = format!("{at}.options[{number}]");
            self.key(format!("{at}.key"), &option.key, &mut keys);
            self.texts(&format!("{at}.text"), &option.text, true);
        }
    }

    pub(super) fn condition(&mut self, at: &str, condition: &Condition, asked: &Asked<'_>) {
        let Some(answer) = asked.items.get(condition.item.as_str()) else {
            self.wrong(format!("{at}.item"), Defect::DanglingCondition);
            return;
        };
        let at = format!("{at}.is");
        match (&condition.is, answer) {
            (Test::AtLeast(value) | Test::AtMost(value), AnswerKind::Scale { min, max, .. }) => {
                if !(min..=max).contains(&value) {
                    self.wrong(at, Defect::ImpossibleAnswer);
                }
            }
            (
                Test::OneOf(keys),
                AnswerKind::Choice { options } | AnswerKind::MultiChoice { options, .. },
            ) => self.one_of(&format!("{at}.one_of"), keys, options),
            _ => self.wrong(at, Defect::UnfitTest),
        }
    }

    fn one_of(&mut self, at: &str, keys: &[String], options: &[Choice]) {
        if keys.is_empty() {
            self.wrong(at, Defect::Empty);
        }
        if keys.len() > options.len() {
            let limit = options.len();
            self.wrong(at, Defect::TooMany { limit });
            return;
        }
        let mut seen = BTreeSet::new();
        for (number, key) in keys.iter().enumerate() {
            let at = format!("{at}[{number}]");
            if !options.iter().any(|option| option.key == *key) {
                self.wrong(at, Defect::ImpossibleAnswer);
            } else if !seen.insert(key) {
                self.wrong(at, Defect::DuplicateKey);
            }
        }
    }

    pub(super) fn measure<'k>(&mut self, at: &str, item: &'k Item, asked: &mut Asked<'k>) {
        let Some(measure) = item.measure else { return };
        let AnswerKind::Scale { min, max, .. } = item.answer else {
            self.wrong(at, Defect::MeasureNeedsScale);
            return;
        };
        if measure == Measure::Recommendation && (min, max) != (0, 10) {
            self.wrong(at, Defect::NotZeroToTen);
        }
        let place = (at.to_owned(), (min, max));
        if asked.measures.insert(measure, place).is_some() {
            self.wrong(at, Defect::DuplicateMeasure);
        }
    }

    /// What is expected has what is experienced beside it, on the same scale.
    pub(super) fn gaps(&mut self, asked: &Asked<'_>) {
        for quality in Quality::ALL {
            let expected = asked.measures.get(&Measure::Expectation(quality));
            let perceived = asked.measures.get(&Measure::Perception(quality));
            match (expected, perceived) {
                (Some((at, _)), None) | (None, Some((at, _))) => {
                    self.wrong(at, Defect::GapIncomplete);
                }
                (Some((_, one)), Some((at, other))) if one != other => {
                    self.wrong(at, Defect::GapScales);
                }
                _ => {}
            }
        }
    }
}
