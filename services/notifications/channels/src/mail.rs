//! E-mail, by the submission server that the configuration names.

mod failures;
mod letter;
mod server;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp;

use self::letter::Writer;
use self::server::Server;
use crate::Post;
use crate::config::MailConfig;
use crate::failed::Failed;

/// Sends e-mail. Clones share their connections.
#[derive(Clone)]
pub struct Mailer(Option<Arc<Office>>);

/// A configured server, and whom we write as.
struct Office {
    server: Server,
    writer: Writer,
    patience: Duration,
}

/// The configuration cannot be used. The texts name the key.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// One of `server` and `from` is there without the other.
    #[error("services.notifications.mail.{0} is missing: server and from go together")]
    Half(&'static str),
    /// Something has to be there because of something else.
    #[error("services.notifications.mail.{key}: {rule}")]
    Value {
        /// The key.
        key: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
    /// A file cannot be used.
    #[error("services.notifications.mail.{key}: {}: {source}", .file.display())]
    File {
        /// The key.
        key: &'static str,
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The authorities cannot be used.
    #[error("services.notifications.mail.ca_file: {0}")]
    Authorities(#[source] smtp::Error),
}

impl Mailer {
    /// Sends as the configuration says; without a server in it, nothing. Nobody is connected to yet.
    ///
    /// # Errors
    /// The configuration contradicts itself, or a file that it names cannot be used.
    pub fn new(config: &MailConfig) -> Result<Self, MailerError> {
        let (host, from) = match (&config.server, &config.from) {
            (None, None) => return Ok(Self(None)),
            (Some(_), None) => return Err(MailerError::Half("from")),
            (None, Some(_)) => return Err(MailerError::Half("server")),
            (Some(host), Some(from)) => (host, from),
        };
        let from = mailbox("from", from)?;
        let reply_to = config.reply_to.as_deref();
        let reply_to = reply_to.map(|text| mailbox("reply_to", text)).transpose()?;
        check_unsubscribe(config)?;
        let server = Server::new(host, &from, config)?;
        let office = Office {
            server,
            writer: Writer { from, reply_to },
            patience: Duration::from_secs(config.timeout_seconds.into()),
        };
        Ok(Self(Some(Arc::new(office))))
    }

    /// Whether there is a server that takes e-mail.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Sends to one address. `unsubscribe` is the link by which the receiver ends messages of this kind.
    ///
    /// An attempt that is cut off after the server has the whole letter may have arrived: the next one has the same
    /// Message-ID.
    ///
    /// # Errors
    /// The server did not take it.
    pub async fn send(
        &self,
        to: &str,
        post: &Post<'_>,
        unsubscribe: Option<&str>,
    ) -> Result<(), Failed> {
        let Some(office) = &self.0 else {
            let reason = "no mail server is configured (services.notifications.mail)";
            return Err(Failed::never("no_mail_server", reason));
        };
        let to: Address = to
            .parse()
            .map_err(|_| Failed::never("address_unknown", "the address is none of an e-mail"))?;
        let letter = office.writer.write(&to, post, unsubscribe)?;
        let sent = office.server.send(&office.writer.from.email, &to, &letter);
        match tokio::time::timeout(office.patience, sent).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failed::retry(
                "timeout",
                "the mail server was not done in time",
            )),
        }
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("is_configured", &self.is_configured())
            .finish_non_exhaustive()
    }
}

fn mailbox(key: &'static str, text: &str) -> Result<Mailbox, MailerError> {
    text.parse().map_err(|_| MailerError::Value {
        key,
        rule: "an address as in Khidma <khidma@example.org>",
    })
}

fn check_unsubscribe(config: &MailConfig) -> Result<(), MailerError> {
    let Some(page) = &config.unsubscribe_url else {
        return Ok(());
    };
    let is_plain = |url: &url::Url| url.scheme() == "https" && url.query().is_none();
    match url::Url::parse(page) {
        Ok(url) if is_plain(&url) => Ok(()),
        _ => Err(MailerError::Value {
            key: "unsubscribe_url",
            rule: "an address that begins with https:// and has no query",
        }),
    }
}

/// What is in a file of the configuration.
fn read(key: &'static str, file: &std::path::Path) -> Result<Vec<u8>, MailerError> {
    fs::read(file).map_err(|source| MailerError::File {
        key,
        file: file.to_owned(),
        source,
    })
}
