//! The story, on every event log and however many processes there are.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use khidma::cli::ServiceName;
use khidma::client::Endpoints;
use khidma::host::Host;
use khidma::story::{Silent, Stage, StoryOutcome, monday_before_last, play};
use khidma_edge::Config;
use khidma_edge::identity::LocalAuthority;
use khidma_edge::telemetry::Signals;
use khidma_kernel::Timestamp;
use khidma_proto::notifications::{EscalationState, MessageKind};
use khidma_proto::sla::{ClockState, Metric, Verdict};
use khidma_runtime::{Clock, TimeMachine};
use khidma_testkit::NatsServer;

/// Services in one data folder of their own, with the keys of `identity`.
async fn host(
    folder: &tempfile::TempDir,
    identity: &LocalAuthority,
    log: &str,
    services: &[ServiceName],
) -> Host {
    host_by(Clock::system(), folder, identity, log, services).await
}

async fn host_by(
    clock: Clock,
    folder: &tempfile::TempDir,
    identity: &LocalAuthority,
    log: &str,
    services: &[ServiceName],
) -> Host {
    let mut config = Config::in_folder(folder.path());
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.identity.jwks_file = Some(identity.jwks_file().to_owned());
    log.clone_into(&mut config.log.url);
    Host::start(config, services, clock, Signals::none())
        .await
        .unwrap()
}

fn authority(folder: &tempfile::TempDir) -> Arc<LocalAuthority> {
    let config = Config::in_folder(folder.path());
    Arc::new(LocalAuthority::open_or_create(&config.identity_folder(), &config.identity).unwrap())
}

async fn played(authority: &Arc<LocalAuthority>, endpoints: Endpoints) -> StoryOutcome {
    played_by((Clock::system(), None), authority, endpoints).await
}

async fn played_by(
    (clock, time): (Clock, Option<TimeMachine>),
    authority: &Arc<LocalAuthority>,
    endpoints: Endpoints,
) -> StoryOutcome {
    let stage = Stage {
        endpoints,
        authority: authority.clone(),
        clock,
        time,
        patience: Duration::from_secs(20),
    };
    play(&stage, &mut Silent).await.unwrap()
}

fn address(host: &Host) -> String {
    format!("http://{}", host.address())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_on_every_log_and_across_processes() {
    let folders: [tempfile::TempDir; 9] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
    let [keys, one, two, others @ ..] = &folders;
    let authority = authority(keys);

    let embedded = host(one, &authority, "embedded", &ServiceName::ALL).await;
    let at = Endpoints::all_at(&address(&embedded));
    let on_embedded = played(&authority, at.clone()).await;

    let nats = NatsServer::start().await;
    let together = host(two, &authority, &nats.url(), &ServiceName::ALL).await;
    let on_jetstream = played(&authority, Endpoints::all_at(&address(&together))).await;
    assert_eq!(on_embedded.timelines(), on_jetstream.timelines());
    assert_eq!(on_embedded.heard, on_jetstream.heard);
    assert_eq!(on_embedded.voiced, on_jetstream.voiced);

    let other_nats = NatsServer::start().await;
    let mut hosts = Vec::new();
    for (service, folder) in ServiceName::ALL.into_iter().zip(others) {
        hosts.push(host(folder, &authority, &other_nats.url(), &[service]).await);
    }
    let [directory, requests, sla, notifications, feeds, feedback] = &hosts[..] else {
        panic!("a service has no host");
    };
    let endpoints = Endpoints {
        directory: address(directory),
        sla: address(sla),
        notifications: address(notifications),
        feeds: address(feeds),
        feedback: address(feedback),
        ..Endpoints::all_at(&address(requests))
    };
    let apart = played(&authority, endpoints).await;
    assert_eq!(on_embedded.timelines(), apart.timelines());
    assert_eq!(on_embedded.heard, apart.heard);
    assert_eq!(on_embedded.voiced, apart.voiced);

    let again = played(&authority, at).await;
    assert_eq!(on_embedded.timelines(), again.timelines());
    assert_eq!(on_embedded.heard, again.heard);
    assert_eq!(on_embedded.voiced.said, again.voiced.said);
    assert_ne!(
        on_embedded.laptop.id, again.laptop.id,
        "a second play makes new requests"
    );
    for host in [embedded, together].into_iter().chain(hosts) {
        assert!(host.stop().await, "a host did not end in time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_as_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(&folder);
    let embedded = host(&folder, &authority, "embedded", &ServiceName::ALL).await;
    let outcome = played(&authority, Endpoints::all_at(&address(&embedded))).await;
    let kinds = |told: &[khidma::story::Line]| {
        told.iter()
            .map(|line| line.kind.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&outcome.laptop.timeline),
        [
            "submitted",
            "receipt_issued",
            "acknowledged",
            "assigned",
            "started",
            "wait_began",
            "note_added",
            "replied",
            "resumed",
            "resolved",
            "reopened",
            "resolved",
            "confirmed"
        ]
    );
    assert!(
        !kinds(&outcome.laptop.watched).contains(&"note_added".to_owned()),
        "the note was for IT alone"
    );
    assert_eq!(
        kinds(&outcome.employee.timeline),
        [
            "submitted",
            "receipt_issued",
            "approvals_required",
            "tasks_planned",
            "approval_given",
            "approval_step_passed",
            "approved",
            "tasks_begun",
            "task_progressed",
            "tasks_begun",
            "task_progressed",
            "task_progressed",
            "task_progressed",
            "tasks_begun",
            "task_progressed",
            "acknowledged",
            "assigned",
            "resolved",
            "confirmed"
        ]
    );
    assert_eq!(
        kinds(&outcome.payroll.timeline).last().map(String::as_str),
        Some("confirmed")
    );
}

/// Each hears in their own language what concerns them, once, and nothing of what they did themselves.
#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_in_their_own_languages() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(&folder);
    let embedded = host(&folder, &authority, "embedded", &ServiceName::ALL).await;
    let outcome = played(&authority, Endpoints::all_at(&address(&embedded))).await;
    let heard = |person: &str| {
        let theirs = outcome.heard.iter().filter(|one| one.person == person);
        let (kinds, languages): (Vec<_>, BTreeSet<_>) =
            theirs.map(|one| (one.kind, one.language.as_str())).unzip();
        (kinds, languages.into_iter().collect::<Vec<_>>())
    };
    use MessageKind::{Approval, Ended, Receipt, Reopened, Reply, Resolved};
    // In the order of the kinds: they are sorted.
    let daniels = vec![Receipt, Reply, Resolved, Ended, Reopened];
    assert_eq!(heard("daniel"), (daniels, vec!["en"]));
    assert_eq!(heard("amina"), (vec![Ended], vec!["ar"]));
    assert_eq!(heard("mei"), (vec![Approval], vec!["ja"]));
    let linhs = vec![Resolved, Resolved, Resolved, Ended, Ended];
    assert_eq!(heard("linh"), (linhs, vec!["vi"]));
    assert_eq!(heard("farid"), (vec![Reply, Ended], vec!["fa"]));
    for one in &outcome.heard {
        let says = |word: &str| one.subject.contains(word);
        assert!(!one.subject.is_empty() && !says("note"), "{one:?}");
    }
    assert!(embedded.stop().await, "the host did not end in time");
}

/// What they say of it stands in the scorecard of who did it, and what was done about it is told to them.
#[tokio::test(flavor = "multi_thread")]
async fn people_say_how_it_went_and_it_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(&folder);
    let embedded = host(&folder, &authority, "embedded", &ServiceName::ALL).await;
    let outcome = played(&authority, Endpoints::all_at(&address(&embedded))).await;
    let voiced = outcome.voiced;
    let said = voiced
        .said
        .iter()
        .map(|one| (one.person.as_str(), one.score));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            ("daniel", 5),
            ("amina", 5),
            ("farid", 4),
            ("linh", 5),
            ("nour", 2),
            ("mei", 4),
            ("farid", 5),
        ]
    );
    let heard = voiced.heard.iter();
    let heard = heard.map(|one| (one.person.as_str(), one.kind, one.language.as_str()));
    assert_eq!(
        heard.collect::<Vec<_>>(),
        [
            ("farid", MessageKind::Improvement, "fa"),
            ("linh", MessageKind::Improvement, "vi"),
            ("daniel", MessageKind::Thanks, "en"),
        ]
    );
    // Of IT alone: what HR did is not in it.
    let card = voiced.card.unwrap();
    assert_eq!(card.satisfaction.len(), 1);
    let satisfaction = &card.satisfaction[0];
    assert!(!satisfaction.synthetic);
    assert_eq!(satisfaction.scores, [0, 1, 0, 1, 3]);
    assert_eq!(satisfaction.csat.as_ref().unwrap().value, 0.8);
    let responses = card.responses.unwrap();
    assert_eq!((responses.asked, responses.answered), (5, 5));
    let concerns = card.concerns.unwrap();
    assert_eq!(
        (concerns.raised, concerns.published, concerns.open),
        (1, 1, 0)
    );
    assert_eq!(card.actions.unwrap().done_in_time, 1);
    assert_eq!(card.thanks, 1);
    assert!(embedded.stop().await, "the host did not end in time");
}

/// Two days of working time pass at once, and come out to the microsecond; again on the same data, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_promise_is_measured_where_the_clock_can_be_moved() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(&folder);
    // A Thursday in summer, and the machine's own time is later.
    let today: Timestamp = "2026-07-16T10:00:00Z".parse().unwrap();
    let (clock, time) = Clock::travelling(monday_before_last(today).unwrap());
    let all = &ServiceName::ALL;
    let host = host_by(clock.clone(), &folder, &authority, "embedded", all).await;
    let at = Endpoints::all_at(&address(&host));
    let outcome = played_by((clock.clone(), Some(time.clone())), &authority, at).await;
    let promised = outcome.promise.unwrap();
    let clocks = &promised.clocks;
    assert_eq!(clocks.len(), 2);
    for clock in clocks {
        let (minutes, verdict) = match clock.metric() {
            Metric::Acknowledge => (20, Verdict::Met),
            Metric::Resolve => (4 * 60 + 45, Verdict::Breached),
            other => panic!("{other:?} was not promised"),
        };
        assert_eq!(clock.elapsed_micros, minutes * 60_000_000);
        assert_eq!(
            (clock.verdict(), clock.state()),
            (verdict, ClockState::Stopped)
        );
    }
    let resolve = clocks.iter().find(|one| one.metric() == Metric::Resolve);
    let resolve = resolve.unwrap();
    assert_eq!(resolve.warned_percents, [75]);
    assert_eq!(
        resolve.breached, resolve.due,
        "the target ended within working time"
    );
    let late = resolve.ended.unwrap().seconds - resolve.breached.unwrap().seconds;
    assert_eq!(late, 45 * 60);
    let climbed = &promised.climbed;
    let escalation = &climbed.escalation;
    assert_eq!(escalation.state(), EscalationState::Acknowledged);
    assert_eq!(escalation.acknowledged_by, "nour");
    let told = escalation
        .levels
        .iter()
        .map(|level| level.person_ids.join(","));
    assert_eq!(told.collect::<Vec<_>>(), ["mei", "nour"]);
    let waited =
        escalation.levels[1].at.unwrap().seconds - escalation.levels[0].at.unwrap().seconds;
    assert_eq!(
        waited,
        35 * 60,
        "half an hour, and until the clock was moved on"
    );
    let heard = climbed.heard.iter();
    let heard: Vec<_> = heard
        .map(|one| (one.person.as_str(), one.kind, one.language.as_str()))
        .collect();
    // There are no texts in Nour's first language.
    let escalation = MessageKind::Escalation;
    assert_eq!(
        heard,
        [("mei", escalation, "ja"), ("nour", escalation, "en")]
    );
    time.to_the_present();
    assert!(host.stop().await, "the host did not end in time");
}
