//! aiosmtpd in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use khidma_notifications_channels::{MailConfig, MailTls};
use khidma_testkit::eventually;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a server may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Python with what receives e-mail and checks webhooks; without it a test is left out, but not in CI.
pub(crate) fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let python = root.join("target/tools/receivers-venv/bin/python");
    if python.is_file() {
        return Some(python);
    }
    let missing = format!("no {}: `cargo xtask tools` makes it", python.display());
    assert!(option_env!("CI").is_none(), "{missing}");
    println!("skipped: {missing}");
    None
}

/// A mail server. It ends with this value, or with the test however that ends: its input closes.
pub(crate) struct MailServer {
    folder: TempDir,
    process: Child,
    said: Arc<Mutex<Vec<Value>>>,
    port: u16,
}

impl MailServer {
    /// One with these options of mail_server.py. `None` where there is no Python.
    pub(crate) async fn start(mut options: Value) -> Option<Self> {
        let python = python()?;
        let folder = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        for (name, content) in [("cert", cert.pem()), ("key", signing_key.serialize_pem())] {
            let file = folder.path().join(name);
            std::fs::write(&file, content).unwrap();
            options[name] = json!(file);
        }
        let mut process = Command::new(python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/python/mail_server.py"
            ))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (output, heard) = (process.stdout.take().unwrap(), said.clone());
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                heard
                    .lock()
                    .unwrap()
                    .push(serde_json::from_str(&line).unwrap());
            }
        });
        let mut server = Self {
            folder,
            process,
            said,
            port: 0,
        };
        let ready = server.events("ready", 1).await.remove(0);
        server.port = u16::try_from(ready["port"].as_u64().unwrap()).unwrap();
        Some(server)
    }

    /// A configuration that sends by it, with this protection and its own certificate as authority.
    pub(crate) fn config(&self, tls: MailTls) -> MailConfig {
        MailConfig {
            server: Some("localhost".into()),
            port: Some(self.port),
            tls,
            ca_file: Some(self.folder.path().join("cert")),
            from: Some("Khidma خدمة <khidma@house.example>".into()),
            ..MailConfig::default()
        }
    }

    /// The same, logging in.
    pub(crate) fn config_of(&self, tls: MailTls, user: &str, password: &str) -> MailConfig {
        let file = self.folder.path().join("password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        MailConfig {
            user: Some(user.into()),
            password_file: Some(file),
            ..self.config(tls)
        }
    }

    /// What it has told of this kind so far.
    pub(crate) fn told(&self, event: &str) -> Vec<Value> {
        let said = self.said.lock().unwrap();
        let found = said.iter().filter(|said| said["event"] == event);
        found.cloned().collect()
    }

    /// What it tells of this kind, once it is at least so much.
    pub(crate) async fn events(&self, event: &str, count: usize) -> Vec<Value> {
        let enough = || std::future::ready(self.told(event).len() >= count);
        let came = eventually(PATIENCE, enough).await;
        assert!(
            came,
            "not {count} of {event}: {:?}",
            self.said.lock().unwrap()
        );
        self.told(event)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
