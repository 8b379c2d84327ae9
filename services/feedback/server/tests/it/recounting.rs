//! Random lives of requests, with all that can be taken back: whatever happens in whatever order, a scorecard shows what counting
//! anew from the whole history shows.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::RequestKind;
use khidma_events::sla::{ClockRef, Metric, Verdict};
use khidma_proto::feedback as pb;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::score_stage::{Life, Stage, asking, on};

/// How many lives there are.
const LIVES: usize = 250;
/// Departments by number; the help desk is below IT.
const DEPARTMENTS: [&str; 3] = ["it", "helpdesk", "hr"];
const METRICS: [Metric; 3] = [Metric::Acknowledge, Metric::Update, Metric::Resolve];

/// Something that happens in a life.
#[derive(Debug, Clone, Copy)]
enum Step {
    Confirmed,
    Closed,
    Reopened,
    Published,
    Transferred(usize),
    Promised(ClockRef, usize),
    Breached(ClockRef),
    Retracted(ClockRef),
    Stopped(ClockRef, Verdict),
    Cancelled(ClockRef),
    Continued(ClockRef, usize),
    HandedOver(ClockRef, usize),
    Asked(usize),
    Answered(u8, Option<u8>),
    Expired,
    Withdrawn,
    Imported(usize, u8, bool),
}

#[derive(Debug, Clone)]
struct Told {
    concern: bool,
    provider: usize,
    begun: i64,
    steps: Vec<(i64, Step)>,
}

fn step() -> impl Strategy<Value = Step> {
    let clock = || {
        let parts = (0..METRICS.len(), 1u32..3);
        parts.prop_map(|(metric, number)| ClockRef {
            metric: METRICS[metric],
            number,
        })
    };
    let department = || 0..DEPARTMENTS.len();
    let verdict = prop_oneof![Just(Verdict::Met), Just(Verdict::Breached)];
    prop_oneof![
        1 => Just(Step::Confirmed),
        1 => Just(Step::Closed),
        1 => Just(Step::Reopened),
        1 => Just(Step::Published),
        1 => department().prop_map(Step::Transferred),
        4 => (clock(), department()).prop_map(|(clock, to)| Step::Promised(clock, to)),
        2 => clock().prop_map(Step::Breached),
        1 => clock().prop_map(Step::Retracted),
        4 => (clock(), verdict).prop_map(|(clock, verdict)| Step::Stopped(clock, verdict)),
        1 => clock().prop_map(Step::Cancelled),
        1 => (clock(), department()).prop_map(|(clock, to)| Step::Continued(clock, to)),
        1 => (clock(), department()).prop_map(|(clock, to)| Step::HandedOver(clock, to)),
        3 => department().prop_map(Step::Asked),
        4 => (1u8..=5, prop::option::of(1u8..=7)).prop_map(|(one, two)| Step::Answered(one, two)),
        1 => Just(Step::Expired),
        1 => Just(Step::Withdrawn),
        1 => (department(), 1u8..=5, any::<bool>())
            .prop_map(|(to, score, made_up)| Step::Imported(to, score, made_up)),
    ]
}

fn told() -> impl Strategy<Value = Told> {
    let steps = prop::collection::vec((0i64..90, step()), 0..25);
    let begin = (prop::bool::weighted(0.2), 0..DEPARTMENTS.len(), 0i64..90);
    (begin, steps).prop_map(|((concern, provider, begun), mut steps)| {
        // A question is there before it is answered.
        let is_about_question =
            |step: &Step| matches!(step, Step::Answered(..) | Step::Expired | Step::Withdrawn);
        let mut asked = false;
        steps.retain(|(_, step)| {
            asked |= matches!(step, Step::Asked(_) | Step::Imported(..));
            asked || !is_about_question(step)
        });
        Told {
            concern,
            provider,
            begun,
            steps,
        }
    })
}

async fn live(stage: &Stage, told: &Told) {
    let kind = match told.concern {
        true => RequestKind::Concern,
        false => RequestKind::Service,
    };
    let name = |number: usize| DEPARTMENTS[number];
    let provider = name(told.provider);
    let mut life = Life::begin(&*stage.host.log, provider, kind, on(told.begun, 0)).await;
    for (day, step) in &told.steps {
        let at = on(*day, 3600);
        match *step {
            Step::Confirmed => life.confirmed(at).await,
            Step::Closed => life.closed(at).await,
            Step::Reopened => life.reopened(at).await,
            Step::Published => life.published(at).await,
            Step::Transferred(to) => life.transferred(name(to), at).await,
            Step::Promised(clock, owner) => life.promised(clock, name(owner)).await,
            Step::Breached(clock) => life.breached(clock, at).await,
            Step::Retracted(clock) => life.retracted(clock, at).await,
            Step::Stopped(clock, verdict) => life.stopped(clock, at, verdict).await,
            Step::Cancelled(clock) => life.cancelled(clock, at).await,
            Step::Continued(clock, owner) => life.continued(clock, name(owner), at).await,
            Step::HandedOver(clock, owner) => life.handed_over(clock, name(owner), at).await,
            Step::Asked(provider) => life.asked(name(provider), at).await,
            Step::Answered(score, effort) => life.answered(score, effort, at).await,
            Step::Expired => life.expired(at).await,
            Step::Withdrawn => life.withdrawn(at).await,
            Step::Imported(provider, score, made_up) => {
                life.imported(name(provider), (score, None), made_up, at)
                    .await;
            }
        }
    }
}

/// The counts of a scorecard, by names of the test's own.
type Counts = BTreeMap<String, u64>;

/// Whose, of which days, and which day now is.
struct Asked {
    departments: BTreeSet<usize>,
    days: std::ops::Range<i64>,
    now: i64,
}

/// Counts anew, from the whole of what was told.
fn recount(lives: &[Told], asked: &Asked) -> Counts {
    let mut counts = Counts::new();
    for told in lives {
        for (department, day, name) in counted(told, asked.now) {
            if asked.departments.contains(&department) && asked.days.contains(&day) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    counts
}

fn counted(told: &Told, now: i64) -> Vec<(usize, i64, String)> {
    let mut all = Vec::new();
    let last = |wanted: &dyn Fn(&Step) -> bool| {
        let mut steps = told.steps.iter().rev();
        steps.find(|(_, step)| wanted(step)).copied()
    };
    let provider = match last(&|step| matches!(step, Step::Transferred(_))) {
        Some((_, Step::Transferred(to))) => to,
        _ => told.provider,
    };
    let end = last(&|step| matches!(step, Step::Confirmed | Step::Closed | Step::Reopened));
    let end = end.filter(|(_, step)| !matches!(step, Step::Reopened));
    if told.concern {
        all.push((provider, told.begun, "raised".to_owned()));
        if last(&|step| matches!(step, Step::Published)).is_some() {
            all.push((provider, told.begun, "published".to_owned()));
        }
        if end.is_none() {
            all.push((provider, told.begun, "open".to_owned()));
        }
    } else {
        all.push((provider, told.begun, "submitted".to_owned()));
        all.extend(end.map(|(day, _)| (provider, day, "completed".to_owned())));
    }
    let mut verdicts: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for metric in METRICS {
        for number in 1..3 {
            let Some((owner, end, went)) = clock(told, ClockRef { metric, number }) else {
                continue;
            };
            let day = end.unwrap_or(now);
            all.push((owner, day, format!("{} {went}", metric.as_str())));
            if let Some(kept) = [("met", true), ("breached", false)]
                .into_iter()
                .find_map(|(name, kept)| (name == went).then_some(kept))
            {
                for name in ["all", metric.as_str()] {
                    verdicts.entry(name.to_owned()).or_default().insert(kept);
                }
            }
        }
    }
    for (at, (_, step)) in told.steps.iter().enumerate() {
        let (provider, synthetic) = match *step {
            Step::Asked(provider) => (provider, false),
            Step::Imported(provider, _, made_up) => (provider, made_up),
            _ => continue,
        };
        questions(told, at, (provider, synthetic), &verdicts, &mut all);
    }
    all
}

/// Of whom a clock is, when it ended, and how it went.
fn clock(told: &Told, clock: ClockRef) -> Option<(usize, Option<i64>, &'static str)> {
    let is_start = |step: &Step| matches!(step, Step::Promised(one, _) if *one == clock);
    let start = told.steps.iter().rposition(|(_, step)| is_start(step))?;
    let since = &told.steps[start..];
    let owner = since.iter().rev().find_map(|(_, step)| match *step {
        Step::Promised(one, to) | Step::Continued(one, to) | Step::HandedOver(one, to) => {
            (one == clock).then_some(to)
        }
        _ => None,
    })?;
    let breached = since.iter().rev().find_map(|(_, step)| match *step {
        Step::Breached(one) if one == clock => Some(true),
        Step::Retracted(one) if one == clock => Some(false),
        _ => None,
    });
    let end = since.iter().rev().find_map(|(day, step)| match *step {
        Step::Stopped(one, verdict) if one == clock => Some(Some((*day, Some(verdict)))),
        Step::Cancelled(one) if one == clock => Some(Some((*day, None))),
        Step::Continued(one, _) if one == clock => Some(None),
        _ => None,
    });
    let end = end.flatten();
    let went = match (breached, end) {
        (Some(true), _) | (_, Some((_, Some(Verdict::Breached)))) => "breached",
        (_, Some((_, Some(Verdict::Met)))) => "met",
        (_, Some((_, None))) => "excluded",
        (_, None) => "running",
    };
    Some((owner, end.map(|(day, _)| day), went))
}

/// The question that begins at a step, until the next one begins.
fn questions(
    told: &Told,
    at: usize,
    (provider, synthetic): (usize, bool),
    verdicts: &BTreeMap<String, BTreeSet<bool>>,
    all: &mut Vec<(usize, i64, String)>,
) {
    let begins = |(_, step): &&(i64, Step)| matches!(step, Step::Asked(_) | Step::Imported(..));
    let rest = &told.steps[at + 1..];
    let until = rest
        .iter()
        .position(|step| begins(&step))
        .unwrap_or(rest.len());
    let (begun, first) = told.steps[at];
    let fate = rest[..until]
        .iter()
        .rev()
        .find(|(_, step)| matches!(step, Step::Answered(..) | Step::Expired | Step::Withdrawn));
    let fate = fate.copied();
    // What is said of an answer of old, afterwards, is said by nobody but a test; the last word holds.
    let answer = match (first, fate) {
        (Step::Imported(_, score, _), None) => Some((begun, score, None, synthetic)),
        (_, Some((day, Step::Answered(score, effort)))) => Some((day, score, effort, false)),
        _ => None,
    };
    if matches!(first, Step::Asked(_)) && !matches!(fate, Some((_, Step::Withdrawn))) {
        all.push((provider, begun, "asked".to_owned()));
        match fate {
            Some((_, Step::Answered(..))) => all.push((provider, begun, "answered".to_owned())),
            Some((_, Step::Expired)) => all.push((provider, begun, "expired".to_owned())),
            _ => {}
        }
    }
    let Some((day, score, effort, synthetic)) = answer else {
        return;
    };
    all.push((provider, day, format!("score {synthetic} {score}")));
    all.extend(effort.map(|effort| (provider, day, format!("effort {synthetic} {effort}"))));
    for (name, kept) in verdicts {
        let kept = !kept.contains(&false);
        let satisfied = score > 3;
        let name = format!("joined {synthetic} {name} {kept} {satisfied}");
        all.push((provider, day, name));
    }
}

/// The same, as a scorecard shows it.
fn shown(period: &pb::ScorecardPeriod) -> Counts {
    let mut counts = Counts::new();
    let mut add = |name: String, count: u64| {
        if count > 0 {
            counts.insert(name, count);
        }
    };
    add("submitted".into(), period.submitted);
    add("completed".into(), period.completed);
    let concerns = period.concerns.as_ref().unwrap();
    add("raised".into(), concerns.raised);
    add("published".into(), concerns.published);
    add("open".into(), concerns.open);
    let metric = |metric: khidma_proto::sla::Metric| {
        let name = metric.as_str_name().trim_start_matches("METRIC_");
        name.to_lowercase().replace("unspecified", "all")
    };
    for one in &period.attainment {
        let name = metric(one.metric());
        add(format!("{name} met"), one.met);
        add(format!("{name} breached"), one.breached);
        add(format!("{name} running"), one.running);
        add(format!("{name} excluded"), one.excluded);
    }
    let responses = period.responses.as_ref().unwrap();
    add("asked".into(), responses.asked);
    add("answered".into(), responses.answered);
    add("expired".into(), responses.expired);
    let known = responses.answered + responses.expired;
    assert_eq!(responses.waiting, responses.asked - known);
    for said in &period.satisfaction {
        let synthetic = said.synthetic;
        for (place, count) in said.scores.iter().enumerate() {
            add(format!("score {synthetic} {}", place + 1), *count);
        }
        for (place, count) in said.efforts.iter().enumerate() {
            add(format!("effort {synthetic} {}", place + 1), *count);
        }
        for joined in &said.joined {
            let name = metric(joined.metric());
            for (kept, estimate) in [(true, &joined.kept), (false, &joined.broken)] {
                let Some(estimate) = estimate else { continue };
                let yes = (estimate.value * estimate.count as f64).round() as u64;
                add(format!("joined {synthetic} {name} {kept} true"), yes);
                add(
                    format!("joined {synthetic} {name} {kept} false"),
                    estimate.count - yes,
                );
            }
        }
    }
    counts
}

fn lives() -> Vec<Told> {
    // Always the same chance: what fails once fails again.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let one = |_| told().new_tree(&mut runner).unwrap().current();
    (0..LIVES).map(one).collect()
}

#[tokio::test]
async fn days_are_what_counting_anew_gives() {
    let stage = Stage::set().await;
    let lives = lives();
    for told in &lives {
        live(&stage, told).await;
        // The log in memory never waits: the read model gets its turn here.
        stage.host.caught_up().await;
    }
    // Now is 2 March, the 60th day.
    let periods = [
        ("2026-01-01", "2026-04-01", 0..90),
        ("2026-01-11", "2026-01-31", 10..30),
        ("2026-02-15", "2026-03-15", 45..73),
        ("2026-03-02", "2026-03-03", 60..61),
    ];
    let whose = [
        ("it", false, vec![0]),
        ("it", true, vec![0, 1]),
        ("helpdesk", false, vec![1]),
        ("hr", true, vec![2]),
    ];
    for (from, to, days) in periods {
        for (department, with_below, counted) in &whose {
            let request = pb::GetScorecardRequest {
                with_below: *with_below,
                ..asking(department, from, to)
            };
            let card = stage.card(&stage.root, request).await.unwrap();
            let asked = Asked {
                departments: counted.iter().copied().collect(),
                days: days.clone(),
                now: 60,
            };
            let expected = recount(&lives, &asked);
            assert!(!expected.is_empty(), "{department} {from}");
            assert_eq!(shown(&card.periods[0]), expected, "{department} {from}");
        }
    }
}
