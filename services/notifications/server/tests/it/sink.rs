//! A receiver of webhooks and chats: a real listener that answers as a test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use khidma_runtime::Tasks;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// With this status.
    Status(u16),
    /// With this status, and that it wants to be left alone for so many seconds.
    Later(u16, u64),
    /// Never.
    Never,
}

/// What it was told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

impl Told {
    /// The id of the message.
    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

/// A running receiver.
pub(crate) struct Sink {
    pub url: String,
    state: Arc<Mutex<State>>,
    tasks: Tasks,
}

#[derive(Debug)]
struct State {
    reply: Reply,
    told: Vec<Told>,
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl Sink {
    /// One that answers with `reply`, until it is told otherwise.
    pub(crate) async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let told = Vec::new();
        let state = Arc::new(Mutex::new(State { reply, told }));
        let tasks = Tasks::new();
        let (accepting, shared) = (tasks.clone(), state.clone());
        let token = tasks.token();
        tasks.spawn(token.run_until_cancelled_owned(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serve(stream, shared.clone());
                accepting.spawn(accepting.token().run_until_cancelled_owned(serving));
            }
        }));
        Self { url, state, tasks }
    }

    /// From now on it answers with that.
    pub(crate) fn answer(&self, reply: Reply) {
        self.state.lock().unwrap().reply = reply;
    }

    /// All that it was told so far.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.state.lock().unwrap().told.clone()
    }

    /// How often it was told something.
    pub(crate) fn count(&self) -> usize {
        self.state.lock().unwrap().told.len()
    }
}

/// One connection, request after request, until the other side ends it.
async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let told = read(&mut stream).await?;
        let reply = {
            let mut state = state.lock().unwrap();
            state.told.push(told);
            state.reply.clone()
        };
        let head = match reply {
            Reply::Status(status) => format!("{status} \r\n"),
            Reply::Later(status, seconds) => format!("{status} \r\nretry-after: {seconds}\r\n"),
            Reply::Never => std::future::pending().await,
        };
        let answer = format!("HTTP/1.1 {head}content-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Told> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let body = serde_json::from_slice(&body).ok()?;
    Some(Told {
        path,
        headers,
        body,
    })
}
