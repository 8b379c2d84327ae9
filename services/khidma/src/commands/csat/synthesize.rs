//! `khidma csat synthesize`: answers that nobody gave, to try things out.

use std::collections::HashSet;
use std::io::Write;

use khidma_kernel::{Timestamp, digest};
use khidma_proto::requests::{ListRequest, ServiceRequest, State};
use khidma_proto::sla::ListBreachesRequest;
use khidma_runtime::Clock;
use serde_json::json;

use super::table::Line;
use crate::cli::SynthesizeArgs;
use crate::client::Api;
use crate::commands::pages::paged;
use crate::failure::Failure;
use crate::output::{NewFile, Output, Tone};

/// Rows that are asked for at once.
const AT_ONCE: i32 = 1000;
/// What each comment says: whoever meets one shall not take it for somebody's.
const COMMENT: &str = "Synthetic: nobody wrote this.";
/// One answer in so many has a comment.
const COMMENTED: u64 = 10;
/// Seconds after which an answer comes at the latest.
const LATEST: u64 = 3 * 24 * 3600;
/// How many of a hundred give each score, 1 to 5, where what was promised was kept.
const KEPT: [u64; 5] = [3, 5, 12, 32, 48];
/// The same where it was broken.
const BROKEN: [u64; 5] = [18, 22, 26, 22, 12];

pub(super) async fn run(
    api: &Api,
    args: SynthesizeArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let file = NewFile::beside(&args.out, args.force)?;
    let (ended, broken) = (
        ended(api, &args.provider).await?,
        broken(api, &args.provider).await?,
    );
    let now = Clock::system().now();
    let mut lines = Vec::new();
    for request in &ended {
        let draw = Draw {
            seed: args.seed,
            request: &request.id,
        };
        if draw.below("answers", 100) < u64::from(args.answering) {
            let kept = !broken.contains(&request.id);
            lines.push(line(&draw, kept, closed_at(request).min(now), now));
        }
    }
    write(file, &args, &lines)?;
    if output.is_json() {
        let (requests, answers) = (ended.len(), lines.len());
        return output.value(&json!({ "requests": requests, "answers": answers }));
    }
    let done = output.paint(Tone::Good, "made up");
    let (answers, ended) = (lines.len(), ended.len());
    output.line(format_args!(
        "{done} {answers} answers about {ended} requests"
    ))?;
    output.line(output.paint(Tone::Care, "Nobody gave them: each is marked as synthetic."))
}

/// Requests of the department that were confirmed or closed.
async fn ended(api: &Api, provider: &str) -> Result<Vec<ServiceRequest>, Failure> {
    let question = ListRequest {
        provider_id: provider.to_owned(),
        states: vec![State::Confirmed.into(), State::Closed.into()],
        page_size: AT_ONCE,
        ..Default::default()
    };
    let answer = paged!(api, requests.list, question, true, requests).await?;
    Ok(answer.requests)
}

/// The requests about which a promise was broken, whichever.
async fn broken(api: &Api, provider: &str) -> Result<HashSet<String>, Failure> {
    let question = ListBreachesRequest {
        department_ids: vec![provider.to_owned()],
        page_size: AT_ONCE,
        ..Default::default()
    };
    let answer = paged!(api, clocks.list_breaches, question, true, breaches).await?;
    let clocks = answer
        .breaches
        .into_iter()
        .filter_map(|breach| breach.clock);
    Ok(clocks.map(|clock| clock.service_request_id).collect())
}

fn closed_at(request: &ServiceRequest) -> Timestamp {
    let time = request.update_time.unwrap_or_default();
    let micros = time.seconds.saturating_mul(1_000_000);
    Timestamp::from_micros(micros.saturating_add(i64::from(time.nanos / 1000)))
}

/// What follows from the seed for one request: the same in every run, whatever other requests there are.
struct Draw<'a> {
    seed: u64,
    request: &'a str,
}

impl Draw<'_> {
    /// A number below `bound`, one for each `what`.
    fn below(&self, what: &str, bound: u64) -> u64 {
        let drawn = format!("synthetic {} {} {what}", self.seed, self.request);
        digest(drawn.as_bytes()) % bound
    }

    /// A score, as often as `shares` of a hundred say.
    fn score(&self, shares: [u64; 5]) -> u32 {
        let (drawn, mut sum) = (self.below("score", 100), 0);
        let below = |share| {
            sum += share;
            sum <= drawn
        };
        let passed = shares.into_iter().map(below).take_while(|below| *below);
        u32::try_from(passed.count()).unwrap_or_default().min(4) + 1
    }
}

fn line(draw: &Draw<'_>, kept: bool, closed: Timestamp, now: Timestamp) -> Line {
    let score = draw.score(if kept { KEPT } else { BROKEN });
    // Who is satisfied found it easier, more or less.
    let noise = u32::try_from(draw.below("effort", 3)).unwrap_or_default();
    let later = i64::try_from(draw.below("later", LATEST)).unwrap_or_default();
    let commented = draw.below("comment", COMMENTED) == 0;
    Line {
        request: draw.request.to_owned(),
        external_id: String::new(),
        score,
        effort: Some((score + noise).clamp(1, 7)),
        comment: if commented { COMMENT } else { "" }.to_owned(),
        answered_at: closed.plus_seconds(later).min(now).to_string(),
        synthetic: Some(true),
    }
}

fn write(file: NewFile, args: &SynthesizeArgs, lines: &[Line]) -> Result<(), Failure> {
    let wrong =
        |error: String| Failure::Local(format!("cannot write {}: {error}", args.out.display()));
    let mut writer = ::csv::Writer::from_writer(file);
    for line in lines {
        writer
            .serialize(line)
            .map_err(|error| wrong(error.to_string()))?;
    }
    let mut file = writer
        .into_inner()
        .map_err(|error| wrong(error.to_string()))?;
    file.flush().map_err(|error| wrong(error.to_string()))?;
    file.keep()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(shares: [u64; 5], seed: u64) -> f64 {
        let ids: Vec<_> = (0..2000)
            .map(|number| format!("request {number}"))
            .collect();
        let scores = ids
            .iter()
            .map(|request| Draw { seed, request }.score(shares));
        f64::from(scores.sum::<u32>()) / 2000.0
    }

    #[test]
    fn who_got_what_was_promised_is_made_more_satisfied() {
        assert_eq!(KEPT.iter().sum::<u64>(), 100);
        assert_eq!(BROKEN.iter().sum::<u64>(), 100);
        for seed in [1, 7, 42] {
            let (kept, broken) = (mean(KEPT, seed), mean(BROKEN, seed));
            assert!((kept - 4.17).abs() < 0.12, "{kept}");
            assert!((broken - 2.88).abs() < 0.12, "{broken}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_answers_and_all_are_named_what_they_are() {
        let now = Timestamp::from_micros(1_772_442_000_000_000);
        let request = "0f0e7a34-9c1d-4e61-9f2d-5f6b2f7f5c10";
        let made = |seed| line(&Draw { seed, request }, true, now.plus_seconds(-60), now);
        assert_eq!(made(7), made(7));
        let all: Vec<_> = (0..100).map(made).collect();
        let scores: HashSet<_> = all.iter().map(|one| one.score).collect();
        assert!(scores.len() > 2, "other seeds make others");
        for one in all {
            assert_eq!(one.synthetic, Some(true));
            let at: Timestamp = one.answered_at.parse().unwrap();
            assert!(at <= now, "none comes from the future");
            assert!((1..=5).contains(&one.score) && (1..=7).contains(&one.effort.unwrap()));
            assert!(one.comment.is_empty() || one.comment.contains("nobody wrote this"));
        }
    }
}
