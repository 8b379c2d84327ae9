//! `khidma sla board`.

use khidma_edge::instant::time_out;
use khidma_proto::sla::watch_board_response::Change;
use khidma_proto::sla::{BoardRequest, WatchBoardRequest, WatchBoardResponse};

use super::numbers;
use crate::cli::SlaBoardArgs;
use crate::client::{Api, Resume};
use crate::commands::pages::{self, paged};
use crate::failure::Failure;
use crate::open;
use crate::output::{Output, Tone, clock_cells, clocks_table};

pub(super) async fn run(api: &Api, args: SlaBoardArgs, output: &mut Output) -> Result<(), Failure> {
    if args.watch {
        return watch(api, args, output).await;
    }
    let question = BoardRequest {
        department_ids: args.departments,
        metrics: numbers(&args.metrics),
        states: numbers(&args.states),
        due_before: args.due_before.map(time_out),
        page_size: args.page.page_size,
        page_token: args.page.page_token,
        min_position: 0,
    };
    let answer = paged!(api, clocks.board, question, args.page.all, clocks).await?;
    output.answer(&answer, |output| {
        output.table(clocks_table(output, &answer.clocks, true))?;
        pages::more(&answer.next_page_token, output)
    })
}

/// Goes on where it was after a lost connection; ends when the server stays away.
async fn watch(api: &Api, args: SlaBoardArgs, output: &mut Output) -> Result<(), Failure> {
    let mut from = WatchBoardRequest {
        department_ids: args.departments,
        metrics: numbers(&args.metrics),
        states: numbers(&args.states),
        due_before: args.due_before.map(time_out),
        after_position: 0,
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
    from: &mut WatchBoardRequest,
    resume: &mut Resume,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut changes = open!(api, clocks.watch_board, from.clone())?;
    resume.opened();
    while let Some(change) = changes.message().await? {
        output.item(&change, |output| tell(&change, output))?;
        from.after_position = change.position;
    }
    Ok(())
}

fn tell(told: &WatchBoardResponse, output: &mut Output) -> Result<(), Failure> {
    match &told.change {
        Some(Change::Part(part)) => output.table(clocks_table(output, &part.clocks, true)),
        Some(Change::Reset(_)) => {
            let line = output.paint(Tone::Faint, "much has changed; all of it again:");
            output.line(line)
        }
        Some(Change::Request(changed)) if changed.clocks.is_empty() => {
            let line = format!("{}  nothing is due any more", changed.service_request_id);
            let line = output.paint(Tone::Faint, line);
            output.line(line)
        }
        Some(Change::Request(changed)) => changed.clocks.iter().try_for_each(|clock| {
            let cells = clock_cells(output, clock);
            output.line(format_args!(
                "{}  {}",
                clock.service_request_id,
                cells.join("  ")
            ))
        }),
        None => Ok(()),
    }
}
