//! nats-server on the deployment's own configuration, and a client that speaks its line protocol: async-nats stays in
//! `eventlog`. The configuration names its store and its monitor itself, so the rig of `khidma_testkit`, which sets
//! both, is not for it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the server until its own input ends: when the test dies, however it dies, the server dies too.
const KEEPER: &str = r#""$@" & server=$!; read -r _; kill -9 "$server"; wait "$server""#;

/// Where `cargo xtask tools` puts it.
pub(crate) fn binary() -> PathBuf {
    let binary = super::root().join("target/tools/nats-server");
    assert!(binary.is_file(), "no nats-server: run `cargo xtask tools`");
    binary
}

/// A folder as `/etc/nats` is in the container, the store beside.
pub(crate) fn folder(secrets: &TempDir) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        super::root().join("deploy/nats/nats.conf"),
        folder.path().join("nats.conf"),
    )
    .unwrap();
    for name in ["users.conf", "feed-exports.conf", "feed-accounts.conf"] {
        let made = secrets.path().join(format!("nats-{name}"));
        fs::copy(made, folder.path().join(name)).unwrap();
    }
    folder
}

/// The server as the container starts it, but for addresses and ports.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command
        .args(arguments(folder))
        .env("STORE_DIR", folder.join("store"));
    command
}

fn arguments(folder: &Path) -> [String; 9] {
    let path = |name: &str| folder.join(name).display().to_string();
    let (config, ports) = (path("nats.conf"), folder.display().to_string());
    [
        "-c",
        &config,
        "-a",
        "127.0.0.1",
        "-p",
        "-1",
        "-m",
        "-1",
        &format!("--ports_file_dir={ports}"),
    ]
    .map(str::to_owned)
}

/// A running server; it ends when this is dropped.
pub(crate) struct Server {
    folder: TempDir,
    keeper: Child,
    client: String,
    monitor: String,
}

impl Server {
    /// Starts it with the passwords in `secrets`.
    pub(crate) fn start(secrets: &TempDir) -> Self {
        let folder = folder(secrets);
        let output = fs::File::create(folder.path().join("output")).unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "nats-keeper"])
            .arg(binary())
            .args(arguments(folder.path()))
            .env("STORE_DIR", folder.path().join("store"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .unwrap();
        let mut server = Self {
            folder,
            keeper,
            client: String::new(),
            monitor: String::new(),
        };
        let ports = server.wait_for_ports();
        let address = |kind: &str| {
            ports[kind][0]
                .as_str()
                .unwrap()
                .split_once("//")
                .unwrap()
                .1
                .to_owned()
        };
        (server.client, server.monitor) = (address("nats"), address("monitoring"));
        server
    }

    /// The folder that STORE_DIR names.
    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.client)
    }

    /// What the monitor says at `path`.
    pub(crate) fn monitor(&self, path: &str) -> Value {
        let mut stream = connect(&self.monitor);
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    fn wait_for_ports(&self) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut file = fs::read_dir(self.folder.path())
                .unwrap()
                .flatten()
                .map(|entry| entry.path());
            let ports = file.find(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "ports")
            });
            if let Some(Ok(ports)) = ports
                .and_then(|file| fs::read(file).ok())
                .map(|text| serde_json::from_slice(&text))
            {
                return ports;
            }
            let output =
                || fs::read_to_string(self.folder.path().join("output")).unwrap_or_default();
            assert!(
                Instant::now() < deadline,
                "nats-server did not come up:\n{}",
                output()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A message as it came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) subject: String,
    pub(crate) reply: Option<String>,
    /// Headers, if it has any, and body.
    pub(crate) text: String,
}

/// A connection, known to the server.
#[derive(Debug)]
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

impl Client {
    /// Connects and says who it is; the server's word if it does not want it.
    pub(crate) fn connect(
        server: &Server,
        credentials: Option<(&str, &str)>,
    ) -> Result<Self, String> {
        let mut client = Self {
            reader: BufReader::new(connect(&server.client)),
        };
        let info = client.line();
        assert!(info.starts_with("INFO "), "{info}");
        let mut options =
            json!({ "verbose": false, "pedantic": false, "headers": true, "no_responders": true });
        if let Some((user, password)) = credentials {
            options["user"] = user.into();
            options["pass"] = password.into();
        }
        client.send(&format!("CONNECT {options}\r\n"));
        client.settle()?;
        client.send("SUB _INBOX.test 1\r\n");
        client.settle()?;
        Ok(client)
    }

    /// Publishes without waiting for an answer; the server's word if it does not allow that.
    pub(crate) fn publish(&mut self, subject: &str, payload: &str) -> Result<(), String> {
        self.send(&format!("PUB {subject} {}\r\n{payload}\r\n", payload.len()));
        self.settle()
    }

    /// Publishes and gives back the first answer. Nobody there to answer is an answer with an `error`.
    pub(crate) fn request(&mut self, subject: &str, payload: &str) -> Value {
        self.send(&format!(
            "PUB {subject} _INBOX.test {}\r\n{payload}\r\n",
            payload.len()
        ));
        loop {
            let line = self.line();
            if let Some(head) = line.strip_prefix("MSG ") {
                let body = self.payload(head);
                return serde_json::from_str(&body).unwrap();
            }
            if let Some(head) = line.strip_prefix("HMSG ") {
                return json!({ "error": self.payload(head) });
            }
            assert!(!line.starts_with("-ERR"), "{line}");
        }
    }

    /// Asks, the answer to go to `reply`: that of this client is `_INBOX.test`.
    pub(crate) fn ask(&mut self, subject: &str, reply: &str, payload: &str) {
        let size = payload.len();
        self.send(&format!("PUB {subject} {reply} {size}\r\n{payload}\r\n"));
    }

    /// The next message, whatever it is.
    pub(crate) fn receive(&mut self) -> Received {
        loop {
            let line = self.line();
            assert!(!line.starts_with("-ERR") && !line.is_empty(), "{line}");
            let Some(head) = line.strip_prefix("MSG ").or(line.strip_prefix("HMSG ")) else {
                continue;
            };
            let words: Vec<_> = head.split_whitespace().collect();
            let sizes = if line.starts_with('H') { 2 } else { 1 };
            return Received {
                subject: words[0].to_owned(),
                reply: (words.len() == 3 + sizes).then(|| words[2].to_owned()),
                text: self.payload(head),
            };
        }
    }

    /// Listens to a subject besides; whether the server lets it.
    pub(crate) fn listen(&mut self, subject: &str) -> Result<(), String> {
        self.send(&format!("SUB {subject} 2\r\n"));
        self.settle()
    }

    fn send(&mut self, text: &str) {
        self.reader.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// Waits until the server has dealt with all that was sent.
    fn settle(&mut self) -> Result<(), String> {
        self.send("PING\r\n");
        loop {
            match self.line() {
                line if line.starts_with("PONG") => return Ok(()),
                line if line.starts_with("-ERR") || line.is_empty() => return Err(line),
                _ => {}
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line
    }

    /// The bytes that a message's head announces as its last word.
    fn payload(&mut self, head: &str) -> String {
        let size: usize = head.split_whitespace().last().unwrap().parse().unwrap();
        let mut bytes = vec![0; size + 2];
        self.reader.read_exact(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..size]).into_owned()
    }
}
