//! `khidma request watch`: what happens to a request, as it happens.

use khidma_proto::requests::{State, WatchRequestRequest, WatchRequestResponse};

use crate::client::{Api, Resume};
use crate::failure::Failure;
use crate::open;
use crate::output::{Output, entry_line};

/// Goes on where it was after a lost connection; ends when the request has ended or the server stays away.
pub(super) async fn run(
    api: &Api,
    id: String,
    after: u64,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut from = WatchRequestRequest {
        id,
        after_position: after,
        min_position: 0,
    };
    let mut resume = Resume::default();
    while let Err(failure) = follow(api, &mut from, &mut resume, output).await {
        resume.after(failure).await?;
    }
    Ok(())
}

async fn follow(
    api: &Api,
    from: &mut WatchRequestRequest,
    resume: &mut Resume,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut happenings = open!(api, requests.watch_request, from.clone())?;
    resume.opened();
    while let Some(happening) = happenings.message().await? {
        output.item(&happening, |output| {
            happening.entries.iter().try_for_each(|entry| {
                let line = entry_line(output, entry);
                output.line(line)
            })
        })?;
        from.after_position = happening.position;
        if is_over(&happening) {
            break;
        }
    }
    Ok(())
}

/// Whether the request has ended, and this is the last that happened to it: an older end may have been followed by a
/// reopening.
fn is_over(happening: &WatchRequestResponse) -> bool {
    let Some(request) = &happening.request else {
        return false;
    };
    let ended = matches!(
        request.state(),
        State::Confirmed
            | State::Closed
            | State::Declined
            | State::Cancelled
            | State::Rejected
            | State::Merged
    );
    ended && happening.position >= request.position
}
