//! The connection: making it, and knowing when it is lost.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr};
use khidma_runtime::Tasks;
use tokio::sync::watch;

use super::backoff::Backoff;
use super::config::{Credentials, JetStreamConfig};
use crate::LogError;

/// How many appends may wait for their acknowledgement at once; more wait before they are sent.
const IN_FLIGHT: usize = 4096;

/// The connection as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    connected: bool,
    /// How often it was lost. Who notes it before asking knows whether an answer can still come.
    losses: u64,
}

/// A connection that is made again by itself.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// JetStream over this connection.
    pub(super) context: Context,
    /// The servers, fit for messages: without users and passwords.
    pub(super) address: Arc<str>,
    state: watch::Receiver<State>,
}

impl Link {
    /// Connects, in a bounded number of attempts.
    pub(super) async fn connect(config: &JetStreamConfig, tasks: &Tasks) -> Result<Self, LogError> {
        let servers = parse(&config.servers)?;
        let address = Arc::<str>::from(show(&servers));
        let (report, state) = watch::channel(State {
            connected: true,
            losses: 0,
        });
        let report = Arc::new(report);
        let mut backoff = Backoff::new();
        let mut attempt = 1;
        let client = loop {
            let options = options(config, report.clone(), address.clone()).await?;
            let error = match options.connect(&servers[..]).await {
                Ok(client) => break client,
                Err(error) => error,
            };
            if matches!(
                error.kind(),
                ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation
            ) {
                return Err(LogError::Failed(format!(
                    "{address} refuses our credentials: {error}"
                )));
            }
            if attempt >= config.connect_attempts || tasks.is_stopping() {
                let reason = format!("{address} was not reached in {attempt} attempts: {error}");
                return Err(LogError::Unavailable(reason));
            }
            let wait = backoff.next();
            tracing::warn!(%address, %error, attempt, ?wait, "the event log's server was not reached");
            tokio::select! {
                () = tokio::time::sleep(wait) => attempt += 1,
                () = tasks.stopping() => attempt = config.connect_attempts,
            }
        };
        Ok(Self {
            context: context(client, config.answer_patience),
            address,
            state,
        })
    }

    /// Whether the connection stands.
    pub(super) fn is_connected(&self) -> bool {
        self.state.borrow().connected
    }

    /// Waits until the connection stands. A number to give to [`Link::lost`].
    pub(super) async fn connected(&self) -> u64 {
        match self
            .state
            .clone()
            .wait_for(|state| state.connected)
            .await
            .map(|state| state.losses)
        {
            Ok(losses) => losses,
            // The client is gone, and with it whoever could ask.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the connection that stood at `losses` is lost.
    pub(super) async fn lost(&self, losses: u64) {
        if self
            .state
            .clone()
            .wait_for(|state| state.losses > losses)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }
}

fn context(client: Client, answer_patience: Duration) -> Context {
    jetstream::context::ContextBuilder::new()
        .timeout(answer_patience)
        .max_ack_inflight(IN_FLIGHT)
        .backpressure_on_inflight(true)
        .build(client)
}

async fn options(
    config: &JetStreamConfig,
    report: Arc<watch::Sender<State>>,
    address: Arc<str>,
) -> Result<ConnectOptions, LogError> {
    let options = ConnectOptions::new()
        .name("khidma")
        .connection_timeout(config.answer_patience)
        .request_timeout(Some(config.answer_patience))
        // A half-dead connection is noticed after two of these.
        .ping_interval(Duration::from_secs(10))
        .max_reconnects(None)
        .reconnect_delay_callback(Backoff::nth)
        .event_callback(move |event| {
            on_event(&event, &report, &address);
            std::future::ready(())
        });
    match &config.credentials {
        Credentials::None => Ok(options),
        Credentials::Password { user, password } => {
            Ok(options.user_and_password(user.clone(), password.clone()))
        }
        Credentials::File(path) => options.credentials_file(path).await.map_err(|error| {
            LogError::Failed(format!(
                "the credentials file {} does not read: {error}",
                path.display()
            ))
        }),
    }
}

fn on_event(event: &Event, report: &watch::Sender<State>, address: &str) {
    match event {
        Event::Connected => {
            let back =
                report.send_if_modified(|state| !std::mem::replace(&mut state.connected, true));
            if back {
                tracing::info!(address, "the event log's server is connected again");
            }
        }
        Event::Disconnected => {
            report.send_modify(|state| {
                *state = State {
                    connected: false,
                    losses: state.losses + 1,
                }
            });
            tracing::warn!(
                address,
                "the connection to the event log's server is lost; connecting again"
            );
        }
        Event::LameDuckMode | Event::Draining | Event::Closed => {
            tracing::info!(address, %event, "the event log's connection changes");
        }
        Event::SlowConsumer(_) | Event::ServerError(_) | Event::ClientError(_) => {
            tracing::warn!(address, %event, "trouble on the event log's connection");
        }
    }
}

fn parse(servers: &str) -> Result<Vec<ServerAddr>, LogError> {
    let parsed = servers
        .split(',')
        .map(|server| server.trim().parse::<ServerAddr>())
        .collect::<Result<Vec<_>, _>>();
    // The text itself is not repeated: it may hold a password.
    parsed.map_err(|error| {
        LogError::Failed(format!(
            "the event log's server address does not parse: {error}"
        ))
    })
}

fn show(servers: &[ServerAddr]) -> String {
    let shown = servers
        .iter()
        .map(|server| format!("{}://{}:{}", server.scheme(), server.host(), server.port()));
    shown.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let servers = parse("nats://log:s3cret@10.0.0.1:4222, tls://10.0.0.2").unwrap();
        assert_eq!(show(&servers), "nats://10.0.0.1:4222,tls://10.0.0.2:4222");
    }

    #[test]
    fn a_bad_address_is_refused_without_repeating_it() {
        let error = parse("nats://log:s3cret@:port:").unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
