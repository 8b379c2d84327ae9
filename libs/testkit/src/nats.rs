//! A real nats-server for one test.
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a rig that cannot be set up fails the test, with its reason"
)]

use std::ffi::OsString;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::eventually;

/// How long a server may take to come up, recovery of its store included.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// Runs the server and waits for the end of its own input, then kills the server with SIGKILL. The input's other end
/// is held by the test: when the test dies, however it dies, the server dies too.
const KEEPER: &str = r#""$@" & server=$!; read -r _; kill -9 "$server"; wait "$server""#;

/// A nats-server with JetStream on a temporary folder and a port the system chose. It dies with this value.
#[derive(Debug)]
pub struct NatsServer {
    folder: TempDir,
    config: Option<PathBuf>,
    port: u16,
    keeper: Option<Child>,
}

impl NatsServer {
    /// Starts a server, and returns when it takes connections.
    ///
    /// # Panics
    /// There is no nats-server binary, or it does not come up.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// [`NatsServer::start`], with a configuration file of the server's own kind. Address, port and store are the
    /// test's, whatever the file says.
    ///
    /// # Panics
    /// As [`NatsServer::start`].
    pub async fn start_with(config: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut server = Self {
            folder,
            config: config.map(Path::to_owned),
            port: 0,
            keeper: None,
        };
        server.launch().await;
        server
    }

    /// Where it listens: `nats://127.0.0.1:<port>`, the same after a restart.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The folder with its store and its log (`server.log`).
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills it with SIGKILL, and returns when it is gone. Its store stays.
    pub fn kill(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().expect("the keeper ends");
        }
    }

    /// Kills it, if it still runs, and starts it again on the same store and port.
    ///
    /// # Panics
    /// It does not come up again.
    pub async fn restart(&mut self) {
        self.kill();
        self.launch().await;
    }

    async fn launch(&mut self) {
        let ports = self.folder.path().join("ports");
        // What a killed server left would be read as the new one's.
        let _ = fs::remove_dir_all(&ports);
        fs::create_dir_all(&ports).expect("a folder for the ports file");
        self.keeper = Some(self.command(&ports).spawn().expect("sh runs"));
        let up = eventually(START_PATIENCE, || {
            let port = announced_port(&ports)
                .filter(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok());
            self.port = port.unwrap_or(self.port);
            std::future::ready(port.is_some())
        });
        if !up.await {
            let log = fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
            panic!("nats-server did not come up within {START_PATIENCE:?}; its log:\n{log}");
        }
    }

    fn command(&self, ports: &Path) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "nats-keeper"]).arg(binary());
        if let Some(config) = &self.config {
            command.arg("-c").arg(config);
        }
        let port = if self.port == 0 {
            "-1".to_owned()
        } else {
            self.port.to_string()
        };
        command.args(["-js", "-a", "127.0.0.1", "-p", &port]);
        command.arg("-sd").arg(self.folder.path().join("store"));
        command.arg("-l").arg(self.folder.path().join("server.log"));
        command.arg("--ports_file_dir").arg(ports);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The client port in the ports file, once the server has written it:
/// `{"nats":["nats://127.0.0.1:4222"],…}`.
fn announced_port(folder: &Path) -> Option<u16> {
    let file = fs::read_dir(folder).ok()?.next()?.ok()?;
    let text = fs::read_to_string(file.path()).ok()?;
    let (_, address) = text.split_once("nats://127.0.0.1:")?;
    let digits = address.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// `KHIDMA_NATS_SERVER`, else where `cargo xtask test` puts it, else on the search path.
fn binary() -> OsString {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test rig: the product's configuration is not at hand here"
    )]
    let (named, path) = (
        std::env::var_os("KHIDMA_NATS_SERVER"),
        std::env::var_os("PATH"),
    );
    if let Some(named) = named {
        return named;
    }
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/nats-server");
    let searched = std::env::split_paths(&path.unwrap_or_default())
        .map(|folder| folder.join("nats-server"))
        .collect::<Vec<_>>();
    match std::iter::once(fetched)
        .chain(searched)
        .find(|file| file.is_file())
    {
        Some(file) => file.into_os_string(),
        None => panic!(
            "no nats-server: run `cargo xtask test`, which fetches it, or set KHIDMA_NATS_SERVER"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restarted_server_listens_where_it_did() {
        let mut server = NatsServer::start().await;
        let port = server.port;
        server.kill();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        server.restart().await;
        assert_eq!(server.port, port);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    }
}
