//! Launching a round.

use khidma_edge::instant::time_out;
use khidma_kernel::Timestamp;
use khidma_proto::feedback as pb;
use khidma_runtime::Clock;

use crate::ask;
use crate::cli::LaunchArgs;
use crate::client::Api;
use crate::commands::done::Done;
use crate::failure::Failure;

/// Seconds.
const DAY: i64 = 24 * 3600;

pub(super) async fn run(api: &Api, args: LaunchArgs) -> Result<Done, Failure> {
    let change = wish(api.request_id(), args, Clock::system().now());
    let done = ask!(api, surveys.launch_round, change)?;
    Ok(Done {
        what: "launched",
        id: done.id,
        position: done.position,
    })
}

fn wish(request_id: String, args: LaunchArgs, now: Timestamp) -> pb::LaunchRoundRequest {
    let opens = args.opens.unwrap_or(now);
    let after = |days: u16| opens.plus_seconds(i64::from(days) * DAY);
    let closes = args.closes.or(args.days.map(after));
    pb::LaunchRoundRequest {
        request_id,
        survey_id: args.survey,
        version: args.version,
        anonymity: args.anonymity.into(),
        audience: Some(pb::Audience {
            department_ids: args.departments,
            with_below: args.with_below,
            kinds: args.kinds.into_iter().map(Into::into).collect(),
            role_ids: args.roles,
            sample: args.sample.map(|people| pb::Sample {
                people,
                seed: args.seed,
            }),
        }),
        thresholds: Some(pb::Thresholds {
            ratings: args.least,
            comments: args.least_comments,
        }),
        break_down_by: args.by.into_iter().map(Into::into).collect(),
        opens_at: args.opens.map(time_out),
        closes_at: closes.map(time_out),
        remind_at: args.remind.into_iter().map(time_out).collect(),
        recurrence: args.every.map(|every_days| pb::Recurrence {
            every_days,
            times: args.times,
        }),
    }
}
