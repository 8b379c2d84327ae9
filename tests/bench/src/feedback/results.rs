//! Looks at the results of a round that many answered, by four filters.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::directory::PersonKind;
use khidma_events::feedback::{
    AnswerEvent, AnswerGiven, Dimension, RoundClosed, RoundEvent, Value, answer_entity,
    round_entity,
};
use khidma_kernel::{Position, Role, RoundId, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::answers_service_client::AnswersServiceClient;
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::{Said, append_said};

use super::{LANGUAGES, QUESTIONS, open, question};
use crate::Outcome;
use crate::feeds::department;
use crate::load::drive;
use crate::stage::Stage;
use crate::table::Table;

/// Departments of who answers.
const DEPARTMENTS: usize = 20;
/// Days on which somebody answers.
const DAYS: usize = 14;
/// Seconds of a day.
const DAY: i64 = 24 * 3600;
/// Answers in a commit: as history is written down, so that it is written in good time. The read model counts each.
const TOGETHER: usize = 100;
/// Appends under way at once.
const AT_ONCE: usize = 64;
/// Looks under way at once.
const IN_FLIGHT: usize = 4;

const KINDS: [PersonKind; 5] = [
    PersonKind::Employee,
    PersonKind::Supplier,
    PersonKind::Partner,
    PersonKind::Stakeholder,
    PersonKind::Shareholder,
];

/// Measures, and says it as a table.
pub(crate) async fn measure(answers: usize, looks: usize) -> Outcome<String> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let by = [
        Dimension::Department,
        Dimension::Kind,
        Dimension::Language,
        Dimension::Day,
    ];
    let (round, launched) = open(&*log, 0, BTreeSet::from(by)).await?;
    let began = Instant::now();
    fill(&log, round, answers).await?;
    let said = Said::by_person("mei", Clock::system().now());
    let events: Vec<RoundEvent> = vec![RoundClosed {}.into()];
    append_said(&*log, round_entity(round), launched, said, events).await;
    let written = began.elapsed();
    let began = Instant::now();
    let stage = Stage::start_feedback(log.clone(), folder.path()).await?;
    let folded = began.elapsed();
    let mei = stage.connect_as("mei", "hr", &[Role::Manager]).await?;
    let client = AnswersServiceClient::new(mei);
    let began = Instant::now();
    let first = look(client.clone(), round, None).await?;
    let first_look = began.elapsed();
    if first.shown as usize != answers {
        return Err(format!("{} of {answers} answers are shown", first.shown).into());
    }
    let call = move |number: usize| {
        let look = look(client.clone(), round, Some(filter(number)));
        async move { look.await.map(drop) }
    };
    let figures = drive(IN_FLIGHT, looks, call).await?;
    stage.end().await;
    tasks.stop();
    let milliseconds = |time: std::time::Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let mut table = Table::new(["GetResults", "ms"]);
    table.row(["the first look".into(), milliseconds(first_look)]);
    table.row(["p50".into(), milliseconds(figures.p50)]);
    table.row(["p99".into(), milliseconds(figures.p99)]);
    Ok(format!(
        "Results of {answers} answers to {QUESTIONS} questions in {} cells, {looks} looks by four filters, {IN_FLIGHT} at once \
         (written in {:.0} s, folded in {:.0} s)\n\n{table}",
        DEPARTMENTS * KINDS.len() * LANGUAGES.len() * DAYS,
        written.as_secs_f64(),
        folded.as_secs_f64(),
    ))
}

async fn fill(log: &Arc<dyn EventLog>, round: RoundId, answers: usize) -> Outcome {
    let begin = Clock::system().now();
    let commits = stream::iter((0..answers).step_by(TOGETHER)).map(|first| {
        let log = log.clone();
        async move {
            // A commit is of one day.
            let day = i64::try_from(first / TOGETHER % DAYS)?;
            let events = (first..answers.min(first + TOGETHER)).map(|number| given(round, number));
            let events: Vec<AnswerEvent> = events.collect::<Outcome<_>>()?;
            let entity = answer_entity(round, &super::person(first).parse()?);
            let said = said(begin.plus_seconds(day * DAY));
            append_said(&*log, entity, Position::START, said, events).await;
            Outcome::Ok(())
        }
    });
    commits.buffer_unordered(AT_ONCE).try_collect().await
}

fn said(at: Timestamp) -> Said {
    Said::by_person("mei", at)
}

/// Numbers that look like chance and are the same each time (SplitMix64).
fn chance(number: usize, salt: u64) -> usize {
    let mut mixed = (number as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(salt);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) as usize >> 1
}

fn given(round: RoundId, number: usize) -> Outcome<AnswerEvent> {
    let scale = |item: usize| {
        let chosen = i32::try_from(chance(number, 10 + item as u64) % 5).unwrap_or_default() + 1;
        // Nobody answers everything.
        let answers = !chance(number, 100 + item as u64).is_multiple_of(10);
        answers.then(|| (question(item), Value::Scale(chosen)))
    };
    let given = AnswerGiven {
        round,
        person: super::person(number).parse()?,
        department: Some(department(chance(number, 1) % DEPARTMENTS)?),
        kind: KINDS[chance(number, 2) % KINDS.len()],
        language: LANGUAGES[chance(number, 3) % LANGUAGES.len()].to_owned(),
        values: (0..QUESTIONS).filter_map(scale).collect(),
    };
    Ok(given.into())
}

/// A filter by all four, each taking some.
fn filter(number: usize) -> pb::ResultsFilter {
    let some = |of: usize, salt: u64| {
        let takes = move |one: &usize| !chance(number * 64 + one, salt).is_multiple_of(3);
        (0..of).filter(takes)
    };
    let departments = some(DEPARTMENTS, 5);
    let languages = some(LANGUAGES.len(), 6);
    let first = Clock::system().now().as_seconds() + DAY * (number as i64 % 4);
    let from = jiff::Timestamp::from_second(first).unwrap_or_default();
    pb::ResultsFilter {
        department_ids: departments
            .filter_map(|number| department(number).ok())
            .map(|id| id.to_string())
            .collect(),
        // Their numbers on the wire begin with 1.
        kinds: some(KINDS.len(), 7)
            .filter_map(|kind| i32::try_from(kind + 1).ok())
            .collect(),
        languages: languages
            .map(|number| LANGUAGES[number].to_owned())
            .collect(),
        from_day: from.strftime("%Y-%m-%d").to_string(),
        until_day: String::new(),
    }
}

async fn look(
    mut client: AnswersServiceClient<khidma_edge::client::Connection>,
    round: RoundId,
    filter: Option<pb::ResultsFilter>,
) -> Outcome<pb::GetResultsResponse> {
    let request = pb::GetResultsRequest {
        round_id: round.to_string(),
        filter,
        ..Default::default()
    };
    Ok(client.get_results(request).await?.into_inner())
}
