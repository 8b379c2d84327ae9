//! Calling a Khidma server: one connection with the caller's token and trace context on every call.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};

use crate::telemetry::current_traceparent;

/// A channel on which every call carries token and trace context. Clones share the connection.
pub type Connection = InterceptedService<Channel, Outgoing>;

/// How to reach a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `http://host:port`, or `https://host:port` with TLS.
    pub address: String,
    /// PEM file with the certificate authority behind an `https` address.
    pub ca_file: Option<PathBuf>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// After how much silence the connection is probed, and how long a probe may stay unanswered.
    pub keepalive: Duration,
}

impl Target {
    /// The server at `address`, with the usual patience: 5 seconds to connect, probes after 20.
    pub fn new(address: impl Into<String>) -> Self {
        let (connect_timeout, keepalive) = (Duration::from_secs(5), Duration::from_secs(20));
        Self {
            address: address.into(),
            ca_file: None,
            connect_timeout,
            keepalive,
        }
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A file with the token or the certificate cannot be read.
    #[error("{}: {source}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The token has characters that no token has.
    #[error("the token is no token: it has characters that cannot be sent")]
    Token,
    /// The address is no address.
    #[error("{address:?} is no address of the form http://host:port: {source}")]
    Address {
        /// The address.
        address: String,
        /// Why.
        source: tonic::transport::Error,
    },
    /// Nobody answers there.
    #[error("no server answers at {address}: {reason}")]
    Unreachable {
        /// The address.
        address: String,
        /// Why.
        reason: String,
    },
}

/// Puts token and trace context on an outgoing call.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    authorization: Option<MetadataValue<Ascii>>,
}

impl Outgoing {
    /// Sends `token`, or none.
    ///
    /// # Errors
    /// It cannot be sent.
    pub fn new(token: Option<&str>) -> Result<Self, ConnectError> {
        let bearer =
            |token: &str| format!("Bearer {}", token.trim()).parse::<MetadataValue<Ascii>>();
        let mut authorization = token
            .map(bearer)
            .transpose()
            .map_err(|_| ConnectError::Token)?;
        if let Some(value) = &mut authorization {
            // Kept out of debug output and of the header compression's tables.
            value.set_sensitive(true);
        }
        Ok(Self { authorization })
    }
}

impl Interceptor for Outgoing {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.authorization {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        if let Some(value) = current_traceparent().and_then(|text| text.parse().ok()) {
            request.metadata_mut().insert("traceparent", value);
        }
        Ok(request)
    }
}

/// Connects, with `token` where one is given.
///
/// # Errors
/// Token, address or certificate are not usable, or nobody answers.
pub async fn connect(target: &Target, token: Option<&str>) -> Result<Connection, ConnectError> {
    let outgoing = Outgoing::new(token)?;
    let channel = endpoint(target)?
        .connect()
        .await
        .map_err(|error| ConnectError::Unreachable {
            address: target.address.clone(),
            reason: causes(&error),
        })?;
    Ok(InterceptedService::new(channel, outgoing))
}

/// Reads a token from a file.
///
/// # Errors
/// The file cannot be read.
pub fn read_token(file: &Path) -> Result<String, ConnectError> {
    let text = std::fs::read_to_string(file).map_err(unreadable(file))?;
    Ok(text.trim().to_owned())
}

fn endpoint(target: &Target) -> Result<Endpoint, ConnectError> {
    let wrong = |source| ConnectError::Address {
        address: target.address.clone(),
        source,
    };
    let endpoint = Endpoint::from_shared(target.address.clone())
        .map_err(wrong)?
        .connect_timeout(target.connect_timeout)
        // Without it a small call waits for the other side's delayed acknowledgement.
        .tcp_nodelay(true)
        .http2_keep_alive_interval(target.keepalive)
        .keep_alive_timeout(target.keepalive);
    let Some(ca_file) = &target.ca_file else {
        return Ok(endpoint);
    };
    let pem = std::fs::read(ca_file).map_err(unreadable(ca_file))?;
    endpoint
        .tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))
        .map_err(wrong)
}

fn unreadable(file: &Path) -> impl FnOnce(std::io::Error) -> ConnectError {
    let file = file.to_owned();
    move |source| ConnectError::File { file, source }
}

/// An error and what it came from: tonic's own text is just "transport error".
fn causes(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(error.source(), |cause| cause.source());
    chain
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
