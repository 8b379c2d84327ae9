//! What is taken over, tried out or built anew is told to nobody: looked at where messages arrive, at a mail server, at a
//! webhook's receiver and in inboxes.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use khidma_runtime::Tasks;
use khidma_testkit::eventually;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{Said, Server};
use crate::what_if::{ADMIN, MAPPING, POLICY};

const PATIENCE: Duration = Duration::from_secs(60);

/// Three cases that were done, two of them seen late, and one that nobody has seen yet.
const CASES: &str = "case,activity,time\n\
    quick,Asked,2012-03-05T09:00:00Z\nquick,Seen,2012-03-05T09:01:00Z\nquick,Done,2012-03-05T10:00:00Z\n\
    middling,Asked,2012-03-06T09:00:00Z\nmiddling,Seen,2012-03-06T09:30:00Z\nmiddling,Done,2012-03-06T10:00:00Z\n\
    slow,Asked,2012-03-07T09:00:00Z\nslow,Seen,2012-03-07T10:00:00Z\nslow,Done,2012-03-07T10:30:00Z\n\
    unseen,Asked,2012-03-08T09:00:00Z\n";

type Told = Arc<Mutex<Vec<String>>>;

/// Takes whatever it is told.
struct Sink {
    port: u16,
    told: Told,
    tasks: Tasks,
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl Sink {
    async fn open<F, R>(serve: F) -> Self
    where
        F: Fn(BufReader<TcpStream>, Told) -> R + Send + Sync + 'static,
        R: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (told, tasks) = (Told::default(), Tasks::new());
        let (accepting, shared) = (tasks.clone(), told.clone());
        tasks.spawn(tasks.token().run_until_cancelled_owned(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serve(BufReader::new(stream), shared.clone());
                accepting.spawn(accepting.token().run_until_cancelled_owned(serving));
            }
        }));
        Self { port, told, tasks }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// A mail server: what it was told are the receivers of letters.
async fn mails(mut stream: BufReader<TcpStream>, told: Told) -> Option<()> {
    stream.write_all(b"220 ready\r\n").await.ok()?;
    let (mut line, mut to, mut in_letter) = (String::new(), String::new(), false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let text = line.trim_end();
        if in_letter && text != "." {
            continue;
        }
        if in_letter {
            told.lock().unwrap().push(std::mem::take(&mut to));
        } else if let Some(receiver) = text.strip_prefix("RCPT TO:") {
            receiver.clone_into(&mut to);
        }
        in_letter = text == "DATA";
        let answer = if in_letter {
            "354 go on\r\n"
        } else {
            "250 fine\r\n"
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

/// A webhook's receiver: what it was told are the bodies.
async fn posts(mut stream: BufReader<TcpStream>, told: Told) -> Option<()> {
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let head = line.trim_end().to_lowercase();
            if head.is_empty() {
                break;
            }
            if let Some(said) = head.strip_prefix("content-length: ") {
                length = said.parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        told.lock().unwrap().push(String::from_utf8(body).ok()?);
        let answer = b"HTTP/1.1 204 \r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.ok()?;
    }
}

/// A server that can reach its sinks, and who is there: Amina has an address, and IT a webhook.
struct House {
    server: Server,
    mails: Sink,
    posts: Sink,
}

impl House {
    async fn build() -> Self {
        let (mails, posts) = (Sink::open(mails).await, Sink::open(posts).await);
        let section = json!({
            "mail": {
                "server": "127.0.0.1", "port": mails.port, "tls": "none", "from": "Khidma <khidma@example.org>",
            },
            "posts": { "allow_http": true, "allow_private": ["127.0.0.1"] },
        });
        let server = Server::configured(|config| {
            config.set_service("notifications", &section).unwrap();
        });
        let house = Self {
            server: server.await,
            mails,
            posts,
        };
        for line in [
            "directory department create hr --name 'Human Resources'",
            "directory department create it --name 'Information Technology'",
            "directory person register amina --name Amina --department hr",
            "directory person register daniel --name Daniel --department it",
            "directory person profile amina --language en --channel email=amina@example.org",
            "directory person profile daniel --language en --channel email=daniel@example.org",
        ] {
            house.admin(line).await;
        }
        let url = format!("http://127.0.0.1:{}/", house.posts.port);
        let add = format!("notification endpoint add it-desk --department it --url {url}");
        house.admin(&add).await;
        house
    }

    async fn admin(&self, line: &str) -> Said {
        self.server.done(&format!("{line} {ADMIN}")).await
    }

    async fn seen(&self, line: &str) -> Value {
        self.admin(&format!("{line} --json")).await.json()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.server.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Amina asks IT for something, and it is told wherever such things are; so many letters have come by then.
    async fn asks_for(&self, title: &str, letters: usize) {
        let line = format!("request submit --to it --title '{title}' --as amina@hr");
        self.server.done(&line).await;
        let is_there = |told: Vec<String>| told.iter().any(|one| one.contains(title));
        let came = eventually(PATIENCE, async || {
            self.mails.told().len() >= letters
                && is_there(self.posts.told())
                && is_there(self.inbox("amina@hr").await)
        });
        let (mails, posts) = (self.mails.told(), self.posts.told());
        assert!(came.await, "{mails:?} {posts:?}");
    }

    /// The subjects of what is in an inbox.
    async fn inbox(&self, whose: &str) -> Vec<String> {
        let line = format!("inbox --archived --as {whose} --json");
        let said = self.server.done(&line).await.json();
        let messages = said["messages"].as_array().cloned().unwrap_or_default();
        let subject = |message: &Value| message["letter"]["subject"].to_string();
        messages.iter().map(subject).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_a_what_if_and_a_rebuild_send_nothing() {
    let house = House::build().await;
    house.asks_for("A laptop", 1).await;

    let (cases, mapping) = (
        house.file("cases.csv", CASES),
        house.file("mapping.toml", MAPPING),
    );
    house
        .admin(&format!("import csv {cases} --mapping {mapping}"))
        .await;
    let policy = house.file("held.toml", &POLICY.replace("WITHIN", "20m"));
    house
        .admin(&format!("sla policy apply {policy} --attach all"))
        .await;
    // Its breaches lie in the past, and stand on the log.
    let breached = eventually(PATIENCE, async || {
        house.seen("sla report").await["total"]["breached"] == 4
    });
    assert!(breached.await, "{}", house.seen("sla report").await);
    let draft = house.file("draft.toml", &POLICY.replace("WITHIN", "30s"));
    let what_if = format!("sla what-if --policy {draft} {ADMIN}");
    let told = house.server.done(&what_if).await.stdout;
    assert!(told.contains("1 verdicts of"), "{told}");
    let models = house.seen("rebuild").await["projections"].clone();
    for model in models.as_array().unwrap() {
        let name = model["name"].as_str().unwrap();
        house.server.done(&format!("rebuild {name} {ADMIN}")).await;
    }

    // What comes after all that is told, and nothing was before it.
    house.asks_for("A screen", 2).await;
    assert_eq!(house.mails.told(), ["<amina@example.org>"; 2]);
    let posts = house.posts.told();
    let of = |title| posts.iter().filter(|post| post.contains(title)).count();
    let of = (of("A laptop"), of("A screen"), posts.len());
    assert_eq!(of, (1, 1, 2), "{posts:?}");
    assert_eq!(house.inbox("amina@hr").await.len(), 2);
    assert!(house.inbox("daniel@it").await.is_empty());
    let asked = house.seen("notification deliveries --all").await;
    let asked = asked["deliveries"].as_array().unwrap().clone();
    assert_eq!(asked.len(), 6, "{asked:?}");
}
