//! E-mail from a delivery to a mail server, as far as the service has to do with it.

use std::sync::{Arc, Mutex};

use khidma_events::notifications::{Channel, Receiver};
use khidma_proto::notifications::DeliveryState;
use khidma_runtime::Tasks;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::sending_stage::*;

/// A mail server that takes everything: what it was told, letter by letter, with the envelope's receiver first.
pub(crate) struct PostOffice {
    pub port: u16,
    pub letters: Arc<Mutex<Vec<String>>>,
    tasks: Tasks,
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl PostOffice {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let tasks = Tasks::new();
        let (accepting, shared) = (tasks.clone(), letters.clone());
        tasks.spawn(tasks.token().run_until_cancelled_owned(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serve(stream, shared.clone());
                accepting.spawn(accepting.token().run_until_cancelled_owned(serving));
            }
        }));
        Self {
            port,
            letters,
            tasks,
        }
    }
}

async fn serve(stream: TcpStream, letters: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 ready\r\n").await.ok()?;
    let (mut line, mut letter) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.starts_with("RCPT") {
            letter.clone_from(&line);
        }
        let answer = if line.starts_with("DATA") {
            "354 go on\r\n"
        } else {
            "250 fine\r\n"
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        if line.starts_with("DATA") {
            loop {
                line.clear();
                stream.read_line(&mut line).await.ok()?;
                if line == ".\r\n" {
                    break;
                }
                letter.push_str(&line);
            }
            letters.lock().unwrap().push(std::mem::take(&mut letter));
            stream.write_all(b"250 taken\r\n").await.ok()?;
        }
    }
}

#[tokio::test]
async fn a_letter_goes_to_the_address_that_the_person_has_when_it_is_sent() {
    let office = PostOffice::open().await;
    let section = json!({ "mail": {
        "server": "127.0.0.1",
        "port": office.port,
        "tls": "none",
        "from": "Khidma <khidma@example.org>",
    }});
    // Whoever has no mail server gives it up at once: they must not be there any more.
    let before = Stage::set().await;
    let log = before.host.log.clone();
    before.host.stop().await;
    let stage = Stage::configured(log, section).await;
    let to = Receiver::Person("amina".parse().unwrap());
    let id = stage.ask(to, Channel::Email, 1).await;
    let seen = stage.until_state(id, DeliveryState::Delivered).await;
    assert_eq!(seen.attempts, 1);
    let letters = office.letters.lock().unwrap().clone();
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter = &letters[0];
    assert!(
        letter.starts_with("RCPT TO:<amina@example.org>"),
        "{letter}"
    );
    let head = letter.to_lowercase();
    assert!(
        head.contains(&format!("message-id: <{id}@example.org>")),
        "{letter}"
    );
    assert!(head.contains("content-language: en"), "{letter}");
    // A breach cannot be unsubscribed from.
    assert!(!head.contains("list-unsubscribe"), "{letter}");
}
