//! Callers who never give up: each remembers what was acknowledged, and asks again, under the same key, for what was not.

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::status::ErrorReport;
use khidma_proto::requests as pb;
use khidma_runtime::{Spawned, Tasks};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::clients::{Requests, key, wish};
use crate::site::{AMINA, DANIEL, Site, Who};

/// How long a caller waits before it tries a server again that did not answer.
const PAUSE: Duration = Duration::from_millis(5);
/// One wish in so many is about a request that others change at the same time.
const SHARED: u64 = 8;
/// So many of the last answers are asked for again after a lost connection.
const ASKED_AGAIN: usize = 3;

/// What somebody wants, under which key.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub by: Who,
    pub key: String,
    pub what: What,
}

/// A step of a request's life.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Submit,
    Reply(String),
    Start(String),
    Note(String),
    Resolve(String),
    Confirm(String),
}

/// What was acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Ack {
    pub wish: Wish,
    /// The request.
    pub id: String,
    pub position: u64,
}

/// Callers at work.
pub(crate) struct Load {
    server: watch::Sender<Option<String>>,
    acknowledged: watch::Sender<u64>,
    ending: CancellationToken,
    callers: Vec<Spawned<Vec<Ack>>>,
}

impl Load {
    /// Starts `callers`, who have no server yet. All of them have to do with the requests `shared`.
    pub(crate) fn start(site: &Site, callers: usize, shared: Vec<String>) -> Self {
        let (server, _) = watch::channel(None);
        let (acknowledged, _) = watch::channel(0);
        let (ending, shared, tasks) = (CancellationToken::new(), Arc::new(shared), Tasks::new());
        let tokens = [site.token(AMINA), site.token(DANIEL)];
        let caller = |_| Caller {
            tokens: tokens.clone(),
            server: server.subscribe(),
            acknowledged: acknowledged.clone(),
            ending: ending.clone(),
            shared: shared.clone(),
            clients: None,
            request: String::new(),
            step: 0,
            lost: false,
            acks: Vec::new(),
        };
        let callers = (0..callers).map(caller);
        let callers = callers.map(|caller| tasks.spawn(caller.run())).collect();
        Self {
            server,
            acknowledged,
            ending,
            callers,
        }
    }

    /// Says where the server is, if there is one.
    pub(crate) fn point_at(&self, server: Option<&str>) {
        self.server.send_replace(server.map(str::to_owned));
    }

    /// Waits until `more` wishes have been acknowledged from now on.
    pub(crate) async fn goes_on(&self, more: u64) {
        let mut acknowledged = self.acknowledged.subscribe();
        let wanted = *acknowledged.borrow() + more;
        let reached = acknowledged.wait_for(|count| *count >= wanted);
        let reached = tokio::time::timeout(crate::PATIENCE, reached).await;
        reached.expect("the callers get answers").unwrap();
    }

    /// Ends when every caller has the answer to its last wish; all answers.
    pub(crate) async fn finish(self) -> Vec<Ack> {
        self.ending.cancel();
        let acks = futures::future::join_all(self.callers).await;
        acks.into_iter().flat_map(Result::unwrap).collect()
    }
}

/// One who never gives up. They speak for both sides of their requests.
struct Caller {
    tokens: [String; 2],
    server: watch::Receiver<Option<String>>,
    acknowledged: watch::Sender<u64>,
    ending: CancellationToken,
    shared: Arc<Vec<String>>,
    /// Amina's and Daniel's.
    clients: Option<[Requests; 2]>,
    /// The request whose life they play, and how far it is.
    request: String,
    step: usize,
    /// Whether a connection was lost since they last looked back.
    lost: bool,
    acks: Vec<Ack>,
}

impl Caller {
    async fn run(mut self) -> Vec<Ack> {
        while !self.ending.is_cancelled() {
            let wish = self.next_wish();
            let (id, position) = self.carry_out(&wish).await;
            if matches!(wish.what, What::Submit) {
                self.request.clone_from(&id);
            }
            self.acks.push(Ack { wish, id, position });
            self.acknowledged.send_modify(|count| *count += 1);
            if std::mem::take(&mut self.lost) || random(SHARED) == 0 {
                self.look_back().await;
            }
        }
        self.acks
    }

    fn next_wish(&mut self) -> Wish {
        let wish = |by, what| Wish {
            by,
            key: key(),
            what,
        };
        if random(SHARED) == 0 {
            let at = random(self.shared.len() as u64);
            let shared = self.shared[usize::try_from(at).unwrap()].clone();
            let by = if random(2) == 0 { AMINA } else { DANIEL };
            return wish(by, What::Reply(shared));
        }
        let (step, id) = (self.step, self.request.clone());
        self.step = (step + 1) % 6;
        match step {
            0 => wish(AMINA, What::Submit),
            1 => wish(AMINA, What::Reply(id)),
            2 => wish(DANIEL, What::Start(id)),
            3 => wish(DANIEL, What::Note(id)),
            4 => wish(DANIEL, What::Resolve(id)),
            _ => wish(AMINA, What::Confirm(id)),
        }
    }

    /// Asks again for what was answered lately: it has to be the same answer.
    async fn look_back(&mut self) {
        let last: Vec<_> = self.acks.iter().rev().take(ASKED_AGAIN).cloned().collect();
        for ack in last {
            let again = self.carry_out(&ack.wish).await;
            assert_eq!(again, (ack.id, ack.position), "{:?}", ack.wish);
        }
    }

    /// Asks under the same key until there is an answer: the request's id and the position.
    async fn carry_out(&mut self, wish: &Wish) -> (String, u64) {
        loop {
            let Some(clients) = self.clients().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let client = &mut clients[usize::from(wish.by == DANIEL)];
            match ask(client, wish).await {
                Ok(answer) => return answer,
                Err(status) => self.consider(wish, &status),
            }
        }
    }

    /// A lost answer or a server that asks for patience is no refusal; there is nothing else to be refused for.
    fn consider(&mut self, wish: &Wish, status: &Status) {
        let report = ErrorReport::from_status(status);
        match (report.code, report.reason) {
            (Code::Aborted | Code::Unavailable, Some(_)) => {}
            (Code::Unavailable | Code::Unknown | Code::Internal | Code::Cancelled, None) => {
                self.clients = None;
                self.lost = true;
            }
            _ => panic!("{wish:?}: {status:?}"),
        }
    }

    /// Connections to the server that is there now, if one is.
    async fn clients(&mut self) -> Option<&mut [Requests; 2]> {
        if self.clients.is_none() {
            let there = |server: &Option<String>| server.is_some();
            let address = self.server.wait_for(there).await.ok()?.clone()?;
            let target = Target::new(address);
            let open = async |token: &String| -> Option<Connection> {
                connect(&target, Some(token)).await.ok()
            };
            let (amina, daniel) = (open(&self.tokens[0]).await?, open(&self.tokens[1]).await?);
            self.clients = Some([Requests::new(amina), Requests::new(daniel)]);
        }
        self.clients.as_mut()
    }
}

/// The rpc that `wish` is about; the request's id and the position.
async fn ask(client: &mut Requests, wish: &Wish) -> Result<(String, u64), Status> {
    let request_id = wish.key.clone();
    macro_rules! change {
        ($rpc:ident, $message:ident, $id:expr $(, $field:ident: $text:expr)?) => {{
            let message = pb::$message { request_id, id: $id.clone() $(, $field: $text.into())? };
            Ok(($id.clone(), client.$rpc(message).await?.into_inner().position))
        }};
    }
    match &wish.what {
        What::Submit => {
            let message = pb::SubmitRequest {
                request_id,
                ..self::wish(&wish.key)
            };
            let answer = client.submit(message).await?.into_inner();
            Ok((answer.id, answer.position))
        }
        What::Reply(id) => change!(reply, ReplyRequest, id, text: wish.key.clone()),
        What::Start(id) => change!(start, StartRequest, id),
        What::Note(id) => change!(add_note, AddNoteRequest, id, text: wish.key.clone()),
        What::Resolve(id) => change!(resolve, ResolveRequest, id, outcome: "Done"),
        What::Confirm(id) => change!(confirm, ConfirmRequest, id, comment: ""),
    }
}

/// A number below `limit`, another one each time.
pub(crate) fn random(limit: u64) -> u64 {
    Uuid::new_v4().as_u64_pair().1 % limit
}
