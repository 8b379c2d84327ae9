//! The story of a new employee is the same on every log and however many processes there are; `khidma up --demo` prints
//! it and stays up.

use khidma::client::Endpoints;
use khidma::story::{Line, Silent, Stage, StoryOutcome, play};
use khidma_testkit::NatsServer;

use crate::PATIENCE;
use crate::clients::health_becomes;
use crate::process::Process;
use crate::site::{ADMIN, Site};

async fn played(site: &Site, endpoints: Endpoints) -> StoryOutcome {
    let stage = Stage {
        endpoints,
        authority: site.authority.clone(),
        clock: site.clock.clone(),
        time: None,
        patience: PATIENCE,
    };
    play(&stage, &mut Silent).await.unwrap()
}

/// The story in one process on `log`.
async fn played_together(log: &str) -> StoryOutcome {
    let site = Site::new();
    let mut process = site.up(log);
    let address = process.address().await;
    let outcome = played(&site, Endpoints::all_at(&address)).await;
    process.stop().await;
    outcome
}

/// The story with a process for each service, all on the log at `url`.
async fn played_apart(url: &str) -> StoryOutcome {
    let site = Site::new();
    let mut directory = site.serve("directory", "directory", url);
    let mut requests = site.serve("requests", "requests", url);
    let mut sla = site.serve("sla", "sla", url);
    let mut notifications = site.serve("notifications", "notifications", url);
    let mut feeds = site.serve("feeds", "feeds", url);
    let mut feedback = site.serve("feedback", "feedback", url);
    let endpoints = Endpoints {
        directory: directory.address().await,
        requests: requests.address().await,
        sla: sla.address().await,
        notifications: notifications.address().await,
        feeds: feeds.address().await,
        feedback: feedback.address().await,
        operations: String::new(),
    };
    let outcome = played(&site, endpoints).await;
    directory.stop().await;
    requests.stop().await;
    sla.stop().await;
    notifications.stop().await;
    feeds.stop().await;
    feedback.stop().await;
    outcome
}

/// What came of it, without what differs from play to play.
fn told(outcome: &StoryOutcome) -> [&[Line]; 6] {
    let [employee, laptop, payroll] = outcome.timelines();
    [
        employee,
        &outcome.employee.watched,
        laptop,
        payroll,
        &outcome.laptop.watched,
        &outcome.payroll.watched,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_on_every_log_and_across_processes() {
    let (one, other) = (NatsServer::start().await, NatsServer::start().await);
    let embedded = played_together("embedded").await;
    let kinds = embedded
        .laptop
        .timeline
        .iter()
        .map(|line| line.kind.as_str());
    assert!(
        kinds.filter(|kind| *kind == "reopened").count() == 1,
        "it is another story"
    );
    let jetstream = played_together(&one.url()).await;
    assert_eq!(told(&embedded), told(&jetstream));
    assert_eq!(embedded.heard, jetstream.heard);
    assert_eq!(embedded.heard.len(), 14, "{:?}", embedded.heard);
    assert_eq!(embedded.voiced, jetstream.voiced);
    assert_eq!(embedded.voiced.said.len(), 7, "{:?}", embedded.voiced);
    let apart = played_apart(&other.url()).await;
    assert_eq!(told(&embedded), told(&apart));
    assert_eq!(embedded.heard, apart.heard);
    assert_eq!(embedded.voiced, apart.voiced);
    assert_ne!(embedded.laptop.id, jetstream.laptop.id);
}

/// The part of the demo that tells the timelines, and where the process listens.
async fn printed(process: &mut Process) -> (String, String) {
    let told = process.says("the timelines", |stdout| {
        let (_, after) = stdout.split_once("What happened to them")?;
        let (told, _) = after.split_once("Now you")?;
        after.contains("events tail").then(|| told.to_owned())
    });
    (told.await, process.address().await)
}

/// Dates and times differ from play to play: their digits are made the same.
fn without_times(text: &str) -> String {
    text.replace(|letter: char| letter.is_ascii_digit(), "#")
}

/// The story without the chapter of the measured promise, and that chapter.
fn without_the_promise(told: &str) -> (String, String) {
    let Some((before, rest)) = told.split_once("A promise, measured") else {
        return (told.to_owned(), String::new());
    };
    let (chapter, after) = rest.split_once("The organisation\n").unwrap();
    (
        format!("{before}The organisation\n{after}"),
        chapter.to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_prints_it_and_stays_up() {
    let nats = NatsServer::start().await;
    let mut prints = Vec::new();
    for log in ["embedded".to_owned(), nats.url()] {
        let site = Site::new();
        let arguments = ["up", "--demo", "--listen", "127.0.0.1:0", "--log", &log];
        let mut process = site.start("up", &arguments);
        let (told, address) = printed(&mut process).await;
        for text in [
            "Sara has all she needs.",
            "The laptop lies on Amina's desk.",
            "There is no charger in the bag.",
            "The last one in stock: order more.",
            "The account is open from Monday on.",
            "Rất nhanh và tử tế",
        ] {
            assert!(told.contains(text), "{text:?} is missing:\n{told}");
        }
        let (told, measured) = without_the_promise(&told);
        assert_eq!(told.matches(" confirmed ").count(), 3, "{told}");
        let is_measured = measured.contains("breach") && measured.contains("4 h 45 min");
        assert!(is_measured, "{told}\n{measured}");
        health_becomes(&site, &address, ADMIN, true).await;
        let healthy = site.khidma(&["health", "--server", &address]).await;
        assert_eq!(healthy.exit, Some(0), "{healthy:?}");
        let list = ["request", "list", "--provider", "it", "--server", &address];
        let listed = site.khidma(&list).await;
        assert!(listed.stdout.contains("Laptop, ready to use"), "{listed:?}");
        assert!(process.is_running());
        process.stop().await;
        prints.push(without_times(&told));
    }
    assert_eq!(prints[0], prints[1]);
}
