//! A process that is asked to stop ends what it has begun; the next one goes on where it was.

use khidma_proto::requests::{GetRequest, WatchRequestRequest};
use khidma_testkit::{NatsServer, eventually};
use tokio::net::TcpStream;
use tonic::Code;

use crate::clients::{get, refused, reply, wish};
use crate::ledger::{Ledger, head};
use crate::load::Load;
use crate::site::{AMINA, DANIEL, Site, seed_jetstream};
use crate::{PATIENCE, seed};

#[tokio::test(flavor = "multi_thread")]
async fn a_running_call_gets_its_answer_although_the_process_stops() {
    let (site, nats) = (Site::new(), NatsServer::start().await);
    seed_jetstream(&nats.url()).await;
    let mut stopping = site.serve("stopping", "requests", &nats.url());
    let mut staying = site.serve("staying", "requests", &nats.url());
    let (first, second) = (stopping.address().await, staying.address().await);
    let mut amina = site.requests(&second, AMINA).await;
    let submitted = amina
        .submit(wish("Wait for it"))
        .await
        .unwrap()
        .into_inner();

    // A call that can only be answered when the other process has written something.
    let mut asking = site.requests(&first, AMINA).await;
    get(&mut asking, &submitted.id, submitted.position).await;
    let next = GetRequest {
        id: submitted.id.clone(),
        min_position: head(&site, &second).await + 1,
    };
    let watch = WatchRequestRequest {
        id: submitted.id.clone(),
        after_position: submitted.position,
        ..WatchRequestRequest::default()
    };
    let mut watcher = asking.clone();
    let running = async { asking.get(next).await.unwrap().into_inner() };
    let stop = async {
        // What is sent after the call, on the same connection, is answered: so the call has arrived too.
        let mut stream = watcher.watch_request(watch).await.unwrap().into_inner();
        stopping.terminate();
        let came_back = stream.message().await;
        assert_eq!(refused(came_back).0, Code::Unavailable);
        let port = first.trim_start_matches("http://");
        let closed = eventually(PATIENCE, || async {
            TcpStream::connect(port).await.is_err()
        });
        assert!(closed.await, "it still lets callers in");
        let reply = reply(&submitted.id, "There it is");
        amina.reply(reply).await.unwrap().into_inner().position
    };
    let (answer, position) = tokio::join!(biased; running, stop);
    assert!(answer.position >= position);
    assert_eq!(answer.request.unwrap().id, submitted.id);
    let said = stopping.ended(PATIENCE).await;
    assert_eq!(said.exit, Some(0), "{}", said.stderr);
    staying.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_process_knows_what_the_one_before_was_told() {
    let site = Site::new();
    site.seed_embedded().await;
    let mut process = site.up("embedded");
    let address = process.address().await;
    let mut amina = site.requests(&address, AMINA).await;
    let ask = wish("Remember me");
    let first = amina.submit(ask.clone()).await.unwrap().into_inner();
    process.stop().await;

    let mut process = site.up("embedded");
    let address = process.address().await;
    let mut daniel = site.requests(&address, DANIEL).await;
    let found = get(&mut daniel, &first.id, first.position).await;
    assert_eq!(found.title, "Remember me");
    let mut amina = site.requests(&address, AMINA).await;
    let again = amina.submit(ask).await.unwrap().into_inner();
    assert_eq!(again, first);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_under_load_ends_well_each_time() {
    let site = Site::new();
    site.seed_embedded().await;
    let log = site.embedded_log(&khidma_runtime::Tasks::new());
    let shared = seed::requests(&log, 4).await;
    drop(log);
    let load = Load::start(&site, 8, shared);
    for _ in 0..5 {
        let mut process = site.up("embedded");
        load.point_at(Some(&process.address().await));
        load.goes_on(50).await;
        load.point_at(None);
        process.stop().await;
    }
    let mut process = site.up("embedded");
    let address = process.address().await;
    load.point_at(Some(&address));
    let acks = load.finish().await;
    let ledger = Ledger::read(&site, &address).await;
    for ack in &acks {
        let positions = ledger.positions(ack.wish.by, &ack.wish.key);
        assert_eq!(positions, [ack.position], "{ack:?}");
    }
    process.stop().await;
}
