//! The departments on nats-server, with the deployment's own configuration: each reads its feed, and whatever else it
//! tries comes to nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use khidma_eventlog::jetstream::Credentials;
use khidma_eventlog::{
    EventLog, FeedConfig, FeedMessage, FeedPlace, FeedStream, JetStreamConfig, JetStreamLog,
};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::nats::{Client, Received, Server};
use super::{password, root, secrets};

pub(super) const INBOX: &str = "_INBOX.test";
/// How many events each of the two departments has.
const EACH: u64 = 5;

/// A server with the log and the feeds of HR and IT.
pub(super) struct Stage {
    secrets: TempDir,
    server: Server,
    feeds: Arc<dyn FeedStream>,
    /// Of the last message.
    sequence: u64,
}

fn message(department: &str, number: u64) -> FeedMessage {
    FeedMessage {
        place: FeedPlace {
            position: Position(number),
            index: 0,
        },
        topic: format!("{department}.requests.submitted"),
        id: format!("{number}/{department}"),
        headers: Vec::new(),
        payload: format!("the {number} of {department}").into(),
    }
}

impl Stage {
    /// With nothing in the feeds.
    pub(super) async fn empty() -> Self {
        let secrets = secrets();
        let server = Server::start(&secrets);
        let credentials = |user: &str| Credentials::Password {
            user: user.to_owned(),
            password: password(&secrets, user),
        };
        let config = JetStreamConfig {
            credentials: credentials("khidma"),
            ..JetStreamConfig::new(server.url())
        };
        let log = JetStreamLog::connect(config, &Tasks::new()).await.unwrap();
        let config = FeedConfig {
            credentials: Some(credentials("khidma-feeds")),
            ..FeedConfig::kept_for(Duration::from_secs(24 * 3600))
        };
        let feeds = log.feeds(config).await.unwrap().unwrap();
        Self {
            secrets,
            server,
            feeds,
            sequence: 0,
        }
    }

    async fn set() -> Self {
        let mut stage = Self::empty().await;
        let numbers = 1..=EACH;
        let messages = numbers.flat_map(|number| ["hr", "it"].map(|id| message(id, number)));
        let messages: Vec<_> = messages.collect();
        stage.publish(&messages).await;
        stage
    }

    pub(super) async fn publish(&mut self, messages: &[FeedMessage]) {
        let published = self.feeds.publish(messages, self.sequence).await;
        self.sequence = published.unwrap();
    }

    /// Where clients connect.
    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// The file that has the user's password.
    pub(super) fn password_file(&self, user: &str) -> PathBuf {
        self.secrets.path().join(format!("nats-{user}.password"))
    }

    pub(super) fn user(&self, user: &str) -> Client {
        let password = password(&self.secrets, user);
        Client::connect(&self.server, Some((user, &password))).unwrap()
    }
}

fn consumer(name: &str, filter: &str) -> Value {
    json!({
        "stream_name": "khidma-feed",
        "config": {
            "name": name,
            "filter_subject": filter,
            "ack_policy": "explicit",
            "deliver_policy": "all",
        },
    })
}

fn create(client: &mut Client, config: &Value) -> Value {
    let (name, filter) = (
        &config["config"]["name"],
        &config["config"]["filter_subject"],
    );
    let (name, filter) = (name.as_str().unwrap(), filter.as_str().unwrap());
    let subject = format!("feed.API.CONSUMER.CREATE.khidma-feed.{name}.{filter}");
    client.request(&subject, &config.to_string())
}

/// What a consumer gives, each message with where to acknowledge it.
pub(super) fn pull(client: &mut Client, name: &str, batch: u64) -> Vec<Received> {
    let subject = format!("feed.API.CONSUMER.MSG.NEXT.khidma-feed.{name}");
    let wish = json!({ "batch": batch, "no_wait": true }).to_string();
    client.ask(&subject, INBOX, &wish);
    (0..batch).map(|_| client.receive()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_reads_all_of_its_feed_by_a_durable_consumer_and_by_an_ordered_one() {
    let stage = Stage::set().await;
    let mut it = stage.user("feed-it");
    let mut durable = consumer("it", "khidma.feed.it.>");
    durable["config"]["durable_name"] = "it".into();
    let created = create(&mut it, &durable);
    assert_eq!(created["error"], Value::Null, "{created}");
    let first = pull(&mut it, "it", 3);
    for received in &first {
        it.ask(received.reply.as_deref().unwrap(), INBOX, "+ACK");
        assert_eq!(it.receive().text, "", "the acknowledgement is confirmed");
    }
    drop(it);
    let mut it = stage.user("feed-it");
    let rest = pull(&mut it, "it", EACH - 3);
    let told: Vec<_> = first.iter().chain(&rest).collect();
    for (number, received) in (1..).zip(told) {
        assert_eq!(received.subject, "khidma.feed.it.requests.submitted");
        let text = format!("the {number} of it");
        assert!(received.text.ends_with(&text), "{received:?}");
    }
    let known = it.request("feed.API.CONSUMER.INFO.khidma-feed.it", "");
    assert_eq!(known["num_pending"], 0, "{known}");

    let mut ordered = consumer("it-ORDERED", "khidma.feed.it.>");
    ordered["config"]["ack_policy"] = "none".into();
    ordered["config"]["mem_storage"] = true.into();
    ordered["config"]["deliver_policy"] = "by_start_sequence".into();
    ordered["config"]["opt_start_seq"] = 4.into();
    let created = create(&mut it, &ordered);
    assert_eq!(created["error"], Value::Null, "{created}");
    let told = pull(&mut it, "it-ORDERED", 4);
    assert!(told[0].text.ends_with("the 2 of it"), "{told:?}");
    let gone = it.request("feed.API.CONSUMER.DELETE.khidma-feed.it-ORDERED", "");
    assert_eq!(gone["success"], true, "{gone}");

    let last = "feed.API.DIRECT.GET.khidma-feed.khidma.feed.it.requests.submitted";
    it.ask(last, INBOX, "");
    assert!(it.receive().text.ends_with("the 5 of it"));
}

/// What IT tries, by the API: subject and payload.
fn attempts() -> Vec<(String, String)> {
    let made = |name: &str, filter: &str, config: Value| {
        let subject = format!("feed.API.CONSUMER.CREATE.khidma-feed.{name}.{filter}");
        (subject, config.to_string())
    };
    let (ours, theirs) = ("khidma.feed.it.>", "khidma.feed.hr.>");
    let mut several = consumer("it-A", ours);
    several["config"]["filter_subject"] = Value::Null;
    several["config"]["filter_subjects"] = json!([ours, theirs]);
    let mut elsewhere = consumer("it-A", ours);
    elsewhere["stream_name"] = "khidma-log".into();
    let mut pushed = consumer("it-A", ours);
    pushed["config"]["deliver_subject"] = "khidma.feed.hr.requests.submitted".into();
    let mut attempts = vec![
        made("it-A", theirs, consumer("it-A", theirs)),
        made(
            "it-A",
            "khidma.feed.*.requests.submitted",
            consumer("it-A", theirs),
        ),
        made("it-A", "khidma.feed.>", consumer("it-A", "khidma.feed.>")),
        made("it-A", ours, consumer("it-A", theirs)),
        made("it-A", ours, consumer("it-A", "")),
        made("it-A", ours, several.clone()),
        made("it-A", ours, elsewhere),
        made("it-A", ours, pushed),
        made("hr", ours, consumer("hr", ours)),
        made("mine", ours, consumer("mine", ours)),
    ];
    let plain = |subject: &str, payload: &str| (subject.to_owned(), payload.to_owned());
    let whole = consumer("it-A", "").to_string();
    for prefix in ["feed.API", "$JS.API"] {
        let all = [
            ("CONSUMER.CREATE.khidma-feed", whole.as_str()),
            ("CONSUMER.CREATE.khidma-feed.it-A", &whole),
            ("CONSUMER.DURABLE.CREATE.khidma-feed.it-A", &whole),
            ("CONSUMER.MSG.NEXT.khidma-feed.hr", "1"),
            ("CONSUMER.INFO.khidma-feed.hr", ""),
            ("CONSUMER.DELETE.khidma-feed.hr", ""),
            ("CONSUMER.NAMES.khidma-feed", ""),
            ("STREAM.MSG.GET.khidma-feed", r#"{"seq":1}"#),
            ("STREAM.MSG.DELETE.khidma-feed", r#"{"seq":1}"#),
            ("DIRECT.GET.khidma-feed", r#"{"seq":1}"#),
            (
                "DIRECT.GET.khidma-feed.khidma.feed.hr.requests.submitted",
                "",
            ),
            ("DIRECT.GET.khidma-feed.khidma.feed.it.>", r#"{"seq":1}"#),
            (
                "DIRECT.GET.khidma-feed.khidma.feed.it.>",
                r#"{"multi_last":[">"]}"#,
            ),
            ("STREAM.INFO.khidma-feed", r#"{"subjects_filter":">"}"#),
            ("STREAM.INFO.khidma-log", ""),
            ("STREAM.PURGE.khidma-feed", ""),
            ("STREAM.DELETE.khidma-feed", ""),
            ("STREAM.DELETE.khidma-log", ""),
            ("STREAM.NAMES", ""),
        ];
        attempts.extend(all.map(|(call, payload)| plain(&format!("{prefix}.{call}"), payload)));
    }
    attempts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_reaches_nothing_else_whatever_it_tries() {
    let stage = Stage::set().await;
    let before = stage.feeds.end().await.unwrap();
    let mut hr = stage.user("feed-hr");
    let theirs = create(&mut hr, &consumer("hr", "khidma.feed.hr.>"));
    assert_eq!(theirs["error"], Value::Null, "{theirs}");
    let mut it = stage.user("feed-it");
    for (subject, payload) in attempts() {
        it.ask(&subject, INBOX, &payload);
        let answer = it.receive().text;
        let refused = ["503", "408", "\"error\":"]
            .iter()
            .any(|sign| answer.contains(sign));
        assert!(
            refused && !answer.contains(" of hr"),
            "{subject} {payload}: {answer}"
        );
    }
    let mine = it.request("feed.API.CONSUMER.INFO.khidma-feed.it-A", "");
    assert_ne!(mine["error"], Value::Null, "nothing was made: {mine}");

    // What goes to a subject of the feeds, or lets the server answer there, stays in the department's own account.
    let feed = "khidma.feed.hr.requests.submitted";
    it.publish(feed, "forged").unwrap();
    it.publish("khidma.log.requests.1", "forged").unwrap();
    create(&mut it, &consumer("it", "khidma.feed.it.>"));
    it.ask("feed.API.CONSUMER.INFO.khidma-feed.it", feed, "");
    it.ask("feed.API.CONSUMER.MSG.NEXT.khidma-feed.it", feed, "1");
    // Nor does the server take what it delivers for an order.
    let mut order = consumer("it-B", "khidma.feed.it.>");
    order["config"]["deliver_subject"] = "$JS.API.STREAM.DELETE.khidma-feed".into();
    create(&mut it, &order);
    assert_eq!(stage.feeds.end().await.unwrap(), before);

    for subject in ["khidma.>", ">", "$JS.EVENT.ADVISORY.>"] {
        it.listen(subject).unwrap();
    }
    let next = [message("hr", EACH + 1), message("it", EACH + 1)];
    let sequence = stage.feeds.publish(&next, before.sequence).await.unwrap();
    assert_eq!(sequence, before.sequence + 2, "the stream goes on");
    it.ask("feed.API.CONSUMER.INFO.khidma-feed.it", INBOX, "");
    loop {
        let heard = it.receive();
        assert!(!heard.text.contains(" of hr"), "{heard:?}");
        if heard.subject == INBOX {
            break;
        }
    }
    let kept = pull(&mut hr, "hr", EACH + 1);
    assert!(
        kept[EACH as usize].text.ends_with("the 6 of hr"),
        "theirs is as it was: {kept:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_publishes_the_feeds_does_not_reach_the_log() {
    let stage = Stage::set().await;
    let mut publisher = stage.user("khidma-feeds");
    let names = publisher.request("$JS.API.STREAM.NAMES", "");
    assert_eq!(names["streams"], json!(["khidma-feed"]));
    let refusal = publisher.publish("khidma.log.requests.1", "x").unwrap_err();
    assert!(refusal.contains("Permissions Violation"), "{refusal}");
    let mut log = stage.user("khidma");
    let names = log.request("$JS.API.STREAM.NAMES", "");
    assert_eq!(names["streams"], json!(["khidma-log"]));
}

#[test]
fn a_name_that_is_no_departments_gets_no_account() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("departments");
    for name in ["IT", "it.>", "it\"", "*"] {
        fs::write(&list, format!("hr\n{name}\n")).unwrap();
        let made = Command::new("bash")
            .arg(root().join("deploy/secrets/make.sh"))
            .arg(folder.path().join("secrets"))
            .env("KHIDMA_FEED_DEPARTMENTS", &list)
            .output()
            .unwrap();
        assert!(!made.status.success(), "{name}");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(said.contains("is no department's id"), "{name}: {said}");
    }
}
