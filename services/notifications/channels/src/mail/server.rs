//! The submission server: connections that are kept, and one letter at a time on each.

use std::time::{Duration, Instant};

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::sync::{Mutex, Semaphore};

use super::failures::{Step, failed};
use super::{MailerError, read};
use crate::config::{MailConfig, MailTls};
use crate::failed::Failed;

/// How long an unused connection is kept. Servers end them after minutes.
const IDLE: Duration = Duration::from_secs(20);
/// How long a connection is said goodbye to.
const GOODBYE: Duration = Duration::from_secs(1);

/// One server. lettre's own pool is not used: it keeps a connection whose attempt was given up in the middle, and the next
/// letter would become part of the one before.
pub(super) struct Server {
    host: String,
    port: u16,
    mode: MailTls,
    tls: Option<TlsParameters>,
    hello: ClientId,
    credentials: Option<Credentials>,
    patience: Duration,
    slots: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Server {
    pub(super) fn new(
        host: &str,
        from: &Mailbox,
        config: &MailConfig,
    ) -> Result<Self, MailerError> {
        let hello = config.hello_name.as_deref();
        let hello = hello.unwrap_or_else(|| from.email.domain());
        for (key, is_zero) in [
            ("connections", config.connections == 0),
            ("timeout_seconds", config.timeout_seconds == 0),
        ] {
            if is_zero {
                let rule = "at least 1";
                return Err(MailerError::Value { key, rule });
            }
        }
        Ok(Self {
            host: host.to_owned(),
            port: config.effective_port(),
            mode: config.tls,
            tls: protection(host, config)?,
            hello: ClientId::Domain(hello.to_owned()),
            credentials: credentials(config)?,
            patience: Duration::from_secs(config.timeout_seconds.into()),
            slots: Semaphore::new(config.connections),
            idle: Mutex::default(),
        })
    }

    /// Hands a letter over. Given up in the middle, the connection is closed and with it whatever the server has of the
    /// letter.
    pub(super) async fn send(
        &self,
        from: &Address,
        to: &Address,
        letter: &[u8],
    ) -> Result<(), Failed> {
        // Closed only together with the server.
        let _slot = self.slots.acquire().await;
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        match hand_over(&mut connection, from, to, letter).await {
            Ok(()) => {
                let mut idle = self.idle.lock().await;
                idle.push((connection, Instant::now()));
                Ok(())
            }
            Err(failed) => {
                let _ = tokio::time::timeout(GOODBYE, connection.abort()).await;
                Err(failed)
            }
        }
    }

    /// A connection of before that still answers.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.idle.lock().await.pop()?;
            if since.elapsed() < IDLE && connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failed> {
        let failed = |error| failed(Step::Connect, &error);
        let from_the_start = match self.mode {
            MailTls::Implicit => self.tls.clone(),
            MailTls::None | MailTls::StartTls => None,
        };
        let server = (self.host.as_str(), self.port);
        let patience = Some(self.patience);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            server,
            patience,
            &self.hello,
            from_the_start,
            None,
        );
        let mut connection = connecting.await.map_err(failed)?;
        if let (MailTls::StartTls, Some(tls)) = (self.mode, &self.tls) {
            let protecting = connection.starttls(tls.clone(), &self.hello);
            protecting.await.map_err(failed)?;
        }
        if let Some(credentials) = &self.credentials {
            let login = connection.auth(DEFAULT_MECHANISMS, credentials);
            login.await.map_err(failed)?;
        }
        Ok(connection)
    }
}

/// One letter, step by step: who refuses what decides whether another attempt makes sense.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    letter: &[u8],
) -> Result<(), Failed> {
    let mut parameters = Vec::new();
    if !to.to_string().is_ascii() {
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            let reason = "the mail server takes no addresses beyond ASCII";
            return Err(Failed::never("address_unknown", reason));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let sender = Mail::new(Some(from.clone()), parameters);
    let answer = connection.command(sender).await;
    expect(Step::Sender, 250, answer)?;
    let recipient = Rcpt::new(to.clone(), Vec::new());
    let answer = connection.command(recipient).await;
    expect(Step::Recipient, 250, answer)?;
    let answer = connection.command(Data).await;
    expect(Step::Content, 354, answer)?;
    let answer = connection.message(letter).await;
    expect(Step::Content, 250, answer)
}

/// Whether the server said just this. A friendly answer to another question means that questions and answers do not belong
/// together any more, be it that somebody slipped in an answer before the connection was protected.
fn expect(step: Step, code: u16, answer: Result<Response, smtp::Error>) -> Result<(), Failed> {
    let answer = answer.map_err(|error| failed(step, &error))?;
    let forwards = step == Step::Recipient && answer.has_code(251);
    if answer.has_code(code) || forwards {
        return Ok(());
    }
    let reason = "the mail server answered something else than it was asked";
    Err(Failed::retry("connection", reason))
}

fn protection(host: &str, config: &MailConfig) -> Result<Option<TlsParameters>, MailerError> {
    if config.tls == MailTls::None {
        return Ok(None);
    }
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = &config.ca_file {
        let pem = read("ca_file", file)?;
        let authorities = Certificate::from_pem(&pem).map_err(MailerError::Authorities)?;
        builder = builder.add_root_certificate(authorities);
    }
    builder.build().map(Some).map_err(MailerError::Authorities)
}

fn credentials(config: &MailConfig) -> Result<Option<Credentials>, MailerError> {
    let (user, file) = match (&config.user, &config.password_file) {
        (None, None) => return Ok(None),
        (Some(user), Some(file)) => (user, file),
        (Some(_), None) => {
            let (key, rule) = ("password_file", "needed where there is a user");
            return Err(MailerError::Value { key, rule });
        }
        (None, Some(_)) => {
            let (key, rule) = ("user", "needed where there is a password_file");
            return Err(MailerError::Value { key, rule });
        }
    };
    if config.tls == MailTls::None && !is_this_machine(config) {
        let rule = "not none where a password is sent to another machine";
        return Err(MailerError::Value { key: "tls", rule });
    }
    let password = String::from_utf8(read("password_file", file)?);
    let password = password.map_err(|_| MailerError::Value {
        key: "password_file",
        rule: "a file with one line of text",
    })?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Some(Credentials::new(user.clone(), password)))
}

fn is_this_machine(config: &MailConfig) -> bool {
    let host = config.server.as_deref().unwrap_or_default();
    let is_loopback = |address: std::net::IpAddr| address.is_loopback();
    host == "localhost" || host.parse().is_ok_and(is_loopback)
}
