//! Reads what a stream of nats-server holds, by the server's own line protocol: async-nats stays in `eventlog`.
#![expect(clippy::expect_used, reason = "this is how a test fails")]

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::NatsServer;

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A message of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamed {
    /// Its subject.
    pub subject: String,
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// Its headers, by their names as they were sent.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub payload: Vec<u8>,
}

impl NatsServer {
    /// All that `stream` holds, in order; nothing if there is no such stream.
    ///
    /// # Panics
    /// The server does not answer.
    pub async fn messages(&self, stream: &str) -> Vec<Streamed> {
        let read = read(self.url(), stream);
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.expect("the server answers in time").expect("it does")
    }
}

async fn read(url: String, stream: &str) -> std::io::Result<Vec<Streamed>> {
    let address = url.trim_start_matches("nats://").to_owned();
    let mut server = BufReader::new(TcpStream::connect(address).await?);
    let options = r#"{"verbose":false,"pedantic":false,"headers":true,"no_responders":true}"#;
    let hello = format!("CONNECT {options}\r\nSUB _INBOX.reader 1\r\n");
    server.get_mut().write_all(hello.as_bytes()).await?;
    let mut read = Vec::new();
    let mut next = 1;
    loop {
        let wish = format!(r#"{{"seq":{next},"batch":1000}}"#);
        let subject = format!("$JS.API.DIRECT.GET.{stream}");
        let ask = format!("PUB {subject} _INBOX.reader {}\r\n{wish}\r\n", wish.len());
        server.get_mut().write_all(ask.as_bytes()).await?;
        let before = read.len();
        while let Some(message) = receive(&mut server).await? {
            next = message.sequence + 1;
            read.push(message);
        }
        if read.len() == before {
            return Ok(read);
        }
    }
}

/// The next message; `None` for what is none: the end of what was asked for, or a refusal.
async fn receive(server: &mut BufReader<TcpStream>) -> std::io::Result<Option<Streamed>> {
    loop {
        let mut line = String::new();
        server.read_line(&mut line).await?;
        if line.starts_with("PING") {
            server.get_mut().write_all(b"PONG\r\n").await?;
        }
        let Some(head) = line.strip_prefix("HMSG ") else {
            // Without headers it is a refusal.
            if line.starts_with("MSG ") {
                return Ok(None);
            }
            continue;
        };
        let mut sizes = head.split_whitespace().rev();
        let mut size = || sizes.next().and_then(|size| size.parse::<usize>().ok());
        let (whole, heading) = (size().unwrap_or_default(), size().unwrap_or_default());
        let mut bytes = vec![0; whole + 2];
        server.read_exact(&mut bytes).await?;
        let payload = bytes[heading..whole].to_vec();
        return Ok(streamed(
            &String::from_utf8_lossy(&bytes[..heading]),
            payload,
        ));
    }
}

fn streamed(heading: &str, payload: Vec<u8>) -> Option<Streamed> {
    let lines = heading
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'));
    let mut headers: BTreeMap<_, _> = lines
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let subject = headers.remove("Nats-Subject")?;
    let sequence = headers.remove("Nats-Sequence")?.parse().ok()?;
    for added in [
        "Nats-Stream",
        "Nats-Time-Stamp",
        "Nats-Num-Pending",
        "Nats-Last-Sequence",
    ] {
        headers.remove(added);
    }
    Some(Streamed {
        subject,
        sequence,
        headers,
        payload,
    })
}
