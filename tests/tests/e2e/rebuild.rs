//! `khidma rebuild requests` while the server serves: the old view answers, whole, until the new one takes its place.

use std::collections::BTreeSet;

use khidma_proto::requests::{GetQueueRequest, ListRequest, State};
use khidma_runtime::Tasks;
use serde_json::Value;

use crate::clients::{Requests, get, wish};
use crate::load::random;
use crate::process::Process;
use crate::seed;
use crate::site::{ADMIN, AMINA, DANIEL, Site};

/// Requests there are when the rebuild begins: enough that it takes a while.
const THERE: usize = 6_000;

/// What one who keeps asking has seen.
#[derive(Debug, Default)]
struct Seen {
    position: u64,
    requests: usize,
    answers: usize,
}

impl Seen {
    /// An answer at `position` that shows `requests`: never less than the one before.
    fn note(&mut self, position: u64, requests: usize) {
        assert!(
            position >= self.position,
            "an answer went back to {position}: {self:?}"
        );
        assert!(
            requests >= self.requests,
            "an answer shows only {requests}: {self:?}"
        );
        (self.position, self.requests) = (position, requests);
        self.answers += 1;
    }
}

/// Rebuilds by the command line.
fn rebuild(site: &Site, address: &str) -> Process {
    let arguments = ["rebuild", "requests", "--json", "--server", address];
    let mut command = site.command("up", &arguments);
    command.env("KHIDMA_TOKEN", site.token(ADMIN));
    site.run("rebuild", command)
}

/// The generation that is served, as the folder names it.
fn serving(site: &Site) -> String {
    std::fs::read_to_string(site.data("up").join("views/requests/current")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_are_answered_from_the_old_view_until_the_new_one_is_there() {
    let site = Site::new();
    site.seed_embedded().await;
    let ids = seed::requests(&site.embedded_log(&Tasks::new()), THERE).await;
    let mut process = site.up("embedded");
    let address = process.address().await;
    let mut amina = site.requests(&address, AMINA).await;
    let mut daniel = site.requests(&address, DANIEL).await;
    let generation = serving(&site);

    let (mut queue, mut written) = (Seen::default(), 0);
    look_at_the_queue(&mut daniel, &mut queue).await;
    assert_eq!(queue.requests, THERE);
    let (mut rebuilding, before) = (rebuild(&site, &address), queue.answers);
    while rebuilding.is_running() {
        look_at_the_queue(&mut daniel, &mut queue).await;
        let id = &ids[usize::try_from(random(THERE as u64)).unwrap()];
        assert_eq!(get(&mut amina, id, 0).await.id, *id);
        written += 1;
        let position = amina
            .submit(wish("Meanwhile"))
            .await
            .unwrap()
            .into_inner()
            .position;
        assert!(newest(&mut amina, position).await >= written.min(100));
    }
    let said = rebuilding.ended(crate::PATIENCE).await;
    assert_eq!(said.exit, Some(0), "{}", said.stderr);
    let answers = queue.answers - before;
    assert!(
        answers >= 3,
        "it was over after {answers} answers: too few to tell"
    );
    assert!(progress(&said.stdout) > 1, "{}", said.stdout);
    assert_ne!(serving(&site), generation, "the same rows serve");

    look_at_the_queue(&mut daniel, &mut queue).await;
    assert_eq!(queue.requests, THERE + written);
    println!(
        "{answers} looks at the queue and {written} commands while {THERE} requests were rebuilt"
    );
    process.stop().await;
}

/// Asks how many open requests there are in all.
async fn look_at_the_queue(daniel: &mut Requests, seen: &mut Seen) {
    let question = GetQueueRequest {
        department_id: "it".into(),
        page_size: 1,
        ..GetQueueRequest::default()
    };
    let answer = daniel.get_queue(question).await.unwrap().into_inner();
    let submitted = answer
        .counts
        .iter()
        .filter(|one| one.state() == State::Submitted);
    seen.note(
        answer.position,
        submitted.map(|one| one.count as usize).sum(),
    );
}

/// How many of the newest hundred requests were written meanwhile, as a caller sees who has just written.
async fn newest(amina: &mut Requests, min_position: u64) -> usize {
    let question = ListRequest {
        requester_id: "me".into(),
        page_size: 100,
        min_position,
        ..ListRequest::default()
    };
    let page = amina.list(question).await.unwrap().into_inner();
    assert_eq!(page.requests.len(), 100, "a page of an unfinished view");
    page.requests
        .iter()
        .filter(|one| one.title == "Meanwhile")
        .count()
}

/// How many different positions were reported on the way; the last report says that it is done.
fn progress(stdout: &str) -> usize {
    let reports: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports.last().unwrap()["done"], true, "{stdout}");
    let positions: BTreeSet<_> = reports
        .iter()
        .map(|report| report["position"].to_string())
        .collect();
    positions.len()
}
