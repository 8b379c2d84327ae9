//! Sending cases to the server, as many at a time as it takes, while the file is read.

use std::path::Path;

use futures::stream;
use khidma_proto::requests::ImportHistoryRequest;
use khidma_runtime::Tasks;
use prost::Message;
use tokio::sync::mpsc::{self, Sender};

use super::report::Report;
use super::{Mapping, Source, plan};
use crate::client::Api;
use crate::failure::Failure;

/// Cases that are read ahead.
const AHEAD: usize = 64;

/// The largest message a server takes unless it is configured otherwise, in bytes.
const LARGEST: usize = 1 << 20;

/// Sends all cases of a file. `answered` is called with each answer.
///
/// # Errors
/// The file makes no sense, or the server ended the stream; cases that were answered stay.
pub async fn send(
    api: &Api,
    source: &Source,
    mapping: &Mapping,
    mut answered: impl FnMut(&Report),
) -> Result<Report, Failure> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let tasks = Tasks::new();
    let reading = {
        let (source, mapping) = (source.clone(), mapping.clone());
        tasks.spawn_blocking(move || read(&source, &mapping, &sender))
    };
    let cases = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|case| (case, receiver))
    });
    let mut client = api.history().await?;
    let mut answers = client.import_history(cases).await?.into_inner();
    let mut report = Report::default();
    let ended = loop {
        match answers.message().await {
            Ok(Some(answer)) => {
                report.add(answer);
                answered(&report);
            }
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        }
    };
    // With it the reader ends too, if it has not.
    drop(answers);
    let read = reading
        .await
        .map_err(|error| Failure::Local(error.to_string()))??;
    ended?;
    if report.cases < read.sent {
        let missing = read.sent - report.cases;
        return Err(Failure::NotReady(format!(
            "{missing} cases were not answered; run it again to go on"
        )));
    }
    for case in read.too_large {
        let why = format!("it is larger than the {LARGEST} bytes of a message");
        report.refuse(&case, "TOO_LARGE", &why);
    }
    Ok(report)
}

/// What became of the cases of a file on their way to the server.
#[derive(Debug, Default)]
struct Read {
    sent: u64,
    /// What those are called that do not fit a message.
    too_large: Vec<String>,
}

fn read(
    source: &Source,
    mapping: &Mapping,
    sender: &Sender<ImportHistoryRequest>,
) -> Result<Read, Failure> {
    let (mut read, mut gone) = (Read::default(), false);
    let done = source.read(mapping, &mut |case| {
        let message = plan(source, mapping, &case)?;
        if message.encoded_len() > LARGEST {
            read.too_large.push(message.external_id);
            return Ok(());
        }
        gone = sender.blocking_send(message).is_err();
        if gone {
            // The server says why.
            return Err(Failure::NotReady(format!(
                "{} is not wanted any more",
                name(&source.file)
            )));
        }
        read.sent += 1;
        Ok(())
    });
    if gone { Ok(read) } else { done.map(|()| read) }
}

fn name(file: &Path) -> std::path::Display<'_> {
    file.display()
}
