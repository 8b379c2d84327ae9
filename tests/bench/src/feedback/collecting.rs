//! Answers over gRPC on the embedded, durable log, beside an echo of the same message.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::feedback::Dimension;
use khidma_kernel::RoundId;
use khidma_proto::feedback as pb;
use khidma_proto::feedback::answers_service_client::AnswersServiceClient;
use khidma_runtime::Tasks;
use tonic::Request;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;

use super::{QUESTIONS, open, person, question};
use crate::load::{Figures, drive};
use crate::stage::{Stage, key};
use crate::table::Table;
use crate::{Outcome, echo, feeds};

/// Calls in flight.
const IN_FLIGHT: [usize; 3] = [1, 64, 256];

/// Measures, and says it as a table.
pub(crate) async fn measure(calls: usize) -> Outcome<String> {
    let echoed = echoed(calls).await?;
    let answered = answered(calls).await?;
    let mut table = Table::new(["", "in flight", "a second", "p50 ms", "p99 ms", "× echo"]);
    let rows = [
        ("tonic echo", &echoed),
        ("Answer, embedded, fsynced", &answered),
    ];
    for (name, rows) in rows {
        for ((figures, echo), in_flight) in rows.iter().zip(&echoed).zip(IN_FLIGHT) {
            table.row([
                name.to_owned(),
                in_flight.to_string(),
                format!("{:.0}", figures.rate),
                format!("{:.2}", figures.p50.as_secs_f64() * 1e3),
                format!("{:.2}", figures.p99.as_secs_f64() * 1e3),
                format!("{:.2}", figures.rate / echo.rate),
            ]);
        }
    }
    let about = format!(
        "{QUESTIONS} questions and a comment; each answer by somebody else, with a token of their own"
    );
    Ok(format!("Collecting answers: {about}\n\n{table}"))
}

/// At one in flight there is less to wait for.
fn scaled(in_flight: usize, calls: usize) -> usize {
    if in_flight == 1 { calls / 8 } else { calls }
}

/// What somebody answers.
fn answer(round: RoundId, number: usize) -> pb::AnswerRequest {
    let value = |value| pb::Value { value: Some(value) };
    let scale = |item: usize| {
        let chosen = i32::try_from((number * 7 + item * 3) % 5).unwrap_or_default() + 1;
        (question(item), value(pb::value::Value::Scale(chosen)))
    };
    let words = format!("It took {number} days, and nobody said why. Otherwise I am content.");
    let words = ("words".to_owned(), value(pb::value::Value::Text(words)));
    pb::AnswerRequest {
        request_id: key(),
        round_id: round.to_string(),
        language: "en".into(),
        values: (0..QUESTIONS).map(scale).chain([words]).collect(),
    }
}

async fn echoed(calls: usize) -> Outcome<Vec<Figures>> {
    let tasks = Tasks::new();
    let address = echo::start::<pb::AnswerRequest>(&tasks).await?;
    let endpoint = Channel::from_shared(address)?.tcp_nodelay(true);
    let channel = endpoint.connect().await?;
    let round = RoundId(uuid::Uuid::nil());
    let mut rows = Vec::new();
    for in_flight in IN_FLIGHT {
        let channel = channel.clone();
        let call = move |number: usize| echo::call(channel.clone(), answer(round, number));
        rows.push(drive(in_flight, scaled(in_flight, calls), call).await?);
    }
    tasks.stop();
    Ok(rows)
}

async fn answered(calls: usize) -> Outcome<Vec<Figures>> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let stage = Stage::start_feedback(log.clone(), folder.path()).await?;
    // Some more than are measured answer before, to warm up.
    let people = calls + calls / 10;
    let tokens = (0..people).map(|number| {
        let department = feeds::department(number)?;
        let token = stage.token_of(&person(number), department.as_str(), &[])?;
        Ok(MetadataValue::try_from(format!("Bearer {token}"))?)
    });
    let tokens: Arc<Vec<MetadataValue<_>>> = Arc::new(tokens.collect::<Outcome<_>>()?);
    let endpoint = Channel::from_shared(stage.address().to_owned())?.tcp_nodelay(true);
    let client = AnswersServiceClient::new(endpoint.connect().await?);
    let mut rows = Vec::new();
    for in_flight in IN_FLIGHT {
        let (round, position) =
            open(&*log, people, BTreeSet::from([Dimension::Department])).await?;
        stage.seen(position).await?;
        let (tokens, client) = (tokens.clone(), client.clone());
        let call = move |number: usize| {
            let mut client = client.clone();
            let token = tokens.get(number).cloned();
            async move {
                let mut request = Request::new(answer(round, number));
                let token = token.ok_or("a person without a token")?;
                request.metadata_mut().insert("authorization", token);
                client.answer(request).await?;
                Ok(())
            }
        };
        rows.push(drive(in_flight, scaled(in_flight, calls), call).await?);
    }
    stage.end().await;
    tasks.stop();
    Ok(rows)
}
