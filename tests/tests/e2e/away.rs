//! The event log's server is not there: at the start, or in the middle.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use futures::future::join_all;
use khidma_edge::status::ErrorReport;
use khidma_proto::requests::{SubmitRequest, SubmitResponse};
use khidma_testkit::NatsServer;
use tonic::{Code, Response, Status};

use crate::clients::{Requests, get, health_becomes, wish};
use crate::ledger::Ledger;
use crate::site::{ADMIN, AMINA, Site, seed_jetstream};

/// What the command line says where something is unavailable.
const UNAVAILABLE: Option<i32> = Some(6);
/// Within which a process without a log gives up, and a command without a log is answered.
const BOUND: Duration = Duration::from_secs(60);
const ANSWER_BOUND: Duration = Duration::from_secs(12);

type Answer = Result<SubmitResponse, Status>;

/// A NATS address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("nats://{}", listener.local_addr().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_at_the_start_it_tries_for_a_while_and_says_so() {
    let (site, url) = (Site::new(), nobody());
    let processes = [site.up(&url), site.serve("requests", "requests", &url)];
    for said in join_all(processes.map(|process| process.ended(BOUND))).await {
        assert_eq!(said.exit, UNAVAILABLE, "{}", said.stderr);
        let attempts = said.stderr.matches("was not reached attempt=").count();
        let error = said
            .stderr
            .lines()
            .rev()
            .find(|line| line.contains("in 8 attempts"));
        assert!(
            error.is_some_and(|line| line.contains(&url)),
            "{}",
            said.stderr
        );
        assert!(attempts <= 8, "{}", said.stderr);
    }
}

/// A refusal that asks for patience.
fn asks_for_patience(status: &Status) {
    let report = ErrorReport::from_status(status);
    assert_eq!(report.code, Code::Unavailable, "{status:?}");
    assert!(report.retry_after.is_some(), "no retry hint: {status:?}");
}

/// The answer, which may not take longer than a caller can be asked to wait.
async fn answer_in_time(mut client: Requests, ask: &SubmitRequest) -> Answer {
    let asked = Instant::now();
    let answer = client.submit(ask.clone()).await;
    let took = asked.elapsed();
    assert!(took < ANSWER_BOUND, "an answer took {took:?}");
    answer.map(Response::into_inner)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lost_in_the_middle_costs_time_and_nothing_else() {
    let (site, mut nats) = (Site::new(), NatsServer::start().await);
    seed_jetstream(&nats.url()).await;
    let mut process = site.serve("requests", "requests", &nats.url());
    let address = process.address().await;
    health_becomes(&site, &address, ADMIN, true).await;
    let mut amina = site.requests(&address, AMINA).await;
    let before = amina.submit(wish("Before")).await.unwrap().into_inner();
    get(&mut amina, &before.id, before.position).await;

    // These are on their way at the moment of death: some are answered, and the fate of others is not known to anybody.
    let asks: Vec<_> = (0..32).map(|n| wish(&format!("During {n}"))).collect();
    let during = asks.iter().map(|ask| answer_in_time(amina.clone(), ask));
    let death = async { nats.kill() };
    let (during, ()) = tokio::join!(biased; join_all(during), death);
    for status in during.iter().filter_map(|answer| answer.as_ref().err()) {
        asks_for_patience(status);
    }
    let late = answer_in_time(amina.clone(), &wish("Too late")).await;
    asks_for_patience(&late.unwrap_err());
    health_becomes(&site, &address, ADMIN, false).await;
    assert_eq!(get(&mut amina, &before.id, 0).await.title, "Before");

    nats.restart().await;
    health_becomes(&site, &address, ADMIN, true).await;
    let mut amina = site.requests(&address, AMINA).await;
    for (ask, first) in asks.iter().zip(during) {
        let answer = amina.submit(ask.clone()).await.unwrap().into_inner();
        assert!(first.is_err() || first.is_ok_and(|first| first == answer));
        let again = amina.submit(ask.clone()).await.unwrap().into_inner();
        assert_eq!(answer, again);
        let shown = get(&mut amina, &answer.id, answer.position).await;
        assert_eq!(shown.title, ask.title);
    }
    let ledger = Ledger::read(&site, &address).await;
    for ask in &asks {
        assert_eq!(ledger.positions(AMINA, &ask.request_id).len(), 1, "{ask:?}");
    }
    assert_eq!(ledger.entries.len(), asks.len() + 1);
    process.stop().await;
}

/// Callers at work do not notice more than a pause.
#[tokio::test(flavor = "multi_thread")]
async fn callers_who_do_not_give_up_get_each_answer_once() {
    let (site, mut nats) = (Site::new(), NatsServer::start().await);
    seed_jetstream(&nats.url()).await;
    let mut process = site.serve("requests", "requests", &nats.url());
    let address = process.address().await;
    let mut amina = site.requests(&address, AMINA).await;
    let shared = amina.submit(wish("Shared")).await.unwrap().into_inner();
    let load = crate::load::Load::start(&site, 8, vec![shared.id]);
    load.point_at(Some(&address));
    for _ in 0..5 {
        load.goes_on(50).await;
        nats.restart().await;
    }
    load.goes_on(50).await;
    let acks = load.finish().await;
    let ledger = Ledger::read(&site, &address).await;
    for ack in &acks {
        let positions = ledger.positions(ack.wish.by, &ack.wish.key);
        assert_eq!(positions, [ack.position], "{ack:?}");
    }
    assert_eq!(ledger.entries.len(), acks.len() + 1);
    process.stop().await;
}
