//! Feedback: collecting answers, and looking at what came of many.

pub(crate) mod collecting;
pub(crate) mod results;

use std::collections::{BTreeMap, BTreeSet};

use khidma_eventlog::EventLog;
use khidma_events::directory::PersonKind;
use khidma_events::feedback::{
    Anonymity, AnswerKind, Audience, Definition, Dimension, Invited, Item, Measure, PeopleInvited,
    Quality, RoundEvent, RoundLaunched, RoundOpened, Section, SurveyDefined, SurveyEvent, Texts,
    Thresholds, round_entity, survey_entity,
};
use khidma_kernel::{Position, RoundId};
use khidma_runtime::Clock;
use khidma_testkit::{Said, append_said};

use crate::Outcome;

/// Questions of the survey.
const QUESTIONS: usize = 20;
/// People that are invited in one event.
const PAGE: usize = 1000;
/// Seconds that a round is open.
const OPEN: i64 = 30 * 24 * 3600;

/// The key of a question.
fn question(number: usize) -> String {
    format!("question-{number:02}")
}

/// Twenty questions with a scale of five, eight of them on the qualities; the last is asked in words too.
fn definition() -> Definition {
    let texts = |text: &str| Texts::from([("en".to_owned(), text.to_owned())]);
    let item = |number: usize| Item {
        key: question(number),
        text: texts("How content are you with it?"),
        answer: AnswerKind::Scale {
            min: 1,
            max: 5,
            labels: BTreeMap::new(),
        },
        required: false,
        when: None,
        measure: Quality::ALL
            .get(number)
            .map(|quality| Measure::Quality(*quality)),
    };
    let words = Item {
        answer: AnswerKind::Text { at_most: 1000 },
        key: "words".into(),
        ..item(QUESTIONS)
    };
    Definition {
        title: LANGUAGES
            .iter()
            .map(|tag| ((*tag).to_owned(), "How was it?".to_owned()))
            .collect(),
        intro: Texts::new(),
        language: "en".into(),
        sections: vec![Section {
            key: "all".into(),
            title: Texts::new(),
            items: (0..QUESTIONS).map(item).chain([words]).collect(),
        }],
    }
}

/// The languages of the survey.
const LANGUAGES: [&str; 5] = ["ar", "en", "fa", "ja", "vi"];

/// Somebody who is invited.
fn invited(number: usize) -> Outcome<Invited> {
    Ok(Invited {
        person: person(number).parse()?,
        department: Some(crate::feeds::department(number)?),
        kind: PersonKind::Employee,
    })
}

fn person(number: usize) -> String {
    format!("person-{number}")
}

/// HR opens a round for so many people; where the round stands on the log.
async fn open(
    log: &dyn EventLog,
    people: usize,
    by: BTreeSet<Dimension>,
) -> Outcome<(RoundId, Position)> {
    let clock = Clock::system();
    let (round, now) = (RoundId(clock.new_id()), clock.now());
    let survey: khidma_kernel::SurveyId = format!("survey-{}", round.0.simple()).parse()?;
    let defined = SurveyDefined {
        survey: survey.clone(),
        version: 1,
        owner: "hr".parse()?,
        definition: definition(),
    };
    let said = Said::by_person("mei", now);
    let events: Vec<SurveyEvent> = vec![defined.into()];
    append_said(
        log,
        survey_entity(&survey),
        Position::START,
        said.clone(),
        events,
    )
    .await;
    let launched = RoundLaunched {
        round,
        survey,
        version: 1,
        owner: "hr".parse()?,
        anonymity: Anonymity::Confidential,
        audience: Audience::default(),
        thresholds: Thresholds {
            ratings: 5,
            comments: 10,
        },
        break_down_by: by,
        opens_at: now,
        closes_at: now.plus_seconds(OPEN),
        remind_at: vec![],
        recurrence: None,
        previous: None,
        public_key: None,
    };
    let mut events: Vec<RoundEvent> = vec![launched.into()];
    // In one commit, so that no timer opens it meanwhile.
    for first in (0..people).step_by(PAGE) {
        let people = first..people.min(first + PAGE);
        let people = people.map(invited).collect::<Outcome<_>>()?;
        events.push(PeopleInvited { people }.into());
    }
    let invited = u32::try_from(people)?;
    events.push(RoundOpened { invited }.into());
    let position = append_said(log, round_entity(round), Position::START, said, events).await;
    Ok((round, position))
}
