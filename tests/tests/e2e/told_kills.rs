//! A hundred thousand events for fifty departments, on a real nats-server, while the services that tell of them are killed
//! again and again: each department's feed holds exactly its events, once and in order; each message reaches its receiver at
//! least once and under one id; each inbox shows it once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt, stream};
use khidma_edge::client::Connection;
use khidma_eventlog::{
    EventLog, FeedConfig, FeedEnd, FeedStream, JetStreamConfig, JetStreamLog, Proposal,
};
use khidma_events::Event;
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentJoined, PersonEvent, PersonKind,
    PersonRegistered, department_entity, person_entity,
};
use khidma_events::requests::{ReceiptIssued, RequestEvent, Submitted, TagsChanged};
use khidma_kernel::{Actor, Commit, DepartmentId, Meta, PersonId, Position, Recorded, Role};
use khidma_proto::notifications::deliveries_service_client::DeliveriesServiceClient;
use khidma_proto::notifications::inbox_service_client::InboxServiceClient;
use khidma_proto::notifications::register_endpoint_request::Owner;
use khidma_proto::notifications::{
    CountUnreadRequest, EndpointKind, ListInboxRequest, MessageKind, RegisterEndpointRequest,
};
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::{NatsServer, append, eventually};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::clients::key;
use crate::load::random;
use crate::process::Process;
use crate::site::{Site, Who};

const DEPARTMENTS: usize = 50;
/// Requests, of five events each.
const REQUESTS: usize = 20_000;
/// How often each of the two services is killed. While each process lives, as many requests are asked for.
const KILLS: usize = 20;
/// One kill in so many comes while the process starts.
const AT_START: usize = 5;
/// The latest moment at which a starting process is killed, in milliseconds.
const START: u64 = 800;
/// The longest life of any other, counted from the first it tells, in milliseconds.
const LIFE: u64 = 800;
/// Appends under way at once.
const AT_ONCE: usize = 64;
/// How long anything may take here: it is much.
const LONG: Duration = Duration::from_secs(600);

fn department(number: usize) -> DepartmentId {
    format!("d{:02}", number % DEPARTMENTS).parse().unwrap()
}

/// The one member of a department.
fn person(number: usize) -> PersonId {
    format!("p{:02}", number % DEPARTMENTS).parse().unwrap()
}

/// Departments that have a webhook.
fn has_webhook(number: usize) -> bool {
    number % DEPARTMENTS < 10
}

/// The departments, and somebody in each.
async fn organisation(log: &JetStreamLog) {
    for number in 0..DEPARTMENTS {
        let (department, person) = (department(number), person(number));
        let created = DepartmentCreated {
            department: department.clone(),
            name: department.to_string(),
            parent: None,
        };
        append::<DepartmentEvent>(log, department_entity(&department), vec![created.into()]).await;
        let registered = PersonRegistered {
            person: person.clone(),
            display_name: person.to_string(),
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department,
            main: true,
        };
        let events = vec![registered.into(), joined.into()];
        append::<PersonEvent>(log, person_entity(&person), events).await;
    }
}

/// A request that was written down.
#[derive(Debug, Clone)]
struct Asked {
    id: Uuid,
    provider: usize,
    requester: usize,
    position: Position,
    /// The ids of its events.
    events: Vec<Uuid>,
}

/// Asks for something: the provider and the department that asks are affected.
async fn ask(log: &JetStreamLog, number: usize) -> Asked {
    let clock = Clock::system();
    let (provider, requester) = (number, number / DEPARTMENTS + number + 1);
    let (by, of) = (person(requester), department(requester));
    let title = format!("Wish {number}");
    let submitted = Submitted::plain(department(provider), by.clone(), of.clone(), title);
    let tagged = |tag: &str| {
        let tags = vec![tag.to_owned()];
        RequestEvent::from(TagsChanged { tags })
    };
    let events = [
        submitted.into(),
        ReceiptIssued {}.into(),
        tagged("a"),
        tagged("b"),
        tagged("c"),
    ];
    let events = events.map(|event| Recorded {
        id: clock.new_id(),
        at: clock.now(),
        by: Actor::Person(by.clone()),
        event,
    });
    let id = clock.new_id();
    let ids = events.iter().map(|event| event.id).collect();
    let commit = Commit {
        entity: id.to_string(),
        meta: Meta {
            correlation: id,
            causation: None,
            traceparent: None,
            audience: BTreeSet::from([department(provider), of]),
            once: None,
        },
        events: events.into(),
    };
    let proposal = Proposal {
        id,
        context: RequestEvent::CONTEXT,
        entity: id.to_string(),
        payload: khidma_events::encode(&commit).unwrap().into(),
    };
    let position = log
        .append(proposal, Position::START)
        .await
        .unwrap()
        .position;
    Asked {
        id,
        provider: provider % DEPARTMENTS,
        requester: requester % DEPARTMENTS,
        position,
        events: ids,
    }
}

/// What came to the webhooks: of each request, the ids under which it came, each with how often.
type Posted = Arc<Mutex<HashMap<String, BTreeMap<String, usize>>>>;

/// A receiver of webhooks, in this process; its URL.
async fn sink() -> (Posted, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let posted = Posted::default();
    let kept = posted.clone();
    let tasks = Tasks::new();
    let connections = tasks.clone();
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(receive(stream, kept.clone()));
        }
    });
    (posted, url)
}

/// Takes what comes by one connection until it ends, as it may at any moment.
async fn receive(stream: TcpStream, posted: Posted) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut length, mut id) = (String::new(), 0, String::new());
        while stream.read_line(&mut line).await.ok()? > 2 {
            if let Some((name, value)) = line.split_once(':') {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.trim().parse().ok()?,
                    "webhook-id" => id = value.trim().to_owned(),
                    _ => {}
                }
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream
            .read_exact(&mut body)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        let body: Value = serde_json::from_slice(&body).unwrap();
        let request = body["data"]["request"].as_str().unwrap().to_owned();
        *posted
            .lock()
            .unwrap()
            .entry(request)
            .or_default()
            .entry(id)
            .or_default() += 1;
        let answer = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.ok()?;
    }
}

/// The notifications, which may post to this machine.
fn notifications(site: &Site, url: &str) -> Process {
    let serve = ["serve", "notifications", "--listen", "127.0.0.1:0"];
    let command = site.command("notifications", &[&serve[..], &["--log", url]].concat());
    site.run("notifications", site.may_post_here(command))
}

fn leader(number: usize) -> Who {
    Who {
        person: Box::leak(person(number).to_string().into_boxed_str()),
        department: Box::leak(department(number).to_string().into_boxed_str()),
        roles: &[Role::Manager],
    }
}

async fn register_webhooks(site: &Site, address: &str, url: &str) {
    for number in (0..DEPARTMENTS).filter(|number| has_webhook(*number)) {
        let connection = site.connect(address, leader(number)).await;
        let endpoint = RegisterEndpointRequest {
            request_id: key(),
            id: format!("hook-{number}"),
            owner: Some(Owner::DepartmentId(department(number).to_string())),
            kind: EndpointKind::Webhook.into(),
            url: url.to_owned(),
            kinds: vec![MessageKind::Request.into()],
            ..Default::default()
        };
        let mut client = DeliveriesServiceClient::new(connection);
        client.register_endpoint(endpoint).await.unwrap();
    }
}

/// One life of a service, that ends at a random moment: while it starts, or soon after it told something that was not told
/// before. `told` says how much was told so far.
async fn live_and_die(at_start: bool, start: impl Fn() -> Process, told: impl AsyncFn() -> u64) {
    let before = told().await;
    let mut process = start();
    let life = if at_start {
        START
    } else {
        let goes_on = eventually(LONG, || async { told().await > before });
        assert!(goes_on.await, "nothing is told: {}", process.stderr());
        LIFE
    };
    process.lives_for(Duration::from_millis(random(life))).await;
    process.kill().await;
}

/// Asks for everything, while those who tell of it are killed again and again. What was asked for, in the order of the log.
async fn ask_and_kill(
    log: &JetStreamLog,
    feeds: &Arc<dyn FeedStream>,
    posted: &Posted,
    publisher: impl Fn() -> Process,
    teller: impl Fn() -> Process,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    let requests: Vec<usize> = (0..REQUESTS).collect();
    for (kill, part) in requests.chunks(REQUESTS / KILLS).enumerate() {
        let at_start = kill % AT_START == 0;
        let asking = stream::iter(part).map(|number| ask(log, *number));
        let (part, (), ()) = futures::join!(
            asking.buffered(AT_ONCE).collect::<Vec<_>>(),
            live_and_die(at_start, &publisher, async || end(feeds).await.sequence),
            live_and_die(at_start, &teller, async || posted.lock().unwrap().len()
                as u64),
        );
        asked.extend(part);
    }
    asked.sort_unstable_by_key(|one| one.position);
    asked
}

/// Where the stream of feeds ends.
async fn end(feeds: &Arc<dyn FeedStream>) -> FeedEnd {
    feeds.end().await.unwrap()
}

/// What stands in the stream of feeds, by department: position, and the event's id, in the order of the stream.
async fn feeds(nats: &NatsServer) -> HashMap<String, Vec<(u64, Uuid)>> {
    let mut feeds: HashMap<String, Vec<_>> = HashMap::new();
    for message in nats.messages("khidma-feed").await {
        let mut topic = message.subject.split('.').skip(2);
        let (department, context) = (topic.next().unwrap(), topic.next().unwrap());
        if context == "requests" {
            let (position, id) = (&message.headers["ce-position"], &message.headers["ce-id"]);
            let place = (position.parse().unwrap(), id.parse().unwrap());
            feeds.entry(department.to_owned()).or_default().push(place);
        }
    }
    feeds
}

/// What stands in an inbox about requests, each time it stands there.
async fn inbox(mut client: InboxServiceClient<Connection>) -> Vec<String> {
    let (mut about, mut page_token) = (Vec::new(), String::new());
    loop {
        let question = ListInboxRequest {
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = client.list_inbox(question).await.unwrap().into_inner();
        let messages = page.messages.into_iter();
        about.extend(messages.map(|message| message.service_request_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return about;
        }
    }
}

/// Exactly its events, once, in order.
fn each_feed_is_whole(asked: &[Asked], feeds: &HashMap<String, Vec<(u64, Uuid)>>) {
    let mut expected: HashMap<String, Vec<(u64, Uuid)>> = HashMap::new();
    for one in asked {
        for affected in BTreeSet::from([one.provider, one.requester]) {
            let feed = expected
                .entry(department(affected).to_string())
                .or_default();
            feed.extend(one.events.iter().map(|id| (one.position.0, *id)));
        }
    }
    for number in 0..DEPARTMENTS {
        let department = department(number).to_string();
        let (expected, found) = (&expected[&department], &feeds[&department]);
        assert!(
            expected == found,
            "{department}: {} events, {} in its feed",
            expected.len(),
            found.len()
        );
    }
}

/// Each message came to its webhook, under one id. How often one came again.
async fn each_webhook_came(asked: &[Asked], posted: &Posted) -> usize {
    let webhooks = asked.iter().filter(|one| has_webhook(one.provider)).count();
    let came = || posted.lock().unwrap().len();
    let all = eventually(LONG, || std::future::ready(came() >= webhooks));
    assert!(all.await, "{} of {webhooks} messages came", came());
    let posted = posted.lock().unwrap();
    for (request, ids) in &*posted {
        assert_eq!(ids.len(), 1, "{request} came under several ids: {ids:?}");
    }
    let times = posted.values().flat_map(BTreeMap::values);
    times.map(|times| times - 1).sum()
}

/// Each receipt stands in the inbox of who asked, once, and nothing else does.
async fn each_inbox_is_whole(asked: &[Asked], site: &Site, address: &str) {
    let mut expected: HashMap<usize, Vec<String>> = HashMap::new();
    for one in asked {
        let inbox = expected.entry(one.requester).or_default();
        inbox.push(one.id.to_string());
    }
    for (number, mut wanted) in expected {
        let client = InboxServiceClient::new(site.connect(address, leader(number)).await);
        let there = eventually(LONG, || {
            let mut client = client.clone();
            let wanted = wanted.len();
            async move {
                let count = client.count_unread(CountUnreadRequest::default()).await;
                count.unwrap().into_inner().unread >= wanted as u64
            }
        });
        let (there, who) = (there.await, person(number));
        let mut found = inbox(client).await;
        found.sort_unstable();
        wanted.sort_unstable();
        let counts = (found.len(), wanted.len());
        assert!(there && found == wanted, "{who}: {counts:?}");
    }
}

/// How many messages the feeds hold when everything is published; each is whole then.
async fn each_feed_becomes_whole(
    asked: &[Asked],
    stream: &Arc<dyn FeedStream>,
    nats: &NatsServer,
) -> usize {
    let last = asked.last().map(|one| one.position);
    let near = eventually(LONG, || async {
        let place = end(stream).await.last.map(|(place, _)| place.position);
        place >= last
    });
    assert!(near.await, "not nearly everything was published");
    let affected = |one: &Asked| BTreeSet::from([one.provider, one.requester]).len();
    let messages = asked.iter().map(|one| 5 * affected(one)).sum();
    let last = Mutex::new(HashMap::new());
    let published = eventually(LONG, || async {
        let found = feeds(nats).await;
        let there = found.values().map(Vec::len).sum::<usize>() >= messages;
        *last.lock().unwrap() = found;
        there
    });
    assert!(published.await, "not everything was published");
    each_feed_is_whole(asked, &last.into_inner().unwrap());
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_a_hundred_thousand_events_are_told_lose_nothing_and_repeat_nothing() {
    let (site, nats) = (Site::new(), NatsServer::start().await);
    let config = JetStreamConfig::new(nats.url());
    let log = JetStreamLog::connect(config, &Tasks::new()).await.unwrap();
    organisation(&log).await;
    let (posted, sink_url) = sink().await;
    let mut first = notifications(&site, &nats.url());
    register_webhooks(&site, &first.address().await, &sink_url).await;
    first.stop().await;

    let kept = Duration::from_secs(90 * 24 * 3600);
    let stream = log.feeds(FeedConfig::kept_for(kept)).await.unwrap();
    let stream = stream.unwrap();
    let asked = ask_and_kill(
        &log,
        &stream,
        &posted,
        || site.serve("feeds", "feeds", &nats.url()),
        || notifications(&site, &nats.url()),
    )
    .await;

    let began = std::time::Instant::now();
    let mut publisher = site.serve("feeds", "feeds", &nats.url());
    let mut teller = notifications(&site, &nats.url());
    publisher.address().await;
    let address = teller.address().await;
    each_inbox_is_whole(&asked, &site, &address).await;
    let messages = each_feed_becomes_whole(&asked, &stream, &nats).await;
    let again = each_webhook_came(&asked, &posted).await;
    println!(
        "{} events, {messages} messages in feeds, {again} webhooks posted again, 2 × {KILLS} kills; all told {:.1?} after \
         the last",
        5 * asked.len(),
        began.elapsed()
    );
    publisher.stop().await;
    teller.stop().await;
}
