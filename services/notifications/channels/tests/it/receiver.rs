//! Receivers of posts, good and bad, by hand: a library would not misbehave as wanted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a receiver does once it has read a request.
#[derive(Clone)]
pub(crate) enum Conduct {
    /// Answers with these lines of a head, and nothing after it.
    Answers(String),
    /// Says nothing any more.
    Hangs,
    /// Says this, one byte at a time with a pause after each, and from its end on the same byte again and again.
    Trickles(String),
    /// Says this, and then as much as is taken.
    Pours(String),
}

impl Conduct {
    /// A status with further header lines.
    pub(crate) fn status(status: u16, headers: &[&str]) -> Self {
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        Self::Answers(format!(
            "HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n{headers}\r\n"
        ))
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A server on a free port of an address of this machine. It lives as long as the test's process.
pub(crate) struct Receiver {
    address: SocketAddr,
    seen: Arc<Seen>,
    // When this goes, those who trickle stop.
    _alive: mpsc::Sender<()>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    poured: AtomicUsize,
}

/// Certificate and key that a receiver shows.
pub(crate) type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Receiver {
    pub(crate) fn new(conduct: Conduct) -> Self {
        Self::at("127.0.0.1:0", conduct, None)
    }

    /// On this address, with TLS where there is an identity.
    pub(crate) fn at(address: &str, conduct: Conduct, identity: Option<Identity>) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (alive, gone) = mpsc::channel();
        let server = Server {
            conduct,
            seen: seen.clone(),
            gone: Arc::new(Mutex::new(gone)),
            tls: identity.map(tls),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        Self {
            address,
            seen,
            _alive: alive,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Connections that were opened to it.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Bytes that were taken of what it pours.
    pub(crate) fn poured(&self) -> usize {
        self.seen.poured.load(Ordering::SeqCst)
    }
}

fn tls((certificate, key): Identity) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

#[derive(Clone)]
struct Server {
    conduct: Conduct,
    seen: Arc<Seen>,
    gone: Arc<Mutex<mpsc::Receiver<()>>>,
    tls: Option<Arc<ServerConfig>>,
}

impl Server {
    fn serve(&self, stream: TcpStream) {
        self.seen.connections.fetch_add(1, Ordering::SeqCst);
        match &self.tls {
            None => self.talk(stream),
            Some(config) => {
                let connection = ServerConnection::new(config.clone()).unwrap();
                self.talk(StreamOwned::new(connection, stream));
            }
        }
    }

    /// Request after request, until the other side ends it.
    fn talk(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read(&mut stream) {
            self.seen.requests.lock().unwrap().push(request);
            if self.answer(stream.get_mut()).is_none() {
                return;
            }
        }
    }

    fn answer(&self, stream: &mut impl Write) -> Option<()> {
        match &self.conduct {
            Conduct::Answers(text) => stream.write_all(text.as_bytes()).ok(),
            Conduct::Hangs => {
                self.rest(Duration::from_secs(3600))?;
                None
            }
            Conduct::Trickles(text) => {
                let mut last = b'.';
                let mut bytes = text.bytes();
                loop {
                    last = bytes.next().unwrap_or(last);
                    stream.write_all(&[last]).ok()?;
                    stream.flush().ok()?;
                    self.rest(Duration::from_millis(20))?;
                }
            }
            Conduct::Pours(text) => {
                stream.write_all(text.as_bytes()).ok()?;
                let chunk = [b'x'; 16 * 1024];
                loop {
                    stream.write_all(&chunk).ok()?;
                    self.seen.poured.fetch_add(chunk.len(), Ordering::SeqCst);
                }
            }
        }
    }

    /// Whether the test still goes on after a while.
    fn rest(&self, pause: Duration) -> Option<()> {
        let gone = self.gone.lock().unwrap();
        match gone.recv_timeout(pause) {
            Err(mpsc::RecvTimeoutError::Timeout) => Some(()),
            _ => None,
        }
    }
}

fn read(stream: &mut impl BufRead) -> Option<Request> {
    let mut next = || {
        let mut line = String::new();
        let read = stream.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    };
    let line = next()?;
    let mut headers = Vec::new();
    loop {
        let line = next()?;
        let Some((name, value)) = line.split_once(": ") else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Request {
        line,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}
